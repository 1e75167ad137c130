//! `loadbalancer listener ...`.

use infomaniak_cloud::load_balancer::Listener;

use super::super::common::{NEW_TAGS, SET_TAGS, UNSET_TAGS};
use super::super::face::{Does, Face, Flag, Gives, List, Show, WAIT};
use super::super::noun::Noun;
use super::balancer::STATISTICS;
use super::{
    BALANCER, BY_STATE, BY_TAGS, CHANGE, DESCRIPTION, IDS, LINES, LOADBALANCER, NAME, PAIRS,
    nameless, told, unsaid,
};

pub(super) static LISTENER: Noun = Noun::of::<Listener>();

pub(super) static FACES: &[Face] = &[
    Face::new("loadbalancer listener list", "list_listeners", LIST_FLAGS, Does::List(LIST))
        .and(&[BY_STATE, BY_TAGS]),
    Face::new(
        "loadbalancer listener show",
        "get_listener",
        &[Flag::one("listener", "")],
        Does::Show(SHOW),
    ),
    Face::new("loadbalancer listener create", "create_listener", CREATE_FLAGS, Does::Make(SHOW))
        .and(&[PLAIN_FLAGS, CHANGE, NEW_TAGS])
        .prepared(nameless),
    Face::new("loadbalancer listener set", "set_listener", &[ONE], Does::Act).and(&[
        PLAIN_FLAGS,
        CHANGE,
        SET_TAGS,
    ]),
    Face::new("loadbalancer listener unset", "unset_listener", UNSET_FLAGS, Does::Act)
        .and(&[UNSET_TAGS]),
    Face::new("loadbalancer listener delete", "delete_listener", &[ONE, WAIT], Does::Act),
    Face::new(
        "loadbalancer listener stats show",
        "get_listener_stats",
        &[ONE],
        Does::Tell(STATISTICS),
    ),
];

const ONE: Flag = Flag::one("listener", "listener_id");

const LIST_FLAGS: &[Flag] =
    &[Flag::value("loadbalancer", Gives::QueryId("loadbalancer_id", &BALANCER))];

const LIST: List = List::of(
    &LISTENER,
    &[
        told("id"),
        told("default_pool_id"),
        told("name"),
        told("project_id"),
        told("protocol"),
        told("protocol_port"),
        told("admin_state_up"),
    ],
);

const SHOW: Show = Show::of(
    &LISTENER,
    &[
        told("admin_state_up"),
        told("connection_limit"),
        told("created_at"),
        told("default_pool_id"),
        told("default_tls_container_ref"),
        told("description"),
        told("id"),
        told("insert_headers").look(PAIRS),
        told("l7policies").look(IDS),
        told("loadbalancers").look(IDS),
        told("name"),
        told("operating_status"),
        told("project_id"),
        told("protocol"),
        told("protocol_port"),
        told("provisioning_status"),
        told("sni_container_refs"),
        told("timeout_client_data"),
        told("timeout_member_connect"),
        told("timeout_member_data"),
        told("timeout_tcp_inspect"),
        told("updated_at"),
        told("client_ca_tls_container_ref"),
        told("client_authentication"),
        told("client_crl_container_ref"),
        told("allowed_cidrs").look(LINES),
        told("tls_ciphers"),
        told("tls_versions"),
        told("alpn_protocols"),
        told("tags").look(LINES),
        told("hsts_max_age"),
        told("hsts_include_subdomains"),
        told("hsts_preload"),
    ],
);

/// What a listener may be told when it is made, and later.
const PLAIN_FLAGS: &[Flag] = &[
    NAME,
    DESCRIPTION,
    Flag::value("connection-limit", Gives::Number("connection_limit")),
    Flag::value("default-pool", Gives::Text("default_pool")),
    Flag::value("default-tls-container-ref", Gives::Text("default_tls_container_ref")),
    Flag::many("sni-container-refs", Gives::Texts("sni_container_refs")),
    Flag::value("insert-headers", Gives::Map("insert_headers")),
    Flag::value("timeout-client-data", Gives::Number("timeout_client_data")),
    Flag::value("timeout-member-connect", Gives::Number("timeout_member_connect")),
    Flag::value("timeout-member-data", Gives::Number("timeout_member_data")),
    Flag::values("allowed-cidr", Gives::Texts("allowed_cidrs")),
    Flag::values("tls-version", Gives::Texts("tls_versions")),
];

const CREATE_FLAGS: &[Flag] = &[
    LOADBALANCER,
    Flag::value("protocol", Gives::Text("protocol")).required().of_words(&[
        "TCP",
        "HTTP",
        "HTTPS",
        "TERMINATED_HTTPS",
        "UDP",
        "SCTP",
        "PROMETHEUS",
    ]),
    Flag::value("protocol-port", Gives::Number("port")).required(),
    Flag::value("timeout-tcp-inspect", Gives::ExtraNumber("timeout_tcp_inspect")),
    Flag::value("client-ca-tls-container-ref", Gives::Extra("client_ca_tls_container_ref")),
    Flag::value("client-authentication", Gives::Extra("client_authentication")).of_words(&[
        "NONE",
        "OPTIONAL",
        "MANDATORY",
    ]),
    Flag::value("client-crl-container-ref", Gives::Extra("client_crl_container_ref")),
    Flag::value("tls-ciphers", Gives::Extra("tls_ciphers")),
    Flag::values("alpn-protocol", Gives::ExtraTexts("alpn_protocols")),
    Flag::value("hsts-max-age", Gives::ExtraNumber("hsts_max_age")),
    Flag::switch("hsts-include-subdomains", Gives::ExtraTruth("hsts_include_subdomains", true)),
    Flag::switch("hsts-preload", Gives::ExtraTruth("hsts_preload", true)),
];

const UNSET_FLAGS: &[Flag] = &[
    ONE,
    unsaid("name", "name"),
    unsaid("description", "description"),
    unsaid("connection-limit", "connection_limit"),
    unsaid("default-pool", "default_pool"),
    unsaid("default-tls-container-ref", "default_tls_container_ref"),
    unsaid("sni-container-refs", "sni_container_refs"),
    unsaid("insert-headers", "insert_headers"),
    unsaid("timeout-client-data", "timeout_client_data"),
    unsaid("timeout-member-connect", "timeout_member_connect"),
    unsaid("timeout-member-data", "timeout_member_data"),
    unsaid("timeout-tcp-inspect", "timeout_tcp_inspect"),
    unsaid("client-ca-tls-container-ref", "client_ca_tls_container_ref"),
    unsaid("client-authentication", "client_authentication"),
    unsaid("client-crl-container-ref", "client_crl_container_ref"),
    unsaid("allowed-cidrs", "allowed_cidrs"),
    unsaid("tls-versions", "tls_versions"),
    unsaid("tls-ciphers", "tls_ciphers"),
    unsaid("alpn-protocols", "alpn_protocols"),
    WAIT,
];
