//! Listeners: where a balancer takes connections.

use serde_json::{Map, Value, json};

use super::attribute::{
    Attribute, DESCRIPTION, ENABLED, NAME, PORT, PROJECT, TAGS, TENANT, Type, nothing, yes,
};
use super::body::{Form, missing_argument};
use super::noun::{self, Body, Column, ID, Noun, change};
use super::state::{self, Taken};
use super::tls::{self, ALPN, CLIENT_AUTH};
use super::{
    authorize, check_deletion, check_parameters, ids, invalid, l7policy, l7rule, listener_check,
    pool, quota,
};
use crate::call::{Call, Refusal, Reply};
use crate::kind::Field;
use crate::service::{Handler, Route};
use crate::store::Document;
use crate::time::Moment;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/listeners", Handler::Read(|call| LISTENER.list(call))),
    Route::post("/listeners", Handler::Write(create)),
    Route::put("/listeners", Handler::Read(|_| Err(missing_argument("id")))),
    Route::delete("/listeners", Handler::Read(|_| Err(missing_argument("id")))),
    Route::get("/listeners/{id}", Handler::Read(|call| LISTENER.show(call))),
    Route::put("/listeners/{id}", Handler::Write(update)),
    Route::delete("/listeners/{id}", Handler::Write(delete)),
];

const FIELDS: &[Field] = &[
    ID,
    Field::new("name"),
    Field::new("description"),
    Field::new("provisioning_status"),
    Field::new("operating_status"),
    Field::new("admin_state_up"),
    Field::new("protocol"),
    Field::new("protocol_port"),
    Field::new("connection_limit"),
    Field::new("default_tls_container_ref"),
    Field::new("sni_container_refs"),
    noun::PROJECT,
    Field::new("default_pool_id"),
    Field::new("l7policies"),
    Field::new("insert_headers"),
    Field::new("created_at"),
    Field::new("updated_at"),
    Field::made("loadbalancers", |_, listener| json!([{ "id": listener.get("load_balancer_id") }])),
    Field::new("timeout_client_data"),
    Field::new("timeout_member_connect"),
    Field::new("timeout_member_data"),
    Field::new("timeout_tcp_inspect"),
    Field::new("tags"),
    Field::new("client_ca_tls_container_ref"),
    Field::new("client_authentication"),
    Field::new("client_crl_container_ref"),
    Field::new("allowed_cidrs"),
    Field::new("tls_ciphers"),
    Field::new("tls_versions"),
    Field::new("alpn_protocols"),
    noun::TENANT,
];

pub(super) static LISTENER: Noun = Noun {
    kind: noun::kind("lb_listener", "listener", "listeners", FIELDS),
    called: "Listener",
    columns: &[
        Column::new("id"),
        Column::new("project_id"),
        Column::new("name"),
        Column::new("description"),
        Column::new("default_pool_id"),
        noun::BALANCER,
        Column::new("protocol"),
        Column::new("protocol_port"),
        Column::new("connection_limit"),
        noun::ENABLED,
        Column::new("provisioning_status"),
        Column::new("operating_status"),
        Column::new("created_at"),
        Column::new("updated_at"),
        Column::new("timeout_client_data"),
        Column::new("timeout_member_connect"),
        Column::new("timeout_member_data"),
        Column::new("timeout_tcp_inspect"),
        Column::new("client_authentication"),
    ],
};

/// The protocols that a listener may speak.
pub(super) const PROTOCOLS: &[&str] =
    &["TCP", "HTTPS", "HTTP", "TERMINATED_HTTPS", "UDP", "SCTP", "PROMETHEUS"];

const CONNECTIONS: Type = Type::Integer { min: -1, max: i64::MAX };
/// In milliseconds, up to 24 days.
const TIMEOUT: Type = Type::Integer { min: 0, max: 24 * 24 * 60 * 60 * 1000 };
const REF: Type = Type::Text(255);

/// What can be said of a listener when it is made, besides whose it is.
macro_rules! new_listener {
    ($($more:expr),* $(,)?) => {
        &[
            NAME,
            DESCRIPTION,
            ENABLED.or(yes),
            Attribute::new("protocol", Type::Words(PROTOCOLS)).required(),
            Attribute::new("protocol_port", PORT).required(),
            Attribute::new("connection_limit", CONNECTIONS).or(|| (-1).into()),
            Attribute::new("default_tls_container_ref", REF),
            Attribute::new("sni_container_refs", Type::List(&REF)),
            Attribute::new("default_pool_id", Type::Id),
            Attribute::new("default_pool", Type::Object(pool::WITHIN)),
            Attribute::new("l7policies", Type::List(&Type::Object(l7policy::WITHIN))).or(nothing),
            Attribute::new("insert_headers", Type::Map),
            $($more,)*
            Attribute::new("timeout_client_data", TIMEOUT),
            Attribute::new("timeout_member_connect", TIMEOUT),
            Attribute::new("timeout_member_data", TIMEOUT),
            Attribute::new("timeout_tcp_inspect", TIMEOUT),
            TAGS,
            Attribute::new("client_ca_tls_container_ref", REF),
            Attribute::new("client_authentication", CLIENT_AUTH).or(|| "NONE".into()),
            Attribute::new("client_crl_container_ref", REF),
            Attribute::new("allowed_cidrs", Type::List(&Type::Cidr)),
            Attribute::new("tls_ciphers", Type::Text(2048)),
            Attribute::new("tls_versions", Type::List(&Type::Text(32))),
            Attribute::new("alpn_protocols", Type::List(&ALPN)),
        ]
    };
}

