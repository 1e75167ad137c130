//! Block storage: volumes, how they are attached, snapshots, backups, types, zones, quotas, transfers.

mod attachment;
mod backup;
mod rest;
mod snapshot;
mod transfer;
mod volume;
mod volume_change;
mod volume_refused;

use infomaniak_cloud::block_storage::Volume;

use crate::case::{Group, Outcome};
use crate::context::Context;
use crate::things::VOLUME;

pub(crate) fn groups() -> Vec<Group> {
    let group = |name, cases| Group { name, cases };
    vec![
        group("volume", volume::cases()),
        group("volume changed", volume_change::cases()),
        group("volume refused", volume_refused::cases()),
        group("volume at an instance", attachment::cases()),
        group("volume snapshot", snapshot::cases()),
        group("volume backup", backup::cases()),
        group("volume transfer", transfer::cases()),
        group("volume types, zones and quotas", rest::cases()),
    ]
}

/// An empty volume of 1 GiB of the member, of a name made from `stem`.
pub(crate) async fn volume(context: &Context, stem: &str) -> Outcome<Volume> {
    let name = context.name(&VOLUME, stem);
    Ok(context.cloud()?.block_storage().create_volume(1, &name).await?)
}
