//! Looking for what may have happened though its answer was lost.

use std::time::Duration;

use tokio::time::Instant;

use crate::cloud::Cloud;
use crate::error::Result;

/// The pauses before the looks: the service may still be at work on it.
pub(crate) const LOOKS: [Duration; 4] =
    [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// What one look brings.
pub(crate) enum Search<T> {
    /// This is it.
    Found(T),
    /// It is not there, which may change.
    Absent,
    /// It cannot be told, and further looks would not help.
    Unclear,
}

impl<T> From<Option<T>> for Search<T> {
    fn from(found: Option<T>) -> Self {
        found.map_or(Search::Absent, Search::Found)
    }
}

/// Looks until it is found, several times within a few seconds, and not beyond the deadline. A look
/// that fails is like one that finds nothing.
pub(crate) async fn look_again<T, F>(cloud: &Cloud, look: impl Fn() -> F) -> Option<T>
where
    F: Future<Output = Result<Search<T>>>,
{
    for pause in LOOKS {
        if cloud.deadline().is_some_and(|deadline| Instant::now() + pause >= deadline) {
            break;
        }
        tokio::time::sleep(pause).await;
        match look().await {
            Ok(Search::Found(found)) => return Some(found),
            Ok(Search::Absent) | Err(_) => {}
            Ok(Search::Unclear) => break,
        }
    }
    None
}
