//! `loadbalancer l7rule ...`: rules stand below their policy and have no names.

use super::super::common::{NEW_TAGS, SET_TAGS, UNSET_TAGS};
use super::super::face::{Does, Face, Flag, Gives, List, Show, WAIT};
use super::super::noun::Noun;
use super::l7_policy::POLICY;
use super::{BY_TAGS, CHANGE, LINES, noun, told, unsaid};

static RULE: Noun = noun("L7 rule", "rules", &[], "rule");

pub(super) static FACES: &[Face] = &[
    Face::new("loadbalancer l7rule list", "list_l7_rules", &[IN_POLICY], Does::List(LIST))
        .and(&[BY_TAGS]),
    Face::new("loadbalancer l7rule show", "get_l7_rule", BOTH, Does::Show(SHOW)),
    Face::new("loadbalancer l7rule create", "create_l7_rule", CREATE_FLAGS, Does::Make(SHOW))
        .and(&[PLAIN_FLAGS, CHANGE, NEW_TAGS]),
    Face::new("loadbalancer l7rule set", "set_l7_rule", BOTH, Does::Act).and(&[
        &[COMPARE, VALUE, TYPE],
        PLAIN_FLAGS,
        CHANGE,
        SET_TAGS,
    ]),
    Face::new("loadbalancer l7rule unset", "unset_l7_rule", UNSET_FLAGS, Does::Act)
        .and(&[UNSET_TAGS]),
    Face::new("loadbalancer l7rule delete", "delete_l7_rule", BOTH, Does::Act).and(&[&[WAIT]]),
];

const IN_POLICY: Flag = Flag::one("l7policy", "l7_policy_id");
const RULE_ID: Flag = Flag::one("l7rule", "l7_rule_id");
const BOTH: &[Flag] = &[IN_POLICY, RULE_ID];

const LIST: List = List::of(
    &RULE,
    &[
        told("id"),
        told("project_id"),
        told("provisioning_status"),
        told("compare_type"),
        told("type"),
        told("key"),
        told("value"),
        told("invert"),
        told("admin_state_up"),
    ],
)
.below(&POLICY);

const SHOW: Show = Show::of(
    &RULE,
    &[
        told("created_at"),
        told("compare_type"),
        told("provisioning_status"),
        told("invert"),
        told("admin_state_up"),
        told("updated_at"),
        told("value"),
        told("key"),
        told("project_id"),
        told("type"),
        told("id"),
        told("operating_status"),
        told("tags").look(LINES),
    ],
)
.below(&POLICY);

const COMPARE: Flag = Flag::value("compare-type", Gives::Text("compare_type")).of_words(&[
    "REGEX",
    "EQUAL_TO",
    "CONTAINS",
    "ENDS_WITH",
    "STARTS_WITH",
]);
const VALUE: Flag = Flag::value("value", Gives::Text("value"));
const TYPE: Flag = Flag::value("type", Gives::Text("rule_type")).of_words(&[
    "FILE_TYPE",
    "PATH",
    "COOKIE",
    "HOST_NAME",
    "HEADER",
    "SSL_CONN_HAS_CERT",
    "SSL_VERIFY_RESULT",
    "SSL_DN_FIELD",
]);

/// What a rule may be told when it is made, and later.
const PLAIN_FLAGS: &[Flag] =
    &[Flag::switch("invert", Gives::Truth("invert", true)), Flag::value("key", Gives::Text("key"))];

const CREATE_FLAGS: &[Flag] = &[IN_POLICY, COMPARE.required(), VALUE.required(), TYPE.required()];

const UNSET_FLAGS: &[Flag] =
    &[IN_POLICY, RULE_ID, unsaid("invert", "invert"), unsaid("key", "key"), WAIT];
