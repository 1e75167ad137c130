//! Ports of networks, as far as instances are attached by them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resource::{Record, Resource};
use crate::session::service::{NETWORK, Service};

/// A port of a network.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Port {
    /// The id.
    pub id: String,
    /// The name; empty if it was given none.
    pub name: String,
    /// `ACTIVE`, `DOWN` ...
    pub status: String,
}

impl Record for Port {
    const NOUN: &'static str = "port";
    const COLUMNS: &'static [&'static str] = &["id", "name", "status"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for Port {
    const SERVICE: &'static Service = &NETWORK;
    const PATH: &'static str = "ports";
    const LIST: &'static [&'static str] = &["ports"];
    const ONE: &'static str = "port";
    const MANY: &'static str = "ports";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn status(&self) -> &str {
        &self.status
    }
}
