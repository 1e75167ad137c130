//! Ports: what connects a server to a network.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use super::network::{self, NETWORK, admin};
use super::{address, claim, described, missing, security_group};
use crate::call::{Call, Refusal};
use crate::kind::{Field, Kind, Scope};
use crate::seed::new_id;
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] =
    &[Route::get("/ports", Handler::List(&PORT)), Route::get("/ports/{id}", Handler::Show(&PORT))];

/// The domain of all ports' names.
const DOMAIN: &str = "local.example.";

pub(super) static PORT: Kind = Kind {
    // Besides their own, people see the ports in their networks.
    scope: Scope::And(|call, port| port.text("network_owner") == call.who.project),
    fields: &[
        Field::made("id", |_, port| port.id.clone().into()),
        Field::new("name"),
        Field::new("network_id"),
        Field::made("tenant_id", |_, port| port.owner.clone().into()),
        Field::new("mac_address"),
        Field::new("admin_state_up"),
        Field::new("status"),
        Field::new("device_id"),
        Field::new("device_owner"),
        Field::new("fixed_ips"),
        Field::new("allowed_address_pairs"),
        Field::new("extra_dhcp_opts"),
        Field::new("security_groups"),
        Field::new("description"),
        Field::new("binding:vnic_type"),
        Field::new("binding:profile").only(admin),
        Field::new("binding:host_id").only(admin),
        Field::new("binding:vif_type").only(admin),
        Field::new("binding:vif_details").only(admin),
        Field::new("port_security_enabled"),
        Field::made("qos_policy_id", |_, _| Value::Null),
        Field::made("qos_network_policy_id", |_, _| Value::Null),
        Field::new("dns_name"),
        Field::made("dns_assignment", |_, port| dns_assignment(port)),
        Field::made("resource_request", |_, _| Value::Null).only(admin),
        Field::new("tags"),
        Field::new("created_at"),
        Field::new("updated_at"),
        Field::new("revision_number"),
        Field::made("project_id", |_, port| port.owner.clone().into()),
    ],
    ..described("port", "ports", "/ports", |id| missing("PortNotFound", "Port", id))
};

/// The names under which the port's addresses are known.
fn dns_assignment(port: &Document) -> Value {
    let name = port.text("dns_name");
    let assignment = |fixed: &Value| {
        let ip = fixed["ip_address"].as_str().unwrap_or_default();
        let host = match name {
            "" => format!("host-{}", ip.replace(['.', ':'], "-")),
            name => name.to_string(),
        };
        json!({ "ip_address": ip, "hostname": host, "fqdn": format!("{host}.{DOMAIN}") })
    };
    port.get("fixed_ips").as_array().into_iter().flatten().map(assignment).collect()
}

/// Makes a port of `project` in `network` and keeps it. `wishes` are its fields as they are on the
/// wire; what they leave out is as usual.
pub(super) fn create(
    call: &Call<'_>,
    project: &str,
    network: &Document,
    wishes: Map<String, Value>,
) -> Result<Document, Refusal> {
    let wished = |name: &str| wishes.get(name).filter(|wish| !wish.is_null());
    let mac = match wished("mac_address").and_then(Value::as_str) {
        Some(mac) => free_mac(call, network, mac)?,
        None => address::choose_mac(call.transaction, &network.id)?,
    };
    let fixed_ips = fixed_ips(call, network, wished("fixed_ips"))?;
    let secured = match wished("port_security_enabled") {
        Some(wish) => wish.clone(),
        None => network.get("port_security_enabled").clone(),
    };
    let security_groups = match wished("security_groups") {
        Some(groups) => groups.clone(),
        None if secured == true => {
            json!([security_group::ensure_default(call.transaction, project, call.now)?.id])
        }
        None => json!([]),
    };
    let now = call.now.seconds();
    let fields = json!({
        "name": "", "network_id": network.id, "admin_state_up": true, "status": "DOWN",
        "device_id": "", "device_owner": "", "allowed_address_pairs": [], "extra_dhcp_opts": [],
        "description": "", "binding:vnic_type": "normal", "binding:profile": {},
        "binding:host_id": "", "binding:vif_type": "unbound", "binding:vif_details": {},
        "dns_name": "", "tags": [], "created_at": now, "updated_at": now, "revision_number": 1,
        "network_owner": network.owner, "network_name": network.text("name"),
    });
    let mut port = Document::of(PORT.name, project, &new_id(), fields);
    port.fields.extend(wishes.into_iter().filter(|(_, wish)| !wish.is_null()));
    port.set("mac_address", mac);
    port.set("fixed_ips", fixed_ips);
    port.set("port_security_enabled", secured);
    port.set("security_groups", security_groups);
    claim::take(call.transaction, &port)?;
    call.transaction.insert(&port)?;
    Ok(port)
}

