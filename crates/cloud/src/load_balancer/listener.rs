//! Listeners: the ports of a load balancer, and what speaks there.

mod change;
mod unset;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use change::{CreateListener, DeleteListener, SetListener};
pub use unset::UnsetListener;

use super::LoadBalancer;
use super::change::{Part, owner};
use super::told::{first, ids, null_as_none};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::network::change::all_of;
use crate::network::{Networking, id_of};
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource};
use crate::session::service::{LOAD_BALANCER, Service};

operations!(ListListeners, GetListener, CreateListener, SetListener, UnsetListener, DeleteListener);

/// A listener.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Listener {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique.
    #[serde(default)]
    pub name: String,
    /// `HTTP`, `HTTPS`, `TCP`, `TERMINATED_HTTPS`, `UDP`, `SCTP`, `PROMETHEUS`.
    pub protocol: String,
    /// The port it listens at.
    pub protocol_port: u16,
    /// The load balancer it belongs to.
    #[serde(alias = "loadbalancers", default, deserialize_with = "first")]
    pub loadbalancer_id: Option<String>,
    /// What is being done to it: `ACTIVE` for nothing, `PENDING_...`, or `ERROR`.
    #[serde(default)]
    pub provisioning_status: Option<String>,
    /// How it does: `ONLINE`, `OFFLINE` ...
    #[serde(default)]
    pub operating_status: Option<String>,
    /// The pool that gets what no policy sends elsewhere.
    #[serde(default)]
    pub default_pool_id: Option<String>,
    /// Ids of its policies.
    #[serde(alias = "l7policies", default, deserialize_with = "ids")]
    pub l7_policies: Vec<String>,
    /// What people say about it.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether it takes traffic.
    #[serde(alias = "admin_state_up", default)]
    pub is_admin_state_up: Option<bool>,
    /// How many connections there may be at once; -1 for any number.
    #[serde(default)]
    pub connection_limit: Option<i64>,
    /// Where the key manager keeps its certificate.
    #[serde(default)]
    pub default_tls_container_ref: Option<String>,
    /// Where the key manager keeps certificates for further names.
    #[serde(default, deserialize_with = "null_as_none")]
    pub sni_container_refs: Vec<String>,
    /// Ranges it takes traffic from; all, if there are none.
    #[serde(default, deserialize_with = "null_as_none")]
    pub allowed_cidrs: Vec<String>,
    /// Headers it adds to requests.
    #[serde(default)]
    pub insert_headers: Map<String, Value>,
    /// After how many milliseconds without data a client is given up.
    #[serde(default)]
    pub timeout_client_data: Option<u64>,
    /// How many milliseconds connecting to a member may take.
    #[serde(default)]
    pub timeout_member_connect: Option<u64>,
    /// After how many milliseconds without data a member is given up.
    #[serde(default)]
    pub timeout_member_data: Option<u64>,
    /// Versions of TLS it speaks.
    #[serde(default, deserialize_with = "null_as_none")]
    pub tls_versions: Vec<String>,
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

impl Record for Listener {
    const NOUN: &'static str = "listener";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "name",
        "protocol",
        "protocol_port",
        "default_pool_id",
        "loadbalancer_id",
        "provisioning_status",
    ];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for Listener {
    const SERVICE: &'static Service = &LOAD_BALANCER;
    const PATH: &'static str = "listeners";
    const LIST: &'static [&'static str] = &["listeners"];
    const ONE: &'static str = "listener";
    const MANY: &'static str = "listeners";

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

impl Part for Listener {
    async fn balancer(&self, _: &Cloud) -> Result<String> {
        owner(self, self.loadbalancer_id.as_ref())
    }

    fn tags(&self) -> &[String] {
        &self.tags
    }
}

operation! {
    /// Lists listeners: the project's, or those of one load balancer.
    ///
    /// Octavia: `GET /v2.0/lbaas/listeners`, with `?load_balancer_id=`.
    ///
    /// ```sh
    /// ik loadbalancer listener list
    /// ik loadbalancer listener list --loadbalancer web-lb
    /// ```
    Networking::list_listeners as ListListeners, "loadbalancer listener list", Effect::Reads,
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

impl Operation for ListListeners {
    type Output = Vec<Listener>;

    const CONTRACTED: Option<&'static [&'static str]> =
        Some(&["id", "name", "protocol", "protocol_port", "loadbalancer_id"]);

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Listener>> {
        Listener::list(cloud)
            .only("load_balancer_id", id_of(cloud, self.loadbalancer_id.as_ref()).await?)
            .only("name", self.name.as_ref())
            .only("tags", all_of(&self.tags))
            .all()
            .await
    }
}

operation! {
    /// Shows a listener.
    ///
    /// Octavia: `GET /v2.0/lbaas/listeners/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer listener show web
    /// ```
    Networking::get_listener as GetListener, "loadbalancer listener show", Effect::Reads,
    (
        /// The listener, by name or id.
        listener_id: Named<Listener>,
    )
    {}
}

impl Operation for GetListener {
    type Output = Listener;

    async fn run(&self, cloud: &Cloud) -> Result<Listener> {
        self.listener_id.find(cloud).await
    }
}
