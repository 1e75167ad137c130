//! `loadbalancer l7policy ...`.

use infomaniak_cloud::load_balancer::L7Policy;

use super::super::common::{NEW_TAGS, SET_TAGS, UNSET_TAGS};
use super::super::face::{Does, Face, Flag, Gives, List, Show, WAIT};
use super::super::noun::Noun;
use super::listener::LISTENER;
use super::{BY_TAGS, CHANGE, DESCRIPTION, IDS, LINES, NAME, told, unsaid};

pub(super) static POLICY: Noun = Noun::of::<L7Policy>();

pub(super) static FACES: &[Face] = &[
    Face::new("loadbalancer l7policy list", "list_l7_policies", LIST_FLAGS, Does::List(LIST))
        .and(&[BY_TAGS]),
    Face::new(
        "loadbalancer l7policy show",
        "get_l7_policy",
        &[Flag::one("l7policy", "")],
        Does::Show(SHOW),
    ),
    Face::new("loadbalancer l7policy create", "create_l7_policy", CREATE_FLAGS, Does::Make(SHOW))
        .and(&[PLAIN_FLAGS, CHANGE, NEW_TAGS]),
    Face::new("loadbalancer l7policy set", "set_l7_policy", &[ONE, ACTION], Does::Act).and(&[
        PLAIN_FLAGS,
        CHANGE,
        SET_TAGS,
    ]),
    Face::new("loadbalancer l7policy unset", "unset_l7_policy", UNSET_FLAGS, Does::Act)
        .and(&[UNSET_TAGS]),
    Face::new("loadbalancer l7policy delete", "delete_l7_policy", &[ONE, WAIT], Does::Act),
];

const ONE: Flag = Flag::one("l7policy", "l7_policy_id");

const LIST_FLAGS: &[Flag] = &[Flag::value("listener", Gives::QueryId("listener_id", &LISTENER))];

const LIST: List = List::of(
    &POLICY,
    &[
        told("id"),
        told("name"),
        told("project_id"),
        told("provisioning_status"),
        told("action"),
        told("position"),
        told("admin_state_up"),
    ],
);

const SHOW: Show = Show::of(
    &POLICY,
    &[
        told("listener_id"),
        told("description"),
        told("admin_state_up"),
        told("rules").look(IDS),
        told("project_id"),
        told("created_at"),
        told("provisioning_status"),
        told("updated_at"),
        told("redirect_pool_id"),
        told("redirect_url"),
        told("redirect_prefix"),
        told("action"),
        told("position"),
        told("id"),
        told("operating_status"),
        told("name"),
        told("redirect_http_code"),
        told("tags").look(LINES),
    ],
);

const ACTION: Flag = Flag::value("action", Gives::Text("action")).of_words(&[
    "REDIRECT_TO_URL",
    "REDIRECT_TO_POOL",
    "REDIRECT_PREFIX",
    "REJECT",
]);

/// What a policy may be told when it is made, and later.
const PLAIN_FLAGS: &[Flag] = &[
    NAME,
    DESCRIPTION,
    Flag::value("redirect-pool", Gives::Text("redirect_pool"))
        .not_with(&["redirect-url", "redirect-prefix"]),
    Flag::value("redirect-url", Gives::Text("redirect_url")).not_with(&["redirect-prefix"]),
    Flag::value("redirect-prefix", Gives::Text("redirect_prefix")),
    Flag::value("redirect-http-code", Gives::Number("redirect_http_code"))
        .of(&["301", "302", "303", "307", "308"]),
    Flag::value("position", Gives::Number("position")),
];

const CREATE_FLAGS: &[Flag] = &[Flag::one("listener", "listener_id"), ACTION.required()];

const UNSET_FLAGS: &[Flag] = &[
    ONE,
    unsaid("description", "description"),
    unsaid("name", "name"),
    unsaid("redirect-http-code", "redirect_http_code"),
    WAIT,
];
