//! Finding again what was created when Nova's answer is lost.

use std::time::Duration;

use serde::Deserialize;
use tokio::time::Instant;

use super::super::Instance;
use crate::cloud::Cloud;
use crate::error::{Error, Result};
use crate::page::Pages;
use crate::resource::Resource;
use crate::session::Request;
use crate::session::service::COMPUTE;

/// What Nova answers to a creation, as far as it matters.
#[derive(Deserialize)]
pub(super) struct Created {
    pub(super) id: String,
}

/// How long after a lost answer the instance is looked for: Nova may still be at work on it.
const LOOKS: [Duration; 4] =
    [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// The pauses before looks at what Nova may still be at work on.
pub(super) fn looks() -> impl Iterator<Item = Duration> {
    LOOKS.into_iter()
}

/// The instances that carry a mark.
pub(super) fn marked(mark: &str) -> Request {
    Request::get(&COMPUTE, Instance::LIST).query("tags", mark)
}

/// Looks for the instance whose creation was `lost`.
pub(super) async fn find_again(cloud: &Cloud, mark: &str, lost: Error) -> Result<Created> {
    for pause in LOOKS {
        if cloud.deadline().is_some_and(|deadline| Instant::now() + pause >= deadline) {
            break;
        }
        tokio::time::sleep(pause).await;
        // A look that fails is like one that finds nothing.
        let found = Pages::<Created>::new(cloud, marked(mark), Instance::MANY).first(1).await;
        if let Some(created) = found.ok().and_then(|mut found| found.pop()) {
            return Ok(created);
        }
    }
    Err(lost.with_better_hint(format!(
        "it is not known whether the instance was created; if it was, it has the tag `{mark}`"
    )))
}
