//! Pools: servers that traffic is spread over, and how.

mod change;
mod unset;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use change::{CreatePool, DeletePool, SetPool};
pub use unset::UnsetPool;

use super::LoadBalancer;
use super::change::{Part, owner};
use super::told::{first, ids, null_as_none};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::network::change::all_of;
use crate::network::{Networking, id_of};
use crate::operation::{Effect, Operation, operation, operations, plain_settings};
use crate::resource::{Named, Record, Resource};
use crate::session::service::{LOAD_BALANCER, Service};

operations!(ListPools, GetPool, CreatePool, SetPool, UnsetPool, DeletePool);

/// A pool.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Pool {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique.
    #[serde(default)]
    pub name: String,
    /// `HTTP`, `HTTPS`, `TCP`, `PROXY`, `PROXYV2`, `UDP`, `SCTP`.
    pub protocol: String,
    /// How members are chosen: `ROUND_ROBIN`, `LEAST_CONNECTIONS`, `SOURCE_IP`, `SOURCE_IP_PORT`.
    pub lb_algorithm: String,
    /// The load balancer it belongs to.
    #[serde(alias = "loadbalancers", default, deserialize_with = "first")]
    pub loadbalancer_id: Option<String>,
    /// Ids of the listeners that it is the default of.
    #[serde(default, deserialize_with = "ids")]
    pub listeners: Vec<String>,
    /// Ids of its members.
    #[serde(default, deserialize_with = "ids")]
    pub members: Vec<String>,
    /// Id of what looks after its members.
    #[serde(default)]
    pub healthmonitor_id: Option<String>,
    /// How requests of one client are kept together.
    #[serde(default)]
    pub session_persistence: Option<SessionPersistence>,
    /// What is being done to it: `ACTIVE` for nothing, `PENDING_...`, or `ERROR`.
    #[serde(default)]
    pub provisioning_status: Option<String>,
    /// How it does: `ONLINE`, `OFFLINE` ...
    #[serde(default)]
    pub operating_status: Option<String>,
    /// What people say about it.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether it takes traffic.
    #[serde(alias = "admin_state_up", default)]
    pub is_admin_state_up: Option<bool>,
    /// Whether members are spoken to with TLS.
    #[serde(default)]
    pub tls_enabled: Option<bool>,
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

/// How requests of one client are kept together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-shown-by" = "type"))]
pub struct SessionPersistence {
    /// `SOURCE_IP`, `HTTP_COOKIE` or `APP_COOKIE`.
    pub r#type: String,
    /// The name of the cookie, for `APP_COOKIE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cookie_name: Option<String>,
    /// After how many seconds they need not be kept together, with UDP and SCTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persistence_timeout: Option<u64>,
    /// The mask of addresses that count as one client, with UDP and SCTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persistence_granularity: Option<String>,
}

plain_settings!(SessionPersistence);

impl Record for Pool {
    const NOUN: &'static str = "pool";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "name",
        "protocol",
        "lb_algorithm",
        "members",
        "loadbalancer_id",
        "provisioning_status",
        "operating_status",
    ];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for Pool {
    const SERVICE: &'static Service = &LOAD_BALANCER;
    const PATH: &'static str = "pools";
    const LIST: &'static [&'static str] = &["pools"];
    const ONE: &'static str = "pool";
    const MANY: &'static str = "pools";

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

impl Part for Pool {
    async fn balancer(&self, _: &Cloud) -> Result<String> {
        owner(self, self.loadbalancer_id.as_ref())
    }

    fn tags(&self) -> &[String] {
        &self.tags
    }
}

operation! {
    /// Lists pools: the project's, or those of one load balancer.
    ///
    /// Octavia: `GET /v2.0/lbaas/pools`, with `?loadbalancer_id=`.
    ///
    /// ```sh
    /// ik loadbalancer pool list --loadbalancer web-lb
    /// ```
    Networking::list_pools as ListPools, "loadbalancer pool list", Effect::Reads,
    ()
    {
        /// Only those of this load balancer, by name or id.
        loadbalancer_id: Option<Named<LoadBalancer>> = None,
        /// Only those of this name.
        name: Option<String> = None,
        /// Only those that have all of these tags.
        tags: Vec<String> = Vec::new(),
    }
}

impl Operation for ListPools {
    type Output = Vec<Pool>;

    const CONTRACTED: Option<&'static [&'static str]> =
        Some(&["id", "name", "protocol", "lb_algorithm"]);

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Pool>> {
        Pool::list(cloud)
            .only("loadbalancer_id", id_of(cloud, self.loadbalancer_id.as_ref()).await?)
            .only("name", self.name.as_ref())
            .only("tags", all_of(&self.tags))
            .all()
            .await
    }
}

operation! {
    /// Shows a pool.
    ///
    /// Octavia: `GET /v2.0/lbaas/pools/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer pool show web
    /// ```
    Networking::get_pool as GetPool, "loadbalancer pool show", Effect::Reads,
    (
        /// The pool, by name or id.
        pool_id: Named<Pool>,
    )
    {}
}

impl Operation for GetPool {
    type Output = Pool;

    async fn run(&self, cloud: &Cloud) -> Result<Pool> {
        self.pool_id.find(cloud).await
    }
}
