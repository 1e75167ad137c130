//! Values as Neutron reads them, and what it says of bad ones.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Value, json};

use super::attribute::Wrong;
use crate::call::Refusal;
use crate::check::python;

/// `Invalid input for operation: ...`
pub(super) fn invalid(message: impl std::fmt::Display) -> Refusal {
    Refusal::bad_request(format!("Invalid input for operation: {message}.")).named("InvalidInput")
}

fn reason(reason: impl Into<String>) -> Result<(), Wrong> {
    Err(Wrong::Reason(reason.into()))
}

/// A value between quotes, as Python's `'%s'` has it.
fn quoted(value: &Value) -> String {
    format!("'{}'", plain(value))
}

/// A value as Python's `%s` has it.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| python(value), str::to_string)
}

// Conversions

/// As it is.
pub(super) fn any(value: Value) -> Result<Value, Refusal> {
    Ok(value)
}

pub(super) fn boolean(value: Value) -> Result<Value, Refusal> {
    let text = plain(&value).trim().to_ascii_lowercase();
    match text.as_str() {
        "true" | "1" | "t" | "on" | "yes" | "y" => Ok(true.into()),
        "false" | "0" | "f" | "off" | "no" | "n" => Ok(false.into()),
        _ => Err(invalid(format!("{} cannot be converted to boolean", quoted(&value)))),
    }
}

pub(super) fn integer(value: Value) -> Result<Value, Refusal> {
    let number = match &value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Bool(truth) => Some(i64::from(*truth)),
        _ => None,
    };
    number.map(Value::from).ok_or_else(|| invalid(format!("{} is not an integer", quoted(&value))))
}

pub(super) fn lower_case(value: Value) -> Result<Value, Refusal> {
    match value {
        Value::String(text) => Ok(text.to_lowercase().into()),
        value => Err(invalid(format!("Input value {} must be string type", python(&value)))),
    }
}

/// `null` is an empty list.
pub(super) fn list(value: Value) -> Result<Value, Refusal> {
    Ok(if value.is_null() { json!([]) } else { value })
}

/// An IPv6 address in its short form; anything else as it is.
pub(super) fn short_address(value: Value) -> Result<Value, Refusal> {
    let short = value.as_str().and_then(|text| text.parse::<std::net::Ipv6Addr>().ok());
    Ok(short.map_or(value, |address| address.to_string().into()))
}

/// `10.0.0.5/24`, with the prefix if it was left out.
pub(super) fn cidr(value: Value) -> Result<Value, Refusal> {
    let Value::String(text) = &value else {
        // Neutron stumbles here.
        return Err(internal());
    };
    match network(text) {
        Some(network) => Ok(network.to_string().into()),
        None => Err(invalid(format!("{text} is not in a CIDR format"))),
    }
}

/// What Neutron says when it has stumbled.
pub(super) fn internal() -> Refusal {
    Refusal::new(500, "Request Failed: internal server error while processing your request.")
        .named("HTTPInternalServerError")
}

/// A network, or an address as a network of one.
pub(super) fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

// Checks

fn text(value: &Value, longest: usize) -> Result<(), Wrong> {
    match value {
        Value::String(text) if text.chars().count() <= longest => Ok(()),
        Value::String(text) => reason(format!("'{text}' exceeds maximum length of {longest}")),
        value => reason(format!("{} is not a valid string", quoted(value))),
    }
}

pub(super) fn text_255(value: &Value) -> Result<(), Wrong> {
    text(value, 255)
}

pub(super) fn text_64(value: &Value) -> Result<(), Wrong> {
    text(value, 64)
}

pub(super) fn text_36(value: &Value) -> Result<(), Wrong> {
    text(value, 36)
}

pub(super) fn text_or_null(value: &Value) -> Result<(), Wrong> {
    if value.is_null() { Ok(()) } else { text(value, 255) }
}

pub(super) fn not_negative(value: &Value) -> Result<(), Wrong> {
    match value.as_i64() {
        Some(number) if number < 0 => reason(format!("'{number}' should be non-negative")),
        _ => Ok(()),
    }
}

