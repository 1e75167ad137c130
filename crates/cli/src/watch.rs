//! `--watch`: looks again and again, and shows what has changed.
//!
//! On a terminal the result is drawn in its place, what is new in it marked with a star. Elsewhere it
//! is written anew when it has changed. A look that fails is told and does not end it; Ctrl-C does,
//! and so does a reader that goes away.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use anstyle::Style;
use clap::{Arg, ArgMatches};
use infomaniak_cloud::{Cloud, Error, Kind};
use jiff::Timestamp;
use rustix::event::{PollFd, PollFlags, Timespec};

use crate::command::GIVE_UP_AFTER;
use crate::output::Format;
use crate::run::Job;
use crate::talk::Talk;
use crate::{arguments, exit, text};

const CHANGED: Style = Style::new().bold();

/// The flag.
pub(crate) fn argument() -> Arg {
    Arg::new("watch")
        .long("watch")
        .value_name("SECONDS")
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("2")
        .value_parser(arguments::some_seconds)
        .help_heading("Output")
        .help("Look again, every 2 seconds if no other time is given, and mark what has changed")
}

/// How often to look, if that is wanted.
pub(crate) fn interval(matches: &ArgMatches) -> Option<Duration> {
    matches.try_get_one::<Duration>("watch").ok().flatten().copied()
}

/// Looks until it is interrupted.
pub(crate) async fn watch(
    job: &Job,
    cloud: &Cloud,
    matches: &ArgMatches,
    every: Duration,
    talk: &Talk,
) -> Result<u8, Error> {
    let title = format!("{}, every {} s", job.command(), every.as_secs_f64());
    let mut screen = Screen::new(title, matches);
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    let mut over = std::pin::pin!(over(matches));
    let mut is_first = true;
    loop {
        let (text, errors) = tokio::select! {
            looked = job.look(cloud) => looked?,
            _ = &mut interrupted => return Ok(0),
            () = &mut over => return Err(Error::new(Kind::TimedOut, "the time to watch is over")),
        };
        let hopeless = |error: &&Error| {
            let kind = error.kind();
            matches!(kind, Kind::Config | Kind::Invalid | Kind::Unauthenticated | Kind::Unsupported)
        };
        // What cannot get better is no reason to look again; later, anything may be passing.
        if is_first && let Some(error) = errors.iter().find(hopeless) {
            talk.error(None, error);
            return Ok(exit::code(error.kind()));
        }
        is_first = false;
        match screen.show(text.as_deref(), &errors, talk) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(0),
            Err(error) => {
                talk.refuse(format!("the result cannot be written: {error}"), None);
                return Ok(exit::OUTPUT);
            }
        }
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            _ = &mut interrupted => return Ok(0),
            () = &mut over => return Ok(0),
        }
        // Nothing may change for long, and nothing be written: the cloud is not asked for nobody.
        if nobody_reads() {
            return Ok(0);
        }
    }
}

/// Whether standard output is a pipe whose reader has gone.
fn nobody_reads() -> bool {
    let stdout = io::stdout();
    let mut looks = [PollFd::new(&stdout, PollFlags::empty())];
    let now = Timespec::default();
    let looked = rustix::event::poll(&mut looks, Some(&now));
    looked.is_ok() && looks[0].revents().contains(PollFlags::ERR)
}

/// Waits for the end of `--timeout`; without it for ever.
async fn over(matches: &ArgMatches) {
    match matches.get_one::<Duration>(GIVE_UP_AFTER) {
        Some(timeout) => tokio::time::sleep(*timeout).await,
        None => std::future::pending().await,
    }
}

/// Where the result is shown.
struct Screen {
    title: String,
    /// Whether it can be drawn in its place.
    draws: bool,
    /// A line with the time would break the format.
    is_json: bool,
    /// How many lines were drawn.
    drawn: usize,
    /// What the last look gave.
    last: Option<String>,
    /// The failures that were told, on a stream where nothing is drawn.
    told: Vec<String>,
}

impl Screen {
    fn new(title: String, matches: &ArgMatches) -> Self {
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let format = matches.try_get_one::<Format>("format").ok().flatten();
        Screen {
            title,
            draws: io::stdout().is_terminal() && !dumb,
            is_json: format == Some(&Format::Json),
            drawn: 0,
            last: None,
            told: Vec::new(),
        }
    }

