//! `flavor ...`, `keypair ...`, `server group ...` and `availability zone list`.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;

use infomaniak_cloud::compute::{Flavor, ServerGroup};
use infomaniak_cloud::session::Request;
use infomaniak_cloud::session::service::{BLOCK_STORAGE, COMPUTE, NETWORK, Service};
use serde_json::{Map, Value};

use super::face::{Does, Face, Flag, Given, Gives, LONG, List, Show};
use super::noun::Noun;
use super::view::{Look, Names, by, col, same};

static FLAVOR: Noun = Noun::of::<Flavor>();
static GROUP: Noun = Noun::of::<ServerGroup>();

/// Key pairs have a name and no id, and stand in objects of their own.
static KEYPAIR: Noun = Noun {
    name: "key pair",
    service: &COMPUTE,
    path: "os-keypairs",
    list: &["os-keypairs"],
    one: "keypair",
    many: "keypairs",
    key: "name",
    called_by: "name",
    is_id: |_| true,
    called: Some(|_| Request::get(&COMPUTE, &["os-keypairs"])),
};

pub(super) static FACES: &[Face] = &[
    Face::new("flavor list", "list_flavors", FLAVOR_FLAGS, Does::List(FLAVORS)),
    Face::new("flavor show", "get_flavor", &[Flag::one("flavor", "")], Does::Show(SHOW_FLAVOR)),
    Face::new("keypair list", "list_keypairs", &[], Does::List(KEYPAIRS)),
    Face::new("keypair show", "get_keypair", KEY_FLAGS, Does::Show(SHOW_KEYPAIR))
        .printing(public_key),
    Face::new("keypair create", "create_keypair", NEW_KEY_FLAGS, Does::Make(NEW_KEYPAIR))
        .prepared(private_key_file)
        .printing(private_key),
    Face::new("keypair delete", "delete_keypair", &[Flag::several("key", "name")], Does::Act),
    Face::new("server group list", "list_server_groups", GROUP_FLAGS, Does::List(GROUPS)),
    Face::new("server group show", "get_server_group", &[ONE_GROUP], Does::Show(SHOW_GROUP)),
    Face::new("server group create", "create_server_group", NEW_GROUP, Does::Make(SHOW_GROUP))
        .prepared(policy),
    Face::new("server group delete", "delete_server_group", &[SEVERAL_GROUPS], Does::Act),
    Face::new("availability zone list", "list_availability_zones", ZONE_FLAGS, Does::List(ZONES)),
];

const FLAVOR_FLAGS: &[Flag] = &[
    LONG,
    Flag::switch("public", Gives::QueryAs("is_public", "True")),
    Flag::switch("private", Gives::QueryAs("is_public", "False")),
    Flag::switch("all", Gives::QueryAs("is_public", "None")),
    Flag::value("min-disk", Gives::Query("minDisk")),
    Flag::value("min-ram", Gives::Query("minRam")),
];

const FLAVORS: List = List::of(
    &FLAVOR,
    &[
        col("ID", "id"),
        col("Name", "name"),
        col("RAM", "ram"),
        col("Disk", "disk"),
        col("Ephemeral", "OS-FLV-EXT-DATA:ephemeral"),
        col("VCPUs", "vcpus"),
        col("Is Public", "os-flavor-access:is_public"),
        by("Swap", swap).with("long"),
        col("RXTX Factor", "rxtx_factor").with("long"),
        col("Properties", "extra_specs").look(Look::Dict).with("long"),
    ],
)
.query(&[("is_public", "True")]);

const SHOW_FLAVOR: Show = Show::of(
    &FLAVOR,
    &[
        same("OS-FLV-DISABLED:disabled"),
        same("OS-FLV-EXT-DATA:ephemeral"),
        same("access_project_ids"),
        same("description"),
        same("disk"),
        same("id"),
        same("name"),
        same("os-flavor-access:is_public"),
        col("properties", "extra_specs").look(Look::Dict),
        same("ram"),
        same("rxtx_factor"),
        by("swap", swap),
        same("vcpus"),
    ],
);

/// Nova writes no swap as an empty text.
fn swap(flavor: &Value, _: &Names) -> Value {
    match &flavor["swap"] {
        Value::String(none) if none.is_empty() => 0.into(),
        swap => swap.clone(),
    }
}

const KEYPAIRS: List = List::of(
    &KEYPAIR,
    &[col("Name", "name"), col("Fingerprint", "fingerprint"), col("Type", "type")],
);

const KEY_FLAGS: &[Flag] = &[Flag::one("key", "name"), Flag::switch("public-key", Gives::Nothing)];

const SHOW_KEYPAIR: Show = Show::of(
    &KEYPAIR,
    &[
        same("created_at"),
        same("fingerprint"),
        col("id", "name"),
        col("is_deleted", "deleted"),
        same("name"),
        same("private_key"),
        same("type"),
        same("user_id"),
    ],
);

/// `--public-key` shows nothing else.
#[allow(clippy::unnecessary_wraps)] // as the table has it
fn public_key(given: &Given, keypair: &Value) -> Result<Option<String>, String> {
    let key = keypair["public_key"].as_str().unwrap_or_default();
    Ok(given.has("public-key").then(|| key.to_string()))
}

