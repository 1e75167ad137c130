//! The one error of this library.
//!
//! Whatever goes wrong, the caller gets an [`Error`] that says what happened, to what, why, and
//! what to do next. Callers match on its [`Kind`]; nobody has to parse text. It also says whether
//! the request [may have been processed](Processed), because that decides whether trying again can
//! do harm.

mod body;
mod hint;
mod kind;

use std::fmt;

use serde::Serialize;
use serde_json::Value;

pub(crate) use body::{Refusal, refusal};
pub use kind::{Kind, Processed};

/// What this library's functions return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, with all that is known about it.
///
/// `Display` is one line for a person, without the [hint](Error::hint). `Debug` shows every field;
/// neither contains a secret.
pub struct Error(Box<Fields>);

struct Fields {
    kind: Kind,
    message: String,
    service: Option<&'static str>,
    operation: Option<&'static str>,
    resource: Option<String>,
    status: Option<u16>,
    code: Option<String>,
    request_id: Option<String>,
    attempts: u32,
    processed: Processed,
    hint: Option<String>,
    done: Option<Value>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error of `kind` whose one-line `message` begins in lower case and has no final stop.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Error(Box::new(Fields {
            kind,
            message: message.into(),
            service: None,
            operation: None,
            resource: None,
            status: None,
            code: None,
            request_id: None,
            attempts: 0,
            processed: Processed::No,
            hint: None,
            done: None,
            source: None,
        }))
    }

    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What happened, without the operation and the request id that `Display` adds.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The service that answered, by its type: `compute`, `image`, `identity` ...
    #[must_use]
    pub fn service(&self) -> Option<&'static str> {
        self.0.service
    }

    /// The operation that failed, by its method name: `create_instance` ...
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// What the operation was about: a name or an id.
    #[must_use]
    pub fn resource(&self) -> Option<&str> {
        self.0.resource.as_deref()
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The service's own name for the failure: `itemNotFound`, `OverQuota`, `NoSuchBucket` ...
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The id under which the provider's support finds the request in its logs.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How many times the request was sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether the cloud may have acted on the request.
    #[must_use]
    pub fn processed(&self) -> Processed {
        self.0.processed
    }

    /// What was done all the same, as JSON records: of several things, those that were made.
    #[must_use]
    pub fn done(&self) -> Option<&Value> {
        self.0.done.as_ref()
    }

    /// What to do next, as a sentence for a person.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref().or_else(|| self.usual_hint())
    }

    pub(crate) fn with_service(mut self, service: &'static str) -> Self {
        self.0.service.get_or_insert(service);
        self
    }

    pub(crate) fn with_operation(mut self, operation: &'static str) -> Self {
        self.0.operation.get_or_insert(operation);
        self
    }

    pub(crate) fn with_resource(mut self, resource: impl Into<String>) -> Self {
        self.0.resource.get_or_insert_with(|| resource.into());
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_refusal(mut self, status: u16, refusal: &Refusal) -> Self {
        self.0.code.clone_from(&refusal.code);
        self.with_status(status)
    }

    pub(crate) fn with_request_id(mut self, request_id: Option<String>) -> Self {
        self.0.request_id = request_id;
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn with_processed(mut self, processed: Processed) -> Self {
        self.0.processed = processed;
        self
    }

    /// Adds what to do next, unless something closer to the cause has said it already.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint.get_or_insert_with(|| hint.into());
        self
    }

    /// Adds what was done all the same.
    pub(crate) fn with_done(mut self, records: &impl Serialize) -> Self {
        self.0.done = serde_json::to_value(records).ok();
        self
    }

    /// Replaces what to do next: what is known now matters more.
    pub(crate) fn with_better_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }
}

/// `start_instance web: No instance ... (compute, 404, req-...)`
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fields { message, service, operation, status, request_id, attempts, .. } = &*self.0;
        if let Some(operation) = operation {
            write!(f, "{}: ", operation.replace('_', " "))?;
        }
        f.write_str(message)?;
        let mut context = Vec::new();
        if let (Some(service), Some(status)) = (service, status) {
            context.push(format!("{service} {status}"));
        } else if let Some(service) = service {
            context.push((*service).to_string());
        }
        if *attempts > 1 {
            context.push(format!("{attempts} attempts"));
        }
        if let Some(request_id) = request_id {
            context.push(request_id.clone());
        }
        if context.is_empty() { Ok(()) } else { write!(f, " ({})", context.join(", ")) }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let e = &*self.0;
        f.debug_struct("Error")
            .field("kind", &e.kind)
            .field("message", &e.message)
            .field("service", &e.service)
            .field("operation", &e.operation)
            .field("resource", &e.resource)
            .field("status", &e.status)
            .field("code", &e.code)
            .field("request_id", &e.request_id)
            .field("attempts", &e.attempts)
            .field("processed", &e.processed)
            .field("hint", &e.hint)
            .field("source", &e.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_names_operation_service_status_and_request_id() {
        let error = Error::new(Kind::NotFound, "no instance is called `web`")
            .with_operation("start_instance")
            .with_service("compute")
            .with_refusal(404, &Refusal::default())
            .with_request_id(Some("req-1".into()))
            .with_attempts(1);
        assert_eq!(
            error.to_string(),
            "start instance: no instance is called `web` (compute 404, req-1)"
        );
    }

    #[test]
    fn the_hint_closest_to_the_cause_stays() {
        let error = Error::new(Kind::Config, "x").with_hint("first").with_hint("second");
        assert_eq!(error.hint(), Some("first"));
        assert_eq!(error.with_better_hint("third").hint(), Some("third"));
    }

    #[test]
    fn it_is_one_pointer_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
