//! Port forwardings: single ports of a floating IP that lead to ports of hosts inside.

use serde_json::{Map, Value, json};

use super::attribute::{Attribute, Wrong, fields};
use super::networks::empty;
use super::port::PORT;
use super::resource::{self, Resource};
use super::{floating_ip, listing, missing, router, value};
use crate::call::{Call, Refusal, Reply};
use crate::check::python;
use crate::kind::{Field, Kind, Scope};
use crate::seed::insert;
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get(
        "/floatingips/{floatingip}/port_forwardings",
        Handler::Read(|call| below(call, |call| listing::list(call, &PORT_FORWARDINGS))),
    ),
    Route::post(
        "/floatingips/{floatingip}/port_forwardings",
        Handler::Write(|call| below(call, |call| PORT_FORWARDINGS.create_one(call))),
    ),
    Route::get(
        "/floatingips/{floatingip}/port_forwardings/{id}",
        Handler::Read(|call| below(call, |call| PORT_FORWARDINGS.show(call))),
    ),
    Route::put(
        "/floatingips/{floatingip}/port_forwardings/{id}",
        Handler::Write(|call| below(call, |call| PORT_FORWARDINGS.update(call))),
    ),
    Route::delete(
        "/floatingips/{floatingip}/port_forwardings/{id}",
        Handler::Write(|call| below(call, |call| PORT_FORWARDINGS.delete(call))),
    ),
];

/// Which port forwardings a floating IP has: a document of the floating IP for each.
const OF_FLOATING_IP: &str = "network:forwarding";

/// The protocols that have ports, or can be told apart otherwise.
const PROTOCOLS: &[&str] = &["tcp", "udp", "sctp", "dccp", "icmp", "ipv6-icmp"];

const ATTRIBUTES: &[Attribute] = &[
    Attribute::id(),
    Attribute::new("external_port").optional().put().validate(port).filter(),
    Attribute::new("external_port_range").optional().put().validate(range).filter(),
    Attribute::new("protocol")
        .required()
        .put()
        .convert(protocol)
        .validate(|value| value::one_of(value, PROTOCOLS))
        .filter()
        .sort(),
    Attribute::new("internal_port_id").required().put().validate(value::uuid).filter(),
    Attribute::new("internal_ip_address").required().put().validate(value::address),
    Attribute::new("internal_port").optional().put().validate(port),
    Attribute::new("internal_port_range").optional().put().validate(range),
    Attribute::new("description").or(empty).put().validate(value::text_255).filter(),
];

static FIELDS: [Field; ATTRIBUTES.len()] = fields(ATTRIBUTES);

static PORT_FORWARDINGS: Resource = Resource {
    kind: Kind {
        scope: Scope::By(|call, document| {
            document.text("floatingip_id") == call.segment("floatingip")
        }),
        ..resource::kind("port_forwarding", "port_forwardings", "/floatingips", &FIELDS, |id| {
            missing("PortForwardingNotFound", "Port Forwarding", id)
        })
    },
    attributes: ATTRIBUTES,
    older: true,
    strict_marker: false,
    index: None,
    create,
    update,
    delete,
};

