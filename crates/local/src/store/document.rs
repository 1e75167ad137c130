//! Documents: the things of a cloud, with the future they carry.

use rusqlite::Row;
use rusqlite::types::Type;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::time::Moment;

/// A thing of the cloud.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// What it is: `server`.
    pub(crate) kind: &'static str,
    /// The id of the project (or user) it belongs to; empty for what is the cloud's own.
    pub(crate) owner: String,
    pub(crate) id: String,
    /// Its fields, under the names of the wire where they have one.
    pub(crate) fields: Map<String, Value>,
    /// What will happen to it by itself, in the order of time.
    pub(crate) later: Vec<Later>,
    pub(super) seq: i64,
}

/// A change that comes by itself.
#[derive(Debug, Clone)]
pub(crate) struct Later {
    pub(crate) at: Moment,
    pub(crate) change: Change,
}

#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// These fields get these values.
    Set(Map<String, Value>),
    /// It is gone.
    Gone,
}

impl Document {
    pub(crate) fn new(
        kind: &'static str,
        owner: &str,
        id: &str,
        fields: Map<String, Value>,
    ) -> Self {
        Document { kind, owner: owner.into(), id: id.into(), fields, later: Vec::new(), seq: 0 }
    }

    /// The same, from `json!({...})`.
    pub(crate) fn of(kind: &'static str, owner: &str, id: &str, fields: Value) -> Self {
        let fields = match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        Document::new(kind, owner, id, fields)
    }

    pub(crate) fn get(&self, field: &str) -> &Value {
        self.fields.get(field).unwrap_or(&Value::Null)
    }

    pub(crate) fn text(&self, field: &str) -> &str {
        self.get(field).as_str().unwrap_or_default()
    }

    /// Its number: of all that this cloud ever kept, each has another, and newer ones a higher one.
    pub(crate) fn number(&self) -> i64 {
        self.seq
    }

    pub(crate) fn set(&mut self, field: &str, value: impl Into<Value>) {
        self.fields.insert(field.into(), value.into());
    }

    /// Lets all fields of `change` become true after `at`.
    pub(crate) fn set_later(&mut self, at: Moment, change: Value) {
        let Value::Object(fields) = change else { return };
        self.later.push(Later { at, change: Change::Set(fields) });
    }

    pub(crate) fn gone_later(&mut self, at: Moment) {
        self.later.push(Later { at, change: Change::Gone });
    }

    /// Lets everything that is to come be true at once.
    pub(crate) fn hurry(&mut self) {
        for Later { change, .. } in std::mem::take(&mut self.later) {
            if let Change::Set(fields) = change {
                self.fields.extend(fields);
            }
        }
    }

    /// The document as it is at `now`; `None` if it is gone by then.
    pub(super) fn settled(mut self, now: Moment) -> Option<Self> {
        let due = self.later.iter().take_while(|later| later.at <= now).count();
        for Later { change, .. } in self.later.drain(..due) {
            match change {
                Change::Set(fields) => self.fields.extend(fields),
                Change::Gone => return None,
            }
        }
        Some(self)
    }

    /// When it will be gone, if it will.
    pub(super) fn gone_at(&self) -> Option<i64> {
        let end = self.later.iter().find(|later| matches!(later.change, Change::Gone));
        end.map(|later| later.at.0)
    }

    /// The text it is kept as.
    pub(super) fn body(&self) -> rusqlite::Result<String> {
        let later = self.later.iter().map(|Later { at, change }| match change {
            Change::Set(fields) => (at.0, Some(fields)),
            Change::Gone => (at.0, None),
        });
        let body = Body { fields: &self.fields, later: later.collect() };
        serde_json::to_string(&body)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
    }

    /// A row of [`SELECT`](super::SELECT).
    pub(super) fn read(kind: &'static str, row: &Row<'_>) -> rusqlite::Result<Self> {
        let body: Body<Map<String, Value>> = serde_json::from_str(row.get_ref(3)?.as_str()?)
            .map_err(|error| {
                rusqlite::Error::FromSqlConversionFailure(3, Type::Text, error.into())
            })?;
        let later = body.later.into_iter().map(|(at, change)| Later {
            at: Moment(at),
            change: change.map_or(Change::Gone, Change::Set),
        });
        Ok(Document {
            kind,
            seq: row.get(0)?,
            owner: row.get(1)?,
            id: row.get(2)?,
            fields: body.fields,
            later: later.collect(),
        })
    }
}

/// How a document is kept: its fields, and its future as pairs of a moment and the fields that
/// change then, or nothing if it is gone then.
#[derive(Serialize, Deserialize)]
struct Body<Fields> {
    fields: Fields,
    later: Vec<(i64, Option<Fields>)>,
}
