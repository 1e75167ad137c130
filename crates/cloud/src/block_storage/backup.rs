//! Backups: copies of volumes, kept apart from them, whole or as what changed since the last one.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::mark::{Mark, Marked};
use super::snapshot::delete;
use super::state::{self, find, gone, settled};
use super::{BlockStorage, Snapshot, Volume};
use crate::cloud::Cloud;
use crate::error::{Processed, Result};
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::null_as_empty;
use crate::resource::{Named, Record, Resource};
use crate::session::Request;
use crate::session::service::{BLOCK_STORAGE, Service};

operations!(ListBackups, GetBackup, CreateBackup, RestoreBackup, DeleteBackup);

/// A backup of a volume.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Backup {
    /// The id.
    pub id: String,
    /// The name; empty if it was given none, and not necessarily unique.
    #[serde(deserialize_with = "null_as_empty")]
    pub name: String,
    /// `available`, `creating`, `restoring`, `error` ...
    pub status: String,
    /// Id of the volume it was made of.
    pub volume_id: String,
    /// Size of that volume in GiB.
    pub size: u64,
    /// When it was created, as the server writes it.
    pub created_at: Option<String>,
    /// Whether it has only what changed since the backup before.
    #[serde(default)]
    pub is_incremental: bool,
    /// Whether later ones need it.
    #[serde(default)]
    pub has_dependent_backups: bool,
    /// Why it is in an error state.
    #[serde(default)]
    pub fail_reason: Option<String>,
    /// The description.
    #[serde(default)]
    pub description: Option<String>,
    /// Id of the snapshot it was made of, if of one.
    #[serde(default)]
    pub snapshot_id: Option<String>,
    /// What its owner keeps with it.
    #[serde(default)]
    pub metadata: Option<BTreeMap<String, String>>,
}

/// The contract's fields.
const CONTRACTED: &[&str] = &["id", "name", "status", "volume_id", "size", "created_at"];

impl Record for Backup {
    const NOUN: &'static str = "backup";
    const COLUMNS: &'static [&'static str] =
        &["id", "name", "status", "size", "volume_id", "created_at"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for Backup {
    const SERVICE: &'static Service = &BLOCK_STORAGE;
    const PATH: &'static str = "backups";
    const LIST: &'static [&'static str] = &["backups", "detail"];
    const ONE: &'static str = "backup";
    const MANY: &'static str = "backups";

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

impl Marked for Backup {
    fn mark(&self, key: &str) -> Option<&str> {
        self.metadata.as_ref()?.get(key).map(String::as_str)
    }
}

operation! {
    /// Lists the project's backups.
    ///
    /// Cinder: `GET /backups/detail`.
    ///
    /// ```sh
    /// ik volume backup list
    /// ```
    BlockStorage::list_backups as ListBackups, "volume backup list", Effect::Reads,
    () {}
}

impl Operation for ListBackups {
    type Output = Vec<Backup>;

    const CONTRACTED: Option<&'static [&'static str]> = Some(CONTRACTED);

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Backup>> {
        Backup::list(cloud).all().await
    }
}

operation! {
    /// Shows a backup.
    ///
    /// Cinder: `GET /backups/{id}`.
    ///
    /// ```sh
    /// ik volume backup show weekly --wait
    /// ```
    BlockStorage::get_backup as GetBackup, "volume backup show", Effect::Reads,
    (
        /// The backup, by name or id.
        backup_id: Named<Backup>,
    )
    {
        /// Return only when nothing is being done to it any more.
        wait: bool = false,
    }
}

impl Operation for GetBackup {
    type Output = Backup;

    const CONTRACTED: Option<&'static [&'static str]> = Some(CONTRACTED);

    async fn run(&self, cloud: &Cloud) -> Result<Backup> {
        find(cloud, &self.backup_id, self.wait).await
    }
}

operation! {
    /// Backs up a volume, or a snapshot of it.
    ///
    /// The backup carries a property `ik-create` by which it is found again should Cinder's answer be
    /// lost: it is never made twice. It is not waited for unless asked, since it may take hours.
    ///
    /// Cinder: `POST /backups`, then `GET /backups/{id}`.
    ///
    /// ```sh
    /// ik volume backup create data --name weekly --wait
    /// ik volume backup create data --name daily --incremental --force
    /// ```
    BlockStorage::create_backup as CreateBackup, "volume backup create", Effect::Changes,
    (
        /// The volume, by name or id.
        volume_id: Named<Volume>,
        /// Name of the new backup; if empty, it has none.
        name: String,
    )
    {
        /// Description.
        description: Option<String> = None,
        /// Keep only what changed since the latest backup, which stays needed then.
        incremental: bool = false,
        /// Also of a volume in use.
        force: bool = false,
        /// Snapshot of the volume to back up instead, by name or id.
        snapshot: Option<Named<Snapshot>> = None,
        /// Properties to keep with it.
        property: Map<String, Value> = Map::new(),
        /// Return only when it is available.
        wait: bool = false,
    }
}

impl Operation for CreateBackup {
    type Output = Backup;

