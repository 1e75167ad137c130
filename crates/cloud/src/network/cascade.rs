//! Removing a network with all that hangs on it, in the order in which it can go.
//!
//! What nobody would miss goes: ports that nothing is plugged into, interfaces of routers, subnets.
//! What people work with is in the way: instances, load balancers. It is named, and nothing is done.

use reqwest::Method;
use serde_json::json;

use super::{Network, Port, Subnet};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::page::Pages;
use crate::resource::{Resource, or_gone};
use crate::session::Request;
use crate::session::service::NETWORK;

/// What hangs on a network.
#[derive(Debug)]
pub(super) struct Hanging {
    network: Network,
    subnets: Vec<Subnet>,
    /// Ports that nothing is plugged into.
    loose: Vec<Port>,
    /// Interfaces of routers.
    interfaces: Vec<Port>,
}

/// Owners of ports that Neutron removes with the network.
const GO_BY_THEMSELVES: &[&str] =
    &["network:dhcp", "network:distributed", "network:router_centralized_snat"];
/// Owners of ports that belong to a router.
const OF_ROUTERS: &[&str] = &[
    "network:router_interface",
    "network:router_interface_distributed",
    "network:ha_router_replicated_interface",
];
/// So many of what is in the way are named.
const NAMED: usize = 5;

impl Hanging {
    /// Looks at what hangs on a network: two requests besides the one that finds it.
    ///
    /// # Errors
    /// [`Kind::Conflict`] if there is something that people work with.
    pub(super) async fn on(cloud: &Cloud, network: Network) -> Result<Self> {
        let of = |path: &'static [&'static str]| {
            Request::get(&NETWORK, path).query("network_id", &network.id)
        };
        let (subnets, ports) = tokio::try_join!(
            Pages::<Subnet>::new(cloud, of(Subnet::LIST), Subnet::MANY).all(),
            Pages::<Port>::new(cloud, of(Port::LIST), Port::MANY).all(),
        )?;
        let owned = |port: &Port, owners: &[&str]| owners.contains(&port.device_owner.as_str());
        let (interfaces, others): (Vec<_>, Vec<_>) =
            ports.into_iter().partition(|port| owned(port, OF_ROUTERS));
        let others = others.into_iter().filter(|port| !owned(port, GO_BY_THEMSELVES));
        let (loose, used): (Vec<_>, Vec<_>) =
            others.partition(|port| port.device_owner.is_empty() && port.device_id.is_empty());
        if !used.is_empty() {
            return Err(in_the_way(&network, &used));
        }
        Ok(Hanging { network, subnets, loose, interfaces })
    }

    /// What will go, in its order.
    pub(super) fn lines(&self) -> Vec<String> {
        let ports = self.loose.iter().map(|port| {
            let address = port.fixed_ips.first().map_or("", |fixed| fixed.ip_address.as_str());
            format!("port {} {address}", called(&port.name, &port.id)).trim_end().to_string()
        });
        let interfaces = self.interfaces.iter().map(|port| {
            let address = port.fixed_ips.first().map_or("", |fixed| fixed.ip_address.as_str());
            format!("interface {address} of router {}", port.device_id)
        });
        let subnets = self
            .subnets
            .iter()
            .map(|subnet| format!("subnet {} {}", called(&subnet.name, &subnet.id), subnet.cidr));
        let network = format!("network {}", called(&self.network.name, &self.network.id));
        ports.chain(interfaces).chain(subnets).chain([network]).collect()
    }

    /// Removes it all. What is gone already counts as removed.
    pub(super) async fn remove(self, cloud: &Cloud) -> Result<()> {
        for port in &self.loose {
            or_gone(Port::delete(cloud, &port.id).await, "port", &port.id)?;
        }
        for port in &self.interfaces {
            let path = ["routers", &port.device_id, "remove_router_interface"];
            let request = Request::new(&NETWORK, Method::PUT, &path);
            let removed = cloud.send(request.json(json!({ "port_id": port.id }))).await;
            or_gone(removed.map(drop), "interface", &port.id)
                .map_err(|error| error.with_resource(&port.device_id))?;
        }
        // Subnets that nothing uses go with their network.
        or_gone(Network::delete(cloud, &self.network.id).await, "network", &self.network.id)
    }
}

/// A name, or the id of what has none.
fn called<'t>(name: &'t str, id: &'t str) -> &'t str {
    if name.is_empty() { id } else { name }
}

fn in_the_way(network: &Network, used: &[Port]) -> Error {
    let who = |port: &Port| {
        let what = match port.device_owner.split_once(':') {
            Some(("compute", _)) => "instance",
            _ => port.device_owner.as_str(),
        };
        format!("{what} {}", port.device_id)
    };
    let mut named: Vec<_> = used.iter().take(NAMED).map(who).collect();
    named.dedup();
    let more = match used.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Error::new(
        Kind::Conflict,
        format!("network `{}` is in use by {}{more}", network.name, named.join(", ")),
    )
    .with_service(NETWORK.kind)
    .with_resource(&network.id)
    .with_hint("nothing was removed; detach or delete these first")
}
