//! Health monitors: how a pool finds out which of its members can work.

use serde_json::{Value, json};

use super::attribute::{
    Attribute, ENABLED, NAME, PROJECT, Pattern, TAGS, TENANT, Type, is_url_path, yes,
};
use super::body::{Form, missing_argument, text};
use super::noun::{self, Body, Column, ID, Noun, change};
use super::{
    authorize, check_deletion, check_parameters, invalid, invalid_option, member, pool, quota,
    state,
};
use crate::call::{Call, Refusal, Reply};
use crate::kind::Field;
use crate::service::{Handler, Route};
use crate::store::Document;
use crate::time::Moment;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/healthmonitors", Handler::Read(|call| MONITOR.list(call))),
    Route::post("/healthmonitors", Handler::Write(create)),
    Route::put("/healthmonitors", Handler::Read(|_| Err(missing_argument("id")))),
    Route::delete("/healthmonitors", Handler::Read(|_| Err(missing_argument("id")))),
    Route::get("/healthmonitors/{id}", Handler::Read(|call| MONITOR.show(call))),
    Route::put("/healthmonitors/{id}", Handler::Write(update)),
    Route::delete("/healthmonitors/{id}", Handler::Write(delete)),
];

const FIELDS: &[Field] = &[
    ID,
    Field::new("name"),
    Field::new("type"),
    Field::new("delay"),
    Field::new("timeout"),
    Field::new("max_retries"),
    Field::new("max_retries_down"),
    Field::new("http_method"),
    Field::new("url_path"),
    Field::new("expected_codes"),
    Field::new("admin_state_up"),
    noun::PROJECT,
    Field::made("pools", |_, monitor| json!([{ "id": monitor.get("pool_id") }])),
    Field::new("provisioning_status"),
    Field::new("operating_status"),
    Field::new("created_at"),
    Field::new("updated_at"),
    Field::new("tags"),
    Field::new("http_version"),
    Field::new("domain_name"),
    noun::TENANT,
];

pub(super) static MONITOR: Noun = Noun {
    kind: noun::kind("lb_health_monitor", "healthmonitor", "healthmonitors", FIELDS),
    called: "Health Monitor",
    columns: &[
        Column::new("id"),
        Column::new("project_id"),
        Column::new("name"),
        Column::new("type"),
        Column::new("pool_id"),
        Column::new("delay"),
        Column::new("timeout"),
        Column::new("max_retries").stored("rise_threshold"),
        Column::new("max_retries_down").stored("fall_threshold"),
        Column::new("http_method"),
        Column::new("url_path"),
        Column::new("expected_codes"),
        noun::ENABLED,
        Column::new("provisioning_status"),
        Column::new("operating_status"),
        Column::new("created_at"),
        Column::new("updated_at"),
        Column::new("http_version"),
        Column::new("domain_name"),
    ],
};

const TYPES: Type =
    Type::Words(&["HTTP", "HTTPS", "PING", "TCP", "TLS-HELLO", "UDP-CONNECT", "SCTP"]);
/// In seconds.
const TIME: Type = Type::Integer { min: 0, max: i64::MAX };
const RETRIES: Type = Type::Integer { min: 1, max: 10 };
const METHODS: Type =
    Type::Words(&["GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "OPTIONS", "CONNECT", "PATCH"]);
const PATH: Type = Type::Fitting(is_url_path, "Value must be a valid URL Path string");
const CODES: Type = Type::Pattern(Pattern {
    min: 0,
    max: usize::MAX,
    shown: r"^(\d{3}(\s*,\s*\d{3})*)$|^(\d{3}-\d{3})$",
    fits: |text| {
        let is_code = |code: &str| code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit());
        text.split(',').all(|code| is_code(code.trim()))
            || text.split_once('-').is_some_and(|(from, to)| is_code(from) && is_code(to))
    },
});
const DOMAIN: Type = Type::Pattern(Pattern {
    min: 1,
    max: 255,
    shown: r"^(?=.{1,253}\.?$)(?:(?!-|[^.]+_)[A-Za-z0-9-_]{1,63}(?<!-)(?:\.|$))+$",
    fits: |text| {
        text.strip_suffix('.').unwrap_or(text).split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && !label.chars().skip(1).any(|c| c == '_')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        })
    },
});