pub(super) fn uuid(value: &Value) -> Result<(), Wrong> {
    let good = value.as_str().is_some_and(|text| uuid::Uuid::try_parse(text).is_ok());
    if good { Ok(()) } else { reason(format!("{} is not a valid UUID", quoted(value))) }
}

pub(super) fn uuid_or_null(value: &Value) -> Result<(), Wrong> {
    if value.is_null() { Ok(()) } else { uuid(value) }
}

pub(super) fn object_or_null(value: &Value) -> Result<(), Wrong> {
    match value {
        Value::Null | Value::Object(_) => Ok(()),
        value => reason(format!("{} is not a dictionary", quoted(value))),
    }
}

/// A list without repetition.
fn unique(value: &Value) -> Result<&[Value], Wrong> {
    let Value::Array(items) = value else {
        return Err(Wrong::Reason(format!("{} is not a list", quoted(value))));
    };
    let repeated = items.iter().enumerate().filter(|(index, item)| items[..*index].contains(item));
    let mut repeated: Vec<_> = repeated.map(|(_, item)| plain(item)).collect();
    repeated.dedup();
    if repeated.is_empty() {
        return Ok(items);
    }
    Err(Wrong::Reason(format!("Duplicate items in the list: '{}'", repeated.join(", "))))
}

pub(super) fn uuids(value: &Value) -> Result<(), Wrong> {
    unique(value)?.iter().try_for_each(uuid)
}

pub(super) fn texts(value: &Value) -> Result<(), Wrong> {
    unique(value)?.iter().try_for_each(text_255)
}

/// One of a few values.
pub(super) fn one_of(value: &Value, words: &[&str]) -> Result<(), Wrong> {
    if value.as_str().is_some_and(|text| words.contains(&text)) {
        return Ok(());
    }
    reason(format!("{} is not in valid_values", plain(value)))
}

/// An IP address, said without leading zeros.
pub(super) fn address(value: &Value) -> Result<(), Wrong> {
    let good = value.as_str().is_some_and(|text| text.parse::<IpAddr>().is_ok());
    if good { Ok(()) } else { reason(format!("{} is not a valid IP address", quoted(value))) }
}

pub(super) fn address_or_null(value: &Value) -> Result<(), Wrong> {
    if value.is_null() { Ok(()) } else { address(value) }
}

/// A subnet whose prefix is said.
pub(super) fn subnet(value: &Value) -> Result<(), Wrong> {
    let network = value.as_str().and_then(network);
    match (network, value.as_str()) {
        (Some(_), Some(text)) if text.contains('/') => Ok(()),
        (Some(network), _) => reason(format!(
            "{} isn't a recognized IP subnet cidr, '{}' is recommended",
            quoted(value),
            network.trunc()
        )),
        _ => reason(format!("{} is not a valid IP subnet", quoted(value))),
    }
}

/// The destination of a route: its address is the first of the network.
fn destination(value: &Value) -> Result<(), Wrong> {
    match value.as_str().and_then(network) {
        None => reason(format!("{} is not a valid CIDR", quoted(value))),
        Some(network) if network.trunc() != network || !plain(value).contains('/') => {
            reason(format!(
                "{} is not a recognized CIDR, '{}' is recommended",
                quoted(value),
                network.trunc()
            ))
        }
        Some(network) if network.addr().is_loopback() => {
            reason(format!("{} is not a routable CIDR", quoted(value)))
        }
        Some(_) => Ok(()),
    }
}

/// A MAC address of six bytes in hexadecimal that names one card.
pub(super) fn mac(value: &Value) -> Result<(), Wrong> {
    let bytes = value.as_str().and_then(mac_bytes);
    match bytes {
        Some(bytes) if bytes != [0; 6] && bytes != [0xff; 6] => Ok(()),
        _ => reason(format!("{} is not a valid MAC address", quoted(value))),
    }
}

/// The bytes of `fa:16:3e:00:00:01` or `fa-16-3e-00-00-01`.
pub(super) fn mac_bytes(text: &str) -> Option<[u8; 6]> {
    let parts: Vec<_> = text.split([':', '-']).collect();
    let mut bytes = [0; 6];
    if parts.len() != bytes.len() {
        return None;
    }
    for (byte, part) in bytes.iter_mut().zip(parts) {
        if part.is_empty() || part.len() > 2 {
            return None;
        }
        *byte = u8::from_str_radix(part, 16).ok()?;
    }
    Some(bytes)
}

