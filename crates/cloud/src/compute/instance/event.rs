//! What was done to an instance, when, by whom.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Compute, Instance};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation};
use crate::resource::{Named, Record, Resource};
use crate::session::Request;
use crate::session::service::COMPUTE;

/// Something that was done to an instance.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct InstanceEvent {
    /// What: `create`, `stop`, `reboot` ...
    pub action: String,
    /// The id of the request that began it.
    pub request_id: String,
    /// When it began, as the server writes it.
    pub start_time: String,
    /// Id of the user who asked for it.
    pub user_id: Option<String>,
    /// What went wrong; none if nothing did.
    pub message: Option<String>,
}

impl Record for InstanceEvent {
    const NOUN: &'static str = "event";
    const COLUMNS: &'static [&'static str] = &["start_time", "action", "request_id", "message"];

    fn identifier(&self) -> &str {
        &self.request_id
    }
}

operation! {
    /// Lists what was done to an instance, the latest first.
    ///
    /// Nova: `GET /servers/{id}/os-instance-actions`.
    ///
    /// ```sh
    /// ik server event list web
    /// ```
    Compute::list_instance_events as ListInstanceEvents, "server event list", Effect::Reads,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {}
}

impl Operation for ListInstanceEvents {
    type Output = Vec<InstanceEvent>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<InstanceEvent>> {
        let look = |id: String| async move {
            let path = [Instance::PATH, &id, "os-instance-actions"];
            cloud.send(Request::get(&COMPUTE, &path)).await?.field("instanceActions")
        };
        self.instance_id.apply(cloud, look).await
    }
}
