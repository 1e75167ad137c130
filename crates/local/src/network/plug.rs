//! How compute connects servers to networks.
//!
//! What Nova's API refuses, [`plug`] refuses in Nova's words with a status below 500; what Nova finds
//! out only while it builds the server has status 500, and its message is the server's fault.

use serde_json::{Map, Value, json};

use super::claim;
use super::floating_ip;
use super::networks::{NETWORK, is_external, is_shared};
use super::port::{self, PORT};
use super::security_group::{self, SECURITY_GROUP};
use super::subnet::address;
use crate::call::{Call, Refusal};
use crate::store::Document;

/// What a server is to be connected with: a port that exists, or a new one in a network.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plug {
    /// The id of the network.
    pub(crate) network: Option<String>,
    /// The id of a port that exists.
    pub(crate) port: Option<String>,
    /// The address of a new port.
    pub(crate) fixed_ip: Option<String>,
    /// Names or ids for a new port; without any, `default`.
    pub(crate) security_groups: Vec<String>,
}

/// The zone of all servers, as their ports tell it.
const DEVICE_OWNER: &str = "compute:dc3-a-04";

/// Connects `server`, whose host name is `name`: with a port of its own, or one that exists.
///
/// The port has `network_name` beside the fields on the wire, so that [`addresses_of`] can tell
/// the server's addresses without another look.
pub(crate) fn plug(
    call: &mut Call<'_>,
    plug: &Plug,
    server: &str,
    name: &str,
) -> Result<Document, Refusal> {
    let binding = json!({
        "device_id": server, "device_owner": DEVICE_OWNER, "dns_name": name,
        "binding:host_id": "compute1",
    });
    let Value::Object(binding) = binding else { return Err(Refusal::new(500, "no binding")) };
    match &plug.port {
        Some(id) => take_over(call, id, binding),
        None => make(call, plug, binding),
    }
}

fn take_over(call: &Call<'_>, id: &str, binding: Map<String, Value>) -> Result<Document, Refusal> {
    let Ok(before) = PORT.find(call, id) else {
        return Err(Refusal::bad_request(format!("Port id {id} could not be found.")));
    };
    if !before.text("device_id").is_empty() {
        return Err(Refusal::conflict(format!("Port {id} is still in use.")));
    }
    if before.get("fixed_ips").as_array().is_none_or(Vec::is_empty) {
        return Err(Refusal::bad_request(format!(
            "Port {id} requires a FixedIP in order to be used."
        )));
    }
    let mut port = before.clone();
    port.fields.extend(binding);
    port.set("taken_over", true);
    port::bind(&mut port);
    port::keep(call, &before, &mut port)?;
    Ok(port)
}

fn make(call: &Call<'_>, plug: &Plug, mut wishes: Map<String, Value>) -> Result<Document, Refusal> {
    let id = plug.network.as_deref().unwrap_or_default();
    let unknown = || Refusal::bad_request(format!("Network {id} could not be found."));
    let network = NETWORK.find(call, id).map_err(|_| unknown())?;
    let may = network.owner == call.who.project || is_shared(&network) || call.who.is_admin();
    if is_external(&network) && !may {
        return Err(Refusal::forbidden(format!(
            "It is not allowed to create an interface on external network {id}"
        )));
    }
    if network.get("subnets").as_array().is_none_or(Vec::is_empty) {
        return Err(Refusal::bad_request(format!(
            "Network {id} requires a subnet in order to boot instances on."
        )));
    }
    if let Some(wished) = &plug.fixed_ip {
        check_free(call, &network, wished)?;
        wishes.insert("fixed_ips".into(), json!([{ "ip_address": wished }]));
    }
    let groups = security_groups(call, &plug.security_groups)?;
    if !groups.is_empty() {
        wishes.insert("security_groups".into(), groups.into());
    }
    crate::quota::check(call, PORT, "port")
        .map_err(|_| Refusal::forbidden("Maximum number of ports exceeded"))?;
    let project = call.who.project.clone();
    port::create(call, &project, &network, wishes)
        .map_err(|refusal| Refusal::new(500, refusal.message))
}

