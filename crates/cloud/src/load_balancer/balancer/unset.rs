//! Taking away what was said of a load balancer.

use super::LoadBalancer;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::load_balancer::change::unset;
use crate::network::Networking;
use crate::network::body::Body;
use crate::network::change::Tags;
use crate::operation::{Effect, Operation, operation};
use crate::resource::Named;

operation! {
    /// Takes away a load balancer's name, description, quality of service or tags.
    ///
    /// Octavia: `PUT /v2.0/lbaas/loadbalancers/{id}`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer unset web-lb --description
    /// ik loadbalancer unset web-lb --tag public
    /// ```
    Networking::unset_loadbalancer as UnsetLoadBalancer, "loadbalancer unset", Effect::Changes,
    (
        /// The load balancer, by name or id.
        loadbalancer_id: Named<LoadBalancer>,
    )
    {
        /// Whether the name goes.
        name: bool = false,
        /// Whether the description goes.
        description: bool = false,
        /// Whether the quality of service of its address goes.
        vip_qos_policy_id: bool = false,
        /// Tags that go.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags.
        #[flag("all-tag")]
        all_tags: bool = false,
        /// Return only when it is done.
        wait: bool = true,
    }
}

impl Operation for UnsetLoadBalancer {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = Body::new()
            .back("name", self.name)
            .back("description", self.description)
            .back("vip_qos_policy_id", self.vip_qos_policy_id);
        let tags = Tags { these: &self.tags, no_others: self.all_tags };
        unset(cloud, &self.loadbalancer_id, body, tags, self.wait).await
    }
}
