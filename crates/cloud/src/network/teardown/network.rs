//! What hangs on a network.
//!
//! What nobody would miss goes: ports that nothing is plugged into, trunks over such ports, what leads
//! to them from outside, routes through the network, interfaces of routers, subnets. What people work
//! with is in the way: instances, load balancers. It is named, and nothing is done.

use std::net::IpAddr;

use futures_util::future::join_all;
use ipnet::IpNet;
use serde_json::json;

use super::{Step, Torn, no_longer_led};
use crate::cloud::Cloud;
use crate::compute::Instance;
use crate::error::{Error, Kind, Result};
use crate::load_balancer::LoadBalancer;
use crate::network::{FloatingIp, HostRoute, Network, Port, Router, Subnet, Trunk};
use crate::page::Pages;
use crate::resource::Resource;
use crate::session::Request;
use crate::session::service::NETWORK;

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

/// What hangs on a network.
struct Hanging {
    subnets: Vec<Subnet>,
    /// Ports that nothing is plugged into.
    loose: Vec<Port>,
    /// Trunks over such ports.
    trunks: Vec<Trunk>,
    /// Interfaces of routers.
    interfaces: Vec<Port>,
}

impl Torn for Network {
    /// Three requests, and two more if there are routers.
    async fn plan(&self, cloud: &Cloud) -> Result<Vec<Step>> {
        let hanging = Hanging::on(cloud, self).await?;
        let mut steps = hanging.led(cloud).await?;
        steps.extend(hanging.trunks.iter().map(Step::delete));
        let address = |port: &Port| {
            port.fixed_ips.first().map(|fixed| fixed.ip_address.clone()).unwrap_or_default()
        };
        steps.extend(hanging.loose.iter().map(|port| Step::delete_at(port, &address(port))));
        let interfaces = hanging.interfaces.iter();
        steps.extend(interfaces.map(|port| Step::disconnect(&port.device_id, port)));
        steps.extend(hanging.subnets.iter().map(|one| Step::delete_at(one, &one.cidr)));
        steps.push(Step::delete(self));
        Ok(steps)
    }
}

