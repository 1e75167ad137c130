//! How a pool finds the member again that a client had before.

use serde_json::Value;

use super::invalid;
use super::noun::Body;
use crate::call::Refusal;
use crate::store::Document;

/// Lets a change that does not speak of the type keep it.
pub(super) fn keep_type(pool: &Document, body: &mut Body) {
    let old = pool.get("session_persistence")["type"].clone();
    if let Some(Value::Object(wish)) = body.get_mut("session_persistence")
        && wish.get("type").is_none_or(Value::is_null)
        && !old.is_null()
    {
        wish.insert("type".into(), old);
    }
}

/// Checks what is said of a pool's persistence. `pool`: the one that is to be changed.
pub(super) fn check(protocol: &str, body: &Body, pool: Option<&Document>) -> Result<(), Refusal> {
    let Some(Value::Object(wish)) = body.get("session_persistence") else { return Ok(()) };
    let is_set = |name: &str| match wish.get(name) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Number(number)) => number.as_i64() != Some(0),
        Some(_) => true,
    };
    let kind = wish.get("type").and_then(Value::as_str).unwrap_or_default();
    if matches!(protocol, "UDP" | "SCTP") {
        check_packets(kind, is_set("cookie_name"))?;
    } else if is_set("persistence_timeout") || is_set("persistence_granularity") {
        let protocols = if pool.is_some() { "UDP" } else { "UDP and SCTP" };
        return Err(invalid(format!(
            "persistence_timeout and persistence_granularity is only for {protocols} protocol pools."
        )));
    }
    let Some(name) =
        wish.get("cookie_name").and_then(Value::as_str).filter(|_| is_set("cookie_name"))
    else {
        if kind == "APP_COOKIE" {
            return Err(invalid(
                "Field \"cookie_name\" must be specified when using the \"APP_COOKIE\" session \
                 persistence type.",
            ));
        }
        return Ok(());
    };
    if kind != "APP_COOKIE" {
        return Err(invalid(
            "Field \"cookie_name\" can only be specified with session persistence of type \
             \"APP_COOKIE\".",
        ));
    }
    let is_bad = |c: char| c <= ' ' || "\"(),/:;<=>?@[\\]{}\u{7f}".contains(c);
    if name.contains(is_bad) {
        return Err(invalid("Supplied \"cookie_name\" is invalid."));
    }
    Ok(())
}

/// Packets have no cookies.
fn check_packets(kind: &str, has_cookie: bool) -> Result<(), Refusal> {
    if kind == "SOURCE_IP" && has_cookie {
        return Err(invalid(format!(
            "session_persistence {kind} type for UDP and SCTP protocols only accepts: type, \
             persistence_timeout, persistence_granularity."
        )));
    }
    if has_cookie {
        return Err(invalid("Cookie names are not supported for UDP/SCTP pools."));
    }
    if matches!(kind, "HTTP_COOKIE" | "APP_COOKIE") {
        return Err(invalid(format!(
            "Session persistence of type {kind} is not supported for UDP/SCTP protocol pools."
        )));
    }
    Ok(())
}
