//! The command tree, read off the table of operations.
//!
//! Names and summaries of all commands are cheap; arguments are built only for the command that is
//! called, so that the number of operations does not slow down the start.

use std::ffi::OsString;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use infomaniak_cloud::operation::{Description, Shape};
use infomaniak_cloud::operations;

use crate::output::Format;
use crate::{arguments, secret_file};

/// Other names for nouns that people's hands know.
const NOUN_ALIASES: &[(&str, &[&str])] =
    &[("server", &["instance"]), ("keypair", &["key"]), ("availability", &["az"])];

/// Parses the command line; gives the operation that was called and its arguments.
pub(crate) fn parse(words: &[OsString]) -> Result<(&'static Description, ArgMatches), clap::Error> {
    let called = called(words);
    let mut root = tree(called);
    let matches = root.try_get_matches_from_mut(words)?;
    let mut path = Vec::new();
    let mut leaf = &matches;
    while let Some((name, below)) = leaf.subcommand() {
        path.push(name);
        leaf = below;
    }
    let path = path.join(" ");
    operations()
        .find(|operation| operation.command == path)
        .map(|operation| (operation, leaf.clone()))
        .ok_or_else(|| root.error(clap::error::ErrorKind::MissingSubcommand, "no command is given"))
}

/// The operation that the words on the command line call: its command is the first words that are
/// not global flags.
fn called(words: &[OsString]) -> Option<&'static Description> {
    let mut candidates: Vec<_> = operations().map(|op| (op, op.command.split(' '))).collect();
    let mut words = words.iter().skip(1).map(|word| word.to_str().unwrap_or_default());
    while let Some(word) = words.next() {
        if let Some(flag) = word.strip_prefix("--") {
            if VALUED_GLOBALS.contains(&flag) {
                words.next();
            }
        } else if !word.starts_with('-') {
            candidates.retain_mut(|(_, command)| {
                command.next().is_some_and(|next| next == word || aliases(next).contains(&word))
            });
            let complete = candidates.iter().find(|(_, rest)| rest.clone().next().is_none());
            if let Some((operation, _)) = complete {
                return Some(operation);
            }
        }
    }
    None
}

fn aliases(word: &str) -> &'static [&'static str] {
    NOUN_ALIASES.iter().find(|(noun, _)| *noun == word).map_or(&[], |(_, aliases)| aliases)
}

/// The whole tree, with arguments for the operation that is `called`.
fn tree(called: Option<&'static Description>) -> Command {
    let mut root = globals(
        Command::new("ik")
            .version(env!("CARGO_PKG_VERSION"))
            .about("Operates Infomaniak Public Cloud, and any other OpenStack cloud")
            .after_help(FIRST_STEPS)
            .subcommand_required(true)
            .arg_required_else_help(true)
            .disable_help_subcommand(true),
    );
    for operation in operations() {
        let words: Vec<_> = operation.command.split(' ').collect();
        let arguments = called.is_some_and(|called| std::ptr::eq(called, operation));
        root = insert(root, &words, &words, operation, arguments);
    }
    root
}

const FIRST_STEPS: &str = "\
First steps:
  Say who you are: OS_CLOUD=name with a clouds.yaml, or INFOMANIAK_APP_CREDENTIAL_ID and
  INFOMANIAK_APP_CREDENTIAL_SECRET, or the openrc file of your project. Then try: ik server list";

