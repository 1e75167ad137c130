//! Asking before something is destroyed.

use std::io::{IsTerminal, Write};

use clap::{Arg, ArgAction, ArgMatches};
use infomaniak_cloud::operation::Description;

use crate::text;

/// Targets named in the question before it only counts the rest.
const NAMED: usize = 10;

/// The flag that answers beforehand.
pub(crate) fn yes() -> Arg {
    let arg = Arg::new("yes").long("yes").short('y').action(ArgAction::SetTrue);
    arg.help("Do not ask for confirmation")
}

/// Whether the operation may go ahead: always, unless it destroys something and a person sits at
/// the terminal who has not said `--yes`. Then that person is asked.
pub(crate) fn may_go_ahead(
    description: &Description,
    matches: &ArgMatches,
    targets: &[&str],
) -> bool {
    let asks = description.effect.wants_confirmation() && !matches.get_flag("yes");
    !asks || ask(&question(description, targets))
}

/// Asks the person at the terminal; where nobody sits, the answer is yes.
pub(crate) fn ask(question: &str) -> bool {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return true;
    }
    let mut stderr = std::io::stderr();
    let mut answer = String::new();
    let asked = write!(stderr, "{question} [y/N] ");
    let heard = asked.and(stderr.flush()).and_then(|()| std::io::stdin().read_line(&mut answer));
    heard.is_ok() && matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
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