impl Hanging {
    async fn on(cloud: &Cloud, network: &Network) -> Result<Self> {
        let of = |path: &'static [&'static str]| {
            Request::get(&NETWORK, path).query("network_id", &network.id)
        };
        let (subnets, ports, trunks) = tokio::try_join!(
            Pages::<Subnet>::new(cloud, of(Subnet::LIST), Subnet::MANY).all(),
            Pages::<Port>::new(cloud, of(Port::LIST), Port::MANY).all(),
            trunks(cloud),
        )?;
        let owned = |port: &Port, owners: &[&str]| owners.contains(&port.device_owner.as_str());
        let (interfaces, others): (Vec<_>, Vec<_>) =
            ports.into_iter().partition(|port| owned(port, OF_ROUTERS));
        let others = others.into_iter().filter(|port| !owned(port, GO_BY_THEMSELVES));
        let (loose, used): (Vec<_>, Vec<_>) =
            others.partition(|port| port.device_owner.is_empty() && port.device_id.is_empty());
        let is_loose = |id: &str| loose.iter().any(|port| port.id == id);
        let (trunks, others): (Vec<_>, Vec<_>) =
            trunks.into_iter().partition(|trunk| is_loose(&trunk.port_id));
        // A trunk to elsewhere that comes here, too, is somebody's work.
        let other =
            others.iter().find(|trunk| trunk.sub_ports.iter().any(|part| is_loose(&part.port_id)));
        if !used.is_empty() || other.is_some() {
            return Err(in_the_way(cloud, network, &used, other).await);
        }
        Ok(Hanging { subnets, loose, trunks, interfaces })
    }

    /// What leads here from elsewhere ends: floating IPs and forwardings to the ports, and static
    /// routes through the subnets. Floating IPs stay allocated, routes through other networks stay.
    async fn led(&self, cloud: &Cloud) -> Result<Vec<Step>> {
        let mut ids: Vec<_> = self.interfaces.iter().map(|port| &port.device_id).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let of = |path: &'static [&'static str], key: &str| {
            let all = Request::get(&NETWORK, path);
            ids.iter().fold(all, |request, id| request.query(key, id))
        };
        let (routers, floating_ips) = tokio::try_join!(
            Pages::<Router>::new(cloud, of(Router::LIST, "id"), Router::MANY).all(),
            Pages::<FloatingIp>::new(cloud, of(FloatingIp::LIST, "router_id"), FloatingIp::MANY)
                .all(),
        )?;
        let is_here = |address: &str| self.holds(address);
        let led = floating_ips.iter().flat_map(|one| no_longer_led(one, is_here));
        Ok(led.chain(routers.iter().filter_map(|router| self.unrouted(router))).collect())
    }

    /// A router loses the static routes that lead through the network.
    fn unrouted(&self, router: &Router) -> Option<Step> {
        let through: Vec<_> =
            router.routes.iter().filter(|route| self.holds(&route.gateway)).collect();
        let told = |route: &&HostRoute| format!("to {} by {}", route.destination, route.gateway);
        let told: Vec<_> = through.iter().map(told).collect();
        let wire = |route: &&HostRoute| json!({ "destination": route.destination, "nexthop": route.gateway });
        let routes: Vec<_> = through.iter().map(wire).collect();
        let what = format!("no route {}", told.join(", "));
        let body = json!({ "routes": routes });
        (!told.is_empty()).then(|| Step::change(router, &what, &["remove_extraroutes"], &body))
    }

    /// Whether an address is one of the network's.
    fn holds(&self, address: &str) -> bool {
        let Ok(address) = address.parse::<IpAddr>() else { return false };
        let ranges = self.subnets.iter().filter_map(|subnet| subnet.cidr.parse::<IpNet>().ok());
        ranges.into_iter().any(|range| range.contains(&address))
    }
}

/// The project's trunks; none where the cloud knows of no trunks.
async fn trunks(cloud: &Cloud) -> Result<Vec<Trunk>> {
    match Trunk::list(cloud).all().await {
        Err(error) if error.kind() == Kind::NotFound => Ok(Vec::new()),
        outcome => outcome,
    }
}

/// Says who is in the way: instances and load balancers by name.
async fn in_the_way(
    cloud: &Cloud,
    network: &Network,
    used: &[Port],
    trunk: Option<&Trunk>,
) -> Error {
    let mut users: Vec<_> =
        used.iter().map(|port| (port.device_owner.as_str(), port.device_id.as_str())).collect();
    users.sort_unstable();
    users.dedup();
    let count = users.len() + usize::from(trunk.is_some());
    let named = users.iter().take(NAMED).map(|(owner, id)| user(cloud, owner, id));
    let mut named = join_all(named).await;
    named.sort_unstable();
    named.extend(trunk.map(|trunk| format!("trunk {}", trunk.name)));
    let more = match count - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let who = named.join(", ");
    Error::new(Kind::Conflict, format!("network `{}` is in use by {who}{more}", network.name))
        .with_service(NETWORK.kind)
        .with_resource(&network.id)
        .with_hint("nothing was removed; detach or delete these first")
}

/// Who uses a port. A name that cannot be had is no reason to be silent.
async fn user(cloud: &Cloud, owner: &str, id: &str) -> String {
    if owner.starts_with("compute:") {
        return named(&Instance::get(cloud, id).await, id);
    }
    match id.strip_prefix("lb-").filter(|_| owner == "Octavia") {
        Some(balancer) => named(&LoadBalancer::get(cloud, balancer).await, balancer),
        None => format!("{owner} {id}"),
    }
}

fn named<T: Resource>(found: &Result<T>, id: &str) -> String {
    match found {
        Ok(found) => format!("{} {}", T::NOUN, found.name()),
        Err(_) => format!("{} {id}", T::NOUN),
    }
}
