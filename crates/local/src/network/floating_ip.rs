//! Floating IPs: addresses of the world that a router leads to a port, or (`port_forwarding.rs`) each
//! of their ports to another.

use std::net::IpAddr;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::attribute::{Attribute, fields};
use super::networks::{self, NETWORK, admin_only, empty};
use super::port::{self, PORT};
use super::resource::{self, Resource};
use super::subnet::{SUBNET, address};
use super::{claim, listing, missing, port_forwarding, router, tags, value};
use crate::call::{Call, Refusal};
use crate::kind::{Field, Kind};
use crate::seed::insert;
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/floatingips", Handler::Read(|call| listing::list(call, &FLOATING_IPS))),
    Route::post("/floatingips", Handler::Write(|call| FLOATING_IPS.create_one(call))),
    Route::get("/floatingips/{id}", Handler::Read(|call| FLOATING_IPS.show(call))),
    Route::put("/floatingips/{id}", Handler::Write(|call| FLOATING_IPS.update(call))),
    Route::delete("/floatingips/{id}", Handler::Write(|call| FLOATING_IPS.delete(call))),
];

/// How long it takes until the router's host has been told.
const CONNECTING: Duration = Duration::from_millis(100);

const ATTRIBUTES: &[Attribute] = &[
    Attribute::id(),
    Attribute::owner("tenant_id"),
    Attribute::new("floating_ip_address")
        .optional()
        .validate(value::address_or_null)
        .guard(admin_only)
        .filter()
        .sort(),
    Attribute::new("subnet_id").hidden().optional().validate(value::uuid_or_null),
    Attribute::new("floating_network_id").required().validate(value::uuid).filter().sort(),
    Attribute::new("router_id").filter().sort(),
    Attribute::new("port_id").optional().put().validate(value::uuid_or_null).filter(),
    Attribute::new("fixed_ip_address")
        .optional()
        .put()
        .validate(value::address_or_null)
        .filter()
        .sort(),
    Attribute::new("status").filter().sort(),
    Attribute::new("description").or(empty).put().validate(value::text_255).filter(),
    Attribute::new("qos_policy_id").optional().validate(value::uuid_or_null),
    Attribute::made("port_details", port_details),
    // Nobody would serve these names.
    Attribute::made("dns_domain", |_, _| "".into()).optional().validate(value::domain),
    Attribute::made("dns_name", |_, _| "".into()).optional().validate(value::host_name),
    Attribute::made("port_forwardings", port_forwardings),
    tags::TAGS,
    tags::ANY,
    tags::NOT,
    tags::NOT_ANY,
    Attribute::new("created_at"),
    Attribute::new("updated_at"),
    Attribute::new("revision_number").filter(),
    Attribute::owner("project_id"),
];

static FIELDS: [Field; ATTRIBUTES.len()] = fields(ATTRIBUTES);

pub(super) static FLOATING_IPS: Resource = Resource {
    kind: resource::kind("floatingip", "floatingips", "/floatingips", &FIELDS, |id| {
        Refusal::not_found(format!("Floating IP {id} could not be found"))
            .named("FloatingIPNotFound")
    }),
    attributes: ATTRIBUTES,
    older: true,
    strict_marker: false,
    index: None,
    create,
    update,
    delete,
};

pub(super) static FLOATING_IP: &Kind = &FLOATING_IPS.kind;

/// The port forwardings in short.
fn port_forwardings(call: &Call<'_>, floating_ip: &Document) -> Value {
    let all = port_forwarding::of_floating_ip(call, floating_ip).unwrap_or_default();
    let view = |forwarding: &Document| {
        json!({
            "id": forwarding.id, "protocol": forwarding.get("protocol"),
            "internal_ip_address": forwarding.get("internal_ip_address"),
            "internal_port_id": forwarding.get("internal_port_id"),
            "internal_port": forwarding.get("internal_port"),
            "external_port": forwarding.get("external_port"),
        })
    };
    all.iter().map(view).collect()
}

