//! Taking away what was said of an L7 rule.

use super::L7Rule;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::load_balancer::L7Policy;
use crate::load_balancer::nested::{self, one};
use crate::network::Networking;
use crate::network::body::Body;
use crate::network::change::Tags;
use crate::operation::body::nothing;
use crate::operation::{Effect, Operation, operation};
use crate::resource::Named;

operation! {
    /// Takes away an L7 rule's inversion, key or tags.
    ///
    /// Rules about headers, cookies and fields of names cannot be without a key.
    ///
    /// Octavia: `PUT /v2.0/lbaas/l7policies/{id}/rules/{id}`, then
    /// `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer l7rule unset to-api 1b9c3a0e-7d7c-4a53-9d0c-6a3b8c1f2e4d --invert
    /// ```
    Networking::unset_l7_rule as UnsetL7Rule,
    "loadbalancer l7rule unset" [l7_policy_id, l7_rule_id], Effect::Changes,
    (
        /// The policy, by name or id.
        l7_policy_id: Named<L7Policy>,
        /// The rule, by its id.
        l7_rule_id: String,
    )
    {
        /// Whether it matches again when it holds.
        invert: bool = false,
        /// Whether the key goes.
        key: bool = false,
        /// Tags that go.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags.
        #[flag("all-tag")]
        all_tags: bool = false,
        /// Return only when it is done.
        wait: bool = true,
    }
}

impl Operation for UnsetL7Rule {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = Body::new().back("invert", self.invert).back("key", self.key);
        let tags = Tags { these: &self.tags, no_others: self.all_tags };
        if body.is_empty() && tags.is_nothing() {
            return Err(nothing("remove"));
        }
        let tags = |before: &[String]| tags.left_of(before);
        let policy = self.l7_policy_id.find(cloud).await?;
        let rule = one::<L7Rule>(cloud, &policy.id, &self.l7_rule_id);
        nested::change(cloud, &policy, rule, body, tags, self.wait).await
    }
}
