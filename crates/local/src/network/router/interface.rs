//! A router's interfaces: its ports in subnets.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{INTERFACE, ROUTER, bad, check_apart, gateway, route};
use crate::call::{Call, Refusal, Reply};
use crate::network::attribute::Wrong;
use crate::network::networks::NETWORK;
use crate::network::port::{self, PORT};
use crate::network::subnet::{SUBNET, address};
use crate::network::{claim, floating_ip, resource, value};
use crate::store::{Document, Transaction};
use crate::time::Moment;

/// How long the router's host needs to connect a port.
const CONNECTING: Duration = Duration::from_millis(300);

/// Makes and keeps a port of a router, or of what is like one. `device`: its id, and the owner that
/// the port tells.
pub(super) fn plug(
    transaction: &Transaction<'_>,
    now: Moment,
    project: &str,
    network: &Document,
    fixed_ips: &[Value],
    device: (&str, &str),
) -> rusqlite::Result<Document> {
    let fields = json!({
        "name": "", "network_id": network.id, "admin_state_up": true, "device_id": device.0,
        "device_owner": device.1, "description": "", "binding:vnic_type": "normal",
        "binding:profile": {}, "dns_name": "", "network_owner": network.owner,
        "network_name": network.text("name"), "fixed_ips": fixed_ips,
        "mac_address": address::choose_mac(transaction, &network.id)?,
        "port_security_enabled": false, "security_groups": [], "allowed_address_pairs": [],
        "extra_dhcp_opts": [], "qos_policy_id": null,
    });
    let fields = fields.as_object().cloned().unwrap_or_default();
    let mut port = resource::document(PORT, project, now, 2, fields);
    port::bind(&mut port);
    connect(&mut port, now);
    claim::take(transaction, &port)?;
    transaction.insert(&port)?;
    Ok(port)
}

/// The port becomes ACTIVE in a moment.
fn connect(port: &mut Document, now: Moment) {
    let revision = port.get("revision_number").as_i64().unwrap_or_default();
    port.set_later(
        now.after(CONNECTING),
        json!({ "status": "ACTIVE", "revision_number": revision + 1 }),
    );
}

/// What a request says: the subnet, the port.
struct Wish {
    subnet: Option<String>,
    port: Option<String>,
}

fn wish(call: &Call<'_>, may_be_both: bool) -> Result<Wish, Refusal> {
    let none = Map::new();
    let body = call.body.as_object().unwrap_or(&none);
    if !body.contains_key("subnet_id") && !body.contains_key("port_id") {
        return Err(bad("Either subnet_id or port_id must be specified"));
    }
    let id = |name: &str| {
        let Some(id) = body.get(name) else { return Ok(None) };
        match value::uuid(id) {
            Err(Wrong::Reason(reason)) => Err(bad(reason)),
            _ => Ok(id.as_str().map(str::to_string)),
        }
    };
    let (port, subnet) = (id("port_id")?, id("subnet_id")?);
    if port.is_some() && subnet.is_some() && !may_be_both {
        return Err(bad("Cannot specify both subnet-id and port-id"));
    }
    Ok(Wish { subnet, port })
}

/// What Neutron answers to both changes.
fn reply(router: &Document, port: &Document) -> Reply {
    let fixed = port.get("fixed_ips").as_array().into_iter().flatten();
    let subnets: Vec<_> = fixed.into_iter().map(|fixed| fixed["subnet_id"].clone()).collect();
    Reply::ok(json!({
        "id": router.id, "tenant_id": router.owner, "port_id": port.id,
        "network_id": port.get("network_id"), "subnet_id": subnets.first(), "subnet_ids": subnets,
    }))
}

/// `PUT /routers/{id}/add_router_interface`
pub(super) fn add(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut router = ROUTER.find(call, call.segment("id"))?;
    let wish = wish(call, false)?;
    let port = match (wish.port, wish.subnet) {
        (Some(port), _) => take_over(call, &router, &port)?,
        (_, subnet) => make(call, &router, &subnet.unwrap_or_default())?,
    };
    resource::touch(call, &mut router);
    call.transaction.update(&router)?;
    Ok(reply(&router, &port))
}

/// Takes the port for the router's.
fn take_over(call: &Call<'_>, router: &Document, id: &str) -> Result<Document, Refusal> {
    let before = PORT.find(call, id)?;
    let device = before.text("device_id");
    if !device.is_empty() {
        let message = format!(
            "Unable to complete operation on port {id} for network {}. Port already has an attached \
             device {device}.",
            before.text("network_id")
        );
        return Err(Refusal::conflict(message).named("PortInUse"));
    }
    let fixed = before.get("fixed_ips").as_array().cloned().unwrap_or_default();
    if fixed.is_empty() {
        return Err(bad("Router port must have at least one fixed IP"));
    }
    for fixed in &fixed {
        let subnet = fixed["subnet_id"].as_str().unwrap_or_default();
        check_apart(call, router, &SUBNET.find(call, subnet)?)?;
    }
    let mut port = before.clone();
    port.set("device_id", router.id.clone());
    port.set("device_owner", INTERFACE);
    resource::touch(call, &mut port);
    port::keep(call, &before, &mut port)?;
    connect(&mut port, call.now);
    call.transaction.update(&port)?;
    Ok(port)
}

