//! How it looks where there is little room, no UTF-8, no colour, or no reader.

use std::process::Stdio;

use crate::person::Person;
use crate::terminal::Terminal;

/// Runs a command line in a terminal of so many columns; gives the screen without the command.
fn screen(person: &Person, columns: u16, line: &str) -> String {
    let line = format!("sh -c '{line}; echo \"code $?\"; sleep 100'");
    let terminal = Terminal::open(person, columns, &line);
    let screen = terminal.shows("the end", |screen| screen.contains("\ncode "));
    screen.split("\ncode ").next().unwrap_or_default().to_string()
}

/// Every border of a table ends where its first one does.
fn assert_whole(screen: &str, columns: usize) {
    for block in screen.split("\n\n") {
        let widths: Vec<_> = block
            .lines()
            .filter(|line| line.starts_with(['|', '+']))
            .map(|line| (line.chars().count(), line.ends_with(['|', '+'])))
            .collect();
        assert!(!widths.is_empty(), "{screen}");
        assert!(widths.iter().all(|(width, ends)| *width <= columns && *ends), "{screen}");
    }
}

#[test]
fn forty_columns_are_enough() {
    let person = Person::new();
    person.create("web");
    for line in ["ik server list", "ik server show web", "ik flavor list -c name -c ram"] {
        let screen = screen(&person, 40, line);
        assert_whole(&screen, 40);
    }
    // What is too wide for a line is shown record by record.
    let list = screen(&person, 40, "ik server list");
    assert!(list.contains("| field") && list.contains("| name"), "{list}");
    let help = screen(&person, 40, "ik server show --help");
    assert!(help.lines().all(|line| line.len() <= 40), "{help}");
}

#[test]
fn twenty_columns_are_survived() {
    let person = Person::new();
    person.create("web");
    let screen = screen(&person, 20, "ik server show web -c name -c availability_zone");
    assert!(screen.contains("availability_zone") && screen.contains("web"), "{screen}");
}

#[test]
fn without_utf8_only_data_is_not_ascii() {
    let person = Person::new();
    let run = |line: &str| {
        let mut sh = person.command("sh");
        let output = sh.env("LANG", "C").env("LC_ALL", "C").args(["-c", line]).output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    for line in ["ik", "ik --help", "ik server --help", "ik server create --help", "ik lst servers"]
    {
        let text = run(line);
        assert!(text.is_ascii() && !text.is_empty(), "{line}: {text}");
    }
    person.create("Zürich");
    let list = run("ik server list -c name");
    assert!(list.contains("| Zürich |"), "{list}");
    assert!(list.replace("Zürich", "").is_ascii(), "{list}");
}

#[test]
fn colour_is_for_terminals_that_want_it() {
    let person = Person::new();
    let coloured = |variables: &str| {
        let line = format!("env {variables} script -qec \"ik server show nobody\" /dev/null");
        let output = person.command("sh").args(["-c", &line]).output().unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(coloured("TERM=xterm"));
    assert!(!coloured("TERM=xterm NO_COLOR=1"));
    assert!(!coloured("TERM=dumb"));
    let piped = person.ik(&["server", "show", "nobody"]);
    assert!(!piped.stderr.contains(&0x1b) && !piped.stderr.is_empty());
}

#[test]
fn a_pipe_gets_the_full_width_and_may_be_closed() {
    let person = Person::new();
    person.create("a-server-with-a-name-that-is-longer-than-forty-columns");
    let list = person.good(&["server", "list"]);
    assert!(list.lines().all(|line| line.len() > 100), "{list}");
    let line = "ik image list | head -1";
    let output = person.command("sh").args(["-c", line]).stdin(Stdio::null()).output().unwrap();
    assert!(output.stderr.is_empty(), "{output:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1);
}
