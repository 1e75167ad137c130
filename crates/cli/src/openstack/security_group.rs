//! `security group ...` and `security group rule ...`.

use infomaniak_cloud::network::{SecurityGroup, SecurityGroupRule};
use serde_json::{Map, Value};

use super::common::{BY_TAGS, NEW_TAGS, PAGES, SET_TAGS, UNSET_TAGS};
use super::face::{Does, Face, Flag, Given, Gives, LONG, List, Show};
use super::noun::Noun;
use super::python;
use super::view::{self, Column, Look, Names, by, col, same};

pub(super) static GROUP: Noun = Noun::of::<SecurityGroup>();
static RULE: Noun = Noun::of::<SecurityGroupRule>();

pub(super) static FACES: &[Face] = &[
    Face::new("security group list", "list_security_groups", LIST_FLAGS, Does::List(LIST))
        .and(&[BY_TAGS, PAGES]),
    Face::new("security group show", "get_security_group", &[ONE], Does::Show(SHOW)),
    Face::new("security group create", "create_security_group", CREATE_FLAGS, Does::Make(SHOW))
        .and(&[PLAIN_FLAGS, NEW_TAGS])
        .prepared(described),
    Face::new("security group set", "set_security_group", SET_FLAGS, Does::Act)
        .and(&[PLAIN_FLAGS, SET_TAGS]),
    Face::new("security group unset", "unset_security_group", &[ONE], Does::Act).and(&[UNSET_TAGS]),
    Face::new("security group delete", "delete_security_group", SEVERAL, Does::Act),
    Face::new("security group rule list", "list_security_group_rules", OF_RULES, Does::List(RULES))
        .and(&[PAGES]),
    Face::new(
        "security group rule show",
        "get_security_group_rule",
        RULE_ID,
        Does::Show(SHOWN_RULE),
    ),
    Face::new(
        "security group rule create",
        "add_security_group_rule",
        NEW_RULE,
        Does::Make(SHOW_RULE),
    )
    .prepared(traffic),
    Face::new("security group rule delete", "delete_security_group_rule", RULE_IDS, Does::Act),
];

const ONE: Flag = Flag::one("group", "security_group_id");
const SEVERAL: &[Flag] = &[Flag::several("group", "security_group_id")];
const RULE_ID: &[Flag] = &[Flag::one("rule", "rule_id")];
const RULE_IDS: &[Flag] = &[Flag::several("rule", "rule_id")];

const LIST_FLAGS: &[Flag] = &[
    Flag::switch("share", Gives::QueryAs("shared", "True")),
    Flag::switch("no-share", Gives::QueryAs("shared", "False")),
];

const LIST: List = List::of(
    &GROUP,
    &[
        col("ID", "id"),
        col("Name", "name"),
        col("Description", "description"),
        col("Project", "project_id"),
        col("Tags", "tags"),
        col("Shared", "shared"),
    ],
);

const SHOW: Show = Show::of(
    &GROUP,
    &[
        same("created_at"),
        same("description"),
        same("id"),
        col("is_shared", "shared"),
        same("name"),
        same("project_id"),
        same("revision_number"),
        col("rules", "security_group_rules").look(RULES_IN_SHORT),
        same("stateful"),
        same("tags"),
        same("updated_at"),
    ],
);

/// Without what is empty, and what is known from the group.
const RULES_IN_SHORT: Look = Look::By(|rules| {
    let mut rules = rules.clone();
    for rule in rules.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        rule.retain(|key, value| {
            !is_empty(value)
                && !matches!(key.as_str(), "security_group_id" | "tenant_id" | "project_id")
        });
    }
    view::dicts(&rules)
});

/// Whether Python takes a value for false.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(true) => false,
    }
}

/// What a security group may be told when it is made, and later.
const PLAIN_FLAGS: &[Flag] = &[
    Flag::value("description", Gives::Text("description")),
    Flag::switch("stateful", Gives::Truth("is_stateful", true)),
    Flag::switch("stateless", Gives::Truth("is_stateful", false)),
];
const CREATE_FLAGS: &[Flag] = &[Flag::one("name", "name")];
const SET_FLAGS: &[Flag] = &[ONE, Flag::value("name", Gives::Text("name"))];

/// Without a description the client takes the name for one.
#[allow(clippy::unnecessary_wraps)] // as the table has it
fn described(given: &Given, arguments: &mut Map<String, Value>) -> Result<(), String> {
    let name = given.text("name").unwrap_or_default();
    arguments.entry("description").or_insert_with(|| name.into());
    Ok(())
}

