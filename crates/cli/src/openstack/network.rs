//! `network ...`.

use infomaniak_cloud::network::Network;

use super::face::{Does, Face, Flag, Gives, LONG, List, Show};
use super::noun::Noun;
use super::view::{Column, Look, col, same};

static NETWORK: Noun = Noun::of::<Network>();

pub(super) static FACES: &[Face] = &[
    Face::new("network list", "list_networks", LIST_FLAGS, Does::List(LIST)),
    Face::new("network show", "get_network", &[Flag::one("network", "")], Does::Show(SHOW)),
];

/// How the client writes whether something carries traffic.
pub(super) const STATE: Look = Look::Either("UP", "DOWN");
const OUTSIDE: Look = Look::Either("External", "Internal");

const LIST_FLAGS: &[Flag] = &[
    LONG,
    Flag::switch("external", Gives::QueryAs("router:external", "True")),
    Flag::switch("internal", Gives::QueryAs("router:external", "False")),
    Flag::switch("enable", Gives::QueryAs("admin_state_up", "True")),
    Flag::switch("disable", Gives::QueryAs("admin_state_up", "False")),
    Flag::switch("share", Gives::QueryAs("shared", "True")),
    Flag::switch("no-share", Gives::QueryAs("shared", "False")),
    Flag::value("name", Gives::Query("name")),
    Flag::value("status", Gives::Query("status")),
    Flag::value("tags", Gives::Query("tags")),
    Flag::value("any-tags", Gives::Query("tags-any")),
    Flag::value("not-tags", Gives::Query("not-tags")),
    Flag::value("not-any-tags", Gives::Query("not-tags-any")),
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
