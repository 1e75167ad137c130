//! Block storage (Cinder): volumes, what is kept of them, and how they reach instances.
//!
//! Sizes are in GiB everywhere. What Cinder accepts it does later: operations that take seconds wait
//! until it is done, unless told not to; those that may take hours (backups, restores, another type)
//! wait if told to.

mod attachment;
mod backup;
mod mark;
mod quota;
mod size;
mod snapshot;
mod state;
mod transfer;
mod volume;
mod volume_type;
mod zone;

pub use attachment::{
    AttachVolume, Attachment, DetachVolume, GetVolumeAttachment, ListVolumeAttachments,
};
pub use backup::{
    Backup, CreateBackup, DeleteBackup, GetBackup, ListBackups, RestoreBackup, Restored,
};
pub use quota::{GetVolumeQuotas, VolumeQuota};
pub use size::Size;
pub use snapshot::{
    CreateSnapshot, DeleteSnapshot, GetSnapshot, ListSnapshots, SetSnapshot, Snapshot,
};
pub use transfer::{
    AcceptVolumeTransfer, CreateVolumeTransfer, DeleteVolumeTransfer, GetVolumeTransfer,
    ListVolumeTransfers, NewTransfer, Transfer,
};
pub use volume::{
    CreateVolume, DeleteVolume, ExtendVolume, GetVolume, ListVolumes, RetypePolicy, SetVolume,
    UnsetVolume, Volume,
};
pub use volume_type::{GetVolumeType, ListVolumeTypes, VolumeType};
pub use zone::{ListVolumeZones, VolumeZone};

use crate::operation::service;

service! {
    /// Volumes, their snapshots and backups, and how they are attached to instances. Sizes are in GiB.
    BlockStorage, block_storage, contract InfomaniakVolumeClient,
    nouns volume, attachment, snapshot, backup, volume_type, zone, quota, transfer
}
