//! `server ...` and `console ...`.

use infomaniak_cloud::compute::{Flavor, Image, Instance};
use serde_json::{Map, Value, json};

use super::face::{Does, Face, Flag, Given, Gives, LONG, List, NamesOf, Show, WAIT};
use super::image;
use super::noun::Noun;
use super::view::{Column, Look, Names, by, col, same};

pub(super) static SERVER: Noun = Noun::of::<Instance>();
static FLAVOR: Noun = Noun::of::<Flavor>();
static IMAGE: Noun = Noun::of::<Image>();

/// What was done to a server stands below it.
static EVENT: Noun = Noun {
    name: "event",
    path: "os-instance-actions",
    list: &[],
    one: "instanceAction",
    many: "instanceActions",
    key: "request_id",
    is_id: |_| true,
    called: None,
    ..Noun::of::<Instance>()
};

pub(super) static FACES: &[Face] = &[
    Face::new("server list", "list_instances", LIST_FLAGS, Does::List(LIST)),
    Face::new("server show", "get_instance", &[Flag::one("server", "")], Does::Show(SHOW)),
    Face::new("server create", "create_instance", CREATE_FLAGS, Does::Make(SHOW)).prepared(create),
    Face::new("server delete", "delete_instance", DELETE_FLAGS, Does::Act),
    Face::new("server start", "start_instance", ACT_FLAGS, Does::Act),
    Face::new("server stop", "stop_instance", ACT_FLAGS, Does::Act),
    Face::new("server reboot", "reboot_instance", REBOOT_FLAGS, Does::Act).prepared(reboot),
    Face::new("server pause", "pause_instance", ACT_FLAGS, Does::Act),
    Face::new("server unpause", "unpause_instance", ACT_FLAGS, Does::Act),
    Face::new("server suspend", "suspend_instance", ACT_FLAGS, Does::Act),
    Face::new("server resume", "resume_instance", ACT_FLAGS, Does::Act),
    Face::new("server shelve", "shelve_instance", &[SERVERS, WAIT], Does::Act),
    Face::new("server unshelve", "unshelve_instance", &[SERVERS, WAIT], Does::Act),
    Face::new("server rescue", "rescue_instance", &[ONE, IMAGE_FLAG], Does::Act),
    Face::new("server unrescue", "unrescue_instance", &[ONE], Does::Act),
    Face::new("server lock", "lock_instance", LOCK_FLAGS, Does::Act),
    Face::new("server unlock", "unlock_instance", ACT_FLAGS, Does::Act),
    Face::new("server resize", "resize_instance", RESIZE_FLAGS, Does::Act)
        .instead(&[("confirm", "confirm_resize"), ("revert", "revert_resize")])
        .prepared(resize),
    Face::new("server resize confirm", "confirm_resize", ACT_FLAGS, Does::Act),
    Face::new("server resize revert", "revert_resize", ACT_FLAGS, Does::Act),
    Face::new("server rebuild", "rebuild_instance", &[ONE, IMAGE_FLAG, WAIT], Does::Make(SHOW)),
    Face::new("server set", "set_instance", SET_FLAGS, Does::Act),
    Face::new("server unset", "unset_instance", UNSET_FLAGS, Does::Act),
    Face::new("server image create", "snapshot_instance", SNAPSHOT_FLAGS, Does::Make(image::SHOW)),
    Face::new("server event list", "list_instance_events", EVENT_FLAGS, Does::List(EVENTS)),
    Face::new("console log show", "get_console_log", LOG_FLAGS, Does::Print(log)),
    Face::new("console url show", "get_console_url", URL_FLAGS, Does::Tell(URL)).prepared(url),
];

const ONE: Flag = Flag::one("server", "instance_id");
const SERVERS: Flag = Flag::several("server", "instance_id");
const IMAGE_FLAG: Flag = Flag::value("image", Gives::Text("image"));
const ACT_FLAGS: &[Flag] = &[SERVERS, Flag::switch("all-projects", Gives::Nothing)];
const DELETE_FLAGS: &[Flag] = &[
    SERVERS,
    WAIT,
    Flag::switch("force", Gives::Truth("force", true)),
    Flag::switch("all-projects", Gives::Nothing),
];
const LOCK_FLAGS: &[Flag] = &[SERVERS, Flag::value("reason", Gives::Text("reason"))];

const LIST: List = List::of(&SERVER, LIST_COLUMNS).names(&[IMAGE_NAMES]);

