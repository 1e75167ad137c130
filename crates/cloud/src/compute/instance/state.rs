//! Waiting for an instance to be what was asked for.

use super::Instance;
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Processed, Result};
use crate::resource::{Resource, Watch, existing as existing_of};
use crate::wait::{Look, until};

/// Looks that see an instance at rest in another state before the action counts as failed: Nova
/// may take a moment between two of its own steps.
const RESTING: u32 = 3;

/// Waits until the instance has one of the `wanted` statuses and nothing more is being done to it.
pub(super) async fn settled(
    cloud: &Cloud,
    id: &str,
    name: &str,
    wanted: &[&str],
) -> Result<Instance> {
    let subject = subject(id, name);
    let subject = subject.as_str();
    let resting = std::sync::atomic::AtomicU32::new(0);
    let watch = Watch::<Instance>::begin(cloud);
    until(cloud, subject, || async {
        let instance = watch.look(cloud, id).await.map_err(|error| vanished(error, subject))?;
        if instance.task_state.is_none() {
            match instance.status.as_str() {
                status if wanted.contains(&status) => return Ok(Look::Done(instance)),
                "ERROR" => {
                    return Err(failed(&with_reason(cloud, instance).await, subject));
                }
                // Nova confirms a resize without saying that it is doing so.
                "BUILD" | "VERIFY_RESIZE" => {}
                status => {
                    let seen = resting.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
                    if seen >= RESTING {
                        return Err(Error::new(
                            Kind::Failed,
                            format!(
                                "{subject} did not become {}: it is {status} again",
                                wanted.join(" or ")
                            ),
                        )
                        .with_resource(id));
                    }
                }
            }
        }
        let doing = instance.task_state.map_or_else(String::new, |task| format!(" ({task})"));
        Ok(Look::Pending(format!("{}{doing}", instance.status)))
    })
    .await
    .map_err(|error| error.with_resource(id))
}

/// Whether it is not about to go.
pub(super) fn stays(instance: &Instance) -> bool {
    let is_gone = matches!(instance.status.as_str(), "DELETED" | "SOFT_DELETED");
    !is_gone && instance.task_state.as_deref() != Some("deleting")
}

/// The project's instance of this name, if there is one; with `wait`, one that is being made is waited
/// for.
pub(super) async fn existing(cloud: &Cloud, name: &str, wait: bool) -> Result<Option<Instance>> {
    let found = existing_of(cloud, Instance::called(name), name, stays).await?;
    match found {
        Some(found) if found.status == "ERROR" || found.status == "BUILD" && wait => {
            settled(cloud, &found.id, name, &["ACTIVE"]).await.map(Some)
        }
        found => Ok(found),
    }
}

/// Waits until the instance is gone.
pub(super) async fn gone(cloud: &Cloud, id: &str, name: &str) -> Result<()> {
    let subject = subject(id, name);
    let subject = subject.as_str();
    let watch = Watch::<Instance>::begin(cloud);
    until(cloud, subject, || async {
        match watch.look(cloud, id).await {
            Err(error) if error.kind() == Kind::NotFound => Ok(Look::Done(())),
            Err(error) => Err(error),
            Ok(instance) => match instance.status.as_str() {
                // `DELETED` still shows for a moment; `SOFT_DELETED` stays where clouds keep it.
                "SOFT_DELETED" => Ok(Look::Done(())),
                "ERROR" if instance.task_state.is_none() => Err(failed(&instance, subject)),
                status => Ok(Look::Pending(status.to_string())),
            },
        }
    })
    .await
    .map_err(|error| error.with_resource(id))
}

/// ``instance `web` (4f1e...)``
pub(super) fn subject(id: &str, name: &str) -> String {
    if id == name { format!("instance {id}") } else { format!("instance `{name}` ({id})") }
}

fn vanished(error: Error, subject: &str) -> Error {
    if error.kind() == Kind::NotFound {
        return Error::new(Kind::NotFound, format!("{subject} was deleted meanwhile"));
    }
    error
}

/// The instance with Nova's reason for its failure: of one that never got to a host, the reason is
/// not in Nova's lists.
pub(super) async fn with_reason(cloud: &Cloud, instance: Instance) -> Instance {
    if instance.fault.is_some() {
        return instance;
    }
    Instance::get(cloud, &instance.id).await.unwrap_or(instance)
}

fn failed(instance: &Instance, subject: &str) -> Error {
    let why = instance.fault.as_ref().map_or("Nova does not say why", |fault| &fault.message);
    Error::new(Kind::Failed, format!("{subject} went into ERROR: {why}"))
        .with_service(Instance::SERVICE.kind)
        .with_resource(&instance.id)
        .with_processed(Processed::Yes)
        .with_hint("it stays behind in this state: look at it, then delete it by its id")
}
