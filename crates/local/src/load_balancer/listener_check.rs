//! What is looked at before a listener is made or changed.

use serde_json::{Map, Value};

use super::noun::Body;
use super::{ids, invalid, invalid_option, tls};
use crate::call::{Call, Refusal};
use crate::check::python;
use crate::store::Document;

/// Headers that can be added to requests; some only where the balancer ends TLS.
const HEADERS: &[&str] = &["X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto"];
const TLS_HEADERS: &[&str] = &[
    "X-SSL-Client-Verify",
    "X-SSL-Client-Has-Cert",
    "X-SSL-Client-DN",
    "X-SSL-Client-CN",
    "X-SSL-Issuer",
    "X-SSL-Client-SHA1",
    "X-SSL-Client-Not-Before",
    "X-SSL-Client-Not-After",
];

/// Refuses a pool's protocol that does not go with a listener's.
pub(super) fn check_pair(listener: &str, pool: &str) -> Result<(), Refusal> {
    let fitting: &[&str] = match listener {
        "TCP" => &["HTTP", "HTTPS", "PROXY", "PROXYV2", "TCP"],
        "HTTP" | "TERMINATED_HTTPS" => &["HTTP", "PROXY", "PROXYV2"],
        "HTTPS" => &["HTTPS", "PROXY", "PROXYV2", "TCP"],
        "UDP" => &["UDP"],
        "SCTP" => &["SCTP"],
        _ => &[],
    };
    if fitting.contains(&pool) {
        return Ok(());
    }
    Err(invalid(format!(
        "The pool protocol '{pool}' is invalid while the listener protocol is '{listener}'."
    )))
}

/// Refuses pools and policies for a listener that only tells how the balancer is.
pub(super) fn check_children(protocol: &str) -> Result<(), Refusal> {
    if protocol != "PROMETHEUS" {
        return Ok(());
    }
    let message = format!("Protocol {protocol} listeners cannot have child objects.");
    Err(Refusal::bad_request(message))
}

fn is_set(body: &Body, name: &str) -> bool {
    match body.get(name) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(list)) => !list.is_empty(),
        Some(Value::Object(map)) => !map.is_empty(),
        Some(_) => true,
    }
}

fn has_certificates(body: &Body) -> bool {
    is_set(body, "default_tls_container_ref") || is_set(body, "sni_container_refs")
}

/// The references to certificates, those by name first.
fn certificates(body: &Body) -> Vec<Value> {
    let mut all =
        body.get("sni_container_refs").and_then(Value::as_array).cloned().unwrap_or_default();
    if is_set(body, "default_tls_container_ref") {
        all.push(body["default_tls_container_ref"].clone());
    }
    all
}

/// Checks what is said of a new listener.
pub(super) fn check_new(body: &Body) -> Result<(), Refusal> {
    let protocol = body["protocol"].as_str().unwrap_or_default();
    let certified = has_certificates(body);
    let ends_tls = protocol == "TERMINATED_HTTPS" || (protocol == "PROMETHEUS" && certified);
    if let Some(Value::Object(headers)) = body.get("insert_headers")
        && !headers.is_empty()
    {
        check_headers(headers, protocol, true)?;
    }
    if matches!(protocol, "UDP" | "SCTP") && (certified || is_set(body, "insert_headers")) {
        return Err(invalid(format!("{protocol} protocol listener does not support TLS.")));
    }
    if !ends_tls && certified {
        return Err(invalid(format!(
            "Certificate container references are not allowed on {protocol} protocol listeners."
        )));
    }
    if is_set(body, "client_ca_tls_container_ref") && !certified {
        return Err(invalid(
            "An SNI or default certificate container reference must be provided with a client CA \
             container reference.",
        ));
    }
    if ends_tls && !certified {
        return Err(invalid(format!(
            "An SNI or default certificate container reference must be provided for {protocol} \
             protocol listeners."
        )));
    }
    check_client_authentication(body, body)?;
    tls::check_ciphers(body)?;
    tls::check_references(&certificates(body))?;
    if ends_tls { tls::check_lists(body) } else { Ok(()) }
}

