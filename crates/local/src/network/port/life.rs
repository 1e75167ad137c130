//! How ports come, change and go.

use serde_json::{Map, Value, json};

use super::fixed_ip::{self, Taker};
use super::{PORT, is_trusted, option};
use crate::call::{Call, Refusal};
use crate::network::networks::{self, NETWORK};
use crate::network::subnet::address;
use crate::network::{claim, floating_ip, resource, router, security_group, trunk, value};
use crate::store::Document;

/// Makes a port of `project` in `network` and keeps it. `wishes` are its fields as they are on the
/// wire; what they leave out is as usual.
pub(in crate::network) fn create(
    call: &Call<'_>,
    project: &str,
    network: &Document,
    mut wishes: Map<String, Value>,
) -> Result<Document, Refusal> {
    networks::check_policy(&wishes)?;
    let mac = match wishes.get("mac_address").and_then(Value::as_str) {
        Some(mac) => free_mac(call, network, mac)?,
        None => address::choose_mac(call.transaction, &network.id)?,
    };
    let device_owner = wishes.get("device_owner").and_then(Value::as_str).unwrap_or_default();
    let taker = Taker { network, mac: &mac, device_owner, has: &[] };
    let fixed_ips = fixed_ip::choose(call, &taker, wishes.get("fixed_ips"))?;
    let secured = match wishes.get("port_security_enabled") {
        Some(wish) => *wish == true,
        None if is_trusted(device_owner) => false,
        None => network.get("port_security_enabled") == true,
    };
    let groups = choose_groups(call, project, wishes.get("security_groups"), secured)?;
    let pairs = wishes.remove("allowed_address_pairs").unwrap_or_default();
    check_pairs(&pairs, secured)?;
    let options = wishes.remove("extra_dhcp_opts").unwrap_or_default();
    let fields = json!({
        "name": "", "network_id": network.id, "admin_state_up": true, "status": "DOWN",
        "device_id": "", "device_owner": "", "description": "", "binding:vnic_type": "normal",
        "binding:profile": {}, "dns_name": "", "network_owner": network.owner,
        "network_name": network.text("name"),
    });
    let fields = fields.as_object().cloned().unwrap_or_default();
    let mut port = resource::document(PORT, project, call.now, 1, fields);
    // A port made alone gets its tags later.
    wishes.shift_remove("tags");
    port.fields.extend(wishes);
    port.set("mac_address", mac.clone());
    port.set("fixed_ips", fixed_ips);
    port.set("port_security_enabled", secured);
    port.set("security_groups", groups);
    port.set("allowed_address_pairs", option::full_pairs(&pairs, &mac.into()));
    port.set("extra_dhcp_opts", option::merge_dhcp_options(&Value::Null, &options));
    bind(&mut port);
    claim::take(call.transaction, &port)?;
    call.transaction.insert(&port)?;
    Ok(port)
}

/// A port with a host is connected to it, and ACTIVE.
pub(in crate::network) fn bind(port: &mut Document) {
    let bound = !port.text("binding:host_id").is_empty();
    port.set("binding:host_id", port.text("binding:host_id").to_string());
    port.set("binding:vif_type", if bound { "ovs" } else { "unbound" });
    let details = if bound {
        json!({ "port_filter": true, "bound_drivers": { "0": "local" } })
    } else {
        json!({})
    };
    port.set("binding:vif_details", details);
    port.set("status", if bound { "ACTIVE" } else { "DOWN" });
}

/// The groups of a port: those wished for, else its project's default.
fn choose_groups(
    call: &Call<'_>,
    project: &str,
    wishes: Option<&Value>,
    secured: bool,
) -> Result<Value, Refusal> {
    let wishes = wishes.and_then(Value::as_array);
    match wishes {
        None if secured => {
            let group = security_group::ensure_default(call.transaction, project, call.now)?;
            Ok(json!([group.id]))
        }
        None => Ok(json!([])),
        Some(wishes) if !wishes.is_empty() && !secured => Err(Refusal::bad_request(
            "Port security must be enabled and port must have an IP address in order to use security \
             groups.",
        )
        .named("PortSecurityAndIPRequiredForSecurityGroups")),
        Some(wishes) => {
            for id in wishes.iter().filter_map(Value::as_str) {
                security_group::find_of(call, project, id)?;
            }
            Ok(wishes.clone().into())
        }
    }
}

