//! `port ...`.

use infomaniak_cloud::network::Port;
use serde_json::Value;

use super::common::{BY_TAGS, NEW_TAGS, PAGES, SET_TAGS, STATE as STATE_FLAGS, UNSET_TAGS};
use super::face::{Does, Face, Flag, Gives, LONG, List, Part, Show};
use super::network::{NETWORK, STATE};
use super::noun::Noun;
use super::router::ROUTER;
use super::security_group::GROUP;
use super::server::SERVER;
use super::subnet::SUBNET;
use super::view::{Column, Look, Names, by, col, same};

pub(super) static PORT: Noun = Noun::of::<Port>();

pub(super) static FACES: &[Face] = &[
    Face::new("port list", "list_ports", LIST_FLAGS, Does::List(LIST)).and(&[BY_TAGS, PAGES]),
    Face::new("port show", "get_port", &[Flag::one("port", "")], Does::Show(SHOW)),
    Face::new("port create", "create_port", CREATE_FLAGS, Does::Make(SHOW)).and(&[
        PLAIN_FLAGS,
        LISTS,
        STATE_FLAGS,
        NEW_TAGS,
    ]),
    Face::new("port set", "set_port", SET_FLAGS, Does::Act).and(&[
        PLAIN_FLAGS,
        LISTS,
        STATE_FLAGS,
        SET_TAGS,
    ]),
    Face::new("port unset", "unset_port", &[ONE], Does::Act).and(&[LISTS, UNSET_TAGS]),
    Face::new("port delete", "delete_port", &[Flag::several("port", "port")], Does::Act),
];

const ONE: Flag = Flag::one("port", "port");

const LIST_FLAGS: &[Flag] = &[
    LONG,
    Flag::value("device-owner", Gives::Query("device_owner")),
    Flag::value("host", Gives::Query("binding:host_id")),
    Flag::value("network", Gives::QueryId("network_id", &NETWORK)),
    Flag::value("router", Gives::QueryId("device_id", &ROUTER)),
    Flag::value("server", Gives::QueryId("device_id", &SERVER)),
    Flag::value("device-id", Gives::Query("device_id")),
    Flag::value("mac-address", Gives::Query("mac_address")),
    Flag::value("name", Gives::Query("name")),
    Flag::values("security-group", Gives::QueryId("security_groups", &GROUP)),
    Flag::value("status", Gives::Query("status")).of(&["ACTIVE", "BUILD", "DOWN", "ERROR"]),
    Flag::values("fixed-ip", Gives::QueryParts("fixed_ips", FIXED_IPS)),
];

/// Which address ports in a list shall have.
const FIXED_IPS: &[Part] = &[
    Part::new("subnet", "subnet_id").id_of(&SUBNET),
    Part::new("ip-address", "ip_address"),
    Part::new("ip-substring", "ip_address_substr"),
];

const LIST: List = List::of(
    &PORT,
    &[
        col("ID", "id"),
        col("Name", "name"),
        col("MAC Address", "mac_address"),
        col("Fixed IP Addresses", "fixed_ips").look(Look::ListOfDicts),
        col("Status", "status"),
        col("Security Groups", "security_groups").look(Look::List).with("long"),
        col("Device Owner", "device_owner").with("long"),
        col("Tags", "tags").look(Look::List).with("long"),
        col("Trunk subports", "trunk_details/sub_ports").look(Look::ListOfDicts).with("long"),
    ],
);

const SHOW: Show = Show::of(&PORT, SHOW_COLUMNS);

