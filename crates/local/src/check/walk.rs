//! Following a [`Shape`] through a value, to the first thing that is wrong.

use serde_json::{Map, Value};

use super::{Member, Shape, Violation, integer, python};
use crate::call::Version;

type Checked = Result<(), Violation>;

impl Shape {
    /// Checks the value under `name`.
    pub(super) fn walk(&self, name: &str, value: &Value, version: Version) -> Checked {
        let here = Here { name, value };
        match (self, value) {
            (Shape::Any, _) => Ok(()),
            (Shape::Null, _) => here.demand(value.is_null(), || not_a("null", value)),
            (Shape::Boolean, _) => here.demand(is_boolean(value), || {
                format!("{} is not one of {BOOLEANS}", python(value))
            }),
            (Shape::Truth, _) => {
                here.demand(is_truth(value), || format!("{} is not one of {TRUTHS}", python(value)))
            }
            (Shape::Size { or_null }, _) => here.is_size(*or_null),
            (Shape::Words(words), _) => here.is_one_of(words),
            (Shape::Integer { min, max }, _) => here.is_integer(*min, *max),
            (Shape::OneOf(shapes), _) => {
                let fits = shapes.iter().any(|shape| shape.walk(name, value, version).is_ok());
                here.demand(fits, || {
                    format!("{} is not valid under any of the given schemas", python(value))
                })
            }
            (Shape::Types(shapes), _) => {
                match shapes.iter().find(|shape| shape.is_type_of(value)) {
                    Some(shape) => shape.walk(name, value, version),
                    None => here.fail(not_any(shapes, value)),
                }
            }
            (_, Value::String(text)) if self.type_name() == "string" => here.is_text(self, text),
            (Shape::List { of, min, max, unique }, Value::Array(items)) => {
                here.is_long_enough(items.len(), *min, *max)?;
                let repeated = |(index, item): (usize, &Value)| items[..index].contains(item);
                let is_unique = !unique || !items.iter().enumerate().any(repeated);
                here.demand(is_unique, || format!("{} has non-unique elements", python(value)))?;
                let items = items.iter().enumerate();
                here.around(items.map(|(index, item)| of.walk(&index.to_string(), item, version)))
            }
            (Shape::Object(members), Value::Object(object)) => {
                here.has_required(members, object, version)?;
                here.has_no_others(members, object, version)?;
                here.around(walk_members(members, object, version))
            }
            (Shape::Open(members), Value::Object(object)) => {
                here.has_required(members, object, version)?;
                here.around(walk_members(members, object, version))
            }
            (Shape::Map(of), Value::Object(object)) => {
                object.keys().try_for_each(|key| here.is_key(key))?;
                here.around(object.iter().map(|(key, value)| of.walk(key, value, version)))
            }
            _ => here.fail(not_a(self.type_name(), value)),
        }
    }

    /// The name that JSON schema has for its type.
    fn type_name(&self) -> &'static str {
        match self {
            Shape::Null => "null",
            Shape::Boolean => "boolean",
            Shape::Integer { .. } => "integer",
            Shape::List { .. } => "array",
            Shape::Object(_) | Shape::Open(_) | Shape::Map(_) => "object",
            _ => "string",
        }
    }

    fn is_type_of(&self, value: &Value) -> bool {
        match self.type_name() {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            _ => value.is_string(),
        }
    }
}

/// The members that a version knows.
fn known(members: &'static [Member], version: Version) -> impl Iterator<Item = &'static Member> {
    members.iter().filter(move |member| member.since <= version && version < member.until)
}

fn walk_members(
    members: &'static [Member],
    object: &Map<String, Value>,
    version: Version,
) -> impl Iterator<Item = Checked> {
    known(members, version).filter_map(move |member| {
        Some(member.shape.walk(member.name, object.get(member.name)?, version))
    })
}

fn not_a(kind: &str, value: &Value) -> String {
    format!("{} is not of type '{kind}'", python(value))
}

fn not_any(shapes: &[Shape], value: &Value) -> String {
    let types: Vec<_> = shapes.iter().map(|shape| format!("'{}'", shape.type_name())).collect();
    format!("{} is not of type {}", python(value), types.join(", "))
}

/// The place that is being looked at.
struct Here<'v> {
    name: &'v str,
    value: &'v Value,
}

