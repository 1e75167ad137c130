//! `volume snapshot ...`.

use infomaniak_cloud::block_storage::Snapshot;
use serde_json::{Map, Value};

use super::face::{Does, Face, Flag, Given, Gives, List, MOST, Show};
use super::noun::Noun;
use super::view::{Look, col, same};
use super::volume::{BY_VOLUME, DESCRIPTION, FORCE, LISTED, MARKER, NAME, PROPERTY, VOLUME_NAMES};

static SNAPSHOT: Noun = Noun::of::<Snapshot>();

pub(super) static FACES: &[Face] = &[
    Face::new("volume snapshot list", "list_snapshots", LIST_FLAGS, Does::List(LIST))
        .and(&[LISTED]),
    Face::new("volume snapshot show", "get_snapshot", &[ONE], Does::Show(SHOW)),
    Face::new("volume snapshot create", "create_snapshot", CREATE_FLAGS, Does::Make(SHOW))
        .prepared(of_its_name),
    Face::new("volume snapshot set", "set_snapshot", SET_FLAGS, Does::Act),
    Face::new("volume snapshot delete", "delete_snapshot", DELETE_FLAGS, Does::Act),
];

const ONE: Flag = Flag::one("snapshot", "snapshot_id");
const LIST_FLAGS: &[Flag] = &[BY_VOLUME, MARKER, MOST];

const LIST: List = List::of(
    &SNAPSHOT,
    &[
        col("ID", "id"),
        col("Name", "name"),
        col("Description", "description"),
        col("Status", "status"),
        col("Size", "size"),
        col("Created At", "created_at").with("long"),
        col("Volume", "volume_id").look(Look::Name).with("long"),
        col("Properties", "metadata").look(Look::Dict).with("long"),
    ],
)
.names(&[VOLUME_NAMES]);

const SHOW: Show = Show::of(
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

const CREATE_FLAGS: &[Flag] = &[
    Flag::one("snapshot-name", "name"),
    FORCE,
    Flag::value("volume", Gives::Text("volume_id")),
    DESCRIPTION,
    PROPERTY,
];

/// Without `--volume` it is of the volume that is called as the snapshot is to be.
#[allow(clippy::unnecessary_wraps)] // as the table has it
fn of_its_name(given: &Given, arguments: &mut Map<String, Value>) -> Result<(), String> {
    let name = given.text("snapshot-name").unwrap_or_default();
    arguments.entry("volume_id").or_insert_with(|| name.into());
    Ok(())
}

const SET_FLAGS: &[Flag] = &[ONE, NAME, DESCRIPTION, PROPERTY];
const DELETE_FLAGS: &[Flag] = &[Flag::several("snapshot", "snapshot_id"), FORCE];
