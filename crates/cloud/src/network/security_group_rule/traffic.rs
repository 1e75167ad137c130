//! What a rule is about: directions, protocols, ports and the names they have.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AddSecurityGroupRule, SecurityGroupRule};
use crate::error::{Error, Kind, Result};
use crate::operation::plain_settings;

/// Which way traffic goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(extend("x-switches" = true))]
pub enum Direction {
    /// To the port.
    Ingress,
    /// From the port.
    Egress,
}

impl Direction {
    pub(super) fn word(self) -> &'static str {
        match self {
            Direction::Ingress => "ingress",
            Direction::Egress => "egress",
        }
    }
}

/// The version of IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Ethertype {
    /// Version 4.
    #[serde(rename = "IPv4")]
    Ipv4,
    /// Version 6.
    #[serde(rename = "IPv6")]
    Ipv6,
}

impl Ethertype {
    pub(super) fn word(self) -> &'static str {
        match self {
            Ethertype::Ipv4 => "IPv4",
            Ethertype::Ipv6 => "IPv6",
        }
    }
}

/// A port, a range of ports as `8000:8080`, or a service's name: `ssh`.
///
/// ```
/// use infomaniak_cloud::network::PortRange;
///
/// let web = PortRange::from("https");
/// let own = PortRange::from(8080);
/// let many = PortRange::from("8000:8080");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct PortRange(String);

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for PortRange {
    fn from(text: &str) -> Self {
        PortRange(text.into())
    }
}

impl From<String> for PortRange {
    fn from(text: String) -> Self {
        PortRange(text)
    }
}

impl From<u16> for PortRange {
    fn from(port: u16) -> Self {
        PortRange(port.to_string())
    }
}

plain_settings!(Direction, Ethertype, PortRange);

/// Services with ports of their own: name, port, protocol.
const SERVICES: &[(&str, u16, &str)] = &[
    ("ftp", 21, "tcp"),
    ("ssh", 22, "tcp"),
    ("telnet", 23, "tcp"),
    ("smtp", 25, "tcp"),
    ("dns", 53, "udp"),
    ("domain", 53, "udp"),
    ("http", 80, "tcp"),
    ("kerberos", 88, "tcp"),
    ("pop3", 110, "tcp"),
    ("ntp", 123, "udp"),
    ("imap", 143, "tcp"),
    ("snmp", 161, "udp"),
    ("bgp", 179, "tcp"),
    ("ldap", 389, "tcp"),
    ("https", 443, "tcp"),
    ("smb", 445, "tcp"),
    ("smtps", 465, "tcp"),
    ("syslog", 514, "udp"),
    ("submission", 587, "tcp"),
    ("ldaps", 636, "tcp"),
    ("rsync", 873, "tcp"),
    ("imaps", 993, "tcp"),
    ("pop3s", 995, "tcp"),
    ("openvpn", 1194, "udp"),
    ("mssql", 1433, "tcp"),
    ("mqtt", 1883, "tcp"),
    ("nfs", 2049, "tcp"),
    ("etcd", 2379, "tcp"),
    ("mysql", 3306, "tcp"),
    ("rdp", 3389, "tcp"),
    ("postgresql", 5432, "tcp"),
    ("amqp", 5672, "tcp"),
    ("vnc", 5900, "tcp"),
    ("redis", 6379, "tcp"),
    ("kubernetes", 6443, "tcp"),
    ("elasticsearch", 9200, "tcp"),
    ("memcached", 11211, "tcp"),
    ("mongodb", 27017, "tcp"),
    ("wireguard", 51820, "udp"),
];

/// The ports that a text says, and the protocol, if it is a service's name.
pub(in crate::network) struct Ports {
    pub(in crate::network) first: u16,
    pub(in crate::network) last: u16,
    protocol: Option<&'static str>,
}

impl Ports {
    /// Whether they are what Neutron tells: one port, or a range of them.
    pub(in crate::network) fn are(&self, one: Option<u16>, range: Option<&str>) -> bool {
        let single = self.first == self.last && one == Some(self.first);
        single || range == Some(format!("{}:{}", self.first, self.last).as_str())
    }
}

impl FromStr for Ports {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let service = SERVICES.iter().find(|(name, ..)| name.eq_ignore_ascii_case(text));
        if let Some((_, port, protocol)) = service {
            return Ok(Ports { first: *port, last: *port, protocol: Some(protocol) });
        }
        let (first, last) = text.split_once([':', '-']).unwrap_or((text, text));
        match (first.trim().parse(), last.trim().parse()) {
            (Ok(first), Ok(last)) if first <= last => Ok(Ports { first, last, protocol: None }),
            _ => {
                let names = SERVICES.iter().map(|(name, ..)| *name);
                let hint = match crate::near::nearest(text, names) {
                    Some(name) => format!("is `{name}` meant?"),
                    None => {
                        "a port is a number, a range as 8000:8080, or a name as ssh or https".into()
                    }
                };
                Err(Error::new(Kind::Invalid, format!("`{text}` is no port")).with_hint(hint))
            }
        }
    }
}

impl PortRange {
    /// The ports.
    ///
    /// # Errors
    /// [`Kind::Invalid`] for what is neither a port nor a range nor a service known here.
    pub(in crate::network) fn ports(&self) -> Result<Ports> {
        self.0.parse()
    }
}

