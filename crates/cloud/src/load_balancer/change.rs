//! Changing what belongs to a balancer: one change at a time, since Octavia takes no second one
//! while it is at work on the first.

use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::Instant;

use super::LoadBalancer;
use super::wait::{Rested, rested, settled};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Processed, Result};
use crate::network::body::Body;
use crate::network::change::{Tags, added, update};
use crate::network::once;
use crate::operation::body::nothing;
use crate::resource::{Named, Resource, or_gone};
use crate::session::service::LOAD_BALANCER;

/// So often a part may be refused as immutable while its balancer is at rest: it may have come to rest
/// just then.
const STUCK: u32 = 5;

/// A thing that belongs to a balancer.
pub(super) trait Part: Resource {
    /// The id of the balancer: told by the thing itself, or by what it hangs on.
    fn balancer(&self, cloud: &Cloud) -> impl Future<Output = Result<String>> + Send;

    /// Its tags.
    fn tags(&self) -> &[String];
}

/// The first of Octavia's owners of a thing.
///
/// # Errors
/// [`Kind::Decode`] if it tells none: each has one.
pub(super) fn owner<T: Resource>(thing: &T, told: Option<&String>) -> Result<String> {
    told.cloned().ok_or_else(|| {
        let message = format!("Octavia does not say what the {} belongs to", T::NOUN);
        Error::new(Kind::Decode, message)
            .with_service(T::SERVICE.kind)
            .with_resource(thing.id())
            .with_hint("it may just be going; look at it again")
    })
}

/// How a change waits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waits {
    /// Return only when the change is done.
    pub(super) after: bool,
    /// A balancer in ERROR can be changed in this way.
    pub(super) even_failed: bool,
}

impl Waits {
    pub(super) fn after(after: bool) -> Self {
        Waits { after, even_failed: false }
    }
}

/// Does `change` to a balancer or to a part of it, once nothing else is being done to it.
///
/// A change that Octavia refuses because it is at work was not begun: it is waited for, and the change
/// sent again.
pub(super) async fn changed<R, F>(
    cloud: &Cloud,
    balancer: &str,
    waits: Waits,
    change: impl Fn() -> F + Send + Sync,
) -> Result<R>
where
    F: Future<Output = Result<R>> + Send,
{
    let mut stuck = 0;
    let done = loop {
        let busy = match change().await {
            Err(error) if is_immutable(&error) => error,
            outcome => break outcome?,
        };
        let rest = if waits.even_failed {
            rested(cloud, balancer).await
        } else {
            settled(cloud, balancer).await
        };
        let Rested { at_once, .. } = rest.map_err(|error| error.with_processed(Processed::No))?;
        stuck = if at_once { stuck + 1 } else { 0 };
        let pause = Duration::from_millis(300) * stuck;
        let late = cloud.deadline().is_some_and(|deadline| Instant::now() + pause >= deadline);
        if stuck >= STUCK || late {
            return Err(busy.with_better_hint(
                "its load balancer is at rest, it is not: look at ik loadbalancer status show",
            ));
        }
        tokio::time::sleep(pause).await;
    };
    if waits.after {
        settled(cloud, balancer).await?;
    }
    Ok(done)
}

/// Whether Octavia refused something because it is at work on it.
fn is_immutable(error: &Error) -> bool {
    let says = |words| error.message().contains(words);
    error.status() == Some(409) && (says("is immutable") || says("Invalid state PENDING"))
}

/// Creates a part of a balancer.
pub(super) async fn create<T: Part>(
    cloud: &Cloud,
    balancer: &str,
    wait: bool,
    body: Map<String, Value>,
) -> Result<T> {
    let create = || once::create::<T>(cloud, body.clone());
    let made = changed(cloud, balancer, Waits::after(wait), create).await?;
    if wait { as_it_is(cloud, made.id()).await } else { Ok(made) }
}

/// A part as it is after the wait. Its balancer may be well when it is not.
async fn as_it_is<T: Resource>(cloud: &Cloud, id: &str) -> Result<T> {
    let part = T::get(cloud, id).await.map_err(|error| error.with_processed(Processed::Yes))?;
    well(T::NOUN, id, part.status())?;
    Ok(part)
}

/// Refuses a part that Octavia has failed at.
///
/// # Errors
/// [`Kind::Failed`]
pub(super) fn well(noun: &str, id: &str, status: &str) -> Result<()> {
    if status == "ERROR" { Err(failed(noun, id, "went into ERROR")) } else { Ok(()) }
}

