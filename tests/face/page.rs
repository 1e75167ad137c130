//! docs/openstack-face.md, as far as it is for this program.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

/// The page's tables, and which of their lines were seen to be true.
pub(crate) struct Page {
    /// Lines of "What differs on purpose": command, key, `missing`, `other`, `maybe` other, or `marks`:
    /// each program's own properties.
    differences: Vec<[String; 3]>,
    seen: Mutex<BTreeSet<usize>>,
    /// Commands of "Commands that the face does not have".
    left_out: BTreeSet<String>,
}

impl Page {
    pub(crate) fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openstack-face.md");
        let page = std::fs::read_to_string(path).unwrap();
        let differences = rows(&page, "## What differs on purpose");
        let names = |cell: &str| cell.split(", ").map(unquoted).collect::<Vec<_>>();
        let differences = differences.iter().flat_map(|row| {
            let (commands, keys, how) = (names(&row[0]), names(&row[1]), &row[2]);
            let both = commands.into_iter().flat_map(move |command| {
                keys.clone().into_iter().map(move |key| (command.clone(), key))
            });
            both.map(|(command, key)| [command, key, how.clone()]).collect::<Vec<_>>()
        });
        let left_out = rows(&page, "## Commands that the face does not have");
        Page {
            differences: differences.collect(),
            seen: Mutex::default(),
            left_out: left_out.into_iter().map(|row| row[0].clone()).collect(),
        }
    }

    /// Whether the page says that the face leaves a key out.
    pub(crate) fn is_missing(&self, line: &str, key: &str) -> bool {
        self.has(line, key, "missing")
    }

    /// Whether the page says that the face has another value.
    pub(crate) fn is_other(&self, line: &str, key: &str) -> bool {
        self.has(line, key, "other") || self.has(line, key, "maybe")
    }

    /// Whether the page says that each program keeps notes of its own there.
    pub(crate) fn has_marks(&self, line: &str, key: &str) -> bool {
        self.has(line, key, "marks")
    }

    fn has(&self, line: &str, key: &str, how: &str) -> bool {
        let found = self.differences.iter().position(|[command, known, kind]| {
            line.starts_with(command.as_str()) && known == key && kind == how
        });
        if let Some(index) = found {
            self.seen.lock().unwrap().insert(index);
        }
        found.is_some()
    }

    /// Every difference that the page has for these commands was seen.
    pub(crate) fn check_seen(&self, lines: &[&str]) -> Result<(), String> {
        let seen = self.seen.lock().unwrap();
        for (index, [command, key, how]) in self.differences.iter().enumerate() {
            let concerned = lines.iter().any(|line| line.starts_with(command.as_str()));
            if concerned && how != "maybe" && !seen.contains(&index) {
                return Err(format!(
                    "docs/openstack-face.md says that `{key}` of `{command}` is {how}, but it is not"
                ));
            }
        }
        Ok(())
    }

    /// Every operation is spoken by the face, or the page says why not.
    pub(crate) fn check_commands(&self) -> Result<(), String> {
        let help =
            Command::new(crate::ik::binary()?).args(["openstack", "--help"]).output().unwrap();
        let help = String::from_utf8(help.stdout).unwrap();
        let (_, list) = help.split_once("Commands:\n").ok_or("the help has no list of commands")?;
        let spoken: BTreeSet<_> = list.lines().map(str::trim).collect();
        let mut wrong = Vec::new();
        let mut used = BTreeSet::new();
        for operation in infomaniak_cloud::operations() {
            let command = operation.command;
            let row = self.left_out.iter().find(|row| covers(row, command));
            match (spoken.contains(command), row) {
                (false, None) => {
                    wrong.push(format!("`{command}` is neither spoken nor on the page"));
                }
                (false, Some(row)) => {
                    used.insert(row);
                }
                (true, Some(row)) if row == command => {
                    wrong.push(format!("`{command}` is spoken, but on the page"));
                }
                (true, _) => {}
            }
        }
        let idle = self.left_out.iter().filter(|row| !used.contains(row));
        wrong.extend(idle.map(|row| format!("`{row}` is on the page, but ik has no such command")));
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
    }
}

/// `volume *` covers `volume list` and all others on volumes.
fn covers(row: &str, command: &str) -> bool {
    row == command || row.strip_suffix('*').is_some_and(|nouns| command.starts_with(nouns))
}

/// The cells of the table below a heading, without backquotes.
fn rows(page: &str, heading: &str) -> Vec<Vec<String>> {
    let (_, section) = page.split_once(heading).unwrap_or_else(|| panic!("no `{heading}`"));
    let section = section.split("\n## ").next().unwrap();
    let lines = section.lines().filter(|line| line.starts_with('|')).skip(2);
    lines.map(|line| line.trim_matches('|').split('|').map(unquoted).collect()).collect()
}

fn unquoted(cell: &str) -> String {
    cell.trim().trim_matches('`').to_string()
}
