//! What Neutron and Octavia are told of a thing: only what was said, since null and absence mean
//! different things to them.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::Result;
use crate::operation::body::add_extra;

/// The attributes of a thing to be created or changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Body(Map<String, Value>);

impl Body {
    pub(crate) fn new() -> Self {
        Body::default()
    }

    /// Says what an attribute is.
    pub(crate) fn set(mut self, attribute: &str, value: impl Into<Value>) -> Self {
        self.0.insert(attribute.into(), value.into());
        self
    }

    /// Says what an attribute is, if that was said.
    pub(crate) fn maybe<T: Serialize>(self, attribute: &str, value: Option<T>) -> Self {
        match value.and_then(|value| serde_json::to_value(value).ok()) {
            Some(value) => self.set(attribute, value),
            None => self,
        }
    }

    /// Says what an attribute is, if it is not empty.
    pub(crate) fn list<T: Serialize>(self, attribute: &str, values: &[T]) -> Self {
        self.maybe(attribute, (!values.is_empty()).then_some(values))
    }

    /// Sets an attribute back to what it is when nobody says anything, if that is wanted: `null`.
    pub(crate) fn back(self, attribute: &str, is_wanted: bool) -> Self {
        if is_wanted { self.set(attribute, Value::Null) } else { self }
    }

    /// Adds the caller's own attributes.
    ///
    /// # Errors
    /// [`Kind::Invalid`](crate::Kind::Invalid) for one that another argument sets already.
    pub(crate) fn extra(mut self, extra: &Map<String, Value>) -> Result<Self> {
        add_extra(&mut self.0, extra)?;
        Ok(self)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn done(self) -> Map<String, Value> {
        self.0
    }
}
