//! Volumes: disks that outlive instances.

mod change;
mod create;
mod delete;
mod extend;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

pub use change::{RetypePolicy, SetVolume, UnsetVolume};
pub use create::CreateVolume;
pub use delete::DeleteVolume;
pub use extend::ExtendVolume;

use super::BlockStorage;
use super::state::find;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::null_as_empty;
use crate::resource::{Named, Record, Resource};
use crate::session::Request;
use crate::session::service::{BLOCK_STORAGE, Service};

operations!(
    ListVolumes,
    GetVolume,
    CreateVolume,
    DeleteVolume,
    ExtendVolume,
    SetVolume,
    UnsetVolume,
);

/// A volume.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Volume {
    /// The id.
    pub id: String,
    /// The name; empty if it was given none, and not necessarily unique.
    #[serde(deserialize_with = "null_as_empty")]
    pub name: String,
    /// `available`, `in-use`, `creating`, `error` ...
    pub status: String,
    /// Size in GiB.
    pub size: u64,
    /// Name of its type, which decides how fast it is.
    pub volume_type: Option<String>,
    /// The availability zone it is in.
    pub availability_zone: Option<String>,
    /// Whether an instance can boot from it.
    #[serde(deserialize_with = "truth")]
    pub bootable: bool,
    /// Whether it is encrypted where it is stored.
    #[serde(default)]
    pub encrypted: bool,
    /// Where it is attached: objects with `server_id`, `device`, `attachment_id` ... `x-shown-by` tells
    /// tables to show just the server.
    #[serde(default, deserialize_with = "null_as_none")]
    #[schemars(with = "Vec<AttachedTo>")]
    pub attachments: Vec<Map<String, Value>>,
    /// When it was created, as the server writes it.
    pub created_at: Option<String>,
    /// The description.
    #[serde(default)]
    pub description: Option<String>,
    /// What its owner keeps with it.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// Id of the snapshot it was made from.
    #[serde(default)]
    pub snapshot_id: Option<String>,
    /// Id of the volume it was made from.
    #[serde(default)]
    pub source_volid: Option<String>,
}

/// The contract's fields.
const CONTRACTED: &[&str] = &[
    "id",
    "name",
    "status",
    "size",
    "volume_type",
    "availability_zone",
    "bootable",
    "encrypted",
    "attachments",
    "created_at",
];

/// The schema of an attachment, as far as tables need it.
#[derive(JsonSchema)]
#[schemars(extend("x-shown-by" = "server_id"))]
#[allow(dead_code)] // only its schema is used
struct AttachedTo {
    /// Id of the instance.
    server_id: String,
    /// Where the guest sees it.
    device: Option<String>,
}

/// Cinder sends `"true"` and `"false"`.
fn truth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Bool(truth) => truth,
        Value::String(text) => text.eq_ignore_ascii_case("true"),
        _ => false,
    })
}

fn null_as_none<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Map<String, Value>>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl Volume {
    /// Whether it is attached to the instance with this id.
    #[must_use]
    pub fn is_attached_to(&self, instance_id: &str) -> bool {
        self.attachments.iter().any(|attachment| {
            attachment.get("server_id").and_then(Value::as_str) == Some(instance_id)
        })
    }

    /// Whether nothing is being done to it: it is `available` or `in-use`.
    pub(super) fn is_at_rest(&self) -> bool {
        matches!(self.status.as_str(), "available" | "in-use")
    }
}

impl Record for Volume {
    const NOUN: &'static str = "volume";
    const COLUMNS: &'static [&'static str] =
        &["id", "name", "status", "size", "volume_type", "bootable", "attachments"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for Volume {
    const SERVICE: &'static Service = &BLOCK_STORAGE;
    const PATH: &'static str = "volumes";
    const LIST: &'static [&'static str] = &["volumes", "detail"];
    const ONE: &'static str = "volume";
    const MANY: &'static str = "volumes";

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
    /// Lists the project's volumes.
    ///
    /// Cinder: `GET /volumes/detail`.
    ///
    /// ```sh
    /// ik volume list
    /// ik volume list -c name -c status -c size --sort size:desc
    /// ```
    BlockStorage::list_volumes as ListVolumes, "volume list", Effect::Reads,
    () {}
}

impl Operation for ListVolumes {
    type Output = Vec<Volume>;

    const CONTRACTED: Option<&'static [&'static str]> = Some(CONTRACTED);

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Volume>> {
        Volume::list(cloud).all().await
    }
}

operation! {
    /// Shows a volume.
    ///
    /// Cinder: `GET /volumes/{id}`.
    ///
    /// ```sh
    /// ik volume show data
    /// ik volume show data --wait -c status -f value
    /// ```
    BlockStorage::get_volume as GetVolume, "volume show", Effect::Reads,
    (
        /// The volume, by name or id.
        volume_id: Named<Volume>,
    )
    {
        /// Return only when nothing is being done to it any more.
        wait: bool = false,
    }
}

impl Operation for GetVolume {
    type Output = Volume;

    const CONTRACTED: Option<&'static [&'static str]> = Some(CONTRACTED);

    async fn run(&self, cloud: &Cloud) -> Result<Volume> {
        find(cloud, &self.volume_id, self.wait).await
    }
}

/// `POST /volumes/{id}/action`
async fn action(cloud: &Cloud, id: &str, body: Value) -> Result<()> {
    let path = [Volume::PATH, id, "action"];
    cloud.send(Request::post(&BLOCK_STORAGE, &path, body)).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn volume(bootable: &Value, attachments: &Value) -> Volume {
        let volume = json!({
            "id": "1", "name": null, "status": "in-use", "size": 1, "volume_type": null,
            "availability_zone": null, "bootable": bootable, "attachments": attachments,
            "created_at": null,
        });
        serde_json::from_value(volume).unwrap()
    }

    #[test]
    fn cinders_texts_and_nulls_become_what_the_record_promises() {
        assert!(volume(&json!("true"), &json!([])).bootable);
        assert!(!volume(&json!("false"), &json!(null)).bootable);
        assert!(volume(&json!(true), &json!(null)).attachments.is_empty());
        assert_eq!(volume(&json!("false"), &json!(null)).name, "");
    }

    #[test]
    fn a_volume_knows_where_it_is() {
        let volume =
            volume(&json!("false"), &json!([{ "server_id": "web", "device": "/dev/vdb" }]));
        assert!(volume.is_attached_to("web") && !volume.is_attached_to("db"));
        let again: Volume = serde_json::from_value(serde_json::to_value(&volume).unwrap()).unwrap();
        assert!(again.is_attached_to("web"), "the record reads as it is written");
    }
}