fn port_details(call: &Call<'_>, floating_ip: &Document) -> Value {
    let port = call.transaction.find(PORT.name, floating_ip.text("port_id"));
    let Ok(Some(port)) = port else { return Value::Null };
    json!({
        "name": port.get("name"), "network_id": port.get("network_id"),
        "mac_address": port.get("mac_address"), "admin_state_up": port.get("admin_state_up"),
        "status": port.get("status"), "device_id": port.get("device_id"),
        "device_owner": port.get("device_owner"),
    })
}

fn create(
    call: &Call<'_>,
    project: &str,
    mut body: Map<String, Value>,
) -> Result<Document, Refusal> {
    let id = body["floating_network_id"].as_str().unwrap_or_default().to_string();
    let network = call.transaction.find(NETWORK.name, &id)?;
    let network = network.ok_or_else(|| missing("NetworkNotFound", "Network", &id))?;
    if !networks::is_external(&network) {
        let message = format!("Network {id} is not a valid external network");
        return Err(bad(&message));
    }
    let port = body.remove("port_id").unwrap_or_default();
    let fixed = body.remove("fixed_ip_address").unwrap_or_default();
    let wished = body.remove("floating_ip_address").unwrap_or_default();
    let subnet = body.remove("subnet_id").unwrap_or_default();
    if port.is_null() && !fixed.is_null() {
        return Err(bad("fixed_ip_address cannot be specified without a port_id"));
    }
    if body.get("qos_policy_id").is_some_and(|policy| !policy.is_null()) {
        // Neutron stumbles over a policy that is not there.
        return Err(value::internal());
    }
    let fields = json!({
        "floating_network_id": id, "description": body.get("description"), "status": "DOWN",
        "qos_policy_id": null, "router_id": null, "port_id": null, "fixed_ip_address": null,
    });
    let fields = fields.as_object().cloned().unwrap_or_default();
    let mut made = resource::document(&FLOATING_IPS.kind, project, call.now, 0, fields);
    take_address(call, &network, &subnets_for(call, &network, &subnet)?, &wished, &mut made)?;
    if !port.is_null() {
        associate(call, &mut made, &port, &fixed)?;
    }
    call.transaction.insert(&made)?;
    refresh(call, made.text("port_id"))?;
    Ok(made)
}

/// The subnets from which the address may come.
fn subnets_for(
    call: &Call<'_>,
    network: &Document,
    wished: &Value,
) -> Result<Vec<Document>, Refusal> {
    let mut subnets = networks::subnets(call, network)?;
    let Some(id) = wished.as_str() else { return Ok(subnets) };
    subnets.retain(|subnet| subnet.id == id);
    if subnets.is_empty() {
        if call.transaction.find(SUBNET.name, id)?.is_none() {
            return Err(missing("SubnetNotFound", "Subnet", id));
        }
        return Err(value::invalid(format!(
            "Failed to create port on network {}, because fixed_ips included invalid subnet {id}",
            network.id
        )));
    }
    Ok(subnets)
}

/// Gives the new floating IP the address that was wished for, or a free one.
fn take_address(
    call: &Call<'_>,
    network: &Document,
    subnets: &[Document],
    wished: &Value,
    floating_ip: &mut Document,
) -> Result<(), Refusal> {
    let exhausted = || {
        let message = format!("No more IP addresses available on network {}.", network.id);
        Refusal::conflict(message).named("IpAddressGenerationFailure")
    };
    for subnet in subnets {
        let chosen = match wished.as_str() {
            None => address::choose(call.transaction, subnet)?,
            Some(text) => address::parse(wished)
                .filter(|ip| address::cidr(subnet).is_some_and(|cidr| cidr.contains(ip)))
                .filter(|_| !text.is_empty()),
        };
        let Some(chosen) = chosen else { continue };
        let text = chosen.to_string();
        if claim::holder(call.transaction, claim::ADDRESS, &subnet.id, &text)?.is_some() {
            let message = format!(
                "Unable to complete operation for network {}. The IP address {text} is in use.",
                network.id
            );
            return Err(Refusal::conflict(message).named("IpAddressInUse"));
        }
        let holder = json!({ "port": floating_ip.id });
        insert(call.transaction, claim::ADDRESS, &subnet.id, &text, holder)?;
        floating_ip.set("floating_ip_address", text);
        floating_ip.set("subnet_id", subnet.id.clone());
        return Ok(());
    }
    Err(exhausted())
}

