//! The library's description of each operation against the contract's row: name, parameters, risk,
//! fields. Needs no cloud.

use infomaniak_cloud::operation::{Argument, Description, Shape};
use infomaniak_cloud::{SERVICES, operations};
use serde_json::Value;

use super::table::{Returns, Row, Type, rows};
use crate::case::{Failure, Outcome};

/// The contract's operations that are still to be built. One that is there may not stand here.
const TO_BE_BUILT: &[&str] = &[];

/// All differences there are.
pub(super) fn every_operation_is_as_the_contract_has_it() -> Outcome {
    let mut wrong = Vec::new();
    for service in SERVICES {
        let rows = rows(service.name)?;
        let ours: Vec<_> = service.operations().map(|operation| operation.method).collect();
        let theirs: Vec<_> = rows.iter().map(|row| row.method.as_str()).collect();
        for method in theirs {
            match (ours.contains(&method), TO_BE_BUILT.contains(&method)) {
                (false, false) => wrong.push(format!("there is no `{method}`")),
                (true, true) => wrong.push(format!("`{method}` is built: it need not be named")),
                _ => {}
            }
        }
        for row in &rows {
            let ours = operations().find(|o| o.service == row.service && o.method == row.method);
            let differences = ours.map_or_else(Vec::new, |ours| differences(ours, row));
            wrong.extend(differences.iter().map(|why| format!("{}: {why}", row.method)));
        }
        if rows.is_empty() {
            wrong.push(format!("the contract has no operations of `{}`", service.name));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure(wrong.join("\n"))) }
}

fn differences(ours: &Description, row: &Row) -> Vec<String> {
    let mut wrong = Vec::new();
    let named: Vec<_> = ours.arguments.iter().map(|argument| argument.name).collect();
    let wanted: Vec<_> = row.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    if named.get(..wanted.len()) != Some(&wanted[..]) {
        wrong.push(format!("parameters {named:?} do not begin with {wanted:?}"));
    }
    for (argument, parameter) in ours.arguments.iter().zip(&row.parameters) {
        let default = parameter.default.as_ref();
        if argument.required != default.is_none() {
            wrong.push(format!("`{}` is required or not, unlike the contract", argument.name));
        }
        let ours = (argument.default)();
        if default.is_some_and(|default| *default != ours) {
            wrong.push(format!("`{}` defaults to {ours}, not {default:?}", argument.name));
        }
        if let Some(why) = other_type(argument, &parameter.kind) {
            wrong.push(why);
        }
    }
    for more in ours.arguments.iter().skip(row.parameters.len()) {
        if more.required {
            wrong.push(format!("`{}` is required and not in the contract", more.name));
        }
    }
    if row.open && !named.contains(&"extra") {
        wrong.push("takes no further parameters (`extra`)".into());
    }
    if ours.effect.risk() != row.risk {
        wrong.push(format!("its risk is {}, not {}", ours.effect.risk(), row.risk));
    }
    wrong.extend(other_result(ours, row));
    wrong
}

fn other_type(argument: &Argument, kind: &Type) -> Option<String> {
    let schema = (argument.schema)();
    let mut ours = types(schema.as_value());
    let mut theirs = kind.words();
    for words in [&mut ours, &mut theirs] {
        words.sort_unstable();
        words.dedup();
    }
    (ours != theirs).then(|| format!("`{}` is {ours:?}, not {theirs:?}", argument.name))
}

/// The types a schema allows.
fn types(schema: &Value) -> Vec<&str> {
    let alternatives = ["anyOf", "oneOf"].iter().filter_map(|key| schema[*key].as_array());
    let mut types: Vec<_> = alternatives.flatten().flat_map(types).collect();
    match &schema["type"] {
        Value::String(word) => types.push(word),
        Value::Array(words) => types.extend(words.iter().filter_map(Value::as_str)),
        _ => {}
    }
    types
}

fn other_result(ours: &Description, row: &Row) -> Vec<String> {
    let (shape, sentinel, fields) = match &row.returns {
        Returns::True => (Shape::Nothing, "False", &Vec::new()),
        Returns::Record(fields) => (Shape::One, "None", fields),
        Returns::Records(fields) => (Shape::Many, "[]", fields),
    };
    let mut wrong = Vec::new();
    if ours.shape != shape {
        wrong.push(format!("gives {:?}, not {shape:?}", ours.shape));
    }
    if row.sentinel != sentinel {
        wrong.push(format!("fails with {sentinel}, not {}", row.sentinel));
    }
    let schema = (ours.schema)();
    let properties = schema.as_value()["properties"].as_object().cloned().unwrap_or_default();
    let contracted = |field: &&str| ours.contracted.is_none_or(|those| those.contains(field));
    let ours: Vec<_> = properties.keys().map(String::as_str).filter(contracted).collect();
    let theirs: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
    if ours != theirs {
        wrong.push(format!("its record has {ours:?}, not {theirs:?}"));
    }
    wrong
}
