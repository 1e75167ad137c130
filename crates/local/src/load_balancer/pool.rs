//! Pools: what is behind a balancer, and how one of its members is chosen.

use serde_json::{Value, json};

use super::attribute::{
    Attribute, DESCRIPTION, ENABLED, NAME, PROJECT, Pattern, TAGS, TENANT, Type, no, yes,
};
use super::body::{Form, missing_argument};
use super::noun::{self, Body, Column, ID, Noun, change};
use super::state;
use super::tls::{self, ALPN};
use super::{
    authorize, check_deletion, check_parameters, health_monitor, ids, invalid, l7policy, listener,
    listener_check, member, persistence, quota,
};
use crate::call::{Call, Refusal, Reply};
use crate::kind::Field;
use crate::service::{Handler, Route};
use crate::store::Document;
use crate::time::Moment;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/pools", Handler::Read(|call| POOL.list(call))),
    Route::post("/pools", Handler::Write(create)),
    Route::put("/pools", Handler::Read(|_| Err(missing_argument("id")))),
    Route::delete("/pools", Handler::Read(|_| Err(missing_argument("id")))),
    Route::get("/pools/{id}", Handler::Read(|call| POOL.show(call))),
    Route::put("/pools/{id}", Handler::Write(update)),
    Route::delete("/pools/{id}", Handler::Write(delete)),
];

const FIELDS: &[Field] = &[
    ID,
    Field::new("name"),
    Field::new("description"),
    Field::new("provisioning_status"),
    Field::new("operating_status"),
    Field::new("admin_state_up"),
    Field::new("protocol"),
    Field::new("lb_algorithm"),
    Field::new("session_persistence"),
    noun::PROJECT,
    Field::made("loadbalancers", |_, pool| json!([{ "id": pool.get("load_balancer_id") }])),
    Field::made("listeners", |call, pool| {
        // A field cannot fail; a store that does is noticed by what asks it next.
        listeners(call, pool).unwrap_or_default().iter().map(|id| super::reference(id)).collect()
    }),
    Field::new("created_at"),
    Field::new("updated_at"),
    Field::new("healthmonitor_id").only(|_, pool| !pool.get("healthmonitor_id").is_null()),
    Field::new("members"),
    Field::new("tags"),
    Field::new("tls_container_ref"),
    Field::new("ca_tls_container_ref"),
    Field::new("crl_container_ref"),
    Field::new("tls_enabled"),
    Field::new("tls_ciphers"),
    Field::new("tls_versions"),
    Field::new("alpn_protocols"),
    noun::TENANT,
];

pub(super) static POOL: Noun = Noun {
    kind: noun::kind("lb_pool", "pool", "pools", FIELDS),
    called: "Pool",
    columns: &[
        Column::new("id"),
        Column::new("project_id"),
        Column::new("name"),
        Column::new("description"),
        noun::BALANCER,
        Column::new("protocol"),
        Column::new("lb_algorithm"),
        noun::ENABLED,
        Column::new("provisioning_status"),
        Column::new("operating_status"),
        Column::new("created_at"),
        Column::new("updated_at"),
        Column::new("tls_enabled"),
        Column::new("tls_ciphers"),
    ],
};

const PROTOCOLS: Type = Type::Words(&["TCP", "HTTP", "HTTPS", "PROXY", "PROXYV2", "UDP", "SCTP"]);
const ALGORITHMS: Type =
    Type::Words(&["LEAST_CONNECTIONS", "ROUND_ROBIN", "SOURCE_IP", "SOURCE_IP_PORT"]);
const REF: Type = Type::Text(255);

const COOKIE: Attribute = Attribute::new(
    "cookie_name",
    Type::Pattern(Pattern {
        min: 0,
        max: 255,
        shown: r"^[^\s,;\\]+$",
        fits: |text| {
            !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || ",;\\".contains(c))
        },
    }),
)
.or(|| Value::Null);
const PERSISTENCE_TYPE: Attribute =
    Attribute::new("type", Type::Words(&["SOURCE_IP", "HTTP_COOKIE", "APP_COOKIE"]));
