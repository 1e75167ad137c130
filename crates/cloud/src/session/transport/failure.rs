//! What an exchange without a whole answer was: which side failed, and whether the request may have
//! been processed.

use std::error::Error as _;

use super::Wire;
use crate::error::{Error, Kind, Processed};

/// Whether a request without an answer may have been processed.
pub(super) fn uncertain(wire: &Wire) -> Processed {
    if wire.repeatable { Processed::No } else { Processed::Maybe }
}

/// The error for a request that got no answer. `proxy` is where it was led through.
pub(super) fn unanswered(wire: &Wire, error: reqwest::Error, proxy: Option<String>) -> Error {
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
            .with_hint(about_certificate(cause))
    } else if let (true, Some(proxy)) = (error.is_connect(), proxy) {
        let cause = causes.last().map_or_else(|| error.to_string(), String::clone);
        let message = format!("cannot connect to {place} through the proxy {proxy}: {cause}");
        Error::new(Kind::Transport, message).with_hint(format!(
            "is the proxy in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY right? With NO_PROXY={host} none is \
             asked"
        ))
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

/// What helps when a certificate is not accepted.
fn about_certificate(cause: &str) -> &'static str {
    let says = |words: &[&str]| words.iter().any(|word| cause.contains(word));
    if says(&["expired", "not valid yet"]) {
        "is this machine's clock right? If it is, the cloud has to renew its certificate"
    } else if says(&["not valid for name", "NotValidForName"]) {
        "is the address right? The certificate was made for another name"
    } else if says(&["CaUsedAsEndEntity"]) {
        "it is an authority's own certificate: the cloud needs one for its name, made by that authority"
    } else {
        "if the cloud has its own authority, or made its certificate itself: set cacert (in openrc: \
         OS_CACERT) to the PEM file with it"
    }
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
