//! Commands: which there are, read off the tables of operations and of `ik`'s own commands, and which
//! one a command line calls.
//!
//! Names and summaries of all commands are cheap; arguments are built only for the command that is
//! called, so that the number of operations does not slow down the start.

mod tree;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use infomaniak_cloud::operation::Description;
use infomaniak_cloud::operations;

pub(crate) use self::tree::{GIVE_UP_AFTER, VALUED_GLOBALS, at_cursor, format_argument, globals};
use crate::own::{self, Own};
use crate::{help, suggest};

/// What a command does.
#[derive(Clone, Copy)]
pub(crate) enum Action {
    /// An operation of the cloud.
    Operation(&'static Description),
    /// Something that `ik` does itself.
    Own(&'static Own),
}

impl Action {
    pub(crate) fn all() -> impl Iterator<Item = Action> {
        // Of several behind one command, the first stands for all.
        let stands = |operation: &&'static Description| {
            operations()
                .find(|other| other.command == operation.command)
                .is_some_and(|first| std::ptr::eq(first, *operation))
        };
        let operations = operations().filter(stands).chain(own::operations());
        operations.map(Action::Operation).chain(own::commands().map(Action::Own))
    }

    /// What is typed: `server list`.
    pub(crate) fn command(self) -> &'static str {
        match self {
            Action::Operation(operation) => operation.command,
            Action::Own(own) => own.command,
        }
    }

    pub(crate) fn about(self) -> &'static str {
        match self {
            Action::Operation(operation) => operation.about,
            Action::Own(own) => own.about,
        }
    }

    pub(crate) fn summary(self) -> &'static str {
        match self {
            Action::Operation(operation) => operation.summary(),
            Action::Own(own) => own.summary(),
        }
    }
}

/// Other names for nouns that people's hands know.
const NOUN_ALIASES: &[(&str, &[&str])] =
    &[("server", &["instance"]), ("keypair", &["key"]), ("availability", &["az"])];

/// Parses the command line; gives what was called and its arguments.
pub(crate) fn parse(words: &[OsString]) -> Result<(Action, ArgMatches), clap::Error> {
    let rewritten = help::rewrite(words);
    let words = rewritten.as_deref().unwrap_or(words);
    let called = called(words);
    let first = typed(words).first().and_then(|at| words[*at].to_str()).unwrap_or_default();
    let mut root = tree::tree(&canonical(&[first]), called);
    if words.len() < 2 {
        root = root.after_help(help::first_steps()).help_template(BARE);
    }
    let matches = root
        .try_get_matches_from_mut(words)
        .map_err(|error| suggest::improve(error, &typed(words), words))?;
    let mut path = Vec::new();
    let mut leaf = &matches;
    while let Some((name, below)) = leaf.subcommand() {
        path.push(name);
        leaf = below;
    }
    let path = path.join(" ");
    let Some(action) = Action::all().find(|action| action.command() == path) else {
        return Err(root.error(ErrorKind::MissingSubcommand, "no command is given"));
    };
    if let (Action::Own(own @ Own { calls: false, .. }), Some(flag)) =
        (action, given_global(&matches))
    {
        let message = format!("`--{flag}` has no meaning for `ik {}`", own.command);
        return Err(root.error(ErrorKind::ArgumentConflict, message));
    }
    Ok((action, leaf.clone()))
}

/// A global flag that stands before the command's last word.
fn given_global(matches: &ArgMatches) -> Option<String> {
    let noun = matches.subcommand().map(|(_, below)| below);
    let given = |flag: &Arg| {
        let is_given = |level: &ArgMatches| {
            level.value_source(flag.get_id().as_str()) == Some(ValueSource::CommandLine)
        };
        is_given(matches) || noun.is_some_and(is_given)
    };
    let globals = globals(Command::new("ik"));
    let flag = globals.get_arguments().find(|flag| given(flag));
    flag.map(|flag| flag.get_id().to_string())
}

const ABOUT: &str = "Operates Infomaniak Public Cloud, and any other OpenStack cloud";

/// `ik` alone: what it is, and what to do first.
const BARE: &str = "{about}{after-help}";

/// What the words on the command line call: its command is the first words that are not global
/// flags.
pub(crate) fn called(words: &[OsString]) -> Option<Action> {
    let mut candidates: Vec<_> =
        Action::all().map(|action| (action, action.command().split(' '))).collect();
    let mut called = None;
    for at in typed(words) {
        let word = words[at].to_str().unwrap_or_default();
        candidates.retain_mut(|(_, command)| {
            command.next().is_some_and(|next| next == word || aliases(next).contains(&word))
        });
        let complete = candidates.iter().find(|(_, rest)| rest.clone().next().is_none());
        called = complete.map(|(action, _)| *action).or(called);
        // What goes on is a longer command: `server resize confirm`.
        candidates.retain(|(_, rest)| rest.clone().next().is_some());
        if candidates.is_empty() {
            break;
        }
    }
    called
}

