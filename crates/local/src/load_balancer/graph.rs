//! A balancer with all that belongs to it, in one request.
//!
//! Pools may stand beside the listeners, or within one as its default, or within a policy; wherever a
//! pool has no more than its name, it is the one of that name.

use serde_json::{Map, Value, json};

use super::noun::Body;
use super::{
    action, health_monitor, ids, invalid, l7policy, l7rule, listener, listener_check, member, pool,
    quota,
};
use crate::call::{Call, Refusal};
use crate::store::Document;
use crate::time::Moment;

/// What was made with a balancer.
pub(super) struct Parts {
    listeners: Vec<String>,
    pools: Vec<String>,
}

/// What every pool in a request has, even if it is only a name.
const NAME_ONLY: usize = 3;

/// Makes everything that belongs to a new balancer.
pub(super) fn make(
    call: &Call<'_>,
    balancer: &mut Document,
    listeners: Value,
    pools: Value,
    end: Moment,
) -> Result<Parts, Refusal> {
    let (mut listeners, mut pools) = (bodies(listeners), bodies(pools));
    collect(&mut listeners, &mut pools)?;
    let mut named = Map::new();
    let mut parts = Parts { listeners: Vec::new(), pools: Vec::new() };
    for body in pools {
        let name = body.get("name").and_then(Value::as_str).unwrap_or_default().to_string();
        let pool = make_pool(call, balancer, body, end)?;
        named.insert(name, pool.id.clone().into());
        parts.pools.push(pool.id);
    }
    for body in listeners {
        parts.listeners.push(make_listener(call, balancer, body, &named, end)?);
    }
    Ok(parts)
}

fn bodies(list: Value) -> Vec<Body> {
    let Value::Array(list) = list else { return Vec::new() };
    let body = |item: Value| match item {
        Value::Object(body) => Some(body),
        _ => None,
    };
    list.into_iter().filter_map(body).collect()
}

/// Puts the pools that stand within listeners and policies beside the others.
fn collect(listeners: &mut [Body], pools: &mut Vec<Body>) -> Result<(), Refusal> {
    let mut required = Vec::new();
    for listener in listeners {
        pull(listener, "default_pool", pools, &mut required)?;
        let policies = listener.get_mut("l7policies").and_then(Value::as_array_mut);
        for policy in policies.into_iter().flatten().filter_map(Value::as_object_mut) {
            pull(policy, "redirect_pool", pools, &mut required)?;
        }
    }
    let names: Vec<_> = pools.iter().map(|pool| pool.get("name").and_then(Value::as_str)).collect();
    if names.iter().enumerate().any(|(index, name)| names[..index].contains(name)) {
        return Err(invalid(
            "Pool names must be unique when creating a fully populated loadbalancer.",
        ));
    }
    match required.iter().find(|name| !names.contains(&Some(name.as_str()))) {
        Some(name) => {
            Err(invalid(format!("Pool '{name}' was referenced but no full definition was found.")))
        }
        None => Ok(()),
    }
}

fn pull(
    body: &mut Body,
    key: &str,
    pools: &mut Vec<Body>,
    required: &mut Vec<String>,
) -> Result<(), Refusal> {
    let Some(Value::Object(pool)) = body.get(key) else { return Ok(()) };
    let Some(name) = pool.get("name").and_then(Value::as_str).map(str::to_string) else {
        return Err(invalid("Pools must be named when creating a fully populated loadbalancer."));
    };
    if pool.len() > NAME_ONLY {
        pools.push(pool.clone());
    } else {
        required.push(name.clone());
    }
    body.insert(key.into(), json!({ "name": name }));
    Ok(())
}

fn make_pool(
    call: &Call<'_>,
    balancer: &mut Document,
    mut body: Body,
    end: Moment,
) -> Result<Document, Refusal> {
    for attribute in ["protocol", "lb_algorithm"] {
        if !body.contains_key(attribute) {
            let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
            return Err(invalid(format!(
                "Pool definition for '{name}' missing required attribute: {attribute}"
            )));
        }
    }
    quota::check(call, &pool::POOL, &balancer.owner)?;
    let members = bodies(body.shift_remove("members").unwrap_or_default());
    let monitor = body.shift_remove("healthmonitor");
    let mut pool = pool::make(call, balancer, body, end)?;
    if let Some(Value::Object(monitor)) = monitor {
        quota::check(call, &health_monitor::MONITOR, &balancer.owner)?;
        health_monitor::make(call, &mut pool, monitor, end)?;
    }
    for member in members {
        member::check_address(&member)?;
        quota::check(call, &member::MEMBER, &balancer.owner)?;
        member::make(call, &mut pool, member, end)?;
    }
    call.transaction.update(&pool)?;
    Ok(pool)
}

