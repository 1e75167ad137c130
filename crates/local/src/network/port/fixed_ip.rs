//! Which addresses a port gets: those it asks for, one of each version, and those that come by
//! themselves.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;
use serde_json::{Value, json};

use crate::call::{Call, Refusal};
use crate::network::subnet::{SUBNET, address, is_automatic, range};
use crate::network::value::{invalid, mac_bytes, plain};
use crate::network::{claim, networks};
use crate::store::Document;

/// A port to be given addresses.
pub(super) struct Taker<'t> {
    pub(super) network: &'t Document,
    pub(super) mac: &'t str,
    pub(super) device_owner: &'t str,
    /// The addresses it has.
    pub(super) has: &'t [Value],
}

/// Routers have addresses of their own ideas.
fn is_router(device_owner: &str) -> bool {
    device_owner.starts_with("network:router") || device_owner.starts_with("network:ha_router")
}

fn entry(subnet: &Document, address: IpAddr) -> Value {
    json!({ "subnet_id": subnet.id, "ip_address": address.to_string() })
}

/// The addresses of a port. `wishes`: as in a request; `None` for what is usual.
pub(super) fn choose(
    call: &Call<'_>,
    taker: &Taker<'_>,
    wishes: Option<&Value>,
) -> Result<Vec<Value>, Refusal> {
    let subnets = networks::subnets(call, taker.network)?;
    let mut fixed = match wishes.and_then(Value::as_array) {
        Some(wishes) => wished(call, taker, &subnets, wishes)?,
        None => usual(call, taker, &subnets)?,
    };
    if !is_router(taker.device_owner) {
        for subnet in subnets.iter().filter(|subnet| is_automatic(subnet)) {
            let own = automatic(subnet, taker.mac).filter(|own| !fixed.contains(own));
            fixed.extend(own);
        }
    }
    Ok(fixed)
}

/// One address of each version.
fn usual(call: &Call<'_>, taker: &Taker<'_>, subnets: &[Document]) -> Result<Vec<Value>, Refusal> {
    let mut fixed = Vec::new();
    for version in [4, 6] {
        let mut candidates = subnets
            .iter()
            .filter(|subnet| *subnet.get("ip_version") == version && !is_automatic(subnet))
            .peekable();
        if candidates.peek().is_none() {
            continue;
        }
        let mut found = None;
        for subnet in candidates {
            found = address::choose(call.transaction, subnet)?.map(|free| entry(subnet, free));
            if found.is_some() {
                break;
            }
        }
        fixed.push(found.ok_or_else(|| exhausted(taker.network))?);
    }
    Ok(fixed)
}

/// What was asked for: addresses, or any address of a subnet. What the port has it keeps.
fn wished(
    call: &Call<'_>,
    taker: &Taker<'_>,
    subnets: &[Document],
    wishes: &[Value],
) -> Result<Vec<Value>, Refusal> {
    let mut kept: Vec<Value> = taker.has.to_vec();
    let mut fixed: Vec<Value> = Vec::new();
    // Exact wishes first: they may be for what another wish would be given.
    let (exact, open): (Vec<_>, Vec<_>) =
        wishes.iter().partition(|wish| wish.get("ip_address").is_some());
    for wish in exact {
        let own = kept.iter().position(|own| {
            parse(own) == parse(wish)
                && wish.get("subnet_id").is_none_or(|id| *id == own["subnet_id"])
        });
        if let Some(own) = own {
            fixed.push(kept.remove(own));
            continue;
        }
        let subnet = subnet_for(call, taker, subnets, wish)?;
        let Some(address) = parse(wish) else { return Err(invalid_ip(wish)) };
        if is_automatic(subnet) && !is_router(taker.device_owner) {
            let message = format!(
                "IPv6 address {address} cannot be directly assigned to a port on subnet {} as the \
                 subnet is configured for automatic addresses",
                subnet.id
            );
            return Err(Refusal::bad_request(message).named("AllocationOnAutoAddressSubnet"));
        }
        let text = address.to_string();
        if claim::holder(call.transaction, claim::ADDRESS, &subnet.id, &text)?.is_some() {
            let message = format!("IP address {text} already allocated in subnet {}", subnet.id);
            return Err(Refusal::conflict(message).named("IpAddressAlreadyAllocated"));
        }
        fixed.push(entry(subnet, address));
    }
    for wish in open {
        let subnet = subnet_for(call, taker, subnets, wish)?;
        if is_automatic(subnet) {
            continue;
        }
        if let Some(own) = kept.iter().position(|own| own["subnet_id"] == *subnet.id) {
            fixed.push(kept.remove(own));
            continue;
        }
        let taken = |free: &IpAddr| fixed.iter().any(|fixed| parse(fixed) == Some(*free));
        match address::choose_but(call.transaction, subnet, taken)? {
            Some(free) => fixed.push(entry(subnet, free)),
            None => return Err(exhausted(taker.network)),
        }
    }
    Ok(fixed)
}