/// Where the words are that are neither flags nor values of global flags.
pub(crate) fn typed(words: &[OsString]) -> Vec<usize> {
    let mut positions = Vec::new();
    let mut at = 1;
    while at < words.len() {
        let word = words[at].to_str().unwrap_or_default();
        match word.strip_prefix("--") {
            Some(flag) => at += usize::from(VALUED_GLOBALS.contains(&flag)),
            None if word.starts_with('-') => {}
            None => positions.push(at),
        }
        at += 1;
    }
    positions
}

pub(crate) fn aliases(word: &str) -> &'static [&'static str] {
    NOUN_ALIASES.iter().find(|(noun, _)| *noun == word).map_or(&[], |(_, aliases)| aliases)
}

/// The words that go on from a path of nouns (`server`), with what is behind each.
pub(crate) fn next(path: &str) -> Vec<(&'static str, String)> {
    let mut next: Vec<(&str, String)> = Vec::new();
    for action in Action::all() {
        let command = action.command();
        let Some(rest) = command.strip_prefix(path) else { continue };
        let rest = if path.is_empty() { Some(rest) } else { rest.strip_prefix(' ') };
        let Some(word) = rest.and_then(|rest| rest.split(' ').next()) else { continue };
        if next.iter().all(|(known, _)| *known != word) {
            let below = format!("{path} {word}");
            let is_command = below.trim() == command;
            let about = if is_command { action.summary().into() } else { about(below.trim()) };
            next.push((word, about));
        }
    }
    next
}

/// The typed words with nouns by their own names.
pub(crate) fn canonical(typed: &[&str]) -> String {
    let own = |word: &&str| {
        let is = |(_, others): &&(&str, &[&str])| others.contains(word);
        NOUN_ALIASES.iter().find(is).map_or(*word, |(noun, _)| noun).to_string()
    };
    typed.iter().map(own).collect::<Vec<_>>().join(" ")
}

/// What the commands below a path are about.
pub(crate) fn about(path: &str) -> String {
    if path.is_empty() {
        return ABOUT.to_string();
    }
    let own = own::NOUNS.iter().find(|(own, _)| *own == path);
    own.map_or_else(
        || format!("Commands on {}", tree::nouns(path)),
        |(_, about)| (*about).to_string(),
    )
}

/// The operation and the arguments of a command line, for tests.
#[cfg(test)]
pub(crate) fn parse_operation(words: &[&str]) -> (&'static Description, ArgMatches) {
    let words: Vec<_> = words.iter().map(OsString::from).collect();
    match parse(&words).unwrap() {
        (Action::Operation(operation), matches) => (operation, matches),
        (Action::Own(own), _) => panic!("{} is no operation", own.command),
    }
}

#[cfg(test)]
mod tests {
    use infomaniak_cloud::operation;

    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    /// See CONTRIBUTING.md: an operation's documentation ends with examples, fenced as `sh`.
    #[test]
    fn every_command_has_examples_that_it_understands() {
        for action in Action::all() {
            let command = action.command();
            let examples: Vec<_> = operation::examples(action.about()).collect();
            assert!(!examples.is_empty(), "`ik {command}` has no example: see CONTRIBUTING.md");
            for example in examples {
                let words = shlex::split(example).unwrap();
                let end = words.iter().position(|word| matches!(word.as_str(), ">" | "|" | "&"));
                let words = &words[..end.unwrap_or(words.len())];
                let words: Vec<_> = words.iter().map(OsString::from).collect();
                let parsed = parse(&words).map_err(|error| error.to_string());
                let parsed = parsed.unwrap_or_else(|why| panic!("{example}: {why}"));
                assert_eq!(parsed.0.command(), command, "{example}");
            }
        }
    }

    #[test]
    fn a_command_is_recognised_between_flags_and_by_alias() {
        let command = |line: &str| called(&words(line)).map(Action::command);
        assert_eq!(command("ik --cloud demo server list -f json"), Some("server list"));
        assert_eq!(command("ik instance list"), Some("server list"));
        assert_eq!(command("ik availability zone list"), Some("availability zone list"));
        assert_eq!(
            command("ik --timeout 5 --os-cloud=demo az zone list"),
            Some("availability zone list")
        );
        assert_eq!(command("ik --cloud server keypair list"), Some("keypair list"));
        assert_eq!(command("ik server"), None);
        assert_eq!(command("ik server keypair list"), None);
        assert_eq!(command("ik local run ik server list"), Some("local run"));
    }

    #[test]
    fn a_server_called_like_a_verb_does_not_confuse() {
        let (action, matches) = parse(&words("ik server show keypair list")).unwrap();
        assert_eq!(action.command(), "server show");
        let targets: Vec<&String> = matches.get_many("instance_id").unwrap().collect();
        assert_eq!(targets, ["keypair", "list"]);
    }
}
