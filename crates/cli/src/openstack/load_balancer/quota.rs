//! `loadbalancer quota ...`.

use super::super::face::{Does, Face, Flag, Gives, List, Show};
use super::super::noun::Noun;
use super::super::view::Column;
use super::{noun, told, unsaid};

/// A project has one, and it is found by the project.
static QUOTA: Noun =
    Noun { is_id: |_| true, ..noun("load balancer quota", "quotas", &["quotas"], "quota") };

pub(super) static FACES: &[Face] = &[
    Face::new("loadbalancer quota list", "list_loadbalancer_quotas", LIST_FLAGS, Does::List(LIST)),
    Face::new("loadbalancer quota show", "get_loadbalancer_quota", &[PROJECT], Does::Show(SHOW)),
    Face::new(
        "loadbalancer quota defaults show",
        "get_loadbalancer_default_quota",
        &[],
        Does::Tell(SHARES),
    ),
    Face::new("loadbalancer quota set", "set_loadbalancer_quota", SET_FLAGS, Does::Make(SHOW)),
    Face::new("loadbalancer quota unset", "unset_loadbalancer_quota", UNSET_FLAGS, Does::Act),
    Face::new("loadbalancer quota reset", "reset_loadbalancer_quota", &[PROJECT], Does::Act),
];

const PROJECT: Flag = Flag::one("project", "project_id");
const LIST_FLAGS: &[Flag] = &[Flag::value("project", Gives::QueryProject)];

const LIST: List = List::of(
    &QUOTA,
    &[
        told("project_id"),
        told("load_balancer"),
        told("listener"),
        told("pool"),
        told("health_monitor"),
        told("member"),
        told("l7policy"),
        told("l7rule"),
    ],
);

const SHOW: Show = Show::of(&QUOTA, SHARES);

const SHARES: &[Column] = &[
    told("load_balancer"),
    told("listener"),
    told("pool"),
    told("health_monitor"),
    told("member"),
    told("l7policy"),
    told("l7rule"),
];

const SET_FLAGS: &[Flag] = &[
    PROJECT,
    Flag::value("loadbalancer", Gives::Number("load_balancer")),
    Flag::value("listener", Gives::Number("listener")),
    Flag::value("pool", Gives::Number("pool")),
    Flag::value("member", Gives::Number("member")),
    Flag::value("healthmonitor", Gives::Number("health_monitor")),
    Flag::value("l7policy", Gives::Number("l7policy")),
    Flag::value("l7rule", Gives::Number("l7rule")),
];

const UNSET_FLAGS: &[Flag] = &[
    PROJECT,
    unsaid("loadbalancer", "load_balancer"),
    unsaid("listener", "listener"),
    unsaid("pool", "pool"),
    unsaid("member", "member"),
    unsaid("healthmonitor", "health_monitor"),
    unsaid("l7policy", "l7policy"),
    unsaid("l7rule", "l7rule"),
];
