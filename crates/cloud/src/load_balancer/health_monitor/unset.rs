//! Taking away what was said of a health monitor.

use super::HealthMonitor;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::load_balancer::change::unset;
use crate::network::Networking;
use crate::network::body::Body;
use crate::network::change::Tags;
use crate::operation::{Effect, Operation, operation};
use crate::resource::Named;

operation! {
    /// Sets a health monitor back to what goes without saying, or removes tags of it.
    ///
    /// Without a path it asks for `/`, without a method by `GET`; good is `200` alone; a member is down
    /// after 3 missing answers.
    ///
    /// Octavia: `PUT /v2.0/lbaas/healthmonitors/{id}`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer healthmonitor unset web-health --url-path --expected-codes
    /// ```
    Networking::unset_health_monitor as UnsetHealthMonitor, "loadbalancer healthmonitor unset", Effect::Changes,
    (
        /// The health monitor, by name or id.
        health_monitor_id: Named<HealthMonitor>,
    )
    {
        /// Whether the name goes.
        name: bool = false,
        /// Whether a member is down after the usual number of missing answers again.
        max_retries_down: bool = false,
        /// Whether the method of its requests is the usual one again.
        http_method: bool = false,
        /// Whether the version of HTTP goes.
        http_version: bool = false,
        /// Whether the path of its requests is the usual one again.
        url_path: bool = false,
        /// Whether the usual statuses are good again.
        expected_codes: bool = false,
        /// Whether the name of the host in its requests goes.
        domain_name: bool = false,
        /// Tags that go.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags.
        #[flag("all-tag")]
        all_tags: bool = false,
        /// Return only when it is done.
        wait: bool = true,
    }
}

impl Operation for UnsetHealthMonitor {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = Body::new()
            .back("name", self.name)
            .back("max_retries_down", self.max_retries_down)
            .back("http_method", self.http_method)
            .back("http_version", self.http_version)
            .back("url_path", self.url_path)
            .back("expected_codes", self.expected_codes)
            .back("domain_name", self.domain_name);
        let tags = Tags { these: &self.tags, no_others: self.all_tags };
        unset(cloud, &self.health_monitor_id, body, tags, self.wait).await
    }
}
