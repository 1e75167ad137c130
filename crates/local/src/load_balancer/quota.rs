//! Quotas: how many of each a project may have.

use serde_json::{Map, Value, json};

use super::attribute::{Attribute, Type};
use super::body::Form;
use super::noun::Noun;
use super::{authorize, check_parameters, denied, listing};
use crate::call::{Call, Refusal, Reply};
use crate::quota;
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("/quotas", Handler::Read(list)),
    Route::get("/quotas/{id}", Handler::Read(show)),
    Route::put("/quotas/{id}", Handler::Write(update)),
    Route::delete("/quotas/{id}", Handler::Write(delete)),
    Route::get("/quotas/{id}/default", Handler::Read(defaults)),
    Route::get("/quotas/{id}/defaults", Handler::Read(defaults)),
];

/// The kinds, what a quota is called on the wire, by an older name, and by people.
const NAMES: &[(&str, &str, &str, &str)] = &[
    ("load_balancer", "load_balancer", "loadbalancer", "Load Balancer"),
    ("lb_listener", "listener", "listener", "Listener"),
    ("lb_member", "member", "member", "Member"),
    ("lb_pool", "pool", "pool", "Pool"),
    ("lb_health_monitor", "health_monitor", "healthmonitor", "Health Monitor"),
    ("lb_l7policy", "l7policy", "l7policy", "L7 Policy"),
    ("lb_l7rule", "l7rule", "l7rule", "L7 Rule"),
];

const LIMIT: Type = Type::Integer { min: -1, max: 2_000_000_000 };

const PUT: Form = Form {
    argument: "quotas",
    key: "quota",
    first: "to_dict",
    attributes: &[
        Attribute::new("loadbalancer", LIMIT),
        Attribute::new("load_balancer", LIMIT),
        Attribute::new("listener", LIMIT),
        Attribute::new("member", LIMIT),
        Attribute::new("pool", LIMIT),
        Attribute::new("healthmonitor", LIMIT),
        Attribute::new("health_monitor", LIMIT),
        Attribute::new("l7policy", LIMIT),
        Attribute::new("l7rule", LIMIT),
    ],
};

/// Marks a project for which Octavia has once counted something.
const KNOWN: &str = "load_balancer_known";

/// What people call a kind.
pub(super) fn human(kind: &str) -> &'static str {
    NAMES.iter().find(|names| names.0 == kind).map_or("", |names| names.3)
}

/// Refuses one more than a project may have.
pub(super) fn check(call: &Call<'_>, noun: &Noun, project: &str) -> Result<(), Refusal> {
    quota::check_of(call, &noun.kind, project, noun.kind.name)?;
    let is_known = quota::own(call, project)?.is_some_and(|own| *own.get(KNOWN) == true);
    if is_known {
        return Ok(());
    }
    let mark = Map::from_iter([(KNOWN.to_string(), Value::Bool(true))]);
    quota::set_of(call, project, mark)
}

fn limits(call: &Call<'_>, project: &str) -> Result<Value, Refusal> {
    let mut limits = Map::new();
    for (kind, name, ..) in NAMES {
        limits.insert((*name).into(), quota::limit_of(call, project, kind)?.into());
    }
    Ok(json!({ "quota": limits }))
}

/// `GET /quotas`: of the projects that have any of their own.
fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    listing::check(call)?;
    let wish = call.parameter("project_id").map(str::to_string);
    let own_only = (!call.who.is_admin()).then(|| call.who.project.clone());
    let is_asked =
        |project: &str| [&wish, &own_only].into_iter().flatten().all(|wanted| *wanted == project);
    let mut quotas = Vec::new();
    for own in call.transaction.all(quota::KIND, None)?.into_iter().rev() {
        let is_known = NAMES.iter().any(|(kind, ..)| own.fields.contains_key(*kind))
            || own.fields.contains_key(KNOWN);
        if !is_known || !is_asked(&own.id) {
            continue;
        }
        let mut entry = json!({ "project_id": own.id, "tenant_id": own.id });
        for (kind, name, older, _) in NAMES {
            entry[*name] = own.get(kind).clone();
            entry[*older] = own.get(kind).clone();
        }
        quotas.push(entry);
    }
    Ok(Reply::ok(json!({ "quotas": quotas, "quotas_links": [] })))
}

/// `GET /quotas/{id}`
fn show(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    listing::check(call)?;
    check_parameters(call, &[])?;
    authorize(call, call.segment("id"))?;
    Ok(Reply::ok(limits(call, call.segment("id"))?))
}

/// `GET /quotas/{id}/default`
fn defaults(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    authorize(call, call.segment("id"))?;
    let limits: Map<_, _> = NAMES
        .iter()
        .map(|(kind, name, ..)| ((*name).to_string(), quota::default(kind).into()))
        .collect();
    Ok(Reply::ok(json!({ "quota": limits })))
}

/// `PUT /quotas/{id}`
fn update(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let body = PUT.read(call)?;
    if !call.who.is_admin() {
        return Err(denied());
    }
    let project = call.segment("id").to_string();
    let mut limits_to_set = Map::new();
    for (kind, name, older, _) in NAMES {
        if let Some(limit) = body.get(*older).or(body.get(*name)) {
            limits_to_set.insert((*kind).to_string(), limit.clone());
        }
    }
    quota::set_of(call, &project, limits_to_set)?;
    Ok(Reply::new(202, limits(call, &project)?))
}

/// `DELETE /quotas/{id}`: back to the defaults.
fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    if !call.who.is_admin() {
        return Err(denied());
    }
    let project = call.segment("id").to_string();
    if quota::own(call, &project)?.is_none() {
        return Err(super::missing("Quotas", &project));
    }
    let none = NAMES.iter().map(|(kind, ..)| ((*kind).to_string(), Value::Null));
    quota::set_of(call, &project, none.collect())?;
    Ok(Reply::empty(202))
}