const PERSISTENCE_TIMEOUT: Attribute =
    Attribute::new("persistence_timeout", Type::Integer { min: i64::MIN, max: i64::MAX })
        .or(|| Value::Null);
const GRANULARITY: Attribute =
    Attribute::new("persistence_granularity", Type::Address).or(|| Value::Null);

const NEW_PERSISTENCE: Type =
    Type::Object(&[PERSISTENCE_TYPE.required(), COOKIE, PERSISTENCE_TIMEOUT, GRANULARITY]);
const PERSISTENCE: Type =
    Type::Object(&[PERSISTENCE_TYPE, COOKIE, PERSISTENCE_TIMEOUT, GRANULARITY]);

/// What can be said of a pool when it is made.
macro_rules! new_pool {
    ($protocol:expr, $algorithm:expr, $($more:expr),*) => {
        &[
            NAME,
            DESCRIPTION,
            ENABLED.or(yes),
            $($more,)*
            $protocol,
            $algorithm,
            Attribute::new("session_persistence", NEW_PERSISTENCE),
            Attribute::new("healthmonitor", Type::Object(health_monitor::WITHIN)),
            Attribute::new("members", Type::List(&Type::Object(member::WITHIN))),
            TAGS,
            Attribute::new("tls_container_ref", REF),
            Attribute::new("ca_tls_container_ref", REF),
            Attribute::new("crl_container_ref", REF),
            Attribute::new("tls_enabled", Type::Truth).or(no),
            Attribute::new("tls_ciphers", Type::Text(2048)),
            Attribute::new("tls_versions", Type::List(&Type::Text(32))),
            Attribute::new("alpn_protocols", Type::List(&ALPN)),
        ]
    };
}

const PROTOCOL: Attribute = Attribute::new("protocol", PROTOCOLS);
const ALGORITHM: Attribute = Attribute::new("lb_algorithm", ALGORITHMS);

/// A pool within the request for its balancer.
pub(super) const WITHIN: &[Attribute] = new_pool![PROTOCOL, ALGORITHM,];

const POST: Form = Form {
    argument: "pool_",
    key: "pool",
    first: "loadbalancer_id",
    attributes: new_pool![
        PROTOCOL.required(),
        ALGORITHM.required(),
        Attribute::new("listener_id", Type::Id),
        Attribute::new("loadbalancer_id", Type::Id),
        PROJECT,
        TENANT
    ],
};

const PUT: Form = Form {
    argument: "pool_",
    key: "pool",
    first: "tls_versions",
    attributes: &[
        NAME,
        DESCRIPTION,
        ENABLED,
        ALGORITHM,
        Attribute::new("session_persistence", PERSISTENCE),
        TAGS,
        Attribute::new("tls_container_ref", REF),
        Attribute::new("ca_tls_container_ref", REF),
        Attribute::new("crl_container_ref", REF),
        Attribute::new("tls_enabled", Type::Truth),
        Attribute::new("tls_ciphers", Type::Text(2048)),
        Attribute::new("tls_versions", Type::List(&Type::Text(32))),
        Attribute::new("alpn_protocols", Type::List(&ALPN)),
    ],
};

/// The ids of the listeners that lead to a pool: by default, or by a policy with rules.
pub(super) fn listeners(call: &Call<'_>, pool: &Document) -> Result<Vec<String>, Refusal> {
    let mut found: Vec<String> = ids(pool.get("default_listeners")).map(str::to_string).collect();
    for policy in l7policy::POLICY.all(call, ids(pool.get("l7policies")))? {
        let listener = policy.text("listener_id").to_string();
        let leads = l7policy::leads(&policy);
        if leads && !found.contains(&listener) {
            found.push(listener);
        }
    }
    Ok(found)
}

