//! What Octavia knows only below another thing: members of pools, rules of policies.

use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::change::{Part, Waits, changed, gone, well};
use crate::cloud::Cloud;
use crate::error::{Error, Processed, Result};
use crate::network::body::Body;
use crate::page::Pages;
use crate::resource::{Record, Resource, or_gone};
use crate::session::Request;
use crate::session::service::LOAD_BALANCER;
use crate::wait::lost::{Search, look_again};

/// A thing that stands below another.
pub(super) trait Nested: Record + DeserializeOwned + Send + Sync + 'static {
    /// What it stands below.
    type Owner: Part;
    /// The field of one, in requests and answers.
    const ONE: &'static str;
    /// The piece of its path, and the field of a list.
    const MANY: &'static str;

    /// What is being done to it.
    fn status(&self) -> &str;

    /// Its tags.
    fn tags(&self) -> &[String];
}

fn path<'p, T: Nested>(owner: &'p str, rest: &[&'p str]) -> Vec<&'p str> {
    [&[T::Owner::PATH, owner, T::MANY], rest].concat()
}

/// All below an owner.
pub(super) fn list<T: Nested>(cloud: &Cloud, owner: &str) -> Pages<T> {
    Pages::new(cloud, Request::get(&LOAD_BALANCER, &path::<T>(owner, &[])), T::MANY)
}

/// The one of this id.
pub(super) async fn one<T: Nested>(cloud: &Cloud, owner: &str, id: &str) -> Result<T> {
    cloud.send(Request::get(&LOAD_BALANCER, &path::<T>(owner, &[id]))).await?.field(T::ONE)
}

/// One as it is after the wait.
pub(super) async fn as_it_is<T: Nested>(cloud: &Cloud, owner: &str, id: &str) -> Result<T> {
    let nested: T =
        one(cloud, owner, id).await.map_err(|error| error.with_processed(Processed::Yes))?;
    well(T::NOUN, id, nested.status())?;
    Ok(nested)
}

/// Creates one of these fields. Should Octavia's answer be lost, the one that `is_it` is taken.
pub(super) async fn create<T: Nested>(
    cloud: &Cloud,
    balancer: &str,
    owner: &str,
    body: &Map<String, Value>,
    is_it: impl Fn(&T) -> bool + Send + Sync,
    wait: bool,
) -> Result<T> {
    let create = || once(cloud, owner, body, &is_it);
    let made = changed(cloud, balancer, Waits::after(wait), create).await?;
    if wait { as_it_is(cloud, owner, made.identifier()).await } else { Ok(made) }
}

async fn once<T: Nested>(
    cloud: &Cloud,
    owner: &str,
    body: &Map<String, Value>,
    is_it: impl Fn(&T) -> bool + Send + Sync,
) -> Result<T> {
    let body = json!({ T::ONE: body });
    let request = Request::post(&LOAD_BALANCER, &path::<T>(owner, &[]), body);
    let made = cloud.send(request).await.and_then(|response| response.field(T::ONE));
    let lost = match made {
        Err(lost) if lost.processed() != Processed::No => lost,
        outcome => return outcome,
    };
    let look = || async {
        let all = list::<T>(cloud, owner).all().await?;
        Ok::<Search<T>, Error>(all.into_iter().find(&is_it).into())
    };
    look_again(cloud, look).await.ok_or(lost)
}

/// Changes attributes of one, and makes its tags others; no request if nothing is another then.
pub(super) async fn change<T: Nested>(
    cloud: &Cloud,
    owner: &T::Owner,
    nested: impl Future<Output = Result<T>> + Send,
    body: Body,
    tags: impl Fn(&[String]) -> Option<Vec<String>>,
    wait: bool,
) -> Result<()> {
    let (balancer, nested) = tokio::try_join!(owner.balancer(cloud), nested)?;
    let body = body.maybe("tags", tags(nested.tags()));
    if body.is_empty() {
        return Ok(());
    }
    let path = path::<T>(owner.id(), &[nested.identifier()]);
    let body = json!({ T::ONE: body.done() });
    let request = Request::new(&LOAD_BALANCER, Method::PUT, &path).json(body);
    let change = || async { cloud.send(request.clone()).await.map(drop) };
    changed(cloud, &balancer, Waits::after(wait), change).await?;
    if !wait {
        return Ok(());
    }
    as_it_is::<T>(cloud, owner.id(), nested.identifier()).await.map(drop)
}

/// Deletes one; it may be gone already.
pub(super) async fn delete<T: Nested>(
    cloud: &Cloud,
    owner: &T::Owner,
    id: &str,
    wait: bool,
) -> Result<()> {
    let balancer = owner.balancer(cloud).await?;
    let request = Request::delete(&LOAD_BALANCER, &path::<T>(owner.id(), &[id]));
    let delete = || async { or_gone(cloud.send(request.clone()).await.map(drop), T::NOUN, id) };
    changed(cloud, &balancer, Waits::after(wait), delete).await?;
    if !wait {
        return Ok(());
    }
    gone(T::NOUN, id, one::<T>(cloud, owner.id(), id).await)
}
