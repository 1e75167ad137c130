//! Commands that are `ik`'s own, beside the operations of the cloud. They are described as those
//! are, so that the tree and the help need not tell them apart.

use clap::{ArgMatches, Command};
use infomaniak_cloud::Error;

use crate::local;
use crate::talk::Talk;

/// A command of `ik`'s own.
pub(crate) struct Own {
    /// What is typed: `local serve`.
    pub(crate) command: &'static str,
    /// What it does, in paragraphs; the first line is its summary.
    pub(crate) about: &'static str,
    /// Adds its arguments.
    pub(crate) declare: fn(Command) -> Command,
    /// Does it, and gives the exit code.
    pub(crate) run: fn(&ArgMatches, &Talk) -> Result<u8, Error>,
}

impl Own {
    /// The first line of `about`, without its final stop.
    pub(crate) fn summary(&self) -> &'static str {
        self.about.lines().next().unwrap_or_default().trim_end_matches('.')
    }
}

/// What the nouns of these commands are about.
pub(crate) const NOUNS: &[(&str, &str)] = &[
    ("local", "The built-in cloud of this machine"),
    ("local fault", "Lets the next requests to it fail"),
];

/// All of them.
pub(crate) fn commands() -> impl Iterator<Item = &'static Own> {
    [local::COMMANDS, local::fault::COMMANDS].into_iter().flatten()
}
