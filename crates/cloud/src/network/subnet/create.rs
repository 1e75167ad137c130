//! Creating a subnet.

use ipnet::IpNet;
use serde_json::{Map, Value, json};

use super::{AllocationPool, Cidr, HostRoute, Ipv6Mode, Subnet};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::network::body::Body;
use crate::network::change::tag_new;
use crate::network::{Network, Networking, SubnetPool, existing, once};
use crate::operation::{Effect, Operation, operation};
use crate::resource::Named;
use crate::session::service::NETWORK;

operation! {
    /// Creates a subnet in a network.
    ///
    /// Its gateway is the first address unless another one, or `none`, is given: a router can be
    /// attached only to a subnet that has one. Should Neutron's answer be lost, the subnet is looked
    /// for and not created twice.
    ///
    /// Neutron: `POST /v2.0/subnets`; tags: `PUT /v2.0/subnets/{id}/tags`.
    ///
    /// ```sh
    /// ik subnet create front-v4 --network front --subnet-range 10.0.0.0/24 --dns-nameserver 9.9.9.9
    /// ik subnet create back-v4 --network back --subnet-range 10.0.1.0/24 --gateway none --allocation-pool start=10.0.1.100,end=10.0.1.199
    /// ```
    Networking::create_subnet as CreateSubnet, "subnet create" [name], Effect::Changes,
    (
        /// The network, by name or id.
        network_id: Named<Network>,
        /// Name of the new subnet.
        name: String,
        /// Its addresses, as `192.0.2.0/24`. With a subnet pool they need not be given.
        #[flag("subnet-range")]
        cidr: Cidr,
    )
    {
        /// 4 or 6.
        ip_version: u32 = 4,
        /// Address of the gateway, or `none`. Otherwise the first address.
        #[flag("gateway")]
        gateway_ip: Option<String> = None,
        /// Whether instances are told their addresses by DHCP.
        #[flag("dhcp", "no-dhcp")]
        enable_dhcp: bool = true,
        /// Name servers that instances are told.
        dns_nameservers: Option<Vec<String>> = None,
        /// Ranges that ports get their addresses from. Otherwise all but the gateway.
        allocation_pools: Vec<AllocationPool> = Vec::new(),
        /// Routes that instances are told.
        host_routes: Vec<HostRoute> = Vec::new(),
        /// How routers announce the subnet, with IPv6.
        ipv6_ra_mode: Option<Ipv6Mode> = None,
        /// How instances get their addresses, with IPv6.
        ipv6_address_mode: Option<Ipv6Mode> = None,
        /// Subnet pool to cut it from, by name or id.
        subnet_pool: Option<Named<SubnetPool>> = None,
        /// How many bits of an address name the subnet cut from the pool: 24 for 256 addresses.
        #[flag("prefix-length")]
        prefixlen: Option<u32> = None,
        /// What people shall know about it.
        description: Option<String> = None,
        /// Tags to give it.
        tags: Vec<String> = Vec::new(),
        /// Further fields of Neutron's `subnet` object, sent as they are.
        extra: Map<String, Value> = Map::new(),
    }
}

impl Operation for CreateSubnet {
    type Output = Subnet;

    const CONTRACTED: Option<&'static [&'static str]> = Some(&["id", "name", "cidr"]);

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<Subnet> {
        if self.cidr.as_str().is_none() && self.subnet_pool.is_none() {
            return Err(Error::new(Kind::Invalid, "the subnet has no range of addresses")
                .with_hint("give one, as 192.0.2.0/24, or a subnet pool"));
        }
        let pool = async {
            match &self.subnet_pool {
                Some(pool) => pool.id(cloud).await.map(Some),
                None => Ok(None),
            }
        };
        let (network, pool) = tokio::join!(self.network_id.id(cloud), pool);
        let body = Body::new()
            .set("network_id", network?)
            .set("name", self.name.as_str())
            .maybe("cidr", self.cidr.as_str())
            .set("ip_version", self.ip_version)
            .maybe("gateway_ip", self.gateway_ip.as_deref().and_then(gateway))
            .set("enable_dhcp", self.enable_dhcp)
            .maybe("dns_nameservers", self.dns_nameservers.as_ref())
            .list("allocation_pools", &self.allocation_pools)
            .list("host_routes", &routes(&self.host_routes))
            .maybe("ipv6_ra_mode", self.ipv6_ra_mode)
            .maybe("ipv6_address_mode", self.ipv6_address_mode)
            .maybe("subnetpool_id", pool?)
            .maybe("prefixlen", self.prefixlen)
            .maybe("description", self.description.as_ref())
            .extra(&self.extra)?;
        let mut made: Subnet = once::create(cloud, body.done()).await?;
        tag_new::<Subnet>(cloud, &made.id, &self.tags).await?;
        made.tags.clone_from(&self.tags);
        Ok(made)
    }

    async fn existing(&self, cloud: &Cloud) -> Result<Option<Subnet>> {
        let network = self.network_id.id(cloud).await?;
        let within = Some(("network_id", network.as_str()));
        let found = existing::named::<Subnet>(cloud, &self.name, within, &self.tags).await?;
        match (&found, self.cidr.as_str()) {
            // Of another range it would not do: nothing can change that later.
            (Some(found), Some(cidr)) if !is_same_range(&found.cidr, cidr) => Err(Error::new(
                Kind::Conflict,
                format!("there is a subnet `{}` already, of {}", self.name, found.cidr),
            )
            .with_service(NETWORK.kind)
            .with_resource(&found.id)
            .with_hint("take another name, or delete it")),
            _ => Ok(found),
        }
    }
}

/// Whether two texts name the same addresses.
fn is_same_range(one: &str, other: &str) -> bool {
    match (one.parse::<IpNet>(), other.parse::<IpNet>()) {
        (Ok(one), Ok(other)) => one.trunc() == other.trunc(),
        _ => one == other,
    }
}

/// What Neutron is told of a gateway: null for none, nothing at all for its own choice.
pub(super) fn gateway(text: &str) -> Option<Value> {
    match text.to_ascii_lowercase().as_str() {
        "auto" => None,
        "none" => Some(Value::Null),
        _ => Some(text.into()),
    }
}

/// Routes in Neutron's words.
pub(super) fn routes(routes: &[HostRoute]) -> Vec<Value> {
    let route =
        |route: &HostRoute| json!({ "destination": route.destination, "nexthop": route.gateway });
    routes.iter().map(route).collect()
}
