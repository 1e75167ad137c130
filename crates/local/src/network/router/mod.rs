//! Routers: what leads from one subnet to another, and to the world.
//!
//! A router is in a subnet with a port of its own, its interface (`interface.rs`), and in an external
//! network with another, its gateway (`gateway.rs`). Which routers are in a subnet is found by the
//! claims of such ports.

mod gateway;
mod interface;
mod route;

use serde_json::{Map, Value, json};

use super::attribute::{Attribute, Wish, fields};
use super::networks::{admin, admin_only, empty, yes};
use super::port::{self, PORT};
use super::resource::{self, Resource};
use super::subnet::address;
use super::{claim, listing, missing, tags, value};
use crate::call::{Call, Refusal};
use crate::kind::{Field, Kind};
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) use interface::seed;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/routers", Handler::Read(|call| listing::list(call, &ROUTERS))),
    Route::post("/routers", Handler::Write(|call| ROUTERS.create_one(call))),
    Route::get("/routers/{id}", Handler::Read(|call| ROUTERS.show(call))),
    Route::put("/routers/{id}", Handler::Write(|call| ROUTERS.update(call))),
    Route::delete("/routers/{id}", Handler::Write(|call| ROUTERS.delete(call))),
    Route::put("/routers/{id}/add_router_interface", Handler::Write(interface::add)),
    Route::put("/routers/{id}/remove_router_interface", Handler::Write(interface::remove)),
    Route::put("/routers/{id}/add_extraroutes", Handler::Write(route::add)),
    Route::put("/routers/{id}/remove_extraroutes", Handler::Write(route::remove)),
];

/// The owners of the ports that a router has, as the ports say it.
pub(super) const INTERFACE: &str = "network:router_interface";
const GATEWAY: &str = "network:router_gateway";

