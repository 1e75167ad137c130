//! `floating ip ...` and `floating ip port forwarding ...`.

use infomaniak_cloud::network::FloatingIp;
use infomaniak_cloud::session::service::NETWORK as SERVICE;
use serde_json::{Map, Value};

use super::common::{BY_TAGS, NEW_TAGS, PAGES, SET_TAGS, UNSET_TAGS};
use super::face::{Does, Face, Flag, Given, Gives, LONG, List, MOST, Show};
use super::network::NETWORK;
use super::noun::Noun;
use super::port::PORT;
use super::router::ROUTER;
use super::view::{Column, Look, col, same};
use super::volume::{LIMIT, MARKER};

static FLOATING_IP: Noun = Noun { called_by: "floating_ip_address", ..Noun::of::<FloatingIp>() };

/// What is forwarded stands below the floating IP.
static FORWARDING: Noun = Noun {
    name: "port forwarding",
    service: &SERVICE,
    path: "port_forwardings",
    list: &[],
    one: "port_forwarding",
    many: "port_forwardings",
    key: "id",
    called_by: "id",
    is_id: |_| true,
    called: None,
};

pub(super) static FACES: &[Face] = &[
    Face::new("floating ip list", "list_floating_ips", LIST_FLAGS, Does::List(LIST))
        .and(&[BY_TAGS, PAGES]),
    Face::new("floating ip show", "get_floating_ip", &[ONE], Does::Show(SHOW)),
    Face::new("floating ip create", "allocate_floating_ip", CREATE_FLAGS, Does::Make(SHOW))
        .and(&[NEW_TAGS]),
    Face::new("floating ip set", "associate_floating_ip", SET_FLAGS, Does::Act).and(&[SET_TAGS]),
    Face::new("floating ip unset", "disassociate_floating_ip", UNSET_FLAGS, Does::Act)
        .and(&[UNSET_TAGS])
        .prepared(unset),
    Face::new("floating ip delete", "release_floating_ip", SEVERAL, Does::Act),
    Face::new(
        "floating ip port forwarding list",
        "list_port_forwardings",
        FORWARDING_FLAGS,
        Does::List(FORWARDINGS),
    ),
    Face::new(
        "floating ip port forwarding show",
        "get_port_forwarding",
        ONE_FORWARDING,
        Does::Tell(FORWARDING_COLUMNS),
    ),
    Face::new(
        "floating ip port forwarding create",
        "create_port_forwarding",
        NEW_FORWARDING,
        Does::Tell(FORWARDING_COLUMNS),
    ),
    Face::new(
        "floating ip port forwarding delete",
        "delete_port_forwarding",
        SEVERAL_FORWARDINGS,
        Does::Act,
    ),
];

const ONE: Flag = Flag::one("floating-ip", "floating_ip_id");
const SEVERAL: &[Flag] = &[Flag::several("floating-ip", "floating_ip_id")];

const LIST_FLAGS: &[Flag] = &[
    LONG,
    Flag::values("network", Gives::QueryId("floating_network_id", &NETWORK)),
    Flag::values("port", Gives::QueryId("port_id", &PORT)),
    Flag::values("router", Gives::QueryId("router_id", &ROUTER)),
    Flag::value("fixed-ip-address", Gives::Query("fixed_ip_address")),
    Flag::value("floating-ip-address", Gives::Query("floating_ip_address")),
    Flag::value("status", Gives::Query("status")).of(&["ACTIVE", "DOWN"]),
];

const LIST: List = List::of(
    &FLOATING_IP,
    &[
        col("ID", "id"),
        col("Floating IP Address", "floating_ip_address"),
        col("Fixed IP Address", "fixed_ip_address"),
        col("Port", "port_id"),
        col("Floating Network", "floating_network_id"),
        col("Project", "project_id"),
        col("Router", "router_id").with("long"),
        col("Status", "status").with("long"),
        col("Description", "description").with("long"),
        col("Tags", "tags").with("long"),
        col("DNS Name", "dns_name").with("long"),
        col("DNS Domain", "dns_domain").with("long"),
    ],
);

