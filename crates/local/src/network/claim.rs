//! Claims: who holds which address, which ports a device has, and which a security group; which
//! routers are in a subnet.
//!
//! A claim is a document of its own, found by where and what: whether an address is free is one look
//! into an index, however many ports there are.

use serde_json::json;

use super::router::INTERFACE;
use crate::seed::insert;
use crate::store::{Document, Transaction};

/// An IP address of a subnet.
pub(super) const ADDRESS: &str = "network:address";
/// A MAC address of a network.
pub(super) const MAC: &str = "network:mac";
/// A port in a security group.
pub(super) const MEMBER: &str = "network:member";
/// A router in a subnet.
pub(super) const ROUTED: &str = "network:routed";
/// A port of a device.
pub(super) const DEVICE: &str = "network:device";

/// The port that holds `what` in `place`.
pub(super) fn holder(
    transaction: &Transaction<'_>,
    kind: &'static str,
    place: &str,
    what: &str,
) -> rusqlite::Result<Option<String>> {
    let claim = transaction.find_of(kind, place, what)?;
    Ok(claim.map(|claim| claim.text("port").to_string()))
}

/// Takes everything that this port holds.
pub(super) fn take(transaction: &Transaction<'_>, port: &Document) -> rusqlite::Result<()> {
    let holder = json!({ "port": port.id });
    held(port).try_for_each(|(kind, place, what)| {
        insert(transaction, kind, &place, &what, holder.clone())
    })
}

/// Gives back everything that this port holds.
pub(super) fn release(transaction: &Transaction<'_>, port: &Document) -> rusqlite::Result<()> {
    held(port).try_for_each(|(kind, place, what)| {
        transaction.remove(&Document::of(kind, &place, &what, json!({})))
    })
}

fn held(port: &Document) -> impl Iterator<Item = (&'static str, String, String)> + '_ {
    let text = |field: &str| port.text(field).to_string();
    let fixed = port.get("fixed_ips").as_array().into_iter().flatten();
    let addresses = fixed.clone().map(|fixed| {
        let part = |name: &str| fixed[name].as_str().unwrap_or_default().to_string();
        (ADDRESS, part("subnet_id"), part("ip_address"))
    });
    let device = Some((DEVICE, text("device_id"), port.id.clone()));
    let device = device.filter(|(_, device, _)| !device.is_empty());
    let mac = (MAC, text("network_id"), text("mac_address"));
    let groups = port.get("security_groups").as_array().into_iter().flatten();
    let groups = groups.filter_map(|group| group.as_str());
    let memberships = groups.map(|group| (MEMBER, group.to_string(), port.id.clone()));
    let routes = !text("device_id").is_empty() && port.text("device_owner") == INTERFACE;
    let routed = fixed.clone().filter(move |_| routes).map(move |fixed| {
        let subnet = fixed["subnet_id"].as_str().unwrap_or_default().to_string();
        (ROUTED, subnet, port.text("device_id").to_string())
    });
    addresses.chain(device).chain([mac]).chain(memberships).chain(routed)
}

/// The ports that hold anything in `place`, each once, oldest first.
pub(super) fn holders(
    transaction: &Transaction<'_>,
    kind: &'static str,
    place: &str,
) -> rusqlite::Result<Vec<String>> {
    let mut ports = Vec::new();
    for claim in transaction.all(kind, Some(place))?.into_iter().rev() {
        let port = claim.text("port").to_string();
        if !ports.contains(&port) {
            ports.push(port);
        }
    }
    Ok(ports)
}