const OF_RULES: &[Flag] = &[
    Flag::one("group", "").gives(Gives::QueryId("security_group_id", &GROUP)).optional(),
    LONG,
    Flag::value("protocol", Gives::Query("protocol")),
    Flag::value("ethertype", Gives::Query("ethertype")).of(ETHERTYPES),
    Flag::switch("ingress", Gives::QueryAs("direction", "ingress")),
    Flag::switch("egress", Gives::QueryAs("direction", "egress")),
];
const ETHERTYPES: &[&str] = &["IPv4", "IPv6"];

const RULES: List = List::of(
    &RULE,
    &[
        col("ID", "id"),
        col("IP Protocol", "protocol"),
        col("Ethertype", "ethertype"),
        by("IP Range", addresses),
        by("Port Range", ports),
        col("Direction", "direction"),
        col("Remote Security Group", "remote_group_id"),
        col("Remote Address Group", "remote_address_group_id"),
        col("Security Group", "security_group_id").without("group"),
    ],
);

const SHOW_RULE: Show = Show::of(&RULE, &rule_columns(col("remote_ip_prefix", "remote_ip_prefix")));
const SHOWN_RULE: Show = Show::of(&RULE, &rule_columns(by("remote_ip_prefix", addresses)));

/// A rule that is looked at has the addresses that are meant by none.
const fn rule_columns(remote_addresses: Column) -> [Column; 16] {
    [
        same("created_at"),
        same("description"),
        same("direction"),
        col("ether_type", "ethertype"),
        same("id"),
        same("normalized_cidr"),
        same("port_range_max"),
        same("port_range_min"),
        same("project_id"),
        same("protocol"),
        same("remote_address_group_id"),
        same("remote_group_id"),
        remote_addresses,
        same("revision_number"),
        same("security_group_id"),
        same("updated_at"),
    ]
}

/// No addresses are all addresses.
fn addresses(rule: &Value, _: &Names) -> Value {
    match (&rule["remote_ip_prefix"], rule["ethertype"].as_str()) {
        (Value::Null, Some(ethertype)) => all_addresses(ethertype).into(),
        (addresses, _) => addresses.clone(),
    }
}

fn all_addresses(ethertype: &str) -> &'static str {
    if ethertype == "IPv6" { "::/0" } else { "0.0.0.0/0" }
}

/// `443:443`; of ICMP `type=8:code=0`.
fn ports(rule: &Value, _: &Names) -> Value {
    let (first, last) = (&rule["port_range_min"], &rule["port_range_max"]);
    let icmp = rule["protocol"].as_str().is_some_and(is_icmp);
    match (is_empty(first), is_empty(last)) {
        (true, true) => String::new(),
        (false, true) if icmp => format!("type={first}"),
        (true, false) if icmp => format!(":code={last}"),
        (false, false) if icmp => format!("type={first}:code={last}"),
        (..) => {
            let or =
                |this: &Value, that: &Value| python::text(if this.is_null() { that } else { this });
            format!("{}:{}", or(first, last), or(last, first))
        }
    }
    .into()
}

fn is_icmp(protocol: &str) -> bool {
    matches!(protocol, "icmp" | "icmpv6" | "ipv6-icmp" | "1" | "58")
}

/// Protocols that there are only with IPv6.
fn is_of_ipv6(protocol: &str) -> bool {
    protocol.starts_with("ipv6-")
        || matches!(protocol, "icmpv6" | "41" | "43" | "44" | "58" | "59" | "60")
}

const NEW_RULE: &[Flag] = &[
    ONE,
    Flag::value("remote-ip", Gives::Text("remote_ip_prefix")).not_with(&["remote-group"]),
    Flag::value("remote-group", Gives::Text("remote_group_id")),
    Flag::value("dst-port", Gives::Text("port")),
    Flag::value("protocol", Gives::Text("protocol")),
    Flag::value("icmp-type", Gives::Number("icmp_type")),
    Flag::value("icmp-code", Gives::Number("icmp_code")),
    Flag::switch("ingress", Gives::Nothing),
    Flag::switch("egress", Gives::Nothing).not_with(&["ingress"]),
    Flag::value("ethertype", Gives::Text("ethertype")).of(ETHERTYPES),
    Flag::value("description", Gives::Text("description")),
];

/// The client says which addresses are meant, also where these are all.
#[allow(clippy::unnecessary_wraps)] // as the table has it
fn traffic(given: &Given, arguments: &mut Map<String, Value>) -> Result<(), String> {
    let direction = if given.has("egress") { "egress" } else { "ingress" };
    arguments.insert("direction".into(), direction.into());
    let protocol = given.text("protocol").unwrap_or_default().to_lowercase();
    let ethertype = if is_of_ipv6(&protocol) { "IPv6" } else { "IPv4" };
    let ethertype = given.text("ethertype").unwrap_or(ethertype);
    arguments.insert("ethertype".into(), ethertype.into());
    if !given.has("remote-ip") && !given.has("remote-group") {
        arguments.insert("remote_ip_prefix".into(), all_addresses(ethertype).into());
    }
    Ok(())
}
