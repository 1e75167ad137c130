//! Flags and positional arguments, read off the JSON schemas of an operation's arguments.

pub(crate) mod form;

use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command};
use infomaniak_cloud::operation::{Argument, Description};
use serde_json::{Map, Value};

use crate::completion;
use form::{Form, form, pairs};

/// A time: `2`, or `0.5`.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "it is not a number of seconds".to_string())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| "it is no time that can be waited for".into())
}

/// A time that is not over at once.
pub(crate) fn some_seconds(text: &str) -> Result<Duration, String> {
    let time = seconds(text)?;
    if time.is_zero() { Err("no time would be left".to_string()) } else { Ok(time) }
}

/// A whole number; whether it may be negative, the operation knows.
fn whole(text: &str) -> Result<i64, &'static str> {
    text.parse().map_err(|_| "it is not a whole number")
}

fn form_of(argument: &Argument) -> Form {
    form((argument.schema)().as_value())
}

/// Whether something else may say what this argument says: a volume instead of an image.
fn may_be_absent(argument: &Argument) -> bool {
    (argument.schema)().as_value()["x-may-be-absent"] == true
}

/// What the command is done to: the first of those arguments that stand without a flag.
fn target(description: &Description) -> Option<&'static Argument> {
    description.typed().next()
}

/// Whether the command takes several targets, each an existing thing to do the same to.
pub(crate) fn takes_several(description: &Description) -> bool {
    let names = |target| matches!(form_of(target), Form::Text { names: Some(_) });
    target(description).is_some_and(names) && description.typed().count() == 1
}

/// What kind of thing an argument names, if it names something that exists.
pub(crate) fn noun(description: &Description, argument: &str) -> Option<String> {
    let variants = description.variants().flat_map(|variant| variant.arguments);
    let argument = description.arguments.iter().chain(variants).find(|a| a.name == argument)?;
    match form_of(argument) {
        Form::Text { names } => names,
        Form::List(inner) => match *inner {
            Form::Text { names } => names,
            _ => None,
        },
        _ => None,
    }
}

/// `security_groups` is given one by one: `--security-group`. What takes a name as well as an id is
/// not called an id: `--snapshot`.
fn flag(argument: &Argument, form: &Form) -> String {
    if let [flag, ..] = argument.flags {
        return (*flag).to_string();
    }
    let name = argument.name.replace('_', "-");
    match form {
        Form::List(_) => singular(&name),
        Form::Text { names: Some(_) } => name.strip_suffix("-id").unwrap_or(&name).to_string(),
        _ => name,
    }
}

/// The same without the noun that the command is about: `volume create --type`.
fn short(description: &Description, flag: &str) -> Option<String> {
    let rest = flag.strip_prefix(description.noun())?.strip_prefix('-')?;
    Some(rest.to_string())
}

/// `properties` is `property`, `tags` is `tag`.
fn singular(name: &str) -> String {
    match (name.strip_suffix("ies"), name.strip_suffix('s')) {
        (Some(stem), _) => format!("{stem}y"),
        (None, Some(stem)) => stem.to_string(),
        (None, None) => name.to_string(),
    }
}

/// The operation that is meant among those behind one command: the first, unless an argument is
/// given that another of them has of its own.
pub(crate) fn meant(first: &'static Description, matches: &ArgMatches) -> &'static Description {
    let is_given =
        |argument: &Argument| matches.value_source(argument.name) == Some(ValueSource::CommandLine);
    let other = first.variants().find(|other| own(other, first).any(is_given));
    other.unwrap_or(first)
}

/// The arguments of a variant that the first operation of its command does not have.
fn own<'a>(
    variant: &'static Description,
    first: &'a Description,
) -> impl Iterator<Item = &'static Argument> + 'a {
    let is_new = |argument: &&Argument| !first.arguments.iter().any(|a| a.name == argument.name);
    variant.arguments.iter().filter(is_new)
}

