//! The examples of all operations, pasted into a shell: they do what they say in a local cloud with
//! the servers `web` and `db`.

use std::path::Path;
use std::process::Command;

use infomaniak_cloud::operation::Description;
use infomaniak_cloud::operations;

use crate::person::Person;

/// What has to be done before the examples of a command make sense.
const BEFORE: &[(&str, &str)] = &[
    ("server start", "ik server stop web --wait"),
    ("server unpause", "ik server pause web --wait"),
    ("server resume", "ik server suspend web --wait"),
    ("server unshelve", "ik server shelve web --wait"),
    ("server unrescue", "ik server rescue web --wait"),
    ("server unlock", "ik server lock web"),
    ("server unset", "ik server set web --property role=front --tag blue"),
    ("server resize confirm", "ik server resize web --flavor a2-ram4-disk20-perf1 --wait"),
    ("server resize revert", "ik server resize web --flavor a2-ram4-disk20-perf1 --wait"),
    ("server add port", "ik port create front --network demo-net"),
    ("server remove port", "ik port create front --network demo-net; ik server add port web front"),
    ("server add security group", "ik server remove security group web default"),
    ("image set", IMAGES),
    ("image unset", IMAGES),
    ("image delete", IMAGES),
];

/// Images of one's own.
const IMAGES: &str = "ik image create mine --file disk.qcow2 --property os_distro=debian --tag base; \
                      ik image create other --file disk.qcow2";

/// Services whose examples find here what they name.
const SERVICES: &[&str] = &["compute"];

/// Commands that the local cloud has not got, with the reason.
const NOT_LOCAL: &[(&str, &str)] = &[];

#[test]
fn every_example_works_when_it_is_pasted() {
    let person = Person::new();
    for name in ["web", "db"] {
        person.create(name);
    }
    person.good(&["keypair", "create", "ann", "-c", "name"]);
    person.good(&["server", "group", "create", "apart"]);
    person.good(&["volume", "create", "data", "--size", "10"]);
    person.write(".ssh/id_ed25519.pub", KEY);
    person.write("disk.qcow2", "QFI\u{fb} the beginning of a disk");
    let cloud = person.home().join(".local/share/ik/local");
    let fresh = person.home().join("fresh");
    copy(&cloud, &fresh);
    let mut faults = Vec::new();
    for operation in operations().filter(|operation| SERVICES.contains(&operation.service)) {
        for example in operation.examples() {
            std::fs::remove_dir_all(&cloud).unwrap();
            copy(&fresh, &cloud);
            faults.extend(fault(&person, operation, example));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What went wrong with an example, if it did.
fn fault(person: &Person, operation: &Description, example: &str) -> Option<String> {
    let of = |table: &[(&str, &'static str)]| {
        table.iter().find(|(command, _)| *command == operation.command).map(|(_, what)| *what)
    };
    // A person would be asked; nobody is here.
    let asks = operation.effect.wants_confirmation() && !example.contains("--yes");
    let yes = if asks { " --yes" } else { "" };
    let line = format!("{}; {example}{yes}", of(BEFORE).unwrap_or(":"));
    let output = person.command("sh").args(["-ec", &line]).output().unwrap();
    match (output.status.success(), of(NOT_LOCAL)) {
        (true, None) | (false, Some(_)) => None,
        (true, Some(_)) => Some(format!("{example}: works; take it off the list")),
        (false, None) => {
            Some(format!("{example}: {}", String::from_utf8_lossy(&output.stderr).trim()))
        }
    }
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").args([from, to]).status().unwrap().success());
}

const KEY: &str = "ssh-ed25519 \
    AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl somebody@somewhere\n";
