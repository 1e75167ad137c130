//! The project's network as a whole: what is connected with what.
//!
//! Six lists at the same time, nine where the cloud has load balancers, however many things there are;
//! what belongs together is found here.

mod balanced;
mod graph;
mod svg;
mod tree;

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use balanced::{Balanced, Spread};

use super::{Network, Networking, Port, Subnet};
use crate::cloud::Cloud;
use crate::compute::Instance;
use crate::error::Result;
use crate::operation::tree::{ASCII, LINES};
use crate::operation::{Effect, Operation, operation, operations};
use crate::page::Pages;
use crate::resource::{Record, Resource};
use crate::session::Request;
use crate::session::service::NETWORK;

operations!(ShowTopology);

/// The project's network.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Topology {
    /// The networks, those that lead outside first.
    pub networks: Vec<Segment>,
    /// The routers between them.
    pub routers: Vec<Junction>,
    /// Floating IPs that lead nowhere yet.
    pub unused_floating_ips: Vec<String>,
}

/// A network, and what is on it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Segment {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// Whether it leads outside.
    pub is_external: bool,
    /// Its subnets.
    pub subnets: Vec<Range>,
    /// The instances on it.
    pub servers: Vec<Attached>,
    /// The load balancers that have their address on it.
    #[serde(default)]
    pub load_balancers: Vec<Balanced>,
}

/// A subnet.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Range {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// Its addresses.
    pub cidr: String,
}

/// An instance on a network.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Attached {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// `ACTIVE`, `SHUTOFF` ...
    pub status: String,
    /// Its addresses on this network.
    pub addresses: Vec<String>,
    /// Floating IPs that lead to these.
    pub floating_ips: Vec<String>,
}

/// A router.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Junction {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The id of the network that it leads out to.
    pub gateway_network: Option<String>,
    /// Its addresses out there.
    pub gateway_addresses: Vec<String>,
    /// Ids of the networks that it connects.
    pub networks: Vec<String>,
}

impl Record for Topology {
    const NOUN: &'static str = "topology";
    const COLUMNS: &'static [&'static str] = &["networks", "routers"];

    fn identifier(&self) -> &'static str {
        ""
    }
}

operation! {
    /// Draws what is connected with what: networks, subnets, routers, servers, load balancers, floating
    /// IPs.
    ///
    /// As a tree in the terminal; with `-f svg`, `-f mermaid` or `-f dot` as a picture, with `-f json`
    /// as data. Nine lists are asked for at the same time, however many things there are; six where
    /// the cloud has no load balancers.
    ///
    /// Neutron: `GET /v2.0/networks`, `subnets`, `ports`, `routers`, `floatingips`; Nova:
    /// `GET /servers/detail`; Octavia: `GET /v2.0/lbaas/loadbalancers`, `listeners`, `pools`.
    ///
    /// ```sh
    /// ik network topology
    /// ik network topology -f mermaid
    /// ```
    Networking::show_topology as ShowTopology, "network topology", Effect::Reads,
    () {}
}

/// The forms in which a topology can be drawn.
const FORMS: &[&str] = &["tree", "ascii", "svg", "mermaid", "dot"];

impl Operation for ShowTopology {
    type Output = Topology;

    const DRAWINGS: &'static [&'static str] = FORMS;

    async fn run(&self, cloud: &Cloud) -> Result<Topology> {
        let (networks, subnets, ports, routers, floating, servers, balancers) = tokio::try_join!(
            Network::list(cloud).all(),
            Subnet::list(cloud).all(),
            Port::list(cloud).all(),
            values(cloud, "routers"),
            values(cloud, "floatingips"),
            Instance::list(cloud).all(),
            balanced::all(cloud),
        )?;
        let mut topology = assemble(networks, &subnets, &ports, &routers, &floating, &servers);
        balanced::place(&mut topology, balancers, &floating);
        Ok(topology)
    }

    fn draw(output: &Topology, form: &str) -> Option<String> {
        match form {
            "tree" => Some(tree::draw(output, &LINES)),
            "ascii" => Some(tree::draw(output, &ASCII)),
            "svg" => Some(svg::draw(output)),
            "mermaid" => Some(graph::mermaid(output)),
            "dot" => Some(graph::dot(output)),
            _ => None,
        }
    }
}

async fn values(cloud: &Cloud, path: &'static str) -> Result<Vec<Value>> {
    Pages::new(cloud, Request::get(&NETWORK, &[path]), path).all().await
}

fn assemble(
    networks: Vec<Network>,
    subnets: &[Subnet],
    ports: &[Port],
    routers: &[Value],
    floating: &[Value],
    servers: &[Instance],
) -> Topology {
    let servers: HashMap<&str, &Instance> =
        servers.iter().map(|server| (server.id.as_str(), server)).collect();
    let mut leading_to: HashMap<&str, Vec<String>> = HashMap::new();
    let mut unused = Vec::new();
    for one in floating {
        let address = one["floating_ip_address"].as_str().unwrap_or_default().to_string();
        match one["port_id"].as_str() {
            Some(port) => leading_to.entry(port).or_default().push(address),
            None => unused.push(address),
        }
    }
    let mut segments: Vec<Segment> = networks
        .into_iter()
        .map(|network| Segment {
            subnets: subnets.iter().filter(|one| one.network_id == network.id).map(range).collect(),
            servers: attached(&network.id, ports, &servers, &leading_to),
            load_balancers: Vec::new(),
            id: network.id,
            name: network.name,
            is_external: network.is_external,
        })
        .collect();
    segments.sort_by(|a, b| (!a.is_external, &a.name).cmp(&(!b.is_external, &b.name)));
    let mut routers: Vec<_> = routers.iter().filter_map(|one| junction(one, ports)).collect();
    routers.sort_by(|a, b| a.name.cmp(&b.name));
    unused.sort();
    Topology { networks: segments, routers, unused_floating_ips: unused }
}