/// Whoever asks clients for certificates has to say whose certificates are good.
fn check_client_authentication(body: &Body, known: &Body) -> Result<(), Refusal> {
    // Octavia takes `null` for a way of asking, too.
    let mode =
        body.get("client_authentication").map_or("NONE", |mode| mode.as_str().unwrap_or("None"));
    let has_ca =
        is_set(body, "client_ca_tls_container_ref") || is_set(known, "client_ca_tls_container_ref");
    if mode != "NONE" && !has_ca {
        return Err(invalid(format!(
            "Client authentication setting {mode} requires a client CA container reference."
        )));
    }
    if is_set(body, "client_crl_container_ref") && !has_ca {
        return Err(invalid(
            "A client authentication CA reference is required to specify a client authentication \
             revocation list.",
        ));
    }
    Ok(())
}

/// Refuses headers that cannot be added. `is_new`: those of a new listener are printed otherwise.
fn check_headers(
    headers: &Map<String, Value>,
    protocol: &str,
    is_new: bool,
) -> Result<(), Refusal> {
    if !matches!(protocol, "HTTP" | "TERMINATED_HTTPS") {
        let option = format!("a {protocol} protocol listener.");
        return Err(invalid_option("insert-headers", option));
    }
    let names: Value = headers.keys().cloned().collect();
    let is_known = |name: &str| HEADERS.contains(&name) || TLS_HEADERS.contains(&name);
    if headers.keys().any(|name| !is_known(name)) {
        let names = python(&names);
        let shown = if is_new { format!("dict_keys({names})") } else { names };
        return Err(invalid_option(shown, "insert_headers"));
    }
    let of_tls: Value =
        headers.keys().filter(|name| TLS_HEADERS.contains(&name.as_str())).cloned().collect();
    if protocol == "HTTP" && of_tls != Value::Array(Vec::new()) {
        return Err(invalid_option(python(&of_tls), format!("{protocol} protocol listener.")));
    }
    Ok(())
}

/// Refuses a port that another listener of the balancer has, if both take the same kind of packets.
pub(super) fn check_port(call: &Call<'_>, balancer: &Document, body: &Body) -> Result<(), Refusal> {
    let carrier = |protocol: &str| match protocol {
        "UDP" => "UDP",
        "SCTP" => "SCTP",
        _ => "TCP",
    };
    let own = carrier(body["protocol"].as_str().unwrap_or_default());
    let port = &body["protocol_port"];
    for other in super::listener::LISTENER.all(call, ids(balancer.get("listeners")))? {
        let protocol = other.text("protocol");
        if other.get("protocol_port") == port && carrier(protocol) == own {
            return Err(Refusal::conflict(format!(
                "Another Listener on this Load Balancer is already using protocol {protocol} and \
                 protocol_port {port}"
            )));
        }
    }
    Ok(())
}

/// Refuses ranges of another version than the balancer's address.
pub(super) fn check_cidrs(balancer: &Document, body: &Body) -> Result<(), Refusal> {
    let vip = balancer.text("vip_address");
    let is_v6 = |text: &str| text.contains(':');
    let cidrs = body.get("allowed_cidrs").and_then(Value::as_array).into_iter().flatten();
    for cidr in cidrs.filter_map(Value::as_str) {
        if is_v6(cidr) != is_v6(vip) {
            return Err(invalid(format!(
                "CIDR {cidr} IP version incompatible with VIP {vip} IP version."
            )));
        }
    }
    Ok(())
}

/// Checks what is to be changed of a listener.
pub(super) fn check_change(
    listener: &Document,
    balancer: &Document,
    body: &Body,
) -> Result<(), Refusal> {
    let protocol = listener.text("protocol");
    let certified = has_certificates(body);
    if matches!(protocol, "UDP" | "SCTP") && (certified || is_set(body, "insert_headers")) {
        return Err(invalid(format!(
            "{protocol} protocol listener does not support TLS or header insertion."
        )));
    }
    let ends_tls = matches!(protocol, "TERMINATED_HTTPS" | "PROMETHEUS");
    if !ends_tls && certified {
        return Err(invalid(format!(
            "Certificate container references are not allowed on {protocol} protocol listeners."
        )));
    }
    check_client_authentication(body, &listener.fields)?;
    if let Some(Value::Object(headers)) = body.get("insert_headers")
        && !headers.is_empty()
    {
        check_headers(headers, protocol, false)?;
    }
    tls::check_references(&certificates(body))?;
    let authorities = ["client_ca_tls_container_ref", "client_crl_container_ref"];
    let authorities = authorities.iter().filter(|name| is_set(body, name));
    tls::check_references(&authorities.map(|name| body[*name].clone()).collect::<Vec<_>>())?;
    check_cidrs(balancer, body)?;
    tls::check_ciphers(body)?;
    tls::check_lists(body)
}
