//! Of several instances alike, only those are made that are not there yet.

use std::collections::HashMap;

use futures_util::StreamExt;

use super::super::state::{settled, stays};
use super::{CreateInstance, CreateInstances, Instance};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::Operation;
use crate::page::Pages;
use crate::resource::{Named, Resource};

/// Instances made, or waited for, at the same time.
const AT_ONCE: usize = 8;

/// The instances, if any of them is there: those that are, waited for as new ones would be, and the
/// missing ones, made one by one, since Nova numbers those of one request from 1 on.
pub(super) async fn completed(
    cloud: &Cloud,
    wanted: &CreateInstances,
) -> Result<Option<Vec<Instance>>> {
    let mut there = there(cloud, &wanted.each.name).await?;
    let mut found = Vec::new();
    for name in names(wanted) {
        let mut called = there.remove(&name).unwrap_or_default();
        if called.len() > 1 {
            return Err(Named::<Instance>::from(name.as_str())
                .ambiguous(&called)
                .with_service(Instance::SERVICE.kind)
                .with_resource(&name));
        }
        found.push((name, called.pop()));
    }
    if found.iter().all(|(_, instance)| instance.is_none()) {
        return Ok(None);
    }
    let wait = wanted.each.wait;
    let work = found.into_iter().map(|(name, instance)| async move {
        match instance {
            Some(one) if one.status == "ERROR" || one.status == "BUILD" && wait => {
                settled(cloud, &one.id, &one.name, &["ACTIVE"]).await
            }
            Some(one) => Ok(one),
            None => {
                let missing = CreateInstance { name, ..wanted.each.clone() };
                Box::pin(missing.run(cloud)).await
            }
        }
    });
    // All are tried: a request that is left half-way may have been processed all the same.
    let outcomes: Vec<_> = futures_util::stream::iter(work).buffered(AT_ONCE).collect().await;
    let (mut done, mut failure) = (Vec::new(), None);
    for outcome in outcomes {
        match outcome {
            Ok(instance) => done.push(instance),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    match failure {
        Some(error) => Err(error.with_done(&done)),
        None => Ok(Some(done)),
    }
}

/// What Nova calls them.
fn names(wanted: &CreateInstances) -> Vec<String> {
    let name = &wanted.each.name;
    match wanted.count {
        1 => vec![name.clone()],
        count => (1..=count).map(|number| format!("{name}-{number}")).collect(),
    }
}

/// The project's instances whose names begin so, by name: one list, however many they are.
async fn there(cloud: &Cloud, name: &str) -> Result<HashMap<String, Vec<Instance>>> {
    let listing = Instance::beginning(name);
    let all = Pages::<Instance>::new(cloud, listing, Instance::MANY).all().await?;
    let mut by_name: HashMap<_, Vec<_>> = HashMap::new();
    for instance in all.into_iter().filter(stays) {
        by_name.entry(instance.name.clone()).or_default().push(instance);
    }
    Ok(by_name)
}
