//! Changing a load balancer itself.

use reqwest::Method;

use super::LoadBalancer;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::load_balancer::change::{Waits, changed, set};
use crate::network::Networking;
use crate::network::body::Body;
use crate::network::change::Tags;
use crate::operation::{Effect, Operation, operation};
use crate::resource::{Named, Resource};
use crate::session::Request;
use crate::session::service::LOAD_BALANCER;

operation! {
    /// Changes a load balancer.
    ///
    /// Octavia: `PUT /v2.0/lbaas/loadbalancers/{id}`, then `GET` until it is done.
    ///
    /// ```sh
    /// ik loadbalancer set web-lb --name www-lb --tag public
    /// ik loadbalancer set www-lb --disable
    /// ```
    Networking::set_loadbalancer as SetLoadBalancer, "loadbalancer set", Effect::Changes,
    (
        /// The load balancer, by name or id.
        loadbalancer_id: Named<LoadBalancer>,
    )
    {
        /// The new name.
        name: Option<String> = None,
        /// The new description.
        description: Option<String> = None,
        /// Whether it carries traffic.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// The quality of service of its address, by its id.
        #[flag("vip-qos-policy-id")]
        vip_qos_policy_id: Option<String> = None,
        /// Tags to add.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags that are not given.
        #[flag("no-tag")]
        no_other_tags: bool = false,
        /// Return only when it is done.
        wait: bool = true,
    }
}

impl Operation for SetLoadBalancer {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = Body::new()
            .maybe("name", self.name.as_ref())
            .maybe("description", self.description.as_ref())
            .maybe("admin_state_up", self.is_admin_state_up)
            .maybe("vip_qos_policy_id", self.vip_qos_policy_id.as_ref());
        let tags = Tags { these: &self.tags, no_others: self.no_other_tags };
        set(cloud, &self.loadbalancer_id, body, tags, self.wait).await
    }
}

operation! {
    /// Builds what runs a load balancer anew. Most clouds keep this for administrators.
    ///
    /// Octavia: `PUT /v2.0/lbaas/loadbalancers/{id}/failover`.
    ///
    /// ```sh
    /// ik loadbalancer failover web-lb
    /// ```
    Networking::failover_loadbalancer as FailoverLoadBalancer, "loadbalancer failover",
    Effect::Interrupts,
    (
        /// The load balancer, by name or id.
        loadbalancer_id: Named<LoadBalancer>,
    )
    {
        /// Return only when it is done.
        wait: bool = true,
    }
}

impl Operation for FailoverLoadBalancer {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let id = self.loadbalancer_id.id(cloud).await?;
        let path = [LoadBalancer::PATH, &id, "failover"];
        let waits = Waits { after: self.wait, even_failed: true };
        changed(cloud, &id, waits, || async {
            cloud.send(Request::new(&LOAD_BALANCER, Method::PUT, &path)).await.map(drop)
        })
        .await
    }
}
