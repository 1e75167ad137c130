//! `ik` as people run it: a program, its arguments, its exit code, its two streams.

mod api;
mod auth;
mod image;
mod nouns;
mod processes;
mod readme;
mod refusals;
mod server;
mod shell;
mod volume;
mod walkthrough;
mod watch;
mod wrongs;

use std::process::{Command, Stdio};

use infomaniak_cloud::{Kind, operations};
use serde_json::Value;

use crate::case::{Claim, Failure, Group, Outcome};
use crate::context::Context;
use crate::ik::binary;
use crate::other_client::program;
use crate::record;

pub(crate) fn groups() -> Vec<Group> {
    vec![
        Group { name: "ik server", cases: server::cases() },
        Group { name: "ik image", cases: image::cases() },
        Group { name: "ik volume", cases: volume::cases() },
        Group { name: "ik", cases: nouns::cases() },
        Group { name: "ik api", cases: api::cases() },
        Group { name: "ik auth", cases: auth::cases() },
        Group { name: "ik server console and ssh", cases: shell::cases() },
        Group { name: "ik --watch", cases: watch::cases() },
        Group { name: "ik refuses", cases: refusals::cases() },
        Group { name: "ik when something is wrong", cases: wrongs::cases() },
        Group { name: "ik as a process", cases: processes::cases() },
        Group { name: "ik as README shows it", cases: readme::cases() },
        Group { name: "ik as docs/walkthrough.md shows it", cases: walkthrough::cases() },
    ]
}

/// What a run of `ik` came to.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The exit codes as docs/command-line.md has them.
const CODES: &[(i32, Kind)] = &[
    (1, Kind::Failed),
    (2, Kind::Invalid),
    (3, Kind::NotFound),
    (4, Kind::Ambiguous),
    (5, Kind::Conflict),
    (6, Kind::Denied),
    (7, Kind::Unauthenticated),
    (8, Kind::Config),
    (9, Kind::Quota),
    (10, Kind::RateLimited),
    (11, Kind::Unavailable),
    (12, Kind::TimedOut),
    (13, Kind::Unsupported),
    (14, Kind::Transport),
];

impl Done {
    /// What it wrote, if it went well.
    pub(crate) fn good(self) -> Outcome<String> {
        if self.code == 0 { Ok(self.stdout) } else { Err(Failure(format!("{self:?}"))) }
    }

    /// What it wrote with `-f json`, if it went well.
    pub(crate) fn json(self) -> Outcome<Value> {
        Ok(serde_json::from_str(&self.good()?)?)
    }

    /// What it complained of, if it failed in this way and printed no data.
    pub(crate) fn refused(self, kind: Kind) -> Outcome<String> {
        let code = CODES.iter().find(|(_, known)| *known == kind).map_or(1, |(code, _)| *code);
        if self.code == code && self.stdout.is_empty() && self.stderr.contains("error: ") {
            return Ok(self.stderr);
        }
        Err(Failure(format!("it should have been refused with {code} ({kind}): {self:?}")))
    }
}

impl Context {
    /// `ik` with these arguments, the command's words first, as the member.
    pub(crate) fn ik(&self, arguments: &[&str]) -> Outcome<Done> {
        self.ik_by(arguments, |command| command.env("OS_CLOUD", self.target.member))
    }

    /// `ik` with these arguments and whatever else is set on the command; nobody is logged in.
    fn ik_by(
        &self,
        arguments: &[&str],
        set: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Outcome<Done> {
        let mut command = self.ik_command(arguments)?;
        set(&mut command);
        let output = command.stdin(Stdio::null()).output()?;
        self.noted(arguments, output)
    }

    fn ik_command(&self, arguments: &[&str]) -> Outcome<Command> {
        let mut command = program(binary().map_err(Failure)?, self);
        command.args(arguments).env("XDG_CACHE_HOME", self.tokens());
        Ok(command)
    }

    /// Notes as evidence what the exit code says of the operation.
    fn noted(&self, arguments: &[&str], output: std::process::Output) -> Outcome<Done> {
        let done = Done {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout)?,
            stderr: String::from_utf8(output.stderr)?,
        };
        let line = format!("{} ", arguments.join(" "));
        let called = operations().find(|o| line.starts_with(&format!("{} ", o.command)));
        let command = called.map_or("", |operation| operation.command);
        record::said(&format!("stdout of ik {command}"), &done.stdout);
        record::said(&format!("stderr of ik {command}"), &done.stderr);
        let outcome = match done.code {
            0 => Some(Claim::DONE),
            code => CODES.iter().find(|(known, _)| *known == code).map(|(_, kind)| kind.name()),
        };
        if let (Some(operation), Some(outcome)) = (called, outcome) {
            self.recorder.note(operation, outcome);
        }
        Ok(done)
    }
}
