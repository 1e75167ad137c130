//! Subnets: the ranges of addresses that a network has.

pub(super) mod address;
pub(super) mod range;

use serde_json::{Map, Value, json};

use super::attribute::{Attribute, Wrong, fields};
use super::networks::{self, NETWORK, empty, no, yes};
use super::port::{self, PORT};
use super::resource::{self, Resource};
use super::{claim, listing, missing, subnet_pool, tags, value};
use crate::call::{Call, Refusal};
use crate::kind::{Field, Kind, Scope};
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/subnets", Handler::Read(|call| listing::list(call, &SUBNETS))),
    Route::post("/subnets", Handler::Write(|call| SUBNETS.create(call))),
    Route::get("/subnets/{id}", Handler::Read(|call| SUBNETS.show(call))),
    Route::put("/subnets/{id}", Handler::Write(|call| SUBNETS.update(call))),
    Route::delete("/subnets/{id}", Handler::Write(|call| SUBNETS.delete(call))),
];

const ATTRIBUTES: &[Attribute] = &[
    Attribute::id(),
    Attribute::new("name").or(empty).put().validate(value::text_255).filter().sort(),
    Attribute::owner("tenant_id"),
    Attribute::new("ip_version")
        .required()
        .convert(value::integer)
        .validate(version)
        .filter()
        .sort(),
    Attribute::new("network_id").required().validate(value::uuid).filter().sort(),
    Attribute::new("subnetpool_id").optional().validate(value::uuid_or_null).filter().sort(),
    Attribute::new("prefixlen").hidden().optional().convert(value::integer),
    Attribute::new("cidr").optional().convert(value::cidr).validate(value::subnet).filter().sort(),
    Attribute::new("gateway_ip")
        .optional()
        .put()
        .convert(value::short_address)
        .validate(value::address_or_null)
        .filter()
        .sort(),
    Attribute::new("allocation_pools").optional().put().validate(value::pools),
    Attribute::new("dns_nameservers")
        .optional()
        .put()
        .convert(value::list)
        .validate(value::name_servers),
    Attribute::new("host_routes").optional().put().convert(value::list).validate(value::routes),
    Attribute::new("enable_dhcp").or(yes).put().convert(value::boolean).filter().sort(),
    Attribute::new("ipv6_ra_mode").optional().validate(mode).filter().sort(),
    Attribute::new("ipv6_address_mode").optional().validate(mode).filter().sort(),
    Attribute::made("shared", |call, subnet| is_shared(call, subnet).into())
        .hidden()
        .convert(value::boolean)
        .filter(),
    Attribute::new("use_default_subnetpool").hidden().or(no).convert(value::boolean),
    Attribute::new("description").or(empty).put().validate(value::text_255).filter(),
    Attribute::new("service_types").optional().put().validate(value::texts),
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

pub(super) static SUBNETS: Resource = Resource {
    kind: Kind {
        // Those of shared networks, but not those of external ones.
        scope: Scope::And(is_shared),
        ..resource::kind("subnet", "subnets", "/subnets", &FIELDS, |id| {
            missing("SubnetNotFound", "Subnet", id)
        })
    },
    attributes: ATTRIBUTES,
    older: false,
    strict_marker: false,
    index: None,
    create,
    update,
    delete,
};

pub(super) static SUBNET: &Kind = &SUBNETS.kind;

fn is_shared(call: &Call<'_>, subnet: &Document) -> bool {
    let network = call.transaction.find(NETWORK.name, subnet.text("network_id"));
    network.ok().flatten().is_some_and(|network| networks::is_shared(&network))
}

fn version(value: &Value) -> Result<(), Wrong> {
    if *value == 4 || *value == 6 {
        return Ok(());
    }
    Err(Wrong::Reason(format!("{} is not in valid_values", value::plain(value))))
}

fn mode(value: &Value) -> Result<(), Wrong> {
    value::one_of(value, &["dhcpv6-stateful", "dhcpv6-stateless", "slaac"])
}

/// Whether its addresses follow from MAC addresses instead of being given out.
pub(super) fn is_automatic(subnet: &Document) -> bool {
    let is_automatic = |mode: &str| matches!(mode, "slaac" | "dhcpv6-stateless");
    is_automatic(subnet.text("ipv6_address_mode")) || is_automatic(subnet.text("ipv6_ra_mode"))
}

fn create(
    call: &Call<'_>,
    project: &str,
    mut body: Map<String, Value>,
) -> Result<Document, Refusal> {
    let id = body["network_id"].as_str().unwrap_or_default();
    let mut network = networks::open_to(call, project, id, "subnet")?;
    let pool = subnet_pool::named(call, &body)?;
    let cidr = match &pool {
        Some(pool) => subnet_pool::cut(call, pool, &body)?,
        None => range::choose_cidr(&body)?,
    };
    range::check(&body, cidr, true)?;
    let gateway = match body.get("gateway_ip") {
        Some(wish) => address::parse(wish),
        None => Some(range::first_host(cidr)),
    };
    if let Some(gateway) = gateway.filter(|gateway| range::is_no_gateway(cidr, *gateway)) {
        let message = format!("Gateway IP {gateway} cannot be allocated in CIDR {cidr}");
        return Err(Refusal::conflict(message).named("IpamValueInvalid"));
    }
    let pools = match body.get("allocation_pools").map(range::read_pools).transpose()? {
        Some(pools) if !pools.is_empty() => {
            range::check_pools(&pools, cidr)?;
            range::check_gateway(gateway, &pools)?;
            pools
        }
        _ => range::pools(cidr, gateway),
    };
    check_overlap(call, &network, cidr)?;
    check_pools(call, &network, &body, pool.as_ref())?;
    check_service_types(&body)?;
    for name in ["prefixlen", "use_default_subnetpool"] {
        body.shift_remove(name);
    }
    let given = json!({
        "cidr": cidr.to_string(), "gateway_ip": gateway, "allocation_pools": range::write(&pools),
        "subnetpool_id": pool.as_ref().map(|pool| &pool.id),
    });
    if let Value::Object(given) = given {
        body.extend(given);
    }
    for name in ["dns_nameservers", "host_routes", "service_types"] {
        body.entry(name).or_insert_with(|| json!([]));
    }
    let subnet = resource::document(SUBNET, project, call.now, 0, body);
    call.transaction.insert(&subnet)?;
    subnet_pool::take(call, &subnet)?;
    networks::set_subnets(call, &mut network, |subnets| {
        subnets.insert(0, subnet.id.clone().into());
    })?;
    if is_automatic(&subnet) {
        for id in claim::holders(call.transaction, claim::MAC, &network.id)? {
            let Some(before) = call.transaction.find(PORT.name, &id)? else { continue };
            let mut port = before.clone();
            port::add_automatic_address(&mut port, &subnet);
            port::keep(call, &before, &mut port)?;
        }
    }
    Ok(subnet)
}

/// Two subnets of a network have no address in common.
fn check_overlap(call: &Call<'_>, network: &Document, cidr: ipnet::IpNet) -> Result<(), Refusal> {
    if cidr.prefix_len() == 0 {
        return Err(value::invalid("0 is not allowed as CIDR prefix length"));
    }
    for other in networks::subnets(call, network)? {
        let Some(other) = address::cidr(&other) else { continue };
        if other.contains(&cidr) || cidr.contains(&other) {
            return Err(value::invalid(format!(
                "Requested subnet with cidr: {cidr} for network: {} overlaps with another subnet",
                network.id
            )));
        }
    }
    Ok(())
}

/// The subnets of a network are cut from one pool, or from none.
fn check_pools(
    call: &Call<'_>,
    network: &Document,
    body: &Map<String, Value>,
    pool: Option<&Document>,
) -> Result<(), Refusal> {
    let pool = pool.map_or(Value::Null, |pool| pool.id.clone().into());
    for other in networks::subnets(call, network)? {
        if *other.get("ip_version") == body["ip_version"] && *other.get("subnetpool_id") != pool {
            let message = "Subnets hosted on the same network must be allocated from the same subnet \
                           pool.";
            return Err(Refusal::bad_request(message).named("NetworkSubnetPoolAffinityError"));
        }
    }
    Ok(())
}

/// Removes a subnet that nothing is in the way of.
pub(super) fn remove(call: &Call<'_>, subnet: &Document) -> Result<(), Refusal> {
    subnet_pool::give_back(call, subnet)?;
    Ok(call.transaction.remove(subnet)?)
}

/// Service types are owners of devices: `compute:nova`, `network:dhcp`.
fn check_service_types(body: &Map<String, Value>) -> Result<(), Refusal> {
    let types = body.get("service_types").and_then(Value::as_array).into_iter().flatten();
    let owners = ["network:", "compute:", "baremetal:"];
    for service in types.filter_map(Value::as_str) {
        if !owners.iter().any(|owner| service.starts_with(owner)) {
            let message = format!(
                "Subnet service type {service} does not correspond to a valid device owner."
            );
            return Err(Refusal::bad_request(message).named("InvalidSubnetServiceType"));
        }
    }
    Ok(())
}

fn update(
    _: &Call<'_>,
    subnet: &mut Document,
    mut body: Map<String, Value>,
) -> Result<(), Refusal> {
    let Some(cidr) = address::cidr(subnet) else { return Err(value::internal()) };
    // Rules about the whole look at what a change leaves as it is, too.
    let dhcp_was_on = subnet.get("enable_dhcp") == true;
    let mut whole = body.clone();
    whole.insert("ip_version".into(), subnet.get("ip_version").clone());
    range::check(&whole, cidr, !dhcp_was_on)?;
    let automatic =
        !subnet.get("ipv6_ra_mode").is_null() || !subnet.get("ipv6_address_mode").is_null();
    if automatic && body.get("enable_dhcp").is_some_and(|wish| *wish == false) {
        return Err(value::invalid("Cannot disable enable_dhcp with ipv6 attributes set"));
    }
    check_service_types(&body)?;
    let gateway = address::parse(body.get("gateway_ip").unwrap_or(subnet.get("gateway_ip")));
    let pools = match body.get("allocation_pools") {
        Some(wish) => {
            let pools = range::read_pools(wish)?;
            range::check_pools(&pools, cidr)?;
            body.insert("allocation_pools".into(), range::write(&pools));
            pools
        }
        None => address::pools(subnet),
    };
    if body.contains_key("gateway_ip") || body.contains_key("allocation_pools") {
        range::check_gateway(gateway, &pools)?;
    }
    subnet.fields.extend(body);
    Ok(())
}

fn delete(call: &Call<'_>, subnet: &Document) -> Result<(), Refusal> {
    let ports = claim::holders(call.transaction, claim::ADDRESS, &subnet.id)?;
    if !ports.is_empty() && !is_automatic(subnet) {
        let message = format!(
            "Unable to complete operation on subnet {}: One or more ports have an IP allocation from \
             this subnet.",
            subnet.id
        );
        return Err(Refusal::conflict(message).named("SubnetInUse"));
    }
    // Addresses that came by themselves go by themselves.
    for id in ports {
        let Some(before) = call.transaction.find(PORT.name, &id)? else { continue };
        let mut port = before.clone();
        if let Some(Value::Array(fixed)) = port.fields.get_mut("fixed_ips") {
            fixed.retain(|fixed| fixed["subnet_id"] != *subnet.id);
        }
        port::keep(call, &before, &mut port)?;
    }
    remove(call, subnet)?;
    if let Some(mut network) = call.transaction.find(NETWORK.name, subnet.text("network_id"))? {
        networks::set_subnets(call, &mut network, |subnets| {
            subnets.retain(|other| *other != *subnet.id);
        })?;
    }
    Ok(())
}
