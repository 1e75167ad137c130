//! Operations: described once, used by every surface.
//!
//! The `operation!` macro turns one description into the argument struct, the typed method with its
//! optional settings, the contract client's method, and the entry of the [`Description`] table that
//! command line, Python package and documentation are read off. What the operation does is ordinary
//! code: `impl Operation for ... { async fn run }`. See CONTRIBUTING.md for a complete example.

mod about;
mod argument;
pub(crate) mod body;
mod call;
mod macros;
mod output;
pub(crate) mod tree;

use std::fmt;
use std::marker::PhantomData;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use schemars::Schema;
use serde_json::{Map, Value};

pub use about::{examples, prose};
pub use argument::{Argument, List, Setting, Text, schema_of};
pub use call::Call;
pub use output::{Output, Shape};

pub(crate) use argument::{Given, plain_settings};
pub(crate) use macros::{operation, operations, service};

use crate::cloud::Cloud;
use crate::error::Result;

/// What an operation does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Looks only.
    Reads,
    /// Creates or changes something.
    Changes,
    /// Interrupts a service that is running.
    Interrupts,
    /// Removes something.
    Destroys,
    /// Cannot be undone or recovered from by any means.
    Irreversible,
}

impl Effect {
    /// The risk class: `read`, `write`, `delete` or `admin`.
    #[must_use]
    pub fn risk(self) -> &'static str {
        match self {
            Effect::Reads => "read",
            Effect::Changes => "write",
            Effect::Destroys => "delete",
            Effect::Interrupts | Effect::Irreversible => "admin",
        }
    }

    /// Whether a person should be asked first.
    #[must_use]
    pub fn wants_confirmation(self) -> bool {
        matches!(self, Effect::Destroys | Effect::Irreversible)
    }
}

/// How the absence of what a reading operation asks for is reported by the contract clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// As an error.
    Error,
    /// It is an ordinary answer: no log line.
    Silent,
}

/// An operation's description, written by `operation!`.
pub trait Described: fmt::Debug + Send + Sync + Sized + 'static {
    /// The service's accessor: `compute`.
    const SERVICE: &'static str;
    /// The method's name: `start_instance`.
    const METHOD: &'static str;
    /// Noun and verb: `server start`.
    const COMMAND: &'static str;
    /// The arguments that are typed without a flag, where these are others than the first one.
    const POSITIONALS: &'static [&'static str];
    /// What it does to the world.
    const EFFECT: Effect;
    /// What it does, in Markdown; the first line is a summary.
    const ABOUT: &'static str;
    /// Its arguments, required ones first, in the order of the method.
    const ARGUMENTS: &'static [Argument];

    /// Takes the arguments out of a JSON object.
    ///
    /// # Errors
    /// [`Kind::Invalid`](crate::Kind::Invalid) naming the argument that is missing, unknown or of
    /// the wrong type.
    fn read(given: Map<String, Value>) -> Result<Self>;

    /// The required arguments as `name=value`, for logs.
    fn subject(&self) -> String;
}

/// What an operation does.
pub trait Operation: Described {
    /// What it gives back.
    type Output: Output;

    /// How contract clients report that the thing asked for does not exist.
    const ABSENCE: Absence = Absence::Error;

    /// Fields of the record that this operation leaves out of its JSON form.
    const OMITTED: &'static [&'static str] = &[];

    /// The fields that the contract has for this operation, where the record has more of them:
    /// other languages' contract clients give these alone.
    const CONTRACTED: Option<&'static [&'static str]> = None;

    /// The forms in which its result can be drawn, the usual one first.
    const DRAWINGS: &'static [&'static str] = &[];

    /// Its result, drawn in one of these forms.
    #[must_use]
    fn draw(_: &Self::Output, _: &str) -> Option<String> {
        None
    }

    /// What this call would remove, in its order, where that is more than its target: for people to
    /// see before they say yes.
    fn will_remove(&self, _: &Cloud) -> impl Future<Output = Result<Vec<String>>> + Send {
        std::future::ready(Ok(Vec::new()))
    }

    /// Whether [`existing`](Self::existing) can tell.
    const OR_SHOW: bool = false;

    /// What there is already of that which this call would make, in the state in which the call
    /// would leave it: a script that was stopped half-way runs again with [`Cloud::run_or_show`].
    ///
    /// # Errors
    /// [`Kind::Ambiguous`](crate::Kind::Ambiguous) if there are several of it,
    /// [`Kind::Failed`](crate::Kind::Failed) if it is in an error state.
    fn existing(&self, _: &Cloud) -> impl Future<Output = Result<Option<Self::Output>>> + Send {
        std::future::ready(Ok(None))
    }

    /// Does it. Callers use the typed method, or [`Cloud::run`].
    fn run(&self, cloud: &Cloud) -> impl Future<Output = Result<Self::Output>> + Send;
}

/// How the outcome of a call is presented: as a `Result`, or as the contract's sentinels.
pub trait Mode: Clone + Send + Sync + 'static {
    /// What a call with the output `T` resolves to.
    type Outcome<T: Output>;

    /// Turns the result into it.
    fn conclude<O: Operation>(
        &self,
        operation: &O,
        result: Result<O::Output>,
    ) -> Self::Outcome<O::Output>;
}

/// Errors are errors: the mode of the library's own clients.
#[derive(Debug, Clone, Copy)]
pub struct Strict;

impl Mode for Strict {
    type Outcome<T: Output> = Result<T>;

