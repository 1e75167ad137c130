//! Completion: what could stand where the cursor is.
//!
//! A shell's script is a few lines that never change: at each TAB it starts `ik` with the words so far
//! and offers what that prints. What is offered is read off the command tree ([`mod@candidates`]), and
//! names of servers, images and the like off a short-lived cache ([`names`]). Each shell is given
//! what it needs: zsh, fish and elvish compare and quote themselves, for bash and PowerShell it is
//! done here ([`mod@line`]). Nothing goes to standard error, and nothing is an error.

mod candidates;
mod line;
pub(crate) mod names;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};

use clap::builder::PossibleValue;
use clap::{Arg, ArgMatches, Command, ValueEnum, value_parser};
use infomaniak_cloud::{Error, Kind};

use crate::own::Own;
use crate::talk::Talk;
use candidates::{Candidate, Values, candidates};

pub(crate) const COMMANDS: &[Own] = &[Own {
    command: "completion",
    about: "Prints a script that lets a shell complete `ik` commands.\n\n\
            Nouns, verbs, flags and their values are completed, and the names of what there is in \
            the cloud. The script stays the same when `ik` gets new commands.\n\n\
            ```sh\n\
            ik completion bash > ~/.local/share/bash-completion/completions/ik\n\
            ik completion zsh > ~/.zfunc/_ik\n\
            ik completion fish > ~/.config/fish/completions/ik.fish\n\
            ik completion elvish > ~/.config/elvish/lib/ik.elv\n\
            ik completion powershell > ik.ps1\n\
            ```",
    calls: false,
    declare: |command| {
        command.arg(
            Arg::new("shell")
                .value_name("SHELL")
                .required(true)
                .value_parser(value_parser!(Shell))
                .help("The shell that shall read it"),
        )
    },
    run: print_script,
}];

/// A shell that can be taught.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shell {
    Bash,
    Elvish,
    Fish,
    /// PowerShell.
    Power,
    Zsh,
}

impl Shell {
    fn name(self) -> &'static str {
        match self {
            Shell::Bash => "bash",
            Shell::Elvish => "elvish",
            Shell::Fish => "fish",
            Shell::Power => "powershell",
            Shell::Zsh => "zsh",
        }
    }

    fn script(self) -> &'static str {
        match self {
            Shell::Bash => include_str!("completion/ik.bash"),
            Shell::Elvish => include_str!("completion/ik.elv"),
            Shell::Fish => include_str!("completion/ik.fish"),
            Shell::Power => include_str!("completion/ik.ps1"),
            Shell::Zsh => include_str!("completion/ik.zsh"),
        }
    }
}