/// A listener within the request for its balancer.
pub(super) const WITHIN: &[Attribute] = new_listener![];

const POST: Form = Form {
    argument: "listener_",
    key: "listener",
    first: "loadbalancer_id",
    attributes: new_listener![
        PROJECT,
        TENANT,
        Attribute::new("loadbalancer_id", Type::Id).required(),
    ],
};

const PUT: Form = Form {
    argument: "listener_",
    key: "listener",
    first: "to_dict",
    attributes: &[
        NAME,
        DESCRIPTION,
        ENABLED,
        Attribute::new("connection_limit", CONNECTIONS),
        Attribute::new("default_tls_container_ref", REF),
        Attribute::new("sni_container_refs", Type::List(&REF)),
        Attribute::new("default_pool_id", Type::Id),
        Attribute::new("insert_headers", Type::Map),
        Attribute::new("timeout_client_data", TIMEOUT),
        Attribute::new("timeout_member_connect", TIMEOUT),
        Attribute::new("timeout_member_data", TIMEOUT),
        Attribute::new("timeout_tcp_inspect", TIMEOUT),
        TAGS,
        Attribute::new("client_ca_tls_container_ref", REF),
        Attribute::new("client_authentication", CLIENT_AUTH),
        Attribute::new("client_crl_container_ref", REF),
        Attribute::new("allowed_cidrs", Type::List(&Type::Cidr)),
        Attribute::new("tls_ciphers", Type::Text(2048)),
        Attribute::new("tls_versions", Type::List(&Type::Text(32))),
        Attribute::new("alpn_protocols", Type::List(&ALPN)),
    ],
};

/// What goes without saying, and what `null` sets back.
const DEFAULTS: &[(&str, i64)] = &[
    ("connection_limit", -1),
    ("timeout_client_data", 50_000),
    ("timeout_member_connect", 5_000),
    ("timeout_member_data", 50_000),
    ("timeout_tcp_inspect", 0),
];

/// `POST /listeners`
fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check_parameters(call, &[])?;
    let mut body = POST.read(call)?;
    let id = body.shift_remove("loadbalancer_id").unwrap_or_default();
    let balancer = state::find(call, id.as_str().unwrap_or_default())?;
    authorize(call, &balancer.owner)?;
    quota::check(call, &LISTENER, &balancer.owner)?;
    check_default_pool(call, &balancer.id, &body)?;
    let mut taken = state::take(call, &balancer.id)?;
    // Octavia takes these, and fails over them.
    let policies = body.shift_remove("l7policies").unwrap_or_default();
    let has_parts = policies.as_array().is_some_and(|policies| !policies.is_empty())
        || body.get("default_pool").is_some_and(|pool| !pool.is_null());
    let end = taken.end;
    let listener = make(call, &mut taken.balancer, body, end)?;
    if has_parts {
        return Err(Refusal::new(500, "'dict' object has no attribute '_sa_instance_state'"));
    }
    call.transaction.update(&taken.balancer)?;
    Ok(LISTENER.reply(call, 201, &listener))
}

/// Refuses a default pool that is not there, or does not go with the listener.
fn check_default_pool(call: &Call<'_>, balancer: &str, body: &Body) -> Result<(), Refusal> {
    let Some(id) = body.get("default_pool_id").and_then(Value::as_str) else { return Ok(()) };
    let protocol = body["protocol"].as_str().unwrap_or_default();
    listener_check::check_children(protocol)?;
    let pool = pool::POOL.get(call, id)?;
    if pool.text("load_balancer_id") != balancer {
        return Err(super::missing("Pool", id));
    }
    listener_check::check_pair(protocol, pool.text("protocol"))
}

