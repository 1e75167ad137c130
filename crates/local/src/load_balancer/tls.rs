//! TLS: references to certificates, ciphers, versions and protocols. There is no store of certificates
//! (Barbican), so that no reference leads anywhere.

use serde_json::{Value, json};

use super::attribute::Type;
use super::invalid;
use super::noun::Body;
use crate::call::Refusal;
use crate::check::python;

const PROTOCOLS: &[&str] = &["h2", "http/1.1", "http/1.0"];
const VERSIONS: &[&str] = &["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
const CIPHERS: &str = "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:\
                       DHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256:\
                       ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:\
                       DHE-RSA-AES256-SHA256:DHE-RSA-AES128-SHA256:ECDHE-RSA-AES256-SHA384:\
                       ECDHE-RSA-AES128-SHA256";

pub(super) const ALPN: Type =
    Type::Fitting(|text| PROTOCOLS.contains(&text), "Value should be a valid ALPN protocol ID");
pub(super) const CLIENT_AUTH: Type = Type::Words(&["NONE", "OPTIONAL", "MANDATORY"]);

fn default(name: &str) -> Value {
    match name {
        "tls_ciphers" => CIPHERS.into(),
        "tls_versions" => json!(["TLSv1.2", "TLSv1.3"]),
        _ => json!(PROTOCOLS),
    }
}

pub(super) const NAMES: [&str; 3] = ["tls_ciphers", "tls_versions", "alpn_protocols"];

/// Says of something with TLS what goes without saying.
pub(super) fn fill(body: &mut Body) {
    for name in NAMES {
        if body.get(name).is_none_or(Value::is_null) {
            body.insert(name.into(), default(name));
        }
    }
}

/// Puts the usual in the place of `null`, for these of the names.
pub(super) fn reset(body: &mut Body, names: &[&str]) {
    for &name in names {
        if body.get(name).is_some_and(Value::is_null) {
            body.insert(name.into(), default(name));
        }
    }
}

/// Refuses references: there is nothing that they could lead to.
pub(super) fn check_references(references: &[Value]) -> Result<(), Refusal> {
    if references.is_empty() {
        return Ok(());
    }
    let references = python(&references.to_vec().into());
    Err(Refusal::bad_request(format!("Could not retrieve certificate: {references}")))
}

/// Checks the form of a list of ciphers.
pub(super) fn check_ciphers(body: &Body) -> Result<(), Refusal> {
    let Some(text) = body.get("tls_ciphers").and_then(Value::as_str) else { return Ok(()) };
    let is_good = |c: char| c.is_ascii_alphanumeric() || "-+!:@=_.".contains(c);
    if text.is_empty() || text.chars().all(is_good) {
        return Ok(());
    }
    Err(invalid(
        "Invalid characters in cipher string. Only alphanumeric, -, +, !, :, @, =, _, and . are \
         allowed.",
    ))
}

/// Checks the lists of versions and protocols.
pub(super) fn check_lists(body: &Body) -> Result<(), Refusal> {
    let list = |name: &str| body.get(name).and_then(Value::as_array);
    if let Some(versions) = list("tls_versions") {
        if versions.is_empty() {
            return Err(invalid(
                "Empty TLS version list. Either specify at least one TLS version or remove this \
                 parameter to use the default.",
            ));
        }
        let texts = versions.iter().filter_map(Value::as_str);
        let unknown: Vec<_> = texts.filter(|version| !VERSIONS.contains(version)).collect();
        if !unknown.is_empty() {
            return Err(invalid(format!("Invalid TLS versions: {}", unknown.join(", "))));
        }
    }
    if list("alpn_protocols").is_some_and(Vec::is_empty) {
        return Err(invalid(
            "Empty ALPN protocol list. Either specify at least one ALPN protocol or remove this \
             parameter to use the default.",
        ));
    }
    Ok(())
}
