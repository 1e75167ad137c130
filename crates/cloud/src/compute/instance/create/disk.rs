//! What a new instance boots from, and the disks it has beside that.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::{Flavor, Image};
use super::CreateInstance;
use crate::block_storage::{Snapshot, Volume};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::operation::plain_settings;

/// Where a disk's content comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DiskSource {
    /// An image.
    Image,
    /// A volume's snapshot.
    Snapshot,
    /// A volume as it is.
    Volume,
    /// Nothing.
    Blank,
}

/// Where a disk lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DiskPlace {
    /// On a volume.
    Volume,
    /// On the host, as long as the instance lives.
    Local,
}

/// A disk of a new instance, as Nova's `block_device_mapping_v2` describes it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BlockDevice {
    /// Id of the image, snapshot or volume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uuid: Option<String>,
    /// Where its content comes from. A volume if there is an id, else nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<DiskSource>,
    /// Where it lives. On the host if it is blank, else on a volume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_type: Option<DiskPlace>,
    /// Size in GiB; of swap in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_size: Option<u64>,
    /// Type of the volume that is made, by name or id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_type: Option<String>,
    /// 0 for the disk to boot from, -1 for one never to boot from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boot_index: Option<i64>,
    /// Whether the volume goes with the instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_on_termination: Option<bool>,
    /// Tag by which the guest tells its disks apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Name the guest shall give it: `vdb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_name: Option<String>,
    /// `disk`, `cdrom` ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_type: Option<String>,
    /// `virtio`, `scsi` ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_bus: Option<String>,
    /// `swap`, `ext4` ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_format: Option<String>,
}

plain_settings!(BlockDevice);

/// What an instance boots from.
pub(super) enum Source {
    Image(Image),
    Volume(Volume),
    Snapshot(Snapshot),
    /// What the block devices say.
    Devices,
}

/// What Nova is told about disks.
pub(super) struct Disks {
    /// The image's id, where it is copied to the flavor's own disk.
    pub(super) image: Option<String>,
    /// `block_device_mapping_v2`.
    pub(super) devices: Vec<Value>,
}

impl CreateInstance {
    /// Checks that there is one thing to boot from, before anything is looked up.
    pub(super) fn check_boot(&self) -> Result<()> {
        let from_device = || self.block_devices.iter().any(|device| device.boot_index == Some(0));
        let invalid =
            |message: &str, hint: &str| Err(Error::new(Kind::Invalid, message).with_hint(hint));
        let given = [self.image.as_ref().is_some(), self.volume.is_some(), self.snapshot.is_some()];
        let given = given.into_iter().filter(|given| *given).count();
        match (self.image.as_ref(), self.boot_from_volume) {
            _ if given > 1 => invalid(
                "an instance boots from one thing only",
                "give one of image, volume and snapshot; further disks are --block-device",
            ),
            (None, Some(_)) if given == 0 => invalid(
                "there is no image for the new volume to boot from",
                "say which image goes on it: --image",
            ),
            (None, None)
                if given == 0
                    && !from_device()
                    && !self.extra.contains_key("block_device_mapping_v2") =>
            {
                invalid(
                    "it is not said what the instance boots from",
                    "give it an image: --image; or a volume: --volume, or a snapshot of one: --snapshot",
                )
            }
            _ => Ok(()),
        }
    }

    /// Finds what it boots from.
    pub(super) async fn find_source(&self, cloud: &Cloud) -> Result<Source> {
        if let Some(volume) = &self.volume {
            return Ok(Source::Volume(volume.find(cloud).await?));
        }
        if let Some(snapshot) = &self.snapshot {
            return Ok(Source::Snapshot(snapshot.find(cloud).await?));
        }
        Ok(self.image.find(cloud).await?.map_or(Source::Devices, Source::Image))
    }

    /// The disks, the one to boot from in front.
    pub(super) fn disks(&self, source: &Source) -> Disks {
        let on_volume = |id: &str, kind| BlockDevice {
            destination_type: Some(DiskPlace::Volume),
            volume_size: self.boot_from_volume,
            delete_on_termination: Some(self.delete_on_termination),
            ..BlockDevice::root(id, kind)
        };
        let mut image = None;
        let root = match source {
            Source::Volume(volume) => Some(on_volume(&volume.id, DiskSource::Volume)),
            Source::Snapshot(snapshot) => Some(on_volume(&snapshot.id, DiskSource::Snapshot)),
            Source::Image(from) if self.boot_from_volume.is_some() => {
                Some(on_volume(&from.id, DiskSource::Image))
            }
            Source::Image(from) => {
                image = Some(from.id.clone());
                // Beside other disks, the flavor's own has to be named as well.
                (!self.block_devices.is_empty()).then(|| BlockDevice {
                    destination_type: Some(DiskPlace::Local),
                    delete_on_termination: Some(true),
                    ..BlockDevice::root(&from.id, DiskSource::Image)
                })
            }
            Source::Devices => None,
        };
        let devices = root.iter().chain(&self.block_devices).map(BlockDevice::complete).collect();
        Disks { image, devices }
    }

    /// Tells what to do about a refusal to boot from a flavor that has no disk.
    pub(super) fn explain_disk(&self, error: Error, flavor: &Flavor) -> Error {
        if error.kind() != Kind::Denied || flavor.disk > 0 || self.boot_from_volume.is_some() {
            return error;
        }
        error.with_better_hint(format!(
            "flavor `{}` has no disk of its own: let the instance boot from a new volume, \
             for example --boot-from-volume 20, or take a flavor with a disk",
            flavor.name
        ))
    }
}

impl BlockDevice {
    /// The disk to boot from.
    fn root(id: &str, source: DiskSource) -> Self {
        BlockDevice {
            uuid: Some(id.to_string()),
            source_type: Some(source),
            boot_index: Some(0),
            ..BlockDevice::default()
        }
    }

    /// As Nova wants it: what was left out follows from the rest.
    fn complete(&self) -> Value {
        let source = self.source_type.unwrap_or(match self.uuid {
            Some(_) => DiskSource::Volume,
            None => DiskSource::Blank,
        });
        let place = self.destination_type.unwrap_or(match source {
            DiskSource::Blank => DiskPlace::Local,
            _ => DiskPlace::Volume,
        });
        let goes = self.delete_on_termination.or((place == DiskPlace::Local).then_some(true));
        let whole = BlockDevice {
            source_type: Some(source),
            destination_type: Some(place),
            delete_on_termination: goes,
            ..self.clone()
        };
        json!(whole)
    }
}
