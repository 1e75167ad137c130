//! Taking away what was said of a member.

use super::{Member, find};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::load_balancer::{Pool, nested};
use crate::network::Networking;
use crate::network::body::Body;
use crate::network::change::Tags;
use crate::operation::body::nothing;
use crate::operation::{Effect, Operation, operation};
use crate::resource::Named;

operation! {
    /// Sets a member of a pool back to what goes without saying, or removes tags of it.
    ///
    /// Without a weight of its own it has 1; it gets traffic even when the others are up; and it is asked
    /// how it does where it is spoken to.
    ///
    /// Octavia: `PUT /v2.0/lbaas/pools/{id}/members/{id}`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer member unset web-pool web --weight
    /// ik loadbalancer member unset web-pool web --monitor-address --monitor-port
    /// ```
    Networking::unset_pool_member as UnsetPoolMember,
    "loadbalancer member unset" [pool_id, member_id], Effect::Changes,
    (
        /// The pool, by name or id.
        pool_id: Named<Pool>,
        /// The member, by name or id.
        member_id: Named<Member>,
    )
    {
        /// Whether the name goes.
        name: bool = false,
        /// Whether the weight goes.
        weight: bool = false,
        /// Whether it gets traffic even when the others are up.
        backup: bool = false,
        /// Whether it is asked how it does at its own address again.
        monitor_address: bool = false,
        /// Whether it is asked how it does at its own port again.
        monitor_port: bool = false,
        /// Tags that go.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags.
        #[flag("all-tag")]
        all_tags: bool = false,
        /// Return only when it is done.
        wait: bool = true,
    }
}

impl Operation for UnsetPoolMember {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = Body::new()
            .back("name", self.name)
            .back("weight", self.weight)
            .back("backup", self.backup)
            .back("monitor_address", self.monitor_address)
            .back("monitor_port", self.monitor_port);
        let tags = Tags { these: &self.tags, no_others: self.all_tags };
        if body.is_empty() && tags.is_nothing() {
            return Err(nothing("remove"));
        }
        let tags = |before: &[String]| tags.left_of(before);
        let pool = self.pool_id.find(cloud).await?;
        let member = find(cloud, &pool.id, &self.member_id);
        nested::change(cloud, &pool, member, body, tags, self.wait).await
    }
}
