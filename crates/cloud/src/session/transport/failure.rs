//! What an exchange without a whole answer was: which side failed, and whether the request may have
//! been processed.

use std::error::Error as _;

use super::Wire;
use crate::error::{Error, Kind, Processed};

/// Whether a request without an answer may have been processed.
pub(super) fn uncertain(wire: &Wire) -> Processed {
    if wire.repeatable { Processed::No } else { Processed::Maybe }
}

/// The error for a request that got no answer.
pub(super) fn unanswered(wire: &Wire, error: reqwest::Error) -> Error {
    let host = wire.url.host_str().unwrap_or_default();
    let place = match wire.url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_string(),
    };
    let causes = causes(&error);
    let sent = if error.is_connect() { Processed::No } else { uncertain(wire) };
    let error = error.without_url();
    let failure = if let Some(cause) = causes.iter().find(|cause| is_tls(cause)) {
        // Kind::Config is not retried: a certificate does not get better.
        Error::new(Kind::Config, format!("no secure connection to {place}: {cause}"))
            .with_hint("if the cloud has its own authority, set cacert to its PEM file")
    } else if error.is_connect() && error.is_timeout() {
        Error::new(Kind::Transport, format!("{place} does not answer to a connection"))
    } else if error.is_connect() {
        let cause = causes.last().map_or_else(|| error.to_string(), String::clone);
        Error::new(Kind::Transport, format!("cannot connect to {place}: {cause}"))
    } else if error.is_timeout() {
        Error::new(Kind::TimedOut, format!("{place} accepted the request and fell silent"))
    } else {
        let cause = causes.last().map_or_else(|| error.to_string(), String::clone);
        Error::new(Kind::Transport, format!("{place} closed the connection: {cause}"))
    };
    failure.with_processed(sent).with_source(error)
}

/// The error for an answer that broke off in the middle.
pub(super) fn broken_off(error: reqwest::Error) -> Error {
    let error = error.without_url();
    let kind = if error.is_timeout() { Kind::TimedOut } else { Kind::Transport };
    Error::new(kind, "the answer broke off in the middle").with_source(error)
}

fn causes(error: &reqwest::Error) -> Vec<String> {
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    causes
}

fn is_tls(cause: &str) -> bool {
    cause.contains("certificate") || cause.contains("Handshake") || cause.contains("TLS")
}