fn update(
    call: &Call<'_>,
    floating_ip: &mut Document,
    mut body: Map<String, Value>,
) -> Result<(), Refusal> {
    let before = floating_ip.text("port_id").to_string();
    let fixed = body.remove("fixed_ip_address").unwrap_or_default();
    let is_shared_out = !port_forwarding::of_floating_ip(call, floating_ip)?.is_empty();
    match body.remove("port_id") {
        Some(port) if !port.is_null() => {
            if is_shared_out {
                return Err(forwards(floating_ip));
            }
            associate(call, floating_ip, &port, &fixed)?;
        }
        _ if !fixed.is_null() => {
            return Err(bad("fixed_ip_address cannot be specified without a port_id"));
        }
        Some(_) if !is_shared_out => dissociate(call, floating_ip),
        // A change of nothing is read as one without a port.
        None if body.is_empty() && !is_shared_out => dissociate(call, floating_ip),
        _ => {}
    }
    floating_ip.fields.extend(body);
    call.transaction.update(floating_ip)?;
    refresh(call, &before)?;
    refresh(call, floating_ip.text("port_id"))
}

/// The refusal for a floating IP whose ports lead to several places.
fn forwards(floating_ip: &Document) -> Refusal {
    let message = format!("Floating IP {} in use by Port Forwarding resources.", floating_ip.id);
    Refusal::conflict(message).named("FipInUseByPortForwarding")
}

fn dissociate(call: &Call<'_>, floating_ip: &mut Document) {
    floating_ip.later.clear();
    floating_ip.set_later(call.now.after(CONNECTING), json!({ "status": "DOWN" }));
    for field in ["port_id", "fixed_ip_address", "router_id"] {
        floating_ip.set(field, Value::Null);
    }
}

fn associate(
    call: &Call<'_>,
    floating_ip: &mut Document,
    port: &Value,
    fixed: &Value,
) -> Result<(), Refusal> {
    let id = port.as_str().unwrap_or_default();
    let port = PORT.find(call, id)?;
    let addresses = port.get("fixed_ips").as_array().into_iter().flatten();
    let is_meant = |address: &&Value| {
        let ip = address["ip_address"].as_str().unwrap_or_default();
        fixed.as_str().map_or(!ip.contains(':'), |fixed| fixed == ip)
    };
    let Some(address) = addresses.clone().find(is_meant) else {
        return Err(bad(&match fixed.as_str() {
            Some(fixed) => format!("Port {id} does not have fixed ip {fixed}"),
            None => format!("Cannot add floating IP to port {id} that has no fixed IPv4 addresses"),
        }));
    };
    let router = router_for(call, floating_ip, &port, address)?;
    check_single(call, floating_ip, &port, address)?;
    floating_ip.set("port_id", id);
    floating_ip.set("fixed_ip_address", address["ip_address"].clone());
    floating_ip.set("router_id", router.id);
    floating_ip.later.clear();
    floating_ip.set_later(call.now.after(CONNECTING), json!({ "status": "ACTIVE" }));
    Ok(())
}

/// The router that leads from the floating IP to the port.
fn router_for(
    call: &Call<'_>,
    floating_ip: &Document,
    port: &Document,
    address: &Value,
) -> Result<Document, Refusal> {
    let outside = floating_ip.text("floating_network_id");
    let subnet = address["subnet_id"].as_str().unwrap_or_default();
    if let Some(router) = router::leading(call, subnet, outside)? {
        return Ok(router);
    }
    let message = format!(
        "External network {outside} is not reachable from subnet {subnet}.  Therefore, cannot \
         associate Port {} with a Floating IP.",
        port.id
    );
    Err(Refusal::not_found(message).named("ExternalGatewayForFloatingIPNotFound"))
}

