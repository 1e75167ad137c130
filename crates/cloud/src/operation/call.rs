//! Calling operations: with what is optional set, within a time, or only if it was not done before.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tracing::Instrument;

use super::{Mode, Operation, Output, Strict};
use crate::cloud::Cloud;
use crate::error::{Kind, Result};

/// An operation about to be called: set what is optional, then `.await` it.
///
/// ```no_run
/// # async fn example(cloud: infomaniak_cloud::Cloud) -> infomaniak_cloud::Result<()> {
/// let web = cloud.compute()
///     .create_instance("web", "a1-ram2-disk20-perf1", "Debian 12 bookworm", "demo-net")
///     .key_name("ann")
///     .timeout(std::time::Duration::from_secs(300))
///     .await?;
/// # Ok(()) }
/// ```
#[must_use = "nothing happens until it is awaited"]
#[derive(Debug)]
pub struct Call<O, M = Strict> {
    pub(crate) operation: O,
    cloud: Cloud,
    mode: M,
    timeout: Option<Duration>,
    or_show: bool,
}

impl<O: Operation, M: Mode> Call<O, M> {
    pub(crate) fn new(operation: O, cloud: Cloud, mode: M) -> Self {
        Call { operation, cloud, mode, timeout: None, or_show: false }
    }

    /// Gives what is there already, if it is, instead of making a second one. Only creations and the
    /// like have this; for others it does not compile.
    ///
    /// It is found by its name in this project, or by what it is where it has no name, and waited for
    /// as a new one would be. It is no lock: two programs at the same time may both find nothing.
    pub fn or_show(mut self, or_show: bool) -> Self {
        const { assert!(O::OR_SHOW, "this operation cannot tell what is there already") };
        self.or_show = or_show;
        self
    }

    /// Gives up after this time, requests and waiting together.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
}

impl<O, M> Call<O, M> {
    /// The same call, of an operation made of this one.
    pub(crate) fn instead<P>(self, make: impl FnOnce(O) -> P) -> Call<P, M> {
        let Call { operation, cloud, mode, timeout, or_show } = self;
        Call { operation: make(operation), cloud, mode, timeout, or_show }
    }
}

impl<O: Operation, M: Mode> IntoFuture for Call<O, M> {
    type Output = M::Outcome<O::Output>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        async move {
            let cloud = match self.timeout {
                Some(timeout) => self.cloud.with_timeout(timeout),
                None => self.cloud,
            };
            let result = if self.or_show {
                cloud.run_or_show(&self.operation).await
            } else {
                cloud.run(&self.operation).await
            };
            self.mode.conclude(&self.operation, result)
        }
        .boxed()
    }
}

impl Cloud {
    /// Runs an operation given as a value.
    pub async fn run<O: Operation>(&self, operation: &O) -> Result<O::Output> {
        self.told(operation, operation.run(self)).await
    }

    /// Runs an operation unless what it would make [exists](Operation::existing): then that.
    pub async fn run_or_show<O: Operation>(&self, operation: &O) -> Result<O::Output> {
        let work = async {
            if let Some(found) = operation.existing(self).await? {
                return Ok(there_already(found));
            }
            match operation.run(self).await {
                // It came to be after the look, or is written in another way.
                Err(refused) if refused.kind() == Kind::Conflict => {
                    operation.existing(self).await?.map(there_already).ok_or(refused)
                }
                outcome => outcome,
            }
        };
        self.told(operation, Box::pin(work)).await
    }

    /// Does the work, and tells the log what it was and what came of it.
    async fn told<O: Operation>(
        &self,
        operation: &O,
        work: impl Future<Output = Result<O::Output>>,
    ) -> Result<O::Output> {
        let span = tracing::info_span!(
            target: "infomaniak_cloud::operation",
            "operation",
            service = O::SERVICE,
            method = O::METHOD,
            subject = operation.subject(),
            outcome = tracing::field::Empty
        );
        let result = work.instrument(span.clone()).await;
        let result = result.map_err(|error| error.with_operation(O::METHOD));
        span.record(
            "outcome",
            result.as_ref().map_or_else(|error| error.kind().name(), |_| "done"),
        );
        result
    }
}

/// Says that nothing was made.
fn there_already<T: Output>(found: T) -> T {
    let said = match found.identifier() {
        Some(id) => format!("{} {id} was there already", T::NOUN),
        // A list may be of some that were, and of others.
        None => "what was there already was not made again".into(),
    };
    tracing::warn!(target: "infomaniak_cloud::note", "{said}");
    found
}
