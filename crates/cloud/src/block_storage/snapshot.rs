//! Snapshots: a volume as it was at one moment, from which others can be made.

use std::collections::BTreeMap;

use reqwest::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use super::mark::{Mark, Marked};
use super::state::{self, find, gone, settled};
use super::{BlockStorage, Volume};
use crate::cloud::Cloud;
use crate::error::{Processed, Result};
use crate::operation::body::{nothing, texts};
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::null_as_empty;
use crate::resource::{Named, Record, Resource, or_gone};
use crate::session::Request;
use crate::session::service::{BLOCK_STORAGE, Service};

operations!(ListSnapshots, GetSnapshot, CreateSnapshot, DeleteSnapshot, SetSnapshot);

/// A snapshot of a volume.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// The id.
    pub id: String,
    /// The name; empty if it was given none, and not necessarily unique.
    #[serde(deserialize_with = "null_as_empty")]
    pub name: String,
    /// `available`, `creating`, `error` ...
    pub status: String,
    /// Id of the volume it was made of.
    pub volume_id: String,
    /// Size in GiB.
    pub size: u64,
    /// When it was created, as the server writes it.
    pub created_at: Option<String>,
    /// The description.
    #[serde(default)]
    pub description: Option<String>,
    /// What its owner keeps with it.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

/// The contract's fields.
const CONTRACTED: &[&str] = &["id", "name", "status", "volume_id", "size", "created_at"];

impl Record for Snapshot {
    const NOUN: &'static str = "snapshot";
    const COLUMNS: &'static [&'static str] =
        &["id", "name", "status", "size", "volume_id", "created_at"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for Snapshot {
    const SERVICE: &'static Service = &BLOCK_STORAGE;
    const PATH: &'static str = "snapshots";
    const LIST: &'static [&'static str] = &["snapshots", "detail"];
    const ONE: &'static str = "snapshot";
    const MANY: &'static str = "snapshots";

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

impl Marked for Snapshot {
    fn mark(&self, key: &str) -> Option<&str> {
        self.metadata.get(key).map(String::as_str)
    }
}

operation! {
    /// Lists the project's snapshots.
    ///
    /// Cinder: `GET /snapshots/detail`.
    ///
    /// ```sh
    /// ik volume snapshot list
    /// ```
    BlockStorage::list_snapshots as ListSnapshots, "volume snapshot list", Effect::Reads,
    () {}
}

impl Operation for ListSnapshots {
    type Output = Vec<Snapshot>;

    const CONTRACTED: Option<&'static [&'static str]> = Some(CONTRACTED);

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Snapshot>> {
        Snapshot::list(cloud).all().await
    }
}

operation! {
    /// Shows a snapshot.
    ///
    /// Cinder: `GET /snapshots/{id}`.
    ///
    /// ```sh
    /// ik volume snapshot show monday
    /// ```
    BlockStorage::get_snapshot as GetSnapshot, "volume snapshot show", Effect::Reads,
    (
        /// The snapshot, by name or id.
        snapshot_id: Named<Snapshot>,
    )
    {
        /// Return only when nothing is being done to it any more.
        wait: bool = false,
    }
}

impl Operation for GetSnapshot {
    type Output = Snapshot;

    const CONTRACTED: Option<&'static [&'static str]> = Some(CONTRACTED);

    async fn run(&self, cloud: &Cloud) -> Result<Snapshot> {
        find(cloud, &self.snapshot_id, self.wait).await
    }
}

operation! {
    /// Creates a snapshot of a volume and waits until it is available.
    ///
    /// The snapshot carries a property `ik-create` by which it is found again should Cinder's answer be
    /// lost: it is never created twice. A snapshot of a volume in use has what was written by then; what
    /// the guest still held back is not in it.
    ///
    /// Cinder: `POST /snapshots`, then `GET /snapshots/{id}`.
    ///
    /// ```sh
    /// ik volume snapshot create monday --volume data
    /// ```
    BlockStorage::create_snapshot as CreateSnapshot,
    "volume snapshot create" [name], Effect::Changes,
    (
        /// The volume, by name or id.
        volume_id: Named<Volume>,
        /// Name of the new snapshot.
        name: String,
    )
    {
        /// Description.
        description: Option<String> = None,
        /// Also of a volume in use. Newer clouds need not be told.
        force: bool = false,
        /// Properties to keep with it.
        property: Map<String, serde_json::Value> = Map::new(),
        /// Return only when it is available.
        wait: bool = true,
    }
}

impl Operation for CreateSnapshot {
    type Output = Snapshot;

