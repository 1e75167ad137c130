//! Networks: so far, how one is found by its name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resource::{Record, Resource};
use crate::session::service::{NETWORK, Service};

/// A network that instances can be attached to.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Network {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique.
    pub name: String,
    /// `ACTIVE`, `DOWN`, `BUILD` or `ERROR`.
    pub status: String,
    /// Whether all projects may use it.
    #[serde(alias = "shared")]
    pub is_shared: bool,
    /// Whether it leads outside: a source of floating IPs and router gateways.
    #[serde(alias = "router:external")]
    pub is_external: bool,
    /// The ids of its subnets.
    pub subnets: Vec<String>,
}

impl Record for Network {
    const NOUN: &'static str = "network";
    const COLUMNS: &'static [&'static str] = &["id", "name", "status", "is_external", "subnets"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for Network {
    const SERVICE: &'static Service = &NETWORK;
    const PATH: &'static str = "networks";
    const LIST: &'static [&'static str] = &["networks"];
    const ONE: &'static str = "network";
    const MANY: &'static str = "networks";

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