const ATTRIBUTES: &[Attribute] = &[
    Attribute::id(),
    Attribute::new("name").or(empty).put().validate(value::text_255).filter().sort(),
    Attribute::owner("tenant_id"),
    Attribute::new("admin_state_up").or(yes).put().convert(value::boolean).filter().sort(),
    Attribute::new("status").sort(),
    Attribute::new("external_gateway_info")
        .or(|| Value::Null)
        .put()
        .validate(gateway::check)
        .guard(gateway_guard)
        .by_key(),
    Attribute::new("description").or(empty).put().validate(value::text_255).filter(),
    Attribute::made("availability_zones", |_, _| json!([])),
    Attribute::made("distributed", |_, _| false.into())
        .only(admin)
        .optional()
        .put()
        .convert(value::boolean)
        .guard(admin_only),
    Attribute::made("ha", |_, _| false.into())
        .only(admin)
        .optional()
        .put()
        .convert(value::boolean)
        .guard(admin_only),
    Attribute::new("availability_zone_hints").or(|| json!([])).validate(value::texts),
    Attribute::new("routes").put().convert(value::list).validate(value::routes),
    Attribute::new("flavor_id").or(|| Value::Null).validate(value::text_or_null).sort(),
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

pub(super) static ROUTERS: Resource = Resource {
    kind: resource::kind("router", "routers", "/routers", &FIELDS, |id| {
        Refusal::not_found(format!("Router {id} could not be found")).named("RouterNotFound")
    }),
    attributes: ATTRIBUTES,
    older: true,
    strict_marker: true,
    index: None,
    create,
    update,
    delete,
};

pub(super) static ROUTER: &Kind = &ROUTERS.kind;

/// Whoever may have a router may say where it leads; how it does that, the administrator says.
fn gateway_guard(call: &Call<'_>, wish: &Wish<'_>) -> Result<bool, Refusal> {
    let info = wish.body.get("external_gateway_info").and_then(Value::as_object);
    let only_network = info.is_none_or(|info| info.keys().all(|key| key == "network_id"));
    Ok(only_network || call.who.is_admin())
}

fn bad(message: impl std::fmt::Display) -> Refusal {
    Refusal::bad_request(format!("Bad router request: {message}.")).named("BadRequest")
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
    if let Some(flavor) = body["flavor_id"].as_str() {
        return Err(missing("FlavorNotFound", "Flavor", flavor));
    }
    let gateway = body.remove("external_gateway_info").unwrap_or_default();
    for name in ["distributed", "ha"] {
        body.shift_remove(name);
    }
    let given = json!({ "status": "ACTIVE", "routes": [], "external_gateway_info": null });
    if let Value::Object(given) = given {
        body.extend(given);
    }
    let mut router = resource::document(ROUTER, project, call.now, 1, body);
    if gateway::set(call, &mut router, &gateway)? {
        resource::touch(call, &mut router);
    }
    call.transaction.insert(&router)?;
    Ok(router)
}

fn update(
    call: &Call<'_>,
    router: &mut Document,
    mut body: Map<String, Value>,
) -> Result<(), Refusal> {
    if let Some(gateway) = body.shift_remove("external_gateway_info") {
        gateway::set(call, router, &gateway)?;
    }
    if let Some(Value::Array(routes)) = body.get_mut("routes") {
        route::check(call, router, routes)?;
        route::sort(routes);
    }
    for name in ["distributed", "ha"] {
        body.shift_remove(name);
    }
    router.fields.extend(body);
    Ok(())
}

fn delete(call: &Call<'_>, router: &Document) -> Result<(), Refusal> {
    let (gateways, mut others): (Vec<_>, Vec<_>) = port::of_device(call, &router.id)?
        .into_iter()
        .partition(|port| port.text("device_owner") == GATEWAY);
    if !others.is_empty() {
        others.sort_by(|a, b| a.id.cmp(&b.id));
        let ids: Vec<_> = others.iter().map(|port| port.id.as_str()).collect();
        let message = format!("Router {} has ports still attached: {}", router.id, ids.join(", "));
        return Err(Refusal::conflict(message).named("RouterInUse"));
    }
    for gateway in gateways {
        port::remove(call, &gateway)?;
    }
    Ok(call.transaction.remove(router)?)
}

/// The router that leads from a subnet to an external network: best the one that the subnet's hosts
/// take for their gateway.
pub(super) fn leading(
    call: &Call<'_>,
    subnet: &str,
    outside: &str,
) -> Result<Option<Document>, Refusal> {
    let gateway = call.transaction.find(super::subnet::SUBNET.name, subnet)?;
    let gateway = gateway.map(|subnet| subnet.get("gateway_ip").clone()).unwrap_or_default();
    let mut best = None;
    for id in claim::holders(call.transaction, claim::ROUTED, subnet)? {
        let Some(port) = call.transaction.find(PORT.name, &id)? else { continue };
        let router = call.transaction.find(ROUTER.name, port.text("device_id"))?;
        let Some(router) = router else { continue };
        if router.get("external_gateway_info")["network_id"] != *outside {
            continue;
        }
        let fixed = port.get("fixed_ips").as_array().into_iter().flatten();
        if fixed.into_iter().any(|fixed| fixed["ip_address"] == gateway) {
            return Ok(Some(router));
        }
        best.get_or_insert(router);
    }
    Ok(best)
}

/// Refuses the deletion of a port that is a router's or a floating IP's.
pub(super) fn check_port(call: &Call<'_>, port: &Document) -> Result<(), Refusal> {
    let owner = port.text("device_owner");
    let is_ours = matches!(owner, INTERFACE | GATEWAY | "network:floatingip");
    let is_there = || call.transaction.find(ROUTER.name, port.text("device_id"));
    if !is_ours || is_there()?.is_none() {
        return Ok(());
    }
    let message = format!(
        "Port {} cannot be deleted directly via the port API: has device owner {owner}.",
        port.id
    );
    Err(Refusal::conflict(message).named("ServicePortInUse"))
}

/// The subnets that a router is in, each with its range.
fn subnets(call: &Call<'_>, router: &Document) -> Result<Vec<(String, ipnet::IpNet)>, Refusal> {
    let mut subnets = Vec::new();
    for port in port::of_device(call, &router.id)? {
        for fixed in port.get("fixed_ips").as_array().into_iter().flatten() {
            let id = fixed["subnet_id"].as_str().unwrap_or_default();
            let found = call.transaction.find(super::subnet::SUBNET.name, id)?;
            subnets.extend(found.and_then(|subnet| Some((id.into(), address::cidr(&subnet)?))));
        }
    }
    Ok(subnets)
}

/// Refuses a subnet that the router is in, or whose addresses it has elsewhere already.
fn check_apart(call: &Call<'_>, router: &Document, subnet: &Document) -> Result<(), Refusal> {
    let Some(cidr) = address::cidr(subnet) else { return Err(value::internal()) };
    for (other, range) in subnets(call, router)? {
        if other == subnet.id {
            return Err(bad(format!("Router already has a port on subnet {other}")));
        }
        if range.contains(&cidr) || cidr.contains(&range) {
            return Err(bad(format!(
                "Cidr {cidr} of subnet {} overlaps with cidr {range} of subnet {other}",
                subnet.id
            )));
        }
    }
    Ok(())
}
