//! One request on its way through the cloud, and what comes of it.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::service::Service;
use crate::store::{Document, Store, Transaction};
use crate::time::Moment;

/// A microversion: major and minor.
pub(crate) type Version = (u16, u16);

/// Who asks: what the token says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Who {
    pub(crate) user: String,
    pub(crate) user_name: String,
    pub(crate) project: String,
    pub(crate) project_name: String,
    pub(crate) roles: Vec<String>,
    /// Whether the login was with an application credential that may not make others.
    pub(crate) restricted: bool,
}

impl Who {
    pub(crate) fn is_admin(&self) -> bool {
        self.roles.iter().any(|role| role == "admin")
    }
}

/// A request, authenticated and inside its transaction.
pub(crate) struct Call<'c> {
    pub(crate) service: &'static Service,
    pub(crate) store: Arc<Store>,
    pub(crate) transaction: &'c Transaction<'c>,
    pub(crate) now: Moment,
    pub(crate) who: Who,
    /// The microversion asked for; the lowest if none is.
    pub(crate) version: Version,
    /// `http://127.0.0.1:8700`: as the client calls this cloud.
    pub(crate) origin: String,
    pub(crate) path: String,
    /// The variable segments of the path.
    pub(crate) segments: HashMap<String, String>,
    /// The query's pairs, in their order.
    pub(crate) query: Vec<(String, String)>,
    /// The body; null without one.
    pub(crate) body: Value,
    pub(crate) headers: axum::http::HeaderMap,
    /// `req-...`: under which the answer will be sent.
    pub(crate) request_id: String,
}

impl Call<'_> {
    /// A variable segment of the path.
    pub(crate) fn segment(&self, name: &str) -> &str {
        self.segments.get(name).map_or("", String::as_str)
    }

    /// The last value of a query parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The address of a path of this service.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin, self.service.path)
    }

    /// A new document of the caller's project.
    pub(crate) fn document(&self, kind: &'static str, fields: Value) -> Document {
        Document::of(kind, &self.who.project, &crate::seed::new_id(), fields)
    }
}

/// A success.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// `Null`: no body.
    pub(crate) body: Value,
    /// The body, where it has been written already: that of a list.
    pub(crate) written: Option<Vec<u8>>,
}

impl Reply {
    pub(crate) fn new(status: u16, body: Value) -> Self {
        Reply { status, headers: Vec::new(), body, written: None }
    }

    /// A list, as JSON.
    pub(crate) fn written(list: Vec<u8>) -> Self {
        Reply { written: Some(list), ..Reply::empty(200) }
    }

    pub(crate) fn ok(body: Value) -> Self {
        Reply::new(200, body)
    }

    /// `{key: value}`
    pub(crate) fn wrapped(status: u16, key: &str, value: Value) -> Self {
        let body = if key.is_empty() { value } else { json!({ key: value }) };
        Reply::new(status, body)
    }

    pub(crate) fn empty(status: u16) -> Self {
        Reply::new(status, Value::Null)
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// A refusal. Each service writes it in its own shape.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) message: String,
    /// The service's name for the failure, where it has one of its own: `NetworkNotFound`.
    pub(crate) name: Option<&'static str>,
    /// What a page says below the message, where it says more.
    pub(crate) detail: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// A member of Keystone's error that only this one has.
    pub(crate) extra: Option<Box<(&'static str, Value)>>,
}

impl Refusal {
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        Refusal {
            status,
            message: message.into(),
            name: None,
            detail: String::new(),
            headers: Vec::new(),
            extra: None,
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Refusal::new(400, message)
    }

    /// No token, or one that is not valid: every service answers in the words of Keystone.
    pub(crate) fn unauthorized() -> Self {
        Refusal::new(401, "The request you have made requires authentication.")
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Refusal::new(403, message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Refusal::new(404, message)
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Refusal::new(409, message)
    }

    pub(crate) fn named(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    pub(crate) fn extra(mut self, name: &'static str, value: Value) -> Self {
        self.extra = Some(Box::new((name, value)));
        self
    }
}

/// The store failed: the disk is full, the file is damaged. Or it was not to be had: then nothing was
/// done, and it is worth another try.
impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) {
            return Refusal::new(503, "The local cloud is busy: another process is changing it.");
        }
        Refusal::new(500, format!("The local cloud's store failed: {error}"))
    }
}
