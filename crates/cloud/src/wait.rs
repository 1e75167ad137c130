//! Waiting for the cloud to finish what it has accepted.
//!
//! A wait is a future that looks again and again, ever less often, until the thing is in the wanted
//! state, has failed, or the deadline has passed. Each look, and the end, is told to the log under
//! the target `infomaniak_cloud::wait`, from where a command line draws its progress. Dropping the future ends
//! the looking, not the work in the cloud.

pub(crate) mod lost;

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::cloud::Cloud;
use crate::error::{Error, Kind, Processed, Result};

/// How long to wait when the caller sets no limit.
pub const DEFAULT_PATIENCE: Duration = Duration::from_secs(600);

const FIRST_PAUSE: Duration = Duration::from_millis(400);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Looks that may fail in a row (a service being restarted) before the wait fails.
const MOST_FAILURES: u32 = 5;

/// What a look has shown.
#[derive(Debug)]
pub enum Look<T> {
    /// It is as wanted.
    Done(T),
    /// Not yet; its present status.
    Pending(String),
}

/// Looks until the thing is [done](Look::Done).
///
/// `subject` names it in messages (``instance `web` (id)``).
///
/// # Errors
/// What `look` reports as final; [`Kind::TimedOut`] when the cloud handle's deadline (or else
/// [`DEFAULT_PATIENCE`]) passes first. The work goes on in the cloud all the same.
pub async fn until<T, F, L>(cloud: &Cloud, subject: &str, look: F) -> Result<T>
where
    F: FnMut() -> L,
    L: Future<Output = Result<Look<T>>>,
{
    let outcome = look_until_done(cloud, subject, look).await;
    tracing::info!(target: "infomaniak_cloud::wait", subject, over = true);
    outcome
}

async fn look_until_done<T, F, L>(cloud: &Cloud, subject: &str, mut look: F) -> Result<T>
where
    F: FnMut() -> L,
    L: Future<Output = Result<Look<T>>>,
{
    let started = Instant::now();
    let deadline = cloud.deadline().unwrap_or(started + DEFAULT_PATIENCE);
    let mut pause = FIRST_PAUSE;
    let mut failures = 0;
    let mut status = String::from("in an unknown state");
    loop {
        let Ok(looked) = timeout_at(deadline, look()).await else {
            return Err(late(subject, &status, started));
        };
        match looked {
            Ok(Look::Done(done)) => return Ok(done),
            Ok(Look::Pending(now)) => {
                failures = 0;
                status = now;
                let elapsed_s = started.elapsed().as_secs_f64();
                tracing::info!(target: "infomaniak_cloud::wait", subject, status, elapsed_s);
            }
            Err(error) if passing(error.kind()) && failures < MOST_FAILURES => failures += 1,
            // The deadline may end a look instead of a pause.
            Err(error) if error.kind() == Kind::TimedOut && Instant::now() >= deadline => {
                return Err(late(subject, &status, started));
            }
            Err(error) => return Err(error.with_processed(Processed::Yes)),
        }
        if Instant::now() + pause >= deadline {
            tokio::time::sleep_until(deadline).await;
            return Err(late(subject, &status, started));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
    }
}

fn passing(kind: Kind) -> bool {
    matches!(kind, Kind::Transport | Kind::Unavailable | Kind::RateLimited)
}

fn late(subject: &str, status: &str, started: Instant) -> Error {
    let seconds = started.elapsed().as_secs_f64();
    Error::new(Kind::TimedOut, format!("{subject} is still {status} after {seconds:.0} s"))
        .with_processed(Processed::Yes)
        .with_hint("the work goes on in the cloud: look at it again later, or wait longer")
}
