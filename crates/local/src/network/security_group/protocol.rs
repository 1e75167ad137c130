//! What a security group's rule may say of the traffic it lets through.

use serde_json::{Map, Value};

use crate::call::Refusal;
use crate::network::value::{network, plain};

/// The protocols that have names, and their numbers, as Neutron knows them.
const PROTOCOLS: &[(&str, u8)] = &[
    ("ah", 51),
    ("dccp", 33),
    ("egp", 8),
    ("esp", 50),
    ("gre", 47),
    ("hopopt", 0),
    ("icmp", 1),
    ("igmp", 2),
    ("ip", 0),
    ("ipip", 4),
    ("ipv6-encap", 41),
    ("ipv6-frag", 44),
    ("ipv6-icmp", 58),
    ("icmpv6", 58),
    ("ipv6-nonxt", 59),
    ("ipv6-opts", 60),
    ("ipv6-route", 43),
    ("ospf", 89),
    ("pgm", 113),
    ("rsvp", 46),
    ("sctp", 132),
    ("tcp", 6),
    ("udp", 17),
    ("udplite", 136),
    ("vrrp", 112),
];

/// Protocols with ports: DCCP, SCTP, TCP, UDP, UDP-Lite.
const WITH_PORTS: &[u8] = &[33, 132, 6, 17, 136];
/// ICMP, for IPv4 and for IPv6: they have types and codes instead.
const ICMP: &[u8] = &[1, 58];
/// Protocols that only IPv6 has.
const ONLY_V6: &[u8] = &[41, 44, 58, 59, 60, 43];

fn refuse(name: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::bad_request(message).named(name)
}

/// `IPv4` or `IPv6`, in any case.
pub(super) fn ethertype(value: Value) -> Result<Value, Refusal> {
    let known = ["IPv4", "IPv6"];
    let text = plain(&value);
    match known.iter().find(|known| known.eq_ignore_ascii_case(&text)) {
        Some(known) if value.is_string() => Ok((*known).into()),
        _ => Err(refuse(
            "SecurityGroupRuleInvalidEtherType",
            format!(
                "Security group rule for ethertype '{text}' not supported. Allowed values are \
                 ['IPv4', 'IPv6']."
            ),
        )),
    }
}

/// A protocol's name, or its number as a text.
pub(super) fn protocol(value: Value) -> Result<Value, Refusal> {
    if value.is_null() {
        return Ok(value);
    }
    let text = plain(&value).to_lowercase();
    if text.parse::<u8>().is_ok() || PROTOCOLS.iter().any(|(name, _)| *name == text) {
        return Ok(text.into());
    }
    let names: Vec<_> = PROTOCOLS.iter().map(|(name, _)| format!("'{name}'")).collect();
    Err(refuse(
        "SecurityGroupRuleInvalidProtocol",
        format!(
            "Security group rule protocol {} not supported. Only protocol values [None, {}] and \
             integer representations [0 to 255] are supported.",
            plain(&value),
            names.join(", ")
        ),
    ))
}

fn number(protocol: &str) -> Option<u8> {
    let named = PROTOCOLS.iter().find(|(name, _)| *name == protocol);
    named.map(|(_, number)| *number).or_else(|| protocol.parse().ok())
}

/// A port, or a type or code of ICMP.
pub(super) fn port(value: Value) -> Result<Value, Refusal> {
    if value.is_null() {
        return Ok(value);
    }
    match plain(&value).parse::<u16>() {
        Ok(port) => Ok(port.into()),
        Err(_) => Err(bad_port(&plain(&value))),
    }
}

fn bad_port(port: &str) -> Refusal {
    refuse("SecurityGroupInvalidPortValue", format!("Invalid value for port {port}"))
}

/// An address with the length of its prefix.
pub(super) fn prefix(value: Value) -> Result<Value, Refusal> {
    if value.is_null() || value == "" {
        return Ok(Value::Null);
    }
    match value.as_str().and_then(network) {
        Some(network) => Ok(network.to_string().into()),
        None => Err(refuse(
            "InvalidCIDR",
            format!("Invalid CIDR {} given as IP prefix.", plain(&value)),
        )),
    }
}

/// Checks that what a rule says fits together, and writes it as it is kept.
pub(super) fn check(rule: &mut Map<String, Value>) -> Result<(), Refusal> {
    if rule["ethertype"] == "IPv6" {
        match rule["protocol"].as_str() {
            Some("icmp" | "icmpv6") => drop(rule.insert("protocol".into(), "ipv6-icmp".into())),
            Some("1") => drop(rule.insert("protocol".into(), "58".into())),
            _ => {}
        }
    }
    // All ports are the same as no word about ports.
    if rule["port_range_min"] == 1 && rule["port_range_max"] == 65535 {
        rule.insert("port_range_min".into(), Value::Null);
        rule.insert("port_range_max".into(), Value::Null);
    }
    check_ports(rule)?;
    let ethertype = rule["ethertype"].as_str().unwrap_or_default();
    if let Some(prefix) = rule["remote_ip_prefix"].as_str() {
        let own = if prefix.contains(':') { "IPv6" } else { "IPv4" };
        if own != ethertype {
            return Err(refuse(
                "SecurityGroupRuleParameterConflict",
                format!("Conflicting value ethertype {ethertype} for CIDR {prefix}"),
            ));
        }
    }
    let protocol = rule["protocol"].as_str().unwrap_or_default();
    if ethertype == "IPv4" && number(protocol).is_some_and(|number| ONLY_V6.contains(&number)) {
        return Err(refuse(
            "SecurityGroupEthertypeConflictWithProtocol",
            format!("Invalid ethertype {ethertype} for protocol {protocol}."),
        ));
    }
    Ok(())
}

