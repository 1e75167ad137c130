//! Faults on demand: the next N requests of a kind fail in a chosen way.
//!
//! A fault is a document of kind `fault`, so that one process can ask for it and another meet it.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::call::Refusal;
use crate::store::{Document, Store};
use crate::time::Moment;

const KIND: &str = "fault";

/// What goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// This status is answered, and nothing is done.
    Status {
        /// The status.
        status: u16,
        /// Headers of the answer, such as `Retry-After`.
        headers: Vec<(String, String)>,
        /// The body; `None` for one in the service's own shape.
        body: Option<String>,
    },
    /// The answer comes late.
    Delay(Duration),
    /// The answer breaks off after so many bytes of its body.
    Cut(usize),
    /// The answer's body comes compressed, and only so many bytes of that, as if they were all.
    Gzip(usize),
    /// The answer's body has another text in the place of one.
    Rewrite {
        /// What is replaced, wherever it stands.
        find: String,
        /// What stands there instead.
        replace: String,
    },
    /// The connection is reset before anything is done.
    ResetBefore,
    /// The request is processed, and then the connection is reset without an answer.
    ResetAfter,
    /// The token has expired: it is refused, and nobody can use it any more.
    ExpiredToken,
}

/// Which requests a fault is for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Victims {
    /// The HTTP method; `None` for any.
    pub method: Option<String>,
    /// What the path contains; empty for any.
    pub path: String,
    /// How many requests it is for.
    pub count: u32,
}

impl Fault {
    fn to_json(&self) -> Value {
        match self {
            Fault::Status { status, headers, body } => {
                json!({ "status": status, "headers": headers, "body": body })
            }
            Fault::Delay(delay) => {
                json!({ "delay_ms": u64::try_from(delay.as_millis()).unwrap_or(u64::MAX) })
            }
            Fault::Cut(bytes) => json!({ "cut": bytes }),
            Fault::Gzip(bytes) => json!({ "gzip": bytes }),
            Fault::Rewrite { find, replace } => json!({ "find": find, "replace": replace }),
            Fault::ResetBefore => json!({ "reset": "before" }),
            Fault::ResetAfter => json!({ "reset": "after" }),
            Fault::ExpiredToken => json!({ "expired": true }),
        }
    }

    fn from_json(value: &Value) -> Option<Self> {
        let value = value.as_object()?;
        let number = |name: &str| value.get(name).and_then(Value::as_u64);
        if let Some(status) = number("status") {
            return Some(Fault::Status {
                status: u16::try_from(status).ok()?,
                headers: serde_json::from_value(value.get("headers")?.clone()).ok()?,
                body: value.get("body")?.as_str().map(str::to_string),
            });
        }
        if let Some(delay) = number("delay_ms") {
            return Some(Fault::Delay(Duration::from_millis(delay)));
        }
        if let Some(bytes) = number("cut") {
            return Some(Fault::Cut(usize::try_from(bytes).ok()?));
        }
        if let Some(bytes) = number("gzip") {
            return Some(Fault::Gzip(usize::try_from(bytes).ok()?));
        }
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_string);
        if let (Some(find), Some(replace)) = (text("find"), text("replace")) {
            return Some(Fault::Rewrite { find, replace });
        }
        match value.get("reset").and_then(Value::as_str) {
            Some("before") => Some(Fault::ResetBefore),
            Some("after") => Some(Fault::ResetAfter),
            _ => value.contains_key("expired").then_some(Fault::ExpiredToken),
        }
    }
}

/// Lets the next requests fail.
pub(crate) fn plan(store: &Store, fault: &Fault, victims: &Victims) -> Result<(), Refusal> {
    let mut fields = Map::new();
    fields.insert("fault".into(), fault.to_json());
    fields.insert("method".into(), victims.method.clone().into());
    fields.insert("path".into(), victims.path.clone().into());
    fields.insert("left".into(), victims.count.into());
    let id = uuid::Uuid::new_v4().to_string();
    let document = Document::new(KIND, "", &id, fields);
    store.write(Moment::now(), |transaction| Ok(transaction.insert(&document)?))
}

/// The faults that have not happened yet, oldest first.
pub(crate) fn planned(store: &Store) -> Result<Vec<(Fault, Victims)>, Refusal> {
    let documents =
        store.read(Moment::now(), |look| Ok::<_, Refusal>(look.all(KIND, Some(""))?))?;
    let planned = documents.iter().rev().filter_map(|document| {
        let victims = Victims {
            method: document.get("method").as_str().map(str::to_string),
            path: document.text("path").to_string(),
            count: u32::try_from(document.get("left").as_u64()?).ok()?,
        };
        Some((Fault::from_json(document.get("fault"))?, victims))
    });
    Ok(planned.collect())
}

/// Forgets all faults that have not happened yet.
pub(crate) fn clear(store: &Store) -> Result<(), Refusal> {
    store.write(Moment::now(), |transaction| {
        for document in transaction.all(KIND, Some(""))? {
            transaction.remove(&document)?;
        }
        Ok(())
    })
}

/// The fault that is due for this request, if any; it counts as having happened.
pub(crate) fn due(store: &Store, method: &str, path: &str) -> Result<Option<Fault>, Refusal> {
    let now = Moment::now();
    let concerns = |document: &Document| {
        let wanted = document.get("method").as_str();
        wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && path.contains(document.text("path"))
    };
    // Most requests meet none: a look is cheaper than a transaction that may write.
    let planned: Vec<Document> =
        store.read(now, |transaction| Ok::<_, Refusal>(transaction.all(KIND, Some(""))?))?;
    if !planned.iter().any(concerns) {
        return Ok(None);
    }
    store.write(now, |transaction| {
        // The oldest first.
        let planned = transaction.all(KIND, Some(""))?;
        let Some(mut document) = planned.into_iter().rev().find(concerns) else { return Ok(None) };
        let left = document.get("left").as_u64().unwrap_or_default();
        if left > 1 {
            document.set("left", left - 1);
            transaction.update(&document)?;
        } else {
            transaction.remove(&document)?;
        }
        Ok(Fault::from_json(document.get("fault")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_planned_is_what_happens() {
        let headers = vec![("retry-after".to_string(), "1".to_string())];
        for fault in [
            Fault::Status { status: 429, headers, body: Some("<p>".into()) },
            Fault::Status { status: 503, headers: Vec::new(), body: None },
            Fault::Delay(Duration::from_millis(20)),
            Fault::Cut(7),
            Fault::Gzip(20),
            Fault::Rewrite { find: "a".into(), replace: String::new() },
            Fault::ResetBefore,
            Fault::ResetAfter,
            Fault::ExpiredToken,
        ] {
            assert_eq!(Fault::from_json(&fault.to_json()), Some(fault));
        }
    }
}
