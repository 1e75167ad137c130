//! What may stand at the cursor, read off the command tree.

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command, ValueHint};
use infomaniak_cloud::session::config::{Config, Environment};

use super::{flags, names};
use crate::command::{self, Action};
use crate::{arguments, local, output};

/// One thing that may stand there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    pub(super) word: String,
    /// What it is, in a few words.
    pub(super) about: String,
}

/// All that may stand there.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// What of the current word stays in front of each: `--image=`.
    pub(super) prefix: String,
    pub(super) candidates: Vec<Candidate>,
    /// The shell shall offer its files instead.
    pub(super) files: bool,
}

impl Values {
    fn of<W: Into<String>>(words: impl IntoIterator<Item = W>) -> Values {
        let word = |word: W| Candidate { word: word.into(), about: String::new() };
        Values { candidates: words.into_iter().map(word).collect(), ..Values::default() }
    }
}

/// What may stand where `current` is, behind the words `before` it (the first is `ik`).
pub(super) fn candidates(before: &[String], current: &str) -> Values {
    let words: Vec<_> = before.iter().map(OsString::from).collect();
    let action = command::called(&words);
    let command = command::at_cursor(action);
    let cursor = Cursor { before, action, command: &command };
    if let Some(flag) = before.last().and_then(|word| cursor.valued(word)) {
        return cursor.values(flag, current);
    }
    if let Some((flag, value)) = current.split_once('=')
        && let Some(arg) = cursor.valued(flag)
    {
        let mut values = cursor.values(arg, value);
        values.prefix.insert_str(0, &format!("{flag}="));
        return values;
    }
    if current.starts_with('-') {
        return cursor.flags();
    }
    let mut values = Values { candidates: next_words(&words, action), ..Values::default() };
    if let Some(arg) = cursor.positional() {
        let found = cursor.values(arg, current);
        values.candidates.extend(found.candidates);
        values.files = found.files && values.candidates.is_empty();
        values.prefix = found.prefix;
    }
    values
}

/// The words that lead on from those typed to a command.
fn next_words(words: &[OsString], action: Option<Action>) -> Vec<Candidate> {
    let typed: Vec<_> = command::typed(words).iter().filter_map(|at| words[*at].to_str()).collect();
    if action.is_some_and(|action| action.command().split(' ').count() < typed.len()) {
        return Vec::new();
    }
    let canonical = command::canonical(&typed);
    let next = command::next(&canonical).into_iter();
    next.map(|(word, about)| Candidate { word: word.to_string(), about }).collect()
}

struct Cursor<'a> {
    before: &'a [String],
    action: Option<Action>,
    command: &'a Command,
}

