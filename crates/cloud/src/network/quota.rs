//! Quotas: how much of the network the project may have, and how much of it there is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Networking;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::Record;
use crate::session::Request;
use crate::session::service::NETWORK;

operations!(ListNetworkQuotas);

/// What a project may have of something.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NetworkQuota {
    /// What: `network`, `subnet`, `port`, `router`, `floatingip`, `security_group` ...
    pub name: String,
    /// How many there may be; -1 for any number.
    pub limit: i64,
    /// How many there are.
    pub in_use: i64,
    /// How many are just being made.
    pub reserved: i64,
}

impl Record for NetworkQuota {
    const NOUN: &'static str = "network quota";
    const COLUMNS: &'static [&'static str] = &["name", "limit", "in_use", "reserved"];

    fn identifier(&self) -> &str {
        &self.name
    }
}

operation! {
    /// Lists how much of the network the project may have, and how much of it there is.
    ///
    /// Neutron: `GET /v2.0/quotas/{project}/details.json`.
    ///
    /// ```sh
    /// ik network quota list
    /// ```
    Networking::list_network_quotas as ListNetworkQuotas, "network quota list", Effect::Reads,
    () {}
}

impl Operation for ListNetworkQuotas {
    type Output = Vec<NetworkQuota>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<NetworkQuota>> {
        let project = cloud.own_project().await?;
        let request = Request::get(&NETWORK, &["quotas", &project, "details.json"]);
        let set: Map<String, Value> = cloud.send(request).await?.field("quota")?;
        let quota = |(name, value): (String, Value)| {
            let number = |field: &str| value[field].as_i64();
            Some(NetworkQuota {
                limit: number("limit")?,
                in_use: number("used")?,
                reserved: number("reserved")?,
                name,
            })
        };
        Ok(set.into_iter().filter_map(quota).collect())
    }
}
