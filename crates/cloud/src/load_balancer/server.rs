//! Addresses of members: as they are, or those that servers have in a balancer's subnet.

use std::net::IpAddr;

use super::LoadBalancer;
use crate::cloud::Cloud;
use crate::compute::Instance;
use crate::error::{Error, Kind, Result};
use crate::network::Port;
use crate::page::Pages;
use crate::resource::{Named, Resource};
use crate::session::Request;
use crate::session::service::{LOAD_BALANCER, NETWORK};

/// The subnet that a balancer's address is from.
///
/// # Errors
/// [`Kind::Invalid`] if it tells none.
pub(super) async fn subnet_of(cloud: &Cloud, balancer: &str) -> Result<String> {
    let balancer = LoadBalancer::get(cloud, balancer).await?;
    balancer.vip_subnet_id.ok_or_else(|| {
        Error::new(Kind::Invalid, format!("load balancer `{}` tells no subnet", balancer.name))
            .with_service(LOAD_BALANCER.kind)
            .with_resource(balancer.id)
            .with_hint("give the members' addresses instead of their names")
    })
}

/// Whether this is an address, and not the name or id of a server.
pub(super) fn is_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

/// The addresses that these stand for, in their order. Whatever is no address is a server, by name or
/// id: its address in the subnet. One request for all ports, and one for each server that is named.
///
/// # Errors
/// [`Kind::NotFound`] for a server that does not exist, or has no address in the subnet.
pub(super) async fn addresses(cloud: &Cloud, wanted: &[&str], subnet: &str) -> Result<Vec<String>> {
    let ids = wanted.iter().map(|text| async move {
        if is_address(text) {
            return Ok(None);
        }
        Named::<Instance>::from(*text).id(cloud).await.map(Some)
    });
    let ids: Vec<Option<String>> = futures_util::future::try_join_all(ids).await?;
    let mut servers: Vec<&String> = ids.iter().flatten().collect();
    if servers.is_empty() {
        return Ok(wanted.iter().map(ToString::to_string).collect());
    }
    servers.sort_unstable();
    servers.dedup();
    let request = servers
        .iter()
        .fold(Request::get(&NETWORK, Port::LIST), |request, id| request.query("device_id", id));
    let ports: Vec<Port> = Pages::new(cloud, request, Port::MANY).all().await?;
    let address = |(text, id): (&&str, &Option<String>)| match id {
        None => Ok((*text).to_string()),
        Some(id) => in_subnet(&ports, id, subnet).ok_or_else(|| nowhere(&ports, text, id, subnet)),
    };
    wanted.iter().zip(&ids).map(address).collect()
}

/// The address that a server has in a subnet.
fn in_subnet(ports: &[Port], server: &str, subnet: &str) -> Option<String> {
    let own = ports.iter().filter(|port| port.device_id == server);
    let mut addresses = own.flat_map(|port| &port.fixed_ips);
    let found = addresses.find(|address| address.subnet_id == subnet)?;
    Some(found.ip_address.clone())
}

fn nowhere(ports: &[Port], name: &str, server: &str, subnet: &str) -> Error {
    let own = ports.iter().filter(|port| port.device_id == server);
    let addresses: Vec<_> =
        own.flat_map(|port| &port.fixed_ips).map(|fixed| fixed.ip_address.as_str()).collect();
    let has = match addresses.join(", ") {
        none if none.is_empty() => "it has none at all, or does not exist".to_string(),
        some => format!("it has {some}"),
    };
    let message = format!("server `{name}` has no address in the subnet {subnet}: {has}");
    Error::new(Kind::NotFound, message)
        .with_service(NETWORK.kind)
        .with_resource(name)
        .with_hint("name the subnet that it is in, or give an address")
}
