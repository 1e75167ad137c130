//! Moments, and how services write them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// Milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub(crate) i64);

impl Moment {
    pub(crate) fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    pub(crate) fn after(self, duration: Duration) -> Self {
        Moment(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// Reads what a client wrote; a time without a zone is UTC, a day alone its beginning.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let with_zone = text.parse::<Timestamp>().ok();
        let timestamp = with_zone
            .or_else(|| format!("{text}Z").parse().ok())
            .or_else(|| format!("{text}T00:00Z").parse().ok())?;
        Some(Moment(timestamp.as_millisecond()))
    }

    /// `2026-11-21T03:55:55Z`
    pub(crate) fn seconds(self) -> String {
        self.write("%Y-%m-%dT%H:%M:%SZ")
    }

    /// `2026-11-21T03:55:55.000000Z`
    pub(crate) fn micros(self) -> String {
        self.write("%Y-%m-%dT%H:%M:%S.000000Z")
    }

    /// `2026-11-21T03:55:55.000000`: a zone is not said.
    pub(crate) fn micros_without_zone(self) -> String {
        self.write("%Y-%m-%dT%H:%M:%S.000000")
    }

    fn write(self, format: &str) -> String {
        Timestamp::from_millisecond(self.0).unwrap_or_default().strftime(format).to_string()
    }
}
