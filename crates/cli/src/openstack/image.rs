//! `image ...`.

use std::os::unix::fs::FileTypeExt;

use infomaniak_cloud::compute::Image;
use serde_json::{Map, Value};

use super::face::{Does, Face, Flag, Given, Gives, LONG, List, MOST, Show};
use super::noun::Noun;
use super::view::{Look, Names, by, col, same};

static IMAGE: Noun = Noun::of::<Image>();

pub(super) static FACES: &[Face] = &[
    Face::new("image list", "list_images", LIST_FLAGS, Does::List(LIST)),
    Face::new("image show", "get_image", SHOW_FLAGS, Does::Show(SHOW)),
    Face::new("image create", "create_image", CREATE_FLAGS, Does::Make(SHOW))
        .and(&[ABOUT])
        .prepared(create),
    Face::new("image set", "set_image", SET_FLAGS, Does::Act).and(&[ABOUT]).prepared(set),
    Face::new("image unset", "unset_image", UNSET_FLAGS, Does::Act),
    Face::new("image save", "save_image", SAVE_FLAGS, Does::Act).prepared(save),
    Face::new("image delete", "delete_image", DELETE_FLAGS, Does::Act),
];

const LIST_FLAGS: &[Flag] = &[
    LONG,
    Flag::switch("public", Gives::QueryAs("visibility", "public")),
    Flag::switch("private", Gives::QueryAs("visibility", "private")),
    Flag::switch("community", Gives::QueryAs("visibility", "community")),
    Flag::switch("shared", Gives::QueryAs("visibility", "shared")),
    Flag::switch("all", Gives::QueryAs("visibility", "all")),
    Flag::switch("hidden", Gives::QueryAs("os_hidden", "True")),
    Flag::value("name", Gives::Query("name")),
    Flag::value("status", Gives::Query("status")),
    Flag::value("member-status", Gives::Query("member_status")),
    Flag::values("property", Gives::QueryPairs),
    Flag::values("tag", Gives::QueryEach("tag")),
    Flag::value("limit", Gives::Most),
    Flag::value("marker", Gives::QueryId("marker", &IMAGE)),
    MOST,
];
const SHOW_FLAGS: &[Flag] =
    &[Flag::one("image", ""), Flag::switch("human-readable", Gives::Nothing)];

/// Sorted by name, as the client has it.
const LIST: List = List::of(
    &IMAGE,
    &[
        col("ID", "id"),
        col("Name", "name"),
        col("Disk Format", "disk_format").with("long"),
        col("Container Format", "container_format").with("long"),
        col("Size", "size").with("long"),
        col("Checksum", "checksum").with("long"),
        col("Status", "status"),
        col("Visibility", "visibility").with("long"),
        col("Protected", "protected").with("long"),
        col("Project", "owner").with("long"),
        col("Hash Algorithm", "os_hash_algo").with("long"),
        col("Hash Value", "os_hash_value").with("long"),
        col("Tags", "tags").look(Look::List).with("long"),
    ],
)
.sorted("Name");

pub(super) const SHOW: Show = Show::of(
    &IMAGE,
    &[
        same("checksum").present(),
        same("container_format").present(),
        same("created_at").present(),
        same("disk_format").present(),
        same("file").present(),
        same("id").present(),
        same("min_disk").present(),
        same("min_ram").present(),
        same("name").present(),
        same("owner").present(),
        by("properties", properties).look(Look::Dict).present(),
        same("protected").present(),
        same("schema").present(),
        same("size").present().without("human-readable"),
        by("size", human_size).with("human-readable"),
        same("status").present(),
        same("tags").look(Look::List),
        same("updated_at").present(),
        same("virtual_size").present(),
        same("visibility").present(),
    ],
);

/// Fields that are no properties: those of `SHOW`, and links.
const FIELDS: &[&str] = &[
    "checksum",
    "container_format",
    "created_at",
    "disk_format",
    "file",
    "id",
    "min_disk",
    "min_ram",
    "name",
    "owner",
    "protected",
    "schema",
    "self",
    "size",
    "status",
    "tags",
    "updated_at",
    "virtual_size",
    "visibility",
];

/// All other fields of an image are properties to the client.
fn properties(image: &Value, _: &Names) -> Value {
    let fields = image.as_object().into_iter().flatten();
    let others = fields.filter(|(key, value)| !FIELDS.contains(&key.as_str()) && !value.is_null());
    let properties: Map<_, _> = others.map(|(key, value)| (key.clone(), value.clone())).collect();
    if properties.is_empty() { Value::Null } else { properties.into() }
}

