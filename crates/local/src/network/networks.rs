//! Networks.

use serde_json::{Map, Value, json};

use super::attribute::{Attribute, Wish, fields};
use super::resource::{self, Resource};
use super::{claim, listing, missing, security_group, subnet, tags, value};
use crate::call::{Call, Refusal};
use crate::kind::{Field, Kind, Scope};
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/networks", Handler::Read(|call| listing::list(call, &NETWORKS))),
    Route::post("/networks", Handler::Write(|call| NETWORKS.create(call))),
    Route::get("/networks/{id}", Handler::Read(|call| NETWORKS.show(call))),
    Route::put("/networks/{id}", Handler::Write(|call| NETWORKS.update(call))),
    Route::delete("/networks/{id}", Handler::Write(|call| NETWORKS.delete(call))),
];

const ATTRIBUTES: &[Attribute] = &[
    Attribute::id(),
    Attribute::new("name").or(empty).put().validate(value::text_255).filter().sort(),
    Attribute::owner("tenant_id"),
    Attribute::new("admin_state_up").or(yes).put().convert(value::boolean).filter().sort(),
    Attribute::new("mtu")
        .or(|| 0.into())
        .put()
        .convert(value::integer)
        .validate(value::not_negative)
        .guard(anyone)
        .filter()
        .sort(),
    Attribute::new("status").filter().sort(),
    Attribute::new("subnets"),
    Attribute::new("shared").or(no).put().convert(value::boolean).guard(admin_only).filter(),
    Attribute::new("availability_zone_hints").or(|| json!([])).validate(value::texts).sort(),
    Attribute::made("availability_zones", |_, _| json!([])),
    Attribute::made("ipv4_address_scope", |_, _| Value::Null),
    Attribute::made("ipv6_address_scope", |_, _| Value::Null),
    Attribute::new("router:external")
        .or(no)
        .put()
        .convert(value::boolean)
        .guard(admin_only)
        .filter(),
    Attribute::new("description").or(empty).put().validate(value::text_255).filter(),
    Attribute::new("port_security_enabled").or(yes).put().convert(value::boolean).guard(anyone),
    Attribute::new("qos_policy_id")
        .or(|| Value::Null)
        .put()
        .validate(value::uuid_or_null)
        .guard(anyone),
    Attribute::new("dns_domain").or(empty).put().convert(value::lower_case).validate(value::domain),
    Attribute::new("is_default")
        .only(|_, network| is_external(network))
        .told_at_creation()
        .or(no)
        .put()
        .convert(value::boolean)
        .guard(admin_only)
        .filter(),
    tags::TAGS,
    tags::ANY,
    tags::NOT,
    tags::NOT_ANY,
    Attribute::new("created_at"),
    Attribute::new("updated_at"),
    Attribute::new("revision_number").filter(),
    Attribute::owner("project_id"),
    Attribute::new("provider:network_type")
        .only(admin)
        .optional()
        .validate(value::text_255)
        .guard(admin_only)
        .filter(),
    Attribute::new("provider:physical_network")
        .only(admin)
        .optional()
        .validate(value::text_64)
        .guard(admin_only)
        .filter(),
    Attribute::new("provider:segmentation_id")
        .only(admin)
        .optional()
        .convert(value::integer)
        .guard(admin_only)
        .filter(),
];

static FIELDS: [Field; ATTRIBUTES.len()] = fields(ATTRIBUTES);

pub(super) static NETWORKS: Resource = Resource {
    kind: Kind {
        scope: Scope::And(|_, network| is_shared(network) || is_external(network)),
        ..resource::kind("network", "networks", "/networks", &FIELDS, |id| {
            missing("NetworkNotFound", "Network", id)
        })
    },
    attributes: ATTRIBUTES,
    older: false,
    strict_marker: true,
    index: None,
    create,
    update,
    delete,
};

pub(super) static NETWORK: &Kind = &NETWORKS.kind;

pub(super) fn empty() -> Value {
    "".into()
}

pub(super) fn yes() -> Value {
    true.into()
}

pub(super) fn no() -> Value {
    false.into()
}

pub(super) fn admin(call: &Call<'_>, _: &Document) -> bool {
    call.who.is_admin()
}

pub(super) fn admin_only(call: &Call<'_>, _: &Wish<'_>) -> Result<bool, Refusal> {
    Ok(call.who.is_admin())
}

pub(super) fn anyone(_: &Call<'_>, _: &Wish<'_>) -> Result<bool, Refusal> {
    Ok(true)
}

/// Whether every project may put ports into it.
pub(super) fn is_shared(network: &Document) -> bool {
    network.get("shared") == true
}

