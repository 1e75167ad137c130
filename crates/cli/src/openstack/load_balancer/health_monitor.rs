//! `loadbalancer healthmonitor ...`.

use infomaniak_cloud::load_balancer::HealthMonitor;

use super::super::common::{NEW_TAGS, SET_TAGS, UNSET_TAGS};
use super::super::face::{Does, Face, Flag, Gives, List, Show, WAIT};
use super::super::noun::Noun;
use super::{BY_TAGS, CHANGE, IDS, LINES, NAME, told, unsaid};

static MONITOR: Noun = Noun::of::<HealthMonitor>();

pub(super) static FACES: &[Face] = &[
    Face::new("loadbalancer healthmonitor list", "list_health_monitors", &[], Does::List(LIST))
        .and(&[BY_TAGS]),
    Face::new(
        "loadbalancer healthmonitor show",
        "get_health_monitor",
        &[Flag::one("health_monitor", "")],
        Does::Show(SHOW),
    ),
    Face::new(
        "loadbalancer healthmonitor create",
        "create_health_monitor",
        CREATE_FLAGS,
        Does::Make(SHOW),
    )
    .and(&[PLAIN_FLAGS, CHANGE, NEW_TAGS]),
    Face::new("loadbalancer healthmonitor set", "set_health_monitor", SET_FLAGS, Does::Act).and(&[
        PLAIN_FLAGS,
        CHANGE,
        SET_TAGS,
    ]),
    Face::new("loadbalancer healthmonitor unset", "unset_health_monitor", UNSET_FLAGS, Does::Act)
        .and(&[UNSET_TAGS]),
    Face::new(
        "loadbalancer healthmonitor delete",
        "delete_health_monitor",
        &[ONE, WAIT],
        Does::Act,
    ),
];

const ONE: Flag = Flag::one("health_monitor", "health_monitor_id");

const LIST: List = List::of(
    &MONITOR,
    &[told("id"), told("name"), told("project_id"), told("type"), told("admin_state_up")],
);

const SHOW: Show = Show::of(
    &MONITOR,
    &[
        told("project_id"),
        told("name"),
        told("admin_state_up"),
        told("pools").look(IDS),
        told("created_at"),
        told("provisioning_status"),
        told("updated_at"),
        told("delay"),
        told("expected_codes"),
        told("max_retries"),
        told("http_method"),
        told("timeout"),
        told("max_retries_down"),
        told("url_path"),
        told("type"),
        told("id"),
        told("operating_status"),
        told("http_version"),
        told("domain_name"),
        told("tags").look(LINES),
    ],
);

/// How often a question may be repeated.
const TIMES: &[&str] = &["1", "2", "3", "4", "5", "6", "7", "8", "9"];
const DELAY: Flag = Flag::value("delay", Gives::Number("delay"));
const RETRIES: Flag = Flag::value("max-retries", Gives::Number("max_retries")).of(TIMES);

/// What a monitor may be told when it is made, and later.
const PLAIN_FLAGS: &[Flag] = &[
    NAME,
    Flag::value("domain-name", Gives::Text("domain_name")),
    Flag::value("expected-codes", Gives::Text("expected_codes")),
    Flag::value("http-method", Gives::Text("http_method")).of_words(&[
        "GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS", "PATCH", "CONNECT", "TRACE",
    ]),
    Flag::value("http-version", Gives::Text("http_version")).of(&["1.0", "1.1"]),
    Flag::value("max-retries-down", Gives::Number("max_retries_down")).of(TIMES),
    Flag::value("url-path", Gives::Text("url_path")),
];

const CREATE_FLAGS: &[Flag] = &[
    Flag::one("pool", "pool_id"),
    DELAY.required(),
    Flag::value("timeout", Gives::Number("timeout")).required(),
    RETRIES.required(),
    Flag::value("type", Gives::Text("monitor_type")).required().of_words(&[
        "PING",
        "HTTP",
        "TCP",
        "HTTPS",
        "TLS-HELLO",
        "UDP-CONNECT",
        "SCTP",
    ]),
];

const SET_FLAGS: &[Flag] =
    &[ONE, DELAY, Flag::value("timeout", Gives::Number("monitor_timeout")), RETRIES];

const UNSET_FLAGS: &[Flag] = &[
    ONE,
    unsaid("domain-name", "domain_name"),
    unsaid("expected-codes", "expected_codes"),
    unsaid("http-method", "http_method"),
    unsaid("http-version", "http_version"),
    unsaid("max-retries-down", "max_retries_down"),
    unsaid("name", "name"),
    unsaid("url-path", "url_path"),
    WAIT,
];
