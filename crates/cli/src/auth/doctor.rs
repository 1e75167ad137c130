//! `ik auth doctor`: looks at everything between this machine and the cloud, and says what to do.
//!
//! Each finding is a line: whether it is well, what it is about, what was found, and what helps. The
//! exit code is that of the first thing that is broken. Nothing secret is shown.

mod network;
mod source;

use std::fmt::Write as _;
use std::io::Write;

use clap::{ArgMatches, Command};
use infomaniak_cloud::{Error, Kind};
use serde_json::{Value, json};

use crate::output::{self, Format};
use crate::own::Own;
use crate::talk::Talk;
use crate::{command, exit, run, text};

pub(super) const COMMAND: Own = Own {
    command: "auth doctor",
    about: "Checks credentials, connection and services, and says what to do.\n\nIt tells which source \
            of credentials counts and what is ignored, whether the cloud can be reached, who is logged \
            in, and which services answer. The exit code is that of the first error, 0 without \
            any.\n\n\
            ```sh\n\
            ik auth doctor\n\
            ik auth doctor --cloud prod -f json\n\
            ```",
    calls: true,
    declare,
    run,
};

fn declare(command: Command) -> Command {
    command.arg(command::format_argument()).arg(output::query_argument())
}

fn run(matches: &ArgMatches, talk: &Talk) -> Result<u8, Error> {
    run::until_interrupted(talk, async {
        let mut report = Report::default();
        let found = source::examine(matches, &mut report).await;
        if let Some((cloud, _serving)) = found {
            network::examine(cloud, &mut report).await;
        }
        talk.end();
        report.show(matches, talk)
    })
}

/// How well something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Good,
    /// Worth knowing.
    Note,
    /// It works, but should not stay so.
    Warning,
    /// It does not work; the kind decides about the exit code.
    Error(Kind),
}

impl State {
    fn word(self) -> &'static str {
        match self {
            State::Good => "ok",
            State::Note => "note",
            State::Warning => "warning",
            State::Error(_) => "error",
        }
    }
}

struct Finding {
    state: State,
    about: String,
    found: String,
    advice: Option<String>,
}

/// What was found, in the order of looking.
#[derive(Default)]
struct Report(Vec<Finding>);

impl Report {
    fn add(&mut self, state: State, about: &str, found: impl Into<String>, advice: Option<&str>) {
        let advice = advice.map(str::to_string);
        self.0.push(Finding { state, about: about.into(), found: found.into(), advice });
    }

    fn good(&mut self, about: &str, found: impl Into<String>) {
        self.add(State::Good, about, found, None);
    }

    fn note(&mut self, about: &str, found: impl Into<String>, advice: Option<&str>) {
        self.add(State::Note, about, found, advice);
    }

    fn warn(&mut self, about: &str, found: impl Into<String>, advice: &str) {
        self.add(State::Warning, about, found, Some(advice));
    }

    /// Something that is broken, with the advice that the error itself has, or else this one.
    fn fail(&mut self, about: &str, error: &Error, otherwise: &str) {
        let advice = error.hint().unwrap_or(otherwise).to_string();
        self.add(State::Error(error.kind()), about, error.message(), Some(&advice));
    }

    fn show(&self, matches: &ArgMatches, talk: &Talk) -> Result<u8, Error> {
        let findings = self.0.iter().map(|finding| {
            json!({
                "state": finding.state.word(),
                "about": finding.about,
                "found": finding.found,
                "advice": finding.advice,
            })
        });
        let findings: Value = findings.collect();
        let plain = ["format", "query"].iter().all(|flag| !matches.contains_id(flag));
        let written =
            if plain { Ok(self.lines()) } else { output::value(matches, &findings, Format::Table) };
        let mut stdout = std::io::stdout().lock();
        let written = written
            .and_then(|text| stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()));
        match written {
            Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => {
                return Err(Error::new(Kind::Invalid, error.to_string()));
            }
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                talk.refuse(format!("the report cannot be written: {error}"), None);
                return Ok(exit::OUTPUT);
            }
            _ => {}
        }
        let broken = self.0.iter().find_map(|finding| match finding.state {
            State::Error(kind) => Some(kind),
            _ => None,
        });
        Ok(broken.map_or(0, exit::code))
    }

    /// For eyes: a line each, and below it what to do.
    fn lines(&self) -> String {
        let width = self.0.iter().map(|finding| finding.about.chars().count()).max();
        let width = width.unwrap_or_default();
        let mut lines = String::new();
        for finding in &self.0 {
            let (state, about) = (finding.state.word(), text::line(&finding.about));
            let _ = writeln!(lines, "{state:7}  {about:width$}  {}", text::line(&finding.found));
            if let Some(advice) = &finding.advice {
                let _ = writeln!(lines, "{:7}  {:width$}  -> {}", "", "", text::line(advice));
            }
        }
        lines
    }
}
