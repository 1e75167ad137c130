//! A terminal with a program in it: tmux, whose keys are pressed and whose screen is read.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::person::{Person, need};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(50);

/// A server that was told to go may still hold its socket: each has its own.
static COUNT: AtomicUsize = AtomicUsize::new(0);

pub(crate) struct Terminal {
    socket: PathBuf,
}

impl Terminal {
    /// Opens a terminal of so many columns, and runs a command line in it.
    pub(crate) fn open(person: &Person, columns: u16, line: &str) -> Terminal {
        need("tmux", "tmux");
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let terminal = Terminal { socket: person.home().join(format!("tmux{count}")) };
        let mut tmux = person.command("tmux");
        tmux.arg("-S").arg(&terminal.socket).args(["-u", "-f", "/dev/null", "new-session", "-d"]);
        tmux.args(["-x", &columns.to_string(), "-y", "50", line]);
        let opened = tmux.output().unwrap();
        assert!(opened.status.success(), "{opened:?}");
        terminal
    }

    fn tmux(&self, words: &[&str]) -> Output {
        Command::new("tmux").arg("-S").arg(&self.socket).args(words).output().unwrap()
    }

    /// Types a text.
    pub(crate) fn types(&self, text: &str) {
        assert!(self.tmux(&["send-keys", "-l", "--", text]).status.success());
    }

    /// Presses a key, such as `Tab` or `C-c`.
    pub(crate) fn presses(&self, key: &str) {
        assert!(self.tmux(&["send-keys", key]).status.success());
    }

    /// What is on the screen, without empty lines and without the blanks at the ends of lines.
    pub(crate) fn screen(&self) -> String {
        let screen = self.tmux(&["capture-pane", "-p"]).stdout;
        let screen = String::from_utf8(screen).unwrap();
        let lines = screen.lines().map(str::trim_end).filter(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Waits until the screen is as wanted; gives it.
    #[track_caller]
    pub(crate) fn shows(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let screen = self.screen();
            if wanted(&screen) {
                return screen;
            }
            assert!(begun.elapsed() < PATIENCE, "the screen does not show {what}:\n{screen}");
            std::thread::sleep(PAUSE);
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}