fn parse(fixed: &Value) -> Option<IpAddr> {
    address::parse(&fixed["ip_address"])
}

/// The subnet that a wish is about.
fn subnet_for<'s>(
    call: &Call<'_>,
    taker: &Taker<'_>,
    subnets: &'s [Document],
    wish: &Value,
) -> Result<&'s Document, Refusal> {
    if subnets.is_empty() {
        return Err(invalid("IP allocation requires subnets for network"));
    }
    let holds = |subnet: &&Document| {
        let cidr = address::cidr(subnet);
        cidr.zip(parse(wish)).is_some_and(|(cidr, wish)| is_host(cidr, wish))
    };
    let Some(id) = wish.get("subnet_id").and_then(Value::as_str) else {
        if wish.get("ip_address").is_none() {
            return Err(invalid("IP allocation requires subnet_id or ip_address"));
        }
        return subnets.iter().find(holds).ok_or_else(|| invalid_ip(wish));
    };
    let Some(subnet) = subnets.iter().find(|subnet| subnet.id == id) else {
        SUBNET.find(call, id)?;
        return Err(invalid(format!(
            "Failed to create port on network {}, because fixed_ips included invalid subnet {id}",
            taker.network.id
        )));
    };
    if wish.get("ip_address").is_some() && !holds(&subnet) {
        let ip = plain(&wish["ip_address"]);
        let message = format!("IP address {ip} is not a valid IP for the specified subnet.");
        return Err(Refusal::bad_request(message).named("InvalidIpForSubnet"));
    }
    Ok(subnet)
}

/// Whether an address in the range may be a host's.
fn is_host(cidr: IpNet, address: IpAddr) -> bool {
    cidr.contains(&address) && !range::is_no_gateway(cidr, address)
}

fn invalid_ip(wish: &Value) -> Refusal {
    let ip = plain(&wish["ip_address"]);
    let message = format!(
        "IP address {ip} is not a valid IP for any of the subnets on the specified network."
    );
    Refusal::bad_request(message).named("InvalidIpForNetwork")
}

fn exhausted(network: &Document) -> Refusal {
    let message = format!("No more IP addresses available on network {}.", network.id);
    Refusal::conflict(message).named("IpAddressGenerationFailure")
}

/// The address that a MAC address has in an IPv6 subnet of 64 bits (EUI-64).
pub(super) fn automatic(subnet: &Document, mac: &str) -> Option<Value> {
    let Some(IpNet::V6(cidr)) = address::cidr(subnet) else { return None };
    let mac = mac_bytes(mac)?;
    let mut host = [0, 0, 0, 0xff, 0xfe, 0, 0, 0];
    host[..3].copy_from_slice(&mac[..3]);
    host[5..].copy_from_slice(&mac[3..]);
    // The bit that says that the address was not given out by the IEEE is turned.
    host[0] ^= 2;
    let host = u64::from_be_bytes(host);
    let bits = cidr.network().to_bits() | u128::from(host);
    Some(entry(subnet, Ipv6Addr::from_bits(bits).into()))
}
