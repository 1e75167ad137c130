//! Manual pages, as `man` shows them and as mandoc judges them.

use crate::person::{Person, need};

#[test]
fn there_is_a_page_for_each_command_and_mandoc_finds_no_fault() {
    need("mandoc", "mandoc");
    let person = Person::new();
    person.good(&["man", "man/man1"]);
    let folder = person.home().join("man/man1");
    let pages: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|page| page.unwrap().path()).collect();
    for name in ["ik", "ik-server", "ik-server-create", "ik-server-resize-confirm", "ik-man"] {
        assert!(pages.contains(&folder.join(format!("{name}.1"))), "{name}");
    }
    let judged =
        person.command("mandoc").args(["-T", "lint", "-W", "warning"]).args(&pages).output();
    let judged = judged.unwrap();
    let faults = String::from_utf8(judged.stdout).unwrap();
    assert!(judged.status.success() && faults.is_empty(), "{faults}");
}

#[test]
fn a_page_can_be_read() {
    need("man", "man-db");
    let person = Person::new();
    person.good(&["man", "man/man1"]);
    let mut man = person.command("man");
    man.env("MANPATH", person.home().join("man")).env("MANWIDTH", "80").env("MANPAGER", "cat");
    let shown = man.args(["ik-server-create"]).output().unwrap();
    let page = String::from_utf8(shown.stdout).unwrap();
    for text in [
        "ik-server-create - Creates an instance and waits until it is ACTIVE",
        "--flavor",
        "EXAMPLES",
        "ik server create app --flavor a1-ram2-disk20-perf1",
        "ik-server(1)",
    ] {
        assert!(page.contains(text), "{text}:\n{page}");
    }
}
