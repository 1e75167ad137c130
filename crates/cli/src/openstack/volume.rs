//! `volume ...`.

use infomaniak_cloud::block_storage::{Backup, Snapshot, Volume, VolumeType};
use serde_json::{Map, Value};

use super::face::{Does, Face, Flag, Given, Gives, LONG, List, Show};
use super::noun::Noun;
use super::view::{Look, Names, by, col, same};

static VOLUME: Noun = Noun::of::<Volume>();
static SNAPSHOT: Noun = Noun::of::<Snapshot>();
static BACKUP: Noun = Noun::of::<Backup>();
static TYPE: Noun = Noun::of::<VolumeType>();

pub(super) static FACES: &[Face] = &[
    Face::new("volume list", "list_volumes", LIST_FLAGS, Does::List(LIST)),
    Face::new("volume show", "get_volume", &[Flag::one("volume", "")], Does::Show(SHOW)),
    Face::new("volume create", "create_volume", CREATE_FLAGS, Does::Make(SHOW)),
    Face::new("volume delete", "delete_volume", DELETE_FLAGS, Does::Act),
    Face::new("volume snapshot list", "list_snapshots", LIST_FLAGS, Does::List(SNAPSHOTS)),
    Face::new("volume snapshot show", "get_snapshot", ONE_SNAPSHOT, Does::Show(SHOW_SNAPSHOT)),
    Face::new("volume snapshot create", "create_snapshot", NEW_SNAPSHOT, Does::Make(SHOW_SNAPSHOT))
        .prepared(of_its_name),
    Face::new("volume snapshot delete", "delete_snapshot", DELETE_SNAPSHOT, Does::Act),
    Face::new("volume backup list", "list_backups", LIST_FLAGS, Does::List(BACKUPS)),
    Face::new("volume backup delete", "delete_backup", DELETE_BACKUP, Does::Act),
    Face::new("volume type list", "list_volume_types", &[LONG], Does::List(TYPES)),
];

const FORCE: Flag = Flag::switch("force", Gives::Truth("force", true));
const LIST_FLAGS: &[Flag] = &[
    LONG,
    Flag::switch("all-projects", Gives::QueryAs("all_tenants", "True")),
    Flag::value("name", Gives::Query("name")),
    Flag::value("status", Gives::Query("status")),
];

const LIST: List = List::of(
    &VOLUME,
    &[
        col("ID", "id"),
        col("Name", "name"),
        col("Status", "status"),
        col("Size", "size"),
        col("Type", "volume_type").with("long"),
        by("Bootable", bootable).with("long"),
        col("Attached to", "attachments").look(Look::Attachments),
        col("Properties", "metadata").look(Look::Dict).with("long"),
    ],
);

const SHOW: Show = Show::of(
    &VOLUME,
    &[
        same("attachments"),
        same("availability_zone"),
        same("backup_id"),
        by("bootable", bootable),
        same("cluster_name"),
        same("consistencygroup_id").present(),
        same("consumes_quota"),
        same("created_at"),
        same("description"),
        same("encrypted"),
        same("encryption_key_id").present(),
        same("group_id"),
        same("id"),
        same("multiattach"),
        same("name"),
        same("os-vol-host-attr:host"),
        same("os-vol-mig-status-attr:migstat"),
        same("os-vol-mig-status-attr:name_id"),
        same("os-vol-tenant-attr:tenant_id"),
        col("properties", "metadata").look(Look::Dict),
        same("provider_id"),
        same("replication_status"),
        same("service_uuid"),
        same("shared_targets"),
        same("size"),
        same("snapshot_id"),
        same("source_volid"),
        same("status"),
        col("type", "volume_type"),
        same("updated_at"),
        same("user_id"),
        same("volume_image_metadata").present(),
        same("volume_type_id"),
    ],
);

/// Cinder writes it as a text.
fn bootable(volume: &Value, _: &Names) -> Value {
    (volume["bootable"] == "true").into()
}

const CREATE_FLAGS: &[Flag] = &[
    Flag::one("name", "name"),
    Flag::value("size", Gives::Number("size")).required(),
    Flag::value("type", Gives::Text("volume_type")),
    Flag::value("image", Gives::Text("image_id")),
    Flag::value("snapshot", Gives::Text("snapshot_id")),
    Flag::value("source", Gives::Text("source")),
    Flag::value("description", Gives::Text("description")),
    Flag::value("availability-zone", Gives::Text("availability_zone")),
    Flag::values("property", Gives::Pairs("property")),
];

const DELETE_FLAGS: &[Flag] = &[Flag::several("volume", "volume_id"), FORCE];
const DELETE_SNAPSHOT: &[Flag] = &[Flag::several("snapshot", "snapshot_id"), FORCE];
const DELETE_BACKUP: &[Flag] = &[Flag::several("backup", "backup_id"), FORCE];
const ONE_SNAPSHOT: &[Flag] = &[Flag::one("snapshot", "")];

const SNAPSHOTS: List = List::of(
    &SNAPSHOT,
    &[
        col("ID", "id"),
        col("Name", "name"),
        col("Description", "description"),
        col("Status", "status"),
        col("Size", "size"),
        col("Created At", "created_at").with("long"),
        col("Volume", "volume_id").with("long"),
        col("Properties", "metadata").look(Look::Dict).with("long"),
    ],
);

const SHOW_SNAPSHOT: Show = Show::of(
    &SNAPSHOT,
    &[
        same("created_at"),
        same("description"),
        same("id"),
        same("name"),
        col("properties", "metadata").look(Look::Dict),
        same("size"),
        same("status"),
        same("volume_id"),
    ],
);

const NEW_SNAPSHOT: &[Flag] = &[
    Flag::one("snapshot-name", "name"),
    FORCE,
    Flag::value("volume", Gives::Text("volume_id")),
    Flag::value("description", Gives::Text("description")),
    Flag::values("property", Gives::Pairs("property")),
];

/// Without `--volume` it is of the volume that is called as the snapshot is to be.
#[allow(clippy::unnecessary_wraps)] // as the table has it
fn of_its_name(given: &Given, arguments: &mut Map<String, Value>) -> Result<(), String> {
    let name = given.text("snapshot-name").unwrap_or_default();
    arguments.entry("volume_id").or_insert_with(|| name.into());
    Ok(())
}

const BACKUPS: List = List::of(
    &BACKUP,
    &[
        col("ID", "id"),
        col("Name", "name"),
        col("Description", "description"),
        col("Status", "status"),
        col("Size", "size"),
        col("Incremental", "is_incremental"),
        col("Created At", "created_at"),
        col("Availability Zone", "availability_zone").with("long"),
        col("Volume", "volume_id").with("long"),
        col("Container", "container").with("long"),
    ],
);

const TYPES: List = List::of(
    &TYPE,
    &[
        col("ID", "id"),
        col("Name", "name"),
        col("Is Public", "is_public"),
        col("Description", "description").with("long"),
        col("Properties", "extra_specs").look(Look::Dict).with("long"),
    ],
);