const LIST_FLAGS: &[Flag] = &[
    LONG,
    Flag::switch("no-name-lookup", Gives::Nothing),
    Flag::switch("name-lookup-one-by-one", Gives::Nothing),
    Flag::switch("all-projects", Gives::QueryAs("all_tenants", "True")),
    Flag::switch("deleted", Gives::QueryAs("deleted", "True")),
    Flag::switch("locked", Gives::QueryAs("locked", "True")),
    Flag::switch("unlocked", Gives::QueryAs("locked", "False")),
    Flag::value("name", Gives::Query("name")),
    Flag::value("instance-name", Gives::Query("instance_name")),
    Flag::value("reservation-id", Gives::Query("reservation_id")),
    Flag::value("ip", Gives::Query("ip")),
    Flag::value("ip6", Gives::Query("ip6")),
    Flag::value("status", Gives::Query("status")),
    Flag::value("host", Gives::Query("host")),
    Flag::value("key-name", Gives::Query("key_name")),
    Flag::value("availability-zone", Gives::Query("availability_zone")),
    Flag::value("changes-since", Gives::Query("changes-since")),
    Flag::value("changes-before", Gives::Query("changes-before")),
    Flag::value("vm-state", Gives::Query("vm_state")),
    Flag::value("task-state", Gives::Query("task_state")),
    Flag::values("tags", Gives::Query("tags")),
    Flag::values("not-tags", Gives::Query("not-tags")),
    Flag::value("flavor", Gives::QueryId("flavor", &FLAVOR)),
    Flag::value("image", Gives::QueryId("image", &IMAGE)),
];

/// What stands in place of an image where there is none.
const FROM_VOLUME: &str = "N/A (booted from volume)";

const LIST_COLUMNS: &[Column] = &[
    col("ID", "id"),
    col("Name", "name"),
    col("Status", "status"),
    col("Task State", "OS-EXT-STS:task_state").with("long"),
    col("Power State", "OS-EXT-STS:power_state").look(Look::Power).with("long"),
    by("Networks", addresses).look(Look::DictOfLists),
    by("Image", image_id).with("no-name-lookup").without("long"),
    by("Image", image_name).without("no-name-lookup").without("long"),
    by("Image Name", image_name).with("long"),
    by("Image ID", image_id).with("long"),
    col("Flavor", "flavor/original_name"),
    col("Availability Zone", "OS-EXT-AZ:availability_zone").with("long"),
    col("Host", "OS-EXT-SRV-ATTR:hypervisor_hostname").look(Look::OrNothing).with("long"),
    col("Properties", "metadata").look(Look::Dict).with("long"),
    col("Project ID", "tenant_id").with("all-projects"),
    col("Project ID", "tenant_id").without("all-projects").asked(),
    col("User ID", "user_id").asked(),
    col("Created At", "created").asked(),
    by("Security Groups", group_names).asked(),
    col("Task State", "OS-EXT-STS:task_state").without("long").asked(),
    col("Power State", "OS-EXT-STS:power_state").look(Look::Power).without("long").asked(),
    by("Image ID", image_id).without("long").asked(),
    col("Availability Zone", "OS-EXT-AZ:availability_zone").without("long").asked(),
    col("Host", "OS-EXT-SRV-ATTR:hypervisor_hostname")
        .look(Look::OrNothing)
        .without("long")
        .asked(),
    col("Properties", "metadata").look(Look::Dict).without("long").asked(),
];

const IMAGE_NAMES: NamesOf =
    NamesOf { noun: &IMAGE, query: images, unless: "no-name-lookup", for_people: false };

