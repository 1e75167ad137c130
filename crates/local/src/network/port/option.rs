//! What ports can be told: addresses, other addresses that they may use, options of DHCP.

use serde_json::{Value, json};

use crate::call::Refusal;
use crate::check::python;
use crate::network::attribute::Wrong;
use crate::network::value::{self, address, invalid, plain, subnet};

fn reason(reason: String) -> Result<(), Wrong> {
    Err(Wrong::Reason(reason))
}

/// `fixed_ips` of a request.
pub(in crate::network) fn fixed_ips(value: &Value) -> Result<(), Wrong> {
    let bad =
        |value: &Value| reason(format!("Invalid data format for fixed IP: '{}'", plain(value)));
    let Value::Array(wishes) = value else { return bad(value) };
    let mut seen = Vec::new();
    for wish in wishes {
        if !wish.is_object() {
            return bad(wish);
        }
        if let Some(ip) = wish.get("ip_address") {
            if seen.contains(&ip) {
                return reason(format!("Duplicate IP address '{}'", plain(ip)));
            }
            address(ip)?;
            seen.push(ip);
        }
        if let Some(id) = wish.get("subnet_id") {
            value::uuid(id)?;
        }
    }
    Ok(())
}

/// `fixed_ips=ip_address=10.0.0.5` of a list's query.
pub(super) fn fixed_ip_filter(value: Value) -> Result<Value, Refusal> {
    let text = value.as_str().unwrap_or_default();
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok(json!({ "name": name.trim(), "value": value.trim() }))
        }
        _ => Err(invalid(format!("'{text}' is not of the form <key>=[value]"))),
    }
}

/// Whether an address of the port is what the filters say. Filters of one name are alternatives.
pub(super) fn has_fixed_ip(fixed_ips: &Value, filters: &[Value]) -> bool {
    let fits = |fixed: &Value, name: &str| {
        let mut named = filters.iter().filter(|filter| filter["name"] == *name).peekable();
        named.peek().is_none()
            || named.any(|filter| {
                let wanted = filter["value"].as_str().unwrap_or_default();
                match name {
                    "ip_address_substr" => {
                        fixed["ip_address"].as_str().is_some_and(|own| own.contains(wanted))
                    }
                    name => fixed[name] == *wanted,
                }
            })
    };
    let known = ["ip_address", "subnet_id", "ip_address_substr"];
    let any_known = filters.iter().any(|filter| known.iter().any(|name| filter["name"] == **name));
    !any_known
        || fixed_ips
            .as_array()
            .into_iter()
            .flatten()
            .any(|fixed| known.iter().all(|name| fits(fixed, name)))
}

/// `allowed_address_pairs` of a request.
pub(super) fn address_pairs(value: &Value) -> Result<(), Wrong> {
    let refuse = |message: String| Err(Wrong::Refused(Refusal::bad_request(message)));
    // Here Neutron leaves out which attribute it is about.
    let bare = |wrong| match wrong {
        Wrong::Reason(reason) => Wrong::Refused(Refusal::bad_request(reason)),
        refused @ Wrong::Refused(_) => refused,
    };
    let Value::Array(pairs) = value else {
        return refuse("Allowed address pairs must be a list.".into());
    };
    for (index, pair) in pairs.iter().enumerate() {
        let Value::Object(members) = pair else {
            return reason(format!("'{}' is not a dictionary", plain(pair)));
        };
        if let Some(mac) = members.get("mac_address") {
            value::mac(mac).map_err(bare)?;
        }
        let Some(ip) = members.get("ip_address") else {
            let message = "AllowedAddressPair must contain ip_address";
            let refusal = Refusal::bad_request(message).named("AllowedAddressPairsMissingIP");
            return Err(Wrong::Refused(refusal));
        };
        if pairs[..index].contains(pair) {
            let message = format!(
                "Request contains duplicate address pair: mac_address {} ip_address {}.",
                plain(&pair["mac_address"]),
                plain(ip)
            );
            let refusal = Refusal::bad_request(message).named("DuplicateAddressPairInRequest");
            return Err(Wrong::Refused(refusal));
        }
        let others =
            members.keys().filter(|name| !matches!(name.as_str(), "mac_address" | "ip_address"));
        let others: Vec<_> = others.map(String::as_str).collect();
        if !others.is_empty() {
            return refuse(format!("Unrecognized attribute(s) '{}'", others.join(", ")));
        }
        let is_range = ip.as_str().is_some_and(|ip| ip.contains('/'));
        if is_range { subnet(ip) } else { address(ip) }.map_err(bare)?;
    }
    Ok(())
}

/// Address pairs as they are kept: with the port's own MAC address where none is said.
pub(super) fn full_pairs(pairs: &Value, own_mac: &Value) -> Value {
    let full = |pair: &Value| {
        let mac = pair.get("mac_address").unwrap_or(own_mac);
        json!({ "mac_address": mac, "ip_address": pair["ip_address"] })
    };
    pairs.as_array().into_iter().flatten().map(full).collect()
}

/// `extra_dhcp_opts` of a request.
pub(super) fn dhcp_options(value: &Value) -> Result<(), Wrong> {
    let refuse = |message: String| Err(Wrong::Refused(invalid(message)));
    let options = match value {
        Value::Null => return Ok(()),
        Value::Array(options) => options,
        other => return refuse(format!("'{}' is not a list", plain(other))),
    };
    let is_line = |value: &Value, longest: usize| {
        value.as_str().is_some_and(|text| {
            !text.trim().is_empty() && text.len() <= longest && text.lines().count() == 1
        })
    };
    for option in options {
        let members = option.as_object();
        let known = ["opt_name", "opt_value", "ip_version"];
        let only_known = members
            .is_some_and(|members| members.keys().all(|name| known.contains(&name.as_str())));
        let version =
            option.get("ip_version").and_then(|version| value::integer(version.clone()).ok());
        let good = only_known
            && is_line(&option["opt_name"], 64)
            && option.get("opt_value").is_some_and(|text| text.is_null() || is_line(text, 255))
            && (option.get("ip_version").is_none() || version.is_some_and(|v| v == 4 || v == 6));
        if !good {
            return refuse(format!("No valid key specs matched for: {}", python(option)));
        }
    }
    Ok(())
}

/// The port's options after a change: `null` as a value takes one away.
pub(super) fn merge_dhcp_options(old: &Value, wishes: &Value) -> Value {
    let mut options = old.as_array().cloned().unwrap_or_default();
    for wish in wishes.as_array().into_iter().flatten() {
        let version = wish.get("ip_version").cloned().unwrap_or_else(|| 4.into());
        let version = value::integer(version).unwrap_or_else(|_| 4.into());
        options.retain(|option| {
            option["opt_name"] != wish["opt_name"] || option["ip_version"] != version
        });
        if !wish["opt_value"].is_null() {
            options.push(json!({
                "opt_name": wish["opt_name"], "opt_value": wish["opt_value"], "ip_version": version,
            }));
        }
    }
    options.into()
}
