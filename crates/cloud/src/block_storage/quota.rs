//! Quotas: how much block storage the project may have, and how much of it is used.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::BlockStorage;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::Record;
use crate::session::Request;
use crate::session::service::BLOCK_STORAGE;

operations!(GetVolumeQuotas);

/// What a project may have of something.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct VolumeQuota {
    /// What: `volumes`, `gigabytes` (GiB of volumes and snapshots), `snapshots`, `backups`,
    /// `backup_gigabytes`, and the first three for each volume type.
    pub name: String,
    /// How much there may be; -1 for any.
    pub limit: i64,
    /// How much there is.
    pub in_use: i64,
    /// How much is just being made.
    pub reserved: i64,
}

impl Record for VolumeQuota {
    const NOUN: &'static str = "volume quota";
    const COLUMNS: &'static [&'static str] = &["name", "limit", "in_use", "reserved"];

    fn identifier(&self) -> &str {
        &self.name
    }
}

operation! {
    /// Lists how much block storage the project may have, and how much of it is used.
    ///
    /// Cinder: `GET /os-quota-sets/{project}?usage=True`.
    ///
    /// ```sh
    /// ik volume quota list
    /// ```
    BlockStorage::get_volume_quotas as GetVolumeQuotas, "volume quota list", Effect::Reads,
    () {}
}

impl Operation for GetVolumeQuotas {
    type Output = Vec<VolumeQuota>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<VolumeQuota>> {
        let project = cloud.own_project().await?;
        let request = Request::get(&BLOCK_STORAGE, &["os-quota-sets", &project]);
        let response = cloud.send(request.query("usage", "True")).await?;
        let set: Map<String, Value> = response.field("quota_set")?;
        let quota = |(name, value): (String, Value)| {
            let number = |field: &str| value[field].as_i64();
            Some(VolumeQuota {
                limit: number("limit")?,
                in_use: number("in_use")?,
                reserved: number("reserved")?,
                name,
            })
        };
        Ok(set.into_iter().filter_map(quota).collect())
    }
}