/// The images of servers, all in one question.
fn images(servers: &[&Value]) -> Option<(String, String)> {
    let mut ids: Vec<_> =
        servers.iter().filter_map(|server| server["image"]["id"].as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    (!ids.is_empty()).then(|| ("id".to_string(), format!("in:{}", ids.join(","))))
}

fn addresses(server: &Value, _: &Names) -> Value {
    let addresses = server["addresses"].as_object().into_iter().flatten();
    let of_network = addresses.map(|(network, list)| {
        let list = list.as_array().into_iter().flatten();
        (network.clone(), list.map(|address| address["addr"].clone()).collect::<Value>())
    });
    of_network.collect::<Map<_, _>>().into()
}

fn image_id(server: &Value, _: &Names) -> Value {
    server["image"].get("id").cloned().unwrap_or_else(|| FROM_VOLUME.into())
}

fn image_name(server: &Value, names: &Names) -> Value {
    match server["image"]["id"].as_str() {
        None => FROM_VOLUME.into(),
        Some(id) => names.get(id).map_or("", String::as_str).into(),
    }
}

/// `Debian 12 bookworm (36022111-...)`
fn image_name_and_id(server: &Value, names: &Names) -> Value {
    match server["image"]["id"].as_str() {
        None => FROM_VOLUME.into(),
        Some(id) => names.get(id).map_or_else(|| id.into(), |name| format!("{name} ({id})").into()),
    }
}

fn group_names(server: &Value, _: &Names) -> Value {
    let groups = server["security_groups"].as_array().into_iter().flatten();
    groups.map(|group| group["name"].clone()).collect()
}

pub(super) const SHOW: Show = Show::of(&SERVER, SHOW_COLUMNS).names(&[IMAGE_NAMES]);

/// Nova gives some of them to administrators only: the client shows them all the same.
const SHOW_COLUMNS: &[Column] = &[
    same("OS-DCF:diskConfig"),
    same("OS-EXT-AZ:availability_zone"),
    same("OS-EXT-SRV-ATTR:host"),
    same("OS-EXT-SRV-ATTR:hostname"),
    same("OS-EXT-SRV-ATTR:hypervisor_hostname"),
    same("OS-EXT-SRV-ATTR:instance_name"),
    same("OS-EXT-SRV-ATTR:kernel_id"),
    same("OS-EXT-SRV-ATTR:launch_index"),
    same("OS-EXT-SRV-ATTR:ramdisk_id"),
    same("OS-EXT-SRV-ATTR:reservation_id"),
    same("OS-EXT-SRV-ATTR:root_device_name"),
    same("OS-EXT-SRV-ATTR:user_data"),
    same("OS-EXT-STS:power_state").look(Look::Power),
    same("OS-EXT-STS:task_state"),
    same("OS-EXT-STS:vm_state"),
    same("OS-SRV-USG:launched_at"),
    same("OS-SRV-USG:terminated_at"),
    same("accessIPv4"),
    same("accessIPv6"),
    by("addresses", addresses).look(Look::DictOfLists),
    same("config_drive"),
    same("created"),
    same("description"),
    same("fault").present(),
    by("flavor", flavor).look(Look::Dict),
    same("hostId"),
    same("host_status"),
    same("id"),
    by("image", image_name_and_id),
    same("key_name"),
    same("locked"),
    same("locked_reason"),
    same("name"),
    same("progress"),
    col("project_id", "tenant_id"),
    col("properties", "metadata").look(Look::Dict),
    same("security_groups").look(Look::ListOfDicts).present(),
    same("server_groups"),
    same("status"),
    same("tags").look(Look::List),
    same("trusted_image_certificates"),
    same("updated"),
    same("user_id"),
    col("volumes_attached", "os-extended-volumes:volumes_attached").look(Look::ListOfDicts),
];

/// The flavor as it was when the server got it, with everything a flavor can have.
fn flavor(server: &Value, _: &Names) -> Value {
    let flavor = &server["flavor"];
    let name = &flavor["original_name"];
    json!({
        "name": name,
        "original_name": name,
        "description": null,
        "disk": flavor["disk"],
        "is_public": true,
        "ram": flavor["ram"],
        "vcpus": flavor["vcpus"],
        "swap": flavor["swap"],
        "ephemeral": flavor["ephemeral"],
        "is_disabled": null,
        "rxtx_factor": null,
        "extra_specs": flavor["extra_specs"],
        "id": name,
        "location": null,
    })
}

const CREATE_FLAGS: &[Flag] = &[
    Flag::one("server-name", "name"),
    WAIT,
    Flag::value("flavor", Gives::Text("flavor")).required(),
    IMAGE_FLAG,
    Flag::values("network", Gives::Texts("network")),
    Flag::values("port", Gives::Texts("ports")),
    Flag::values("nic", Gives::Nothing),
    Flag::value("boot-from-volume", Gives::Number("boot_from_volume")),
    Flag::switch("delete-on-termination", Gives::Truth("delete_on_termination", true)),
    Flag::value("key-name", Gives::Text("key_name")),
    Flag::values("security-group", Gives::Texts("security_groups")),
    Flag::value("user-data", Gives::File("user_data")),
    Flag::value("availability-zone", Gives::Text("availability_zone")),
    Flag::value("server-group", Gives::Text("server_group")),
    Flag::values("hint", Gives::Pairs("hint")),
    Flag::values("property", Gives::Pairs("property")),
    Flag::value("description", Gives::Text("description")),
    Flag::value("hostname", Gives::Text("hostname")),
    Flag::values("tag", Gives::Texts("tags")),
    Flag::value("config-drive", Gives::Nothing),
    Flag::switch("use-config-drive", Gives::Truth("config_drive", true)),
    Flag::switch("no-config-drive", Gives::Truth("config_drive", false)),
];

/// `--nic net-id=...` is one more network or port, `--config-drive True` one more way to say it.
fn create(given: &Given, arguments: &mut Map<String, Value>) -> Result<(), String> {
    for nic in given.texts("nic") {
        let (argument, name) = match nic.split_once('=') {
            Some(("net-id" | "net-name", name)) if !name.contains(',') => ("network", name),
            Some(("port-id", name)) if !name.contains(',') => ("ports", name),
            _ => {
                return Err(format!(
                    "--nic {nic} is more than the face understands: ik server create --nic does"
                ));
            }
        };
        let list = arguments.entry(argument).or_insert_with(|| Value::Array(Vec::new()));
        if let Some(list) = list.as_array_mut() {
            list.push(name.into());
        }
    }
    arguments.entry("network").or_insert_with(|| Value::Array(Vec::new()));
    arguments.entry("image").or_insert(Value::Null);
    match given.text("config-drive") {
        Some("True" | "true") => arguments.insert("config_drive".into(), true.into()),
        Some("False" | "false") | None => None,
        Some(_) => return Err("--config-drive takes True only".to_string()),
    };
    Ok(())
}

const REBOOT_FLAGS: &[Flag] =
    &[ONE, WAIT, Flag::switch("hard", Gives::Nothing), Flag::switch("soft", Gives::Nothing)];

#[allow(clippy::unnecessary_wraps)] // as the table has it
fn reboot(given: &Given, arguments: &mut Map<String, Value>) -> Result<(), String> {
    let kind = if given.has("hard") { "HARD" } else { "SOFT" };
    arguments.insert("reboot_type".into(), kind.into());
    Ok(())
}

const RESIZE_FLAGS: &[Flag] = &[
    ONE,
    WAIT,
    Flag::value("flavor", Gives::Text("flavor")),
    Flag::switch("confirm", Gives::Nothing),
    Flag::switch("revert", Gives::Nothing),
];

fn resize(given: &Given, _: &mut Map<String, Value>) -> Result<(), String> {
    let wishes = ["flavor", "confirm", "revert"];
    if wishes.iter().filter(|flag| given.has(flag)).count() == 1 {
        return Ok(());
    }
    Err("one of --flavor, --confirm and --revert has to be given".to_string())
}

const SET_FLAGS: &[Flag] = &[
    ONE,
    Flag::value("name", Gives::Text("name")),
    Flag::value("description", Gives::Text("description")),
    Flag::values("property", Gives::Pairs("property")),
    Flag::values("tag", Gives::Texts("tags")),
];

const UNSET_FLAGS: &[Flag] = &[
    ONE,
    Flag::switch("description", Gives::Truth("description", true)),
    Flag::values("property", Gives::Texts("properties")),
    Flag::values("tag", Gives::Texts("tags")),
];

const SNAPSHOT_FLAGS: &[Flag] = &[
    ONE,
    WAIT,
    Flag::value("name", Gives::Text("name")),
    Flag::values("property", Gives::Pairs("property")),
];

const EVENT_FLAGS: &[Flag] = &[
    ONE,
    LONG,
    Flag::value("changes-since", Gives::Query("changes-since")),
    Flag::value("changes-before", Gives::Query("changes-before")),
    Flag::value("limit", Gives::Query("limit")),
    Flag::value("marker", Gives::Query("marker")),
];

const EVENTS: List = List::of(
    &EVENT,
    &[
        col("Request ID", "request_id"),
        col("Server ID", "instance_uuid"),
        col("Action", "action"),
        col("Start Time", "start_time"),
        col("Message", "message").with("long"),
        col("Project ID", "project_id").with("long"),
        col("User ID", "user_id").with("long"),
    ],
)
.below(&SERVER);

const LOG_FLAGS: &[Flag] = &[ONE, Flag::value("lines", Gives::Number("lines"))];

fn log(log: &Value) -> String {
    let lines = log["output"].as_str().unwrap_or_default();
    let end = if lines.is_empty() || lines.ends_with('\n') { "" } else { "\n" };
    format!("{}{end}", crate::text::lines(lines))
}

const URL_FLAGS: &[Flag] = &[
    ONE,
    Flag::switch("novnc", Gives::Nothing),
    Flag::switch("spice", Gives::Nothing),
    Flag::switch("serial", Gives::Nothing),
];

const URL: &[Column] = &[same("protocol"), same("type"), same("url")];

#[allow(clippy::unnecessary_wraps)] // as the table has it
fn url(given: &Given, arguments: &mut Map<String, Value>) -> Result<(), String> {
    let kind = ["spice", "serial"].into_iter().find(|kind| given.has(kind)).unwrap_or("novnc");
    arguments.insert("kind".into(), kind.into());
    Ok(())
}
