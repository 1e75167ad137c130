//! Waiting for balancers to be at rest, and to be gone.

use std::sync::atomic::{AtomicU32, Ordering};

use super::LoadBalancer;
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Processed, Result};
use crate::resource::{Resource, Watch};
use crate::session::service::LOAD_BALANCER;
use crate::wait::{Look, until};

/// Looks that see a balancer at rest that was to be deleted, before the deletion counts as failed.
const RESTING: u32 = 4;

/// A balancer that nothing is being done to, and whether it was so at the first look.
pub(super) struct Rested {
    pub(super) balancer: LoadBalancer,
    pub(super) at_once: bool,
}

/// Waits until nothing is being done to a balancer.
///
/// # Errors
/// [`Kind::NotFound`] if it goes meanwhile.
pub(super) async fn rested(cloud: &Cloud, id: &str) -> Result<Rested> {
    let (subject, looks) = (&subject(id), &AtomicU32::new(0));
    let watch = &Watch::<LoadBalancer>::begin(cloud);
    let balancer = until(cloud, subject, || async move {
        let balancer = watch.look(cloud, id).await?;
        looks.fetch_add(1, Ordering::Relaxed);
        if balancer.is_busy() {
            return Ok(Look::Pending(balancer.provisioning_status));
        }
        Ok(Look::Done(balancer))
    });
    let balancer = balancer.await.map_err(|error| error.with_resource(id))?;
    Ok(Rested { balancer, at_once: looks.load(Ordering::Relaxed) == 1 })
}

/// Waits until a balancer is there and nothing is being done to it.
///
/// # Errors
/// [`Kind::Failed`] with what is known if it ends in ERROR.
pub(super) async fn settled(cloud: &Cloud, id: &str) -> Result<Rested> {
    let rested = rested(cloud, id).await?;
    if !rested.balancer.has_failed() {
        return Ok(rested);
    }
    Err(failed(&rested.balancer, if rested.at_once { "has failed" } else { "went into ERROR" }))
}

/// Waits until a balancer is gone.
pub(super) async fn gone(cloud: &Cloud, id: &str) -> Result<()> {
    let (subject, resting) = (&subject(id), &AtomicU32::new(0));
    let watch = &Watch::<LoadBalancer>::begin(cloud);
    until(cloud, subject, || async move {
        match watch.look(cloud, id).await {
            Err(error) if error.kind() == Kind::NotFound => Ok(Look::Done(())),
            Err(error) => Err(error),
            Ok(balancer) if balancer.provisioning_status == "DELETED" => Ok(Look::Done(())),
            Ok(balancer) => {
                let at_rest = !balancer.is_busy();
                if at_rest && resting.fetch_add(1, Ordering::Relaxed) + 1 >= RESTING {
                    return Err(failed(&balancer, "was not deleted"));
                }
                Ok(Look::Pending(balancer.provisioning_status))
            }
        }
    })
    .await
    .map_err(|error| error.with_resource(id))
}

fn subject(id: &str) -> String {
    format!("load balancer {id}")
}

fn failed(balancer: &LoadBalancer, what: &str) -> Error {
    let LoadBalancer { id, name, provisioning_status, operating_status, .. } = balancer;
    let message = format!(
        "load balancer `{name}` ({id}) {what}: it is {provisioning_status}, {operating_status}; \
         Octavia does not say why"
    );
    Error::new(Kind::Failed, message)
        .with_service(LOAD_BALANCER.kind)
        .with_resource(LoadBalancer::id(balancer))
        .with_processed(Processed::Yes)
        .with_hint(
            "ik loadbalancer status show tells which part it is; in ERROR it can only be deleted, or \
             renewed by an administrator: ik loadbalancer failover",
        )
}
