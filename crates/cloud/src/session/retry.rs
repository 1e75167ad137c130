//! When a request may be sent again, and after how long.
//!
//! The rule above all: a request that the cloud may have acted on is not repeated, unless repeating
//! it changes nothing. Beyond that, retries are bounded in number, spread in time, and paid for
//! from a budget of the whole session, so that a cloud in trouble is not flooded by its clients.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use jiff::fmt::rfc2822;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// How often one request is sent at most.
pub(super) const MOST_ATTEMPTS: u32 = 4;
/// A server that asks to stay away for longer is reported instead of waited for.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(60);

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_BACKOFF: Duration = Duration::from_secs(5);

/// Whether an answer of this status invites another try.
///
/// `repeatable`: sending the request twice has the effect of sending it once. `Retry-After` with a
/// 503 is the server's word that it did nothing yet.
pub(super) fn worth_repeating(status: StatusCode, headers: &HeaderMap, repeatable: bool) -> bool {
    match status.as_u16() {
        429 => true,
        503 => repeatable || headers.contains_key(RETRY_AFTER),
        408 | 500 | 502 | 504 => repeatable,
        _ => false,
    }
}

/// How long to wait before sending for the `attempt + 1`st time.
pub(super) fn pause(attempt: u32, headers: Option<&HeaderMap>) -> Duration {
    if let Some(asked) = headers.and_then(retry_after) {
        return asked;
    }
    let backoff = FIRST_PAUSE * 2_u32.saturating_pow(attempt.saturating_sub(1));
    // Half fixed, half by chance: clients that failed together must not return together.
    backoff.min(LONGEST_BACKOFF).mul_f64(0.5 + fastrand::f64() / 2.0)
}

/// `Retry-After`, in seconds or as a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = SystemTime::from(rfc2822::parse(text).ok()?.timestamp());
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

/// What a session may still spend on retries.
#[derive(Debug)]
pub(super) struct Budget(AtomicU32);

impl Budget {
    /// At five a retry, a hundred retries in a row; earned back one by one by successes.
    const FULL: u32 = 500;
    const PRICE: u32 = 5;

    pub(super) fn new() -> Self {
        Budget(AtomicU32::new(Self::FULL))
    }

    /// Pays for a retry; `false` when nothing is left.
    pub(super) fn spend(&self) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(Self::PRICE)
            })
            .is_ok()
    }

    pub(super) fn earn(&self) {
        let earned = |left: u32| (left < Self::FULL).then_some(left + 1);
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, earned);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(retry_after: &str) -> HeaderMap {
        HeaderMap::from_iter([(RETRY_AFTER, retry_after.parse().unwrap())])
    }

    #[test]
    fn retry_after_in_seconds_and_as_a_date() {
        assert_eq!(retry_after(&headers("7")), Some(Duration::from_secs(7)));
        let date = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(30);
        let text = date.to_zoned(jiff::tz::TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT");
        let asked = retry_after(&headers(&text.to_string())).unwrap();
        assert!(asked > Duration::from_secs(25) && asked <= Duration::from_secs(30), "{asked:?}");
        assert_eq!(retry_after(&headers("Sat, 01 Jan 2000 00:00:00 GMT")), Some(Duration::ZERO));
        assert_eq!(retry_after(&headers("soon")), None);
    }

    #[test]
    fn only_what_was_surely_not_processed_is_repeated() {
        let none = HeaderMap::new();
        for status in [408, 429, 500, 502, 503, 504] {
            let status = StatusCode::from_u16(status).unwrap();
            assert!(worth_repeating(status, &none, true), "{status}");
            assert_eq!(worth_repeating(status, &none, false), status == 429, "{status}");
        }
        assert!(worth_repeating(StatusCode::SERVICE_UNAVAILABLE, &headers("1"), false));
        // Cinder's quota error comes with `Retry-After: 0`.
        assert!(!worth_repeating(StatusCode::PAYLOAD_TOO_LARGE, &headers("0"), true));
    }

    #[test]
    fn pauses_grow_and_stay_below_the_limit() {
        for attempt in 1..40 {
            assert!(pause(attempt, None) <= LONGEST_BACKOFF);
        }
        assert!(pause(4, None) > pause(1, None));
    }

    #[test]
    fn the_budget_runs_out_and_is_earned_back() {
        let budget = Budget::new();
        assert_eq!((0..1000).filter(|_| budget.spend()).count(), 100);
        (0..5).for_each(|_| budget.earn());
        assert!(budget.spend() && !budget.spend());
    }
}
