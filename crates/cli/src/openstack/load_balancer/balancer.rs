//! Load balancers themselves, and who provides them.

use serde_json::{Map, Value};

use super::super::common::{NEW_TAGS, SET_TAGS, UNSET_TAGS};
use super::super::face::{Does, Face, Flag, Given, Gives, List, Part, Show, WAIT};
use super::super::network::NETWORK;
use super::super::noun::Noun;
use super::super::port::PORT;
use super::super::subnet::SUBNET;
use super::super::view::{Column, by, same};
use super::{
    BALANCER, BY_STATE, BY_TAGS, CHANGE, DESCRIPTION, IDS, LINES, LOADBALANCER, NAME, card,
    nameless, noun, told, unsaid,
};

static FLAVOR: Noun = noun("load balancer flavor", "flavors", &["flavors"], "flavor");
static PROVIDER: Noun = noun("load balancer provider", "providers", &["providers"], "provider");
/// Stands below a balancer.
static STATE: Noun = noun("state", "status", &[], "statuses");

pub(super) static FACES: &[Face] = &[
    Face::new("loadbalancer list", "list_loadbalancers", LIST_FLAGS, Does::List(LIST))
        .and(&[BY_STATE, BY_TAGS]),
    Face::new("loadbalancer show", "get_loadbalancer", &[ONE], Does::Show(SHOW)),
    Face::new("loadbalancer create", "create_loadbalancer", CREATE_FLAGS, Does::Make(SHOW))
        .and(&[CHANGE, NEW_TAGS])
        .prepared(create),
    Face::new("loadbalancer set", "set_loadbalancer", SET_FLAGS, Does::Act)
        .and(&[CHANGE, SET_TAGS]),
    Face::new("loadbalancer unset", "unset_loadbalancer", UNSET_FLAGS, Does::Act)
        .and(&[UNSET_TAGS]),
    Face::new("loadbalancer delete", "delete_loadbalancer", DELETE_FLAGS, Does::Act),
    Face::new("loadbalancer failover", "failover_loadbalancer", &[LOADBALANCER, WAIT], Does::Act),
    Face::new(
        "loadbalancer stats show",
        "get_loadbalancer_stats",
        &[LOADBALANCER],
        Does::Tell(STATISTICS),
    ),
    Face::new(
        "loadbalancer status show",
        "get_loadbalancer_status",
        &[LOADBALANCER],
        Does::Dump(&BALANCER, &STATE),
    ),
    Face::new(
        "loadbalancer provider list",
        "list_loadbalancer_providers",
        &[],
        Does::List(PROVIDERS),
    ),
];

const ONE: Flag = Flag::one("loadbalancer", "");

const LIST_FLAGS: &[Flag] = &[
    Flag::value("vip-network-id", Gives::QueryId("vip_network_id", &NETWORK)),
    Flag::value("vip-subnet-id", Gives::QueryId("vip_subnet_id", &SUBNET)),
    Flag::value("vip-qos-policy-id", Gives::Query("vip_qos_policy_id")),
    Flag::value("vip-port-id", Gives::QueryId("vip_port_id", &PORT)),
    Flag::value("provisioning-status", Gives::Query("provisioning_status")).of_words(&[
        "ACTIVE",
        "ERROR",
        "PENDING_CREATE",
        "PENDING_UPDATE",
        "PENDING_DELETE",
    ]),
    Flag::value("operating-status", Gives::Query("operating_status")).of_words(&[
        "ONLINE",
        "DRAINING",
        "OFFLINE",
        "DEGRADED",
        "ERROR",
        "NO_MONITOR",
    ]),
    Flag::value("provider", Gives::Query("provider")),
    Flag::value("flavor", Gives::QueryId("flavor_id", &FLAVOR)),
    Flag::value("availability-zone", Gives::Query("availability_zone")),
];

const LIST: List = List::of(
    &BALANCER,
    &[
        told("id"),
        told("name"),
        told("project_id"),
        told("vip_address"),
        told("provisioning_status"),
        told("operating_status"),
        told("provider"),
    ],
);

const SHOW: Show = Show::of(
    &BALANCER,
    &[
        told("admin_state_up"),
        told("availability_zone"),
        told("created_at"),
        told("description"),
        told("flavor_id"),
        told("id"),
        told("listeners").look(IDS),
        told("name"),
        told("operating_status"),
        told("pools").look(IDS),
        told("project_id"),
        told("provider"),
        told("provisioning_status"),
        told("updated_at"),
        told("vip_address"),
        told("vip_network_id"),
        told("vip_port_id"),
        told("vip_qos_policy_id"),
        told("vip_subnet_id"),
        by("vip_vnic_type", |balancer, _| card(balancer, "vip_vnic_type")),
        told("vip_sg_ids"),
        told("tags").look(LINES),
        told("additional_vips"),
    ],
);

const CREATE_FLAGS: &[Flag] = &[
    NAME,
    DESCRIPTION,
    Flag::value("vip-address", Gives::Text("vip_address")),
    Flag::value("vip-port-id", Gives::Text("vip_port")),
    Flag::value("vip-subnet-id", Gives::Text("subnet_id")),
    Flag::value("vip-network-id", Gives::Text("vip_network")),
    Flag::value("vip-qos-policy-id", Gives::Extra("vip_qos_policy_id")),
    Flag::values("additional-vip", Gives::ExtraParts("additional_vips", ADDITIONAL_VIP)),
    Flag::value("project", Gives::ExtraProject("project_id")),
    Flag::value("provider", Gives::Text("provider")),
    Flag::value("availability-zone", Gives::Text("availability_zone")),
    Flag::value("flavor", Gives::Id("flavor_id", &FLAVOR)),
];

fn create(given: &Given, arguments: &mut Map<String, Value>) -> Result<(), String> {
    if given.has("vip-network-id") && given.has("vip-port-id") {
        return Err("--vip-port-id cannot be used with --vip-network-id".to_string());
    }
    nameless(given, arguments)
}

const ADDITIONAL_VIP: &[Part] = &[
    Part::new("subnet-id", "subnet_id").required().id_of(&SUBNET),
    Part::new("ip-address", "ip_address"),
];

const SET_FLAGS: &[Flag] = &[
    LOADBALANCER,
    NAME,
    DESCRIPTION,
    Flag::value("vip-qos-policy-id", Gives::Text("vip_qos_policy_id")),
];

const DELETE_FLAGS: &[Flag] =
    &[LOADBALANCER, Flag::switch("cascade", Gives::Truth("cascade", true)), WAIT];

/// Of a balancer, and of a listener.
pub(super) const STATISTICS: &[Column] = &[
    same("active_connections"),
    same("bytes_in"),
    same("bytes_out"),
    same("request_errors"),
    same("total_connections"),
];

const PROVIDERS: List = List::of(&PROVIDER, &[told("name"), told("description")]);

const UNSET_FLAGS: &[Flag] = &[
    LOADBALANCER,
    unsaid("name", "name"),
    unsaid("description", "description"),
    unsaid("vip-qos-policy-id", "vip_qos_policy_id"),
    WAIT,
];
