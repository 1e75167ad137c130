//! The one error of this library.
//!
//! Whatever goes wrong, the caller gets an [`Error`] that says what happened, to what, why, and
//! what to do next. Callers match on its [`Kind`]; nobody has to parse text. It also says whether
//! the request [may have been processed](Processed), because that decides whether trying again can
//! do harm.

mod body;

use std::fmt;

use serde::Serialize;
use serde_json::Value;

pub(crate) use body::{Refusal, refusal};

/// What this library's functions return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure an [`Error`] is, independent of the service that reported it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The named thing does not exist, or not for this project.
    NotFound,
    /// A name fits more than one thing.
    Ambiguous,
    /// The thing's present state forbids it: it exists already, is in use, or is busy.
    Conflict,
    /// These credentials are valid but may not do this.
    Denied,
    /// The credentials were not accepted.
    Unauthenticated,
    /// The request itself is wrong: an argument is missing, unknown or out of range.
    Invalid,
    /// The project's quota is used up.
    Quota,
    /// Too many requests in a short time.
    RateLimited,
    /// The service is down, overloaded, or being restarted.
    Unavailable,
    /// A deadline passed, or the service stopped answering.
    TimedOut,
    /// This cloud does not offer it, or only in a newer version.
    Unsupported,
    /// The cloud accepted the work and then failed at it, or failed inside.
    Failed,
    /// The configuration is missing, contradictory or unreadable.
    Config,
    /// No answer could be had: name resolution, connection, TLS, or a connection cut in the middle.
    Transport,
    /// The answer could not be understood.
    Decode,
}

impl Kind {
    /// A short lower-case name, for logs and machine-readable output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::NotFound => "not found",
            Kind::Ambiguous => "ambiguous",
            Kind::Conflict => "conflict",
            Kind::Denied => "denied",
            Kind::Unauthenticated => "unauthenticated",
            Kind::Invalid => "invalid",
            Kind::Quota => "quota",
            Kind::RateLimited => "rate limited",
            Kind::Unavailable => "unavailable",
            Kind::TimedOut => "timed out",
            Kind::Unsupported => "unsupported",
            Kind::Failed => "failed",
            Kind::Config => "configuration",
            Kind::Transport => "transport",
            Kind::Decode => "decode",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether the cloud may have acted on a request that ended in an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Processed {
    /// Certainly not: it was never sent, or refused as a whole. Trying again is safe.
    No,
    /// Unknown: the answer was lost. Look before trying again.
    Maybe,
    /// Yes: the cloud did it, or began to.
    Yes,
}

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

    /// What helps with most failures of this kind, where nothing closer to the cause says more.
    fn usual_hint(&self) -> Option<&'static str> {
        let Fields { kind, processed, status, request_id, service, .. } = &*self.0;
        Some(match (kind, processed) {
            (Kind::Transport | Kind::Unavailable | Kind::TimedOut, Processed::Maybe) => {
                "it may have been done all the same: look before trying again"
            }
            (Kind::Transport | Kind::Unavailable | Kind::TimedOut, Processed::Yes) => {
                "the work goes on in the cloud: look at it again later"
            }
            (Kind::Transport, _) => "the service may be down, or this machine cannot reach it",
            (Kind::Unavailable | Kind::TimedOut, _) => {
                "the service is slow or in trouble; allow more time, or try again later"
            }
            (Kind::Denied, _) => {
                "the roles in this project, or the application credential, do not allow it"
            }
            (Kind::Quota, _) => match *service {
                Some("network") => {
                    "`ik network quota list` tells what is in use; delete what is not needed, or \
                     ask for a higher quota"
                }
                Some("block-storage") => {
                    "`ik volume quota list` tells what is in use; delete what is not needed, or \
                     ask for a higher quota"
                }
                _ => "delete what is not needed, or ask for a higher quota",
            },
            (Kind::RateLimited, _) => "wait, or send fewer requests at once",
            (Kind::Unauthenticated, _) => {
                "the cloud took the login and then refused its token; log in again"
            }
            // Where a service's words are all that is known.
            (Kind::NotFound, _) if status.is_some() => {
                "names are case-sensitive, and other projects and regions have their own"
            }
            (Kind::Conflict, _) if status.is_some() => {
                "look at it first: it may be there already, in use, or busy for a moment"
            }
            (Kind::Failed, _) if request_id.is_some() => {
                "the service failed inside; its operator finds the request by its id"
            }
            _ => return None,
        })
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
    fn the_usual_hint_knows_whether_it_may_have_been_done() {
        let hint = |processed| {
            let error = Error::new(Kind::Transport, "x").with_processed(processed);
            error.hint().unwrap().to_string()
        };
        assert!(hint(Processed::No).contains("cannot reach"));
        assert!(hint(Processed::Maybe).contains("look before"));
        assert!(hint(Processed::Yes).contains("goes on"));
        // What the library says by itself it has to explain by itself.
        assert_eq!(Error::new(Kind::NotFound, "x").hint(), None);
    }

    #[test]
    fn it_is_one_pointer_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
