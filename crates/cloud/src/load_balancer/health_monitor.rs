//! Health monitors: what asks the members of a pool how they do.

mod change;
mod unset;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use change::{CreateHealthMonitor, DeleteHealthMonitor, SetHealthMonitor};
pub use unset::UnsetHealthMonitor;

use super::Pool;
use super::change::{Part, owner};
use super::told::{first, null_as_none};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::network::change::all_of;
use crate::network::{Networking, id_of};
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource};
use crate::session::service::{LOAD_BALANCER, Service};

operations!(
    ListHealthMonitors,
    GetHealthMonitor,
    CreateHealthMonitor,
    SetHealthMonitor,
    UnsetHealthMonitor,
    DeleteHealthMonitor,
);

/// A health monitor.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct HealthMonitor {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique.
    #[serde(default)]
    pub name: String,
    /// How it asks: `HTTP`, `HTTPS`, `TCP`, `PING`, `TLS-HELLO`, `UDP-CONNECT`, `SCTP`.
    pub r#type: String,
    /// How many seconds lie between two questions.
    pub delay: u64,
    /// How many seconds it waits for an answer.
    pub timeout: u64,
    /// After how many good answers a member is up.
    pub max_retries: u32,
    /// The pool whose members it asks.
    #[serde(alias = "pools", default, deserialize_with = "first")]
    pub pool_id: Option<String>,
    /// After how many missing answers a member is down.
    #[serde(default)]
    pub max_retries_down: Option<u32>,
    /// The method of its requests.
    #[serde(default)]
    pub http_method: Option<String>,
    /// The path of its requests.
    #[serde(default)]
    pub url_path: Option<String>,
    /// The statuses that are good: `200`, `200,202`, `200-204`.
    #[serde(default)]
    pub expected_codes: Option<String>,
    /// The version of HTTP of its requests: 1.0 or 1.1.
    #[serde(default)]
    pub http_version: Option<f64>,
    /// The name of the host in its requests.
    #[serde(default)]
    pub domain_name: Option<String>,
    /// What is being done to it: `ACTIVE` for nothing, `PENDING_...`, or `ERROR`.
    #[serde(default)]
    pub provisioning_status: Option<String>,
    /// How it does: `ONLINE`, `OFFLINE` ...
    #[serde(default)]
    pub operating_status: Option<String>,
    /// Whether it asks.
    #[serde(alias = "admin_state_up", default)]
    pub is_admin_state_up: Option<bool>,
    /// Its tags.
    #[serde(default, deserialize_with = "null_as_none")]
    pub tags: Vec<String>,
    /// The project it belongs to.
    #[serde(default)]
    pub project_id: Option<String>,
    /// When it was created, in UTC, as the server writes it.
    #[serde(default)]
    pub created_at: Option<String>,
    /// When it was last changed, in UTC, as the server writes it.
    #[serde(default)]
    pub updated_at: Option<String>,
}

impl Record for HealthMonitor {
    const NOUN: &'static str = "health monitor";
    const COLUMNS: &'static [&'static str] =
        &["id", "name", "type", "delay", "timeout", "max_retries", "pool_id"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for HealthMonitor {
    const SERVICE: &'static Service = &LOAD_BALANCER;
    const PATH: &'static str = "healthmonitors";
    const LIST: &'static [&'static str] = &["healthmonitors"];
    const ONE: &'static str = "healthmonitor";
    const MANY: &'static str = "healthmonitors";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn status(&self) -> &str {
        self.provisioning_status.as_deref().unwrap_or_default()
    }
}

impl Part for HealthMonitor {
    /// Its pool's.
    async fn balancer(&self, cloud: &Cloud) -> Result<String> {
        let pool = owner(self, self.pool_id.as_ref())?;
        Pool::get(cloud, &pool).await?.balancer(cloud).await
    }

    fn tags(&self) -> &[String] {
        &self.tags
    }
}

operation! {
    /// Lists health monitors: the project's, or that of one pool.
    ///
    /// Octavia: `GET /v2.0/lbaas/healthmonitors`, with `?pool_id=`.
    ///
    /// ```sh
    /// ik loadbalancer healthmonitor list
    /// ik loadbalancer healthmonitor list --pool web-pool
    /// ```
    Networking::list_health_monitors as ListHealthMonitors, "loadbalancer healthmonitor list",
    Effect::Reads,
    ()
    {
        /// Only that of this pool, by name or id.
        pool_id: Option<Named<Pool>> = None,
        /// Only those of this name.
        name: Option<String> = None,
        /// Only those that have all of these tags.
        tags: Vec<String> = Vec::new(),
    }
}

impl Operation for ListHealthMonitors {
    type Output = Vec<HealthMonitor>;

    const CONTRACTED: Option<&'static [&'static str]> =
        Some(&["id", "name", "type", "delay", "timeout", "max_retries", "pool_id"]);

    async fn run(&self, cloud: &Cloud) -> Result<Vec<HealthMonitor>> {
        HealthMonitor::list(cloud)
            .only("pool_id", id_of(cloud, self.pool_id.as_ref()).await?)
            .only("name", self.name.as_ref())
            .only("tags", all_of(&self.tags))
            .all()
            .await
    }
}

operation! {
    /// Shows a health monitor.
    ///
    /// Octavia: `GET /v2.0/lbaas/healthmonitors/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer healthmonitor show web-health
    /// ```
    Networking::get_health_monitor as GetHealthMonitor, "loadbalancer healthmonitor show",
    Effect::Reads,
    (
        /// The health monitor, by name or id.
        health_monitor_id: Named<HealthMonitor>,
    )
    {}
}

impl Operation for GetHealthMonitor {
    type Output = HealthMonitor;

    async fn run(&self, cloud: &Cloud) -> Result<HealthMonitor> {
        self.health_monitor_id.find(cloud).await
    }
}
