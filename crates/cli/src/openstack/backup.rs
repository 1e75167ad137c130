//! `volume backup ...`.

use infomaniak_cloud::block_storage::Backup;
use serde_json::{Map, Value};

use super::face::{Does, Face, Flag, Given, Gives, List, MOST, Show};
use super::noun::Noun;
use super::view::{Column, Look, col, same};
use super::volume::{BY_VOLUME, DESCRIPTION, FORCE, LISTED, NAME, PROPERTY, VOLUME, VOLUME_NAMES};

static BACKUP: Noun = Noun::of::<Backup>();

pub(super) static FACES: &[Face] = &[
    Face::new("volume backup list", "list_backups", LIST_FLAGS, Does::List(LIST)).and(&[LISTED]),
    Face::new("volume backup show", "get_backup", &[ONE], Does::Show(SHOW)),
    Face::new("volume backup create", "create_backup", CREATE_FLAGS, Does::Make(NEW))
        .prepared(unnamed),
    Face::new("volume backup restore", "restore_backup", RESTORE_FLAGS, Does::Tell(RESTORED)),
    Face::new("volume backup delete", "delete_backup", DELETE_FLAGS, Does::Act),
];

const ONE: Flag = Flag::one("backup", "backup_id");
const LIST_FLAGS: &[Flag] =
    &[BY_VOLUME, Flag::value("marker", Gives::QueryId("marker", &BACKUP)), MOST];

const LIST: List = List::of(
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
        col("Volume", "volume_id").look(Look::Name).with("long"),
        col("Container", "container").with("long"),
    ],
)
.names(&[VOLUME_NAMES]);

const SHOW: Show = Show::of(
    &BACKUP,
    &[
        same("availability_zone"),
        same("container"),
        same("created_at"),
        same("data_timestamp"),
        same("description"),
        same("encryption_key_id"),
        same("fail_reason"),
        same("has_dependent_backups"),
        same("id"),
        same("is_incremental"),
        same("metadata"),
        same("name"),
        same("object_count"),
        col("project_id", "os-backup-project-attr:project_id"),
        same("size"),
        same("snapshot_id"),
        same("status"),
        same("updated_at"),
        same("user_id"),
        same("volume_id"),
    ],
);

const CREATE_FLAGS: &[Flag] = &[
    Flag::one("volume", "volume_id"),
    NAME,
    DESCRIPTION,
    Flag::value("snapshot", Gives::Text("snapshot")),
    FORCE,
    Flag::switch("incremental", Gives::Truth("incremental", true)),
    Flag::switch("no-incremental", Gives::Truth("incremental", false)),
    PROPERTY,
];

/// A name may be left out.
#[allow(clippy::unnecessary_wraps)] // as the table has it
fn unnamed(_: &Given, arguments: &mut Map<String, Value>) -> Result<(), String> {
    arguments.entry("name").or_insert("".into());
    Ok(())
}

const NEW: Show = Show::of(&BACKUP, &[same("id"), same("name"), same("volume_id")]);

const RESTORE_FLAGS: &[Flag] =
    &[ONE, Flag::one("volume", "").gives(TO).optional(), Flag::switch("force", Gives::Nothing)];

/// Over the volume of this name or id, or to a new one of this name.
const TO: Gives =
    Gives::IdOrName { noun: &VOLUME, id: "volume_id", only_with: "force", name: "name" };

const RESTORED: &[Column] = &[col("id", "backup_id"), same("volume_id"), same("volume_name")];

const DELETE_FLAGS: &[Flag] = &[Flag::several("backup", "backup_id"), FORCE];
