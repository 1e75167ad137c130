//! What a subnet is made of.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::operation::{Setting, plain_settings};

/// A range of addresses, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AllocationPool {
    /// The first address.
    pub start: String,
    /// The last address.
    pub end: String,
}

/// A route that instances are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HostRoute {
    /// The addresses it leads to, as `198.51.100.0/24`.
    pub destination: String,
    /// The address on the subnet that it leads through.
    #[serde(alias = "nexthop")]
    pub gateway: String,
}

plain_settings!(AllocationPool, HostRoute);

/// How IPv6 addresses are announced and given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Ipv6Mode {
    /// Instances make their addresses themselves.
    #[serde(rename = "slaac")]
    Slaac,
    /// DHCP gives addresses and everything else.
    #[serde(rename = "dhcpv6-stateful")]
    Dhcpv6Stateful,
    /// Instances make their addresses themselves; DHCP tells the rest.
    #[serde(rename = "dhcpv6-stateless")]
    Dhcpv6Stateless,
}

plain_settings!(Ipv6Mode);

/// A range of addresses as `192.0.2.0/24`, or [`chosen`](Cidr::chosen) by the cloud where a subnet
/// pool is named.
///
/// ```
/// use infomaniak_cloud::network::Cidr;
///
/// assert_eq!(Cidr::from("192.0.2.0/24").as_str(), Some("192.0.2.0/24"));
/// assert_eq!(Cidr::chosen().as_str(), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cidr(Option<String>);

impl Cidr {
    /// The cloud chooses.
    #[must_use]
    pub fn chosen() -> Self {
        Cidr(None)
    }

    /// The range, if it was named.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<T: Into<String>> From<T> for Cidr {
    fn from(range: T) -> Self {
        Cidr(Some(range.into()))
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str().unwrap_or("chosen"))
    }
}

/// A string, as in the contract; surfaces may leave it out.
impl JsonSchema for Cidr {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Cidr".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "x-may-be-absent": true })
    }
}

impl Setting for Cidr {
    type Given = Cidr;

    fn set(given: Cidr) -> Self {
        given
    }

    fn absent() -> Option<Self> {
        Some(Self::chosen())
    }
}
