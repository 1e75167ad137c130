//! Networks: what instances are attached to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Networking;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource};
use crate::session::service::{NETWORK, Service};

operations!(ListNetworks, GetNetwork);

/// A network that instances can be attached to.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Network {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique.
    pub name: String,
    /// `ACTIVE`, `DOWN`, `BUILD` or `ERROR`.
    pub status: String,
    /// Whether all projects may use it.
    #[serde(alias = "shared")]
    pub is_shared: bool,
    /// Whether it leads outside: a source of floating IPs and router gateways.
    #[serde(alias = "router:external")]
    pub is_external: bool,
    /// The ids of its subnets.
    pub subnets: Vec<String>,
    /// What people say about it.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether it carries traffic.
    #[serde(alias = "admin_state_up", default)]
    pub is_admin_state_up: Option<bool>,
    /// The largest packet it carries, in bytes.
    #[serde(default)]
    pub mtu: Option<u32>,
    /// Whether its ports have security groups and check addresses, if not said otherwise.
    #[serde(alias = "port_security_enabled", default)]
    pub is_port_security_enabled: Option<bool>,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The project it belongs to.
    #[serde(default)]
    pub project_id: Option<String>,
    /// When it was created, as the server writes it.
    #[serde(default)]
    pub created_at: Option<String>,
    /// When it was last changed, as the server writes it.
    #[serde(default)]
    pub updated_at: Option<String>,
}

/// What the contract has of a network in a list.
const LISTED: &[&str] = &["id", "name", "status", "is_shared", "is_external", "subnets"];

impl Record for Network {
    const NOUN: &'static str = "network";
    const COLUMNS: &'static [&'static str] = &["id", "name", "status", "is_external", "subnets"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for Network {
    const SERVICE: &'static Service = &NETWORK;
    const PATH: &'static str = "networks";
    const LIST: &'static [&'static str] = &["networks"];
    const ONE: &'static str = "network";
    const MANY: &'static str = "networks";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn status(&self) -> &str {
        &self.status
    }
}

operation! {
    /// Lists the networks that the project can use.
    ///
    /// Those that are shared or lead outside belong to other projects.
    ///
    /// Neutron: `GET /v2.0/networks`.
    ///
    /// ```sh
    /// ik network list
    /// ik network list -c name -c subnets
    /// ```
    Networking::list_networks as ListNetworks, "network list", Effect::Reads,
    () {}
}

impl Operation for ListNetworks {
    type Output = Vec<Network>;

    const CONTRACTED: Option<&'static [&'static str]> = Some(LISTED);

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Network>> {
        Network::list(cloud).all().await
    }
}

operation! {
    /// Shows a network.
    ///
    /// Neutron: `GET /v2.0/networks/{id}`.
    ///
    /// ```sh
    /// ik network show demo-net
    /// ```
    Networking::get_network as GetNetwork, "network show", Effect::Reads,
    (
        /// The network, by name or id.
        network_id: Named<Network>,
    )
    {}
}

impl Operation for GetNetwork {
    type Output = Network;

    async fn run(&self, cloud: &Cloud) -> Result<Network> {
        self.network_id.find(cloud).await
    }
}