const ONE: Flag = Flag::one("image", "image_id");
const TAG: Flag = Flag::values("tag", Gives::Texts("tags"));

/// What can be said of an image both when it is new and later.
const ABOUT: &[Flag] = &[
    Flag::value("min-disk", Gives::Number("min_disk")),
    Flag::value("min-ram", Gives::Number("min_ram")),
    Flag::switch("protected", Gives::Truth("protected", true)),
    Flag::switch("unprotected", Gives::Truth("protected", false)),
    Flag::switch("public", Gives::Word("visibility", "public")),
    Flag::switch("private", Gives::Word("visibility", "private")),
    Flag::switch("community", Gives::Word("visibility", "community")),
    Flag::switch("shared", Gives::Word("visibility", "shared")),
    Flag::values("property", Gives::Pairs("property")),
    TAG,
];

const CREATE_FLAGS: &[Flag] = &[
    Flag::one("image-name", "name"),
    Flag::value("file", Gives::Text("file")),
    Flag::value("disk-format", Gives::Text("disk_format")),
    Flag::value("container-format", Gives::Text("container_format")),
    // How large the file is and how far it has got ik sees and tells by itself.
    Flag::value("size", Gives::Nothing),
    Flag::switch("progress", Gives::Nothing),
];

/// Without a file the data is what is piped or redirected into the command.
#[allow(clippy::unnecessary_wraps)] // as the table has it
fn create(given: &Given, arguments: &mut Map<String, Value>) -> Result<(), String> {
    let has_data = |kind: std::fs::FileType| kind.is_fifo() || kind.is_file() || kind.is_socket();
    let stdin = std::fs::metadata("/dev/stdin");
    if !given.has("file") && stdin.is_ok_and(|stdin| has_data(stdin.file_type())) {
        arguments.insert("file".into(), "-".into());
    }
    Ok(())
}

const SET_FLAGS: &[Flag] = &[
    ONE,
    Flag::value("name", Gives::Text("name")),
    Flag::value("architecture", Gives::Nothing),
    Flag::value("instance-id", Gives::Nothing),
    Flag::value("kernel-id", Gives::Nothing),
    Flag::value("os-distro", Gives::Nothing),
    Flag::value("os-version", Gives::Nothing),
    Flag::value("ramdisk-id", Gives::Nothing),
];

/// Flags that are properties, and what these are called.
const PROPERTIES: &[(&str, &str)] = &[
    ("architecture", "architecture"),
    ("instance-id", "instance_id"),
    ("kernel-id", "kernel_id"),
    ("os-distro", "os_distro"),
    ("os-version", "os_version"),
    ("ramdisk-id", "ramdisk_id"),
];

#[allow(clippy::unnecessary_wraps)] // as the table has it
fn set(given: &Given, arguments: &mut Map<String, Value>) -> Result<(), String> {
    for (flag, name) in PROPERTIES {
        let Some(value) = given.text(flag) else { continue };
        let all = arguments.entry("property").or_insert_with(|| Map::new().into());
        all[name] = value.into();
    }
    Ok(())
}

const UNSET_FLAGS: &[Flag] = &[ONE, Flag::values("property", Gives::Texts("properties")), TAG];

const SAVE_FLAGS: &[Flag] =
    &[ONE, Flag::value("file", Gives::Text("file")), Flag::value("chunk-size", Gives::Nothing)];

/// Without a file to standard output.
#[allow(clippy::unnecessary_wraps)] // as the table has it
fn save(_: &Given, arguments: &mut Map<String, Value>) -> Result<(), String> {
    arguments.entry("file").or_insert("-".into());
    Ok(())
}

const DELETE_FLAGS: &[Flag] = &[Flag::several("image", "image_id")];

/// `313.4M`, in powers of a thousand.
fn human_size(image: &Value, _: &Names) -> Value {
    const UNITS: &[&str] = &["", "K", "M", "G", "T", "P", "E", "Z"];
    let mut size = image["size"].as_f64().unwrap_or_default();
    let mut units = UNITS.iter().copied().peekable();
    while size >= 1000.0 {
        size /= 1000.0;
        units.next();
    }
    let digits = format!("{size:.1}");
    let digits = digits.strip_suffix(".0").unwrap_or(&digits);
    format!("{digits}{}", units.peek().copied().unwrap_or_default()).into()
}
