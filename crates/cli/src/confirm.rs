//! Asking before something is destroyed.
//!
//! Where nobody can be asked (a script, an agent, a pipe), only `--yes` lets it happen: what a person
//! would have been asked about must not happen because nobody looked.

use std::io::{IsTerminal, Write};

use clap::{Arg, ArgAction, ArgMatches};
use infomaniak_cloud::operation::Description;
use infomaniak_cloud::{Error, Kind};

use crate::text;

/// Targets named in the question before it only counts the rest.
const NAMED: usize = 10;

/// The flag that answers beforehand.
pub(crate) fn yes() -> Arg {
    let arg = Arg::new("yes").long("yes").short('y').action(ArgAction::SetTrue);
    arg.help("Do not ask for confirmation")
}

/// Whether the operation may go ahead: always, unless it destroys something and `--yes` is not said.
/// Then the person at the terminal is asked.
///
/// # Errors
/// [`Kind::Invalid`] when nobody can be asked.
pub(crate) fn may_go_ahead(
    description: &Description,
    matches: &ArgMatches,
    targets: &[&str],
) -> Result<bool, Error> {
    let asks = description.effect.wants_confirmation() && !matches.get_flag("yes");
    if asks { ask(&question(description, targets)) } else { Ok(true) }
}

/// Asks the person at the terminal.
///
/// # Errors
/// [`Kind::Invalid`] when nobody can be asked.
pub(crate) fn ask(question: &str) -> Result<bool, Error> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        let message = format!("nobody is at a terminal to be asked: {question}");
        return Err(Error::new(Kind::Invalid, message)
            .with_hint("nothing was done; --yes says beforehand that it is meant"));
    }
    let mut stderr = std::io::stderr();
    let mut answer = String::new();
    let asked = write!(stderr, "{question} [y/N] ");
    let heard = asked.and(stderr.flush()).and_then(|()| std::io::stdin().read_line(&mut answer));
    Ok(heard.is_ok() && matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// `Delete server web, db?`
fn question(description: &Description, targets: &[&str]) -> String {
    let mut verb = description.verb().to_string();
    verb[..1].make_ascii_uppercase();
    let named: Vec<_> = targets.iter().take(NAMED).map(|target| text::line(target)).collect();
    let more = match targets.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{verb} {} {}{more}?", description.noun(), named.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use infomaniak_cloud::operations;

    #[test]
    fn the_question_names_what_would_go() {
        let delete = operations().find(|operation| operation.method == "delete_instance").unwrap();
        assert_eq!(question(delete, &["web", "d\x1bb"]), "Delete server web, d\\u{1b}b?");
        let many = vec!["x"; 12];
        assert!(question(delete, &many).ends_with(" and 2 more?"));
    }
}
