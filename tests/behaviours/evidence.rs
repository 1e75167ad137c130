//! What really happened while a case ran: which operations ran to which outcome, which requests
//! were sent, what was logged. Read from the library's own tracing, as a program using it would.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use infomaniak_cloud::operation::Description;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

/// One run of an operation.
#[derive(Debug, Clone)]
pub(crate) struct Ran {
    span: Option<u64>,
    pub(crate) service: String,
    pub(crate) method: String,
    /// `None` while it is running, or when it was abandoned.
    pub(crate) outcome: Option<String>,
}

/// One HTTP request, sent once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exchange {
    pub(crate) method: String,
    pub(crate) service: String,
    /// Path and query.
    pub(crate) path: String,
    /// `None` if no answer came.
    pub(crate) status: Option<u64>,
}

/// `GET compute /v2.1/servers/detail`
impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.method, self.service, self.path)
    }
}

/// One line of the log, of any other target.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) target: &'static str,
    pub(crate) level: tracing::Level,
    pub(crate) message: String,
    fields: Vec<(&'static str, String)>,
}

impl Line {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value.as_str())
    }
}

/// Everything recorded so far, in order.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) ran: Vec<Ran>,
    pub(crate) exchanges: Vec<Exchange>,
    pub(crate) lines: Vec<Line>,
}

/// Records what happens on the thread where it is the subscriber.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<Evidence>>);

impl Recorder {
    pub(crate) fn evidence(&self) -> MutexGuard<'_, Evidence> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes an operation that another process ran, from that process' exit.
    pub(crate) fn note(&self, operation: &Description, outcome: &str) {
        self.evidence().ran.push(Ran {
            span: None,
            service: operation.service.into(),
            method: operation.method.into(),
            outcome: Some(outcome.into()),
        });
    }

    /// From now on.
    pub(crate) fn watch(&self) -> Watch {
        let evidence = self.evidence();
        Watch {
            recorder: self.clone(),
            exchanges: evidence.exchanges.len(),
            lines: evidence.lines.len(),
        }
    }
}

/// The evidence from a moment on.
#[derive(Debug)]
pub(crate) struct Watch {
    recorder: Recorder,
    exchanges: usize,
    lines: usize,
}

impl Watch {
    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        self.recorder.evidence().exchanges[self.exchanges..].to_vec()
    }

    /// The requests as `METHOD service /path?query`.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.exchanges().iter().map(ToString::to_string).collect()
    }

    /// What was logged under `target`.
    pub(crate) fn lines(&self, target: &str) -> Vec<Line> {
        let evidence = self.recorder.evidence();
        evidence.lines[self.lines..].iter().filter(|line| line.target == target).cloned().collect()
    }
}

const OPERATION: &str = "infomaniak_cloud::operation";
const HTTP: &str = "infomaniak_cloud::http";

impl<S: Subscriber> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        if attributes.metadata().target() == OPERATION {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            self.evidence().ran.push(Ran {
                span: Some(id.into_u64()),
                service: fields.text("service"),
                method: fields.text("method"),
                outcome: None,
            });
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        let mut evidence = self.evidence();
        // Span ids are used again: the latest of this id is meant.
        let ran = evidence.ran.iter_mut().rev().find(|ran| ran.span == Some(id.into_u64()));
        if let (Some(ran), Some(outcome)) = (ran, fields.get("outcome")) {
            ran.outcome = Some(outcome);
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let target = event.metadata().target();
        if !target.starts_with("infomaniak_cloud") {
            return;
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut evidence = self.evidence();
        if target == HTTP {
            evidence.exchanges.push(Exchange {
                method: fields.text("method"),
                service: fields.text("service"),
                path: path(&fields.text("url")),
                status: fields.get("status").and_then(|status| status.parse().ok()),
            });
        } else {
            evidence.lines.push(Line {
                target,
                level: *event.metadata().level(),
                message: fields.text("message"),
                fields: fields.0,
            });
        }
    }
}

/// An address from the service's version on: `/v2.1/servers`, wherever the cloud has its services.
fn path(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').map_or("", |start| &rest[start..]);
    let is_version =
        |(start, _): &(usize, &str)| path[start + 2..].starts_with(|c: char| c.is_ascii_digit());
    let version = path.match_indices("/v").find(is_version);
    version.map_or(path, |(start, _)| &path[start..]).to_string()
}

/// The fields of a span or event, as text.
#[derive(Default)]
struct Fields(Vec<(&'static str, String)>);

impl Fields {
    fn get(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(field, _)| *field == name).map(|(_, value)| value.clone())
    }

    fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default()
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.into()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.push((field.name(), format!("{value:?}")));
    }
}