/// Adds the arguments of an operation, and of its variants, to their command.
pub(crate) fn declare(mut command: Command, description: &Description) -> Command {
    for variant in description.variants() {
        for argument in own(variant, description) {
            let form = form_of(argument);
            let arg = Arg::new(argument.name).long(flag(argument, &form));
            command = command.arg(valued(arg.help(help(argument, &form)), argument, &form));
        }
    }
    for argument in description.typed() {
        let form = form_of(argument);
        let about = help(argument, &form);
        command = command.arg(positional(argument, &form, about, takes_several(description)));
    }
    for argument in description.arguments {
        if description.typed().any(|typed| typed.name == argument.name) {
            continue;
        }
        let form = form_of(argument);
        let about = help(argument, &form);
        let flag = flag(argument, &form);
        match &form {
            Form::Boolean => {
                let default = (argument.default)();
                let yes = switch(argument.name, &flag).help(about).hide(default == true);
                command = command.arg(yes);
                if let [_] = argument.flags {
                    continue;
                }
                let (word, about) = match argument.flags {
                    [_, word, ..] => ((*word).to_string(), format!("The opposite of --{flag}")),
                    _ => (format!("no-{flag}"), format!("Do not {}", flag.replace('-', " "))),
                };
                let no = switch(&format!("no_{}", argument.name), &word)
                    .help(about)
                    .hide(default == false)
                    .overrides_with(argument.name);
                command = command.arg(no);
            }
            form => {
                let mut choices = Vec::new();
                if let Form::Choice { values, switches: true } = form {
                    for value in values {
                        let word = value.to_lowercase();
                        let about = format!("Short for --{flag} {word}");
                        command = command.arg(switch(&word, &word).help(about));
                        choices.push(word);
                    }
                    // A group is: one of them at most.
                    choices.push(argument.name.to_string());
                }
                let required = argument.required && !may_be_absent(argument);
                let mut arg = Arg::new(argument.name).help(about).required(required);
                if let Some(short) = short(description, &flag) {
                    arg = arg.visible_alias(short);
                }
                // The openstack client calls some lists by their plural.
                if matches!(form, Form::List(_)) {
                    arg = arg.alias(argument.name.replace('_', "-"));
                }
                // Other people's word for it.
                let arg = arg.long(flag).visible_aliases(argument.flags.iter().skip(1));
                command = command.arg(valued(arg, argument, form));
                if !choices.is_empty() {
                    command = command
                        .group(ArgGroup::new(format!("{} choices", argument.name)).args(choices));
                }
            }
        }
    }
    command
}

/// What an argument means, and its value when it is not given.
fn help(argument: &Argument, form: &Form) -> String {
    let lines: Vec<_> = argument.about.lines().map(str::trim).collect();
    let about = lines.join(" ").trim().trim_end_matches('.').to_string();
    match (form, (argument.default)()) {
        (Form::Text { .. } | Form::Choice { .. }, Value::String(default)) => {
            format!("{about} [default: {}]", default.to_lowercase())
        }
        (Form::Integer, Value::Number(default)) => format!("{about} [default: {default}]"),
        (Form::Record { .. }, _) => format!("{about} [{}]", form.keys()),
        (Form::List(inner), _) if matches!(**inner, Form::Record { .. }) => {
            format!("{about} [{}]", inner.keys())
        }
        _ => about,
    }
}

fn switch(id: &str, flag: &str) -> Arg {
    Arg::new(id.to_string()).long(flag.to_string()).action(ArgAction::SetTrue)
}

fn positional(argument: &Argument, form: &Form, about: String, several: bool) -> Arg {
    let arg = Arg::new(argument.name).help(about).required(argument.required);
    let arg = valued(arg, argument, form);
    if several { arg.num_args(1..).action(ArgAction::Append) } else { arg }
}

/// Says what values an argument takes and how they are called in help.
fn valued(arg: Arg, argument: &Argument, form: &Form) -> Arg {
    let name = argument.name.to_uppercase();
    match form {
        Form::Text { .. } | Form::Boolean => arg.value_name(placeholder(argument)),
        Form::File => completion::file(arg.value_name("FILE")),
        // -1 is any number, in many places.
        Form::Integer => arg.value_name("N").allow_negative_numbers(true).value_parser(whole),
        Form::Choice { values, .. } => {
            let words: Vec<_> = values.iter().map(|value| value.to_lowercase()).collect();
            arg.value_name(name).value_parser(PossibleValuesParser::new(words)).ignore_case(true)
        }
        Form::List(inner) => {
            let arg = valued(arg, argument, inner).action(ArgAction::Append);
            if matches!(**inner, Form::Record { .. }) {
                return arg;
            }
            arg.value_name(singular(argument.name).to_uppercase())
        }
        Form::Map => arg.value_name("KEY=VALUE").action(ArgAction::Append),
        Form::Record { .. } => arg.value_name("KEY=VALUE,..."),
    }
}