const NEW_KEY_FLAGS: &[Flag] = &[
    Flag::one("name", "name"),
    Flag::value("public-key", Gives::File("public_key")),
    Flag::value("private-key", Gives::Nothing),
];

const NEW_KEYPAIR: Show = Show::of(
    &KEYPAIR,
    &[
        same("created_at"),
        same("fingerprint"),
        col("id", "name"),
        col("is_deleted", "deleted"),
        same("name"),
        same("type"),
        same("user_id"),
    ],
);

/// A file that cannot be written stops the command before there is a key to lose.
fn private_key_file(given: &Given, _: &mut Map<String, Value>) -> Result<(), String> {
    let Some(path) = given.text("private-key") else { return Ok(()) };
    if given.has("public-key") {
        return Err("--private-key has no meaning with --public-key".to_string());
    }
    open(path).map(drop)
}

fn open(path: &str) -> Result<File, String> {
    let options = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    options.map_err(|error| format!("cannot write `{path}`: {error}"))
}

/// The private key of a new pair goes to its file, or alone to standard output.
fn private_key(given: &Given, keypair: &Value) -> Result<Option<String>, String> {
    let Some(key) = keypair["private_key"].as_str() else { return Ok(None) };
    let Some(path) = given.text("private-key") else { return Ok(Some(key.to_string())) };
    let written = open(path)?.write_all(key.as_bytes());
    written.map_err(|error| format!("cannot write `{path}`: {error}"))?;
    Ok(None)
}

const ONE_GROUP: Flag = Flag::one("server-group", "server_group");
const SEVERAL_GROUPS: Flag = Flag::several("server-group", "server_group");
const GROUP_FLAGS: &[Flag] =
    &[LONG, Flag::switch("all-projects", Gives::QueryAs("all_projects", "True"))];
const NEW_GROUP: &[Flag] =
    &[Flag::one("name", "name"), Flag::value("policy", Gives::Text("policy"))];

const GROUPS: List = List::of(
    &GROUP,
    &[
        col("ID", "id"),
        col("Name", "name"),
        col("Policy", "policy"),
        col("Members", "members").look(Look::List).with("long"),
        col("Project Id", "project_id").with("long"),
        col("User Id", "user_id").with("long"),
    ],
);

const SHOW_GROUP: Show = Show::of(
    &GROUP,
    &[
        same("id"),
        same("members").look(Look::List),
        same("name"),
        same("policy"),
        same("project_id"),
        same("rules").look(Look::Dict),
        same("user_id"),
    ],
);

/// The client takes the policy `affinity` where none is said; the library's own is another.
#[allow(clippy::unnecessary_wraps)] // as the table has it
fn policy(_: &Given, arguments: &mut Map<String, Value>) -> Result<(), String> {
    arguments.entry("policy").or_insert("affinity".into());
    Ok(())
}

/// Zones as Nova has them; Neutron and Cinder have their own.
static COMPUTE_ZONE: Noun = zones(&COMPUTE, "availabilityZoneInfo", &["os-availability-zone"]);
static VOLUME_ZONE: Noun = zones(&BLOCK_STORAGE, "availabilityZoneInfo", &["os-availability-zone"]);
static NETWORK_ZONE: Noun = zones(&NETWORK, "availability_zones", &["availability_zones"]);

const fn zones(
    service: &'static Service,
    many: &'static str,
    list: &'static [&'static str],
) -> Noun {
    Noun {
        name: "availability zone",
        service,
        path: "",
        list,
        one: "",
        many,
        key: "name",
        called_by: "name",
        is_id: |_| false,
        called: None,
    }
}

const ZONE_FLAGS: &[Flag] =
    &[LONG, Flag::switch("compute", Gives::Nothing), Flag::switch("network", Gives::Nothing)];

const ZONES: List = List::of(
    &COMPUTE_ZONE,
    &[
        by("Zone Name", zone_name),
        by("Zone Status", zone_status),
        by("Zone Resource", zone_resource).with("long"),
        by("Host Name", nothing).with("long"),
        by("Service Name", nothing).with("long"),
        by("Service Status", nothing).with("long"),
    ],
)
.kinds(KINDS_OF_ZONES);

const KINDS_OF_ZONES: &[(&str, &Noun)] =
    &[("compute", &COMPUTE_ZONE), ("network", &NETWORK_ZONE), ("volume", &VOLUME_ZONE)];

fn zone_name(zone: &Value, _: &Names) -> Value {
    zone.get("zoneName").unwrap_or(&zone["name"]).clone()
}

fn zone_status(zone: &Value, _: &Names) -> Value {
    let state = zone.get("zoneState").unwrap_or(&zone["state"]);
    let available = state.get("available").unwrap_or(state);
    if available == true || available == "available" { "available" } else { "not available" }.into()
}

fn zone_resource(zone: &Value, _: &Names) -> Value {
    zone["resource"].as_str().unwrap_or_default().into()
}

/// What only administrators are told.
fn nothing(_: &Value, _: &Names) -> Value {
    "".into()
}