/// Makes a listener, with its policies; its id.
fn make_listener(
    call: &Call<'_>,
    balancer: &mut Document,
    mut body: Body,
    pools: &Map<String, Value>,
    end: Moment,
) -> Result<String, Refusal> {
    quota::check(call, &listener::LISTENER, &balancer.owner)?;
    let policies = bodies(body.shift_remove("l7policies").unwrap_or_default());
    if let Some(pool) = pool_id(&mut body, "default_pool", pools) {
        body.insert("default_pool_id".into(), pool);
    }
    let mut listener = listener::make(call, balancer, body, end)?;
    if !policies.is_empty() {
        listener_check::check_children(listener.text("protocol"))?;
        listener.set("updated_at", listener.text("created_at").to_string());
    }
    for mut policy in policies {
        if let Some(pool) = pool_id(&mut policy, "redirect_pool", pools) {
            policy.insert("redirect_pool_id".into(), pool);
        }
        let rules = bodies(policy.shift_remove("rules").unwrap_or_default());
        action::tidy(&mut policy, true)?;
        quota::check(call, &l7policy::POLICY, &balancer.owner)?;
        let mut policy = l7policy::make(call, &mut listener, policy, end)?;
        for rule in rules {
            quota::check(call, &l7rule::RULE, &balancer.owner)?;
            l7rule::make(call, &mut policy, rule, end)?;
        }
        call.transaction.update(&policy)?;
    }
    call.transaction.update(&listener)?;
    Ok(listener.id)
}

/// The id of the pool that is named there.
fn pool_id(body: &mut Body, key: &str, pools: &Map<String, Value>) -> Option<Value> {
    let pool = body.shift_remove(key)?;
    pools.get(pool["name"].as_str()?).cloned()
}

/// The view of a thing as part of another: without what that says itself.
fn view(call: &Call<'_>, noun: &super::noun::Noun, document: &Document, hidden: &str) -> Value {
    let mut view = noun.kind.view(call, document);
    if let Value::Object(view) = &mut view {
        view.shift_remove(hidden);
    }
    view
}

impl Parts {
    /// The listeners with all that belongs to them.
    pub(super) fn listeners(&self, call: &Call<'_>) -> Result<Value, Refusal> {
        let all = listener::LISTENER.all(call, self.listeners.iter().map(String::as_str))?;
        let full = |listener: &Document| {
            let mut shown = view(call, &listener::LISTENER, listener, "loadbalancers");
            let mut policies = Vec::new();
            for id in ids(listener.get("l7policies")) {
                let policy = l7policy::POLICY.get(call, id)?;
                let mut one = view(call, &l7policy::POLICY, &policy, "");
                let rules = l7rule::RULE.all(call, ids(policy.get("rules")))?;
                one["rules"] =
                    rules.iter().map(|rule| view(call, &l7rule::RULE, rule, "")).collect();
                policies.push(one);
            }
            shown["l7policies"] = policies.into();
            Ok(shown)
        };
        all.iter().map(full).collect()
    }

    /// The pools with their members. Octavia does not tell their monitors here.
    pub(super) fn pools(&self, call: &Call<'_>) -> Result<Value, Refusal> {
        let all = pool::POOL.all(call, self.pools.iter().map(String::as_str))?;
        let full = |pool: &Document| {
            let mut shown = view(call, &pool::POOL, pool, "loadbalancers");
            let members = member::MEMBER.all(call, ids(pool.get("members")))?;
            shown["members"] =
                members.iter().map(|one| view(call, &member::MEMBER, one, "")).collect();
            shown["healthmonitor"] = Value::Null;
            if let Value::Object(shown) = &mut shown {
                shown.shift_remove("healthmonitor_id");
            }
            Ok(shown)
        };
        all.iter().map(full).collect()
    }
}
