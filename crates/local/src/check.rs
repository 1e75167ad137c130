//! Checking what a client sends, as strictly as the real services do.
//!
//! A [`Shape`] describes a JSON value; [`Shape::check`] finds the first thing wrong with one and says
//! so in the words of the services' own checker (a JSON schema validator written in Python, whose
//! messages clients have learned to read).

mod walk;

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
    /// `true`, `false`, and the texts that Cinder takes for them: some more.
    Truth,
    /// A number of GiB, also written as text, as Cinder takes it.
    Size {
        or_null: bool,
    },
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
    /// Names and numbers, from the outermost in; empty for the whole.
    pub(crate) path: Vec<String>,
    /// The value at fault, as Python would print it; a text as it is.
    pub(crate) value: String,
    pub(crate) reason: String,
}

impl Violation {
    /// In the words of Nova and Cinder.
    pub(crate) fn message(&self) -> String {
        let Violation { path, value, reason } = self;
        match path.last() {
            None => reason.clone(),
            Some(name) => {
                format!("Invalid input for field/attribute {name}. Value: {value}. {reason}")
            }
        }
    }

    /// In the words of Keystone.
    pub(crate) fn message_with_path(&self) -> String {
        let Violation { path, reason, .. } = self;
        if path.is_empty() {
            return reason.clone();
        }
        format!("Invalid input for field '{}': {reason}", path.join("/"))
    }

    /// The same, told by what is around it.
    fn inside(mut self, name: &str) -> Self {
        if !name.is_empty() {
            self.path.insert(0, name.to_string());
        }
        self
    }
}

impl Shape {
    /// Finds what is wrong with `value` first.
    pub(crate) fn check(&self, value: &Value, version: Version) -> Result<(), Violation> {
        self.walk("", value, version)
    }
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
        assert_eq!(tags.check(&json!(["a", 1]), (2, 1)).unwrap_err().path, ["1"]);
    }
}