/// Whether it leads to the world.
pub(super) fn is_external(network: &Document) -> bool {
    network.get("router:external") == true
}

/// The subnets of a network.
pub(super) fn subnets(call: &Call<'_>, network: &Document) -> Result<Vec<Document>, Refusal> {
    let ids = network.get("subnets").as_array().into_iter().flatten().filter_map(Value::as_str);
    let found = ids.map(|id| call.transaction.find(subnet::SUBNET.name, id));
    Ok(found.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// The network that a request names, in which the caller may make a `what`.
pub(super) fn open_to(
    call: &Call<'_>,
    project: &str,
    id: &str,
    what: &str,
) -> Result<Document, Refusal> {
    let network = NETWORK.find(call, id)?;
    if network.owner == project || is_shared(&network) || call.who.is_admin() {
        return Ok(network);
    }
    let message = format!("Tenant {project} not allowed to create {what} on this network");
    Err(Refusal::forbidden(message).named("HTTPForbidden"))
}

/// Keeps a network with other subnets.
pub(super) fn set_subnets(
    call: &Call<'_>,
    network: &mut Document,
    change: impl FnOnce(&mut Vec<Value>),
) -> Result<(), Refusal> {
    let mut subnets = network.get("subnets").as_array().cloned().unwrap_or_default();
    change(&mut subnets);
    network.set("subnets", subnets);
    resource::touch(call, network);
    Ok(call.transaction.update(network)?)
}

fn create(
    call: &Call<'_>,
    project: &str,
    mut body: Map<String, Value>,
) -> Result<Document, Refusal> {
    if let Some(zone) = body["availability_zone_hints"].get(0) {
        let zone = value::plain(zone);
        return Err(missing("AvailabilityZoneNotFound", "AvailabilityZone", &zone));
    }
    check_policy(&body)?;
    security_group::ensure_default(call.transaction, project, call.now)?;
    let kind = body.get("provider:network_type").and_then(Value::as_str).unwrap_or("vxlan");
    let flat = kind != "vxlan";
    let given = json!({
        "status": "ACTIVE", "subnets": [], "provider:network_type": kind,
        "provider:physical_network": body.get("provider:physical_network"),
        "provider:segmentation_id": if flat { None } else { Some(segment()) },
    });
    if let Value::Object(given) = given {
        for (name, value) in given {
            body.entry(name).or_insert(value);
        }
    }
    let mtu = check_mtu(&body, &body["mtu"])?;
    body.insert("mtu".into(), mtu);
    let network = resource::document(NETWORK, project, call.now, 1, body);
    call.transaction.insert(&network)?;
    Ok(network)
}

/// A number for a network that is a tunnel.
pub(super) fn segment() -> u32 {
    1 + uuid::Uuid::new_v4().as_fields().0 % 100_000
}

fn update(
    _: &Call<'_>,
    network: &mut Document,
    mut body: Map<String, Value>,
) -> Result<(), Refusal> {
    check_policy(&body)?;
    if let Some(mtu) = body.get("mtu") {
        let mtu = check_mtu(&network.fields, mtu)?;
        body.insert("mtu".into(), mtu);
    }
    network.fields.extend(body);
    Ok(())
}

/// How large a packet of the network may be: as wished for, or as large as it gets.
fn check_mtu(network: &Map<String, Value>, wish: &Value) -> Result<Value, Refusal> {
    // What tunnels packs around a packet needs room.
    let largest = if network["provider:network_type"] == "vxlan" { 1450 } else { 1500 };
    match wish.as_i64() {
        Some(mtu) if mtu > largest => {
            Err(value::invalid(format!("Requested MTU is too big, maximum is {largest}")))
        }
        None | Some(0) => Ok(largest.into()),
        Some(mtu) => Ok(mtu.into()),
    }
}

/// There are no policies for the quality of service.
pub(super) fn check_policy(body: &Map<String, Value>) -> Result<(), Refusal> {
    match body.get("qos_policy_id").and_then(Value::as_str) {
        Some(id) => Err(missing("QosPolicyNotFound", "QoS policy", id)),
        None => Ok(()),
    }
}

fn delete(call: &Call<'_>, network: &Document) -> Result<(), Refusal> {
    let ports = claim::holders(call.transaction, claim::MAC, &network.id)?;
    if !ports.is_empty() {
        let message = format!(
            "Unable to complete operation on network {}. There are one or more ports still in use on \
             the network, id for these ports is: {}.",
            network.id,
            ports.join(",")
        );
        return Err(Refusal::conflict(message).named("NetworkInUse"));
    }
    for subnet in subnets(call, network)? {
        subnet::remove(call, &subnet)?;
    }
    Ok(call.transaction.remove(network)?)
}
