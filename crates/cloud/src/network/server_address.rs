//! The addresses of an instance in one look: fixed and floating.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Networking, Port};
use crate::cloud::Cloud;
use crate::compute::Instance;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation, operations};
use crate::page::Pages;
use crate::resource::{Named, Record, Resource};
use crate::session::Request;
use crate::session::service::NETWORK;

operations!(ListServerAddresses);

/// An address by which an instance is reached.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ServerAddress {
    /// The address.
    pub address: String,
    /// `floating` for one that leads in from outside, else `fixed`.
    pub kind: String,
    /// Name of the network that the instance is on.
    pub network: String,
    /// 4 or 6.
    pub ip_version: u8,
    /// With a floating address, the fixed one behind it.
    pub fixed_address: Option<String>,
    /// The hardware address.
    pub mac_address: String,
    /// The id of the port.
    pub port_id: String,
}

impl Record for ServerAddress {
    const NOUN: &'static str = "address";
    const COLUMNS: &'static [&'static str] = &["address", "kind", "network", "mac_address"];

    fn identifier(&self) -> &str {
        &self.address
    }
}

operation! {
    /// Lists the addresses of an instance, floating ones first.
    ///
    /// At most four requests, whatever it has. They come from Neutron, which knows of a change at once.
    ///
    /// Neutron: `GET /v2.0/ports?device_id=`, `GET /v2.0/floatingips?port_id=`, `GET /v2.0/networks`.
    ///
    /// ```sh
    /// ik server ip web
    /// ik server ip web -f value -c address
    /// ```
    Networking::list_server_addresses as ListServerAddresses, "server ip", Effect::Reads,
    (
        /// The instance, by name or id.
        server: Named<Instance>,
    )
    {}
}

impl Operation for ListServerAddresses {
    type Output = Vec<ServerAddress>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<ServerAddress>> {
        let id = self.server.find(cloud).await?.id;
        let ports = Port::list(cloud).only("device_id", Some(&id)).all().await?;
        if ports.is_empty() {
            return Ok(Vec::new());
        }
        let floating =
            of_ports(Request::get(&NETWORK, &["floatingips"]), "port_id", &ports, |port| &port.id);
        let networks =
            of_ports(Request::get(&NETWORK, &["networks"]), "id", &ports, |port| &port.network_id);
        let (floating, networks) = tokio::try_join!(
            Pages::<Floating>::new(cloud, floating, "floatingips").all(),
            Pages::<Value>::new(cloud, networks, "networks").all(),
        )?;
        let names: HashMap<&str, &str> = networks
            .iter()
            .filter_map(|network| Some((network["id"].as_str()?, network["name"].as_str()?)))
            .collect();
        Ok(addresses(&ports, &floating, &names))
    }
}

/// What Neutron says of a floating IP, as far as it matters.
#[derive(Debug, Deserialize)]
struct Floating {
    #[serde(rename = "floating_ip_address")]
    address: String,
    fixed_ip_address: Option<String>,
    port_id: Option<String>,
}

/// Asks for what has one of these values: Neutron takes several in one request.
fn of_ports(
    request: Request,
    filter: &str,
    ports: &[Port],
    value: impl Fn(&Port) -> &String,
) -> Request {
    let mut seen: Vec<&String> = ports.iter().map(value).collect();
    seen.sort_unstable();
    seen.dedup();
    seen.into_iter().fold(request, |request, value| request.query(filter, value))
}

fn addresses(
    ports: &[Port],
    floating: &[Floating],
    names: &HashMap<&str, &str>,
) -> Vec<ServerAddress> {
    let one = |port: &Port, address: &str, kind: &str, fixed: Option<&String>| ServerAddress {
        address: address.into(),
        kind: kind.into(),
        // A network that one may not look at has at least an id.
        network: names
            .get(port.network_id.as_str())
            .unwrap_or(&port.network_id.as_str())
            .to_string(),
        ip_version: if address.contains(':') { 6 } else { 4 },
        fixed_address: fixed.cloned(),
        mac_address: port.mac_address.clone(),
        port_id: port.id.clone(),
    };
    let leading_in = ports.iter().flat_map(|port| {
        let of_port = floating.iter().filter(|ip| ip.port_id.as_ref() == Some(&port.id));
        of_port.map(|ip| one(port, &ip.address, "floating", ip.fixed_ip_address.as_ref()))
    });
    let own = ports.iter().flat_map(|port| {
        port.fixed_ips.iter().map(|fixed| one(port, &fixed.ip_address, "fixed", None))
    });
    leading_in.chain(own).collect()
}
