//! docs/operations.md: the reference of all operations, written from their descriptions.

mod page;

use std::fmt::Write as _;

use infomaniak_cloud::SERVICES;
use infomaniak_cloud::operation::{Argument, Description, Effect, Group, Shape, prose};
use serde_json::Value;

const HEAD: &str = "\
# Operations

Every operation with its command, its method (the same in the contract clients), its arguments, and
the fields of what it gives back: names in JSON output and in Rust's records. On the command line the
first required argument stands without a flag, `key_name` is `--key-name`, and a list is given one by
one (`--security-group a --security-group b`).

This file is generated from the operations' descriptions; renew it with `UPDATE_DOCS=1 ./test`.
";

/// Of what can tell whether the thing is there already.
const OR_SHOW: &str = "; has [`--or-show`](command-line.md#doing-it-again)";

#[test]
fn the_reference_is_what_the_operations_say() {
    let mut page = String::from(HEAD);
    for service in SERVICES {
        write_service(&mut page, service).unwrap();
    }
    page::check("operations.md", &page).unwrap();
}

fn write_service(page: &mut String, service: &Group) -> std::fmt::Result {
    writeln!(page, "\n## {}\n", service.name)?;
    writeln!(page, "{} Contract client: `{}`.", prose(service.about), service.contract)?;
    for operation in service.operations() {
        writeln!(page, "\n### `ik {}`\n", operation.command)?;
        let or_show = operation.or_show.map_or("", |_| OR_SHOW);
        let effect = effect(operation.effect);
        writeln!(page, "Method `{}`; {effect}{or_show}.\n", operation.method)?;
        writeln!(page, "{}", prose(operation.about))?;
        let examples: Vec<_> = operation.examples().collect();
        writeln!(page, "\n```sh\n{}\n```", examples.join("\n"))?;
        write_arguments(page, operation.arguments)?;
        write_result(page, operation)?;
    }
    Ok(())
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Reads => "looks only",
        Effect::Changes => "changes something",
        Effect::Interrupts => "interrupts what is running",
        Effect::Destroys => "destroys something",
        Effect::Irreversible => "destroys something for good",
    }
}

fn write_arguments(page: &mut String, arguments: &[Argument]) -> std::fmt::Result {
    if arguments.is_empty() {
        return Ok(());
    }
    writeln!(page, "\n| argument | type | default | |\n|---|---|---|---|")?;
    for argument in arguments {
        let default = match ((argument.default)(), argument.required) {
            (_, true) => "required".to_string(),
            (Value::Null, false) => String::new(),
            (default, false) => format!("`{default}`"),
        };
        let kind = kind(&(argument.schema)().to_value());
        let about = prose(argument.about);
        writeln!(page, "| `{}` | {kind} | {default} | {about} |", argument.name)?;
    }
    Ok(())
}

fn write_result(page: &mut String, operation: &Description) -> std::fmt::Result {
    let schema = (operation.schema)().to_value();
    let Some(fields) = schema["properties"].as_object() else { return Ok(()) };
    let much = if operation.shape == Shape::Many { "Gives a list, of each" } else { "Gives the" };
    writeln!(page, "\n{much} {}:\n", operation.record)?;
    writeln!(page, "| field | type | |\n|---|---|---|")?;
    for (name, schema) in fields {
        let about = prose(schema["description"].as_str().unwrap_or_default());
        writeln!(page, "| `{name}` | {} | {about} |", kind(schema))?;
    }
    Ok(())
}

/// A JSON schema in words: `list of text`, `name or id of a flavor`, `number or null`.
fn kind(schema: &Value) -> String {
    if let Some(choices) = schema["anyOf"].as_array() {
        return choices.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    if let Some(words) = schema["oneOf"].as_array().or_else(|| schema["enum"].as_array()) {
        let word = |choice: &Value| choice.get("const").unwrap_or(choice).to_string();
        return words.iter().map(word).collect::<Vec<_>>().join(" or ");
    }
    if let Some(kinds) = schema["type"].as_array() {
        let each = |kind_of: &Value| {
            let mut schema = schema.clone();
            schema["type"] = kind_of.clone();
            kind(&schema)
        };
        return kinds.iter().map(each).collect::<Vec<_>>().join(" or ");
    }
    match schema["type"].as_str().unwrap_or_default() {
        "string" => match (&schema["x-noun"], &schema["x-file"]) {
            (Value::String(noun), _) => format!("name or id of {} {noun}", article(noun)),
            (_, Value::Bool(true)) => "text (on the command line: a file)".to_string(),
            _ => "text".to_string(),
        },
        "boolean" => "true or false".to_string(),
        "integer" | "number" => "number".to_string(),
        "array" => format!("list of {}", kind(&schema["items"])),
        "object" => match schema.get("additionalProperties") {
            Some(values) if values.is_object() => format!("map to {}", kind(values)),
            _ => "map".to_string(),
        },
        other => other.to_string(),
    }
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
