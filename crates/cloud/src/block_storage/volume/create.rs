//! Creating a volume, once.

use serde_json::{Map, Value, json};

use super::{CONTRACTED, Volume};
use crate::block_storage::mark::{Mark, Marked};
use crate::block_storage::state::{self, settled};
use crate::block_storage::{BlockStorage, Size, Snapshot, VolumeType};
use crate::cloud::Cloud;
use crate::compute::Image;
use crate::error::{Error, Kind, Processed, Result};
use crate::operation::body::add_extra;
use crate::operation::{Effect, Operation, operation};
use crate::resource::{Named, Resource};
use crate::session::Request;
use crate::session::service::BLOCK_STORAGE;

operation! {
    /// Creates a volume, empty or from a snapshot, an image or another volume, and waits until it is
    /// available.
    ///
    /// What it is made from is looked up first; when that does not exist nothing is created. When the
    /// volume ends in an error state, it stays behind; the error has its id and Cinder's reason. The
    /// volume carries a property `ik-create` by which it is found again should Cinder's answer be lost:
    /// it is never created twice.
    ///
    /// Cinder: `POST /volumes`, then `GET /volumes/{id}`.
    ///
    /// ```sh
    /// ik volume create data --size 10
    /// ik volume create data --size 10 --type CEPH_1_perf2 --property owner=ann
    /// ik volume create root --size 20 --image "Debian 12 bookworm"
    /// ik volume create again --snapshot monday
    /// ```
    BlockStorage::create_volume as CreateVolume, "volume create" [name], Effect::Changes,
    (
        /// Size in GiB. Without one, or with 0: as much as the snapshot or volume it is made from.
        size: Size,
        /// Name of the new volume; if empty, it has none.
        name: String,
    )
    {
        /// Description.
        description: Option<String> = None,
        /// Type, by name or id. Without one, the cloud's default.
        volume_type: Option<Named<VolumeType>> = None,
        /// Availability zone to create it in.
        availability_zone: Option<String> = None,
        /// Snapshot to make it from, by name or id.
        snapshot_id: Option<Named<Snapshot>> = None,
        /// Image to make it from, by name or id; the volume can be booted from then.
        image_id: Option<Named<Image>> = None,
        /// Further fields of Cinder's `volume` object, sent as they are.
        extra: Map<String, Value> = Map::new(),
        /// Volume to make it from, by name or id.
        source: Option<Named<Volume>> = None,
        /// Properties to keep with it.
        property: Map<String, Value> = Map::new(),
        /// Return only when it is available.
        wait: bool = true,
    }
}

impl Operation for CreateVolume {
    type Output = Volume;

    const CONTRACTED: Option<&'static [&'static str]> = Some(CONTRACTED);

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<Volume> {
        let mark = Mark::new();
        let volume = self.volume(cloud, &mark).await?;
        let request = Request::post(&BLOCK_STORAGE, &[Volume::PATH], json!({ "volume": volume }));
        let marked = |mark: &Mark| {
            Request::get(&BLOCK_STORAGE, Volume::LIST).query("metadata", &mark.filter())
        };
        let id = mark.create::<Volume>(cloud, request, marked).await?;
        if self.wait {
            return settled::<Volume>(cloud, &id, &self.name, "available", Volume::is_at_rest)
                .await;
        }
        let created = Volume::get(cloud, &id).await;
        created.map_err(|error| error.with_resource(&id).with_processed(Processed::Yes))
    }

    async fn existing(&self, cloud: &Cloud) -> Result<Option<Volume>> {
        state::existing(cloud, &self.name, self.wait).await
    }
}

impl CreateVolume {
    /// Cinder's `volume` object: only what was asked for.
    async fn volume(&self, cloud: &Cloud, mark: &Mark) -> Result<Map<String, Value>> {
        let mut volume = Map::new();
        let mut set = |field: &str, value: Value| drop(volume.insert(field.into(), value));
        if !self.name.is_empty() {
            set("name", self.name.as_str().into());
        }
        set("metadata", mark.metadata(&self.property));
        if self.size.0 > 0 {
            set("size", self.size.0.into());
        }
        if let Some((field, id)) = self.origin(cloud).await? {
            set(field, id.into());
        } else if self.size.0 == 0 {
            return Err(Error::new(Kind::Invalid, "an empty volume needs a size")
                .with_hint("give its size in GiB, or what to make it from"));
        }
        let texts = [
            ("description", self.description.as_deref()),
            ("volume_type", self.volume_type.as_ref().map(Named::as_str)),
            ("availability_zone", self.availability_zone.as_deref()),
        ];
        for (field, text) in texts {
            if let Some(text) = text {
                set(field, text.into());
            }
        }
        add_extra(&mut volume, &self.extra)?;
        Ok(volume)
    }

    /// What it is made from: Cinder's field for it, and the id.
    async fn origin(&self, cloud: &Cloud) -> Result<Option<(&'static str, String)>> {
        Ok(match (&self.snapshot_id, &self.image_id, &self.source) {
            (None, None, None) => None,
            (Some(snapshot), None, None) => Some(("snapshot_id", snapshot.find(cloud).await?.id)),
            (None, Some(image), None) => Some(("imageRef", image.find(cloud).await?.id)),
            (None, None, Some(volume)) => Some(("source_volid", volume.find(cloud).await?.id)),
            _ => {
                return Err(Error::new(Kind::Invalid, "a volume is made from one thing only")
                    .with_hint("give a snapshot, or an image, or another volume"));
            }
        })
    }
}

impl Marked for Volume {
    fn mark(&self, key: &str) -> Option<&str> {
        self.metadata.get(key).map(String::as_str)
    }
}