/// Keeps a changed port.
pub(super) fn update(
    call: &Call<'_>,
    before: &Document,
    port: &mut Document,
) -> Result<(), Refusal> {
    claim::release(call.transaction, before)?;
    claim::take(call.transaction, port)?;
    let revision = port.get("revision_number").as_i64().unwrap_or_default();
    port.set("revision_number", revision + 1);
    port.set("updated_at", call.now.seconds());
    Ok(call.transaction.update(port)?)
}

/// Removes a port and gives back what it holds.
pub(super) fn remove(call: &Call<'_>, port: &Document) -> Result<(), Refusal> {
    claim::release(call.transaction, port)?;
    Ok(call.transaction.remove(port)?)
}

/// The ports of a device, oldest first.
pub(super) fn of_device(call: &Call<'_>, device: &str) -> Result<Vec<Document>, Refusal> {
    let mut claims = call.transaction.all(claim::DEVICE, Some(device))?;
    claims.reverse();
    let ports = claims.iter().map(|claim| call.transaction.find(PORT.name, &claim.id));
    Ok(ports.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

fn free_mac(call: &Call<'_>, network: &Document, mac: &str) -> Result<String, Refusal> {
    if claim::holder(call.transaction, claim::MAC, &network.id, mac)?.is_none() {
        return Ok(mac.to_string());
    }
    let message = format!(
        "Unable to complete operation for network {}. The mac address {mac} is in use.",
        network.id
    );
    Err(Refusal::conflict(message).named("MacAddressInUse"))
}

/// The addresses of a new port: those wished for, or one of each version.
fn fixed_ips(
    call: &Call<'_>,
    network: &Document,
    wishes: Option<&Value>,
) -> Result<Vec<Value>, Refusal> {
    let subnets = network::subnets(call, network)?;
    let mut fixed = Vec::new();
    let mut take = |subnet: &Document, address: IpAddr| {
        let entry = json!({ "subnet_id": subnet.id, "ip_address": address.to_string() });
        fixed.push(entry);
    };
    let Some(wishes) = wishes.and_then(Value::as_array) else {
        for version in [4, 6] {
            let of_version: Vec<_> =
                subnets.iter().filter(|subnet| subnet.get("ip_version") == version).collect();
            let (subnet, address) = match any_free(call, &of_version)? {
                Some(found) => found,
                None if of_version.is_empty() => continue,
                None => return Err(exhausted(network)),
            };
            take(subnet, address);
        }
        return Ok(fixed);
    };
    for wish in wishes {
        let wished: Option<IpAddr> = address::parse(&wish["ip_address"]);
        let subnet = match (wish["subnet_id"].as_str(), wished) {
            (Some(id), _) => subnets.iter().find(|subnet| subnet.id == id),
            (None, Some(wished)) => subnets
                .iter()
                .find(|subnet| address::cidr(subnet).is_some_and(|cidr| cidr.contains(&wished))),
            (None, None) => None,
        };
        let Some(subnet) = subnet else { return Err(invalid_ip(network)) };
        match wished {
            Some(wished) => take(subnet, free_address(call, network, subnet, wished)?),
            None => match address::choose(call.transaction, subnet)? {
                Some(address) => take(subnet, address),
                None => return Err(exhausted(network)),
            },
        }
    }
    Ok(fixed)
}

fn any_free<'s>(
    call: &Call<'_>,
    subnets: &[&'s Document],
) -> Result<Option<(&'s Document, IpAddr)>, Refusal> {
    for subnet in subnets {
        if let Some(address) = address::choose(call.transaction, subnet)? {
            return Ok(Some((subnet, address)));
        }
    }
    Ok(None)
}

fn free_address(
    call: &Call<'_>,
    network: &Document,
    subnet: &Document,
    wished: IpAddr,
) -> Result<IpAddr, Refusal> {
    if address::cidr(subnet).is_none_or(|cidr| !cidr.contains(&wished)) {
        return Err(invalid_ip(network));
    }
    let text = wished.to_string();
    if claim::holder(call.transaction, claim::ADDRESS, &subnet.id, &text)?.is_some() {
        let message = format!("IP address {text} already allocated in subnet {}", subnet.id);
        return Err(Refusal::conflict(message).named("IpAddressAlreadyAllocated"));
    }
    Ok(wished)
}

fn invalid_ip(network: &Document) -> Refusal {
    let message = format!(
        "IP address is not a valid IP for any of the subnets on the specified network {}.",
        network.id
    );
    Refusal::bad_request(message).named("InvalidIpForNetwork")
}

fn exhausted(network: &Document) -> Refusal {
    let message = format!("No more IP addresses available on network {}.", network.id);
    Refusal::conflict(message).named("IpAddressGenerationFailure")
}

/// The network a port is in.
pub(super) fn network_of(call: &Call<'_>, port: &Document) -> Result<Option<Document>, Refusal> {
    Ok(call.transaction.find(NETWORK.name, port.text("network_id"))?)
}