impl Cursor<'_> {
    /// The flag that `word` is, if it takes a value.
    fn valued(&self, word: &str) -> Option<&Arg> {
        let name = word.strip_prefix('-')?;
        let letters = name.chars();
        let called = |arg: &&Arg| {
            if let Some(long) = name.strip_prefix('-') {
                let others = arg.get_all_aliases().unwrap_or_default();
                return arg.get_long() == Some(long) || others.contains(&long);
            }
            match (letters.clone().next(), letters.clone().nth(1)) {
                (Some(short), None) => {
                    let others = arg.get_all_short_aliases().unwrap_or_default();
                    arg.get_short() == Some(short) || others.contains(&short)
                }
                _ => false,
            }
        };
        self.command.get_arguments().find(called).filter(|arg| arg.get_action().takes_values())
    }

    /// Flags that can still be given.
    fn flags(&self) -> Values {
        let given = |arg: &Arg| {
            let flag = arg.get_long().map(|long| format!("--{long}"));
            let repeats = matches!(arg.get_action(), ArgAction::Append);
            let is =
                |word: &String| flag.as_deref() == Some(word.split('=').next().unwrap_or_default());
            !repeats && self.before.iter().any(is)
        };
        let candidate = |arg: &Arg| {
            let about = arg.get_help().map(ToString::to_string).unwrap_or_default();
            let about = about.lines().next().unwrap_or_default().to_string();
            Some(Candidate { word: format!("--{}", arg.get_long()?), about })
        };
        let flags = flags(self.command).filter(|arg| !given(arg)).filter_map(candidate);
        Values { candidates: flags.collect(), ..Values::default() }
    }

    /// The values given without a flag behind the command's own words.
    fn given(&self) -> Vec<&str> {
        let mut given = Vec::new();
        let mut words = self.before.iter().skip(1);
        while let Some(word) = words.next() {
            if self.valued(word).is_some() {
                words.next();
            } else if !word.starts_with('-') {
                given.push(word.as_str());
            }
        }
        let own = self.action.map_or(0, |action| action.command().split(' ').count());
        given.split_off(own.min(given.len()))
    }

    /// The argument without a flag that comes next.
    fn positional(&self) -> Option<&Arg> {
        let all: Vec<_> = self.command.get_positionals().collect();
        let many = |arg: &&&Arg| arg.get_num_args().is_some_and(|range| range.max_values() > 1);
        all.get(self.given().len()).or_else(|| all.last().filter(many)).copied()
    }

    /// What may be the value of an argument.
    fn values(&self, arg: &Arg, current: &str) -> Values {
        let id = arg.get_id().as_str();
        if let (Some(Action::Operation(operation)), "column" | "sort") = (self.action, id) {
            let (head, last) = match current.rsplit_once(',') {
                Some((head, last)) => (format!("{head},"), last),
                None => (String::new(), current),
            };
            let fields = output::fields(operation);
            let mut values = match last.rsplit_once(':').filter(|_| id == "sort") {
                Some((field, _)) => {
                    Values { prefix: format!("{field}:"), ..Values::of(["asc", "desc"]) }
                }
                None => Values::of(fields),
            };
            values.prefix.insert_str(0, &head);
            return values;
        }
        if id == "cloud" {
            return Values::of(clouds());
        }
        if matches!(arg.get_value_hint(), ValueHint::FilePath | ValueHint::DirPath) {
            return Values { files: true, ..Values::default() };
        }
        if let Some(Action::Operation(operation)) = self.action
            && let Some(noun) = arguments::noun(operation, id)
        {
            let given = self.given();
            let mut candidates = names::of(&noun, self.global("cloud"), self.global("region"));
            candidates.retain(|candidate| !given.contains(&candidate.word.as_str()));
            return Values { candidates, ..Values::default() };
        }
        let possible = arg.get_possible_values();
        let candidate = |value: &clap::builder::PossibleValue| Candidate {
            word: value.get_name().to_string(),
            about: value.get_help().map(ToString::to_string).unwrap_or_default(),
        };
        let shown = possible.iter().filter(|value| !value.is_hide_set());
        Values { candidates: shown.map(candidate).collect(), ..Values::default() }
    }

    /// The value of a global flag, if it is given.
    fn global(&self, id: &str) -> Option<&str> {
        let mut words = self.before.iter();
        while let Some(word) = words.next() {
            let (flag, value) = match word.split_once('=') {
                Some((flag, value)) => (flag, Some(value)),
                None => (word.as_str(), None),
            };
            if self.valued(flag).is_some_and(|arg| arg.get_id() == id) {
                return value.or_else(|| words.next().map(String::as_str));
            }
        }
        None
    }
}

/// The clouds that can be named.
fn clouds() -> Vec<String> {
    let mut names = Config::entries(&Environment::process()).unwrap_or_default();
    names.extend(local::names().filter(|name| !names.contains(name)).collect::<Vec<_>>());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        let (before, current) = line.rsplit_once(' ').unwrap();
        let before: Vec<_> = before.split(' ').map(String::from).collect();
        candidates(&before, current).candidates.into_iter().map(|each| each.word).collect()
    }

    #[test]
    fn nouns_and_verbs_lead_to_commands() {
        assert!(words("ik ").iter().any(|word| word == "keypair"));
        assert_eq!(words("ik key "), ["list", "show", "create", "delete"]);
        assert_eq!(words("ik --cloud local az "), ["zone"]);
        assert!(words("ik server resize ").contains(&"confirm".to_string()));
        assert!(!words("ik server resize web ").contains(&"confirm".to_string()));
        assert_eq!(words("ik nonsense "), [""; 0]);
    }

    #[test]
    fn every_command_can_be_typed_by_choosing_what_is_offered() {
        for action in Action::all() {
            let mut line = String::from("ik ");
            for word in action.command().split(' ') {
                assert!(words(&line).iter().any(|offered| offered == word), "{line}{word}");
                line.push_str(word);
                line.push(' ');
            }
        }
    }

    #[test]
    fn flags_that_are_given_are_not_offered_again() {
        let flags = words("ik server list --debug -");
        assert!(flags.contains(&"--format".into()) && flags.contains(&"--cloud".into()));
        assert!(!flags.contains(&"--debug".into()));
        assert!(
            words("ik server create x --security-group a --").contains(&"--security-group".into())
        );
    }

    #[test]
    fn values_follow_their_flag() {
        assert_eq!(words("ik server reboot web --reboot-type "), ["soft", "hard"]);
        assert_eq!(words("ik server list -f "), ["table", "json", "yaml", "csv", "value"]);
        assert_eq!(words("ik flavor list --sort ra")[..2], ["id", "name"]);
        assert!(words("ik server list --cloud ").contains(&"local-demo2".into()));
        assert!(words("ik completion ").contains(&"fish".into()));
    }
}