/// Does it to the port forwardings of a floating IP that the caller sees.
fn below(
    call: &mut Call<'_>,
    handle: impl FnOnce(&mut Call<'_>) -> Result<Reply, Refusal>,
) -> Result<Reply, Refusal> {
    floating_ip::FLOATING_IP.find(call, call.segment("floatingip"))?;
    handle(call)
}

fn bad(message: impl std::fmt::Display) -> Refusal {
    Refusal::bad_request(format!("Bad port_forwarding request: {message}.")).named("BadRequest")
}

fn protocol(value: Value) -> Result<Value, Refusal> {
    let Value::String(text) = &value else { return Ok(value) };
    let known = ["tcp", "udp", "icmp", "sctp", "dccp", "ipv6-icmp"];
    let numbers = [6, 17, 1, 132, 33, 58];
    let named = known.iter().find(|name| name.eq_ignore_ascii_case(text));
    let number = text.parse::<u8>().ok();
    let numbered = number.and_then(|number| numbers.iter().position(|known| *known == number));
    match (named, numbered, number) {
        (Some(name), ..) => Ok((*name).into()),
        (_, Some(index), _) => Ok(known[index].into()),
        (.., Some(_)) => Ok(value),
        _ => Err(value::invalid(format!(
            "IP protocol '{text}' is not supported. Only protocol names and their integer \
             representation (0 to 255) are supported"
        ))),
    }
}

fn port(value: &Value) -> Result<(), Wrong> {
    let reason = |reason: String| Err(Wrong::Reason(reason));
    match value::integer(value.clone()).ok().and_then(|number| number.as_i64()) {
        None if value.is_null() => Ok(()),
        None => reason(format!("'{}' is not an integer", value::plain(value))),
        Some(port) if port < 1 => reason(format!("'{port}' is too small - must be at least '1'")),
        Some(port) if port > 65535 => {
            reason(format!("'{port}' is too large - must be no larger than '65535'"))
        }
        Some(_) => Ok(()),
    }
}

/// `30:40`
fn range(value: &Value) -> Result<(), Wrong> {
    if value.as_str().is_some_and(|text| parse(text).is_some()) {
        return Ok(());
    }
    Err(Wrong::Reason(format!("Invalid port range: {}", value::plain(value))))
}

fn parse(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (1..=last).contains(&first).then_some((first, last))
}

/// The ports that `external` or `internal` says, one or a range of them.
fn ports(body: &Map<String, Value>, side: &str) -> Option<(u16, u16)> {
    let single = body.get(&format!("{side}_port")).filter(|port| !port.is_null());
    match single {
        Some(port) => parse(&value::plain(port)),
        None => body.get(&format!("{side}_port_range")).and_then(Value::as_str).and_then(parse),
    }
}

fn create(call: &Call<'_>, project: &str, body: Map<String, Value>) -> Result<Document, Refusal> {
    let mut floating_ip = floating_ip::FLOATING_IP.find(call, call.segment("floatingip"))?;
    let mut made = resource::document(&PORT_FORWARDINGS.kind, project, call.now, 0, body);
    let router = settle(call, &floating_ip, &mut made)?;
    made.set("floatingip_id", floating_ip.id.clone());
    call.transaction.insert(&made)?;
    insert(call.transaction, OF_FLOATING_IP, &floating_ip.id, &made.id, json!({}))?;
    floating_ip.set("router_id", router);
    resource::touch(call, &mut floating_ip);
    call.transaction.update(&floating_ip)?;
    Ok(made)
}

fn update(
    call: &Call<'_>,
    forwarding: &mut Document,
    body: Map<String, Value>,
) -> Result<(), Refusal> {
    let floating_ip = floating_ip::FLOATING_IP.find(call, call.segment("floatingip"))?;
    for side in ["external", "internal"] {
        // What is said of one of them holds for the other.
        let (single, range) = (format!("{side}_port"), format!("{side}_port_range"));
        if body.contains_key(&range) && !body.contains_key(&single) {
            forwarding.set(&single, Value::Null);
        }
    }
    forwarding.fields.extend(body);
    settle(call, &floating_ip, forwarding).map(drop)
}

/// Checks a port forwarding as it is wished for, and writes it as it is kept. The router that does it.
fn settle(call: &Call<'_>, floating_ip: &Document, wish: &mut Document) -> Result<String, Refusal> {
    let (Some(outer), Some(inner)) =
        (ports(&wish.fields, "external"), ports(&wish.fields, "internal"))
    else {
        // Neutron stumbles here.
        return Err(value::internal());
    };
    let router = check_inside(call, floating_ip, wish)?;
    let size = |range: (u16, u16)| range.1 - range.0;
    if size(inner) != 0 && size(inner) != size(outer) {
        return Err(bad(
            "Invalid ranges of internal and/or external ports. The relation between internal and \
             external ports must be N-N or 1-N",
        ));
    }
    for (side, range) in [("external", outer), ("internal", inner)] {
        let single = (range.0 == range.1).then_some(range.0);
        wish.set(&format!("{side}_port"), single);
        wish.set(&format!("{side}_port_range"), format!("{}:{}", range.0, range.1));
    }
    check_apart(call, floating_ip, wish)?;
    Ok(router)
}

/// The router that leads to the port inside, if there is one and nothing else leads there.
fn check_inside(
    call: &Call<'_>,
    floating_ip: &Document,
    wish: &Document,
) -> Result<String, Refusal> {
    let (id, ip) = (wish.text("internal_port_id"), wish.text("internal_ip_address"));
    let port = PORT.find(call, id)?;
    let fixed = port.get("fixed_ips").as_array().into_iter().flatten();
    let Some(fixed) = fixed.into_iter().find(|fixed| fixed["ip_address"] == *ip) else {
        return Err(bad(format!(
            "Requested internal IP address {ip} is not suitable for internal neutron port {id}, as \
             its fixed_ips are {}",
            python(port.get("fixed_ips"))
        )));
    };
    if let Some(other) =
        floating_ip::of_port(call, &port)?.iter().find(|other| other.text("fixed_ip_address") == ip)
    {
        let message = format!(
            "Cannot create port forwarding to floating IP {} ({}) with port {id} using fixed IP {ip}, \
             as that port already has a binding floating IP.",
            other.text("floating_ip_address"),
            other.id
        );
        return Err(Refusal::conflict(message).named("PortHasBindingFloatingIP"));
    }
    if !floating_ip.get("port_id").is_null() {
        let ip = wish.text("internal_ip_address");
        return Err(floating_ip::already(floating_ip, floating_ip.text("port_id"), ip));
    }
    let outside = floating_ip.text("floating_network_id");
    let subnet = fixed["subnet_id"].as_str().unwrap_or_default();
    match router::leading(call, subnet, outside)? {
        Some(router) => Ok(router.id),
        None => Err(bad(format!(
            "External network {outside} is not reachable from subnet {subnet}. Cannot set Port \
             forwarding for port {id} with Floating IP {}",
            floating_ip.id
        ))),
    }
}

/// One port leads to one place, and to one port leads one.
fn check_apart(call: &Call<'_>, floating_ip: &Document, wish: &Document) -> Result<(), Refusal> {
    let others = of_project(call, &floating_ip.owner)?;
    let others: Vec<_> = others
        .iter()
        .filter(|other| other.id != wish.id && other.get("protocol") == wish.get("protocol"))
        .collect();
    let clash = |other: &Document, side: &str| {
        let range = |document: &Document| parse(document.text(&format!("{side}_port_range")));
        let ((a, b), (c, d)) = (range(wish)?, range(other)?);
        (a <= d && c <= b).then(|| {
            bad(format!(
                "There is a port collision with the {side}_port_range. The following ranges collides: \
                 {c}:{d} and {a}:{b}"
            ))
        })
    };
    let inside = |other: &&&Document| {
        ["internal_port_id", "internal_ip_address"]
            .iter()
            .all(|name| other.get(name) == wish.get(name))
    };
    let outside = |other: &&&Document| other.text("floatingip_id") == floating_ip.id;
    let inner = others.iter().filter(inside).find_map(|other| clash(other, "internal"));
    let outer = others.iter().filter(outside).find_map(|other| clash(other, "external"));
    inner.or(outer).map_or(Ok(()), Err)
}

fn of_project(call: &Call<'_>, project: &str) -> Result<Vec<Document>, Refusal> {
    Ok(call.transaction.all(PORT_FORWARDINGS.kind.name, Some(project))?)
}

/// The port forwardings of a floating IP, oldest first.
pub(super) fn of_floating_ip(
    call: &Call<'_>,
    floating_ip: &Document,
) -> Result<Vec<Document>, Refusal> {
    let mut notes = call.transaction.all(OF_FLOATING_IP, Some(&floating_ip.id))?;
    notes.reverse();
    let found =
        notes.iter().map(|note| call.transaction.find(PORT_FORWARDINGS.kind.name, &note.id));
    Ok(found.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

fn delete(call: &Call<'_>, forwarding: &Document) -> Result<(), Refusal> {
    let id = forwarding.text("floatingip_id");
    call.transaction.remove(&Document::of(OF_FLOATING_IP, id, &forwarding.id, json!({})))?;
    call.transaction.remove(forwarding)?;
    let Some(mut floating_ip) = call.transaction.find(floating_ip::FLOATING_IP.name, id)? else {
        return Ok(());
    };
    if of_floating_ip(call, &floating_ip)?.is_empty() {
        floating_ip.set("router_id", Value::Null);
    }
    resource::touch(call, &mut floating_ip);
    Ok(call.transaction.update(&floating_ip)?)
}

/// Removes those that lead to a port: it is about to be deleted.
pub(super) fn release_port(call: &Call<'_>, port: &Document) -> Result<(), Refusal> {
    for forwarding in of_project(call, &port.owner)? {
        if forwarding.text("internal_port_id") == port.id {
            delete(call, &forwarding)?;
        }
    }
    Ok(())
}
