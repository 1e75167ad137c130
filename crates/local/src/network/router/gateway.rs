//! A router's gateway: its port in an external network.

use serde_json::{Value, json};

use super::{GATEWAY, bad, interface, route};
use crate::call::{Call, Refusal};
use crate::network::attribute::Wrong;
use crate::network::networks::{self, NETWORK, is_external};
use crate::network::subnet::address;
use crate::network::{floating_ip, port, resource, value};
use crate::store::{Document, Transaction};
use crate::time::Moment;

/// `external_gateway_info` of a request.
pub(super) fn check(info: &Value) -> Result<(), Wrong> {
    let reason = |reason: String| Err(Wrong::Reason(reason));
    let known = ["network_id", "enable_snat", "external_fixed_ips", "qos_policy_id"];
    let info = match info {
        Value::Null => return Ok(()),
        Value::Object(info) if info.is_empty() => return Ok(()),
        Value::Object(info) => info,
        other => return reason(format!("'{}' is not a dictionary", value::plain(other))),
    };
    let strange: Vec<_> =
        info.keys().map(String::as_str).filter(|key| !known.contains(key)).collect();
    if !strange.is_empty() {
        return reason(format!("Unexpected keys supplied: {}", strange.join(", ")));
    }
    let Some(network) = info.get("network_id") else {
        let keys: Vec<_> = info.keys().map(|key| format!("'{key}'")).collect();
        return reason(format!(
            "Validation of dictionary's keys failed. Expected keys: {{'network_id'}} Provided keys: \
             {{{}}}",
            keys.join(", ")
        ));
    };
    value::uuid_or_null(network)?;
    info.get("external_fixed_ips").map_or(Ok(()), port::check_fixed_ips)
}

/// Gives the router the gateway that `info` says, or takes it away; whether there is a new one.
pub(super) fn set(call: &Call<'_>, router: &mut Document, info: &Value) -> Result<bool, Refusal> {
    let wished = info["network_id"].as_str();
    let before = router.get("external_gateway_info")["network_id"].as_str().map(str::to_string);
    if wished.is_none() && before.is_none() {
        return Ok(false);
    }
    let network = wished.map(|id| external(call, id)).transpose()?;
    if wished == before.as_deref() && info.get("external_fixed_ips").is_none() {
        let translates = info.get("enable_snat").is_none_or(|wish| *wish == true);
        router.fields["external_gateway_info"]["enable_snat"] = translates.into();
        return Ok(false);
    }
    if let Some(before) = before {
        remove(call, router, &before)?;
        for _ in 0..2 {
            resource::touch(call, router);
        }
    }
    if let Some(network) = network {
        make(call, router, &network, info)?;
        resource::touch(call, router);
        return Ok(true);
    }
    // What stays has to be reached without the gateway.
    let routes = router.get("routes").as_array().cloned().unwrap_or_default();
    route::check(call, router, &routes)?;
    Ok(false)
}

fn external(call: &Call<'_>, id: &str) -> Result<Document, Refusal> {
    let network = NETWORK.find(call, id)?;
    if is_external(&network) {
        return Ok(network);
    }
    Err(bad(format!("Network {id} is not an external network")))
}

fn remove(call: &Call<'_>, router: &mut Document, network: &str) -> Result<(), Refusal> {
    if !floating_ip::of_router(call, router)?.is_empty() {
        let message = format!(
            "Gateway cannot be updated for router {}, since a gateway to external network {network} \
             is required by one or more floating IPs.",
            router.id
        );
        return Err(Refusal::conflict(message).named("RouterExternalGatewayInUseByFloatingIp"));
    }
    for gateway in port::of_device(call, &router.id)? {
        if gateway.text("device_owner") == GATEWAY {
            port::remove(call, &gateway)?;
        }
    }
    router.set("external_gateway_info", Value::Null);
    Ok(())
}

fn make(
    call: &Call<'_>,
    router: &mut Document,
    network: &Document,
    info: &Value,
) -> Result<(), Refusal> {
    let wishes = info["external_fixed_ips"].as_array().map_or(&[][..], Vec::as_slice);
    let mut fixed = Vec::new();
    for subnet in networks::subnets(call, network)? {
        let wish = wishes.iter().find(|wish| {
            let ip: Option<std::net::IpAddr> = address::parse(&wish["ip_address"]);
            let fits = ip.zip(address::cidr(&subnet)).is_some_and(|(ip, cidr)| cidr.contains(&ip));
            fits || wish["subnet_id"] == *subnet.id
        });
        if wish.is_none() && !wishes.is_empty() {
            continue;
        }
        let exact = wish.and_then(|wish| address::parse(&wish["ip_address"]));
        let chosen = match exact {
            Some(exact) => Some(exact),
            None => address::choose(call.transaction, &subnet)?,
        };
        let Some(chosen) = chosen else { continue };
        super::check_apart(call, router, &subnet)?;
        fixed.push(json!({ "subnet_id": subnet.id, "ip_address": chosen.to_string() }));
        break;
    }
    if fixed.is_empty() {
        let message = format!("No more IP addresses available on network {}.", network.id);
        return Err(Refusal::conflict(message).named("IpAddressGenerationFailure"));
    }
    let translates = info.get("enable_snat").is_none_or(|wish| *wish == true);
    Ok(connect(call.transaction, call.now, router, network, &fixed, translates)?)
}

/// Makes the port, and tells of it at the router.
fn connect(
    transaction: &Transaction<'_>,
    now: Moment,
    router: &mut Document,
    network: &Document,
    fixed: &[Value],
    translates: bool,
) -> rusqlite::Result<()> {
    // It belongs to nobody: people see a router's gateway at the router.
    interface::plug(transaction, now, "", network, fixed, (&router.id, GATEWAY))?;
    let info = json!({
        "network_id": network.id, "external_fixed_ips": fixed, "enable_snat": translates,
    });
    router.set("external_gateway_info", info);
    Ok(())
}

/// The gateway of a fresh cloud's router, in an external network with a subnet.
pub(super) fn seed(
    transaction: &Transaction<'_>,
    now: Moment,
    router: &mut Document,
    (network, subnet): (&Document, &Document),
) -> rusqlite::Result<()> {
    let Some(address) = address::choose(transaction, subnet)? else { return Ok(()) };
    let fixed = json!({ "subnet_id": subnet.id, "ip_address": address.to_string() });
    connect(transaction, now, router, network, &[fixed], true)
}