/// Makes a port with the address that the subnet's hosts take for their gateway.
fn make(call: &Call<'_>, router: &Document, id: &str) -> Result<Document, Refusal> {
    let subnet = SUBNET.find(call, id)?;
    if subnet.owner != call.who.project && !call.who.is_admin() {
        return Err(bad(format!(
            "Cannot add interface to router because subnet {id} is not owned by project making the \
             request"
        )));
    }
    let Some(ip) = subnet.get("gateway_ip").as_str() else {
        return Err(bad("Subnet for router interface must have a gateway IP"));
    };
    check_apart(call, router, &subnet)?;
    if claim::holder(call.transaction, claim::ADDRESS, id, ip)?.is_some() {
        let message = format!("IP address {ip} already allocated in subnet {id}");
        return Err(Refusal::conflict(message).named("IpAddressAlreadyAllocated"));
    }
    let fixed = json!({ "subnet_id": id, "ip_address": ip });
    let Some(network) = call.transaction.find(NETWORK.name, subnet.text("network_id"))? else {
        return Err(value::internal());
    };
    let device = (router.id.as_str(), INTERFACE);
    Ok(plug(call.transaction, call.now, &router.owner, &network, &[fixed], device)?)
}

/// `PUT /routers/{id}/remove_router_interface`
pub(super) fn remove(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut router = ROUTER.find(call, call.segment("id"))?;
    let port = find(call, &router, &wish(call, true)?)?;
    for fixed in port.get("fixed_ips").as_array().into_iter().flatten() {
        let subnet = fixed["subnet_id"].as_str().unwrap_or_default();
        check_unused(call, &router, subnet)?;
    }
    port::remove(call, &port)?;
    resource::touch(call, &mut router);
    call.transaction.update(&router)?;
    Ok(reply(&router, &port))
}

/// The interface that is meant.
fn find(call: &Call<'_>, router: &Document, wish: &Wish) -> Result<Document, Refusal> {
    let mut ports = port::of_device(call, &router.id)?;
    ports.retain(|port| port.text("device_owner") == INTERFACE);
    let is_in = |port: &Document, subnet: &str| {
        let fixed = port.get("fixed_ips").as_array().into_iter().flatten();
        fixed.into_iter().any(|fixed| fixed["subnet_id"] == *subnet)
    };
    if let Some(id) = &wish.port {
        let port = ports.into_iter().find(|port| port.id == *id);
        let port = port.ok_or_else(|| {
            let message = format!("Router {} does not have an interface with id {id}", router.id);
            Refusal::not_found(message).named("RouterInterfaceNotFound")
        })?;
        return match &wish.subnet {
            Some(subnet) if !is_in(&port, subnet) => Err(Refusal::bad_request(format!(
                "Subnet on port {id} does not match the requested subnet {subnet}."
            ))
            .named("SubnetMismatchForPort")),
            _ => Ok(port),
        };
    }
    let subnet = SUBNET.find(call, wish.subnet.as_deref().unwrap_or_default())?.id;
    ports.into_iter().find(|port| is_in(port, &subnet)).ok_or_else(|| {
        let message = format!("Router {} has no interface on subnet {subnet}", router.id);
        Refusal::not_found(message).named("RouterInterfaceNotFoundForSubnet")
    })
}

/// Refuses that the router leaves a subnet to which it leads floating IPs or routes.
fn check_unused(call: &Call<'_>, router: &Document, subnet: &str) -> Result<(), Refusal> {
    let found = call.transaction.find(SUBNET.name, subnet)?;
    let Some(range) = found.as_ref().and_then(address::cidr) else { return Ok(()) };
    let leads_here = |floating_ip: &Document| -> Result<bool, Refusal> {
        let inside = floating_ip::inside(call, floating_ip)?;
        Ok(inside.iter().any(|ip| range.contains(ip)))
    };
    for floating_ip in floating_ip::of_router(call, router)? {
        if leads_here(&floating_ip)? {
            let message = format!(
                "Router interface for subnet {subnet} on router {} cannot be deleted, as it is \
                 required by one or more floating IPs.",
                router.id
            );
            return Err(Refusal::conflict(message).named("RouterInterfaceInUseByFloatingIP"));
        }
    }
    route::check_unused(router, subnet, range)
}

/// Makes a router that leads from `subnet` to `outside`, for a fresh cloud.
pub(in crate::network) fn seed(
    transaction: &Transaction<'_>,
    now: Moment,
    name: &str,
    (network, subnet): (&Document, &Document),
    outside: (&Document, &Document),
) -> rusqlite::Result<()> {
    let project = &network.owner;
    let fields = json!({
        "name": name, "admin_state_up": true, "status": "ACTIVE", "description": "",
        "availability_zone_hints": [], "routes": [], "flavor_id": null,
        "external_gateway_info": null,
    });
    let fields = fields.as_object().cloned().unwrap_or_default();
    let mut router = resource::document(ROUTER, project, now, 4, fields);
    gateway::seed(transaction, now, &mut router, outside)?;
    let fixed = json!({ "subnet_id": subnet.id, "ip_address": subnet.get("gateway_ip") });
    plug(transaction, now, project, network, &[fixed], (&router.id, INTERFACE))?;
    transaction.insert(&router)
}