/// What can be said of a monitor when it is made.
macro_rules! new_monitor {
    ($($more:expr),*) => {
        &[
            NAME,
            Attribute::new("type", TYPES).required(),
            Attribute::new("delay", TIME).required(),
            Attribute::new("timeout", TIME).required(),
            Attribute::new("max_retries_down", RETRIES).or(|| 3.into()),
            Attribute::new("max_retries", RETRIES).required(),
            Attribute::new("http_method", METHODS),
            Attribute::new("url_path", PATH),
            Attribute::new("expected_codes", CODES),
            ENABLED.or(yes),
            $($more,)*
            TAGS,
            Attribute::new("http_version", Type::HttpVersion),
            Attribute::new("domain_name", DOMAIN),
        ]
    };
}

/// A monitor within the request for its pool.
pub(super) const WITHIN: &[Attribute] = new_monitor![];

const POST: Form = Form {
    argument: "health_monitor_",
    key: "healthmonitor",
    first: "pool_id",
    attributes: new_monitor![PROJECT, Attribute::new("pool_id", Type::Id).required(), TENANT],
};

const PUT: Form = Form {
    argument: "health_monitor_",
    key: "healthmonitor",
    first: "delay",
    attributes: &[
        NAME,
        Attribute::new("delay", TIME),
        Attribute::new("timeout", TIME),
        Attribute::new("max_retries_down", RETRIES),
        Attribute::new("max_retries", RETRIES),
        Attribute::new("http_method", METHODS),
        Attribute::new("url_path", PATH),
        Attribute::new("expected_codes", CODES),
        ENABLED,
        TAGS,
        Attribute::new("http_version", Type::HttpVersion),
        Attribute::new("domain_name", DOMAIN),
    ],
};

/// What only a monitor that speaks HTTP has, and what goes without saying.
const OF_HTTP: &[(&str, &str)] =
    &[("http_method", "GET"), ("url_path", "/"), ("expected_codes", "200")];

/// The monitor of a pool, if it has one.
pub(super) fn of_pool(call: &Call<'_>, pool: &Document) -> Result<Option<Document>, Refusal> {
    match pool.get("healthmonitor_id").as_str() {
        Some(id) => Ok(call.transaction.find(MONITOR.kind.name, id)?),
        None => Ok(None),
    }
}

/// `POST /healthmonitors`
fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check_parameters(call, &[])?;
    let mut body = POST.read(call)?;
    let id = body.shift_remove("pool_id").unwrap_or_default();
    let mut pool = pool::POOL.get(call, id.as_str().unwrap_or_default())?;
    authorize(call, &pool.owner)?;
    check_pair(&pool, body["type"].as_str().unwrap_or_default(), &body)?;
    quota::check(call, &MONITOR, &pool.owner)?;
    let taken = member::take(call, &mut pool)?;
    let monitor = make(call, &mut pool, body, taken.end)?;
    call.transaction.update(&pool)?;
    Ok(MONITOR.reply(call, 201, &monitor))
}

/// Refuses a monitor that does not go with the pool.
fn check_pair(pool: &Document, kind: &str, body: &Body) -> Result<(), Refusal> {
    let protocol = pool.text("protocol");
    let of_packets = ["UDP-CONNECT", "SCTP"];
    if !matches!(protocol, "UDP" | "SCTP") {
        if of_packets.contains(&kind) {
            return Err(invalid(format!(
                "The {kind} type is only supported for pools of type UDP/SCTP."
            )));
        }
        return Ok(());
    }
    if !(of_packets.contains(&kind) || ["TCP", "HTTP"].contains(&kind)) {
        return Err(invalid(format!(
            "The associated pool protocol is {protocol}, so only a UDP-CONNECT/SCTP/TCP/HTTP health \
             monitor is supported."
        )));
    }
    match body.get("delay").and_then(Value::as_i64) {
        Some(delay) if kind == "UDP-CONNECT" && delay < 3 => Err(invalid(format!(
            "The request delay value {delay} should be larger than 3 for UDP-CONNECT health monitor \
             type."
        ))),
        _ => Ok(()),
    }
}

