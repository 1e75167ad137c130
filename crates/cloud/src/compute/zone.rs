//! Availability zones: parts of a region that fail independently.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Compute;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::Record;
use crate::session::Request;
use crate::session::service::COMPUTE;

operations!(ListAvailabilityZones);

/// An availability zone.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Zone {
    /// The name, as `availability_zone` of an instance takes it.
    pub name: String,
    /// Whether instances can be created in it now.
    pub state: bool,
}

impl Record for Zone {
    const NOUN: &'static str = "availability zone";
    const COLUMNS: &'static [&'static str] = &["name", "state"];

    fn identifier(&self) -> &str {
        &self.name
    }
}

operation! {
    /// Lists the availability zones for instances.
    ///
    /// Nova: `GET /os-availability-zone`.
    ///
    /// ```sh
    /// ik availability zone list
    /// ```
    Compute::list_availability_zones as ListAvailabilityZones,
    "availability zone list", Effect::Reads,
    () {}
}

impl Operation for ListAvailabilityZones {
    type Output = Vec<Zone>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Zone>> {
        let response = cloud.send(Request::get(&COMPUTE, &["os-availability-zone"])).await?;
        let zones: Vec<NovaZone> = response.field("availabilityZoneInfo")?;
        Ok(zones.into_iter().map(Zone::from).collect())
    }
}

/// `{"zoneName": "dc3-a-04", "zoneState": {"available": true}}`
#[derive(Deserialize)]
struct NovaZone {
    #[serde(rename = "zoneName")]
    name: String,
    #[serde(rename = "zoneState")]
    state: Option<NovaZoneState>,
}

#[derive(Deserialize)]
struct NovaZoneState {
    available: bool,
}

impl From<NovaZone> for Zone {
    fn from(zone: NovaZone) -> Self {
        Zone { name: zone.name, state: zone.state.is_none_or(|state| state.available) }
    }
}