/// An object with exactly these keys.
fn keys(value: &Value, expected: [&str; 2], sorted: &str) -> Result<(), Wrong> {
    let Value::Object(object) = value else {
        let [first, second] = expected;
        return reason(format!(
            "Invalid input. {} must be a dictionary with keys: ['{first}', '{second}']",
            quoted(value)
        ));
    };
    if object.len() == expected.len() && expected.iter().all(|key| object.contains_key(*key)) {
        return Ok(());
    }
    let provided: Vec<_> = object.keys().map(|key| format!("'{key}'")).collect();
    let provided = match provided.as_slice() {
        [] => "set()".to_string(),
        keys => format!("{{{}}}", keys.join(", ")),
    };
    reason(format!(
        "Validation of dictionary's keys failed. Expected keys: {sorted} Provided keys: {provided}"
    ))
}

pub(super) fn pools(value: &Value) -> Result<(), Wrong> {
    let Value::Array(pools) = value else {
        return reason(format!("Invalid data format for IP pool: {}", quoted(value)));
    };
    pools.iter().try_for_each(|pool| {
        keys(pool, ["start", "end"], "{'end', 'start'}")?;
        address(&pool["start"])?;
        address(&pool["end"])
    })
}

pub(super) fn name_servers(value: &Value) -> Result<(), Wrong> {
    // A text is, for Neutron, a list of letters.
    let letters = |text: &String| text.chars().map(|c| c.to_string().into()).collect();
    let servers: Vec<Value> = match value {
        Value::Array(servers) => servers.clone(),
        Value::String(text) => letters(text),
        value => return reason(format!("Invalid data format for nameserver: {}", quoted(value))),
    };
    for (index, server) in servers.iter().enumerate() {
        if let Err(Wrong::Reason(why)) = address(server) {
            return reason(format!("{} is not a valid nameserver. {why}", quoted(server)));
        }
        if servers[..index].contains(server) {
            return reason(format!("Duplicate nameserver {}", quoted(server)));
        }
    }
    Ok(())
}

pub(super) fn routes(value: &Value) -> Result<(), Wrong> {
    let Value::Array(routes) = value else {
        return reason(format!("Invalid data format for hostroute: {}", quoted(value)));
    };
    for (index, route) in routes.iter().enumerate() {
        keys(route, ["destination", "nexthop"], "{'destination', 'nexthop'}")?;
        destination(&route["destination"])?;
        address(&route["nexthop"])?;
        if routes[..index].contains(route) {
            return reason(format!("Duplicate hostroute {}", quoted(route)));
        }
    }
    Ok(())
}

/// The name of a host, or of a domain with a dot at its end.
pub(super) fn host_name(value: &Value) -> Result<(), Wrong> {
    let text = value.as_str().unwrap_or_default();
    if text.is_empty() {
        return Ok(());
    }
    let bad = |why: String| reason(format!("'{text}' not a valid PQDN or FQDN. Reason: {why}"));
    let trimmed = text.strip_suffix('.').unwrap_or(text);
    if trimmed.len() > 255 {
        return bad(format!("'{trimmed}' exceeds the 255 character FQDN limit"));
    }
    for label in trimmed.split('.') {
        if label.is_empty() {
            return bad("Encountered an empty component".into());
        }
        if label.starts_with('-') || label.ends_with('-') {
            return bad(format!("Name '{label}' must not start or end with a hyphen"));
        }
        if label.len() > 63 || !label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return bad(format!(
                "Name '{label}' must be 1-63 characters long, each of which can only be \
                 alphanumeric or a hyphen"
            ));
        }
    }
    Ok(())
}

/// The name of a domain, with a dot at its end.
pub(super) fn domain(value: &Value) -> Result<(), Wrong> {
    text_255(value)?;
    match value.as_str() {
        None | Some("") => Ok(()),
        Some(name) if !name.ends_with('.') => reason(format!("'{name}' is not a FQDN")),
        Some(_) => host_name(value),
    }
}
