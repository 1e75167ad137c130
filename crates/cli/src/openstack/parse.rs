//! From words to a command of the face and its arguments, as the client reads them.

use std::ffi::OsString;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::face::{Does, Face, Flag, Place};
use super::given;
use crate::command::{GIVE_UP_AFTER, globals};

/// Global flags of the client that become the environment variable of their name: `--os-username`
/// is `OS_USERNAME`.
pub(super) const SETTINGS: &[&str] = &[
    "os-application-credential-id",
    "os-application-credential-name",
    "os-application-credential-secret",
    "os-auth-type",
    "os-auth-url",
    "os-cacert",
    "os-cert",
    "os-default-domain",
    "os-domain-id",
    "os-domain-name",
    "os-identity-api-version",
    "os-interface",
    "os-key",
    "os-password",
    "os-project-domain-id",
    "os-project-domain-name",
    "os-project-id",
    "os-project-name",
    "os-tenant-id",
    "os-tenant-name",
    "os-token",
    "os-user-domain-id",
    "os-user-domain-name",
    "os-user-id",
    "os-username",
];

/// Global flags that choose what `ik` chooses by itself: taken, and left alone.
const WITHOUT_EFFECT: &[&str] = &[
    "os-compute-api-version",
    "os-image-api-version",
    "os-network-api-version",
    "os-volume-api-version",
    "os-load-balancer-api-version",
];

/// Global flags of `ik` with a value, by any of their names.
const OWN_VALUED: &[&str] = &["cloud", "os-cloud", "region", "os-region-name", "timeout"];

/// Finds the command among the words and reads its arguments.
///
/// # Errors
/// What is wrong with the words, or the help that was asked for.
pub(super) fn parse(words: &[OsString]) -> Result<(&'static Face, ArgMatches), clap::Error> {
    let (face, arguments) = find(words)?;
    let matches = command(face).try_get_matches_from(arguments)?;
    Ok((face, matches))
}

/// Splits the words into the longest command there is and everything else.
fn find(words: &[OsString]) -> Result<(&'static Face, Vec<&OsString>), clap::Error> {
    let mut spoken: Vec<(usize, &str)> = Vec::new();
    let mut index = 0;
    while let Some(word) = words.get(index) {
        let word = word.to_str().unwrap_or_default();
        match word.strip_prefix("--") {
            Some(flag) if takes_value(flag) => index += 1,
            None if !word.starts_with('-') => spoken.push((index, word)),
            _ => {}
        }
        index += 1;
    }
    let said: Vec<_> = spoken.iter().map(|(_, word)| *word).collect();
    let begins = |face: &&Face| {
        let mut said = said.iter();
        face.words.split(' ').all(|word| said.next().is_some_and(|said| *said == word))
    };
    let Some(face) = super::faces().filter(begins).max_by_key(|face| face.words.len()) else {
        return Err(unknown(words, &said));
    };
    let count = face.words.split(' ').count();
    let taken: Vec<_> = spoken.iter().take(count).map(|(index, _)| *index).collect();
    let rest = words.iter().enumerate().filter(|(index, _)| !taken.contains(index));
    Ok((face, rest.map(|(_, word)| word).collect()))
}

fn takes_value(flag: &str) -> bool {
    [SETTINGS, WITHOUT_EFFECT, OWN_VALUED].iter().any(|flags| flags.contains(&flag))
}

/// No command is there: help, if that was wanted, or what is wrong.
fn unknown(words: &[OsString], said: &[&str]) -> clap::Error {
    let begun: Vec<_> = super::faces()
        .filter(|face| said.first().is_none_or(|noun| face.words.split(' ').next() == Some(noun)))
        .collect();
    let list = begun.iter().map(|face| format!("  {}", face.words)).collect::<Vec<_>>().join("\n");
    let mut root = root("openstack").after_help(format!("Commands:\n{list}"));
    let wants_help = words.iter().any(|word| word == "--help" || word == "-h");
    if said.is_empty() || (wants_help && !begun.is_empty()) {
        return match root.try_get_matches_from_mut(["--help"]) {
            Err(help) => help,
            Ok(_) => root.error(ErrorKind::MissingSubcommand, "no command is given"),
        };
    }
    let said = said.join(" ");
    let has = if begun.is_empty() { String::new() } else { format!("; it has\n{list}\n") };
    let message = format!(
        "`{said}` is not a command of this face of ik{has}; for anything else take the client of \
         OpenStack: pip install python-openstackclient"
    );
    root.error(ErrorKind::InvalidSubcommand, message)
}

