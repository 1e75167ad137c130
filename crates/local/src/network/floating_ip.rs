//! Floating IPs: addresses of the world that lead to a port.
//!
//! In the real service a router leads from the port's subnet to the external network. There are no
//! routers here yet: a network that comes with the cloud knows by itself which external network it
//! reaches (`reaches`), others reach none.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::attribute::{Attribute, fields};
use super::networks::{self, NETWORK, empty};
use super::port::{self, PORT};
use super::resource::{self, Resource};
use super::subnet::address;
use super::{claim, listing, missing, tags, value};
use crate::call::{Call, Refusal};
use crate::kind::Field;
use crate::seed::insert;
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/floatingips", Handler::Read(|call| listing::list(call, &FLOATING_IPS))),
    Route::post("/floatingips", Handler::Write(|call| FLOATING_IPS.create(call))),
    Route::get("/floatingips/{id}", Handler::Read(|call| FLOATING_IPS.show(call))),
    Route::put("/floatingips/{id}", Handler::Write(|call| FLOATING_IPS.update(call))),
    Route::delete("/floatingips/{id}", Handler::Write(|call| FLOATING_IPS.delete(call))),
];

const ATTRIBUTES: &[Attribute] = &[
    Attribute::id(),
    Attribute::owner("tenant_id"),
    Attribute::new("floating_ip_address")
        .optional()
        .validate(value::address_or_null)
        .filter()
        .sort(),
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
    Attribute::new("qos_policy_id"),
    Attribute::made("port_details", port_details),
    Attribute::new("dns_domain"),
    Attribute::new("dns_name"),
    Attribute::made("port_forwardings", |_, _| json!([])),
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

static FLOATING_IPS: Resource = Resource {
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
    let fields = json!({
        "floating_network_id": id, "description": body.get("description"), "status": "DOWN",
        "dns_domain": "", "dns_name": "",
    });
    let fields = fields.as_object().cloned().unwrap_or_default();
    let mut made = resource::document(&FLOATING_IPS.kind, project, call.now, 0, fields);
    take_address(call, &network, &wished, &mut made)?;
    if !port.is_null() {
        associate(call, &mut made, &port, &fixed)?;
    }
    call.transaction.insert(&made)?;
    refresh(call, made.text("port_id"))?;
    Ok(made)
}

/// Gives the new floating IP the address that was wished for, or a free one.
fn take_address(
    call: &Call<'_>,
    network: &Document,
    wished: &Value,
    floating_ip: &mut Document,
) -> Result<(), Refusal> {
    let exhausted = || {
        let message = format!("No more IP addresses available on network {}.", network.id);
        Refusal::conflict(message).named("IpAddressGenerationFailure")
    };
    for subnet in networks::subnets(call, network)? {
        let chosen = match wished.as_str() {
            None => address::choose(call.transaction, &subnet)?,
            Some(text) => address::parse(wished)
                .filter(|ip| address::cidr(&subnet).is_some_and(|cidr| cidr.contains(ip)))
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
        floating_ip.set("subnet_id", subnet.id);
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
    // Whatever else is said, a change without a port takes the floating IP from it.
    match body.remove("port_id") {
        Some(port) if !port.is_null() => associate(call, floating_ip, &port, &fixed)?,
        Some(_) => dissociate(floating_ip),
        None => {}
    }
    floating_ip.fields.extend(body);
    call.transaction.update(floating_ip)?;
    refresh(call, &before)?;
    refresh(call, floating_ip.text("port_id"))
}

fn dissociate(floating_ip: &mut Document) {
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
    check_reach(call, floating_ip, &port, address)?;
    check_single(call, floating_ip, &port, address)?;
    floating_ip.set("port_id", id);
    floating_ip.set("fixed_ip_address", address["ip_address"].clone());
    floating_ip.set("router_id", router_id(&port));
    // The router's host has to be told.
    floating_ip.later.clear();
    floating_ip.set_later(
        call.now.after(std::time::Duration::from_millis(100)),
        json!({ "status": "ACTIVE" }),
    );
    Ok(())
}

/// The router that would be between a network and the world.
fn router_id(port: &Document) -> String {
    let network = Uuid::try_parse(port.text("network_id")).unwrap_or_default();
    Uuid::from_u128(!network.as_u128()).to_string()
}

fn check_reach(
    call: &Call<'_>,
    floating_ip: &Document,
    port: &Document,
    address: &Value,
) -> Result<(), Refusal> {
    let network = call.transaction.find(NETWORK.name, port.text("network_id"))?;
    let outside = floating_ip.text("floating_network_id");
    if network.is_some_and(|network| network.text("reaches") == outside) {
        return Ok(());
    }
    let subnet = address["subnet_id"].as_str().unwrap_or_default();
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
    let message = format!(
        "Cannot associate floating IP {} ({}) with port {} using fixed IP {}, as that fixed IP already \
         has a floating IP on external network {}.",
        floating_ip.text("floating_ip_address"),
        floating_ip.id,
        port.id,
        address["ip_address"].as_str().unwrap_or_default(),
        floating_ip.text("floating_network_id"),
    );
    Err(Refusal::conflict(message).named("FloatingIPPortAlreadyAssociated"))
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

/// Lets go of the port: it is about to be deleted.
pub(super) fn release_port(call: &Call<'_>, port: &Document) -> Result<(), Refusal> {
    for mut floating_ip in of_port(call, port)? {
        dissociate(&mut floating_ip);
        call.transaction.update(&floating_ip)?;
    }
    Ok(())
}

fn delete(call: &Call<'_>, floating_ip: &Document) -> Result<(), Refusal> {
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