/// Notes in a pool who refers to it.
pub(super) fn refer(call: &Call<'_>, pool: &str, by: &str, id: &str) -> Result<(), Refusal> {
    let Some(mut pool) = call.transaction.find(POOL.kind.name, pool)? else { return Ok(()) };
    state::add(&mut pool, by, id);
    Ok(call.transaction.update(&pool)?)
}

/// Forgets who referred to a pool.
pub(super) fn drop_reference(
    call: &Call<'_>,
    pool: &str,
    by: &str,
    id: &str,
) -> Result<(), Refusal> {
    let Some(mut pool) = call.transaction.find(POOL.kind.name, pool)? else { return Ok(()) };
    if let Some(Value::Array(list)) = pool.fields.get_mut(by) {
        list.retain(|one| one["id"] != *id);
    }
    Ok(call.transaction.update(&pool)?)
}

/// Lets a pool forget at `end` who referred to it.
pub(super) fn forget_at(
    call: &Call<'_>,
    pool: &str,
    by: &str,
    id: &str,
    end: Moment,
) -> Result<(), Refusal> {
    let Some(mut pool) = call.transaction.find(POOL.kind.name, pool)? else { return Ok(()) };
    state::forget_at(&mut pool, by, id, end);
    Ok(call.transaction.update(&pool)?)
}

/// `POST /pools`
fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check_parameters(call, &[])?;
    let mut body = POST.read(call)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_string);
    let (balancer, listener) = (text("loadbalancer_id"), text("listener_id"));
    let listener = match &listener {
        Some(id) => call.transaction.find(listener::LISTENER.kind.name, id)?,
        None => None,
    };
    let by_listener = balancer.is_none();
    let balancer = match (balancer, &listener) {
        (Some(balancer), _) => balancer,
        (None, Some(listener)) => listener.text("load_balancer_id").to_string(),
        (None, None) if body.get("listener_id").is_some_and(Value::is_string) => {
            let message = "'NoneType' object has no attribute 'load_balancer_id'";
            return Err(Refusal::new(500, message));
        }
        (None, None) => {
            return Err(invalid("Must provide at least one of: loadbalancer_id, listener_id"));
        }
    };
    let balancer = state::find(call, &balancer)?;
    authorize(call, &balancer.owner)?;
    if let Some(listener) = listener.as_ref().filter(|_| by_listener) {
        let protocol = listener.text("protocol");
        listener_check::check_children(protocol)?;
        listener_check::check_pair(protocol, body["protocol"].as_str().unwrap_or_default())?;
    }
    persistence::check(body["protocol"].as_str().unwrap_or_default(), &body, None)?;
    quota::check(call, &POOL, &balancer.owner)?;
    if listener.as_ref().is_some_and(|one| !one.get("default_pool_id").is_null()) {
        return Err(Refusal::conflict("This listener already has a default pool"));
    }
    let mut taken = state::take(call, &balancer.id)?;
    for name in ["listener_id", "loadbalancer_id"] {
        body.shift_remove(name);
    }
    // Octavia takes these, and fails over them.
    let has_parts = ["members", "healthmonitor"].iter().any(|name| match body.get(*name) {
        Some(Value::Array(list)) => !list.is_empty(),
        Some(Value::Object(_)) => true,
        _ => false,
    });
    let end = taken.end;
    let pool = make(call, &mut taken.balancer, body, end)?;
    if has_parts {
        return Err(Refusal::new(500, "'dict' object has no attribute '_sa_instance_state'"));
    }
    call.transaction.update(&taken.balancer)?;
    let Some(mut listener) = listener else { return Ok(POOL.reply(call, 201, &pool)) };
    state::update_until(call, &mut listener, end);
    listener.set("default_pool_id", pool.id.clone());
    call.transaction.update(&listener)?;
    refer(call, &pool.id, "default_listeners", &listener.id)?;
    let pool = POOL.get(call, &pool.id)?;
    Ok(POOL.reply(call, 201, &pool))
}

