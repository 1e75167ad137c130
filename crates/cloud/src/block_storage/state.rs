//! Waiting for volumes, snapshots and backups to be what was asked for.

use std::sync::atomic::{AtomicU32, Ordering};

use serde::Deserialize;

use super::mark::subject;
use super::{Backup, Snapshot, Volume};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Processed, Result};
use crate::page::Pages;
use crate::resource::{self, Named, Resource, Watch};
use crate::session::Request;
use crate::session::service::BLOCK_STORAGE;
use crate::wait::{Look, until};

/// Looks that see a thing at rest, but not as wanted, before what was asked for counts as failed: it
/// may not have begun yet.
const RESTING: u32 = 4;

/// What can be waited for.
pub(super) trait Stateful: Resource + Clone {
    /// Whether nothing is being done to it, and it has not failed.
    fn is_resting(&self) -> bool;

    /// Why it failed, where it says so itself.
    fn reason(&self) -> Option<&str> {
        None
    }
}

impl Stateful for Volume {
    fn is_resting(&self) -> bool {
        self.is_at_rest()
    }
}

impl Stateful for Snapshot {
    fn is_resting(&self) -> bool {
        self.status == "available"
    }
}

impl Stateful for Backup {
    fn is_resting(&self) -> bool {
        self.status == "available"
    }

    fn reason(&self) -> Option<&str> {
        self.fail_reason.as_deref().filter(|reason| !reason.is_empty())
    }
}

/// Waits until the thing is as `is_done` wants it; `wanted` says in words how.
pub(super) async fn settled<T: Stateful>(
    cloud: &Cloud,
    id: &str,
    name: &str,
    wanted: &str,
    is_done: impl Fn(&T) -> bool,
) -> Result<T> {
    let subject = subject::<T>(id, name);
    let (subject, is_done, resting) = (subject.as_str(), &is_done, &AtomicU32::new(0));
    let watch = &Watch::<T>::begin(cloud);
    until(cloud, subject, || async move {
        let thing = watch.look(cloud, id).await.map_err(|error| vanished(error, subject))?;
        if is_done(&thing) {
            return Ok(Look::Done(thing));
        }
        if thing.status().starts_with("error") {
            return Err(failed(cloud, &thing, subject).await);
        }
        if thing.is_resting() && resting.fetch_add(1, Ordering::Relaxed) + 1 >= RESTING {
            let status = thing.status();
            let message = format!("{subject} did not become {wanted}: it is {status} again");
            return Err(explained(cloud, &thing, message).await);
        }
        Ok(Look::Pending(thing.status().to_string()))
    })
    .await
    .map_err(|error| error.with_resource(id))
}

/// Finds the thing; with `wait`, once nothing is being done to it any more.
pub(super) async fn find<T: Stateful>(cloud: &Cloud, named: &Named<T>, wait: bool) -> Result<T> {
    let found = named.find(cloud).await?;
    if !wait || found.is_resting() {
        return Ok(found);
    }
    settled(cloud, found.id(), named.as_str(), "ready", T::is_resting).await
}

/// The project's thing of this name, if there is one; with `wait`, once nothing is being done to it.
pub(super) async fn existing<T: Stateful>(
    cloud: &Cloud,
    name: &str,
    wait: bool,
) -> Result<Option<T>> {
    let stays = |thing: &T| !thing.status().contains("deleting");
    match resource::existing::<T>(cloud, T::called(name), name, stays).await? {
        Some(found) if found.status().starts_with("error") || wait && !found.is_resting() => {
            settled(cloud, found.id(), name, "ready", T::is_resting).await.map(Some)
        }
        found => Ok(found),
    }
}

/// Waits until the thing is gone.
pub(super) async fn gone<T: Stateful>(cloud: &Cloud, id: &str, name: &str) -> Result<()> {
    let subject = subject::<T>(id, name);
    let (subject, resting) = (subject.as_str(), &AtomicU32::new(0));
    let watch = &Watch::<T>::begin(cloud);
    until(cloud, subject, || async move {
        match watch.look(cloud, id).await {
            Err(error) if error.kind() == Kind::NotFound => Ok(Look::Done(())),
            Err(error) => Err(error),
            Ok(thing) if thing.status().starts_with("error_") => {
                Err(failed(cloud, &thing, subject).await)
            }
            Ok(thing) if thing.is_resting() => {
                if resting.fetch_add(1, Ordering::Relaxed) + 1 >= RESTING {
                    let message = format!("{subject} was not deleted: it is {}", thing.status());
                    return Err(explained(cloud, &thing, message).await);
                }
                Ok(Look::Pending(thing.status().to_string()))
            }
            Ok(thing) => Ok(Look::Pending(thing.status().to_string())),
        }
    })
    .await
    .map_err(|error| error.with_resource(id))
}

fn vanished(error: Error, subject: &str) -> Error {
    if error.kind() == Kind::NotFound {
        return Error::new(Kind::NotFound, format!("{subject} was deleted meanwhile"));
    }
    error
}

async fn failed<T: Stateful>(cloud: &Cloud, thing: &T, subject: &str) -> Error {
    let message = format!("{subject} went into {}", thing.status());
    explained(cloud, thing, message)
        .await
        .with_hint("it stays behind in this state: look at it, then delete it by its id")
}

/// The failure with its reason: the thing's own, or else the latest message that Cinder has for the
/// project about it.
async fn explained<T: Stateful>(cloud: &Cloud, thing: &T, message: String) -> Error {
    let reason = match thing.reason() {
        Some(reason) => Some(reason.to_string()),
        None => latest_message(cloud, thing.id()).await,
    };
    let reason = reason.unwrap_or_else(|| "Cinder does not say why".into());
    Error::new(Kind::Failed, format!("{message}: {reason}"))
        .with_service(BLOCK_STORAGE.kind)
        .with_resource(thing.id())
        .with_processed(Processed::Yes)
}

/// What Cinder tells a project about a failure.
#[derive(Deserialize)]
struct Message {
    user_message: String,
    created_at: String,
}

/// The latest message about a thing. What cannot be had is not worth another failure.
async fn latest_message(cloud: &Cloud, id: &str) -> Option<String> {
    let request = Request::get(&BLOCK_STORAGE, &["messages"]).query("resource_uuid", id);
    let all = Pages::<Message>::new(cloud, request, "messages").all().await.ok()?;
    let latest = all.into_iter().max_by(|a, b| a.created_at.cmp(&b.created_at));
    latest.map(|message| message.user_message)
}
