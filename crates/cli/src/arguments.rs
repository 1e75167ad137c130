//! Flags and positional arguments, read off the JSON schemas of an operation's arguments.

use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command, value_parser};
use infomaniak_cloud::operation::{Argument, Description};
use serde_json::{Map, Value};

/// What an argument's value looks like on the command line.
#[derive(Debug, Clone, PartialEq)]
enum Form {
    /// A text; `names` is what it names, if it names something that exists.
    Text { names: Option<String> },
    /// The content of a file.
    File,
    /// One of a few words; as `switches` each is a flag of its own as well.
    Choice { values: Vec<String>, switches: bool },
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// Several, by repeating the flag.
    List(Box<Form>),
    /// `KEY=VALUE`, by repeating the flag.
    Map,
}

fn form(schema: &Value) -> Form {
    // `Option<T>` is `T` or null.
    if let Some(choices) = schema.get("anyOf").and_then(Value::as_array)
        && let Some(inner) = choices.iter().find(|choice| choice["type"] != "null")
    {
        return form(inner);
    }
    let constants = |list: &Value| -> Vec<String> {
        let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
        let word = |item: &Value| item.get("const").unwrap_or(item).as_str().map(str::to_string);
        list.iter().filter_map(word).collect()
    };
    let mut values = constants(&schema["enum"]);
    values.extend(constants(&schema["oneOf"]));
    if !values.is_empty() {
        return Form::Choice { values, switches: schema["x-switches"] == true };
    }
    let is = |kind: &str| match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(|each| each == kind),
        each => each == kind,
    };
    if is("boolean") {
        Form::Boolean
    } else if is("integer") {
        Form::Integer
    } else if is("array") {
        Form::List(Box::new(form(&schema["items"])))
    } else if is("object") {
        Form::Map
    } else if schema["x-file"] == true {
        Form::File
    } else {
        Form::Text { names: schema["x-noun"].as_str().map(str::to_string) }
    }
}

/// A time: `2`, or `0.5`.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "it is not a number of seconds".to_string())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// A time that is not over at once.
pub(crate) fn some_seconds(text: &str) -> Result<Duration, String> {
    let time = seconds(text)?;
    if time.is_zero() { Err("no time would be left".to_string()) } else { Ok(time) }
}

fn form_of(argument: &Argument) -> Form {
    form((argument.schema)().as_value())
}

/// The argument that stands without a flag: the first, if it is required.
fn target(description: &Description) -> Option<&'static Argument> {
    description.arguments.first().filter(|argument| argument.required)
}

/// Whether the command takes several targets, each an existing thing to do the same to.
pub(crate) fn takes_several(description: &Description) -> bool {
    target(description).is_some_and(|t| matches!(form_of(t), Form::Text { names: Some(_) }))
}

/// `security_groups` is given one by one: `--security-group`.
fn flag(argument: &Argument, form: &Form) -> String {
    let name = argument.name.replace('_', "-");
    match form {
        Form::List(_) => name.strip_suffix('s').map_or(name.clone(), str::to_string),
        _ => name,
    }
}

