//! `loadbalancer member ...`: members stand below their pool.

use super::super::common::{NEW_TAGS, SET_TAGS, UNSET_TAGS};
use super::super::face::{Does, Face, Flag, Gives, List, Show, WAIT};
use super::super::noun::Noun;
use super::super::view::by;
use super::pool::POOL;
use super::{BY_TAGS, CHANGE, LINES, NAME, card, noun, told, unsaid};

static MEMBER: Noun = noun("member", "members", &[], "member");

pub(super) static FACES: &[Face] = &[
    Face::new("loadbalancer member list", "list_pool_members", &[IN_POOL], Does::List(LIST))
        .and(&[BY_TAGS]),
    Face::new("loadbalancer member show", "get_pool_member", BOTH, Does::Show(SHOW)),
    Face::new("loadbalancer member create", "add_pool_member", CREATE_FLAGS, Does::Make(SHOW))
        .and(&[PLAIN_FLAGS, CHANGE, NEW_TAGS]),
    Face::new("loadbalancer member set", "set_pool_member", BOTH, Does::Act).and(&[
        PLAIN_FLAGS,
        CHANGE,
        SET_TAGS,
    ]),
    Face::new("loadbalancer member unset", "unset_pool_member", UNSET_FLAGS, Does::Act)
        .and(&[UNSET_TAGS]),
    Face::new("loadbalancer member delete", "remove_pool_member", BOTH, Does::Act).and(&[&[WAIT]]),
];

const IN_POOL: Flag = Flag::one("pool", "pool_id");
const ONE: Flag = Flag::one("member", "member_id");
const BOTH: &[Flag] = &[IN_POOL, ONE];

const LIST: List = List::of(
    &MEMBER,
    &[
        told("id"),
        told("name"),
        told("project_id"),
        told("provisioning_status"),
        told("address"),
        told("protocol_port"),
        told("operating_status"),
        told("weight"),
    ],
)
.below(&POOL);

const SHOW: Show = Show::of(
    &MEMBER,
    &[
        told("address"),
        told("admin_state_up"),
        told("created_at"),
        told("id"),
        told("name"),
        told("operating_status"),
        told("project_id"),
        told("protocol_port"),
        told("provisioning_status"),
        told("subnet_id"),
        told("updated_at"),
        told("weight"),
        told("monitor_port"),
        told("monitor_address"),
        told("backup"),
        told("tags").look(LINES),
        by("vnic_type", |member, _| card(member, "vnic_type")),
    ],
)
.below(&POOL);

/// What a member may be told when it is made, and later.
const PLAIN_FLAGS: &[Flag] = &[
    NAME,
    Flag::switch("disable-backup", Gives::Truth("backup", false)),
    Flag::switch("enable-backup", Gives::Truth("backup", true)),
    Flag::value("weight", Gives::Number("weight")),
    Flag::value("monitor-port", Gives::Number("monitor_port")),
    Flag::value("monitor-address", Gives::Text("monitor_address")),
];

const CREATE_FLAGS: &[Flag] = &[
    IN_POOL,
    Flag::value("address", Gives::Text("address")).required(),
    Flag::value("subnet-id", Gives::Text("subnet_id")),
    Flag::value("protocol-port", Gives::Number("port")).required(),
];

const UNSET_FLAGS: &[Flag] = &[
    IN_POOL,
    ONE,
    unsaid("backup", "backup"),
    unsaid("monitor-address", "monitor_address"),
    unsaid("monitor-port", "monitor_port"),
    unsaid("name", "name"),
    unsaid("weight", "weight"),
    WAIT,
];
