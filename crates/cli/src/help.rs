//! Help that teaches: examples for each command, `ik help ...`, and what to do first.

use std::ffi::OsString;

use clap::Command;
use infomaniak_cloud::operation;
use infomaniak_cloud::session::config::{Config, Environment};

/// Adds the documentation of a command: its paragraphs before the flags, its examples after them.
pub(crate) fn explain(command: Command, about: &str) -> Command {
    let width = width();
    let examples: Vec<_> = operation::examples(about).map(|line| fold(line, width)).collect();
    let command = command.about(operation::prose(about));
    if examples.is_empty() {
        return command;
    }
    command.after_help(format!("Examples:\n{}", examples.join("\n")))
}

/// Columns for help: what clap takes.
fn width() -> usize {
    let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
    terminal.or_else(columns).unwrap_or(100).min(100)
}

/// A command line with an indent, in several lines where it is too long for one: it can still be
/// pasted.
fn fold(line: &str, width: usize) -> String {
    const MARK: usize = " \\".len();
    let mut folded = String::from(" ");
    let mut column = folded.len();
    let mut quote = None;
    let words = line.split(|c| {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
        c == ' ' && quote.is_none()
    });
    for word in words {
        let length = word.chars().count();
        if column > 1 && column + 1 + length + MARK > width {
            folded.push_str(" \\\n     ");
            column = 5;
        }
        folded.push(' ');
        folded.push_str(word);
        column += 1 + length;
    }
    folded
}

/// `ik help server create` is `ik server create --help`.
pub(crate) fn rewrite(words: &[OsString]) -> Option<Vec<OsString>> {
    let at = words.iter().skip(1).position(|word| !word.as_encoded_bytes().starts_with(b"-"))? + 1;
    if words[at] != "help" {
        return None;
    }
    let mut words = words.to_vec();
    words.remove(at);
    words.push("--help".into());
    Some(words)
}

/// What to do first, below the list of all commands.
pub(crate) const FIRST_STEPS: &str = "\
First steps:
  ik --cloud local server list      needs no account: the cloud built into this machine
  ik help server create             explains a command, with examples

Say who you are: OS_CLOUD=NAME with a clouds.yaml, or INFOMANIAK_APP_CREDENTIAL_ID and
INFOMANIAK_APP_CREDENTIAL_SECRET, or the openrc file of your project.";

/// What to do first, for somebody who typed `ik` and no more.
pub(crate) fn first_steps() -> String {
    let name = std::env::var("OS_CLOUD").unwrap_or_default();
    let environment = Environment::process();
    match Config::find(&environment, None) {
        Ok(config) => format!("Your credentials: {}.\n\n{TRY}", config.source),
        Err(_) if crate::local::is_named(&environment, &name) => {
            format!("Your cloud: the one built into this machine.\n\n{TRY}")
        }
        Err(error) => match error.hint().filter(|hint| hint.starts_with("set OS_CLOUD")) {
            Some(hint) => format!("{}: {hint}.\n\n{TRY}", error.message()),
            None => format!("Not configured: {}.\n\n{NOTHING_CONFIGURED}", error.message()),
        },
    }
}

const TRY: &str = "\
Try:
  ik server list                    your instances
  ik server show NAME               all about one of them
  ik flavor list                    what sizes there are
  ik help server create             how to make one, with examples
  ik --help                         all commands";

const NOTHING_CONFIGURED: &str = "\
Without an account there is a cloud built into this machine:
  ik --cloud local flavor list
  ik --cloud local server list
  ik --cloud local help server create

With an account, say who you are in one of these ways, and leave `--cloud local` out:
  export OS_CLOUD=NAME              a cloud of your clouds.yaml
  source FILE                       the openrc file of your project
  export INFOMANIAK_APP_CREDENTIAL_ID=... INFOMANIAK_APP_CREDENTIAL_SECRET=...

  ik help server create             explains a command, with examples
  ik --help                         all commands";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folded_command_line_is_the_same_to_a_shell() {
        let line = "ik server create app --image \"Debian 12 bookworm\" --network demo-net";
        assert_eq!(fold(line, 100), format!("  {line}"));
        let folded = fold(line, 40);
        assert!(folded.lines().count() > 1 && folded.lines().all(|line| line.len() <= 40));
        assert_eq!(shlex::split(&folded.replace("\\\n", "")), shlex::split(line));
    }

    #[test]
    fn the_word_help_comes_first_and_asks_about_the_rest() {
        let rewritten = |line: &str| {
            let words: Vec<_> = line.split(' ').map(OsString::from).collect();
            let words = rewrite(&words)?;
            Some(words.iter().map(|word| word.to_str().unwrap()).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(rewritten("ik help server create").unwrap(), "ik server create --help");
        assert_eq!(rewritten("ik --debug help").unwrap(), "ik --debug --help");
        assert_eq!(rewritten("ik server show help"), None);
    }
}
