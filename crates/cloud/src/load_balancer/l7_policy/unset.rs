//! Taking away what was said of an L7 policy.

use super::L7Policy;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::load_balancer::change::unset;
use crate::network::Networking;
use crate::network::body::Body;
use crate::network::change::Tags;
use crate::operation::{Effect, Operation, operation};
use crate::resource::Named;

operation! {
    /// Takes away an L7 policy's name, description, HTTP status or tags.
    ///
    /// Octavia: `PUT /v2.0/lbaas/l7policies/{id}`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer l7policy unset to-api --description
    /// ```
    Networking::unset_l7_policy as UnsetL7Policy, "loadbalancer l7policy unset", Effect::Changes,
    (
        /// The policy, by name or id.
        l7_policy_id: Named<L7Policy>,
    )
    {
        /// Whether the name goes.
        name: bool = false,
        /// Whether the description goes.
        description: bool = false,
        /// Whether the HTTP status that sends clients elsewhere is the usual one again.
        redirect_http_code: bool = false,
        /// Tags that go.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags.
        #[flag("all-tag")]
        all_tags: bool = false,
        /// Return only when it is done.
        wait: bool = true,
    }
}

impl Operation for UnsetL7Policy {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = Body::new()
            .back("name", self.name)
            .back("description", self.description)
            .back("redirect_http_code", self.redirect_http_code);
        let tags = Tags { these: &self.tags, no_others: self.all_tags };
        unset(cloud, &self.l7_policy_id, body, tags, self.wait).await
    }
}
