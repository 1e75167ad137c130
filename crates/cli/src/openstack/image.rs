//! `image ...`.

use infomaniak_cloud::compute::Image;
use serde_json::{Map, Value};

use super::face::{Does, Face, Flag, Gives, LONG, List, Show};
use super::noun::Noun;
use super::view::{Look, Names, by, col, same};

static IMAGE: Noun = Noun::of::<Image>();

pub(super) static FACES: &[Face] = &[
    Face::new("image list", "list_images", LIST_FLAGS, Does::List(LIST)),
    Face::new("image show", "get_image", &[Flag::one("image", "")], Does::Show(SHOW)),
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
    Flag::value("tag", Gives::Query("tag")),
];

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
        same("size").present(),
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
