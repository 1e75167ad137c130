//! What the log is told of an exchange.

use std::time::Duration;

use reqwest::header::HeaderMap;

use super::super::redact;
use super::{Answer, Wire};
use crate::error::Result;

/// One line per exchange at level debug, and what was said at level trace; both without secrets.
pub(super) fn report(wire: &Wire, attempt: u32, elapsed: Duration, outcome: &Result<Answer>) {
    let (service, method) = (wire.service.kind, wire.method.as_str());
    let url = redact::url(&wire.url);
    let elapsed_ms = elapsed.as_secs_f64() * 1000.0;
    match outcome {
        Ok(answer) => tracing::debug!(
            target: "infomaniak_cloud::http",
            service, method, url, attempt, elapsed_ms,
            status = answer.status.as_u16(),
            bytes_sent = wire.body.len(),
            bytes_received = answer.body.len(),
            request_id = answer.request_id(),
        ),
        Err(error) => tracing::debug!(
            target: "infomaniak_cloud::http",
            service, method, url, attempt, elapsed_ms,
            error = error.message(),
        ),
    }
    if tracing::enabled!(target: "infomaniak_cloud::wire", tracing::Level::TRACE) {
        let (headers, body) = match outcome {
            Ok(answer) => {
                (shown(&answer.headers), answer.sent.hide_in(&redact::body(&answer.body)))
            }
            Err(_) => (String::new(), String::new()),
        };
        tracing::trace!(
            target: "infomaniak_cloud::wire",
            request_headers = shown(&wire.headers),
            request_body = redact::body(&wire.body),
            response_headers = headers,
            response_body = body,
        );
    }
}

fn shown(headers: &HeaderMap) -> String {
    let lines = headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        format!("{name}: {}", redact::header(name.as_str(), &value))
    });
    lines.collect::<Vec<_>>().join("\n")
}
