//! `network ...`, without what has a file of its own.

use infomaniak_cloud::network::{Network, Trunk};

use super::common::{BY_TAGS, NEW_TAGS, PAGES, SET_TAGS, STATE as STATE_FLAGS, UNSET_TAGS};
use super::face::{Does, Face, Flag, Gives, LONG, List, Show};
use super::noun::Noun;
use super::view::{Column, Look, col, same};

pub(super) static NETWORK: Noun = Noun::of::<Network>();
static TRUNK: Noun = Noun::of::<Trunk>();

pub(super) static FACES: &[Face] = &[
    Face::new("network list", "list_networks", LIST_FLAGS, Does::List(LIST)).and(&[BY_TAGS, PAGES]),
    Face::new("network show", "get_network", &[Flag::one("network", "")], Does::Show(SHOW)),
    Face::new("network create", "create_network", CREATE_FLAGS, Does::Make(SHOW)).and(&[
        PLAIN_FLAGS,
        STATE_FLAGS,
        NEW_TAGS,
    ]),
    Face::new("network set", "set_network", SET_FLAGS, Does::Act).and(&[
        PLAIN_FLAGS,
        STATE_FLAGS,
        SET_TAGS,
    ]),
    Face::new("network unset", "unset_network", &[ONE], Does::Act).and(&[UNSET_TAGS]),
    Face::new("network delete", "delete_network", SEVERAL, Does::Act),
    Face::new("network trunk list", "list_trunks", &[LONG], Does::List(TRUNKS)),
    Face::new("network trunk show", "get_trunk", &[Flag::one("trunk", "")], Does::Show(SHOW_TRUNK)),
];

/// How the client writes whether something carries traffic.
pub(super) const STATE: Look = Look::Either("UP", "DOWN");
const OUTSIDE: Look = Look::Either("External", "Internal");

const ONE: Flag = Flag::one("network", "network_id");
const SEVERAL: &[Flag] = &[Flag::several("network", "network_id")];

const LIST_FLAGS: &[Flag] = &[
    LONG,
    Flag::switch("external", Gives::QueryAs("router:external", "True")),
    Flag::switch("internal", Gives::QueryAs("router:external", "False")),
    Flag::switch("enable", Gives::QueryAs("admin_state_up", "True")),
    Flag::switch("disable", Gives::QueryAs("admin_state_up", "False")),
    Flag::switch("share", Gives::QueryAs("shared", "True")),
    Flag::switch("no-share", Gives::QueryAs("shared", "False")),
    Flag::value("name", Gives::Query("name")),
    Flag::value("status", Gives::Query("status")).of(&["ACTIVE", "BUILD", "DOWN", "ERROR"]),
    Flag::value("provider-network-type", Gives::Query("provider:network_type"))
        .of(&["flat", "geneve", "gre", "local", "vlan", "vxlan"]),
    Flag::value("provider-physical-network", Gives::Query("provider:physical_network")),
    Flag::value("provider-segment", Gives::Query("provider:segmentation_id")),
];

const LIST: List = List::of(
    &NETWORK,
    &[
        col("ID", "id"),
        col("Name", "name"),
        col("Status", "status").with("long"),
        col("Project", "project_id").with("long"),
        col("State", "admin_state_up").look(STATE).with("long"),
        col("Shared", "shared").with("long"),
        col("Subnets", "subnets").look(Look::List),
        col("Network Type", "provider:network_type").with("long"),
        col("Router Type", "router:external").look(OUTSIDE).with("long"),
        col("Availability Zones", "availability_zones").look(Look::List).with("long"),
        col("Tags", "tags").look(Look::List).with("long"),
    ],
);

const SHOW: Show = Show::of(&NETWORK, SHOW_COLUMNS);

/// Neutron gives some of them to administrators only, or not at all: the client shows them all the
/// same.
const SHOW_COLUMNS: &[Column] = &[
    same("admin_state_up").look(STATE),
    same("availability_zone_hints").look(Look::List),
    same("availability_zones").look(Look::List),
    same("created_at"),
    same("description"),
    same("dns_domain"),
    same("id"),
    same("ipv4_address_scope"),
    same("ipv6_address_scope"),
    same("is_default"),
    col("is_vlan_qinq", "qinq"),
    col("is_vlan_transparent", "vlan_transparent"),
    same("mtu"),
    same("name"),
    same("port_security_enabled"),
    same("project_id"),
    same("provider:network_type"),
    same("provider:physical_network"),
    same("provider:segmentation_id"),
    same("pvlan"),
    same("qos_policy_id"),
    same("revision_number"),
    same("router:external").look(OUTSIDE),
    same("segments"),
    same("shared"),
    same("status"),
    same("subnets").look(Look::List),
    same("tags").look(Look::List),
    same("updated_at"),
];

/// What a network may be told when it is made, and later.
const PLAIN_FLAGS: &[Flag] = &[
    Flag::switch("share", Gives::Truth("is_shared", true)),
    Flag::switch("no-share", Gives::Truth("is_shared", false)),
    Flag::value("mtu", Gives::Number("mtu")),
    Flag::switch("enable-port-security", Gives::Truth("is_port_security_enabled", true)),
    Flag::switch("disable-port-security", Gives::Truth("is_port_security_enabled", false)),
];

const CREATE_FLAGS: &[Flag] = &[
    Flag::one("name", "name"),
    Flag::values("availability-zone-hint", Gives::ExtraTexts("availability_zone_hints")),
    Flag::switch("external", Gives::ExtraTruth("router:external", true)),
    Flag::switch("internal", Gives::ExtraTruth("router:external", false)),
    Flag::switch("default", Gives::ExtraTruth("is_default", true)),
    Flag::switch("no-default", Gives::ExtraTruth("is_default", false)),
    Flag::switch("transparent-vlan", Gives::ExtraTruth("vlan_transparent", true)),
    Flag::switch("no-transparent-vlan", Gives::ExtraTruth("vlan_transparent", false)),
    Flag::switch("qinq-vlan", Gives::ExtraTruth("vlan_qinq", true)),
    Flag::switch("no-qinq-vlan", Gives::ExtraTruth("vlan_qinq", false)),
    Flag::switch("pvlan", Gives::ExtraTruth("pvlan", true)),
    Flag::switch("no-pvlan", Gives::ExtraTruth("pvlan", false)),
    Flag::value("provider-network-type", Gives::Extra("provider:network_type")),
    Flag::value("provider-physical-network", Gives::Extra("provider:physical_network")),
    Flag::value("provider-segment", Gives::Extra("provider:segmentation_id")),
    Flag::value("dns-domain", Gives::Extra("dns_domain")),
];

const SET_FLAGS: &[Flag] = &[ONE, Flag::value("name", Gives::Text("name"))];

const TRUNKS: List = List::of(
    &TRUNK,
    &[
        col("ID", "id"),
        col("Name", "name"),
        col("Parent Port", "port_id"),
        col("Description", "description"),
        col("Status", "status").with("long"),
        col("State", "admin_state_up").look(STATE).with("long"),
        col("Created At", "created_at").with("long"),
        col("Updated At", "updated_at").with("long"),
    ],
);

const SHOW_TRUNK: Show = Show::of(
    &TRUNK,
    &[
        same("created_at"),
        same("description"),
        same("id"),
        col("is_admin_state_up", "admin_state_up"),
        same("name"),
        same("port_id"),
        same("project_id"),
        same("revision_number"),
        same("status"),
        same("sub_ports").look(Look::ListOfDicts),
        same("tags"),
        same("updated_at"),
    ],
);
