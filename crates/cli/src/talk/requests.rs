//! The requests, as `--debug` and `--timing` show them.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Map, Value};

/// One exchange with a service: an event of the target `infomaniak_cloud::http`.
pub(super) struct Exchange(Map<String, Value>);

impl Exchange {
    pub(super) fn new(event: Map<String, Value>) -> Self {
        Exchange(event)
    }

    fn text(&self, field: &str) -> &str {
        self.0.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    fn number(&self, field: &str) -> f64 {
        self.0.get(field).and_then(Value::as_f64).unwrap_or_default()
    }

    /// The status, or `-` for a request without an answer.
    fn status(&self) -> String {
        self.0.get("status").map_or_else(|| "-".to_string(), ToString::to_string)
    }

    /// One line: request, answer, size, time, request id.
    pub(super) fn line(&self) -> String {
        let (method, url, ms) = (self.text("method"), self.text("url"), self.number("elapsed_ms"));
        let mut line = format!("{method} {url}");
        if self.number("attempt") > 1.0 {
            let _ = write!(line, " (attempt {})", self.number("attempt"));
        }
        let _ = if self.0.contains_key("error") {
            write!(line, ": {} ({ms:.0} ms)", self.text("error"))
        } else {
            let bytes = self.number("bytes_received");
            write!(line, ": {} ({ms:.0} ms, {bytes} bytes)", self.status())
        };
        if !self.text("request_id").is_empty() {
            let _ = write!(line, " {}", self.text("request_id"));
        }
        line
    }
}

/// The requests of a run with their times, and how long the run took.
pub(super) fn table(exchanges: &[Exchange], total: Duration) -> String {
    let mut table = format!("{:>8}  {:>6}  request", "ms", "status");
    for exchange in exchanges {
        let (ms, status) = (exchange.number("elapsed_ms"), exchange.status());
        let (method, url) = (exchange.text("method"), exchange.text("url"));
        let _ = write!(table, "\n{ms:>8.1}  {status:>6}  {method} {url}");
    }
    let count = exchanges.len();
    let requests = if count == 1 { "request" } else { "requests" };
    let _ = write!(table, "\n{:>8.1}  in all, {count} {requests}", total.as_secs_f64() * 1000.0);
    table
}

/// What was sent and received: an event of the target `infomaniak_cloud::wire`, indented.
pub(super) fn contents(event: &Map<String, Value>) -> String {
    let parts = [
        ("> ", "request_headers"),
        ("> ", "request_body"),
        ("< ", "response_headers"),
        ("< ", "response_body"),
    ];
    let lines = parts.iter().flat_map(|(mark, part)| {
        let text = event.get(*part).and_then(Value::as_str).unwrap_or_default();
        text.lines().map(move |line| format!("  {mark}{line}"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn exchange(event: &Value) -> Exchange {
        Exchange::new(event.as_object().unwrap().clone())
    }

    #[test]
    fn a_line_tells_what_was_answered() {
        let answered = exchange(&json!({
            "method": "GET", "url": "http://c/v2", "status": 200, "elapsed_ms": 12.4,
            "bytes_received": 345, "attempt": 1, "request_id": "req-1",
        }));
        assert_eq!(answered.line(), "GET http://c/v2: 200 (12 ms, 345 bytes) req-1");
        let failed = exchange(&json!({
            "method": "GET", "url": "http://c/v2", "elapsed_ms": 1.0, "attempt": 2,
            "error": "cannot connect",
        }));
        assert_eq!(failed.line(), "GET http://c/v2 (attempt 2): cannot connect (1 ms)");
    }

    #[test]
    fn the_table_counts() {
        let one = [exchange(&json!({"method": "GET", "url": "u", "elapsed_ms": 2.0}))];
        let table = table(&one, Duration::from_millis(3));
        assert_eq!(
            table,
            "      ms  status  request\n     2.0       -  GET u\n     3.0  in all, 1 request"
        );
    }
}