fn check_free(call: &Call<'_>, network: &Document, wished: &str) -> Result<(), Refusal> {
    for subnet in super::networks::subnets(call, network)? {
        let Ok(address) = wished.parse::<std::net::IpAddr>() else { continue };
        if address::cidr(&subnet).is_none_or(|cidr| !cidr.contains(&address)) {
            continue;
        }
        let text = address.to_string();
        if let Some(holder) = claim::holder(call.transaction, claim::ADDRESS, &subnet.id, &text)? {
            let holder = call.transaction.find(PORT.name, &holder)?;
            let device = holder.map(|port| port.text("device_id").to_string()).unwrap_or_default();
            return Err(Refusal::bad_request(format!(
                "Fixed IP address {wished} is already in use on instance {device}."
            )));
        }
    }
    Ok(())
}

/// The ids of the project's groups with these names or ids.
fn security_groups(call: &Call<'_>, wishes: &[String]) -> Result<Vec<String>, Refusal> {
    let transaction = call.transaction;
    let project = &call.who.project;
    let mut ids = Vec::new();
    for wish in wishes {
        if wish == "default" {
            ids.push(security_group::ensure_default(transaction, project, call.now)?.id);
            continue;
        }
        let mut named = transaction.named(SECURITY_GROUP.name, wish)?;
        named.retain(|group| group.owner == *project);
        if named.len() > 1 {
            return Err(Refusal::conflict(format!(
                "Multiple security_group matches found for name '{wish}', use an ID to be more \
                 specific."
            )));
        }
        let found = match named.pop() {
            Some(group) => Some(group),
            None => transaction.find_of(SECURITY_GROUP.name, project, wish)?,
        };
        let unknown = || {
            let message = format!("Unable to find security_group with name or id '{wish}'");
            Refusal::bad_request(message)
        };
        ids.push(found.ok_or_else(unknown)?.id);
    }
    Ok(ids)
}

/// The networks that a server may get if none is named: the project's own and the shared ones. Nova
/// uses the only one; more of them are refused here, none is a server without network.
pub(crate) fn default_networks(call: &Call<'_>) -> Result<Vec<Document>, Refusal> {
    let mut networks = call.transaction.all(NETWORK.name, None)?;
    networks.retain(|network| network.owner == call.who.project || is_shared(network));
    if networks.len() > 1 {
        return Err(Refusal::conflict(
            "Multiple possible networks found, use a Network ID to be more specific.",
        ));
    }
    Ok(networks)
}

/// Nova's `addresses` of a new server with these ports.
pub(crate) fn addresses_of(ports: &[Document]) -> Value {
    let mut networks = Map::new();
    for port in ports {
        for fixed in port.get("fixed_ips").as_array().into_iter().flatten() {
            add_address(&mut networks, port, &fixed["ip_address"], "fixed");
        }
    }
    networks.into()
}

/// Nova's `addresses` of a server with these ports and the floating IPs that lead to them.
pub(super) fn addresses_with_floating(
    call: &Call<'_>,
    ports: &[Document],
) -> Result<Value, Refusal> {
    let mut networks = Map::new();
    for port in ports {
        let floating_ips = floating_ip::of_port(call, port)?;
        for fixed in port.get("fixed_ips").as_array().into_iter().flatten() {
            let ip = &fixed["ip_address"];
            add_address(&mut networks, port, ip, "fixed");
            for outside in
                floating_ips.iter().filter(|outside| outside.get("fixed_ip_address") == ip)
            {
                add_address(&mut networks, port, outside.get("floating_ip_address"), "floating");
            }
        }
    }
    Ok(networks.into())
}

fn add_address(networks: &mut Map<String, Value>, port: &Document, ip: &Value, kind: &str) {
    let version = if ip.as_str().unwrap_or_default().contains(':') { 6 } else { 4 };
    let entry = json!({
        "version": version, "addr": ip, "OS-EXT-IPS:type": kind,
        "OS-EXT-IPS-MAC:mac_addr": port.get("mac_address"),
    });
    let list = networks.entry(port.text("network_name")).or_insert_with(|| json!([]));
    if let Value::Array(list) = list {
        list.push(entry);
    }
}

/// Disconnects a server: its own ports are deleted, those given to it are free again.
pub(crate) fn unplug(call: &mut Call<'_>, server: &str) -> Result<(), Refusal> {
    unplug_ports(call, port::of_device(call, server)?)
}

