//! What a person hears who stops a command: what was accepted and goes on, what nobody knows, what was
//! not begun, and how to look.

use std::cell::Cell;

use clap::ArgMatches;
use infomaniak_cloud::operation::{Description, Effect, Shape};
use infomaniak_cloud::operations;

use crate::arguments::{self, Call};
use crate::talk::Talk;
use crate::text::shell_word;

/// How far a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Progress {
    #[default]
    NotBegun,
    Begun,
    Over,
}

/// Tells about a change that was stopped, with the calls and how far each was. `flags` are those that
/// name the cloud.
pub(crate) fn tell(
    description: &'static Description,
    calls: &[Call],
    progress: &[Cell<Progress>],
    flags: &str,
    talk: &Talk,
) {
    talk.say("interrupted");
    if description.effect == Effect::Reads {
        return;
    }
    let pending = talk.pending();
    for pending in &pending {
        talk.say(crate::text::line(pending));
    }
    if !pending.is_empty() {
        let look = match pending.as_slice() {
            [one] => show(one, flags),
            _ => None,
        };
        let look = look.or_else(|| list(description, flags));
        let look = look.map_or_else(String::new, |look| format!("; to look: {look}"));
        talk.say(format_args!("what the cloud has accepted goes on there{look}"));
    }
    let at = |wanted| {
        let calls = calls.iter().zip(progress).filter(move |(_, is)| is.get() == wanted);
        calls.map(|(call, _)| call.target.as_deref())
    };
    let waited = |target: &str| {
        pending.iter().any(|line| {
            line.contains(&format!("`{target}`")) || line.contains(&format!("({target})"))
        })
    };
    let alone = calls.len() == 1;
    let open: Vec<_> = at(Progress::Begun)
        .filter(|target| !target.map_or(!pending.is_empty(), waited))
        .filter(|_| !alone || pending.is_empty())
        .collect();
    if !open.is_empty() {
        let what: Vec<_> = open.iter().flatten().map(|target| shell_word(target)).collect();
        let what = if alone || what.is_empty() { "it".into() } else { what.join(", ") };
        let look = list(description, flags).map_or_else(String::new, |look| format!(": {look}"));
        talk.say(format_args!(
            "whether the cloud has accepted {what} is not known: look before trying again{look}"
        ));
    }
    let not_begun: Vec<_> = at(Progress::NotBegun).flatten().map(shell_word).collect();
    if !not_begun.is_empty() {
        talk.say(format_args!("not begun: {}", not_begun.join(", ")));
    }
}

/// The flags that name the cloud, as they were given: with a blank in front of each.
pub(crate) fn flags(matches: &ArgMatches) -> String {
    let given = ["cloud", "region"].into_iter().filter_map(|flag| {
        let value = matches.get_one::<String>(flag)?;
        Some(format!(" --{flag} {}", shell_word(value)))
    });
    given.collect()
}

/// The command that shows what is waited for: ``instance `web` (id) is BUILD``.
fn show(pending: &str, flags: &str) -> Option<String> {
    let (noun, rest) = pending.split_once(" `")?;
    let id = rest.rsplit_once(") is ")?.0.rsplit_once(" (")?.1;
    let shows = |operation: &&Description| {
        let [target] = operation.arguments else { return false };
        operation.verb() == "show"
            && operation.effect == Effect::Reads
            && arguments::noun(operation, target.name).as_deref() == Some(noun)
            && operation.record == noun
    };
    let command = operations().find(shows)?.command;
    Some(format!("ik{flags} {command} {}", shell_word(id)))
}

/// The command that lists what the operation is about.
fn list(description: &Description, flags: &str) -> Option<String> {
    let noun = description.noun();
    let lists = |operation: &&Description| {
        operation.verb() == "list" && operation.noun() == noun && operation.shape == Shape::Many
    };
    operations().find(lists).map(|operation| format!("ik{flags} {}", operation.command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_to_look_can_be_pasted() {
        assert_eq!(
            show("instance `my web (old)` (4f1e) is BUILD (spawning)", " --cloud local").unwrap(),
            "ik --cloud local server show 4f1e"
        );
        assert_eq!(show("something `x` (1) is there", ""), None);
        let create = operations().find(|operation| operation.command == "keypair create").unwrap();
        assert_eq!(list(create, "").unwrap(), "ik keypair list");
    }
}
