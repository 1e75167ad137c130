//! What callers decide by: the kind of a failure, and whether something may have been done.

use std::fmt;

/// What kind of failure an [`Error`](super::Error) is, independent of the service that reported it.
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

/// Whether the cloud may have acted on a request that ended in an [`Error`](super::Error).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Processed {
    /// Certainly not: it was never sent, or refused as a whole. Trying again is safe.
    No,
    /// Unknown: the answer was lost. Look before trying again.
    Maybe,
    /// Yes: the cloud did it, or began to.
    Yes,
}
