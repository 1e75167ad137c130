//! Commands that are `ik`'s own, beside the operations of the cloud. They are described as those
//! are, so that the tree and the help need not tell them apart.

use clap::{ArgMatches, Command};
use infomaniak_cloud::Error;
use infomaniak_cloud::operation::Description;

use crate::talk::Talk;
use crate::{api, auth, catalog, completion, local, man, openstack, server};

/// A command of `ik`'s own.
pub(crate) struct Own {
    /// What is typed: `local serve`.
    pub(crate) command: &'static str,
    /// What it does, in paragraphs; the first line is its summary.
    pub(crate) about: &'static str,
    /// Whether it calls a cloud, so that flags which choose one have a meaning.
    pub(crate) calls: bool,
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
    ("auth", "Who you are, and whether that works"),
    ("catalog", "The services of the cloud, and where they are"),
    ("server console", "What an instance shows on its screen"),
    ("token", "The token of the present login"),
    ("local", "The built-in cloud of this machine"),
    ("local fault", "Lets the next requests to it fail"),
];

/// Whether commands on a noun call a cloud.
pub(crate) fn calls(noun: &str) -> bool {
    let below = |command: &str| command.strip_prefix(noun).is_some_and(|c| c.starts_with(' '));
    commands().find(|own| below(own.command)).is_none_or(|own| own.calls)
}

/// All of them.
pub(crate) fn commands() -> impl Iterator<Item = &'static Own> {
    [
        server::COMMANDS,
        auth::COMMANDS,
        api::COMMANDS,
        local::COMMANDS,
        local::fault::COMMANDS,
        completion::COMMANDS,
        man::COMMANDS,
        openstack::COMMANDS,
    ]
    .into_iter()
    .flatten()
}

/// Operations that belong to no service, in the form of those that do.
pub(crate) fn operations() -> impl Iterator<Item = &'static Description> {
    catalog::OPERATIONS.iter()
}