    fn conclude<O: Operation>(&self, _: &O, result: Result<O::Output>) -> Result<O::Output> {
        result
    }
}

/// Runs an operation with arguments from a JSON object and gives its output as JSON.
pub type Run = for<'a> fn(&'a Cloud, Map<String, Value>) -> BoxFuture<'a, Result<Value>>;

/// Says, from a call's arguments, what it would remove.
pub type Forecast = for<'a> fn(&'a Cloud, Map<String, Value>) -> BoxFuture<'a, Result<Vec<String>>>;

/// An operation as surfaces see it, without its types.
#[derive(Debug)]
pub struct Description {
    /// The service's accessor: `compute`.
    pub service: &'static str,
    /// The method's name: `start_instance`.
    pub method: &'static str,
    /// Noun and verb: `server start`.
    pub command: &'static str,
    /// The arguments that are typed without a flag, where these are others than the first one.
    pub positionals: &'static [&'static str],
    /// What it does to the world.
    pub effect: Effect,
    /// What it does, in Markdown; the first line is a summary.
    pub about: &'static str,
    /// Its arguments, required ones first.
    pub arguments: &'static [Argument],
    /// Whether it gives back nothing, one record or many.
    pub shape: Shape,
    /// What one of its records is called.
    pub record: &'static str,
    /// The fields a table of many shows.
    pub columns: &'static [&'static str],
    /// The JSON schema of one record, as this operation gives it.
    pub schema: fn() -> Schema,
    /// The fields that the contract has, where the record has more.
    pub contracted: Option<&'static [&'static str]>,
    /// The forms in which its result can be drawn, the usual one first.
    pub drawings: &'static [&'static str],
    /// Its result, given as JSON, drawn in one of these forms.
    pub draw: fn(&Value, &str) -> Option<String>,
    /// What a call would remove, where that is more than its target.
    pub will_remove: Forecast,
    /// Runs it with arguments from a JSON object and gives its output as JSON.
    pub run: Run,
    /// The same, but what is there already is not made again; not every operation can tell.
    pub or_show: Option<Run>,
}

impl Description {
    /// The description of `O`.
    #[must_use]
    pub const fn of<O: Operation>() -> Self {
        Description {
            service: O::SERVICE,
            method: O::METHOD,
            command: O::COMMAND,
            positionals: O::POSITIONALS,
            effect: O::EFFECT,
            about: O::ABOUT,
            arguments: O::ARGUMENTS,
            shape: <O::Output as Output>::SHAPE,
            record: <O::Output as Output>::NOUN,
            columns: <O::Output as Output>::COLUMNS,
            schema: output::schema::<O>,
            contracted: O::CONTRACTED,
            drawings: O::DRAWINGS,
            draw: |result, form| O::draw(&serde_json::from_value(result.clone()).ok()?, form),
            will_remove: |cloud, given| {
                async move { O::read(given)?.will_remove(cloud).await }.boxed()
            },
            run: |cloud, given| {
                output::run_json(cloud, O::read(given), false, PhantomData::<O>).boxed()
            },
            or_show: if O::OR_SHOW {
                Some(|cloud, given| {
                    output::run_json(cloud, O::read(given), true, PhantomData::<O>).boxed()
                })
            } else {
                None
            },
        }
    }

    /// The arguments that are typed without a flag, in their order: those it names, or else the first
    /// if it is required.
    pub fn typed(&self) -> impl Iterator<Item = &'static Argument> {
        let first = self.arguments.first().filter(|first| first.required);
        let first = first.filter(|_| self.positionals.is_empty());
        let named = |name: &&str| self.arguments.iter().find(|argument| argument.name == *name);
        self.positionals.iter().filter_map(named).chain(first)
    }

    /// Other operations behind the same command: what is given on a command line tells which of
    /// them is meant, by the arguments that only they have.
    pub fn variants(&self) -> impl Iterator<Item = &'static Description> {
        crate::operations()
            .filter(|other| other.command == self.command && other.method != self.method)
    }

    /// What is operated on: `server`, `availability zone`.
    #[must_use]
    pub fn noun(&self) -> &'static str {
        self.halves().0
    }

    /// What is done to it: `start`, `add volume`.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        self.halves().1
    }

    fn halves(&self) -> (&'static str, &'static str) {
        let of_two = [" add ", " remove "].iter().find_map(|verb| self.command.find(verb));
        match of_two.or_else(|| self.command.rfind(' ')) {
            Some(at) => (&self.command[..at], &self.command[at + 1..]),
            None => ("", self.command),
        }
    }

    /// The first line of [`about`](Self::about), without its final stop.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.about.trim().lines().next().unwrap_or_default().trim().trim_end_matches('.')
    }

    /// Command lines that show its use; they work on a local cloud with the servers `web`, `db`.
    pub fn examples(&self) -> impl Iterator<Item = &'static str> {
        examples(self.about)
    }
}

/// One service's operations.
#[derive(Debug)]
pub struct Group {
    /// The accessor: `compute`.
    pub name: &'static str,
    /// The contract client's name: `InfomaniakComputeClient`.
    pub contract: &'static str,
    /// What the service is for, in Markdown.
    pub about: &'static str,
    /// Its operations, a slice for each noun.
    pub nouns: &'static [&'static [Description]],
}

impl Group {
    /// All operations of the service.
    pub fn operations(&self) -> impl Iterator<Item = &'static Description> {
        self.nouns.iter().copied().flatten()
    }
}
