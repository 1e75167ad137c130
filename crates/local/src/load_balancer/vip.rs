//! The address of a balancer: where it is wished for, and the port that holds it.

use serde_json::{Value, json};

use super::invalid;
use super::noun::Body;
use super::root::PROVIDER;
use crate::call::{Call, Refusal};
use crate::network::vip as network;
use crate::store::Document;

/// Where a balancer is to be.
pub(super) struct Place {
    network: Document,
    /// The port that it is given, if it is given one.
    port: Option<Document>,
}

/// Finds out where a balancer is to be, and says so in its body.
pub(super) fn choose(call: &Call<'_>, body: &mut Body) -> Result<Place, Refusal> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_string);
    let (port, net, subnet) = (text("vip_port_id"), text("vip_network_id"), text("vip_subnet_id"));
    let address = text("vip_address");
    let mut place = None;
    let mut given_port = None;
    let (subnet, address) = if let Some(id) = port {
        let port = network::port(call, &id).map_err(|_| unknown("Port", &id))?;
        let found = of_port(call, &port, subnet, address)?;
        given_port = Some(port);
        found
    } else if let Some(id) = net {
        let net = network::network(call, &id).map_err(|_| unknown("Network", &id))?;
        let subnet = of_network(call, &net, subnet, address.as_deref())?;
        place = Some(net);
        (subnet, address)
    } else if let Some(id) = subnet {
        network::subnet(call, &id).map_err(|_| unknown("Subnet", &id))?;
        (id, address)
    } else {
        return Err(invalid(
            "VIP must contain one of: vip_port_id, vip_network_id, vip_subnet_id.",
        ));
    };
    if let Some(policy) = text("vip_qos_policy_id") {
        return Err(unknown("qos_policy", &policy));
    }
    let additional = body.get("additional_vips").unwrap_or(&Value::Null);
    let network_id = check_additional(call, &subnet, additional)?;
    let network = match place {
        Some(network) => network,
        None => network::network(call, &network_id).map_err(|_| unknown("Network", &network_id))?,
    };
    body.insert("vip_network_id".into(), network.id.clone().into());
    body.insert("vip_subnet_id".into(), subnet.into());
    body.insert("vip_address".into(), address.into());
    Ok(Place { network, port: given_port })
}

/// The refusal of something that is named but not there.
pub(super) fn unknown(what: &str, id: &str) -> Refusal {
    Refusal::bad_request(format!("{what} {id} not found."))
}

/// The subnet and the address on a port that is given.
fn of_port(
    call: &Call<'_>,
    port: &Document,
    subnet: Option<String>,
    address: Option<String>,
) -> Result<(String, Option<String>), Refusal> {
    let device = port.text("device_id");
    if !device.is_empty() {
        let id = &port.id;
        return Err(invalid(format!("Port {id} is already used by device {device} ")));
    }
    let part = |fixed: &Value, name: &str| fixed[name].as_str().unwrap_or_default().to_string();
    let fixed = port.get("fixed_ips").as_array().map(Vec::as_slice).unwrap_or_default();
    let whole = |fixed: &Value| (part(fixed, "subnet_id"), Some(part(fixed, "ip_address")));
    if let Some(subnet) = subnet {
        network::subnet(call, &subnet).map_err(|_| unknown("Subnet", &subnet))?;
        let found = fixed.iter().find(|fixed| fixed["subnet_id"] == *subnet);
        return found.map(whole).ok_or_else(|| {
            invalid("No VIP address found on the specified VIP port within the specified subnet.")
        });
    }
    if let Some(address) = address {
        let wish = address.parse::<std::net::IpAddr>().ok();
        let is_it = |fixed: &&Value| part(fixed, "ip_address").parse().ok() == wish;
        let found = fixed.iter().find(is_it).map(|fixed| part(fixed, "subnet_id"));
        return found
            .map(|subnet| (subnet, Some(address)))
            .ok_or_else(|| invalid("Specified VIP address not found on the specified VIP port."));
    }
    match fixed {
        [only] => Ok(whole(only)),
        _ => Err(invalid(
            "VIP port's subnet could not be determined. Please specify either a VIP subnet or \
             address.",
        )),
    }
}

