//! What a port is made of, and how it is asked for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::network::Subnet;
use crate::operation::plain_settings;
use crate::resource::Named;

/// An address of a port. `x-shown-by` tells tables to show just the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-shown-by" = "ip_address"))]
pub struct PortAddress {
    /// The subnet it is from.
    pub subnet_id: String,
    /// The address.
    pub ip_address: String,
}

/// An address that a port may send from besides its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-shown-by" = "ip_address"))]
pub struct AddressPair {
    /// An address, or a range as `192.0.2.0/24`.
    pub ip_address: String,
    /// The hardware address it goes with; the port's own if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mac_address: Option<String>,
}

/// Which address a port shall have: of a subnet, a certain one, or both.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct FixedIp {
    /// The subnet it is from, by name or id.
    #[serde(default)]
    pub subnet: Option<Named<Subnet>>,
    /// The address.
    #[serde(default)]
    pub ip_address: Option<String>,
}

plain_settings!(AddressPair, FixedIp);

/// Addresses in Neutron's words; subnets are looked up by their names.
///
/// # Errors
/// [`Kind::Invalid`] for one that says neither subnet nor address.
pub(super) async fn addresses(cloud: &Cloud, wanted: &[FixedIp]) -> Result<Vec<Value>> {
    let mut addresses = Vec::new();
    for FixedIp { subnet, ip_address } in wanted {
        let mut address = Map::new();
        if let Some(subnet) = subnet {
            address.insert("subnet_id".into(), subnet.id(cloud).await?.into());
        }
        if let Some(ip_address) = ip_address {
            address.insert("ip_address".into(), ip_address.as_str().into());
        }
        if address.is_empty() {
            return Err(Error::new(Kind::Invalid, "a fixed IP has neither subnet nor address")
                .with_hint("give one of them, or both: subnet=...,ip-address=..."));
        }
        addresses.push(address.into());
    }
    Ok(addresses)
}