/// Makes the monitor of a pool, which is there at `end`.
pub(super) fn make(
    call: &Call<'_>,
    pool: &mut Document,
    mut body: Body,
    end: Moment,
) -> Result<Document, Refusal> {
    for name in ["type", "delay", "timeout", "max_retries"] {
        if body.get(name).is_none_or(Value::is_null) {
            return Err(invalid_option("None", name));
        }
    }
    let kind = body["type"].as_str().unwrap_or_default().to_string();
    let speaks_http = matches!(kind.as_str(), "HTTP" | "HTTPS");
    for (name, default) in OF_HTTP {
        let is_set = body.get(*name).is_some_and(|value| !value.is_null());
        if is_set && !speaks_http {
            return Err(invalid_option(name, format!("health monitors of type {kind}")));
        }
        if !is_set && speaks_http {
            body.insert((*name).into(), (*default).into());
        }
    }
    check_domain(&body, &Body::new())?;
    if !pool.get("healthmonitor_id").is_null() {
        return Err(Refusal::conflict("This pool already has a health monitor"));
    }
    let mut monitor = MONITOR.document(call, &pool.owner, body);
    monitor.set("pool_id", pool.id.clone());
    state::create_until(&mut monitor, end);
    call.transaction.insert(&monitor)?;
    pool.set("healthmonitor_id", monitor.id.clone());
    Ok(monitor)
}

/// A domain can be named from HTTP 1.1 on. `before`: what is known already.
fn check_domain(body: &Body, before: &Body) -> Result<(), Refusal> {
    let known = |name: &str| {
        let set = |body: &Body| body.get(name).filter(|value| !value.is_null()).cloned();
        set(body).or_else(|| set(before))
    };
    let has_domain = body.get("domain_name").is_some_and(|name| !name.is_null());
    match known("http_version") {
        None if has_domain => {
            Err(invalid("'http_version' must be specified when 'domain_name' is provided."))
        }
        Some(version) if version == 1.0 && known("domain_name").is_some() => Err(invalid_option(
            format!("http_version {}", text(&version)),
            "health monitors HTTP 1.1 domain name health check",
        )),
        _ => Ok(()),
    }
}

/// `PUT /healthmonitors/{id}`
fn update(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check_parameters(call, &[])?;
    let mut body = PUT.read(call)?;
    let mut monitor = MONITOR.own(call)?;
    let mut pool = pool::POOL.get(call, monitor.text("pool_id"))?;
    let kind = monitor.text("type").to_string();
    let speaks_http = matches!(kind.as_str(), "HTTP" | "HTTPS");
    for (name, default) in OF_HTTP {
        let Some(value) = body.get_mut(*name) else { continue };
        if !speaks_http {
            return Err(invalid_option(name, format!("health monitors of type {kind}")));
        }
        if value.is_null() {
            *value = (*default).into();
        }
    }
    for name in ["delay", "max_retries", "timeout"] {
        if body.get(name).is_some_and(Value::is_null) {
            return Err(invalid_option("None", name));
        }
    }
    check_domain(&body, &monitor.fields)?;
    check_pair(&pool, &kind, &body)?;
    if body.get("max_retries_down").is_some_and(Value::is_null) {
        body.insert("max_retries_down".into(), 3.into());
    }
    let taken = member::take(call, &mut pool)?;
    change(&mut monitor, body);
    state::update_until(call, &mut monitor, taken.end);
    call.transaction.update(&monitor)?;
    Ok(MONITOR.reply(call, 200, &monitor))
}

/// `DELETE /healthmonitors/{id}`
fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check_deletion(call, &[])?;
    let mut monitor = MONITOR.own(call)?;
    let mut pool = pool::POOL.get(call, monitor.text("pool_id"))?;
    let taken = member::take(call, &mut pool)?;
    state::delete_until(call, &mut monitor, taken.end);
    call.transaction.update(&monitor)?;
    pool.set_later(taken.end, json!({ "healthmonitor_id": null }));
    call.transaction.update(&pool)?;
    for mut member in member::MEMBER.all(call, super::ids(pool.get("members")))? {
        member.set_later(taken.end, json!({ "operating_status": "NO_MONITOR" }));
        call.transaction.update(&member)?;
    }
    Ok(Reply::empty(204))
}
