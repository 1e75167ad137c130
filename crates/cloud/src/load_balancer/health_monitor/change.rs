//! Creating, changing and deleting health monitors.

use serde_json::{Map, Value};

use super::HealthMonitor;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::load_balancer::Pool;
use crate::load_balancer::change::{Part, create, delete, set};
use crate::load_balancer::existing::{at_rest, other};
use crate::network::Networking;
use crate::network::body::Body;
use crate::network::change::Tags;
use crate::operation::{Effect, Operation, operation};
use crate::resource::{Named, Resource};

operation! {
    /// Creates a health monitor for a pool; a pool has one at most.
    ///
    /// It waits until the load balancer is at rest, before and after. Should Octavia's answer be lost,
    /// the health monitor is looked for and not created twice.
    ///
    /// Octavia: `POST /v2.0/lbaas/healthmonitors`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer healthmonitor create web-pool --name web-health --type HTTP --delay 5 --monitor-timeout 3 --url-path /health
    /// ```
    Networking::create_health_monitor as CreateHealthMonitor,
    "loadbalancer healthmonitor create", Effect::Changes,
    (
        /// The pool, by name or id.
        pool_id: Named<Pool>,
        /// `HTTP`, `HTTPS`, `TCP`, `PING`, `TLS-HELLO`, `UDP-CONNECT` or `SCTP`.
        #[flag("type", "monitor-type")]
        monitor_type: String,
        /// How many seconds lie between two questions.
        delay: u64,
        /// How many seconds it waits for an answer; not more than lie between two questions.
        #[flag("monitor-timeout")]
        timeout: u64,
    )
    {
        /// After how many good answers a member is up.
        max_retries: u32 = 3,
        /// Name of the new health monitor.
        name: Option<String> = None,
        /// Further fields of Octavia's `healthmonitor` object, sent as they are.
        extra: Map<String, Value> = Map::new(),
        /// After how many missing answers a member is down.
        max_retries_down: Option<u32> = None,
        /// The method of its requests; otherwise `GET`.
        http_method: Option<String> = None,
        /// The path of its requests; otherwise `/`.
        url_path: Option<String> = None,
        /// The statuses that are good: `200`, `200,202`, `200-204`.
        expected_codes: Option<String> = None,
        /// The version of HTTP of its requests: `1.0` or `1.1`.
        http_version: Option<String> = None,
        /// The name of the host in its requests, for HTTP 1.1.
        domain_name: Option<String> = None,
        /// Whether it asks.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// Tags to give it.
        tags: Vec<String> = Vec::new(),
        /// Return only when it is there.
        wait: bool = true,
    }
}

impl Operation for CreateHealthMonitor {
    type Output = HealthMonitor;

    const CONTRACTED: Option<&'static [&'static str]> = Some(&["id", "type", "pool_id"]);

    async fn run(&self, cloud: &Cloud) -> Result<HealthMonitor> {
        let pool = self.pool_id.find(cloud).await?;
        let balancer = pool.balancer(cloud).await?;
        let body = Body::new()
            .set("pool_id", pool.id)
            .set("type", self.monitor_type.to_uppercase())
            .set("delay", self.delay)
            .set("timeout", self.timeout)
            .set("max_retries", self.max_retries)
            .maybe("name", self.name.as_ref())
            .maybe("max_retries_down", self.max_retries_down)
            .maybe("http_method", self.http_method.as_ref().map(|word| word.to_uppercase()))
            .maybe("url_path", self.url_path.as_ref())
            .maybe("expected_codes", self.expected_codes.as_ref())
            .maybe("http_version", self.http_version.as_ref())
            .maybe("domain_name", self.domain_name.as_ref())
            .maybe("admin_state_up", self.is_admin_state_up)
            .list("tags", &self.tags)
            .extra(&self.extra)?;
        create(cloud, &balancer, self.wait, body.done()).await
    }

    const OR_SHOW: bool = true;

    /// That of the pool: it has one at most.
    async fn existing(&self, cloud: &Cloud) -> Result<Option<HealthMonitor>> {
        let Some(id) = self.pool_id.find(cloud).await?.healthmonitor_id else { return Ok(None) };
        let found = HealthMonitor::get(cloud, &id).await?;
        if !found.r#type.eq_ignore_ascii_case(&self.monitor_type) {
            return Err(other(&found, &format!("and it asks by {}", found.r#type)));
        }
        at_rest(cloud, found, self.wait).await.map(Some)
    }
}

operation! {
    /// Changes a health monitor.
    ///
    /// Octavia: `PUT /v2.0/lbaas/healthmonitors/{id}`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer healthmonitor set web-health --delay 10 --url-path /alive
    /// ```
    Networking::set_health_monitor as SetHealthMonitor, "loadbalancer healthmonitor set",
    Effect::Changes,
    (
        /// The health monitor, by name or id.
        health_monitor_id: Named<HealthMonitor>,
    )
    {
        /// The new name.
        name: Option<String> = None,
        /// How many seconds lie between two questions.
        delay: Option<u64> = None,
        /// How many seconds it waits for an answer.
        #[flag("monitor-timeout")]
        monitor_timeout: Option<u64> = None,
        /// After how many good answers a member is up.
        max_retries: Option<u32> = None,
        /// After how many missing answers a member is down.
        max_retries_down: Option<u32> = None,
        /// The method of its requests.
        http_method: Option<String> = None,
        /// The path of its requests.
        url_path: Option<String> = None,
        /// The statuses that are good: `200`, `200,202`, `200-204`.
        expected_codes: Option<String> = None,
        /// The version of HTTP of its requests: `1.0` or `1.1`.
        http_version: Option<String> = None,
        /// The name of the host in its requests, for HTTP 1.1.
        domain_name: Option<String> = None,
        /// Whether it asks.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// Tags to add.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags that are not given.
        #[flag("no-tag")]
        no_other_tags: bool = false,
        /// Return only when it is done.
        wait: bool = true,
    }
}

impl Operation for SetHealthMonitor {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = Body::new()
            .maybe("name", self.name.as_ref())
            .maybe("delay", self.delay)
            .maybe("timeout", self.monitor_timeout)
            .maybe("max_retries", self.max_retries)
            .maybe("max_retries_down", self.max_retries_down)
            .maybe("http_method", self.http_method.as_ref().map(|word| word.to_uppercase()))
            .maybe("url_path", self.url_path.as_ref())
            .maybe("expected_codes", self.expected_codes.as_ref())
            .maybe("http_version", self.http_version.as_ref())
            .maybe("domain_name", self.domain_name.as_ref())
            .maybe("admin_state_up", self.is_admin_state_up);
        let tags = Tags { these: &self.tags, no_others: self.no_other_tags };
        set(cloud, &self.health_monitor_id, body, tags, self.wait).await
    }
}

operation! {
    /// Deletes a health monitor: its pool's members count as up.
    ///
    /// One that is gone already counts as deleted.
    ///
    /// Octavia: `DELETE /v2.0/lbaas/healthmonitors/{id}`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer healthmonitor delete web-health --yes
    /// ```
    Networking::delete_health_monitor as DeleteHealthMonitor,
    "loadbalancer healthmonitor delete", Effect::Destroys,
    (
        /// The health monitor, by name or id.
        health_monitor_id: Named<HealthMonitor>,
    )
    {
        /// Return only when it is gone.
        wait: bool = true,
    }
}

impl Operation for DeleteHealthMonitor {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        delete(cloud, &self.health_monitor_id, self.wait).await
    }
}
