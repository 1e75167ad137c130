//! `loadbalancer ...`: one file for each kind of thing. Here is what they have in common.

mod balancer;
mod health_monitor;
mod l7_policy;
mod l7_rule;
mod listener;
mod member;
mod pool;
mod quota;

use infomaniak_cloud::load_balancer::LoadBalancer;
use infomaniak_cloud::resource::Resource;
use infomaniak_cloud::session::service::LOAD_BALANCER;
use serde_json::{Map, Value};

use super::face::{Face, Flag, Given, Gives, WAIT};
use super::noun::Noun;
use super::python;
use super::view::{Column, Look, same};

/// All commands.
pub(super) static FACES: &[&[Face]] = &[
    balancer::FACES,
    listener::FACES,
    pool::FACES,
    member::FACES,
    health_monitor::FACES,
    l7_policy::FACES,
    l7_rule::FACES,
    quota::FACES,
];

static BALANCER: Noun = Noun::of::<LoadBalancer>();

/// Things that the library has no noun for: those without a list of their own, and what administrators
/// make.
const fn noun(
    name: &'static str,
    path: &'static str,
    list: &'static [&'static str],
    one: &'static str,
) -> Noun {
    Noun {
        name,
        service: &LOAD_BALANCER,
        path,
        list,
        one,
        many: path,
        key: "id",
        called_by: "name",
        is_id: LoadBalancer::is_id,
        called: None,
    }
}

/// A field, which the client shows as an empty text where Octavia does not tell it: older ones know less.
const fn told(name: &'static str) -> Column {
    same(name).or("")
}

/// Those of a thing's own ports, ranges, tags ... one by line.
const LINES: Look = Look::By(|list| lines(list, python::text));
/// Ids of other things, one by line.
const IDS: Look = Look::By(|list| lines(list, |thing| python::text(&thing["id"])));
/// `KEY=VALUE`, one by line.
const PAIRS: Look = Look::By(|map| {
    let pairs = map.as_object().into_iter().flatten();
    or_none(pairs.map(|(key, value)| format!("{key}={}", python::text(value))))
});

fn lines(list: &Value, line: fn(&Value) -> String) -> String {
    or_none(list.as_array().into_iter().flatten().map(line))
}

fn or_none(lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<_> = lines.collect();
    if lines.is_empty() { python::text(&Value::Null) } else { lines.join("\n") }
}

/// Clouds that know one kind of card only do not tell it.
fn card(thing: &Value, field: &str) -> Value {
    thing[field].as_str().filter(|card| !card.is_empty()).unwrap_or("normal").into()
}

const NAME: Flag = Flag::value("name", Gives::Text("name"));
const DESCRIPTION: Flag = Flag::value("description", Gives::Text("description"));
const LOADBALANCER: Flag = Flag::one("loadbalancer", "loadbalancer_id");

/// Whether something carries traffic, and how the command waits.
const CHANGE: &[Flag] = &[
    Flag::switch("enable", Gives::Truth("is_admin_state_up", true)),
    Flag::switch("disable", Gives::Truth("is_admin_state_up", false)),
    WAIT,
];

/// What is not said any more.
const fn unsaid(flag: &'static str, argument: &'static str) -> Flag {
    Flag::switch(flag, Gives::Truth(argument, true))
}

/// Which things are listed, by whether they carry traffic and whose they are.
const BY_STATE: &[Flag] = &[
    Flag::value("name", Gives::Query("name")),
    Flag::switch("enable", Gives::QueryAs("admin_state_up", "True")),
    Flag::switch("disable", Gives::QueryAs("admin_state_up", "False")),
    Flag::value("project", Gives::QueryProject),
];

/// Which things are listed, by their tags: Octavia takes each by itself.
const BY_TAGS: &[Flag] = &[
    Flag::value("tags", Gives::QueryWords("tags")),
    Flag::value("any-tags", Gives::QueryWords("tags-any")),
    Flag::value("not-tags", Gives::QueryWords("not-tags")),
    Flag::value("not-any-tags", Gives::QueryWords("not-tags-any")),
];

/// A thing without a name has an empty one.
#[allow(clippy::unnecessary_wraps)] // as the table has it
fn nameless(_: &Given, arguments: &mut Map<String, Value>) -> Result<(), String> {
    arguments.entry("name").or_insert("".into());
    Ok(())
}