/// The same with one of its ports, if it has that.
pub(crate) fn unplug_port(call: &mut Call<'_>, server: &str, id: &str) -> Result<(), Refusal> {
    let mut ports = port::of_device(call, server)?;
    ports.retain(|port| port.id == id);
    unplug_ports(call, ports)
}

/// Notes the tag by which the guest tells its cards apart.
pub(crate) fn tag_interface(
    call: &Call<'_>,
    before: Document,
    tag: &Value,
) -> Result<Document, Refusal> {
    let mut port = before.clone();
    port.set("interface_tag", tag.clone());
    port::keep(call, &before, &mut port)?;
    Ok(port)
}

/// Nova's `addresses` of a server as it is connected now.
pub(crate) fn addresses_now(call: &Call<'_>, server: &str) -> Result<Value, Refusal> {
    addresses_with_floating(call, &port::of_device(call, server)?)
}

fn unplug_ports(call: &mut Call<'_>, ports: Vec<Document>) -> Result<(), Refusal> {
    for before in ports {
        if before.get("taken_over") != true {
            port::remove(call, &before)?;
            continue;
        }
        let mut port = before.clone();
        let free = json!({
            "device_id": "", "device_owner": "", "dns_name": "", "binding:host_id": "",
            "taken_over": false, "interface_tag": null,
        });
        if let Value::Object(free) = free {
            port.fields.extend(free);
        }
        port::bind(&mut port);
        port::keep(call, &before, &mut port)?;
    }
    Ok(())
}

/// The groups of a server's ports, each once, in the order of the ports.
pub(crate) fn security_groups_of(call: &Call<'_>, server: &str) -> Result<Vec<Document>, Refusal> {
    let mut groups: Vec<Document> = Vec::new();
    for port in port::of_device(call, server)? {
        for id in port.get("security_groups").as_array().into_iter().flatten() {
            let id = id.as_str().unwrap_or_default();
            let Some(group) = call.transaction.find(SECURITY_GROUP.name, id)? else { continue };
            if !groups.iter().any(|known| known.id == group.id) {
                groups.push(group);
            }
        }
    }
    Ok(groups)
}

/// Refuses names or ids that are no security groups of the caller's project.
pub(crate) fn check_security_groups(call: &Call<'_>, wishes: &[String]) -> Result<(), Refusal> {
    security_groups(call, wishes).map(drop)
}

/// Adds a group of the caller's project to all ports of a server, or takes it from them.
pub(crate) fn change_group(
    call: &Call<'_>,
    server: &str,
    name: &str,
    is_added: bool,
) -> Result<(), Refusal> {
    let unknown = |_| {
        Refusal::not_found(format!(
            "Security group {name} is not found for project {}",
            call.who.project
        ))
    };
    let id = security_groups(call, &[name.to_string()]).map_err(unknown)?.swap_remove(0);
    let ports = port::of_device(call, server)?;
    if ports.is_empty() {
        return Err(Refusal::not_found(format!(
            "instance_id {server} could not be found as device id on any ports"
        )));
    }
    for before in ports {
        let mut groups = before.get("security_groups").as_array().cloned().unwrap_or_default();
        let is_there = groups.iter().any(|group| group.as_str() == Some(&id));
        match (is_added, is_there) {
            (true, true) => {
                return Err(Refusal::bad_request(format!(
                    "Invalid input for security_groups. Reason: Duplicate items in the list: \
                     '{id}'.\nNeutron server returns request_ids: ['{}']",
                    call.request_id
                )));
            }
            (false, false) => {
                return Err(Refusal::not_found(format!(
                    "Security group {name} not associated with the instance {server}"
                )));
            }
            (true, false) => groups.push(id.clone().into()),
            (false, true) => groups.retain(|group| group.as_str() != Some(&id)),
        }
        let mut port = before.clone();
        port.set("security_groups", groups);
        port::keep(call, &before, &mut port)?;
    }
    Ok(())
}

/// The ports of a server, oldest first.
pub(crate) fn ports_of(call: &Call<'_>, server: &str) -> Result<Vec<Document>, Refusal> {
    port::of_device(call, server)
}