    const CONTRACTED: Option<&'static [&'static str]> =
        Some(&["id", "name", "status", "volume_id"]);

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<Backup> {
        let volume = self.volume_id.id(cloud).await?;
        let mark = Mark::new();
        let mut backup = json!({ "volume_id": volume });
        if !self.name.is_empty() {
            backup["name"] = self.name.as_str().into();
        }
        backup["incremental"] = self.incremental.into();
        backup["force"] = self.force.into();
        backup["metadata"] = mark.metadata(&self.property);
        if let Some(description) = &self.description {
            backup["description"] = description.as_str().into();
        }
        if let Some(snapshot) = &self.snapshot {
            backup["snapshot_id"] = snapshot.id(cloud).await?.into();
        }
        let body = json!({ "backup": backup });
        let request = Request::post(&BLOCK_STORAGE, &[Backup::PATH], body);
        // Backups cannot be filtered by their metadata.
        let of_volume =
            |_: &Mark| Request::get(&BLOCK_STORAGE, Backup::LIST).query("volume_id", &volume);
        let id = mark.create::<Backup>(cloud, request, of_volume).await?;
        if self.wait {
            return available(cloud, &id, &self.name).await;
        }
        let created = Backup::get(cloud, &id).await;
        created.map_err(|error| error.with_resource(&id).with_processed(Processed::Yes))
    }

    async fn existing(&self, cloud: &Cloud) -> Result<Option<Backup>> {
        state::existing(cloud, &self.name, self.wait).await
    }
}

async fn available(cloud: &Cloud, id: &str, name: &str) -> Result<Backup> {
    settled(cloud, id, name, "available", |backup: &Backup| backup.status == "available").await
}

/// Where a backup was restored to.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Restored {
    /// Id of the volume that has, or will have, the backup's content.
    pub volume_id: String,
    /// Name of that volume.
    pub volume_name: Option<String>,
    /// Id of the backup.
    pub backup_id: String,
}

impl Record for Restored {
    const NOUN: &'static str = "restored volume";
    const COLUMNS: &'static [&'static str] = &["volume_id", "volume_name"];

    fn identifier(&self) -> &str {
        &self.volume_id
    }
}

operation! {
    /// Restores a backup to a new volume, or over an existing one.
    ///
    /// With neither a volume nor a name the cloud makes a new volume and names it. An existing volume
    /// loses what is on it; it has to be available and as large as the backup's. Not waited for unless
    /// asked, since it may take hours.
    ///
    /// Cinder: `POST /backups/{id}/restore`.
    ///
    /// ```sh
    /// ik volume backup restore weekly
    /// ik volume backup restore weekly --name data-2 --wait
    /// ik volume backup restore weekly data
    /// ```
    BlockStorage::restore_backup as RestoreBackup,
    "volume backup restore" [backup_id, volume_id], Effect::Changes,
    (
        /// The backup, by name or id.
        backup_id: Named<Backup>,
    )
    {
        /// Existing volume to overwrite, by name or id.
        volume_id: Option<Named<Volume>> = None,
        /// Name of the new volume.
        name: Option<String> = None,
        /// Return only when the volume can be used.
        wait: bool = false,
    }
}

impl Operation for RestoreBackup {
    type Output = Restored;

    const CONTRACTED: Option<&'static [&'static str]> = Some(&["volume_id"]);

    async fn run(&self, cloud: &Cloud) -> Result<Restored> {
        let mut restore = Map::new();
        if let Some(volume) = &self.volume_id {
            restore.insert("volume_id".into(), volume.id(cloud).await?.into());
        }
        if let Some(name) = &self.name {
            restore.insert("name".into(), name.as_str().into());
        }
        let body = &json!({ "restore": restore });
        let send = |id: String| async move {
            let path = [Backup::PATH, &id, "restore"];
            let sent = cloud.send(Request::post(&BLOCK_STORAGE, &path, body.clone())).await;
            sent?.field::<Restored>("restore").map(|restored| (id, restored))
        };
        let (id, restored) = self.backup_id.apply(cloud, send).await.map_err(|error| {
            if error.processed() == Processed::No {
                return error;
            }
            error.with_better_hint(
                "it is not known whether the backup is being restored: look whether its status is \
                 `restoring` before trying again",
            )
        })?;
        if self.wait {
            available(cloud, &id, self.backup_id.as_str()).await?;
            let volume = restored.volume_id.as_str();
            settled(cloud, volume, volume, "available", Volume::is_at_rest).await?;
        }
        Ok(restored)
    }
}

operation! {
    /// Deletes a backup.
    ///
    /// One that is gone already counts as deleted, unless `force` is set. A backup that later ones need
    /// is refused: delete those first.
    ///
    /// Cinder: `DELETE /backups/{id}`; with `force` `POST /backups/{id}/action` with
    /// `os-force_delete`.
    ///
    /// ```sh
    /// ik volume backup delete weekly --yes
    /// ```
    BlockStorage::delete_backup as DeleteBackup, "volume backup delete", Effect::Destroys,
    (
        /// The backup, by name or id.
        backup_id: Named<Backup>,
    )
    {
        /// Delete it whatever its state. Most clouds keep this for administrators.
        force: bool = false,
        /// Return only when it is gone.
        wait: bool = false,
    }
}

impl Operation for DeleteBackup {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let id = delete(cloud, &self.backup_id, self.force).await?;
        match id.filter(|_| self.wait) {
            Some(id) => gone::<Backup>(cloud, &id, self.backup_id.as_str()).await,
            None => Ok(()),
        }
    }
}
