//! Subnets: the addresses of a network, and what its instances are told by DHCP.

mod change;
mod create;
mod part;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use change::{SetSubnet, UnsetSubnet};
pub use create::CreateSubnet;
pub use part::{AllocationPool, Cidr, HostRoute, Ipv6Mode};

use super::change::all_of;
use super::{Network, Networking, id_of};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource};
use crate::session::service::{NETWORK, Service};

operations!(ListSubnets, GetSubnet, CreateSubnet, SetSubnet, UnsetSubnet, DeleteSubnet);

/// A subnet of a network.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Subnet {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique.
    pub name: String,
    /// The network whose addresses these are.
    pub network_id: String,
    /// Its addresses, as `192.0.2.0/24`.
    pub cidr: String,
    /// 4 or 6.
    pub ip_version: u8,
    /// The address of its way out; none for a subnet without one.
    pub gateway_ip: Option<String>,
    /// Whether instances are told their addresses by DHCP.
    #[serde(alias = "enable_dhcp")]
    pub is_dhcp_enabled: bool,
    /// The ranges that ports get their addresses from.
    #[serde(default)]
    pub allocation_pools: Vec<AllocationPool>,
    /// Name servers that instances are told.
    #[serde(default)]
    pub dns_nameservers: Vec<String>,
    /// Routes that instances are told.
    #[serde(default)]
    pub host_routes: Vec<HostRoute>,
    /// How routers announce it: `slaac`, `dhcpv6-stateful`, `dhcpv6-stateless`; none with IPv4.
    #[serde(default)]
    pub ipv6_ra_mode: Option<String>,
    /// How instances get their IPv6 addresses: as above.
    #[serde(default)]
    pub ipv6_address_mode: Option<String>,
    /// The pool it was cut from.
    #[serde(alias = "subnetpool_id", default)]
    pub subnet_pool_id: Option<String>,
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

/// What the contract has of a subnet in a list; one alone has all but the last.
const LISTED: &[&str] =
    &["id", "name", "network_id", "cidr", "ip_version", "gateway_ip", "is_dhcp_enabled"];
const SHOWN: &[&str] = &["id", "name", "network_id", "cidr", "ip_version", "gateway_ip"];

impl Record for Subnet {
    const NOUN: &'static str = "subnet";
    const COLUMNS: &'static [&'static str] = &["id", "name", "network_id", "cidr", "gateway_ip"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for Subnet {
    const SERVICE: &'static Service = &NETWORK;
    const PATH: &'static str = "subnets";
    const LIST: &'static [&'static str] = &["subnets"];
    const ONE: &'static str = "subnet";
    const MANY: &'static str = "subnets";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    /// Subnets have no status; their addresses tell one from another.
    fn status(&self) -> &str {
        &self.cidr
    }
}

operation! {
    /// Lists subnets.
    ///
    /// Neutron: `GET /v2.0/subnets`.
    ///
    /// ```sh
    /// ik subnet list
    /// ik subnet list --network front
    /// ```
    Networking::list_subnets as ListSubnets, "subnet list", Effect::Reads,
    ()
    {
        /// Only those of this network, by name or id.
        network: Option<Named<Network>> = None,
        /// Only those of this name.
        name: Option<String> = None,
        /// Only those of IP version 4 or 6.
        ip_version: Option<u32> = None,
        /// Only those that have all of these tags.
        tags: Vec<String> = Vec::new(),
    }
}

impl Operation for ListSubnets {
    type Output = Vec<Subnet>;

    const CONTRACTED: Option<&'static [&'static str]> = Some(LISTED);

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Subnet>> {
        Subnet::list(cloud)
            .only("network_id", id_of(cloud, self.network.as_ref()).await?)
            .only("name", self.name.as_ref())
            .only("ip_version", self.ip_version)
            .only("tags", all_of(&self.tags))
            .all()
            .await
    }
}

operation! {
    /// Shows a subnet.
    ///
    /// Neutron: `GET /v2.0/subnets/{id}`.
    ///
    /// ```sh
    /// ik subnet show front-v4
    /// ```
    Networking::get_subnet as GetSubnet, "subnet show", Effect::Reads,
    (
        /// The subnet, by name or id.
        subnet_id: Named<Subnet>,
    )
    {}
}

impl Operation for GetSubnet {
    type Output = Subnet;

    const CONTRACTED: Option<&'static [&'static str]> = Some(SHOWN);

    async fn run(&self, cloud: &Cloud) -> Result<Subnet> {
        self.subnet_id.find(cloud).await
    }
}

operation! {
    /// Deletes a subnet. Ports with an address from it are in the way.
    ///
    /// One that is gone already counts as deleted.
    ///
    /// Neutron: `DELETE /v2.0/subnets/{id}`.
    ///
    /// ```sh
    /// ik subnet delete front-v4
    /// ```
    Networking::delete_subnet as DeleteSubnet, "subnet delete", Effect::Destroys,
    (
        /// The subnet, by name or id.
        subnet_id: Named<Subnet>,
    )
    {}
}

impl Operation for DeleteSubnet {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        self.subnet_id.delete(cloud).await
    }
}