    const CONTRACTED: Option<&'static [&'static str]> =
        Some(&["id", "name", "status", "volume_id"]);

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<Snapshot> {
        let volume = self.volume_id.id(cloud).await?;
        let mark = Mark::new();
        let mut snapshot = json!({
            "volume_id": volume, "name": self.name, "metadata": mark.metadata(&self.property),
        });
        if let Some(description) = &self.description {
            snapshot["description"] = description.as_str().into();
        }
        // From 3.66 on `false` is refused, and `true` is what is done anyway.
        if self.force {
            snapshot["force"] = true.into();
        }
        let body = json!({ "snapshot": snapshot });
        let request = Request::post(&BLOCK_STORAGE, &[Snapshot::PATH], body);
        let marked = |mark: &Mark| {
            Request::get(&BLOCK_STORAGE, Snapshot::LIST).query("metadata", &mark.filter())
        };
        let id = mark.create::<Snapshot>(cloud, request, marked).await?;
        if self.wait {
            let is_done = |snapshot: &Snapshot| snapshot.status == "available";
            return settled(cloud, &id, &self.name, "available", is_done).await;
        }
        let created = Snapshot::get(cloud, &id).await;
        created.map_err(|error| error.with_resource(&id).with_processed(Processed::Yes))
    }

    async fn existing(&self, cloud: &Cloud) -> Result<Option<Snapshot>> {
        state::existing(cloud, &self.name, self.wait).await
    }
}

operation! {
    /// Deletes a snapshot.
    ///
    /// One that is gone already counts as deleted, unless `force` is set. Volumes made from it stay.
    ///
    /// Cinder: `DELETE /snapshots/{id}`; with `force` `POST /snapshots/{id}/action` with
    /// `os-force_delete`.
    ///
    /// ```sh
    /// ik volume snapshot delete monday --yes
    /// ```
    BlockStorage::delete_snapshot as DeleteSnapshot, "volume snapshot delete", Effect::Destroys,
    (
        /// The snapshot, by name or id.
        snapshot_id: Named<Snapshot>,
    )
    {
        /// Delete it whatever its state. Most clouds keep this for administrators.
        force: bool = false,
        /// Return only when it is gone.
        wait: bool = false,
    }
}

impl Operation for DeleteSnapshot {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let id = delete(cloud, &self.snapshot_id, self.force).await?;
        match id.filter(|_| self.wait) {
            Some(id) => gone::<Snapshot>(cloud, &id, self.snapshot_id.as_str()).await,
            None => Ok(()),
        }
    }
}

/// Deletes a thing, by force through an action of administrators. Its id, unless it was gone already.
pub(super) async fn delete<T: Resource>(
    cloud: &Cloud,
    named: &Named<T>,
    force: bool,
) -> Result<Option<String>> {
    let name = named.as_str();
    let maybe_id = T::is_id(name);
    let deleted = named.apply(cloud, |id| async move {
        if force {
            let path = [T::PATH, &id, "action"];
            let body = json!({ "os-force_delete": null });
            cloud.send(Request::post(T::SERVICE, &path, body)).await?;
        } else if maybe_id {
            // Not known as an id: it may still be a name.
            T::delete(cloud, &id).await?;
        } else {
            or_gone(T::delete(cloud, &id).await, T::NOUN, &id)?;
        }
        Ok(id)
    });
    match deleted.await {
        Err(error) if maybe_id && !force => or_gone(Err(error), T::NOUN, name).map(|()| None),
        deleted => deleted.map(Some),
    }
}

operation! {
    /// Changes a snapshot's name, description or properties.
    ///
    /// What is not given stays as it is.
    ///
    /// Cinder: `PUT /snapshots/{id}`, `POST /snapshots/{id}/metadata`.
    ///
    /// ```sh
    /// ik volume snapshot set monday --name tuesday
    /// ```
    BlockStorage::set_snapshot as SetSnapshot, "volume snapshot set", Effect::Changes,
    (
        /// The snapshot, by name or id.
        snapshot_id: Named<Snapshot>,
    )
    {
        /// The new name.
        name: Option<String> = None,
        /// The new description.
        description: Option<String> = None,
        /// Properties to add, or to give another value.
        property: Map<String, serde_json::Value> = Map::new(),
    }
}

impl Operation for SetSnapshot {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let mut fields = Map::new();
        for (field, value) in [("name", &self.name), ("description", &self.description)] {
            if let Some(value) = value {
                fields.insert(field.into(), value.as_str().into());
            }
        }
        if fields.is_empty() && self.property.is_empty() {
            return Err(nothing("change"));
        }
        let fields = &fields;
        let change = |id: String| async move {
            if !fields.is_empty() {
                let request = Request::new(&BLOCK_STORAGE, Method::PUT, &[Snapshot::PATH, &id]);
                cloud.send(request.json(json!({ "snapshot": fields }))).await?;
            }
            if !self.property.is_empty() {
                let path = [Snapshot::PATH, &id, "metadata"];
                let body = json!({ "metadata": texts(&self.property) });
                cloud.send(Request::post(&BLOCK_STORAGE, &path, body)).await?;
            }
            Ok(())
        };
        self.snapshot_id.apply(cloud, change).await
    }
}
