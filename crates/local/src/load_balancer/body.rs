//! Reading bodies as Octavia's framework (WSME) does, and saying what is wrong with one in its words.
//!
//! A body is an object with one member, which has [`Attribute`]s. Values are first converted, then
//! checked; what cannot even be converted is told of the whole body.

use serde_json::{Map, Value};

use super::attribute::{Attribute, Type};
use crate::call::{Call, Refusal};
use crate::check::python;

/// The body of a request.
pub(super) struct Form {
    /// What Octavia calls the body in messages: `load_balancer`.
    pub(super) argument: &'static str,
    /// Its one member: `loadbalancer`.
    pub(super) key: &'static str,
    pub(super) attributes: &'static [Attribute],
    /// What Octavia looks for first, and stumbles over if there is nothing.
    pub(super) first: &'static str,
}

/// What is wrong with a value.
pub(super) enum Wrong {
    /// It cannot be converted: told of the whole body.
    Value(String),
    /// It has attributes that nobody knows; the path to it, from the innermost out.
    Unknown(Vec<&'static str>, Vec<String>),
    /// An attribute is not as it has to be.
    Input(&'static str, String, String),
    /// The framework fails over it.
    Crash(String),
}

impl Form {
    /// Takes the attributes out of the body: those it has, and those that go without saying.
    pub(super) fn read(&self, call: &mut Call<'_>) -> Result<Map<String, Value>, Refusal> {
        let body = std::mem::take(&mut call.body);
        let whole = text(&body);
        match self.member(body) {
            Ok(Some(Value::Object(member))) => Ok(member),
            Ok(nothing) => {
                let kind = if nothing.is_some() { "NoneType" } else { "UnsetType" };
                let first = self.first;
                Err(Refusal::new(
                    500,
                    match first {
                        "" => format!("'{kind}' object is not iterable"),
                        first => format!("'{kind}' object has no attribute '{first}'"),
                    },
                ))
            }
            Err(wrong) => Err(self.refusal(wrong, &whole)),
        }
    }

    /// The same of a body whose one member is a list of objects.
    pub(super) fn read_list(
        &self,
        call: &mut Call<'_>,
    ) -> Result<Vec<Map<String, Value>>, Refusal> {
        let body = std::mem::take(&mut call.body);
        let whole = text(&body);
        let (argument, key) = (self.argument, self.key);
        let mut body = match body {
            Value::Object(body) => body,
            Value::Null => return Err(missing_argument(argument)),
            other => return Err(self.refusal(no_keys(&other), &whole)),
        };
        let list = body.shift_remove(key);
        if !body.is_empty() {
            let names = body.keys().cloned().collect();
            return Err(self.refusal(Wrong::Unknown(Vec::new(), names), &whole));
        }
        let nothing = |kind: &str| Refusal::new(500, format!("'{kind}' object is not iterable"));
        let list = match list {
            None => return Err(nothing("UnsetType")),
            Some(Value::Null) => return Err(nothing("NoneType")),
            Some(Value::Array(list)) => list,
            Some(other) => {
                let wrong = Wrong::Value(format!("Value not a valid list: {}", text(&other)));
                return Err(self.refusal(wrong, &whole));
            }
        };
        let read = |item: Value| {
            let read = convert(&Type::Object(self.attributes), item);
            match read.map_err(|wrong| self.refusal(wrong.below(key), &whole))? {
                Value::Object(item) => Ok(item),
                _ => Err(nothing("NoneType")),
            }
        };
        list.into_iter().map(read).collect()
    }

    fn member(&self, body: Value) -> Result<Option<Value>, Wrong> {
        let mut body = match body {
            Value::Object(body) => body,
            Value::Null => return Err(Wrong::Value(String::new())),
            other => return Err(no_keys(&other)),
        };
        let member = body.shift_remove(self.key);
        if !body.is_empty() {
            return Err(Wrong::Unknown(Vec::new(), body.keys().cloned().collect()));
        }
        let Some(member) = member else { return Ok(None) };
        let read = convert(&Type::Object(self.attributes), member);
        read.map(Some).map_err(|wrong| wrong.below(self.key))
    }

    fn refusal(&self, wrong: Wrong, whole: &str) -> Refusal {
        let input = |name: &str, value: &str, reason: &str| {
            Refusal::bad_request(format!(
                "Invalid input for field/attribute {name}. Value: '{value}'. {reason}"
            ))
        };
        match wrong {
            // There is none at all.
            Wrong::Value(reason) if reason.is_empty() => missing_argument(self.argument),
            Wrong::Value(reason) => input(self.argument, whole, &reason),
            Wrong::Input(name, value, reason) => input(name, &value, &reason),
            Wrong::Crash(reason) => Refusal::new(500, reason),
            Wrong::Unknown(mut path, names) => {
                path.push(self.argument);
                path.reverse();
                let s = if names.len() > 1 { "s" } else { "" };
                Refusal::bad_request(format!(
                    "Unknown attribute{s} for argument {}: {}",
                    path.join("."),
                    names.join(", ")
                ))
            }
        }
    }
}

impl Wrong {
    /// The same, told by what is around it.
    fn below(mut self, name: &'static str) -> Self {
        if let Wrong::Unknown(path, _) = &mut self {
            path.push(name);
        }
        self
    }
}

pub(super) fn missing_argument(name: &str) -> Refusal {
    Refusal::bad_request(format!("Missing argument: \"{name}\""))
}

/// Converts a value, and checks it where it is an attribute's.
fn convert(kind: &Type, value: Value) -> Result<Value, Wrong> {
    if value.is_null() {
        return Ok(value);
    }
    match kind {
        Type::Object(attributes) => convert_object(attributes, value),
        Type::List(of) => match value {
            Value::Array(items) => {
                items.into_iter().map(|item| convert(of, item)).collect::<Result<_, _>>()
            }
            other => Err(Wrong::Value(format!("Value not a valid list: {}", text(&other)))),
        },
        Type::Map if !value.is_object() => {
            Err(Wrong::Value(format!("Value not a valid dict: {}", text(&value))))
        }
        Type::Truth => convert_truth(value),
        Type::Integer { .. } | Type::Numbers(_) => convert_integer(value),
        Type::HttpVersion => convert_float(value),
        _ => Ok(value),
    }
}

fn convert_object(attributes: &'static [Attribute], value: Value) -> Result<Value, Wrong> {
    let mut object = match value {
        Value::Object(object) => object,
        other => return Err(no_keys(&other)),
    };
    let is_known = |name: &str| attributes.iter().any(|attribute| attribute.name == name);
    let unknown: Vec<_> = object.keys().filter(|name| !is_known(name)).cloned().collect();
    if !unknown.is_empty() {
        return Err(Wrong::Unknown(Vec::new(), unknown));
    }
    let mut read = Map::new();
    for attribute in attributes {
        let name = attribute.name;
        match object.shift_remove(name) {
            Some(value) => {
                let value = convert(&attribute.kind, value).map_err(|wrong| wrong.below(name))?;
                let checked = attribute.kind.check(value.clone());
                let value = checked.map_err(|reason| Wrong::Input(name, text(&value), reason))?;
                read.insert(name.into(), value);
            }
            None if attribute.required => {
                return Err(Wrong::Input(name, "None".into(), "Mandatory field missing.".into()));
            }
            None => {
                if let Some(default) = attribute.default {
                    read.insert(name.into(), default());
                }
            }
        }
    }
    Ok(read.into())
}

fn convert_truth(value: Value) -> Result<Value, Wrong> {
    let truth = match &value {
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => number.as_i64().map(|number| number != 0),
        Value::String(text) => match text.as_str() {
            "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
            "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    };
    let unclear = || Wrong::Value(format!("Value not an unambiguous boolean: {}", text(&value)));
    truth.map(Value::Bool).ok_or_else(unclear)
}

fn convert_integer(value: Value) -> Result<Value, Wrong> {
    match &value {
        Value::Bool(truth) => Ok(i64::from(*truth).into()),
        Value::Number(number) if number.is_f64() => {
            let whole = format!("{:.0}", number.as_f64().unwrap_or_default().trunc());
            whole.parse::<i64>().map(Value::from).map_err(|_| Wrong::Value(whole))
        }
        Value::Number(_) => Ok(value),
        Value::String(text) => text.trim().parse::<i64>().map(Value::from).map_err(|_| {
            let shown = python(&value);
            Wrong::Value(format!("invalid literal for int() with base 10: {shown}"))
        }),
        other => Err(Wrong::Crash(format!(
            "int() argument must be a string, a bytes-like object or a real number, not '{}'",
            type_name(other)
        ))),
    }
}

fn convert_float(value: Value) -> Result<Value, Wrong> {
    match &value {
        Value::Number(number) => Ok(number.as_f64().into()),
        Value::String(text) => text.trim().parse::<f64>().map(Value::from).map_err(|_| {
            Wrong::Value(format!("could not convert string to float: {}", python(&value)))
        }),
        other => Err(Wrong::Crash(format!(
            "float() argument must be a string or a real number, not '{}'",
            type_name(other)
        ))),
    }
}

fn no_keys(value: &Value) -> Wrong {
    Wrong::Crash(format!("'{}' object has no attribute 'keys'", type_name(value)))
}

/// What Python calls the type of a value.
fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

/// A value as it stands in a message: a text as it is.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => python(other),
    }
}
