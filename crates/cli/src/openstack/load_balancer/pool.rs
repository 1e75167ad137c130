//! `loadbalancer pool ...`.

use infomaniak_cloud::load_balancer::Pool;

use super::super::common::{NEW_TAGS, SET_TAGS, UNSET_TAGS};
use super::super::face::{Does, Face, Flag, Gives, List, Show, WAIT};
use super::super::noun::Noun;
use super::{
    BALANCER, BY_TAGS, CHANGE, DESCRIPTION, IDS, LINES, NAME, PAIRS, nameless, told, unsaid,
};

pub(super) static POOL: Noun = Noun::of::<Pool>();

pub(super) static FACES: &[Face] = &[
    Face::new("loadbalancer pool list", "list_pools", LIST_FLAGS, Does::List(LIST)).and(&[BY_TAGS]),
    Face::new("loadbalancer pool show", "get_pool", &[Flag::one("pool", "")], Does::Show(SHOW)),
    Face::new("loadbalancer pool create", "create_pool", CREATE_FLAGS, Does::Make(SHOW))
        .and(&[PLAIN_FLAGS, CHANGE, NEW_TAGS])
        .prepared(nameless),
    Face::new("loadbalancer pool set", "set_pool", SET_FLAGS, Does::Act).and(&[
        PLAIN_FLAGS,
        CHANGE,
        SET_TAGS,
    ]),
    Face::new("loadbalancer pool unset", "unset_pool", UNSET_FLAGS, Does::Act).and(&[UNSET_TAGS]),
    Face::new("loadbalancer pool delete", "delete_pool", &[ONE, WAIT], Does::Act),
];

const ONE: Flag = Flag::one("pool", "pool_id");

const LIST_FLAGS: &[Flag] =
    &[Flag::value("loadbalancer", Gives::QueryId("loadbalancer_id", &BALANCER))];

const LIST: List = List::of(
    &POOL,
    &[
        told("id"),
        told("name"),
        told("project_id"),
        told("provisioning_status"),
        told("protocol"),
        told("lb_algorithm"),
        told("admin_state_up"),
    ],
);

const SHOW: Show = Show::of(
    &POOL,
    &[
        told("admin_state_up"),
        told("created_at"),
        told("description"),
        told("healthmonitor_id"),
        told("id"),
        told("lb_algorithm"),
        told("listeners").look(IDS),
        told("loadbalancers").look(IDS),
        told("members").look(IDS),
        told("name"),
        told("operating_status"),
        told("project_id"),
        told("protocol"),
        told("provisioning_status"),
        told("session_persistence").look(PAIRS),
        told("updated_at"),
        told("tls_container_ref"),
        told("ca_tls_container_ref"),
        told("crl_container_ref"),
        told("tls_enabled"),
        told("tls_ciphers"),
        told("tls_versions"),
        told("tags").look(LINES),
        told("alpn_protocols"),
    ],
);

/// What a pool may be told when it is made, and later.
const PLAIN_FLAGS: &[Flag] = &[
    NAME,
    DESCRIPTION,
    Flag::value("session-persistence", Gives::Map("session_persistence")),
    Flag::switch("enable-tls", Gives::Truth("tls_enabled", true)),
    Flag::switch("disable-tls", Gives::Truth("tls_enabled", false)),
];

const ALGORITHM: Flag = Flag::value("lb-algorithm", Gives::Text("lb_algorithm")).of_words(&[
    "SOURCE_IP",
    "ROUND_ROBIN",
    "LEAST_CONNECTIONS",
    "SOURCE_IP_PORT",
]);

const CREATE_FLAGS: &[Flag] = &[
    Flag::value("protocol", Gives::Text("protocol"))
        .required()
        .of_words(&["TCP", "HTTP", "HTTPS", "PROXY", "PROXYV2", "UDP", "SCTP"]),
    Flag::value("listener", Gives::Text("listener_id")),
    Flag::value("loadbalancer", Gives::Text("loadbalancer_id")).or("listener"),
    ALGORITHM.required(),
    Flag::value("tls-container-ref", Gives::Text("tls_container_ref")),
    Flag::value("ca-tls-container-ref", Gives::Text("ca_tls_container_ref")),
    Flag::value("crl-container-ref", Gives::Extra("crl_container_ref")),
    Flag::value("tls-ciphers", Gives::Extra("tls_ciphers")),
    Flag::values("tls-version", Gives::ExtraTexts("tls_versions")),
    Flag::values("alpn-protocol", Gives::ExtraTexts("alpn_protocols")),
];

const SET_FLAGS: &[Flag] = &[ONE, ALGORITHM];

const UNSET_FLAGS: &[Flag] = &[
    ONE,
    unsaid("name", "name"),
    unsaid("description", "description"),
    unsaid("ca-tls-container-ref", "ca_tls_container_ref"),
    unsaid("crl-container-ref", "crl_container_ref"),
    unsaid("session-persistence", "session_persistence"),
    unsaid("tls-container-ref", "tls_container_ref"),
    unsaid("tls-versions", "tls_versions"),
    unsaid("tls-ciphers", "tls_ciphers"),
    unsaid("alpn-protocols", "alpn_protocols"),
    WAIT,
];
