//! How a balancer is doing: the states of all that belongs to it, and what it has carried.

use serde_json::{Value, json};

use super::root::BALANCER;
use super::{check_parameters, health_monitor, ids, l7policy, listener, listing, member, pool};
use crate::call::{Call, Refusal, Reply};
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/loadbalancers/{id}/status", Handler::Read(status)),
    Route::get("/loadbalancers/{id}/statuses", Handler::Read(status)),
    Route::get(
        "/loadbalancers/{id}/stats",
        Handler::Read(|call| BALANCER.own(call).and_then(|_| statistics(call))),
    ),
    Route::get(
        "/listeners/{id}/stats",
        Handler::Read(|call| listener::LISTENER.own(call).and_then(|_| statistics(call))),
    ),
];

/// Nothing was carried.
fn statistics(call: &Call<'_>) -> Result<Reply, Refusal> {
    listing::check(call)?;
    check_parameters(call, &[])?;
    Ok(Reply::ok(json!({ "stats": {
        "bytes_in": 0, "bytes_out": 0, "active_connections": 0, "total_connections": 0,
        "request_errors": 0,
    } })))
}

/// `GET /loadbalancers/{id}/status`
fn status(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    listing::check(call)?;
    check_parameters(call, &[])?;
    let balancer = BALANCER.own(call)?;
    let mut tree = of(&balancer, &[]);
    let mut listeners = Vec::new();
    for listener in listener::LISTENER.all(call, ids(balancer.get("listeners")))? {
        listeners.push(of_listener(call, &listener)?);
    }
    tree["listeners"] = listeners.into();
    Ok(Reply::ok(json!({ "statuses": { "loadbalancer": tree } })))
}

fn of(document: &Document, more: &[&str]) -> Value {
    let mut states = json!({ "id": document.id });
    let common = ["name", "operating_status", "provisioning_status"];
    for name in common.iter().chain(more) {
        states[*name] = document.get(name).clone();
    }
    states
}

fn of_listener(call: &Call<'_>, listener: &Document) -> Result<Value, Refusal> {
    let mut found: Vec<String> =
        listener.get("default_pool_id").as_str().map(str::to_string).into_iter().collect();
    for policy in l7policy::POLICY.all(call, ids(listener.get("l7policies")))? {
        let pool = policy.text("redirect_pool_id").to_string();
        if l7policy::leads(&policy) && !pool.is_empty() && !found.contains(&pool) {
            found.push(pool);
        }
    }
    let mut pools = Vec::new();
    for id in &found {
        pools.push(of_pool(call, &pool::POOL.get(call, id)?)?);
    }
    let mut tree = of(listener, &[]);
    tree["pools"] = pools.into();
    Ok(tree)
}

fn of_pool(call: &Call<'_>, pool: &Document) -> Result<Value, Refusal> {
    let mut tree = of(pool, &[]);
    if let Some(monitor) = health_monitor::of_pool(call, pool)? {
        tree["health_monitor"] = of(&monitor, &["type"]);
    }
    let members = member::MEMBER.all(call, ids(pool.get("members")))?;
    tree["members"] = members.iter().map(|one| of(one, &["address", "protocol_port"])).collect();
    Ok(tree)
}