/// Takes it for success that a part is not there any more.
///
/// # Errors
/// [`Kind::Failed`] if it is.
pub(super) fn gone<T>(noun: &str, id: &str, looked: Result<T>) -> Result<()> {
    match looked {
        Err(error) if error.kind() == Kind::NotFound => Ok(()),
        Err(error) => Err(error.with_processed(Processed::Yes)),
        Ok(_) => Err(failed(noun, id, "was not deleted")),
    }
}

fn failed(noun: &str, id: &str, what: &str) -> Error {
    Error::new(Kind::Failed, format!("{noun} {id} {what}; Octavia does not say why"))
        .with_service(LOAD_BALANCER.kind)
        .with_resource(id)
        .with_processed(Processed::Yes)
        .with_hint("it stays behind in this state: try once more, or delete it")
}

/// Changes attributes and tags of a part.
///
/// # Errors
/// [`Kind::Invalid`] if it is not said what to change.
pub(super) async fn set<T: Part>(
    cloud: &Cloud,
    named: &Named<T>,
    body: Body,
    tags: Tags<'_>,
    wait: bool,
) -> Result<()> {
    if body.is_empty() && tags.is_nothing() {
        return Err(nothing("change"));
    }
    let tags = |before: &[String]| added(before, tags.these, tags.no_others);
    change(cloud, named, body, tags, wait).await
}

/// Sets attributes of a part back to what they are when nobody says anything, and removes tags.
///
/// # Errors
/// [`Kind::Invalid`] if it is not said which.
pub(super) async fn unset<T: Part>(
    cloud: &Cloud,
    named: &Named<T>,
    body: Body,
    tags: Tags<'_>,
    wait: bool,
) -> Result<()> {
    if body.is_empty() && tags.is_nothing() {
        return Err(nothing("remove"));
    }
    change(cloud, named, body, |before: &[String]| tags.left_of(before), wait).await
}

/// Changes attributes of a part, and makes its tags others; no request if nothing is another then.
async fn change<T: Part>(
    cloud: &Cloud,
    named: &Named<T>,
    body: Body,
    tags: impl Fn(&[String]) -> Option<Vec<String>> + Send + Sync,
    wait: bool,
) -> Result<()> {
    let before = named.find(cloud).await?;
    let body = body.maybe("tags", tags(before.tags()));
    if body.is_empty() {
        return Ok(());
    }
    let balancer = before.balancer(cloud).await?;
    let change = || update::<T>(cloud, before.id(), body.clone());
    changed(cloud, &balancer, Waits::after(wait), change).await?;
    if wait { as_it_is::<T>(cloud, before.id()).await.map(drop) } else { Ok(()) }
}

/// Deletes a part. One that was given by its id may be gone already.
pub(super) async fn delete<T: Part>(cloud: &Cloud, named: &Named<T>, wait: bool) -> Result<()> {
    let found = match named.find(cloud).await {
        Err(error) if error.kind() == Kind::NotFound && T::is_id(named.as_str()) => {
            return or_gone(Err(error), T::NOUN, named.as_str());
        }
        found => found?,
    };
    let balancer = found.balancer(cloud).await?;
    let delete = || async { or_gone(T::delete(cloud, found.id()).await, T::NOUN, found.id()) };
    changed(cloud, &balancer, Waits::after(wait), delete).await?;
    if wait { gone(T::NOUN, found.id(), T::get(cloud, found.id()).await) } else { Ok(()) }
}

impl Part for LoadBalancer {
    async fn balancer(&self, _: &Cloud) -> Result<String> {
        Ok(self.id.clone())
    }

    fn tags(&self) -> &[String] {
        &self.tags
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Refusal;

    #[test]
    fn what_octavia_is_at_work_on_is_told_from_other_conflicts() {
        let says = |status, message: &str| {
            let error = Error::new(Kind::Conflict, message);
            is_immutable(&error.with_refusal(status, &Refusal::default()))
        };
        assert!(says(409, "Load Balancer 1 is immutable and cannot be updated"));
        assert!(says(409, "Pool 1 is immutable and cannot be updated"));
        assert!(says(409, "Invalid state PENDING_CREATE of loadbalancer resource 1"));
        assert!(!says(409, "Another member on this pool is already using ip 1 on protocol_port 2"));
        assert!(!says(400, "Load Balancer 1 is immutable and cannot be updated"));
    }
}