/// Adds an operation's arguments to its command.
pub(crate) fn declare(mut command: Command, description: &Description) -> Command {
    for (index, argument) in description.arguments.iter().enumerate() {
        let form = form_of(argument);
        let about = help(argument, &form);
        if index == 0 && argument.required {
            command = command.arg(positional(argument, &form, about, takes_several(description)));
            continue;
        }
        let flag = flag(argument, &form);
        match &form {
            Form::Boolean => {
                let default = (argument.default)() == true;
                let yes = switch(argument.name, &flag).help(about).hide(default);
                let no = switch(&format!("no_{}", argument.name), &format!("no-{flag}"))
                    .help(format!("Do not {}", flag.replace('-', " ")))
                    .hide(!default)
                    .overrides_with(argument.name);
                command = command.arg(yes).arg(no);
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
                let arg =
                    Arg::new(argument.name).long(flag).help(about).required(argument.required);
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
        _ => about,
    }
}

fn switch(id: &str, flag: &str) -> Arg {
    Arg::new(id.to_string()).long(flag.to_string()).action(ArgAction::SetTrue)
}

fn positional(argument: &Argument, form: &Form, about: String, several: bool) -> Arg {
    let arg = valued(Arg::new(argument.name).help(about).required(true), argument, form);
    if several { arg.num_args(1..).action(ArgAction::Append) } else { arg }
}

/// Says what values an argument takes and how they are called in help.
fn valued(arg: Arg, argument: &Argument, form: &Form) -> Arg {
    let name = argument.name.to_uppercase();
    match form {
        Form::Text { names: Some(noun) } => arg.value_name(noun.to_uppercase().replace(' ', "_")),
        Form::Text { names: None } | Form::Boolean => arg.value_name(name),
        Form::File => arg.value_name("FILE"),
        Form::Integer => arg.value_name("N").value_parser(value_parser!(i64)),
        Form::Choice { values, .. } => {
            let words: Vec<_> = values.iter().map(|value| value.to_lowercase()).collect();
            arg.value_name(name).value_parser(PossibleValuesParser::new(words)).ignore_case(true)
        }
        Form::List(inner) => valued(arg, argument, inner)
            .value_name(name.strip_suffix('S').unwrap_or(&name).to_string())
            .action(ArgAction::Append),
        Form::Map => arg.value_name("KEY=VALUE").action(ArgAction::Append),
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

/// An argument's value as it was given, or `None`: defaults are the library's.
fn given(argument: &Argument, matches: &ArgMatches) -> Result<Option<Value>, String> {
    let form = form_of(argument);
    let one = || matches.get_one::<String>(argument.name);
    Ok(match &form {
        Form::Boolean if matches.get_flag(argument.name) => Some(true.into()),
        Form::Boolean if matches.get_flag(&format!("no_{}", argument.name)) => Some(false.into()),
        Form::Boolean => None,
        Form::Integer => matches.get_one::<i64>(argument.name).map(|number| (*number).into()),
        Form::Text { .. } => one().map(|text| text.as_str().into()),
        Form::File => one().map(|path| read(path)).transpose()?.map(Value::from),
        Form::Choice { values, switches } => values
            .iter()
            .find(|value| {
                let chosen = |word: &String| word.eq_ignore_ascii_case(value);
                (*switches && matches.get_flag(&value.to_lowercase())) || one().is_some_and(chosen)
            })
            .map(|value| value.as_str().into()),
        Form::List(_) => matches
            .get_many::<String>(argument.name)
            .map(|texts| texts.map(|text| Value::from(text.as_str())).collect()),
        Form::Map => {
            let pairs = matches.get_many::<String>(argument.name).into_iter().flatten();
            let map = pairs.map(|pair| key_value(pair)).collect::<Result<Map<_, _>, _>>()?;
            (!map.is_empty()).then_some(map.into())
        }
    })
}

fn read(path: &str) -> Result<String, String> {
    let text = if path == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    text.map_err(|error| format!("cannot read `{path}`: {error}"))
}

/// `KEY=VALUE`; a value that is JSON is taken as such, anything else as text.
fn key_value(pair: &str) -> Result<(String, Value), String> {
    match pair.split_once('=') {
        Some((key, value)) if !key.is_empty() => {
            let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
            Ok((key.to_string(), value))
        }
        _ => Err(format!("`{pair}` is not of the form KEY=VALUE")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn forms_follow_the_schema() {
        let text = |names: Option<&str>| Form::Text { names: names.map(str::to_string) };
        assert_eq!(form(&json!({"type": "string"})), text(None));
        assert_eq!(form(&json!({"type": "string", "x-noun": "image"})), text(Some("image")));
        assert_eq!(form(&json!({"type": ["string", "null"], "x-file": true})), Form::File);
        assert_eq!(form(&json!({"type": ["integer", "null"]})), Form::Integer);
        assert_eq!(form(&json!({"type": "object"})), Form::Map);
        assert_eq!(
            form(
                &json!({"anyOf": [{"oneOf": [{"const": "A"}, {"const": "B"}]}, {"type": "null"}]})
            ),
            Form::Choice { values: vec!["A".into(), "B".into()], switches: false }
        );
        assert_eq!(
            form(&json!({"type": ["array", "null"], "items": {"type": "string"}})),
            Form::List(Box::new(text(None)))
        );
    }

    #[test]
    fn a_value_that_is_json_keeps_its_type() {
        assert_eq!(key_value("a=1").unwrap(), ("a".into(), json!(1)));
        assert_eq!(key_value("a=b=c").unwrap(), ("a".into(), json!("b=c")));
        assert!(key_value("=x").is_err() && key_value("x").is_err());
    }
}