fn check_ports(rule: &Map<String, Value>) -> Result<(), Refusal> {
    let (least, most) = (rule["port_range_min"].as_u64(), rule["port_range_max"].as_u64());
    if least.is_none() && most.is_none() {
        return Ok(());
    }
    let Some(protocol) = rule["protocol"].as_str().and_then(number) else {
        return Err(refuse(
            "SecurityGroupProtocolRequiredWithPorts",
            "Must also specify protocol if port range is given.",
        ));
    };
    if ICMP.contains(&protocol) {
        let named = [("port_range_min", "type", least), ("port_range_max", "code", most)];
        for (name, what, value) in named {
            if let Some(value) = value.filter(|value| *value > 255) {
                return Err(refuse(
                    "SecurityGroupInvalidIcmpValue",
                    format!("Invalid value for ICMP {what} ({name}) {value}. It must be 0 to 255."),
                ));
            }
        }
        return match (least, most) {
            (None, Some(code)) => Err(refuse(
                "SecurityGroupMissingIcmpType",
                format!(
                    "ICMP code (port-range-max) {code} is provided but ICMP type (port-range-min) is \
                     missing."
                ),
            )),
            _ => Ok(()),
        };
    }
    if !WITH_PORTS.contains(&protocol) {
        return Err(refuse(
            "SecurityGroupInvalidProtocolForPort",
            format!(
                "Ports cannot be specified for protocol {protocol}. Ports are only supported for \
                 DCCP, SCTP, TCP, UDP, UDPLITE."
            ),
        ));
    }
    if least == Some(0) || most == Some(0) {
        return Err(bad_port("0"));
    }
    match (least, most) {
        (Some(least), Some(most)) if least <= most => Ok(()),
        _ => Err(refuse(
            "SecurityGroupInvalidPortRange",
            "For TCP/UDP protocols, port_range_min must be <= port_range_max",
        )),
    }
}

/// Whether two rules of a group let the same through.
pub(super) fn is_same(a: &Map<String, Value>, b: &Map<String, Value>) -> bool {
    let same =
        |name: &str| a.get(name).unwrap_or(&Value::Null) == b.get(name).unwrap_or(&Value::Null);
    let protocol =
        |rule: &Map<String, Value>| rule.get("protocol").and_then(Value::as_str).and_then(number);
    // From everywhere is the same as no word about where from.
    let prefix = |rule: &Map<String, Value>| {
        let prefix = rule.get("remote_ip_prefix").and_then(Value::as_str);
        prefix.filter(|prefix| !matches!(*prefix, "0.0.0.0/0" | "::/0")).map(str::to_string)
    };
    ["direction", "ethertype", "port_range_min", "port_range_max", "remote_group_id"]
        .iter()
        .all(|name| same(name))
        && protocol(a) == protocol(b)
        && prefix(a) == prefix(b)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(change: Value) -> Map<String, Value> {
        let mut rule = json!({
            "direction": "ingress", "ethertype": "IPv4", "protocol": "tcp", "port_range_min": 22,
            "port_range_max": 22, "remote_ip_prefix": null, "remote_group_id": null,
        });
        let rule = rule.as_object_mut().unwrap();
        rule.extend(change.as_object().unwrap().clone());
        rule.clone()
    }

    #[test]
    fn rules_are_the_same_if_they_let_the_same_through() {
        let ssh = rule(json!({}));
        for same in [json!({ "protocol": "6" }), json!({ "remote_ip_prefix": "0.0.0.0/0" })] {
            assert!(is_same(&ssh, &rule(same)));
        }
        for other in [
            json!({ "protocol": "udp" }),
            json!({ "port_range_max": 23 }),
            json!({ "direction": "egress" }),
            json!({ "remote_ip_prefix": "10.0.0.0/8" }),
            json!({ "remote_group_id": "x" }),
        ] {
            assert!(!is_same(&ssh, &rule(other)));
        }
    }

    #[test]
    fn all_ports_are_kept_as_no_word_about_ports() {
        let mut all = rule(json!({ "port_range_min": 1, "port_range_max": 65535 }));
        check(&mut all).unwrap();
        assert_eq!(all["port_range_min"], Value::Null);
        assert_eq!(all["port_range_max"], Value::Null);
    }

    #[test]
    fn icmp_has_a_name_of_its_own_with_ipv6() {
        let ports = json!({
            "ethertype": "IPv6", "protocol": "icmp", "port_range_min": null, "port_range_max": null,
        });
        let mut ping = rule(ports);
        check(&mut ping).unwrap();
        assert_eq!(ping["protocol"], "ipv6-icmp");
        ping.insert("ethertype".into(), "IPv4".into());
        let refusal = check(&mut ping).unwrap_err();
        assert_eq!(refusal.name, Some("SecurityGroupEthertypeConflictWithProtocol"));
    }
}