/// The subnet of a network: the one wished for, the one that has the address, or the first for IPv4.
fn of_network(
    call: &Call<'_>,
    net: &Document,
    subnet: Option<String>,
    address: Option<&str>,
) -> Result<String, Refusal> {
    let subnets = network::subnets(call, net)?;
    if let Some(id) = subnet {
        let is_there = subnets.iter().any(|subnet| subnet.id == id);
        return if is_there { Ok(id) } else { Err(unknown("Subnet", &id)) };
    }
    if let Some(address) = address {
        let found = subnets.iter().find(|subnet| network::holds(subnet, address));
        return found.map(|subnet| subnet.id.clone()).ok_or_else(|| {
            invalid("Supplied network does not contain a subnet for VIP address specified.")
        });
    }
    let first = subnets.iter().find(|subnet| *subnet.get("ip_version") == 4);
    let first = first.or(subnets.first()).map(|subnet| subnet.id.clone());
    first.ok_or_else(|| invalid("Supplied network does not contain a subnet."))
}

/// Checks the subnets of all addresses; the network they are in.
fn check_additional(call: &Call<'_>, subnet: &str, additional: &Value) -> Result<String, Refusal> {
    let mut subnets = vec![subnet];
    for vip in additional.as_array().into_iter().flatten() {
        let id = vip["subnet_id"].as_str().unwrap_or_default();
        if subnets.contains(&id) {
            return Err(invalid(
                "Duplicate VIP subnet(s) specified. Only one IP can be bound per subnet.",
            ));
        }
        subnets.push(id);
    }
    let mut networks = Vec::new();
    for id in subnets {
        let subnet = network::any_subnet(call, id)?
            .ok_or_else(|| Refusal::new(500, format!("subnet not found (subnet id: {id}).")))?;
        networks.push(subnet.text("network_id").to_string());
    }
    networks.dedup();
    match networks.pop() {
        Some(network) if networks.is_empty() => Ok(network),
        _ => Err(invalid("All VIP subnets must belong to the same network.")),
    }
}

/// Gives a balancer its port and its addresses.
pub(super) fn allocate(
    call: &Call<'_>,
    balancer: &mut Document,
    place: &Place,
) -> Result<(), Refusal> {
    if let Some(port) = &place.port {
        balancer.set("vip_port_id", port.id.clone());
        return Ok(());
    }
    let wish = |subnet: &Value, address: &Value| {
        let mut wish = json!({ "subnet_id": subnet });
        if !address.is_null() {
            wish["ip_address"] = address.clone();
        }
        wish
    };
    let mut wishes = vec![wish(balancer.get("vip_subnet_id"), balancer.get("vip_address"))];
    let additional = balancer.get("additional_vips").as_array().cloned().unwrap_or_default();
    wishes.extend(additional.iter().map(|vip| wish(&vip["subnet_id"], &vip["ip_address"])));
    let (owner, id) = (balancer.owner.clone(), balancer.id.clone());
    let port = network::make_port(call, &owner, &place.network, &id, wishes)
        .map_err(|refusal| of_neutron(call, &refusal))?;
    let fixed = port.get("fixed_ips").as_array().cloned().unwrap_or_default();
    let address_in = |subnet: &Value| {
        let found = fixed.iter().find(|fixed| fixed["subnet_id"] == *subnet);
        found.map(|fixed| fixed["ip_address"].clone()).unwrap_or_default()
    };
    balancer.set("vip_address", address_in(balancer.get("vip_subnet_id")));
    let additional: Value = additional
        .iter()
        .map(|vip| {
            let subnet = &vip["subnet_id"];
            json!({ "subnet_id": subnet, "ip_address": address_in(subnet) })
        })
        .collect();
    balancer.set("additional_vips", additional);
    balancer.set("vip_port_id", port.id);
    balancer.set("owns_port", true);
    Ok(())
}

/// What Neutron says, as Octavia passes it on.
fn of_neutron(call: &Call<'_>, refusal: &Refusal) -> Refusal {
    Refusal::new(
        500,
        format!(
            "Provider '{PROVIDER}' reports error: {}\nNeutron server returns request_ids: ['{}']",
            refusal.message, call.request_id
        ),
    )
}

/// Gives a balancer's port back, if it was made for it.
pub(super) fn release(call: &Call<'_>, balancer: &Document) -> Result<(), Refusal> {
    if balancer.get("owns_port") != true {
        return Ok(());
    }
    network::remove_port(call, balancer.text("vip_port_id"))
}
