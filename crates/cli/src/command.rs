//! The command tree, read off the tables of operations and of `ik`'s own commands.
//!
//! Names and summaries of all commands are cheap; arguments are built only for the command that is
//! called, so that the number of operations does not slow down the start.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use infomaniak_cloud::operation::{Description, Effect, Shape};
use infomaniak_cloud::operations;

use crate::output::Format;
use crate::own::{self, Own};
use crate::{arguments, confirm, help, secret_file, suggest, watch};

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
    let mut root = tree(&canonical(&[first]), called);
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

/// The nouns, with the commands below the `first` word, and with arguments for what is `called`.
fn tree(first: &str, called: Option<Action>) -> Command {
    let mut root = globals(
        Command::new("ik")
            .version(env!("CARGO_PKG_VERSION"))
            .about(ABOUT)
            .after_help(help::FIRST_STEPS)
            .subcommand_required(true)
            .arg_required_else_help(true)
            .disable_help_subcommand(true),
    );
    for action in Action::all() {
        let words: Vec<_> = action.command().split(' ').collect();
        if words[0] != first && words.len() > 1 {
            // What is below the other nouns nobody will see.
            if root.get_subcommands().all(|known| known.get_name() != words[0]) {
                root = root.subcommand(noun(words[0], words[0]));
            }
            continue;
        }
        let arguments = called.is_some_and(|called| called.command() == action.command());
        root = insert(root, &words, &words, action, arguments);
    }
    root
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
    own.map_or_else(|| format!("Commands on {}", nouns(path)), |(_, about)| (*about).to_string())
}

/// The command that the words up to the cursor call, with all of its flags, for completion.
pub(crate) fn at_cursor(called: Option<Action>) -> Command {
    let help = Arg::new("help").long("help").short('h').action(ArgAction::Help).help("Print help");
    let command = match called {
        Some(action) => leaf("ik", action, true),
        None => Command::new("ik"),
    };
    let command = command.disable_help_flag(true).arg(help);
    if matches!(called, Some(Action::Own(own)) if !own.calls) { command } else { globals(command) }
}

/// Puts a command at its place, creating the nouns on the way.
fn insert(
    parent: Command,
    words: &[&'static str],
    all: &[&'static str],
    action: Action,
    arguments: bool,
) -> Command {
    let Some((&word, rest)) = words.split_first() else { return parent };
    if rest.is_empty() {
        return parent.subcommand(leaf(word, action, arguments));
    }
    let path = all[..all.len() - rest.len()].join(" ");
    let known = parent.get_subcommands().any(|command| command.get_name() == word);
    let parent = if known { parent } else { parent.subcommand(noun(word, &path)) };
    let is_command = Action::all().any(|action| action.command() == path);
    parent.mut_subcommand(word, |noun| {
        // `server resize` is a command, and has `server resize confirm` below it.
        let noun = if is_command {
            noun.args_conflicts_with_subcommands(true).subcommand_negates_reqs(true)
        } else {
            noun
        };
        insert(noun, rest, all, action, arguments)
    })
}

fn noun(word: &'static str, path: &str) -> Command {
    let noun = Command::new(word)
        .visible_aliases(aliases(word))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true);
    match own::NOUNS.iter().find(|(own, _)| *own == path) {
        None => noun.about(format!("Commands on {}", nouns(path))),
        Some((_, about)) if own::calls(path) => noun.about(*about),
        // The global flags are about a cloud that is called; here they would only be ignored.
        Some((_, about)) => {
            let globals = globals(Command::new("ik"));
            let hidden = globals.get_arguments().map(|flag| flag.clone().global(false).hide(true));
            noun.about(*about).args(hidden)
        }
    }
}

/// What the commands below `path` are about: `servers`, `availability zones`.
fn nouns(path: &str) -> String {
    let below = |noun: &str| noun.strip_prefix(path).is_some_and(|rest| rest.starts_with(' '));
    let mut nouns: Vec<_> = operations().map(Description::noun).collect();
    if nouns.contains(&path) {
        return format!("{path}s");
    }
    if let Some((noun, verb)) = path.rsplit_once(' ')
        && nouns.contains(&noun)
        && matches!(verb, "add" | "remove")
    {
        return format!("what {noun}s have");
    }
    nouns.retain(|noun| below(noun));
    nouns.dedup();
    nouns.iter().map(|noun| format!("{noun}s")).collect::<Vec<_>>().join(", ")
}

fn leaf(verb: &'static str, action: Action, arguments: bool) -> Command {
    if !arguments {
        return Command::new(verb).about(action.summary());
    }
    let command = help::explain(Command::new(verb), action.about());
    let operation = match action {
        Action::Operation(operation) => operation,
        Action::Own(own) => return (own.declare)(command),
    };
    let mut command = arguments::declare(command, operation);
    if operation.effect.wants_confirmation() {
        command = command.arg(confirm::yes());
    }
    if operation.shape != Shape::Nothing {
        command = output_arguments(command, operation);
        if operation.effect == Effect::Reads {
            command = command.arg(watch::argument());
        }
    }
    secret_file::declare(command, operation)
}

/// The flag for the format.
pub(crate) fn format_argument() -> Arg {
    Arg::new("format")
        .long("format")
        .short('f')
        .visible_short_alias('o')
        .value_name("FORMAT")
        .value_parser(value_parser!(Format))
        .help_heading("Output")
        .help("How to show the result")
}

/// Flags about how a result is shown, for commands that have one.
fn output_arguments(command: Command, operation: &'static Description) -> Command {
    let fields = crate::output::fields(operation).join(", ");
    let command = command
        .arg(format_argument().default_value("table"))
        .arg(
            Arg::new("column")
                .long("column")
                .short('c')
                .value_name("FIELD")
                .action(ArgAction::Append)
                .help_heading("Output")
                .conflicts_with("query")
                .help(format!("Show this field only; may be repeated. Fields: {fields}")),
        )
        .arg(crate::output::query_argument());
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
pub(crate) const VALUED_GLOBALS: &[&str] =
    &["cloud", "os-cloud", "region", "os-region-name", "timeout"];

/// Flags that every command has.
pub(crate) fn globals(command: Command) -> Command {
    let global = |name: &'static str| Arg::new(name).long(name).global(true).help_heading("Global");
    command
        .arg(
            global("cloud")
                .alias("os-cloud")
                .value_name("NAME")
                .help("Use this cloud of clouds.yaml, or the built-in `local` [env: OS_CLOUD]"),
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
                .value_parser(arguments::some_seconds)
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

    #[test]
    fn everything_makes_a_valid_command() {
        for action in Action::all() {
            let noun = action.command().split(' ').next().unwrap();
            tree(noun, Some(action)).debug_assert();
        }
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
        let (action, matches) = parse(&words("ik server show keypair list")).unwrap();
        assert_eq!(action.command(), "server show");
        let targets: Vec<&String> = matches.get_many("instance_id").unwrap().collect();
        assert_eq!(targets, ["keypair", "list"]);
    }
}
