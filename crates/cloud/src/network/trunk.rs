//! Trunks: ports over which the traffic of other ports comes, too, each with a number of its own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Networking;
use super::change::all_of;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource};
use crate::session::service::{NETWORK, Service};

operations!(ListTrunks, GetTrunk);

/// A trunk.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Trunk {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique.
    pub name: String,
    /// `ACTIVE`, `DOWN`, `BUILD`, `DEGRADED` or `ERROR`.
    pub status: String,
    /// The port that it goes over.
    pub port_id: String,
    /// The ports whose traffic comes over it.
    pub sub_ports: Vec<SubPort>,
    /// Whether it carries traffic.
    #[serde(alias = "admin_state_up")]
    pub is_admin_state_up: bool,
    /// What people say about it.
    #[serde(default)]
    pub description: Option<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The project it belongs to.
    #[serde(default)]
    pub project_id: Option<String>,
    /// When it was created, as the server writes it.
    #[serde(default)]
    pub created_at: Option<String>,
    /// When it was last changed, as the server writes it.
    #[serde(default)]
    pub updated_at: Option<String>,
}

/// A port whose traffic comes over a trunk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-shown-by" = "port_id"))]
pub struct SubPort {
    /// The port.
    pub port_id: String,
    /// How its traffic is told from others': `vlan` or `inherit`.
    pub segmentation_type: String,
    /// Its number on the trunk.
    pub segmentation_id: u32,
}

impl Record for Trunk {
    const NOUN: &'static str = "trunk";
    const COLUMNS: &'static [&'static str] = &["id", "name", "status", "port_id", "sub_ports"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for Trunk {
    const SERVICE: &'static Service = &NETWORK;
    const PATH: &'static str = "trunks";
    const LIST: &'static [&'static str] = &["trunks"];
    const ONE: &'static str = "trunk";
    const MANY: &'static str = "trunks";

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

operation! {
    /// Lists the project's trunks.
    ///
    /// Neutron: `GET /v2.0/trunks`.
    ///
    /// ```sh
    /// ik network trunk list
    /// ```
    Networking::list_trunks as ListTrunks, "network trunk list", Effect::Reads,
    ()
    {
        /// Only those that have all of these tags.
        tags: Vec<String> = Vec::new(),
    }
}

impl Operation for ListTrunks {
    type Output = Vec<Trunk>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Trunk>> {
        Trunk::list(cloud).only("tags", all_of(&self.tags)).all().await
    }
}

operation! {
    /// Shows a trunk.
    ///
    /// Neutron: `GET /v2.0/trunks/{id}`.
    ///
    /// ```sh
    /// ik network trunk show uplink
    /// ```
    Networking::get_trunk as GetTrunk, "network trunk show", Effect::Reads,
    (
        /// The trunk, by name or id.
        trunk: Named<Trunk>,
    )
    {}
}

impl Operation for GetTrunk {
    type Output = Trunk;

    async fn run(&self, cloud: &Cloud) -> Result<Trunk> {
        self.trunk.find(cloud).await
    }
}