/// Puts an operation at its place, creating the nouns on the way.
fn insert(
    parent: Command,
    words: &[&'static str],
    all: &[&'static str],
    operation: &'static Description,
    arguments: bool,
) -> Command {
    let Some((&word, rest)) = words.split_first() else { return parent };
    if rest.is_empty() {
        return parent.subcommand(leaf(word, operation, arguments));
    }
    let path = all[..all.len() - rest.len()].join(" ");
    let known = parent.get_subcommands().any(|command| command.get_name() == word);
    let parent = if known { parent } else { parent.subcommand(noun(word, &path)) };
    parent.mut_subcommand(word, |noun| insert(noun, rest, all, operation, arguments))
}

fn noun(word: &'static str, path: &str) -> Command {
    Command::new(word)
        .about(format!("Commands on {}", nouns(path)))
        .visible_aliases(aliases(word))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
}

/// What the commands below `path` are about: `servers`, `availability zones`.
fn nouns(path: &str) -> String {
    let below = |noun: &str| noun.strip_prefix(path).is_some_and(|rest| rest.starts_with(' '));
    let mut nouns: Vec<_> = operations().map(Description::noun).collect();
    if nouns.contains(&path) {
        return format!("{path}s");
    }
    nouns.retain(|noun| below(noun));
    nouns.dedup();
    nouns.iter().map(|noun| format!("{noun}s")).collect::<Vec<_>>().join(", ")
}

fn leaf(verb: &'static str, operation: &'static Description, arguments: bool) -> Command {
    if !arguments {
        return Command::new(verb).about(operation.summary());
    }
    let mut command = Command::new(verb).about(paragraphs(operation.about));
    command = arguments::declare(command, operation);
    if operation.effect.wants_confirmation() {
        command = command.arg(
            Arg::new("yes")
                .long("yes")
                .short('y')
                .action(ArgAction::SetTrue)
                .help("Do not ask for confirmation"),
        );
    }
    if operation.shape != Shape::Nothing {
        command = output_arguments(command, operation);
    }
    secret_file::declare(command, operation)
}

/// Documentation as help shows it: a line for each paragraph, which clap wraps.
fn paragraphs(about: &str) -> String {
    let lines: Vec<_> = about.lines().map(str::trim).collect();
    let paragraphs = lines.split(|line| line.is_empty()).map(|lines| lines.join(" "));
    paragraphs.collect::<Vec<_>>().join("\n\n").trim().to_string()
}

/// Flags about how a result is shown, for commands that have one.
fn output_arguments(command: Command, operation: &'static Description) -> Command {
    let fields = crate::output::fields(operation).join(", ");
    let command = command
        .arg(
            Arg::new("format")
                .long("format")
                .short('f')
                .visible_short_alias('o')
                .value_name("FORMAT")
                .value_parser(value_parser!(Format))
                .default_value("table")
                .help_heading("Output")
                .help("How to show the result"),
        )
        .arg(
            Arg::new("column")
                .long("column")
                .short('c')
                .value_name("FIELD")
                .action(ArgAction::Append)
                .help_heading("Output")
                .help(format!("Show this field only; may be repeated. Fields: {fields}")),
        );
    if operation.shape != Shape::Many {
        return command;
    }
    command
        .arg(
            Arg::new("sort")
                .long("sort")
                .alias("sort-column")
                .value_name("FIELD[:desc]")
                .action(ArgAction::Append)
                .help_heading("Output")
                .help("Sort by this field; may be repeated"),
        )
        .arg(
            Arg::new("no-header")
                .long("no-header")
                .action(ArgAction::SetTrue)
                .help_heading("Output")
                .help("Leave out the line with the fields' names (table and csv)"),
        )
}

/// Those of the global flags that take a value.
const VALUED_GLOBALS: &[&str] = &["cloud", "os-cloud", "region", "os-region-name", "timeout"];

/// Flags that every command has.
fn globals(command: Command) -> Command {
    let global = |name: &'static str| Arg::new(name).long(name).global(true).help_heading("Global");
    command
        .arg(
            global("cloud")
                .alias("os-cloud")
                .value_name("NAME")
                .help("Use this cloud of clouds.yaml [env: OS_CLOUD]"),
        )
        .arg(
            global("region")
                .alias("os-region-name")
                .value_name("REGION")
                .help("Use this region, whatever the configuration says"),
        )
        .arg(
            global("timeout")
                .value_name("SECONDS")
                .value_parser(value_parser!(u64).range(1..))
                .help("Give up after this time, waiting included"),
        )
        .arg(
            global("debug")
                .action(ArgAction::SetTrue)
                .help("Show requests and answers on standard error, without secrets"),
        )
        .arg(
            global("timing")
                .action(ArgAction::SetTrue)
                .help("List the requests with their times on standard error"),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn every_operation_makes_a_valid_command() {
        for operation in operations() {
            tree(Some(operation)).debug_assert();
        }
    }

    #[test]
    fn a_command_is_recognised_between_flags_and_by_alias() {
        let method = |line: &str| called(&words(line)).map(|operation| operation.method);
        assert_eq!(method("ik --cloud demo server list -f json"), Some("list_instances"));
        assert_eq!(method("ik instance list"), Some("list_instances"));
        assert_eq!(method("ik availability zone list"), Some("list_availability_zones"));
        assert_eq!(
            method("ik --timeout 5 --os-cloud=demo az zone list"),
            Some("list_availability_zones")
        );
        assert_eq!(method("ik --cloud server keypair list"), Some("list_keypairs"));
        assert_eq!(method("ik server"), None);
        assert_eq!(method("ik server keypair list"), None);
    }

    #[test]
    fn the_global_flags_with_values_are_listed() {
        let root = globals(Command::new("ik"));
        let valued = root.get_arguments().filter(|arg| arg.get_action().takes_values());
        let names: Vec<_> = valued
            .flat_map(|arg| {
                arg.get_long().into_iter().chain(arg.get_all_aliases().into_iter().flatten())
            })
            .collect();
        assert_eq!(names, VALUED_GLOBALS);
    }

    #[test]
    fn a_server_called_like_a_verb_does_not_confuse() {
        let (operation, matches) = parse(&words("ik server show keypair list")).unwrap();
        assert_eq!(operation.method, "get_instance");
        let targets: Vec<&String> = matches.get_many("instance_id").unwrap().collect();
        assert_eq!(targets, ["keypair", "list"]);
    }
}
