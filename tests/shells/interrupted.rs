//! Ctrl-C while something is waited for.

use crate::person::Person;
use crate::terminal::Terminal;

/// Runs a command that waits for a cloud that is slow to tell, and presses Ctrl-C when `seen` is on
/// the screen. Gives what is said then.
fn interrupted(person: &Person, line: &str, seen: &str) -> String {
    let terminal = Terminal::open(person, 120, "sh");
    terminal.types(&format!("{line}; echo \"code $?\""));
    terminal.presses("Enter");
    terminal.shows(seen, |screen| screen.lines().skip(1).any(|line| line.contains(seen)));
    terminal.presses("C-c");
    terminal.shows("the end", |screen| screen.contains("code 130"))
}

/// What stands on the screen from "interrupted" on.
fn said(screen: &str) -> Vec<&str> {
    screen.lines().skip_while(|line| !line.ends_with("interrupted")).skip(1).collect()
}

/// Lets the cloud fail in this way with the next requests about one server.
fn fault(person: &Person, kind: &[&str], method: &str) {
    let which = ["--method", method, "--path", "/servers/", "--count", "99"];
    person.good(&[&["local", "fault"], kind, &which].concat());
}

#[test]
fn a_creation_goes_on_and_can_be_looked_at() {
    let person = Person::new();
    fault(&person, &["rewrite", "ACTIVE", "BUILD"], "GET");
    let line = "ik --cloud local server create late --flavor a1-ram2-disk20-perf1 \
                --image 'Debian 12 bookworm' --network demo-net";
    let screen = interrupted(&person, line, "BUILD");
    let said = said(&screen);
    assert!(said[0].starts_with("instance `late` (") && said[0].contains(") is BUILD"), "{screen}");
    let accepted = "what the cloud has accepted goes on there; to look: ";
    let look = said[1].strip_prefix(accepted).unwrap_or_else(|| panic!("{screen}"));
    assert!(look.starts_with("ik --cloud local server show "), "{look}");
    // The command that is named can be typed.
    person.good(&["local", "fault", "clear"]);
    let words: Vec<_> = look.split(' ').skip(1).chain(["-c", "name", "-f", "value"]).collect();
    assert_eq!(person.good(&words), "late\n");
}

#[test]
fn of_several_each_is_told() {
    let person = Person::new();
    for name in ["a", "b"] {
        person.create(name);
    }
    fault(&person, &["rewrite", "SHUTOFF", "ACTIVE"], "GET");
    let screen = interrupted(&person, "ik server stop a b --wait", "2 waited for");
    let said = said(&screen);
    assert!(said[0].starts_with("instance `a` ("), "{screen}");
    assert!(said[1].starts_with("instance `b` ("), "{screen}");
    assert_eq!(said[2], "what the cloud has accepted goes on there; to look: ik server list");
}

#[test]
fn a_deletion_without_an_answer_leaves_the_question_open() {
    let person = Person::new();
    person.create("a");
    fault(&person, &["delay", "60"], "DELETE");
    let screen = interrupted(&person, "ik server delete a --yes --wait", "server delete ...");
    let said = said(&screen);
    let open =
        "whether the cloud has accepted it is not known: look before trying again: ik server list";
    assert_eq!(said[0], open, "{screen}");
}
