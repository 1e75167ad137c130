//! Volume types: how fast volumes are, and where they are kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::BlockStorage;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource};
use crate::session::Request;
use crate::session::service::{BLOCK_STORAGE, Service};

operations!(ListVolumeTypes, GetVolumeType);

/// A volume type.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct VolumeType {
    /// The id.
    pub id: String,
    /// The name, unique in the cloud.
    pub name: String,
    /// What the provider says of it.
    pub description: Option<String>,
    /// Whether every project may use it.
    pub is_public: bool,
}

impl Record for VolumeType {
    const NOUN: &'static str = "volume type";
    const COLUMNS: &'static [&'static str] = &["id", "name", "description", "is_public"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for VolumeType {
    const SERVICE: &'static Service = &BLOCK_STORAGE;
    const PATH: &'static str = "types";
    const LIST: &'static [&'static str] = &["types"];
    const ONE: &'static str = "volume_type";
    const MANY: &'static str = "volume_types";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn status(&self) -> &str {
        if self.is_public { "public" } else { "private" }
    }

    /// All of them: they are few, and what has nearly this name can be told from them.
    fn called(_: &str) -> Request {
        Request::get(&BLOCK_STORAGE, Self::LIST)
    }
}

operation! {
    /// Lists the volume types.
    ///
    /// Cinder: `GET /types`.
    ///
    /// ```sh
    /// ik volume type list
    /// ```
    BlockStorage::list_volume_types as ListVolumeTypes, "volume type list", Effect::Reads,
    () {}
}

impl Operation for ListVolumeTypes {
    type Output = Vec<VolumeType>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<VolumeType>> {
        VolumeType::list(cloud).all().await
    }
}

operation! {
    /// Shows a volume type.
    ///
    /// Cinder: `GET /types/{id}`.
    ///
    /// ```sh
    /// ik volume type show CEPH_1_perf1
    /// ```
    BlockStorage::get_volume_type as GetVolumeType, "volume type show", Effect::Reads,
    (
        /// The type, by name or id.
        volume_type: Named<VolumeType>,
    )
    {}
}

impl Operation for GetVolumeType {
    type Output = VolumeType;

    async fn run(&self, cloud: &Cloud) -> Result<VolumeType> {
        self.volume_type.find(cloud).await
    }
}
