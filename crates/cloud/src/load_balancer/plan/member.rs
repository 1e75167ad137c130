//! Members of a plan: `web`, `db:8080`, or an object.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU16;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A member as a plan has it.
#[derive(Debug, Clone)]
pub(in crate::load_balancer) struct PlannedMember {
    /// An address; or a server, by name or id.
    pub(in crate::load_balancer) address: String,
    /// None: that of the listener.
    pub(in crate::load_balancer) port: Option<NonZeroU16>,
    pub(in crate::load_balancer) name: Option<String>,
    pub(in crate::load_balancer) weight: Option<u32>,
    pub(in crate::load_balancer) backup: Option<bool>,
    pub(in crate::load_balancer) monitor_address: Option<String>,
    pub(in crate::load_balancer) monitor_port: Option<u16>,
}

impl PlannedMember {
    /// What `web`, `db:8080`, `10.0.0.7:80`, `[fd00::1]:80` or `fd00::1` says.
    ///
    /// # Errors
    /// A sentence about the port.
    pub(in crate::load_balancer) fn typed(text: &str) -> Result<Self, String> {
        let (address, port) = if text.parse::<IpAddr>().is_ok() {
            (text, None)
        } else if let Some((address, port)) =
            text.strip_prefix('[').and_then(|rest| rest.split_once("]:"))
        {
            (address, Some(port))
        } else {
            text.rsplit_once(':').map_or((text, None), |(address, port)| (address, Some(port)))
        };
        let port = port.map(str::parse).transpose();
        let port = port.map_err(|_| format!("`{text}` has no port behind its colon"))?;
        if address.is_empty() {
            return Err(format!("`{text}` names neither a server nor an address"));
        }
        Ok(PlannedMember {
            address: address.into(),
            port,
            name: None,
            weight: None,
            backup: None,
            monitor_address: None,
            monitor_port: None,
        })
    }
}

/// The object's keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    #[serde(alias = "server")]
    address: String,
    #[serde(alias = "protocol_port")]
    port: Option<NonZeroU16>,
    name: Option<String>,
    weight: Option<u32>,
    backup: Option<bool>,
    monitor_address: Option<String>,
    monitor_port: Option<u16>,
}

impl<'de> Deserialize<'de> for PlannedMember {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = PlannedMember;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a server or address, or an object with `address`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<PlannedMember, E> {
                PlannedMember::typed(text).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PlannedMember, A::Error> {
                let fields = Fields::deserialize(MapAccessDeserializer::new(map))?;
                let Fields { address, port, name, weight, backup, monitor_address, monitor_port } =
                    fields;
                Ok(PlannedMember {
                    address,
                    port,
                    name,
                    weight,
                    backup,
                    monitor_address,
                    monitor_port,
                })
            }
        }

        deserializer.deserialize_any(Either)
    }
}
