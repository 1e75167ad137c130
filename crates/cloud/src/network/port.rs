//! Ports: what plugs an instance, a router or anything else into a network.

mod change;
mod create;
mod part;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use change::{SetPort, UnsetPort};
pub use create::CreatePort;
pub use part::{AddressPair, FixedIp, PortAddress};

use super::change::all_of;
use super::{Network, Networking, id_of};
use crate::cloud::Cloud;
use crate::compute::Instance;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource};
use crate::session::service::{NETWORK, Service};

operations!(ListPorts, GetPort, CreatePort, SetPort, UnsetPort, DeletePort);

/// A port of a network.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Port {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique, and often empty.
    pub name: String,
    /// `ACTIVE`, `DOWN`, `BUILD` or `ERROR`.
    pub status: String,
    /// The network it is on.
    pub network_id: String,
    /// Its hardware address.
    pub mac_address: String,
    /// Its addresses.
    pub fixed_ips: Vec<PortAddress>,
    /// What is plugged in: the id of an instance, a router ...; empty for nothing.
    pub device_id: String,
    /// What kind of thing that is: `compute:...`, `network:router_interface` ...
    pub device_owner: String,
    /// Ids of its security groups.
    #[serde(default)]
    pub security_groups: Vec<String>,
    /// Addresses that it may send from besides its own.
    #[serde(default)]
    pub allowed_address_pairs: Vec<AddressPair>,
    /// Whether it carries traffic.
    #[serde(alias = "admin_state_up")]
    pub is_admin_state_up: bool,
    /// Whether it has security groups and checks addresses.
    #[serde(alias = "port_security_enabled", default)]
    pub is_port_security_enabled: Option<bool>,
    /// Its name in the DNS of the network.
    #[serde(default)]
    pub dns_name: Option<String>,
    /// What people say about it.
    #[serde(default)]
    pub description: Option<String>,
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

impl Record for Port {
    const NOUN: &'static str = "port";
    const COLUMNS: &'static [&'static str] =
        &["id", "name", "mac_address", "fixed_ips", "status", "device_owner"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for Port {
    const SERVICE: &'static Service = &NETWORK;
    const PATH: &'static str = "ports";
    const LIST: &'static [&'static str] = &["ports"];
    const ONE: &'static str = "port";
    const MANY: &'static str = "ports";

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
    /// Lists ports.
    ///
    /// Neutron: `GET /v2.0/ports`.
    ///
    /// ```sh
    /// ik port list
    /// ik port list --server web
    /// ```
    Networking::list_ports as ListPorts, "port list", Effect::Reads,
    ()
    {
        /// Only those of this instance, by name or id.
        server: Option<Named<Instance>> = None,
        /// Only those on this network, by name or id.
        network: Option<Named<Network>> = None,
        /// Only those that this is plugged into, by its id.
        device_id: Option<String> = None,
        /// Only those of this kind of thing: `network:router_interface` ...
        device_owner: Option<String> = None,
        /// Only those of this name.
        name: Option<String> = None,
        /// Only the one with this hardware address.
        mac_address: Option<String> = None,
        /// Only those with this address.
        ip_address: Option<String> = None,
        /// Only those that have all of these tags.
        tags: Vec<String> = Vec::new(),
    }
}

impl Operation for ListPorts {
    type Output = Vec<Port>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Port>> {
        let (server, network) = tokio::try_join!(
            id_of(cloud, self.server.as_ref()),
            id_of(cloud, self.network.as_ref()),
        )?;
        let address = self.ip_address.as_ref().map(|address| format!("ip_address={address}"));
        Port::list(cloud)
            .only("device_id", server.as_ref().or(self.device_id.as_ref()))
            .only("network_id", network)
            .only("device_owner", self.device_owner.as_ref())
            .only("name", self.name.as_ref())
            .only("mac_address", self.mac_address.as_ref())
            .only("fixed_ips", address)
            .only("tags", all_of(&self.tags))
            .all()
            .await
    }
}

operation! {
    /// Shows a port.
    ///
    /// Neutron: `GET /v2.0/ports/{id}`.
    ///
    /// ```sh
    /// ik port show web-1-port
    /// ```
    Networking::get_port as GetPort, "port show", Effect::Reads,
    (
        /// The port, by name or id.
        port: Named<Port>,
    )
    {}
}

impl Operation for GetPort {
    type Output = Port;

    async fn run(&self, cloud: &Cloud) -> Result<Port> {
        self.port.find(cloud).await
    }
}

operation! {
    /// Deletes a port. What is plugged in loses its connection.
    ///
    /// A port of a router goes with `router remove subnet` instead. One that is gone already counts
    /// as deleted.
    ///
    /// Neutron: `DELETE /v2.0/ports/{id}`.
    ///
    /// ```sh
    /// ik port delete web-1-port
    /// ```
    Networking::delete_port as DeletePort, "port delete", Effect::Destroys,
    (
        /// The port, by name or id.
        port: Named<Port>,
    )
    {}
}

impl Operation for DeletePort {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        self.port.delete(cloud).await
    }
}