/// What a rule is about, in Neutron's words.
#[derive(Debug, PartialEq)]
pub(super) struct Traffic {
    pub(super) ethertype: Ethertype,
    pub(super) protocol: Option<String>,
    pub(super) first: Option<u16>,
    pub(super) last: Option<u16>,
}

fn invalid(message: &str, hint: &str) -> Error {
    Error::new(Kind::Invalid, message).with_hint(hint)
}

impl Traffic {
    /// What is asked for, if it fits together.
    pub(super) fn of(asked: &AddSecurityGroupRule) -> Result<Self> {
        let protocol = asked.protocol.as_ref().map(|protocol| protocol.to_ascii_lowercase());
        let mut protocol = protocol.filter(|protocol| protocol != "any");
        let (mut first, mut last) = (asked.port_range_min, asked.port_range_max);
        let icmp = asked.icmp_type.is_some() || asked.icmp_code.is_some();
        let ways = [first.is_some() || last.is_some(), asked.port.is_some(), icmp];
        if ways.iter().filter(|way| **way).count() > 1 {
            return Err(invalid(
                "ports are said in several ways",
                "say --port, or --icmp-type and --icmp-code",
            ));
        }
        if let Some(port) = &asked.port {
            let ports = port.ports()?;
            (first, last) = (Some(ports.first), Some(ports.last));
            protocol = protocol.or(ports.protocol.map(str::to_string));
        }
        if icmp {
            (first, last) = (asked.icmp_type, asked.icmp_code);
            protocol = protocol.or(Some("icmp".into()));
        }
        if protocol.is_none() && (first.is_some() || last.is_some()) {
            return Err(invalid("a port needs a protocol", "add --protocol tcp, or udp"));
        }
        let is_v6 = |text: &str| text.contains(':');
        let prefix = asked.remote_ip_prefix.as_deref().is_some_and(is_v6);
        let named = protocol
            .as_deref()
            .is_some_and(|protocol| protocol.starts_with("ipv6-") || protocol == "icmpv6");
        let ethertype = if prefix || named { Ethertype::Ipv6 } else { asked.ethertype };
        Ok(Traffic { ethertype, protocol, first, last })
    }

    /// Whether a rule is about this.
    pub(super) fn is_of(&self, rule: &SecurityGroupRule) -> bool {
        rule.ethertype.as_deref() == Some(self.ethertype.word())
            && rule.protocol == self.protocol
            && (rule.port_range_min, rule.port_range_max) == (self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(change: impl FnOnce(&mut AddSecurityGroupRule)) -> Result<Traffic> {
        let mut asked = AddSecurityGroupRule::new("web");
        change(&mut asked);
        Traffic::of(&asked)
    }

    #[test]
    fn a_service_says_port_and_protocol() {
        let ssh = asked(|rule| rule.port = Some("SSH".into())).unwrap();
        assert_eq!(
            (ssh.protocol.as_deref(), ssh.first, ssh.last),
            (Some("tcp"), Some(22), Some(22))
        );
        let dns = asked(|rule| rule.port = Some("dns".into())).unwrap();
        assert_eq!((dns.protocol.as_deref(), dns.first), (Some("udp"), Some(53)));
        // What was said counts more.
        let dns = asked(|rule| {
            rule.port = Some("dns".into());
            rule.protocol = Some("TCP".into());
        });
        assert_eq!(dns.unwrap().protocol.as_deref(), Some("tcp"));
    }

    #[test]
    fn what_is_not_said_is_left_open() {
        let open = asked(|rule| rule.protocol = Some("any".into())).unwrap();
        let ethertype = Ethertype::Ipv4;
        assert_eq!(open, Traffic { ethertype, protocol: None, first: None, last: None });
    }

    #[test]
    fn ports_are_numbers_and_ranges() {
        let range = asked(|rule| {
            rule.port = Some("8000:8080".into());
            rule.protocol = Some("tcp".into());
        });
        let range = range.unwrap();
        assert_eq!((range.first, range.last), (Some(8000), Some(8080)));
        for wrong in ["", "x", "5:", "9:8", "70000", "-1"] {
            let error = asked(|rule| rule.port = Some(wrong.into())).unwrap_err();
            assert_eq!(error.kind(), Kind::Invalid, "{wrong}");
        }
        let error = asked(|rule| rule.port = Some("htp".into())).unwrap_err();
        assert!(error.hint().unwrap().contains("http"), "{error:?}");
        let error = asked(|rule| rule.port = Some(22.into())).unwrap_err();
        assert!(error.hint().unwrap().contains("tcp"), "{error:?}");
    }

    #[test]
    fn icmp_has_types_and_codes() {
        let ping = asked(|rule| rule.icmp_type = Some(8)).unwrap();
        assert_eq!(
            (ping.protocol.as_deref(), ping.first, ping.last),
            (Some("icmp"), Some(8), None)
        );
        let both = asked(|rule| {
            rule.icmp_type = Some(8);
            rule.port = Some("ssh".into());
        });
        assert_eq!(both.unwrap_err().kind(), Kind::Invalid);
    }

    #[test]
    fn the_version_follows_from_what_only_one_has() {
        let prefix = asked(|rule| rule.remote_ip_prefix = Some("2001:db8::/32".into())).unwrap();
        assert_eq!(prefix.ethertype, Ethertype::Ipv6);
        let ping = asked(|rule| rule.protocol = Some("ipv6-icmp".into())).unwrap();
        assert_eq!(ping.ethertype, Ethertype::Ipv6);
    }
}
