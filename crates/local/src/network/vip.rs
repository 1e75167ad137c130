//! How load balancers get their addresses: a port of Octavia's in the project's network.

use serde_json::{Map, Value, json};

use super::networks::{self, NETWORK};
use super::port::{self, PORT};
use super::subnet::{SUBNET, address};
use crate::call::{Call, Refusal};
use crate::store::Document;

/// The network with this id, if the caller sees it.
pub(crate) fn network(call: &Call<'_>, id: &str) -> Result<Document, Refusal> {
    NETWORK.find(call, id)
}

/// The subnet with this id, if the caller sees it.
pub(crate) fn subnet(call: &Call<'_>, id: &str) -> Result<Document, Refusal> {
    SUBNET.find(call, id)
}

/// The subnet with this id, whoever asks.
pub(crate) fn any_subnet(call: &Call<'_>, id: &str) -> Result<Option<Document>, Refusal> {
    Ok(call.transaction.find(SUBNET.name, id)?)
}

/// The port with this id, if the caller sees it.
pub(crate) fn port(call: &Call<'_>, id: &str) -> Result<Document, Refusal> {
    PORT.find(call, id)
}

/// The subnets of a network, in its order.
pub(crate) fn subnets(call: &Call<'_>, network: &Document) -> Result<Vec<Document>, Refusal> {
    networks::subnets(call, network)
}

/// Whether an address is in a subnet's range.
pub(crate) fn holds(subnet: &Document, address: &str) -> bool {
    let wish = address.parse::<std::net::IpAddr>();
    address::cidr(subnet).zip(wish.ok()).is_some_and(|(cidr, wish)| cidr.contains(&wish))
}

/// Makes the port of a load balancer, with these addresses as Neutron takes them. What Neutron
/// refuses is refused in its words.
pub(crate) fn make_port(
    call: &Call<'_>,
    project: &str,
    network: &Document,
    balancer: &str,
    fixed_ips: Vec<Value>,
) -> Result<Document, Refusal> {
    crate::quota::check_of(call, PORT, project, "port").map_err(|_| {
        Refusal::conflict("Quota exceeded for resources: ['port'].").named("OverQuota")
    })?;
    let wishes = json!({
        "name": format!("octavia-lb-{balancer}"), "admin_state_up": false,
        "device_id": format!("lb-{balancer}"), "device_owner": "Octavia", "fixed_ips": fixed_ips,
    });
    let wishes = wishes.as_object().cloned().unwrap_or_else(Map::new);
    port::create(call, project, network, wishes)
}

/// Removes a load balancer's port, if it is still there.
pub(crate) fn remove_port(call: &Call<'_>, id: &str) -> Result<(), Refusal> {
    match call.transaction.find(PORT.name, id)? {
        Some(port) => port::remove(call, &port),
        None => Ok(()),
    }
}
