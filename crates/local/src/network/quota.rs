//! Quotas: how much of the network a project may have, and has.

use serde_json::{Map, Value, json};

use super::resource::denied;
use super::value;
use crate::call::{Call, Refusal, Reply};
use crate::quota;
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/quotas", Handler::Read(|_| Err(denied("get_quota")))),
    Route::get("/quotas/tenant", Handler::Read(|call| own(call, "tenant"))),
    Route::get("/quotas/project", Handler::Read(|call| own(call, "project"))),
    Route::get("/quotas/{project}", Handler::Read(show)),
    Route::put("/quotas/{project}", Handler::Write(set)),
    Route::delete("/quotas/{project}", Handler::Write(reset)),
    Route::get("/quotas/{project}/default", Handler::Read(defaults)),
    Route::get("/quotas/{project}/details", Handler::Read(details)),
    Route::get("/quotas/{project}/details.json", Handler::Read(details)),
];

/// What is counted; the names are those of the kinds.
const COUNTED: &[&str] = &[
    "network",
    "subnet",
    "subnetpool",
    "port",
    "router",
    "floatingip",
    "rbac_policy",
    "security_group",
    "security_group_rule",
    "trunk",
];

/// `{"tenant": {"tenant_id": "..."}}`: whose quotas the caller may ask for.
fn own(call: &Call<'_>, word: &str) -> Result<Reply, Refusal> {
    let id = format!("{word}_id");
    Ok(Reply::ok(json!({ word: { id: call.who.project } })))
}

/// The project that is asked about, if the caller may ask.
fn project<'c>(call: &'c Call<'_>) -> Result<&'c str, Refusal> {
    let project = call.segment("project");
    if project == call.who.project || call.who.is_admin() {
        return Ok(project);
    }
    Err(denied("get_quota"))
}

fn each(tell: impl Fn(&'static str) -> Result<Value, Refusal>) -> Result<Reply, Refusal> {
    let mut quota = Map::new();
    for name in COUNTED {
        quota.insert((*name).into(), tell(name)?);
    }
    Ok(Reply::ok(json!({ "quota": quota })))
}

/// `GET /quotas/{project}`
fn show(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let project = project(call)?;
    each(|name| Ok(quota::limit_of(call, project, name)?.into()))
}

/// `PUT /quotas/{project}`
fn set(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let wishes = match std::mem::take(&mut call.body) {
        Value::Object(mut body) => body.remove("quota"),
        _ => None,
    };
    let Some(Value::Object(wishes)) = wishes else {
        return Err(Refusal::bad_request("Unable to find 'quota' in request body"));
    };
    if !call.who.is_admin() {
        return Err(denied("update_quota"));
    }
    let mut limits = Map::new();
    for (name, wish) in wishes {
        if !COUNTED.contains(&name.as_str()) {
            return Err(Refusal::bad_request(format!("Unrecognized attribute(s) '{name}'")));
        }
        let limit = value::integer(wish)?;
        if limit.as_i64() < Some(-1) {
            return Err(Refusal::bad_request(format!(
                "Invalid input for {name}. Reason: '{limit}' is too small - must be at least '-1'."
            )));
        }
        limits.insert(name, limit);
    }
    change(call, |own| own.extend(limits))?;
    show(call)
}

/// `DELETE /quotas/{project}`
fn reset(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    if !call.who.is_admin() {
        return Err(denied("delete_quota"));
    }
    change(call, |own| own.retain(|name, _| !COUNTED.contains(&name.as_str())))?;
    Ok(Reply::empty(204))
}

/// Keeps the project's own limits, changed.
fn change(call: &Call<'_>, change: impl FnOnce(&mut Map<String, Value>)) -> Result<(), Refusal> {
    let project = call.segment("project");
    let found = call.transaction.find(quota::KIND, project)?;
    let is_new = found.is_none();
    let mut own = found.unwrap_or_else(|| Document::new(quota::KIND, "", project, Map::new()));
    change(&mut own.fields);
    Ok(if is_new { call.transaction.insert(&own) } else { call.transaction.update(&own) }?)
}

/// `GET /quotas/{project}/default`
fn defaults(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    project(call)?;
    each(|name| Ok(quota::default(name).into()))
}

/// `GET /quotas/{project}/details`
fn details(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let project = project(call)?;
    each(|name| {
        let used = call.transaction.count(name, project)?;
        let limit = quota::limit_of(call, project, name)?;
        Ok(json!({ "limit": limit, "used": used, "reserved": 0 }))
    })
}
