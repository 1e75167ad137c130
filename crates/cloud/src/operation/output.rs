//! Outputs of operations: their shape, their JSON, and the contract's sentinel for each.

use std::marker::PhantomData;

use schemars::Schema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Operation;
use super::argument::schema_of;
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::resource::Record;

/// How much an operation gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Nothing but success.
    Nothing,
    /// One record.
    One,
    /// A list of records.
    Many,
}

/// What an operation may give back. The contract's sentinel follows from it.
pub trait Output: Serialize + DeserializeOwned + Send + 'static {
    /// What contract clients return instead of a `Result`.
    type Sentinel: Send;
    /// How much it is.
    const SHAPE: Shape;
    /// What one of it is called.
    const NOUN: &'static str;
    /// The fields a table of many shows.
    const COLUMNS: &'static [&'static str];

    /// The sentinel for a success.
    fn success(self) -> Self::Sentinel;
    /// The sentinel for a failure.
    fn failure() -> Self::Sentinel;
    /// What the log says was made.
    fn identifier(&self) -> Option<&str>;
    /// The JSON schema of one record.
    fn schema() -> Schema;

    /// Its JSON form.
    fn into_json(self) -> serde_json::Result<Value>
    where
        Self: Sized,
    {
        serde_json::to_value(self)
    }
}

/// Actions: `true` or `false`.
impl Output for () {
    type Sentinel = bool;
    const SHAPE: Shape = Shape::Nothing;
    const NOUN: &'static str = "";
    const COLUMNS: &'static [&'static str] = &[];

    fn success(self) -> bool {
        true
    }

    fn failure() -> bool {
        false
    }

    fn identifier(&self) -> Option<&str> {
        None
    }

    fn schema() -> Schema {
        Schema::default()
    }
}

/// One record: itself or `None`.
impl<T: Record> Output for T {
    type Sentinel = Option<T>;
    const SHAPE: Shape = Shape::One;
    const NOUN: &'static str = T::NOUN;
    const COLUMNS: &'static [&'static str] = T::COLUMNS;

    fn success(self) -> Option<T> {
        Some(self)
    }

    fn failure() -> Option<T> {
        None
    }

    fn identifier(&self) -> Option<&str> {
        Some(Record::identifier(self))
    }

    fn schema() -> Schema {
        schema_of::<T>()
    }
}

/// Lists: the records, or none.
impl<T: Record> Output for Vec<T> {
    type Sentinel = Vec<T>;
    const SHAPE: Shape = Shape::Many;
    const NOUN: &'static str = T::NOUN;
    const COLUMNS: &'static [&'static str] = T::COLUMNS;

    fn success(self) -> Vec<T> {
        self
    }

    fn failure() -> Vec<T> {
        Vec::new()
    }

    fn identifier(&self) -> Option<&str> {
        None
    }

    fn schema() -> Schema {
        schema_of::<T>()
    }

    /// Each record goes as soon as its JSON is there: thousands need not stand in memory twice.
    fn into_json(self) -> serde_json::Result<Value> {
        self.into_iter().map(serde_json::to_value).collect()
    }
}

/// The schema of `O`'s record without what `O` leaves out.
pub(super) fn schema<O: Operation>() -> Schema {
    let mut schema = O::Output::schema();
    for omitted in O::OMITTED {
        if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            properties.shift_remove(*omitted);
        }
        if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
            required.retain(|name| name != omitted);
        }
    }
    schema
}

/// Runs `O`, or shows what is there already, and gives its output as JSON.
pub(super) async fn run_json<O: Operation>(
    cloud: &Cloud,
    operation: Result<O>,
    or_show: bool,
    _: PhantomData<O>,
) -> Result<Value> {
    let operation = operation.map_err(|error| error.with_operation(O::METHOD))?;
    let output =
        if or_show { cloud.run_or_show(&operation).await } else { cloud.run(&operation).await };
    json::<O>(output?)
}

/// An output in the form of the contract's records.
pub(crate) fn json<O: Operation>(output: O::Output) -> Result<Value> {
    let mut value = output.into_json().map_err(|error| {
        Error::new(Kind::Decode, "the result cannot be written as JSON").with_source(error)
    })?;
    let leave_out = |record: &mut Value| {
        if let Some(record) = record.as_object_mut() {
            for name in O::OMITTED {
                record.shift_remove(*name);
            }
        }
    };
    match &mut value {
        Value::Array(records) => records.iter_mut().for_each(leave_out),
        record => leave_out(record),
    }
    Ok(value)
}
