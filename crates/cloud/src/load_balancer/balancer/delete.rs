//! Deleting a load balancer, alone or with all that belongs to it.

use super::LoadBalancer;
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::load_balancer::change::{Waits, changed};
use crate::load_balancer::wait::gone;
use crate::load_balancer::{Listener, Pool};
use crate::network::Networking;
use crate::operation::{Effect, Operation, operation};
use crate::page::Pages;
use crate::resource::{Named, Record, Resource, or_gone};
use crate::session::Request;
use crate::session::service::LOAD_BALANCER;

operation! {
    /// Deletes a load balancer. What belongs to it is in the way, unless it is to go with it.
    ///
    /// One that is gone already counts as deleted. Its address is free again when it is gone.
    ///
    /// Octavia: `DELETE /v2.0/lbaas/loadbalancers/{id}`, with `?cascade=true`; then `GET` until it is
    /// gone.
    ///
    /// ```sh
    /// ik loadbalancer delete web-lb --yes
    /// ik loadbalancer delete web-lb --cascade --yes
    /// ```
    Networking::delete_loadbalancer as DeleteLoadBalancer, "loadbalancer delete",
    Effect::Destroys,
    (
        /// The load balancer, by name or id.
        loadbalancer_id: Named<LoadBalancer>,
    )
    {
        /// Delete its listeners, pools, members, monitors and policies with it.
        #[flag("cascade")]
        cascade: bool = false,
        /// Return only when it is gone.
        wait: bool = true,
    }
}

impl Operation for DeleteLoadBalancer {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let name = self.loadbalancer_id.as_str();
        let maybe_id = LoadBalancer::is_id(name);
        let deleted = self.loadbalancer_id.apply(cloud, |id| async move {
            let deleted = self.delete(cloud, &id).await;
            // What was given as an id may turn out to be a name.
            if maybe_id { deleted } else { or_gone(deleted, LoadBalancer::NOUN, &id) }?;
            if self.wait { gone(cloud, &id).await } else { Ok(()) }
        });
        if maybe_id { or_gone(deleted.await, LoadBalancer::NOUN, name) } else { deleted.await }
    }

    async fn will_remove(&self, cloud: &Cloud) -> Result<Vec<String>> {
        if !self.cascade {
            return Ok(Vec::new());
        }
        match self.loadbalancer_id.find(cloud).await {
            // What the deletion makes of that, it says itself.
            Err(error) if error.kind() == Kind::NotFound => Ok(Vec::new()),
            found => with_its_parts(cloud, &found?).await,
        }
    }
}

impl DeleteLoadBalancer {
    async fn delete(&self, cloud: &Cloud, id: &str) -> Result<()> {
        let mut request = Request::delete(&LOAD_BALANCER, &[LoadBalancer::PATH, id]);
        if self.cascade {
            request = request.query("cascade", "true");
        }
        let waits = Waits { after: false, even_failed: true };
        let delete = || async { cloud.send(request.clone()).await.map(drop) };
        changed(cloud, id, waits, delete).await.map_err(in_the_way)
    }
}

/// Octavia calls it an invalid request.
fn in_the_way(error: Error) -> Error {
    if error.status() != Some(400) || !error.message().contains("has children") {
        return error;
    }
    Error::new(Kind::Conflict, "the load balancer has listeners or pools")
        .with_service(LOAD_BALANCER.kind)
        .with_status(400)
        .with_request_id(error.request_id().map(str::to_string))
        .with_hint("delete these first, or all at once with --cascade")
        .with_source(error)
}

/// What goes with a balancer: two requests, however much it is.
async fn with_its_parts(cloud: &Cloud, balancer: &LoadBalancer) -> Result<Vec<String>> {
    let of = |path: &'static [&'static str]| {
        Request::get(&LOAD_BALANCER, path).query("loadbalancer_id", &balancer.id)
    };
    let (listeners, pools) = tokio::try_join!(
        Pages::<Listener>::new(cloud, of(Listener::LIST), Listener::MANY).all(),
        Pages::<Pool>::new(cloud, of(Pool::LIST), Pool::MANY).all(),
    )?;
    let called = |name: &str, id: &str| if name.is_empty() { id.into() } else { name.to_string() };
    let counted = |count: usize, what: &str| match count {
        0 => String::new(),
        1 => format!(" with a {what}"),
        count => format!(" with {count} {what}s"),
    };
    let listeners = listeners.iter().map(|one| {
        let name = called(&one.name, &one.id);
        let more = counted(one.l7_policies.len(), "policy").replace("policys", "policies");
        format!("listener {name} {} {}{more}", one.protocol, one.protocol_port)
    });
    let pools = pools.iter().map(|one| {
        let monitor = if one.healthmonitor_id.is_some() { ", monitored" } else { "" };
        let members = counted(one.members.len(), "member");
        format!("pool {}{members}{monitor}", called(&one.name, &one.id))
    });
    let itself =
        format!("load balancer {} {}", called(&balancer.name, &balancer.id), balancer.vip_address);
    Ok(listeners.chain(pools).chain([itself]).collect())
}