impl Here<'_> {
    fn fail(&self, reason: String) -> Checked {
        let value = self.value.as_str().map_or_else(|| python(self.value), str::to_string);
        Err(Violation { path: Vec::new(), value, reason }.inside(self.name))
    }

    /// What the checks of its parts come to.
    fn around(&self, mut parts: impl Iterator<Item = Checked>) -> Checked {
        parts.try_for_each(|part| part.map_err(|violation| violation.inside(self.name)))
    }

    fn demand(&self, is_so: bool, otherwise: impl FnOnce() -> String) -> Checked {
        if is_so { Ok(()) } else { self.fail(otherwise()) }
    }

    fn is_long_enough(&self, length: usize, min: usize, max: usize) -> Checked {
        self.demand(length >= min, || format!("{} is too short", python(self.value)))?;
        self.demand(length <= max, || format!("{} is too long", python(self.value)))
    }

    fn is_one_of(&self, words: &[&str]) -> Checked {
        let is_known = self.value.as_str().is_some_and(|text| words.contains(&text));
        self.demand(is_known, || {
            let words: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
            format!("{} is not one of [{}]", python(self.value), words.join(", "))
        })
    }

    fn is_integer(&self, min: i64, max: i64) -> Checked {
        let Some(number) = integer(self.value) else {
            let reason = match self.value {
                Value::String(_) if min < 0 => "does not match '^-?[0-9]+$'",
                Value::String(_) => "does not match '^[0-9]*$'",
                _ => "is not of type 'integer', 'string'",
            };
            return self.fail(format!("{} {reason}", python(self.value)));
        };
        self.demand(number >= min, || format!("{number} is less than the minimum of {min}"))?;
        self.demand(number <= max, || format!("{number} is greater than the maximum of {max}"))
    }

    fn is_size(&self, or_null: bool) -> Checked {
        match self.value {
            Value::Null if or_null => Ok(()),
            Value::String(text) => {
                let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                let otherwise = || format!("{} does not match '^[0-9]+$'", python(self.value));
                self.demand(is_number, otherwise)
            }
            Value::Number(number) if number.is_i64() => {
                let less = || format!("{number} is less than the minimum of 1");
                self.demand(number.as_i64() >= Some(1), less)
            }
            value => {
                let null = if or_null { ", 'null'" } else { "" };
                self.fail(format!("{} is not of type 'integer', 'string'{null}", python(value)))
            }
        }
    }

    fn is_text(&self, shape: &Shape, text: &str) -> Checked {
        let is_not_a = |name: &str| format!("{} is not a '{name}'", python(self.value));
        match shape {
            Shape::Text { min, max } => self.is_long_enough(text.chars().count(), *min, *max),
            Shape::Pattern { pattern, fits, min, max } => {
                self.is_long_enough(text.chars().count(), *min, *max)?;
                let otherwise = || format!("{} does not match '{pattern}'", python(self.value));
                self.demand(fits(text), otherwise)
            }
            Shape::Format { name, fits } => self.demand(fits(text), || is_not_a(name)),
            Shape::Id => self.demand(uuid::Uuid::try_parse(text).is_ok(), || is_not_a("uuid")),
            Shape::Base64 { max } => {
                self.is_long_enough(text.len(), 0, *max)?;
                self.demand(is_base64(text), || is_not_a("base64"))
            }
            _ => Ok(()),
        }
    }

    fn has_required(
        &self,
        members: &'static [Member],
        object: &Map<String, Value>,
        version: Version,
    ) -> Checked {
        let missing = known(members, version)
            .find(|member| member.required && !object.contains_key(member.name));
        missing.map_or(Ok(()), |missing| {
            self.fail(format!("'{}' is a required property", missing.name))
        })
    }

    fn has_no_others(
        &self,
        members: &'static [Member],
        object: &Map<String, Value>,
        version: Version,
    ) -> Checked {
        let is_known = |name: &str| known(members, version).any(|member| member.name == name);
        let others: Vec<_> = object.keys().filter(|name| !is_known(name)).collect();
        self.demand(others.is_empty(), || {
            let were = if others.len() == 1 { "was" } else { "were" };
            let others: Vec<_> = others.iter().map(|name| format!("'{name}'")).collect();
            format!(
                "Additional properties are not allowed ({} {were} unexpected)",
                others.join(", ")
            )
        })
    }

    fn is_key(&self, key: &str) -> Checked {
        let is_good = |c: char| c.is_ascii_alphanumeric() || "-_:. ".contains(c);
        let fits = !key.is_empty() && key.len() <= 255 && key.chars().all(is_good);
        self.demand(fits, || {
            format!("'{key}' does not match any of the regexes: '^[a-zA-Z0-9-_:. ]{{1,255}}$'")
        })
    }
}

const BOOLEANS: &str = "[True, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes', \
                        False, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', \
                        'no']";

fn is_boolean(value: &Value) -> bool {
    match value {
        Value::Bool(_) => true,
        Value::String(text) => BOOLEANS.contains(&format!("'{text}'")),
        _ => false,
    }
}

const TRUTHS: &str = "[True, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes', \
                      'y', 't', False, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', \
                      'No', 'no', 'n', 'f']";

fn is_truth(value: &Value) -> bool {
    match value {
        Value::Bool(_) => true,
        Value::String(text) => TRUTHS.contains(&format!("'{text}'")),
        _ => false,
    }
}

/// As Python reads it: what is not of its alphabet is skipped, but the end must be right.
fn is_base64(text: &str) -> bool {
    let is_of_alphabet = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
    let (body, padding) = text.split_at(text.find('=').unwrap_or(text.len()));
    let padding = padding.chars().filter(|c| *c == '=').count();
    match body.chars().filter(is_of_alphabet).count() % 4 {
        0 => true,
        1 => false,
        2 => padding >= 2,
        _ => padding >= 1,
    }
}
