//! `volume ...`, and `volume type ...`.

use infomaniak_cloud::block_storage::{Volume, VolumeType};
use serde_json::{Map, Value};

use super::face::{Does, Face, Flag, Given, Gives, LONG, List, NamesOf, Show};
use super::noun::Noun;
use super::server::SERVER;
use super::view::{Look, Names, by, col, same};

pub(super) static VOLUME: Noun = Noun::of::<Volume>();
static TYPE: Noun = Noun::of::<VolumeType>();

pub(super) static FACES: &[Face] = &[
    Face::new("volume list", "list_volumes", LIST_FLAGS, Does::List(LIST)).and(&[LISTED]),
    Face::new("volume show", "get_volume", &[Flag::one("volume", "")], Does::Show(SHOW)),
    Face::new("volume create", "create_volume", CREATE_FLAGS, Does::Make(SHOW)).prepared(create),
    Face::new("volume set", "set_volume", SET_FLAGS, Does::Act)
        .also(&[("size", "extend_volume")])
        .prepared(set),
    Face::new("volume unset", "unset_volume", UNSET_FLAGS, Does::Act),
    Face::new("volume delete", "delete_volume", DELETE_FLAGS, Does::Act),
    Face::new("volume type list", "list_volume_types", TYPES_FLAGS, Does::List(TYPES)),
    Face::new("volume type show", "get_volume_type", ONE_TYPE, Does::Show(SHOW_TYPE)),
];

const ONE: Flag = Flag::one("volume", "volume_id");
pub(super) const FORCE: Flag = Flag::switch("force", Gives::Truth("force", true));
pub(super) const NAME: Flag = Flag::value("name", Gives::Text("name"));
pub(super) const DESCRIPTION: Flag = Flag::value("description", Gives::Text("description"));
pub(super) const PROPERTY: Flag = Flag::values("property", Gives::Pairs("property"));
/// `--property KEY`, of what is unset.
pub(super) const PROPERTIES: Flag = Flag::values("property", Gives::Texts("properties"));

pub(super) const ALL_PROJECTS: Flag =
    Flag::switch("all-projects", Gives::QueryAs("all_tenants", "True"));
pub(super) const LIMIT: Flag = Flag::value("limit", Gives::Query("limit"));
pub(super) const MARKER: Flag = Flag::value("marker", Gives::Query("marker"));

/// What lists of volumes, and of what is made of them, have in common.
pub(super) const LISTED: &[Flag] = &[
    LONG,
    ALL_PROJECTS,
    Flag::value("name", Gives::Query("name")),
    Flag::value("status", Gives::Query("status")),
    LIMIT,
];

/// Of which volume those are that are listed.
pub(super) const BY_VOLUME: Flag = Flag::value("volume", Gives::QueryId("volume_id", &VOLUME));

const LIST_FLAGS: &[Flag] = &[Flag::values("property", Gives::QueryDict("metadata")), MARKER];

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
)
.names(&[SERVER_NAMES]);

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
    Flag::one("name", "name").optional(),
    Flag::value("size", Gives::Number("size")),
    Flag::value("type", Gives::Text("volume_type")),
    Flag::value("image", Gives::Text("image_id")),
    Flag::value("snapshot", Gives::Text("snapshot_id")),
    Flag::value("source", Gives::Text("source")),
    DESCRIPTION,
    Flag::value("availability-zone", Gives::Text("availability_zone")),
    PROPERTY,
];

/// What it is made from has a size already, and a name may be left out.
fn create(given: &Given, arguments: &mut Map<String, Value>) -> Result<(), String> {
    if !["size", "snapshot", "source"].iter().any(|flag| given.has(flag)) {
        return Err("--size is needed without --snapshot and --source".to_string());
    }
    arguments.entry("size").or_insert(0.into());
    arguments.entry("name").or_insert("".into());
    Ok(())
}

const SET_FLAGS: &[Flag] = &[
    ONE,
    NAME,
    Flag::value("size", Gives::Number("new_size")),
    DESCRIPTION,
    PROPERTY,
    Flag::switch("bootable", Gives::Truth("bootable", true)),
    Flag::switch("non-bootable", Gives::Truth("bootable", false)),
    Flag::switch("read-only", Gives::Truth("read_only", true)),
    Flag::switch("read-write", Gives::Truth("read_only", false)),
    Flag::value("type", Gives::Text("volume_type")),
    Flag::value("migration-policy", Gives::Text("retype_policy")),
    Flag::value("retype-policy", Gives::Text("retype_policy")),
];

/// The client never moves a volume unless told to; the library's own policy is another.
#[allow(clippy::unnecessary_wraps)] // as the table has it
fn set(given: &Given, arguments: &mut Map<String, Value>) -> Result<(), String> {
    if given.has("type") {
        arguments.entry("retype_policy").or_insert("never".into());
    }
    Ok(())
}

const UNSET_FLAGS: &[Flag] = &[ONE, PROPERTIES];
const DELETE_FLAGS: &[Flag] = &[
    Flag::several("volume", "volume_id"),
    FORCE,
    Flag::switch("cascade", Gives::Truth("purge", true)),
    Flag::switch("purge", Gives::Truth("purge", true)),
];

/// Those that volumes are attached to, if any is.
const SERVER_NAMES: NamesOf =
    NamesOf { noun: &SERVER, query: servers, unless: "", for_people: true };

fn servers(volumes: &[&Value]) -> Option<(String, String)> {
    let is_attached = |volume: &&Value| volume["status"] == "in-use";
    volumes.iter().any(is_attached).then(in_large_pages)
}

/// All of them, in as few pages as can be.
fn in_large_pages() -> (String, String) {
    ("limit".to_string(), "1000".to_string())
}

/// The volumes that others are made of.
pub(super) const VOLUME_NAMES: NamesOf =
    NamesOf { noun: &VOLUME, query: volumes, unless: "", for_people: true };

fn volumes(things: &[&Value]) -> Option<(String, String)> {
    (!things.is_empty()).then(in_large_pages)
}

const TYPES_FLAGS: &[Flag] = &[
    LONG,
    Flag::switch("public", Gives::QueryAs("is_public", "True")),
    Flag::switch("private", Gives::QueryAs("is_public", "False")),
];
const ONE_TYPE: &[Flag] = &[Flag::one("volume-type", "")];

const TYPES: List = List::of(
    &TYPE,
    &[
        col("ID", "id"),
        col("Name", "name"),
        col("Is Public", "is_public"),
        col("Description", "description").with("long"),
        col("Properties", "extra_specs").look(Look::Dict).with("long"),
    ],
)
.query(&[("is_public", "none")]);

const SHOW_TYPE: Show = Show::of(
    &TYPE,
    &[
        same("access_project_ids"),
        same("description"),
        same("id"),
        same("is_public"),
        same("name"),
        col("properties", "extra_specs").look(Look::Dict),
    ],
);
