//! Arguments of operations: their types, and how they are read from JSON and from method calls.

use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{Error, Kind, Result};
use crate::resource::{Named, Record};

/// One argument of an operation, for surfaces that build their input from it.
#[derive(Clone, Copy)]
pub struct Argument {
    /// Its name in the contract: `key_name`.
    pub name: &'static str,
    /// What it means, in Markdown.
    pub about: &'static str,
    /// Its flag on command lines, if that is not its name; for yes and no, one for each.
    pub flags: &'static [&'static str],
    /// Whether the operation makes no sense without it.
    pub required: bool,
    /// Its value when not given; `null` where leaving it out means something of its own.
    pub default: fn() -> Value,
    /// The JSON schema of its type.
    pub schema: fn() -> Schema,
}

impl fmt::Debug for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Argument")
            .field("name", &self.name)
            .field("required", &self.required)
            .field("default", &(self.default)())
            .finish_non_exhaustive()
    }
}

/// A type that can be an argument.
///
/// A struct of one's own becomes one by `plain_settings!`; its fields are then what command lines take
/// as `key=value,key=value`, and a `Vec` of it as the flag repeated.
///
/// `Given` is what a method call passes for it: the plain value for an `Option`, anything that makes
/// a [`List`] for a `Vec`.
pub trait Setting: Serialize + DeserializeOwned + JsonSchema {
    /// What the caller passes.
    type Given;
    /// The argument's value for it.
    fn set(given: Self::Given) -> Self;
    /// What a required argument is when nothing is given for it, if that can be.
    fn absent() -> Option<Self> {
        None
    }
}

/// Types that are passed as they are.
macro_rules! plain_settings {
    ($($type:ty),* $(,)?) => {$(
        impl $crate::operation::Setting for $type {
            type Given = $type;
            fn set(given: $type) -> Self {
                given
            }
        }
    )*};
}
pub(crate) use plain_settings;

plain_settings!(bool, u16, u32, u64, i64, String, Text, Map<String, Value>, BTreeMap<String, String>);

impl<T: Record> Setting for Named<T> {
    type Given = Named<T>;
    fn set(given: Named<T>) -> Self {
        given
    }
}

impl<T: Setting> Setting for Option<T> {
    type Given = T::Given;
    fn set(given: T::Given) -> Self {
        Some(T::set(given))
    }
}

impl<T: Setting> Setting for Vec<T> {
    type Given = List<T>;
    fn set(given: List<T>) -> Self {
        given.0
    }
}

/// Several values, made from arrays, slices and vectors of whatever makes one.
#[derive(Debug)]
pub struct List<T>(Vec<T>);

impl<T, U: Into<T>, const N: usize> From<[U; N]> for List<T> {
    fn from(values: [U; N]) -> Self {
        List(values.into_iter().map(Into::into).collect())
    }
}

impl<T, U: Into<T>> From<Vec<U>> for List<T> {
    fn from(values: Vec<U>) -> Self {
        List(values.into_iter().map(Into::into).collect())
    }
}

/// A text of any length, such as a script or a public key. Command lines read it from a file.
/// `Debug` shows only its length: a script may contain secrets.
#[derive(Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub struct Text(pub String);

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.0.len())
    }
}

/// As `Debug` has it: logs tell what operations are called with.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl<T: Into<String>> From<T> for Text {
    fn from(text: T) -> Self {
        Text(text.into())
    }
}

/// A string; `x-file` tells command lines to take the name of a file.
impl JsonSchema for Text {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "x-file": true })
    }
}

/// The schema of a type, with everything it refers to written out.
pub fn schema_of<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    SchemaGenerator::new(settings).into_root_schema_for::<T>()
}

/// Arguments as they came, from which an operation takes its own.
pub(crate) struct Given(Map<String, Value>);

impl Given {
    pub(crate) fn new(arguments: Map<String, Value>) -> Self {
        Given(arguments)
    }

    pub(crate) fn required<T: Setting>(&mut self, name: &str) -> Result<T> {
        match self.0.remove(name) {
            None | Some(Value::Null) => T::absent()
                .ok_or_else(|| Error::new(Kind::Invalid, format!("argument `{name}` is missing"))),
            Some(value) => read(name, value),
        }
    }

    pub(crate) fn optional<T: Setting>(
        &mut self,
        name: &str,
        default: impl FnOnce() -> T,
    ) -> Result<T> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(default()),
            Some(value) => read(name, value),
        }
    }

    /// Refuses what is left over.
    pub(crate) fn finish(self, known: &[Argument]) -> Result<()> {
        let Some(name) = self.0.keys().next() else { return Ok(()) };
        let names: Vec<_> = known.iter().map(|argument| argument.name).collect();
        Err(Error::new(Kind::Invalid, format!("there is no argument `{name}`"))
            .with_hint(format!("the arguments are {}", names.join(", "))))
    }
}

fn read<T: Setting>(name: &str, value: Value) -> Result<T> {
    serde_json::from_value(value)
        .map_err(|error| Error::new(Kind::Invalid, format!("argument `{name}`: {error}")))
}
