//! Subnet pools: ranges that subnets can be cut from.

mod cut;

use ipnet::IpNet;
use serde_json::{Map, Value, json};

use super::attribute::{Attribute, Wrong, fields};
use super::networks::{admin_only, empty, no};
use super::resource::{self, Resource};
use super::{listing, missing, tags, value};
use crate::call::{Call, Refusal, Reply};
use crate::kind::{Field, Kind, Scope};
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) use cut::{cut, give_back, named, take};

pub(super) const ROUTES: &[Route] = &[
    Route::get("/subnetpools", Handler::Read(|call| listing::list(call, &SUBNET_POOLS))),
    Route::post("/subnetpools", Handler::Write(|call| SUBNET_POOLS.create(call))),
    Route::get("/subnetpools/{id}", Handler::Read(|call| SUBNET_POOLS.show(call))),
    Route::put("/subnetpools/{id}", Handler::Write(change)),
    Route::delete("/subnetpools/{id}", Handler::Write(|call| SUBNET_POOLS.delete(call))),
];

const ATTRIBUTES: &[Attribute] = &[
    Attribute::id(),
    Attribute::new("name").required().put().validate(value::text_255).filter().sort(),
    Attribute::owner("tenant_id"),
    Attribute::new("default_prefixlen")
        .optional()
        .put()
        .convert(value::integer)
        .validate(value::not_negative)
        .filter()
        .sort(),
    Attribute::new("min_prefixlen")
        .optional()
        .put()
        .convert(value::integer)
        .validate(value::not_negative)
        .filter()
        .sort(),
    Attribute::new("max_prefixlen")
        .optional()
        .put()
        .convert(value::integer)
        .validate(value::not_negative)
        .filter()
        .sort(),
    Attribute::new("is_default")
        .or(no)
        .put()
        .convert(value::boolean)
        .guard(admin_only)
        .filter()
        .sort(),
    Attribute::new("shared").or(no).convert(value::boolean).guard(admin_only).filter().sort(),
    Attribute::new("prefixes").required().put().validate(prefixes),
    Attribute::new("ip_version").filter().sort(),
    Attribute::new("default_quota")
        .optional()
        .put()
        .convert(value::integer)
        .validate(value::not_negative)
        .filter()
        .sort(),
    Attribute::new("address_scope_id")
        .or(|| Value::Null)
        .put()
        .validate(value::uuid_or_null)
        .filter()
        .sort(),
    Attribute::new("description").or(empty).put().validate(value::text_255).filter(),
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

pub(super) static SUBNET_POOLS: Resource = Resource {
    kind: Kind {
        scope: Scope::And(|_, pool| *pool.get("shared") == true),
        ..resource::kind("subnetpool", "subnetpools", "/subnetpools", &FIELDS, |id| {
            missing("SubnetPoolNotFound", "Subnet pool", id)
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

pub(super) static SUBNET_POOL: &Kind = &SUBNET_POOLS.kind;

/// The lengths of prefixes, which Neutron keeps as texts.
const LENGTHS: [&str; 3] = ["min_prefixlen", "default_prefixlen", "max_prefixlen"];

fn prefixes(value: &Value) -> Result<(), Wrong> {
    let Value::Array(prefixes) = value else {
        return Err(Wrong::Reason(format!("'{}' is not a list", value::plain(value))));
    };
    prefixes.iter().try_for_each(value::subnet)
}

fn refuse(name: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::bad_request(message.into()).named(name)
}

/// The ranges of a body, joined where they touch, in the order of their addresses.
fn read_prefixes(value: &Value) -> Result<Vec<IpNet>, Refusal> {
    let texts = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    let ranges: Vec<IpNet> = texts.filter_map(value::network).collect();
    let Some(first) = ranges.first() else {
        return Err(refuse("EmptySubnetPoolPrefixList", "Empty subnet pool prefix list."));
    };
    if ranges.iter().any(|range| range.network().is_ipv4() != first.network().is_ipv4()) {
        let message = "Cannot mix IPv4 and IPv6 prefixes in a subnet pool.";
        return Err(refuse("PrefixVersionMismatch", message));
    }
    let mut joined = IpNet::aggregate(&ranges);
    joined.sort();
    Ok(joined)
}

fn write(prefixes: &[IpNet]) -> Value {
    prefixes.iter().map(ToString::to_string).collect::<Vec<_>>().into()
}

/// A length of a prefix, from a body or from what is kept.
fn length(value: Option<&Value>) -> Option<u8> {
    let value = value?;
    value::plain(value).parse().ok()
}

/// Checks the lengths against each other, and writes them as they are kept.
fn set_lengths(fields: &mut Map<String, Value>, v4: bool) -> Result<(), Refusal> {
    let (least, most) = if v4 { (8, 32) } else { (64, 128) };
    let [min, default, max] = LENGTHS.map(|name| length(fields.get(name)));
    let (min, max) = (min.unwrap_or(least), max.unwrap_or(most));
    let default = default.unwrap_or(min);
    let bounds = [
        ("max_prefixlen", max, "ip_version_max", most, max > most),
        ("min_prefixlen", min, "max_prefixlen", max, min > max),
        ("default_prefixlen", default, "min_prefixlen", min, default < min),
        ("default_prefixlen", default, "max_prefixlen", max, default > max),
    ];
    if let Some((one, is, other, bound, _)) = bounds.iter().find(|bound| bound.4) {
        let message = format!("Illegal prefix bounds: {one}={is}, {other}={bound}.");
        return Err(refuse("IllegalSubnetPoolPrefixBounds", message));
    }
    for (name, length) in LENGTHS.into_iter().zip([min, default, max]) {
        fields.insert(name.into(), length.to_string().into());
    }
    Ok(())
}

fn create(
    call: &Call<'_>,
    project: &str,
    mut body: Map<String, Value>,
) -> Result<Document, Refusal> {
    let prefixes = read_prefixes(&body["prefixes"])?;
    let v4 = prefixes.iter().all(|prefix| prefix.network().is_ipv4());
    set_lengths(&mut body, v4)?;
    body.entry("default_quota").or_insert(Value::Null);
    body.insert("prefixes".into(), write(&prefixes));
    body.insert("ip_version".into(), json!(if v4 { 4 } else { 6 }));
    let pool = resource::document(SUBNET_POOL, project, call.now, 0, body);
    call.transaction.insert(&pool)?;
    Ok(pool)
}

/// What Neutron answers to a change is not what it keeps: lengths are numbers there, and what is
/// null is left out.
fn change(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut reply = SUBNET_POOLS.update(call)?;
    if let Some(Value::Object(pool)) = reply.body.get_mut(SUBNET_POOL.one) {
        for name in LENGTHS {
            let number = length(pool.get(name)).into();
            pool.insert(name.into(), number);
        }
        pool.retain(|_, value| !value.is_null());
    }
    Ok(reply)
}

fn update(_: &Call<'_>, pool: &mut Document, mut body: Map<String, Value>) -> Result<(), Refusal> {
    if let Some(wish) = body.get("prefixes") {
        let before = read_prefixes(pool.get("prefixes"))?;
        let none = wish.as_array().is_some_and(Vec::is_empty);
        let after = if none { Vec::new() } else { read_prefixes(wish)? };
        let is_there = |old: &IpNet| after.iter().any(|new| new == old);
        if !before.iter().all(is_there) && !before.iter().all(|old| covers(&after, old)) {
            let message = "Illegal update to prefixes: Existing prefixes must be a subset of the new \
                           prefixes.";
            return Err(refuse("IllegalSubnetPoolPrefixUpdate", message));
        }
        body.insert("prefixes".into(), write(&after));
    }
    let v4 = *pool.get("ip_version") == 4;
    pool.fields.extend(body);
    set_lengths(&mut pool.fields, v4)
}

fn covers(ranges: &[IpNet], range: &IpNet) -> bool {
    ranges.iter().any(|one| one.contains(range))
}

fn delete(call: &Call<'_>, pool: &Document) -> Result<(), Refusal> {
    if cut::is_in_use(call, pool)? {
        let message = "Unable to delete subnet pool: Subnet pool has existing allocations.";
        return Err(refuse("SubnetPoolDeleteError", message));
    }
    Ok(call.transaction.remove(pool)?)
}
