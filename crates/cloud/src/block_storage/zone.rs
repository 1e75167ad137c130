//! Availability zones of volumes: a volume and the instance it is attached to may have to be in the
//! same one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::BlockStorage;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::Record;
use crate::session::Request;
use crate::session::service::BLOCK_STORAGE;

operations!(ListVolumeZones);

/// An availability zone of volumes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct VolumeZone {
    /// The name, as `availability_zone` of a volume takes it.
    pub name: String,
    /// Whether volumes can be created in it now.
    pub state: bool,
}

impl Record for VolumeZone {
    const NOUN: &'static str = "volume availability zone";
    const COLUMNS: &'static [&'static str] = &["name", "state"];

    fn identifier(&self) -> &str {
        &self.name
    }
}

operation! {
    /// Lists the availability zones for volumes.
    ///
    /// Cinder: `GET /os-availability-zone`.
    ///
    /// ```sh
    /// ik volume availability zone list
    /// ```
    BlockStorage::list_volume_zones as ListVolumeZones,
    "volume availability zone list", Effect::Reads,
    () {}
}

impl Operation for ListVolumeZones {
    type Output = Vec<VolumeZone>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<VolumeZone>> {
        let response = cloud.send(Request::get(&BLOCK_STORAGE, &["os-availability-zone"])).await?;
        let zones: Vec<CinderZone> = response.field("availabilityZoneInfo")?;
        let zone = |zone: CinderZone| VolumeZone { name: zone.name, state: zone.state.available };
        Ok(zones.into_iter().map(zone).collect())
    }
}

/// `{"zoneName": "dc3-a-04", "zoneState": {"available": true}}`
#[derive(Deserialize)]
struct CinderZone {
    #[serde(rename = "zoneName")]
    name: String,
    #[serde(rename = "zoneState")]
    state: CinderZoneState,
}

#[derive(Deserialize)]
struct CinderZoneState {
    available: bool,
}