const SHOW: Show = Show::of(
    &FLOATING_IP,
    &[
        same("created_at"),
        same("description"),
        same("dns_domain"),
        same("dns_name"),
        same("fixed_ip_address"),
        same("floating_ip_address"),
        same("floating_network_id"),
        same("id"),
        col("name", "floating_ip_address"),
        same("port_details").look(Look::Dict),
        same("port_forwardings"),
        same("port_id"),
        same("project_id"),
        same("qos_policy_id"),
        same("revision_number"),
        same("router_id"),
        same("status"),
        same("subnet_id"),
        same("tags"),
        same("updated_at"),
    ],
);

const CREATE_FLAGS: &[Flag] = &[
    Flag::one("network", "external_network"),
    Flag::value("subnet", Gives::Text("subnet")),
    Flag::value("port", Gives::Text("port")),
    Flag::value("floating-ip-address", Gives::Text("floating_ip_address")),
    Flag::value("fixed-ip-address", Gives::Text("fixed_ip_address")),
    Flag::value("description", Gives::Text("description")),
    Flag::value("dns-domain", Gives::Extra("dns_domain")),
    Flag::value("dns-name", Gives::Extra("dns_name")),
];

const SET_FLAGS: &[Flag] = &[
    ONE,
    Flag::value("port", Gives::Text("port_id")),
    Flag::value("fixed-ip-address", Gives::Text("fixed_ip_address")),
    Flag::value("description", Gives::Text("description")),
];

const UNSET_FLAGS: &[Flag] = &[ONE, Flag::switch("port", Gives::Truth("port", true))];

/// ik's own command takes a floating IP from its port unless something else is said.
fn unset(given: &Given, _: &mut Map<String, Value>) -> Result<(), String> {
    if ["port", "tag", "all-tag"].into_iter().any(|flag| given.has(flag)) {
        return Ok(());
    }
    Err("nothing is said that shall go: --port, --tag or --all-tag".to_string())
}

const OF: Flag = Flag::one("floating-ip", "floating_ip");
const ONE_FORWARDING: &[Flag] = &[OF, Flag::one("port-forwarding-id", "port_forwarding_id")];
const SEVERAL_FORWARDINGS: &[Flag] =
    &[OF, Flag::several("port-forwarding-id", "port_forwarding_id")];

const FORWARDING_FLAGS: &[Flag] = &[
    OF,
    Flag::value("port", Gives::QueryId("internal_port_id", &PORT)),
    Flag::value("external-protocol-port", Gives::Query("external_port")),
    Flag::value("protocol", Gives::Query("protocol")),
    LIMIT,
    MARKER,
    MOST,
];

const FORWARDINGS: List = List::of(
    &FORWARDING,
    &[
        col("ID", "id"),
        col("Internal Port ID", "internal_port_id"),
        col("Internal IP Address", "internal_ip_address"),
        col("Internal Port", "internal_port"),
        col("Internal Port Range", "internal_port_range"),
        col("External Port", "external_port"),
        col("External Port Range", "external_port_range"),
        col("Protocol", "protocol"),
        col("Description", "description"),
    ],
)
.below(&FLOATING_IP);

const FORWARDING_COLUMNS: &[Column] = &[
    same("description"),
    same("external_port"),
    same("external_port_range"),
    same("id"),
    same("internal_ip_address"),
    same("internal_port"),
    same("internal_port_id"),
    same("internal_port_range"),
    same("name"),
    same("protocol"),
];

const NEW_FORWARDING: &[Flag] = &[
    OF,
    Flag::value("internal-ip-address", Gives::Text("internal_ip_address")).required(),
    Flag::value("port", Gives::Text("internal_port_id")).required(),
    Flag::value("internal-protocol-port", Gives::Text("internal_port")).required(),
    Flag::value("external-protocol-port", Gives::Text("external_port")).required(),
    Flag::value("protocol", Gives::Text("protocol")).required(),
    Flag::value("description", Gives::Text("description")),
];