fn range(subnet: &Subnet) -> Range {
    Range { id: subnet.id.clone(), name: subnet.name.clone(), cidr: subnet.cidr.clone() }
}

fn attached(
    network: &str,
    ports: &[Port],
    servers: &HashMap<&str, &Instance>,
    leading_to: &HashMap<&str, Vec<String>>,
) -> Vec<Attached> {
    let mut found: Vec<Attached> = Vec::new();
    for port in ports.iter().filter(|port| port.network_id == network) {
        let Some(server) = servers.get(port.device_id.as_str()) else { continue };
        let index = found.iter().position(|one| one.id == server.id).unwrap_or_else(|| {
            found.push(Attached {
                id: server.id.clone(),
                name: server.name.clone(),
                status: server.status.clone(),
                addresses: Vec::new(),
                floating_ips: Vec::new(),
            });
            found.len() - 1
        });
        let addresses = port.fixed_ips.iter().map(|fixed| fixed.ip_address.clone());
        found[index].addresses.extend(addresses);
        let floating = leading_to.get(port.id.as_str()).into_iter().flatten().cloned();
        found[index].floating_ips.extend(floating);
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn junction(router: &Value, ports: &[Port]) -> Option<Junction> {
    let id = router["id"].as_str()?;
    let outside = &router["external_gateway_info"];
    let addresses = outside["external_fixed_ips"].as_array().into_iter().flatten();
    let is_interface =
        |port: &&Port| port.device_id == id && port.device_owner != "network:router_gateway";
    let mut networks: Vec<String> =
        ports.iter().filter(is_interface).map(|port| port.network_id.clone()).collect();
    networks.sort_unstable();
    networks.dedup();
    Some(Junction {
        id: id.into(),
        name: router["name"].as_str().unwrap_or_default().into(),
        gateway_network: outside["network_id"].as_str().map(str::to_string),
        gateway_addresses: addresses
            .filter_map(|address| address["ip_address"].as_str().map(str::to_string))
            .collect(),
        networks,
    })
}

/// A name, or the id of what has none.
fn called<'t>(name: &'t str, id: &'t str) -> &'t str {
    if name.is_empty() { id } else { name }
}

/// What is said about an instance: its name, its addresses, and what leads to it from outside.
fn about(server: &Attached) -> String {
    let mut text = called(&server.name, &server.id).to_string();
    for address in &server.addresses {
        text = format!("{text} {address}");
    }
    if !server.floating_ips.is_empty() {
        text = format!("{text} <- {}", server.floating_ips.join(", "));
    }
    if server.status != "ACTIVE" {
        text = format!("{text} ({})", server.status);
    }
    text
}

#[cfg(test)]
pub(super) fn sample() -> Topology {
    let server = |name: &str, address: &str, floating: &[&str]| Attached {
        id: format!("id-{name}"),
        name: name.into(),
        status: if name == "db" { "SHUTOFF" } else { "ACTIVE" }.into(),
        addresses: vec![address.into()],
        floating_ips: floating.iter().map(ToString::to_string).collect(),
    };
    let segment = |name: &str, is_external: bool, servers: Vec<Attached>| Segment {
        id: format!("id-{name}"),
        name: name.into(),
        is_external,
        subnets: vec![Range {
            id: "s".into(),
            name: format!("{name}-v4"),
            cidr: "10.0.0.0/24".into(),
        }],
        servers,
        load_balancers: Vec::new(),
    };
    let balancer = Balanced {
        id: "id-web-lb".into(),
        name: "web-lb".into(),
        addresses: vec!["10.0.0.5".into()],
        floating_ips: vec!["203.0.113.8".into()],
        provisioning_status: "PENDING_UPDATE".into(),
        operating_status: "ONLINE".into(),
        listeners: vec!["HTTP:80".into(), "TCP:25".into()],
        pools: vec![Spread { id: "p".into(), name: "web-pool".into(), members: 1 }],
    };
    let mut topology = Topology {
        networks: vec![
            segment("outer", true, Vec::new()),
            segment("alone", false, Vec::new()),
            segment(
                "front<1>",
                false,
                vec![server("db", "10.0.0.8", &[]), server("web", "10.0.0.7", &["203.0.113.7"])],
            ),
        ],
        routers: vec![Junction {
            id: "r".into(),
            name: "edge".into(),
            gateway_network: Some("id-outer".into()),
            gateway_addresses: vec!["203.0.113.1".into()],
            networks: vec!["id-front<1>".into()],
        }],
        unused_floating_ips: vec!["203.0.113.9".into()],
    };
    topology.networks[2].load_balancers.push(balancer);
    topology
}