/// Makes a listener of a balancer, which is there at `end`.
pub(super) fn make(
    call: &Call<'_>,
    balancer: &mut Document,
    mut body: Body,
    end: Moment,
) -> Result<Document, Refusal> {
    check_default_pool(call, &balancer.id, &body)?;
    listener_check::check_new(&body)?;
    listener_check::check_port(call, balancer, &body)?;
    listener_check::check_cidrs(balancer, &body)?;
    if body["protocol"] == "TERMINATED_HTTPS" {
        tls::fill(&mut body);
    }
    body.shift_remove("default_pool");
    for name in ["sni_container_refs", "insert_headers"] {
        if body.get(name).is_none_or(Value::is_null) {
            let empty = if name == "insert_headers" { json!({}) } else { json!([]) };
            body.insert(name.into(), empty);
        }
    }
    fill_numbers(&mut body, true);
    tidy_cidrs(&mut body);
    let mut listener = LISTENER.document(call, &balancer.owner, body);
    listener.set("load_balancer_id", balancer.id.clone());
    listener.set("l7policies", json!([]));
    state::create_until(&mut listener, end);
    call.transaction.insert(&listener)?;
    state::add(balancer, "listeners", &listener.id);
    let pool = listener.text("default_pool_id").to_string();
    if !pool.is_empty() {
        pool::refer(call, &pool, "default_listeners", &listener.id)?;
        listener.set("updated_at", listener.text("created_at").to_string());
        call.transaction.update(&listener)?;
    }
    Ok(listener)
}

/// Puts the usual numbers in the place of `null`; where `all`, also of those that are missing.
fn fill_numbers(body: &mut Body, all: bool) {
    for (name, default) in DEFAULTS {
        let is_empty = body.get(*name).map_or(all, Value::is_null);
        if is_empty {
            body.insert((*name).into(), (*default).into());
        }
    }
}

/// Each range once; none at all is `null`.
fn tidy_cidrs(body: &mut Body) {
    let Some(Value::Array(cidrs)) = body.get_mut("allowed_cidrs") else { return };
    let mut seen: Vec<Value> = Vec::new();
    cidrs.retain(|cidr| {
        let is_new = !seen.contains(cidr);
        seen.push(cidr.clone());
        is_new
    });
    if cidrs.is_empty() {
        body.insert("allowed_cidrs".into(), Value::Null);
    }
}

/// `PUT /listeners/{id}`
fn update(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check_parameters(call, &[])?;
    let listener = LISTENER.own(call)?;
    if call.body.as_object().is_some_and(Map::is_empty) {
        return Err(invalid("No listener object supplied."));
    }
    let mut body = PUT.read(call)?;
    let balancer = state::find(call, listener.text("load_balancer_id"))?;
    listener_check::check_change(&listener, &balancer, &body)?;
    fill_numbers(&mut body, false);
    for (name, default) in [
        ("client_authentication", json!("NONE")),
        ("sni_container_refs", json!([])),
        ("insert_headers", json!({})),
    ] {
        if body.get(name).is_some_and(Value::is_null) {
            body.insert(name.into(), default);
        }
    }
    tls::reset(&mut body, &tls::NAMES);
    tidy_cidrs(&mut body);
    let mut wish = body.clone();
    wish.insert("protocol".into(), listener.get("protocol").clone());
    check_default_pool(call, &balancer.id, &wish)?;
    let taken = state::take(call, &balancer.id)?;
    let mut listener = listener;
    state::update_until(call, &mut listener, taken.end);
    if let Some(pool) = body.get("default_pool_id") {
        let (old, new) = (listener.text("default_pool_id"), pool.as_str().unwrap_or_default());
        if old != new {
            pool::drop_reference(call, old, "default_listeners", &listener.id)?;
            pool::refer(call, new, "default_listeners", &listener.id)?;
        }
    }
    change(&mut listener, body);
    call.transaction.update(&listener)?;
    Ok(LISTENER.reply(call, 200, &listener))
}

/// `DELETE /listeners/{id}`
fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check_deletion(call, &[])?;
    let mut listener = LISTENER.own(call)?;
    let mut taken = state::take(call, listener.text("load_balancer_id"))?;
    remove_policies(call, &listener, &taken)?;
    let pool = listener.text("default_pool_id").to_string();
    pool::forget_at(call, &pool, "default_listeners", &listener.id, taken.end)?;
    state::delete_until(call, &mut listener, taken.end);
    call.transaction.update(&listener)?;
    taken.forget(call, "listeners", &listener.id)?;
    Ok(Reply::empty(204))
}

/// Lets the policies of a listener go with it.
fn remove_policies(call: &Call<'_>, listener: &Document, taken: &Taken) -> Result<(), Refusal> {
    for mut policy in l7policy::POLICY.all(call, ids(listener.get("l7policies")))? {
        for mut rule in l7rule::RULE.all(call, ids(policy.get("rules")))? {
            rule.gone_later(taken.end);
            call.transaction.update(&rule)?;
        }
        let pool = policy.text("redirect_pool_id").to_string();
        pool::forget_at(call, &pool, "l7policies", &policy.id, taken.end)?;
        policy.gone_later(taken.end);
        call.transaction.update(&policy)?;
    }
    Ok(())
}
