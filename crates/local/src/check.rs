//! Checking what a client sends, as strictly as the real services do.
//!
//! A [`Shape`] describes a JSON value; [`Shape::check`] finds the first thing wrong with one and says
//! so in the words of the services' own checker (a JSON schema validator written in Python, whose
//! messages clients have learned to read).

use serde_json::Value;

use crate::call::Version;

/// What a value has to look like.
pub(crate) enum Shape {
    /// Anything.
    Any,
    Null,
    /// A text of so many characters.
    Text {
        min: usize,
        max: usize,
    },
    /// A text that `fits`; the pattern is what the message shows.
    Pattern {
        pattern: &'static str,
        fits: fn(&str) -> bool,
        min: usize,
        max: usize,
    },
    /// A text that `fits`, called by the name of its format: `'x' is not a 'ipv4'`.
    Format {
        name: &'static str,
        fits: fn(&str) -> bool,
    },
    /// One of a few texts.
    Words(&'static [&'static str]),
    /// `true`, `false`, and the texts that services take for them.
    Boolean,
    /// A whole number, also written as text.
    Integer {
        min: i64,
        max: i64,
    },
    /// A UUID.
    Id,
    /// Base64.
    Base64 {
        max: usize,
    },
    /// A list of so many.
    List {
        of: &'static Shape,
        min: usize,
        max: usize,
        unique: bool,
    },
    /// An object with these members and no others.
    Object(&'static [Member]),
    /// An object with these members and any others.
    Open(&'static [Member]),
    /// An object with names of letters, digits and `-_:. `, up to 255 of them.
    Map(&'static Shape),
    /// What one of these allows.
    OneOf(&'static [Shape]),
    /// A value of one of these types, as its type demands.
    Types(&'static [Shape]),
}

/// A member of an object.
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
    pub(crate) since: Version,
    /// The first version that does not know it any more.
    pub(crate) until: Version,
}

pub(crate) const FOREVER: Version = (u16::MAX, u16::MAX);

impl Member {
    pub(crate) const fn new(name: &'static str, shape: Shape) -> Self {
        Member { name, shape, required: false, since: (0, 0), until: FOREVER }
    }

    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Known from this version on.
    pub(crate) const fn since(mut self, major: u16, minor: u16) -> Self {
        self.since = (major, minor);
        self
    }

    /// Not known any more from this version on.
    pub(crate) const fn until(mut self, major: u16, minor: u16) -> Self {
        self.until = (major, minor);
        self
    }
}

/// A name as Nova takes it.
pub(crate) const NAME: Shape = Shape::Text { min: 1, max: 255 };
/// Any text.
pub(crate) const TEXT: Shape = Shape::Text { min: 0, max: usize::MAX };

/// What is wrong with a value, and where.
#[derive(Debug, PartialEq)]
pub(crate) struct Violation {
    /// Names and numbers with slashes between; empty for the whole.
    pub(crate) path: String,
    /// The value at fault, as Python would print it; a text as it is.
    pub(crate) value: String,
    pub(crate) reason: String,
}

impl Violation {
    /// In the words of Nova, Cinder and Keystone.
    pub(crate) fn message(&self) -> String {
        let Violation { path, value, reason } = self;
        if path.is_empty() {
            return reason.clone();
        }
        format!("Invalid input for field/attribute {path}. Value: {value}. {reason}")
    }
}

impl Shape {
    /// Finds what is wrong with `value` first.
    pub(crate) fn check(&self, value: &Value, version: Version) -> Result<(), Violation> {
        let mut path = Vec::new();
        self.walk(value, version, &mut path).map_err(|Wrong { value, reason, place }| {
            let name = place.last().map_or(String::new(), ToString::to_string);
            let value = value.as_str().map_or_else(|| python(&value), str::to_string);
            Violation { path: name, value, reason }
        })
    }

    fn walk(&self, value: &Value, version: Version, path: &mut Vec<String>) -> Result<(), Wrong> {
        let fail = |reason: String, path: &[String]| {
            Err(Wrong { value: value.clone(), reason, place: path.to_vec() })
        };
        let not_a = |kind: &str, path: &[String]| {
            fail(format!("{} is not of type '{kind}'", python(value)), path)
        };
        match (self, value) {
            (Shape::Any, _) | (Shape::Null, Value::Null) | (Shape::Boolean, Value::Bool(_)) => Ok(()),
            (Shape::Null, _) => not_a("null", path),
            (Shape::Text { min, max }, Value::String(text)) => {
                let length = text.chars().count();
                if length < *min {
                    return fail(format!("{} is too short", python(value)), path);
                }
                if length > *max {
                    return fail(format!("{} is too long", python(value)), path);
                }
                Ok(())
            }
            (Shape::Pattern { pattern, fits, min, max }, Value::String(text)) => {
                Shape::Text { min: *min, max: *max }.walk(value, version, path)?;
                if fits(text) {
                    return Ok(());
                }
                fail(format!("{} does not match '{pattern}'", python(value)), path)
            }
            (Shape::Format { fits, .. }, Value::String(text)) if fits(text) => Ok(()),
            (Shape::Format { name, .. }, Value::String(_)) => {
                fail(format!("{} is not a '{name}'", python(value)), path)
            }
            (Shape::Words(words), Value::String(text)) if words.contains(&text.as_str()) => Ok(()),
            (Shape::Words(words), _) => {
                let words: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
                fail(format!("{} is not one of [{}]", python(value), words.join(", ")), path)
            }
            (Shape::Boolean, Value::String(text)) if is_boolean(text) => Ok(()),
            (Shape::Boolean, _) => fail(format!("{} is not one of {BOOLEANS}", python(value)), path),
            (Shape::Integer { min, max }, _) => match integer(value) {
                None => fail(format!("{} is not of type 'integer', 'string'", python(value)), path),
                Some(number) if number < *min => {
                    fail(format!("{number} is less than the minimum of {min}"), path)
                }
                Some(number) if number > *max => {
                    fail(format!("{number} is greater than the maximum of {max}"), path)
                }
                Some(_) => Ok(()),
            },
            (Shape::Id, Value::String(text)) if uuid::Uuid::try_parse(text).is_ok() => Ok(()),
            (Shape::Id, Value::String(_)) => {
                fail(format!("{} is not a 'uuid'", python(value)), path)
            }
            (Shape::Base64 { max }, Value::String(text)) => {
                if text.len() > *max {
                    return fail(format!("{} is too long", python(value)), path);
                }
                if !is_base64(text) {
                    return fail(format!("{} is not a 'base64'", python(value)), path);
                }
                Ok(())
            }
            (
                Shape::Text { .. }
                | Shape::Pattern { .. }
                | Shape::Format { .. }
                | Shape::Id
                | Shape::Base64 { .. },
                _,
            ) => not_a("string", path),
            (Shape::List { of, min, max, unique }, Value::Array(items)) => {
                if items.len() < *min {
                    return fail(format!("{} is too short", python(value)), path);
                }
                if items.len() > *max {
                    return fail(format!("{} is too long", python(value)), path);
                }
                let repeated = |(index, item): (usize, &Value)| items[..index].contains(item);
                if *unique && items.iter().enumerate().any(repeated) {
                    return fail(format!("{} has non-unique elements", python(value)), path);
                }
                items.iter().enumerate().try_for_each(|(index, item)| {
                    within(path, &index.to_string(), |path| of.walk(item, version, path))
                })
            }
            (Shape::List { .. }, _) => not_a("array", path),
            (Shape::Object(members) | Shape::Open(members), Value::Object(object)) => {
                let known = || {
                    members.iter().filter(|member| member.since <= version && version < member.until)
                };
                if let Some(missing) =
                    known().find(|member| member.required && !object.contains_key(member.name))
                {
                    return fail(format!("'{}' is a required property", missing.name), path);
                }
                let unknown: Vec<_> = object
                    .keys()
                    .filter(|name| !known().any(|member| member.name == name.as_str()))
                    .map(|name| format!("'{name}'"))
                    .collect();
                if !unknown.is_empty() && !matches!(self, Shape::Open(_)) {
                    let were = if unknown.len() == 1 { "was" } else { "were" };
                    let unknown = unknown.join(", ");
                    return fail(
                        format!("Additional properties are not allowed ({unknown} {were} unexpected)"),
                        path,
                    );
                }
                known().try_for_each(|member| match object.get(member.name) {
                    Some(value) => {
                        within(path, member.name, |path| member.shape.walk(value, version, path))
                    }
                    None => Ok(()),
                })
            }
            (Shape::Map(of), Value::Object(object)) => object.iter().try_for_each(|(name, value)| {
                let is_good = |c: char| c.is_ascii_alphanumeric() || "-_:. ".contains(c);
                if name.is_empty() || name.len() > 255 || !name.chars().all(is_good) {
                    let reason = format!(
                        "'{name}' does not match any of the regexes: '^[a-zA-Z0-9-_:. ]{{1,255}}$'"
                    );
                    return fail(reason, path);
                }
                within(path, name, |path| of.walk(value, version, path))
            }),
            (Shape::Object(_) | Shape::Open(_) | Shape::Map(_), _) => not_a("object", path),
            (Shape::OneOf(shapes), _) => {
                if shapes.iter().any(|shape| shape.walk(value, version, path).is_ok()) {
                    return Ok(());
                }
                fail(format!("{} is not valid under any of the given schemas", python(value)), path)
            }
            (Shape::Types(shapes), _) => {
                if let Some(shape) = shapes.iter().find(|shape| shape.is_type_of(value)) {
                    return shape.walk(value, version, path);
                }
                let types: Vec<_> =
                    shapes.iter().map(|shape| format!("'{}'", shape.type_name())).collect();
                fail(format!("{} is not of type {}", python(value), types.join(", ")), path)
            }
        }
    }
}

impl Shape {
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

/// What was found wrong, before it is put into words.
struct Wrong {
    value: Value,
    reason: String,
    place: Vec<String>,
}

fn within<R>(path: &mut Vec<String>, name: &str, look: impl FnOnce(&mut Vec<String>) -> R) -> R {
    path.push(name.to_string());
    let result = look(path);
    path.pop();
    result
}

const BOOLEANS: &str = "[True, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes', \
                        False, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', \
                        'no']";

fn is_boolean(text: &str) -> bool {
    BOOLEANS.contains(&format!("'{text}'"))
}

/// What a service takes for true: `true`, `"yes"`, `"1"` ...
pub(crate) fn truth(value: &Value) -> bool {
    match value {
        Value::Bool(truth) => *truth,
        Value::String(text) => {
            matches!(text.to_ascii_lowercase().as_str(), "true" | "1" | "on" | "yes" | "y" | "t")
        }
        _ => false,
    }
}

/// A whole number, also written as text.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
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

/// A value as Python prints it: `{'name': None, 'on': True}`.
pub(crate) fn python(value: &Value) -> String {
    match value {
        Value::Null => "None".into(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(python).collect::<Vec<_>>().join(", "))
        }
        Value::Object(object) => {
            let pairs: Vec<_> =
                object.iter().map(|(name, value)| format!("'{name}': {}", python(value))).collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const KEYPAIR: Shape = Shape::Object(&[Member::new(
        "keypair",
        Shape::Object(&[
            Member::new("name", NAME).required(),
            Member::new("public_key", TEXT),
            Member::new("type", Shape::Words(&["ssh", "x509"])).since(2, 2),
        ]),
    )
    .required()]);

    fn wrong(body: Value, version: Version) -> String {
        KEYPAIR.check(&body, version).unwrap_err().message()
    }

    #[test]
    fn what_is_wrong_is_said_as_nova_says_it() {
        assert!(KEYPAIR.check(&json!({"keypair": {"name": "a", "type": "ssh"}}), (2, 2)).is_ok());
        assert_eq!(wrong(json!({}), (2, 1)), "'keypair' is a required property");
        assert_eq!(
            wrong(json!({"keypair": {"name": "a", "type": "ssh"}}), (2, 1)),
            "Invalid input for field/attribute keypair. Value: {'name': 'a', 'type': 'ssh'}. \
             Additional properties are not allowed ('type' was unexpected)"
        );
        assert_eq!(
            wrong(json!({"keypair": {"name": null}}), (2, 1)),
            "Invalid input for field/attribute name. Value: None. None is not of type 'string'"
        );
        assert_eq!(
            wrong(json!({"keypair": {"name": ""}}), (2, 1)),
            "Invalid input for field/attribute name. Value: . '' is too short"
        );
    }

    #[test]
    fn a_list_has_its_length_and_its_shape() {
        let tags = Shape::List { of: &NAME, min: 0, max: 2, unique: true };
        assert!(tags.check(&json!(["a", "b"]), (2, 1)).is_ok());
        assert!(tags.check(&json!(["a", "a"]), (2, 1)).is_err());
        assert!(tags.check(&json!(["a", "b", "c"]), (2, 1)).is_err());
        assert_eq!(tags.check(&json!(["a", 1]), (2, 1)).unwrap_err().path, "1");
    }
}
