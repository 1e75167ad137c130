//! Manual pages, read off the command tree: one for `ik`, for each noun and for each command.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use clap::{Arg, ArgMatches, Command, ValueHint};
use clap_mangen::Man;
use infomaniak_cloud::{Error, Kind, operation};
use roff::{Roff, bold, roman};

use crate::command::{self, Action};
use crate::own::Own;
use crate::talk::Talk;

pub(crate) const COMMANDS: &[Own] = &[Own {
    command: "man",
    about: "Writes the manual pages of all commands into a folder.\n\n\
            `man ik-server-create` shows one of them, if the folder is in man's path; \
            ~/.local/share/man is, where ~/.local/bin is in PATH.\n\n\
            ```sh\n\
            ik man ~/.local/share/man/man1\n\
            ```",
    calls: false,
    declare: |command| {
        command.arg(
            Arg::new("folder")
                .value_name("FOLDER")
                .required(true)
                .value_parser(clap::value_parser!(std::path::PathBuf))
                .value_hint(ValueHint::DirPath)
                .help("Where to; it is made if it is not there"),
        )
    },
    run,
}];

/// The day of this version.
const DATE: &str = "2026-11-21";

fn run(matches: &ArgMatches, talk: &Talk) -> Result<u8, Error> {
    let Some(folder) = matches.get_one::<std::path::PathBuf>("folder") else { return Ok(0) };
    let written = write_all(folder).map_err(|error| {
        Error::new(Kind::Invalid, format!("cannot write into {}: {error}", folder.display()))
            .with_hint("name a folder that you may write into")
    })?;
    talk.say(format_args!("man: {written} pages in {}", folder.display()));
    Ok(0)
}

/// Writes every page; gives their number.
fn write_all(folder: &Path) -> io::Result<usize> {
    std::fs::create_dir_all(folder)?;
    let commands = Action::all().map(Action::command);
    let paths: BTreeSet<String> = commands.flat_map(paths).collect();
    for path in &paths {
        let mut page = Vec::new();
        write_page(&mut page, path)?;
        std::fs::write(folder.join(format!("{}.1", name(path))), page)?;
    }
    Ok(paths.len())
}

/// The command with all that it stands below: `server resize confirm`, `server resize`, `server`,
/// and `ik` itself, which is nothing.
fn paths(command: &str) -> Vec<String> {
    let words: Vec<_> = command.split(' ').collect();
    (0..=words.len()).map(|count| words[..count].join(" ")).collect()
}

/// The page's name: `ik-server-create`.
fn name(path: &str) -> String {
    format!("ik {path}").trim().replace(' ', "-")
}

fn write_page(page: &mut dyn Write, path: &str) -> io::Result<()> {
    let action = Action::all().find(|action| action.command() == path);
    let (summary, about) = if let Some(action) = action {
        (action.summary().to_string(), operation::prose(action.about()))
    } else {
        (command::about(path), format!("{}.", command::about(path)))
    };
    let command = command::at_cursor(action).display_name(name(path)).about(summary);
    let command = command.bin_name(format!("ik {path}").trim()).long_about(about);
    let command = command.mut_args(name_values);
    let man = Man::new(if action.is_some() { command } else { takes_command(command) })
        .title(name(path))
        .date(DATE)
        .source(concat!("ik ", env!("CARGO_PKG_VERSION")))
        .manual("Infomaniak Public Cloud");
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)?;
    write_commands(page, path)?;
    if let Some(action) = action {
        write_examples(page, action)?;
    }
    write_see_also(page, path)
}

/// Lists the possible values in a sentence: a list of its own for three words is a waste of paper.
fn name_values(arg: Arg) -> Arg {
    let values: Vec<_> =
        arg.get_possible_values().iter().map(|value| value.get_name().to_string()).collect();
    if values.is_empty() || !arg.get_action().takes_values() {
        return arg;
    }
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    arg.help(format!("{help}: {}", values.join(", "))).hide_possible_values(true)
}

/// What stands above other commands is called with one of them.
fn takes_command(command: Command) -> Command {
    command.arg(Arg::new("command").value_name("COMMAND").required(true).help("One of those below"))
}

/// The pages directly below this one.
fn write_commands(page: &mut dyn Write, path: &str) -> io::Result<()> {
    let below = command::next(path);
    if below.is_empty() {
        return Ok(());
    }
    let mut roff = Roff::new();
    roff.control("SH", ["COMMANDS"]);
    for (word, about) in below {
        let path = format!("{path} {word}");
        roff.control("TP", []);
        roff.text([bold(name(path.trim())), roman("(1)")]);
        roff.text([roman(about)]);
    }
    roff.to_writer(page)
}

fn write_examples(page: &mut dyn Write, action: Action) -> io::Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]);
    for (index, example) in operation::examples(action.about()).enumerate() {
        if index > 0 {
            roff.control("PP", []);
        }
        roff.control("nf", []);
        roff.text([roman(example)]);
        roff.control("fi", []);
    }
    roff.to_writer(page)
}

fn write_see_also(page: &mut dyn Write, path: &str) -> io::Result<()> {
    let mut pages = paths(path);
    pages.pop();
    if pages.is_empty() {
        return Ok(());
    }
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    let mut line = Vec::new();
    for (index, page) in pages.iter().enumerate() {
        line.push(roman(if index > 0 { ", " } else { "" }));
        line.extend([bold(name(page)), roman("(1)")]);
    }
    roff.text(line);
    roff.to_writer(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_with_its_flags_and_examples() {
        for action in Action::all() {
            let mut page = Vec::new();
            write_page(&mut page, action.command()).unwrap();
            let page = String::from_utf8(page).unwrap();
            for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "SEE ALSO"] {
                assert!(page.contains(section), "{}: {section}", action.command());
            }
        }
        assert_eq!(paths("server resize"), ["", "server", "server resize"]);
        assert_eq!(name(""), "ik");
    }
}
