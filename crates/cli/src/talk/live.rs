//! The line that tells what is going on while it goes on.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::time::Duration;

use crate::text;

/// What is over sooner needs no progress.
const PATIENCE: Duration = Duration::from_secs(1);
const CLEAR: &str = "\r\x1b[2K";

/// A line on a terminal that is drawn again and again, and leaves no trace.
pub(super) struct LiveLine {
    command: String,
    visible: bool,
}

impl LiveLine {
    /// `None` where there is no terminal that could clear a line.
    pub(super) fn on_terminal(command: &str) -> Option<LiveLine> {
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        (std::io::stderr().is_terminal() && !dumb)
            .then(|| LiveLine { command: command.to_string(), visible: false })
    }

    pub(super) fn draw(&mut self, waits: &BTreeMap<String, String>, elapsed: Duration) {
        if elapsed < PATIENCE {
            return;
        }
        let width = terminal_size::terminal_size_of(std::io::stderr())
            .map_or(80, |(width, _)| usize::from(width.0));
        let line = content(&self.command, waits, elapsed);
        // Characters may be two columns wide: half the width is safe when any is not ASCII.
        let room = if line.is_ascii() { width } else { width / 2 };
        let line: String = line.chars().take(room.saturating_sub(1)).collect();
        let mut stderr = std::io::stderr();
        let _ = write!(stderr, "{CLEAR}{line}").and_then(|()| stderr.flush());
        self.visible = true;
    }

    pub(super) fn hide(&mut self) {
        if std::mem::take(&mut self.visible) {
            let mut stderr = std::io::stderr();
            let _ = write!(stderr, "{CLEAR}").and_then(|()| stderr.flush());
        }
    }
}

/// ``instance `web` (4f1e...): BUILD (spawning), 12 s``
fn content(command: &str, waits: &BTreeMap<String, String>, elapsed: Duration) -> String {
    let what = match waits.iter().next() {
        None => format!("{command} ..."),
        Some((subject, status)) => match waits.len() {
            1 => format!("{subject}: {status}"),
            several => format!("{several} waited for; {subject}: {status}"),
        },
    };
    text::line(&format!("{what}, {} s", elapsed.as_secs())).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_tells_the_status_and_how_many_there_are() {
        let mut waits = BTreeMap::new();
        let after = Duration::from_secs(7);
        assert_eq!(content("server list", &waits, after), "server list ..., 7 s");
        waits.insert("instance `a`".to_string(), "BUILD\x1b".to_string());
        assert_eq!(content("", &waits, after), "instance `a`: BUILD\\u{1b}, 7 s");
        waits.insert("instance `b`".to_string(), "BUILD".to_string());
        assert!(content("", &waits, after).starts_with("2 waited for; instance `a`: "));
    }
}
