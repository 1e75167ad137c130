//! The nouns and verbs as `clap` wants them, with flags for the command that is called.

use clap::{Arg, ArgAction, Command, value_parser};
use infomaniak_cloud::operation::{Description, Effect, Shape};
use infomaniak_cloud::operations;

use super::{ABOUT, Action, aliases};
use crate::output::Format;
use crate::own;
use crate::{arguments, confirm, help, secret_file, watch};

/// The nouns, with the commands below the `first` word, and with arguments for what is `called`.
pub(super) fn tree(first: &str, called: Option<Action>) -> Command {
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
pub(super) fn nouns(path: &str) -> String {
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
    if operation.or_show.is_some() {
        command = command.arg(or_show());
    }
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

/// The flag by which a script can run again that was stopped half-way.
fn or_show() -> Arg {
    Arg::new("or-show")
        .long("or-show")
        .action(ArgAction::SetTrue)
        .help("If it is there already, wait for it and show it, instead of making a second one")
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

/// What `--timeout` is called among the matches.
pub(crate) const GIVE_UP_AFTER: &str = "give-up-after";

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
            // Operations have arguments called `timeout`.
            global(GIVE_UP_AFTER)
                .long("timeout")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_makes_a_valid_command() {
        for action in Action::all() {
            let noun = action.command().split(' ').next().unwrap();
            tree(noun, Some(action)).debug_assert();
        }
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
}