/// One address of a port has one floating IP of a network.
fn check_single(
    call: &Call<'_>,
    floating_ip: &Document,
    port: &Document,
    address: &Value,
) -> Result<(), Refusal> {
    let others = of_port(call, port)?;
    let is_same = |other: &Document| {
        other.id != floating_ip.id && *other.get("fixed_ip_address") == address["ip_address"]
    };
    if !others.iter().any(is_same) {
        return Ok(());
    }
    Err(already(floating_ip, &port.id, address["ip_address"].as_str().unwrap_or_default()))
}

/// The refusal for a floating IP that is to lead to an address to which one leads.
pub(super) fn already(floating_ip: &Document, port: &str, ip: &str) -> Refusal {
    let message = format!(
        "Cannot associate floating IP {} ({}) with port {port} using fixed IP {ip}, as that fixed IP \
         already has a floating IP on external network {}.",
        floating_ip.text("floating_ip_address"),
        floating_ip.id,
        floating_ip.text("floating_network_id"),
    );
    Refusal::conflict(message).named("FloatingIPPortAlreadyAssociated")
}

fn bad(message: &str) -> Refusal {
    Refusal::bad_request(format!("Bad floatingip request: {message}.")).named("BadRequest")
}

/// The floating IPs that lead to a port.
pub(super) fn of_port(call: &Call<'_>, port: &Document) -> Result<Vec<Document>, Refusal> {
    let mut all = call.transaction.all(FLOATING_IPS.kind.name, Some(&port.owner))?;
    all.retain(|floating_ip| floating_ip.text("port_id") == port.id);
    Ok(all)
}

/// The floating IPs that a router leads to hosts inside.
pub(super) fn of_router(call: &Call<'_>, router: &Document) -> Result<Vec<Document>, Refusal> {
    let mut all = call.transaction.all(FLOATING_IPS.kind.name, Some(&router.owner))?;
    all.retain(|floating_ip| floating_ip.text("router_id") == router.id);
    Ok(all)
}

/// The addresses inside that a floating IP leads to.
pub(super) fn inside(call: &Call<'_>, floating_ip: &Document) -> Result<Vec<IpAddr>, Refusal> {
    let forwardings = port_forwarding::of_floating_ip(call, floating_ip)?;
    let forwarded = forwardings.iter().map(|forwarding| forwarding.get("internal_ip_address"));
    let all = forwarded.chain([floating_ip.get("fixed_ip_address")]);
    Ok(all.filter_map(address::parse).collect())
}

/// Lets go of the port: it is about to be deleted.
pub(super) fn release_port(call: &Call<'_>, port: &Document) -> Result<(), Refusal> {
    for mut floating_ip in of_port(call, port)? {
        dissociate(call, &mut floating_ip);
        call.transaction.update(&floating_ip)?;
    }
    port_forwarding::release_port(call, port)
}

fn delete(call: &Call<'_>, floating_ip: &Document) -> Result<(), Refusal> {
    if !port_forwarding::of_floating_ip(call, floating_ip)?.is_empty() {
        return Err(forwards(floating_ip));
    }
    let (subnet, ip) = (floating_ip.text("subnet_id"), floating_ip.text("floating_ip_address"));
    call.transaction.remove(&Document::of(claim::ADDRESS, subnet, ip, json!({})))?;
    call.transaction.remove(floating_ip)?;
    refresh(call, floating_ip.text("port_id"))
}

/// Nova shows the addresses of a server as Neutron last told it.
fn refresh(call: &Call<'_>, port: &str) -> Result<(), Refusal> {
    let Some(port) = call.transaction.find(PORT.name, port)? else { return Ok(()) };
    let Some(mut server) = call.transaction.find("server", port.text("device_id"))? else {
        return Ok(());
    };
    if server.later.is_empty() {
        let mut ports = port::of_device(call, &server.id)?;
        for port in &mut ports {
            name_network(call, port)?;
        }
        server.set("addresses", super::plug::addresses_with_floating(call, &ports)?);
        call.transaction.update(&server)?;
    }
    Ok(())
}

fn name_network(call: &Call<'_>, port: &mut Document) -> Result<(), Refusal> {
    let network = call.transaction.find(NETWORK.name, port.text("network_id"))?;
    if let Some(network) = network {
        port.set("network_name", network.get("name").clone());
    }
    Ok(())
}