impl ValueEnum for Shell {
    fn value_variants<'a>() -> &'a [Self] {
        &[Shell::Bash, Shell::Elvish, Shell::Fish, Shell::Power, Shell::Zsh]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

fn print_script(matches: &ArgMatches, _: &Talk) -> Result<u8, Error> {
    if let Some(shell) = matches.get_one::<Shell>("shell") {
        let written = std::io::stdout().write_all(shell.script().as_bytes());
        if let Err(error) = written
            && error.kind() != ErrorKind::BrokenPipe
        {
            return Err(Error::new(Kind::Invalid, format!("cannot write the script: {error}")));
        }
    }
    Ok(0)
}

/// Answers a shell's script, or renews names for a later answer, if the words are such a call:
/// `ik __complete SHELL ...`, `ik __names NOUN ...`.
pub(crate) fn serves(words: &[OsString]) -> bool {
    let words: Vec<_> = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    match words.get(1).map(String::as_str) {
        Some("__complete") => {
            if let Some(answer) = words.get(2..).and_then(answer) {
                let _ = std::io::stdout().write_all(answer.as_bytes());
            }
            true
        }
        Some(names::RENEW) => {
            names::renew(&words[2..]);
            true
        }
        _ => false,
    }
}

/// A first line that says what the shell has to do, then a line for each candidate, with a tab
/// before what it is.
fn answer(words: &[String]) -> Option<String> {
    let (name, words) = words.split_first()?;
    let shell = *Shell::value_variants().iter().find(|shell| shell.name() == name)?;
    match shell {
        Shell::Bash => {
            let (line, breaks) = (words.first()?, words.get(1)?);
            let line = line::parse(line, breaks);
            let found = candidates(&line.before, &line.current);
            Some(write(&found, |candidate| line.completed(&found.prefix, candidate)))
        }
        Shell::Power => {
            // The current word goes first, after a sign: PowerShell leaves out what is empty.
            let (current, before) = words.split_first()?;
            let current = line::unquoted(current.strip_prefix('=')?);
            let found = candidates(before, &current);
            Some(write(&found, |candidate| {
                let whole = format!("{}{candidate}", found.prefix);
                let begins = whole.to_lowercase().starts_with(&current.to_lowercase());
                begins.then(|| line::powershell_word(&whole))
            }))
        }
        Shell::Zsh => {
            // Zsh completes the rest of a word of which it is told to pass over the beginning.
            let words: Vec<_> = words.iter().map(|word| line::unquoted(word)).collect();
            let (current, before) = words.split_last()?;
            let found = candidates(before, current);
            let mut text = write(&found, |candidate| Some(candidate.to_string()));
            if !found.files {
                let end = text.find('\n').unwrap_or(text.len());
                text.insert_str(end, &format!(" {}", found.prefix.chars().count()));
            }
            Some(text)
        }
        Shell::Fish | Shell::Elvish => {
            let (current, before) = words.split_last()?;
            // What elvish says is without quotes already.
            let fish = shell == Shell::Fish;
            let current = if fish { line::unquoted(current) } else { current.clone() };
            let found = candidates(before, &current);
            Some(write(&found, |candidate| Some(format!("{}{candidate}", found.prefix))))
        }
    }
}

/// Candidates with a line break or another control character cannot be typed, and are left out.
fn write(found: &Values, completed: impl Fn(&str) -> Option<String>) -> String {
    let mut text = String::from(if found.files { "files\n" } else { "words\n" });
    let typable = |candidate: &&Candidate| !candidate.word.contains(char::is_control);
    for Candidate { word, about } in found.candidates.iter().filter(typable) {
        if let Some(word) = completed(word) {
            let _ = writeln!(text, "{word}\t{}", crate::text::line(about));
        }
    }
    text
}

/// Marks an argument that wants a file's name.
pub(crate) fn file(arg: Arg) -> Arg {
    arg.value_hint(clap::ValueHint::FilePath)
}

/// A command with its flags, as far as they are declared, for what completes them.
fn flags(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|arg| !arg.is_positional() && !arg.is_hide_set())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(words: &[&str]) -> Vec<String> {
        let words: Vec<_> = words.iter().map(ToString::to_string).collect();
        let text = answer(&words).unwrap();
        let word = |line: &str| line.split('\t').next().unwrap().to_string();
        text.lines().map(word).collect()
    }

    #[test]
    fn bash_gets_what_is_left_of_a_word_in_its_own_quotes() {
        let bash = |line: &str| answers(&["bash", line, " \t\n\"'@><=;|&(:"]);
        assert_eq!(bash("ik keyp"), ["words", "keypair"]);
        assert_eq!(bash("ik server lis"), ["words", "list"]);
        assert_eq!(bash("ik server list --format=js"), ["words", "json"]);
        assert_eq!(bash("ik server list --sort name:"), ["words", "asc", "desc"]);
        assert_eq!(bash("ik server list -c name,sta"), ["words", "name,status"]);
        assert_eq!(bash("ik server create x --user-data "), ["files"]);
        assert_eq!(bash("ik server reboot --reboot-type \"s"), ["words", "soft"]);
    }

    #[test]
    fn zsh_is_told_what_to_pass_over() {
        let zsh = answers(&["zsh", "ik", "server", "list", "--format=js"]);
        assert_eq!(zsh[..3], ["words 9", "table", "json"]);
    }

    #[test]
    fn fish_gets_whole_words() {
        let fish = answers(&["fish", "ik", "server", "list", "--format=js"]);
        assert_eq!(fish[..3], ["words", "--format=table", "--format=json"]);
    }

    #[test]
    fn powershell_gets_what_begins_so() {
        assert_eq!(answers(&["powershell", "=keyp", "ik"]), ["words", "keypair"]);
        assert_eq!(answers(&["powershell", "=", "ik", "keypair"]).len(), 5);
    }
}