    /// Shows what a look gave; `None` if it gave nothing but errors.
    fn show(&mut self, found: Option<&str>, errors: &[Error], talk: &Talk) -> io::Result<()> {
        if self.draws {
            return self.draw(found, errors);
        }
        // Not as they are shown: each has an id of its own.
        let failures: Vec<_> = errors.iter().map(|error| error.message().to_string()).collect();
        if failures != self.told {
            for error in errors {
                talk.error(None, error);
            }
            self.told = failures;
        }
        let Some(found) = found.filter(|found| self.last.as_deref() != Some(found)) else {
            return Ok(());
        };
        let mut stdout = io::stdout().lock();
        if !self.is_json {
            writeln!(stdout, "# {}", now())?;
        }
        stdout.write_all(found.as_bytes())?;
        self.last = Some(found.to_string());
        stdout.flush()
    }

    /// Draws over what was drawn before.
    fn draw(&mut self, found: Option<&str>, errors: &[Error]) -> io::Result<()> {
        let (width, height) = terminal_size::terminal_size()
            .map_or((80, 24), |(width, height)| (usize::from(width.0), usize::from(height.0)));
        let mut lines = vec![(false, format!("{}: {}", self.title, now()))];
        for error in errors {
            lines.push((true, text::line(&format!("error: {error}; looking again")).into_owned()));
        }
        let shown = found.or(self.last.as_deref()).unwrap_or_default();
        lines.extend(marked(self.last.as_deref().filter(|_| found.is_some()), shown));
        let more = lines.len().saturating_sub(height.saturating_sub(2));
        if more > 0 {
            lines.truncate(lines.len() - more);
            lines.push((false, format!("({more} more lines)")));
        }
        let mut picture = match self.drawn {
            0 => String::new(),
            drawn => format!("\x1b[{drawn}A\r"),
        };
        for (is_new, line) in &lines {
            // Characters may be two columns wide: half the width is safe when any is not ASCII.
            let room = if line.is_ascii() { width } else { width / 2 };
            let line: String = line.chars().take(room).collect();
            let style = if *is_new { CHANGED } else { Style::new() };
            let _ = writeln!(picture, "{style}{line}{style:#}\x1b[K");
        }
        picture.push_str("\x1b[J");
        self.drawn = lines.len();
        if let Some(found) = found {
            self.last = Some(found.to_string());
        }
        let mut stdout = anstream::AutoStream::auto(io::stdout().lock());
        stdout.write_all(picture.as_bytes())?;
        stdout.flush()
    }
}

/// The lines, those marked that were not there before. Borders, and how wide columns are, do not
/// count.
fn marked(before: Option<&str>, now: &str) -> Vec<(bool, String)> {
    let known: Option<HashSet<String>> = before.map(|text| text.lines().map(content).collect());
    let line = |line: &str| {
        let content = content(line);
        let is_new = !content.is_empty() && known.as_ref().is_some_and(|k| !k.contains(&content));
        let marked = match (is_new, line.strip_prefix('|')) {
            (true, Some(row)) => format!("*{row}"),
            (false, Some(_)) => line.to_string(),
            (_, None) if line.starts_with('+') => line.to_string(),
            (true, None) => format!("* {line}"),
            (false, None) => format!("  {line}"),
        };
        (is_new, marked)
    };
    now.lines().map(line).collect()
}

/// What a line says, however wide it is set.
fn content(line: &str) -> String {
    if line.chars().all(|c| matches!(c, '+' | '-' | '|')) {
        return String::new();
    }
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `2026-11-21 11:32:10 UTC`
fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_is_marked_whatever_the_width() {
        let before = "+---+\n| a | BUILD |\n| b | ACTIVE |\n+---+";
        let now = "+----+\n| a  | ACTIVE  |\n| b  | ACTIVE  |\n+----+";
        let lines = marked(Some(before), now);
        let texts: Vec<_> = lines.iter().map(|(_, line)| line.as_str()).collect();
        assert_eq!(texts, ["+----+", "* a  | ACTIVE  |", "| b  | ACTIVE  |", "+----+"]);
        assert_eq!(lines.iter().filter(|(is_new, _)| *is_new).count(), 1);
        assert_eq!(marked(Some("a 1"), "a 1\nb 2")[1].1, "* b 2");
        assert!(marked(None, now).iter().all(|(is_new, _)| !is_new));
    }
}
