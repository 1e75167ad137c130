//! A case: a sentence, what it proves, and the code that does it.
//!
//! What a case says about operations is not taken on trust: the harness compares each [`Claim`]
//! with what was recorded while the case ran, and fails a case that claims what did not happen.

use std::fmt;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use infomaniak_cloud::Kind;

use crate::context::Context;
use crate::record;
use crate::target::Target;

/// What a case comes to.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// Why a case failed. Any error becomes one with `?`; checks are ordinary `assert!`s.
pub(crate) struct Failure(pub(crate) String);

impl<E: fmt::Debug> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure(format!("{error:?}"))
    }
}

/// Fails a case that got an answer where it wanted an error.
pub(crate) fn refused<T: fmt::Debug>(
    outcome: infomaniak_cloud::Result<T>,
) -> infomaniak_cloud::Error {
    match outcome {
        Ok(given) => panic!("it should have been refused, but gave {given:?}"),
        Err(error) => {
            record::error(&error);
            error
        }
    }
}

/// An operation and the outcome it had in a case: `done`, or the kind of its failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Claim {
    /// By its method, or `service.method` where several services have the method.
    pub(crate) operation: &'static str,
    pub(crate) outcome: &'static str,
}

impl Claim {
    /// The outcome of an operation that succeeded.
    pub(crate) const DONE: &'static str = "done";

    /// Whether it is about this operation.
    pub(crate) fn is_about(&self, service: &str, method: &str) -> bool {
        match self.operation.split_once('.') {
            Some(full) => full == (service, method),
            None => self.operation == method,
        }
    }
}

type Run = Box<dyn for<'a> Fn(&'a Context) -> LocalBoxFuture<'a, Outcome> + Send + Sync>;

/// Variables for a case that needs a process of its own.
pub(crate) type Variables = fn(&Target) -> Outcome<Vec<(&'static str, String)>>;

/// A behaviour to be seen on every cloud.
pub(crate) struct Case {
    /// What is so if the case succeeds, as a sentence.
    pub(crate) name: &'static str,
    pub(crate) claims: Vec<Claim>,
    /// Given if the case runs in a process of its own, with these environment variables.
    pub(crate) variables: Option<Variables>,
    pub(crate) run: Run,
}

impl Case {
    pub(crate) fn new<F>(name: &'static str, run: F) -> Self
    where
        F: AsyncFn(&Context) -> Outcome + Copy + Send + Sync + 'static,
    {
        let run: Run = Box::new(move |context| async move { run(context).await }.boxed_local());
        Case { name, claims: Vec::new(), variables: None, run }
    }

    /// The case sees these operations, by method, come to their good end.
    pub(crate) fn proves(self, operations: &[&'static str]) -> Self {
        self.claims(operations, Claim::DONE)
    }

    /// The case sees these operations, by method, fail in this way.
    pub(crate) fn refuses(self, kind: Kind, operations: &[&'static str]) -> Self {
        self.claims(operations, kind.name())
    }

    fn claims(mut self, operations: &[&'static str], outcome: &'static str) -> Self {
        self.claims.extend(operations.iter().map(|operation| Claim { operation, outcome }));
        self
    }

    /// The case reads the process environment, which has to be this.
    pub(crate) fn with_variables(mut self, variables: Variables) -> Self {
        self.variables = Some(variables);
        self
    }
}

/// Cases about one thing, under its name.
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) cases: Vec<Case>,
}
