//! Sizes of volumes.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::operation::Setting;

/// A size in GiB. 0, or none at all: as much as what the volume is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Size(pub u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<u64> for Size {
    fn from(gib: u64) -> Self {
        Size(gib)
    }
}

impl From<u32> for Size {
    fn from(gib: u32) -> Self {
        Size(gib.into())
    }
}

/// So that numbers can be written as they are; none is below 0.
impl From<i32> for Size {
    fn from(gib: i32) -> Self {
        Size(u64::try_from(gib).unwrap_or_default())
    }
}

impl Setting for Size {
    type Given = Size;

    fn set(given: Size) -> Self {
        given
    }

    fn absent() -> Option<Self> {
        Some(Size(0))
    }
}

/// A whole number that need not be given.
impl JsonSchema for Size {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Size".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 0, "x-may-be-absent": true })
    }
}
