//! Load balancers (Octavia): a balancer with an address, its listeners, the pools behind them with
//! members and health monitors, and the policies that choose a pool.
//!
//! Nothing is balanced: a balancer has a port, states and children, but no machine. What is made or
//! changed makes the whole balancer wait (`state.rs`), so that at any moment one thing at most happens
//! to what belongs to it; each document can therefore say what will become of it.

mod action;
mod attribute;
mod body;
mod catalog;
mod graph;
mod health_monitor;
mod l7policy;
mod l7rule;
mod listener;
mod listener_check;
mod listing;
mod member;
mod noun;
mod persistence;
mod pool;
mod quota;
mod root;
mod rule;
mod state;
mod status;
mod tls;
mod version;
mod vip;

use serde_json::{Value, json};

use crate::call::{Call, Refusal};
use crate::service::{Body, Service, as_keystone, check_schema};

pub(crate) static SERVICE: Service = Service {
    kind: "load-balancer",
    name: "octavia",
    home: "/load-balancer",
    path: "/load-balancer/v2.0/lbaas",
    aliases: &["/load-balancer/v2/lbaas", "/load-balancer/v2.0", "/load-balancer/v2"],
    listed: "/load-balancer",
    microversions: None,
    check: check_schema,
    not_json: Some(|kind| Refusal::new(415, format!("Unknown mimetype: {kind}"))),
    malformed: || Refusal::bad_request("Request is not in valid JSON format"),
    refusal: as_octavia,
    over_quota: |name, _, _| {
        let what = quota::human(name);
        Refusal::forbidden(format!("Quota has been met for resources: {what}"))
    },
    path_first: false,
    answers_head: false,
    wrong_method: |_, _| {
        Refusal::new(405, "").named("Method Not Allowed").header("allow", "DELETE, GET, POST, PUT")
    },
    no_route: |refusal| {
        let name = refusal.name.unwrap_or("Not Found");
        Body::json(&json!({ "code": refusal.status, "title": name, "description": "" }))
    },
    elsewhere: None,
    type_of_nothing: None,
    ids_for_known: true,
    request_id: &["x-openstack-request-id"],
    vary: &[],
    versions: version::ROUTES,
    routes: &[
        version::OF_THIS,
        root::ROUTES,
        status::ROUTES,
        listener::ROUTES,
        pool::ROUTES,
        member::ROUTES,
        health_monitor::ROUTES,
        l7policy::ROUTES,
        l7rule::ROUTES,
        quota::ROUTES,
        catalog::ROUTES,
    ],
};

/// `{"faultcode": "Client", "faultstring": "...", "debuginfo": null}`; what is refused before Octavia
/// itself is reached has a name, and another form.
fn as_octavia(refusal: &Refusal) -> Body {
    if refusal.status == 401 {
        return as_keystone(refusal);
    }
    if let Some(title) = refusal.name {
        let message = &refusal.message;
        let body = json!({ "code": refusal.status, "title": title, "description": message });
        return Body::json(&body);
    }
    let code = if (400..500).contains(&refusal.status) { "Client" } else { "Server" };
    Body::json(&json!({ "faultcode": code, "faultstring": refusal.message, "debuginfo": null }))
}

/// A refusal for something that is not there: `Pool x not found.`
fn missing(what: &str, id: &str) -> Refusal {
    Refusal::not_found(format!("{what} {id} not found."))
}

/// The refusal of something that is wrong with a request as a whole.
fn invalid(reason: impl std::fmt::Display) -> Refusal {
    Refusal::bad_request(format!("Validation failure: {reason}"))
}

/// The refusal of a value that an option does not take.
fn invalid_option(value: impl std::fmt::Display, option: impl std::fmt::Display) -> Refusal {
    Refusal::bad_request(format!("{value} is not a valid option for {option}"))
}

/// Refuses what is another project's.
fn authorize(call: &Call<'_>, project: &str) -> Result<(), Refusal> {
    if call.who.is_admin() || call.who.project == project {
        return Ok(());
    }
    Err(denied())
}

fn denied() -> Refusal {
    Refusal::forbidden("Policy does not allow this request to be performed.")
}

/// Refuses query parameters that a request does not know.
fn check_parameters(call: &Call<'_>, known: &[&str]) -> Result<(), Refusal> {
    match call.query.iter().find(|(name, _)| !known.contains(&name.as_str())) {
        Some((name, _)) => Err(Refusal::bad_request(format!("Unknown argument: \"{name}\""))),
        None => Ok(()),
    }
}

/// Refuses what a deletion has besides the thing's id: parameters that it does not know, and a body.
fn check_deletion(call: &Call<'_>, known: &[&str]) -> Result<(), Refusal> {
    check_parameters(call, known)?;
    match &call.body {
        Value::Null => Ok(()),
        Value::Object(body) => match body.keys().next() {
            Some(name) => Err(Refusal::bad_request(format!("Unknown argument: \"{name}\""))),
            None => Ok(()),
        },
        _ => Err(Refusal::bad_request("Request must be a JSON dict")),
    }
}

/// `{"id": "..."}`: how one thing names another.
fn reference(id: &str) -> Value {
    json!({ "id": id })
}

/// The ids of a list of references.
fn ids(references: &Value) -> impl Iterator<Item = &str> {
    references.as_array().into_iter().flatten().filter_map(|one| one["id"].as_str())
}
