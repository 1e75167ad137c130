//! What was meant by a command that does not exist.
//!
//! clap compares a word with those of its level. People also get levels wrong: they put the verb first
//! (`list servers`), use the plural, or the words of another tool (`vm rm`). This compares with whole
//! commands.

use std::ffi::OsString;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::command::{Action, aliases};

/// Words of other tools, each with what it may mean here.
const OTHER_WORDS: &[(&str, &[&str])] = &[
    ("server", &["vm", "machine", "virtualmachine", "node"]),
    ("keypair", &["sshkey", "pubkey"]),
    ("flavor", &["flavour", "size", "type"]),
    ("network", &["net"]),
    ("volume", &["disk"]),
    ("list", &["ls", "ll", "index"]),
    ("show", &["get", "describe", "info", "view", "inspect", "cat"]),
    ("create", &["new", "add", "make", "launch", "boot", "run", "spawn", "up"]),
    ("delete", &["rm", "remove", "del", "destroy", "kill", "down"]),
    ("set", &["edit", "update", "modify", "change", "rename"]),
    ("start", &["poweron", "on"]),
    ("stop", &["halt", "shutdown", "poweroff", "off"]),
    ("reboot", &["restart", "reset"]),
];

/// How unlike two words may be, from 0 to 1.
const FAR: f64 = 0.2;
/// A word in another place is not quite the same.
const MOVED: f64 = 0.05;
/// Verbs that stand alone are shown with so many nouns.
const NOUNS_SHOWN: usize = 4;

/// Adds to an error about an unknown command what was probably meant. `typed` are the positions of
/// the `words` that may name a command.
pub(crate) fn improve(mut error: clap::Error, typed: &[usize], words: &[OsString]) -> clap::Error {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return error;
    }
    let text: Vec<_> = typed.iter().map(|at| words[*at].to_string_lossy().to_lowercase()).collect();
    let text: Vec<_> = text.iter().map(String::as_str).collect();
    let tip = if let Some(command) = nearest(&text) {
        let taken = typed.iter().take(command.split(' ').count());
        let line = line(command, words, &taken.copied().collect::<Vec<_>>());
        format!("did you mean: {line}")
    } else if let Some(verb) = text.first().and_then(|word| verb(word)) {
        let with = Action::all().filter_map(|action| action.command().rsplit_once(' '));
        let nouns = with.filter(|(_, last)| *last == verb).take(NOUNS_SHOWN);
        let lines: Vec<_> = nouns.map(|(noun, _)| format!("ik {noun} {verb}")).collect();
        format!("the noun comes first: {}", lines.join(", "))
    } else {
        return error;
    };
    error.remove(ContextKind::SuggestedSubcommand);
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(tip)]));
    error
}

/// The command that the first words are most like.
fn nearest(typed: &[&str]) -> Option<&'static str> {
    let unlike = |command: &'static str| {
        let words: Vec<_> = command.split(' ').collect();
        let unlike = unlikeness(typed.get(..words.len())?, &words)?;
        // What explains one word more explains better.
        Some((unlike - FAR * f64::from(u8::try_from(words.len()).ok()?), command))
    };
    let commands = Action::all().filter_map(|action| unlike(action.command()));
    commands.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, command)| command)
}

/// How unlike the typed words are to those of a command, in the order that suits best.
fn unlikeness(typed: &[&str], command: &[&str]) -> Option<f64> {
    let Some((first, rest)) = command.split_first() else { return Some(0.0) };
    let ways = typed.iter().enumerate().filter_map(|(at, word)| {
        let others: Vec<_> = [&typed[..at], &typed[at + 1..]].concat();
        let moved = if at == 0 { 0.0 } else { MOVED };
        Some(word_unlikeness(word, first)? + moved + unlikeness(&others, rest)?)
    });
    ways.min_by(f64::total_cmp)
}

/// 0 for the same word, its plural or another name of it; `None` for quite another.
fn word_unlikeness(typed: &str, word: &str) -> Option<f64> {
    let singular = typed.strip_suffix('s').unwrap_or(typed);
    let same = |name: &str| name == typed || name == singular;
    let others = OTHER_WORDS.iter().find(|(known, _)| *known == word).map_or(&[][..], |(_, o)| o);
    if same(word) || aliases(word).iter().chain(others).any(|name| same(name)) {
        return Some(0.0);
    }
    let unlike = 1.0 - strsim::jaro_winkler(typed, word);
    (unlike < FAR).then_some(unlike)
}

/// The verb that a word means, if it is one.
fn verb(typed: &str) -> Option<&'static str> {
    let verbs = Action::all().filter_map(|action| Some(action.command().rsplit_once(' ')?.1));
    let likely = verbs.filter_map(|verb| Some((word_unlikeness(typed, verb)?, verb)));
    likely.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, verb)| verb)
}

/// The command line as it was meant: the words at `taken` replaced by the command.
fn line(command: &str, words: &[OsString], taken: &[usize]) -> String {
    let mut line = String::from("ik");
    for (at, word) in words.iter().enumerate().skip(1) {
        if Some(&at) == taken.first() {
            line.push(' ');
            line.push_str(command);
        } else if !taken.contains(&at) {
            line.push(' ');
            line.push_str(&crate::text::shell_word(&word.to_string_lossy()));
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_commands_are_compared() {
        for (typed, meant) in [
            ("list servers", "server list"),
            ("servers list", "server list"),
            ("vm ls", "server list"),
            ("server lst", "server list"),
            ("delete server x", "server delete"),
            ("rm vm x", "server delete"),
            ("sever show web", "server show"),
            ("create keypair ann", "keypair create"),
            ("list availability zones", "availability zone list"),
            ("resize server confirm", "server resize confirm"),
        ] {
            let typed: Vec<_> = typed.split(' ').collect();
            assert_eq!(nearest(&typed), Some(meant), "{typed:?}");
        }
        assert_eq!(nearest(&["bake", "cake"]), None);
        assert_eq!(verb("ls"), Some("list"));
    }
}
