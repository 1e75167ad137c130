//! What can be changed on a volume: name, description, properties, type, whether an instance can boot
//! from it, and whether it can be written.

use reqwest::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Volume, action};
use crate::block_storage::state::settled;
use crate::block_storage::{BlockStorage, VolumeType};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::body::{nothing, texts};
use crate::operation::{Effect, Operation, operation, plain_settings};
use crate::resource::{Named, Resource, or_gone};
use crate::session::Request;
use crate::session::service::BLOCK_STORAGE;

/// Whether a volume may be moved to have another type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RetypePolicy {
    /// If it has to be.
    OnDemand,
    /// Rather refuse.
    Never,
}

plain_settings!(RetypePolicy);

operation! {
    /// Changes a volume's name, description, properties, type or nature.
    ///
    /// What is not given stays as it is. Each kind of change is a request of its own; another type
    /// comes last, and may take as long as copying the volume does.
    ///
    /// Cinder: `PUT /volumes/{id}`, `POST /volumes/{id}/metadata`, `POST /volumes/{id}/action` with
    /// `os-set_bootable`, `os-update_readonly_flag`, `os-retype`.
    ///
    /// ```sh
    /// ik volume set data --name archive --property owner=ann
    /// ik volume set data --type CEPH_1_perf2 --wait
    /// ik volume set root --bootable
    /// ```
    BlockStorage::set_volume as SetVolume, "volume set", Effect::Changes,
    (
        /// The volume, by name or id.
        volume_id: Named<Volume>,
    )
    {
        /// The new name.
        name: Option<String> = None,
        /// The new description.
        description: Option<String> = None,
        /// Properties to add, or to give another value.
        property: Map<String, Value> = Map::new(),
        /// Whether an instance can boot from it.
        bootable: Option<bool> = None,
        /// Whether it can only be read.
        read_only: Option<bool> = None,
        /// The new type, by name or id.
        volume_type: Option<Named<VolumeType>> = None,
        /// Whether it may be moved to storage of the new type.
        retype_policy: RetypePolicy = RetypePolicy::OnDemand,
        /// Return only when it has the new type.
        wait: bool = false,
    }
}

impl Operation for SetVolume {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let fields = self.fields();
        let actions = self.actions();
        if fields.is_empty() && actions.is_empty() && self.property.is_empty() {
            return Err(nothing("change"));
        }
        let (fields, actions) = (&fields, &actions);
        let change = |id: String| async move {
            if !fields.is_empty() {
                put(cloud, &id, fields.clone()).await?;
            }
            if !self.property.is_empty() {
                let path = [Volume::PATH, &id, "metadata"];
                let body = json!({ "metadata": texts(&self.property) });
                cloud.send(Request::post(&BLOCK_STORAGE, &path, body)).await?;
            }
            for body in actions {
                action(cloud, &id, body.clone()).await?;
            }
            Ok(id)
        };
        let id = self.volume_id.apply(cloud, change).await?;
        if self.volume_type.is_none() || !self.wait {
            return Ok(());
        }
        let name = self.volume_id.as_str();
        settled(cloud, &id, name, "of another type", Volume::is_at_rest).await.map(drop)
    }
}

impl SetVolume {
    /// The fields of the volume itself.
    fn fields(&self) -> Map<String, Value> {
        let fields = [("name", &self.name), ("description", &self.description)];
        fields
            .into_iter()
            .filter_map(|(field, value)| Some((field.into(), value.as_deref()?.into())))
            .collect()
    }

    fn actions(&self) -> Vec<Value> {
        let mut actions = Vec::new();
        if let Some(bootable) = self.bootable {
            actions.push(json!({ "os-set_bootable": { "bootable": bootable } }));
        }
        if let Some(read_only) = self.read_only {
            actions.push(json!({ "os-update_readonly_flag": { "readonly": read_only } }));
        }
        if let Some(volume_type) = &self.volume_type {
            actions.push(json!({ "os-retype": {
                "new_type": volume_type, "migration_policy": self.retype_policy,
            } }));
        }
        actions
    }
}

async fn put(cloud: &Cloud, id: &str, fields: Map<String, Value>) -> Result<()> {
    let request = Request::new(&BLOCK_STORAGE, Method::PUT, &[Volume::PATH, id]);
    cloud.send(request.json(json!({ "volume": fields }))).await.map(drop)
}

operation! {
    /// Removes properties or the description of a volume.
    ///
    /// What is not there counts as removed.
    ///
    /// Cinder: `DELETE /volumes/{id}/metadata/{key}`, `PUT /volumes/{id}`.
    ///
    /// ```sh
    /// ik volume unset data --property owner --description
    /// ```
    BlockStorage::unset_volume as UnsetVolume, "volume unset", Effect::Changes,
    (
        /// The volume, by name or id.
        volume_id: Named<Volume>,
    )
    {
        /// Whether the description goes.
        description: bool = false,
        /// Keys of the properties that go.
        properties: Vec<String> = Vec::new(),
    }
}

impl Operation for UnsetVolume {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        if !self.description && self.properties.is_empty() {
            return Err(nothing("remove"));
        }
        // Found first: "not found" below is about what goes, not about the volume.
        let id = self.volume_id.find(cloud).await?.id;
        if self.description {
            put(cloud, &id, Map::from_iter([("description".into(), Value::Null)])).await?;
        }
        for key in &self.properties {
            let path = [Volume::PATH, &id, "metadata", key];
            let removed = cloud.send(Request::delete(&BLOCK_STORAGE, &path)).await;
            or_gone(removed.map(drop), "property", key)?;
        }
        Ok(())
    }
}