/// Neutron gives some of them to administrators only, or not at all: the client shows them all the
/// same.
const SHOW_COLUMNS: &[Column] = &[
    same("admin_state_up").look(STATE),
    same("allowed_address_pairs").look(Look::ListOfDicts),
    col("binding_host_id", "binding:host_id"),
    col("binding_profile", "binding:profile").look(Look::Dict),
    col("binding_vif_details", "binding:vif_details").look(Look::Dict),
    col("binding_vif_type", "binding:vif_type"),
    col("binding_vnic_type", "binding:vnic_type"),
    same("created_at"),
    same("data_plane_status"),
    same("description"),
    same("device_id"),
    same("device_owner"),
    same("device_profile"),
    same("dns_assignment").look(Look::ListOfDicts),
    same("dns_domain"),
    same("dns_name"),
    same("extra_dhcp_opts").look(Look::ListOfDicts),
    same("fixed_ips").look(Look::ListOfDicts),
    same("hardware_offload_type"),
    by("hints", hints),
    same("id"),
    same("ip_allocation"),
    same("mac_address"),
    same("name"),
    same("network_id"),
    same("numa_affinity_policy"),
    same("port_security_enabled"),
    same("project_id"),
    same("propagate_uplink_status"),
    same("pvlan_type"),
    same("pvlan_community"),
    same("resource_request"),
    same("revision_number"),
    same("qos_network_policy_id"),
    same("qos_policy_id"),
    col("security_group_ids", "security_groups").look(Look::List),
    same("status"),
    same("tags").look(Look::List),
    same("trunk_details"),
    same("trusted"),
    same("updated_at"),
];

/// Nothing, where the cloud has no hints.
fn hints(port: &Value, _: &Names) -> Value {
    port.get("hints").cloned().unwrap_or_else(|| "".into())
}

/// Lists that a port has: what is new in them, or goes from them.
const LISTS: &[Flag] = &[
    Flag::values("fixed-ip", Gives::Parts("fixed_ips", FIXED_IP)),
    Flag::values("security-group", Gives::Texts("security_groups")),
    Flag::values("allowed-address", Gives::Parts("allowed_address_pairs", ADDRESS_PAIR)),
];
const FIXED_IP: &[Part] = &[Part::new("subnet", "subnet"), Part::new("ip-address", "ip_address")];
const ADDRESS_PAIR: &[Part] =
    &[Part::new("ip-address", "ip_address").required(), Part::new("mac-address", "mac_address")];

/// What a port may be told when it is made, and later.
const PLAIN_FLAGS: &[Flag] = &[
    Flag::value("device", Gives::Text("device_id")),
    Flag::value("device-owner", Gives::Text("device_owner")),
    Flag::value("mac-address", Gives::Text("mac_address")),
    Flag::value("dns-name", Gives::Text("dns_name")),
    Flag::switch("enable-port-security", Gives::Truth("is_port_security_enabled", true)),
    Flag::switch("disable-port-security", Gives::Truth("is_port_security_enabled", false)),
];

const VNIC_TYPES: &[&str] = &[
    "accelerator-direct",
    "accelerator-direct-physical",
    "direct",
    "direct-physical",
    "macvtap",
    "normal",
    "baremetal",
    "virtio-forwarder",
    "smart-nic",
    "vdpa",
    "remote-managed",
];

const CREATE_FLAGS: &[Flag] = &[
    Flag::one("name", "name"),
    Flag::value("network", Gives::Text("network")).required(),
    Flag::switch("no-fixed-ip", Gives::Truth("no_fixed_ips", true)).not_with(&["fixed-ip"]),
    Flag::switch("no-security-group", Gives::Truth("no_security_groups", true))
        .not_with(&["security-group"]),
    Flag::value("vnic-type", Gives::Extra("binding:vnic_type")).of(VNIC_TYPES),
    Flag::value("host", Gives::Extra("binding:host_id")),
    Flag::value("dns-domain", Gives::Extra("dns_domain")),
    Flag::value("device-profile", Gives::Extra("device_profile")),
    Flag::value("hardware-offload-type", Gives::Extra("hardware_offload_type")),
    Flag::switch("trusted", Gives::ExtraTruth("trusted", true)),
    Flag::switch("not-trusted", Gives::ExtraTruth("trusted", false)),
    Flag::switch(
        "enable-uplink-status-propagation",
        Gives::ExtraTruth("propagate_uplink_status", true),
    ),
    Flag::switch(
        "disable-uplink-status-propagation",
        Gives::ExtraTruth("propagate_uplink_status", false),
    ),
];

const SET_FLAGS: &[Flag] = &[
    ONE,
    Flag::value("name", Gives::Text("name")),
    Flag::switch("no-fixed-ip", Gives::Truth("no_other_fixed_ips", true)),
    Flag::switch("no-security-group", Gives::Truth("no_other_security_groups", true)),
    Flag::switch("no-allowed-address", Gives::Truth("no_other_allowed_address_pairs", true)),
];