/// One call of an operation.
pub(crate) struct Call {
    /// What it is done to, as it was named, if the operation has such an argument.
    pub(crate) target: Option<String>,
    /// All arguments, that one included, as JSON.
    pub(crate) arguments: Map<String, Value>,
}

/// The calls that the command line asks for: one for each target, or one without.
///
/// # Errors
/// A sentence about a file that cannot be read or a `KEY=VALUE` that is none.
pub(crate) fn calls(description: &Description, matches: &ArgMatches) -> Result<Vec<Call>, String> {
    if let Some(empty) = description.typed().find(|argument| is_blank(argument, matches)) {
        return Err(format!("{} is empty: is a variable not set?", placeholder(empty)));
    }
    let target = target(description);
    let mut common = Map::new();
    for argument in description.arguments {
        if target.is_none_or(|target| target.name != argument.name)
            && let Some(value) = given(argument, matches)?
        {
            common.insert(argument.name.to_string(), value);
        }
    }
    let Some(target) = target else {
        return Ok(vec![Call { target: None, arguments: common }]);
    };
    if form_of(target) == Form::Integer {
        let number = given(target, matches)?.map(|value| (target.name.to_string(), value));
        common.extend(number);
        return Ok(vec![Call { target: None, arguments: common }]);
    }
    let mut names: Vec<&String> = matches.get_many(target.name).into_iter().flatten().collect();
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.as_str())); // naming it twice does it once
    let call = |name: &String| {
        let mut arguments = common.clone();
        arguments.insert(target.name.to_string(), name.as_str().into());
        Call { target: Some(name.clone()), arguments }
    };
    Ok(names.into_iter().map(call).collect())
}

/// Whether one of the texts given without a flag has nothing in it: a shell makes that of a variable
/// that is not set.
fn is_blank(argument: &Argument, matches: &ArgMatches) -> bool {
    let texts = matches.get_raw(argument.name).into_iter().flatten();
    texts.into_iter().any(|text| text.to_str().is_some_and(|text| text.trim().is_empty()))
}

/// What stands in a usage line for an argument without a flag.
fn placeholder(argument: &Argument) -> String {
    match form_of(argument) {
        Form::Text { names: Some(noun) } => noun.to_uppercase().replace(' ', "_"),
        _ => argument.name.to_uppercase(),
    }
}

/// Whether the flag that means no was given; not every argument has one.
fn denied(argument: &Argument, matches: &ArgMatches) -> bool {
    let id = format!("no_{}", argument.name);
    matches.try_get_one::<bool>(&id).ok().flatten() == Some(&true)
}

/// An argument's value as it was given, or `None`: defaults are the library's.
fn given(argument: &Argument, matches: &ArgMatches) -> Result<Option<Value>, String> {
    let form = form_of(argument);
    let one = || matches.get_one::<String>(argument.name);
    let texts = || {
        let raw = matches.get_raw(argument.name)?;
        Some(raw.map(|text| text.to_str().unwrap_or_default()))
    };
    let wrong = |why| format!("--{}: {why}", flag(argument, &form));
    Ok(match &form {
        Form::Boolean if matches.get_flag(argument.name) => Some(true.into()),
        Form::Boolean if denied(argument, matches) => Some(false.into()),
        Form::Boolean => None,
        Form::Integer => matches.get_one::<i64>(argument.name).map(|number| (*number).into()),
        Form::Choice { values, switches: true } => values
            .iter()
            .find(|value| {
                let chosen = |word: &String| word.eq_ignore_ascii_case(value);
                matches.get_flag(&value.to_lowercase()) || one().is_some_and(chosen)
            })
            .map(|value| value.as_str().into()),
        Form::List(inner) => texts()
            .map(|texts| texts.map(|text| inner.value(text).map_err(wrong)).collect())
            .transpose()?,
        Form::Map => texts().map(|texts| pairs(texts).map(Value::from)).transpose()?,
        form => one().map(|text| form.value(text).map_err(wrong)).transpose()?,
    })
}