/// Makes a pool of a balancer, which is there at `end`; its members and its monitor are made by others.
pub(super) fn make(
    call: &Call<'_>,
    balancer: &mut Document,
    mut body: Body,
    end: Moment,
) -> Result<Document, Refusal> {
    check_tls(&body)?;
    if body["tls_enabled"] == true {
        tls::check_lists(&body)?;
        tls::fill(&mut body);
    }
    for name in ["members", "healthmonitor"] {
        body.shift_remove(name);
    }
    let mut pool = POOL.document(call, &balancer.owner, body);
    pool.set("load_balancer_id", balancer.id.clone());
    for many in ["members", "default_listeners", "l7policies"] {
        pool.set(many, json!([]));
    }
    state::create_until(&mut pool, end);
    call.transaction.insert(&pool)?;
    state::add(balancer, "pools", &pool.id);
    Ok(pool)
}

fn check_tls(body: &Body) -> Result<(), Refusal> {
    let reference = |name: &str| {
        let value =
            body.get(name).filter(|value| value.as_str().is_some_and(|one| !one.is_empty()));
        value.cloned().into_iter().collect::<Vec<_>>()
    };
    let revocations = reference("crl_container_ref");
    let authorities = reference("ca_tls_container_ref");
    if !revocations.is_empty() && authorities.is_empty() {
        return Err(invalid(
            "A CA certificate reference is required to specify a revocation list.",
        ));
    }
    tls::check_references(&reference("tls_container_ref"))?;
    tls::check_references(&[authorities, revocations].concat())?;
    tls::check_ciphers(body)
}

/// `PUT /pools/{id}`
fn update(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check_parameters(call, &[])?;
    let mut body = PUT.read(call)?;
    let mut pool = POOL.own(call)?;
    // What it offers members within TLS is nothing, then.
    tls::reset(&mut body, &["tls_versions", "tls_ciphers"]);
    persistence::keep_type(&pool, &mut body);
    persistence::check(pool.text("protocol"), &body, Some(&pool))?;
    if body.get("crl_container_ref").is_some_and(Value::is_string)
        && body.get("ca_tls_container_ref").is_none_or(Value::is_null)
    {
        return Err(invalid(
            "A CA reference is required to specify a certificate revocation list.",
        ));
    }
    check_tls(&body)?;
    tls::check_lists(&body)?;
    let taken = state::take(call, pool.text("load_balancer_id"))?;
    let listeners = listeners(call, &pool)?;
    taken.touch(call, &listener::LISTENER, listeners.iter().map(String::as_str))?;
    state::update_until(call, &mut pool, taken.end);
    change(&mut pool, body);
    call.transaction.update(&pool)?;
    Ok(POOL.reply(call, 200, &pool))
}

/// `DELETE /pools/{id}`
fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check_deletion(call, &[])?;
    let mut pool = POOL.own(call)?;
    let policy = ids(pool.get("l7policies")).next();
    if let Some(policy) = policy {
        let id = &pool.id;
        return Err(Refusal::conflict(format!("Pool {id} is in use by L7 policy {policy}")));
    }
    let mut taken = state::take(call, pool.text("load_balancer_id"))?;
    let end = taken.end;
    let listeners = listeners(call, &pool)?;
    for mut listener in listener::LISTENER.all(call, listeners.iter().map(String::as_str))? {
        state::update_until(call, &mut listener, end);
        listener.set_later(end, json!({ "default_pool_id": null }));
        call.transaction.update(&listener)?;
    }
    let mut parts = member::MEMBER.all(call, ids(pool.get("members")))?;
    parts.extend(health_monitor::of_pool(call, &pool)?);
    for mut part in parts {
        part.gone_later(end);
        call.transaction.update(&part)?;
    }
    state::delete_until(call, &mut pool, end);
    call.transaction.update(&pool)?;
    taken.forget(call, "pools", &pool.id)?;
    Ok(Reply::empty(204))
}