fn root(name: &'static str) -> Command {
    let setting = |name: &'static str| Arg::new(name).long(name).global(true).hide(true);
    let command = Command::new(name)
        .no_binary_name(true)
        .infer_long_args(true)
        .disable_version_flag(true)
        .args(SETTINGS.iter().chain(WITHOUT_EFFECT).map(|name| setting(name)))
        .arg(setting("insecure").action(ArgAction::SetTrue))
        .arg(setting("verify").action(ArgAction::SetTrue))
        .arg(setting("verbose").short('v').action(ArgAction::Count))
        .arg(setting("quiet").short('q').action(ArgAction::SetTrue));
    globals(command)
}

fn command(face: &'static Face) -> Command {
    let mut command = root(face.words);
    // ik's own flag makes way for one of the command's own.
    if face.flags().any(|flag| flag.name == "timeout") {
        command = command.mut_arg(GIVE_UP_AFTER, |arg| arg.long(GIVE_UP_AFTER));
    }
    for flag in face.flags() {
        let others = face.flags().filter(|other| flag.excludes(other)).map(|other| other.name);
        command = command.arg(argument(flag).conflicts_with_all(others));
    }
    match face.does {
        Does::List(_) => output(command, &["csv", "json", "table", "value", "yaml"], true),
        Does::Show(_) | Does::Make(_) | Does::Tell(_) | Does::TellOf(..) => {
            output(command, &["json", "shell", "table", "value", "yaml"], false)
        }
        Does::Print(_) | Does::Dump(..) | Does::Act => command,
    }
}

fn argument(flag: &'static Flag) -> Arg {
    let mut arg = Arg::new(flag.name).required(flag.required).ignore_case(flag.any_case);
    if let Some(other) = flag.unless {
        arg = arg.required_unless_present(other);
    }
    if flag.any_case {
        let words = PossibleValuesParser::new(flag.choices);
        arg = arg.value_parser(words.map(|word| word.to_uppercase()));
    } else if !flag.choices.is_empty() {
        arg = arg.value_parser(PossibleValuesParser::new(flag.choices));
    } else if flag.place != Place::Switch {
        arg = arg.value_parser(|text: &str| given::check(flag, text).map(|()| text.to_string()));
    }
    match flag.place {
        Place::One => arg.value_name(flag.name),
        Place::Several => arg.value_name(flag.name).num_args(1..).action(ArgAction::Append),
        Place::Switch => arg.long(flag.name).action(ArgAction::SetTrue),
        // A value may begin with a dash only after `=`, as in the client.
        Place::Value => arg.long(flag.name).value_name(flag.name).overrides_with(flag.name),
        Place::Values => arg.long(flag.name).value_name(flag.name).action(ArgAction::Append),
        Place::Many => {
            arg.long(flag.name).value_name(flag.name).num_args(0..).action(ArgAction::Append)
        }
    }
}

/// The flags of cliff, on which the client is built.
fn output(command: Command, formats: &[&'static str], list: bool) -> Command {
    let arg = |name: &'static str| Arg::new(name).long(name).help_heading("Output");
    let switch = |name: &'static str| arg(name).action(ArgAction::SetTrue);
    let command = command
        .arg(
            arg("format")
                .short('f')
                .value_parser(PossibleValuesParser::new(formats.to_vec()))
                .overrides_with("format")
                .default_value("table"),
        )
        .arg(arg("column").short('c').action(ArgAction::Append))
        .arg(switch("noindent"))
        .arg(arg("max-width").value_parser(value_parser!(usize)))
        .arg(switch("fit-width"))
        .arg(switch("print-empty"));
    if list {
        command
            .arg(arg("sort-column").action(ArgAction::Append))
            .arg(switch("sort-ascending").conflicts_with("sort-descending"))
            .arg(switch("sort-descending"))
            .arg(
                arg("quote")
                    .value_parser(PossibleValuesParser::new([
                        "all",
                        "minimal",
                        "none",
                        "nonnumeric",
                    ]))
                    .default_value("nonnumeric"),
            )
    } else {
        command.arg(arg("prefix").default_value(""))
    }
}
