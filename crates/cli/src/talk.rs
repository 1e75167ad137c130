//! What `ik` says on standard error: progress, notes, requests, errors.
//!
//! The library reports through `tracing`; this listens. On a terminal a live line tells what is
//! being waited for, elsewhere each change of status is a line of its own. All text from servers
//! is made harmless first.

mod event;
mod live;
mod requests;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use anstyle::{AnsiColor, Style};
use clap::ArgMatches;
use infomaniak_cloud::{Error, Kind};
use tracing_subscriber::layer::SubscriberExt;

use crate::text;
use live::LiveLine;
use requests::Exchange;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// The one voice of the program.
#[derive(Clone)]
pub(crate) struct Talk(Arc<Shared>);

struct Shared {
    /// What is run, as it is typed.
    command: String,
    debug: bool,
    timing: bool,
    begun: Instant,
    state: Mutex<State>,
}

struct State {
    live: Option<LiveLine>,
    /// What is waited for: subject and present status.
    waits: BTreeMap<String, String>,
    exchanges: Vec<Exchange>,
}

impl Talk {
    /// Begins to listen. `command` is what the live line says before anything else is known.
    pub(crate) fn begin(matches: &ArgMatches, command: &str) -> Talk {
        // Not every command has them.
        let flag = |name: &str| matches!(matches.try_get_one(name), Ok(Some(true)));
        let talk = Talk(Arc::new(Shared {
            command: command.to_string(),
            debug: flag("debug"),
            timing: flag("timing"),
            begun: Instant::now(),
            state: Mutex::new(State {
                live: LiveLine::on_terminal(command),
                waits: BTreeMap::new(),
                exchanges: Vec::new(),
            }),
        }));
        let listener = tracing_subscriber::registry().with(event::Listener(talk.clone()));
        // Fails only if something listens already, which main() does once.
        let _ = tracing::subscriber::set_global_default(listener);
        talk
    }

    /// A line of its own.
    pub(crate) fn say(&self, line: impl Display) {
        let mut state = self.state();
        state.hide();
        // Standard error may be closed; that is no reason to stop.
        let _ = writeln!(anstream::stderr(), "{line}");
    }

    /// An error of the library, with what to do next. `target` is named when there are several.
    pub(crate) fn error(&self, target: Option<&str>, error: &Error) {
        let target = target.map_or_else(String::new, |target| format!("{}: ", text::line(target)));
        // What a service says of an argument, the help may explain.
        let help =
            (error.kind() == Kind::Invalid).then(|| format!("see: ik {} --help", self.0.command));
        self.refuse(format!("{target}{error}"), error.hint().or(help.as_deref()));
    }

    /// Something that went wrong, in one line, with what to do next.
    pub(crate) fn refuse(&self, message: impl AsRef<str>, hint: Option<&str>) {
        let message = text::shortened(message.as_ref());
        self.say(format_args!("{ERROR}error:{ERROR:#} {}", text::line(&message)));
        if let Some(hint) = hint {
            self.say(format_args!("{HINT}hint:{HINT:#} {}", text::line(hint)));
        }
    }

    /// Draws the live line anew. To be called about every second.
    pub(crate) fn tick(&self) {
        let elapsed = self.0.begun.elapsed();
        let State { live, waits, .. } = &mut *self.state();
        if let Some(live) = live {
            live.draw(waits, elapsed);
        }
    }

    /// What is still being waited for, as `subject: status`.
    pub(crate) fn pending(&self) -> Vec<String> {
        let state = self.state();
        state.waits.iter().map(|(subject, status)| format!("{subject} is {status}")).collect()
    }

    /// Removes the live line, since data comes now; lists the requests if that was asked for.
    pub(crate) fn end(&self) {
        self.state().hide();
        if self.0.timing {
            let table = requests::table(&self.state().exchanges, self.0.begun.elapsed());
            self.say(table);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn hide(&mut self) {
        if let Some(live) = &mut self.live {
            live.hide();
        }
    }
}
