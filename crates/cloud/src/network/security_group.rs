//! Security groups: so far, how one is found by its name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resource::{Record, Resource};
use crate::session::service::{NETWORK, Service};

/// A security group: what may reach a port, and what a port may reach.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SecurityGroup {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique.
    pub name: String,
    /// What people say about it.
    pub description: String,
}

impl Record for SecurityGroup {
    const NOUN: &'static str = "security group";
    const COLUMNS: &'static [&'static str] = &["id", "name", "description"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for SecurityGroup {
    const SERVICE: &'static Service = &NETWORK;
    const PATH: &'static str = "security-groups";
    const LIST: &'static [&'static str] = &["security-groups"];
    const ONE: &'static str = "security_group";
    const MANY: &'static str = "security_groups";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    /// Security groups have no status; what is said about them tells one from another.
    fn status(&self) -> &str {
        &self.description
    }
}