fn check_pairs(pairs: &Value, secured: bool) -> Result<(), Refusal> {
    if secured || pairs.as_array().is_none_or(Vec::is_empty) {
        return Ok(());
    }
    Err(Refusal::conflict(
        "Port Security must be enabled in order to have allowed address pairs on a port.",
    )
    .named("AddressPairAndPortSecurityRequired"))
}

pub(super) fn change(
    call: &Call<'_>,
    port: &mut Document,
    mut body: Map<String, Value>,
) -> Result<(), Refusal> {
    networks::check_policy(&body)?;
    let before = port.clone();
    let Some(network) = call.transaction.find(NETWORK.name, port.text("network_id"))? else {
        return Err(value::internal());
    };
    if let Some(Value::String(mac)) = body.get("mac_address")
        && mac != port.text("mac_address")
    {
        check_unbound(port, mac)?;
        free_mac(call, &network, mac)?;
    }
    let secured = body.get("port_security_enabled").unwrap_or(port.get("port_security_enabled"));
    let secured = *secured == true;
    let groups = body.get("security_groups").unwrap_or(port.get("security_groups"));
    if !secured && groups.as_array().is_some_and(|groups| !groups.is_empty()) {
        return Err(Refusal::conflict(
            "Port has security group associated. Cannot disable port security or IP address until \
             security group is removed.",
        )
        .named("PortSecurityPortHasSecurityGroup"));
    }
    if let Some(wishes) = body.get("security_groups") {
        choose_groups(call, &port.owner, Some(wishes), secured)?;
    }
    if let Some(wishes) = body.get("fixed_ips") {
        let has = port.get("fixed_ips").as_array().cloned().unwrap_or_default();
        let device_owner = body.get("device_owner").unwrap_or(port.get("device_owner"));
        let taker = Taker {
            network: &network,
            mac: port.text("mac_address"),
            device_owner: device_owner.as_str().unwrap_or_default(),
            has: &has,
        };
        let fixed = fixed_ip::choose(call, &taker, Some(wishes))?;
        body.insert("fixed_ips".into(), fixed.into());
    }
    if let Some(pairs) = body.get("allowed_address_pairs") {
        check_pairs(pairs, secured)?;
        let full = option::full_pairs(pairs, port.get("mac_address"));
        body.insert("allowed_address_pairs".into(), full);
    }
    if let Some(options) = body.get("extra_dhcp_opts") {
        let merged = option::merge_dhcp_options(port.get("extra_dhcp_opts"), options);
        body.insert("extra_dhcp_opts".into(), merged);
    }
    let host = body.contains_key("binding:host_id");
    port.fields.extend(body);
    if host {
        bind(port);
    }
    claim::release(call.transaction, &before)?;
    Ok(claim::take(call.transaction, port)?)
}

fn check_unbound(port: &Document, mac: &str) -> Result<(), Refusal> {
    let kind = port.text("binding:vif_type");
    if kind == "unbound" {
        return Ok(());
    }
    let message = format!(
        "Unable to complete operation on port {}, port is already bound, port type: {kind}, old_mac \
         {}, new_mac {mac}.",
        port.id,
        port.text("mac_address")
    );
    Err(Refusal::conflict(message).named("PortBound"))
}

/// Keeps a port that was changed otherwise than by a request for it.
pub(in crate::network) fn keep(
    call: &Call<'_>,
    before: &Document,
    port: &mut Document,
) -> Result<(), Refusal> {
    claim::release(call.transaction, before)?;
    claim::take(call.transaction, port)?;
    resource::touch(call, port);
    Ok(call.transaction.update(port)?)
}

/// Gives a port the address that follows from its MAC address.
pub(in crate::network) fn add_automatic_address(port: &mut Document, subnet: &Document) {
    let address = fixed_ip::automatic(subnet, port.text("mac_address"));
    if let Some(Value::Array(fixed)) = port.fields.get_mut("fixed_ips") {
        fixed.extend(address);
    }
}

/// Removes a port, unless it is part of something else.
pub(super) fn delete(call: &Call<'_>, port: &Document) -> Result<(), Refusal> {
    router::check_port(call, port)?;
    trunk::check_port(port)?;
    remove(call, port)
}

/// Removes a port and gives back what it holds.
pub(in crate::network) fn remove(call: &Call<'_>, port: &Document) -> Result<(), Refusal> {
    claim::release(call.transaction, port)?;
    floating_ip::release_port(call, port)?;
    Ok(call.transaction.remove(port)?)
}

/// The ports of a device, oldest first.
pub(in crate::network) fn of_device(
    call: &Call<'_>,
    device: &str,
) -> Result<Vec<Document>, Refusal> {
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
