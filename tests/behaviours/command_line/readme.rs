//! README's session, typed as it stands there: what people try first must work.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use infomaniak_cloud::operation::Description;
use infomaniak_cloud::operations;
use serde_json::{Value, json};

use super::Done;
use crate::case::{Case, Failure, Outcome};
use crate::context::Context;
use crate::ik::binary;
use crate::other_client::program;
use crate::things::{INSTANCE, KEYPAIR, Thing};

const README: &str = include_str!("../../../README.md");

pub(super) fn cases() -> Vec<Case> {
    vec![Case::new("README's session does what it shows, line by line", session).proves(&[
        "list_flavors",
        "create_keypair",
        "create_instance",
        "list_instances",
        "get_instance",
        "stop_instance",
        "delete_instance",
        "delete_keypair",
    ])]
}

async fn session(context: &Context) -> Outcome {
    let mut session = Session::begin(context)?;
    let lines = lines(README)?;
    for line in lines {
        session.line(line).map_err(|Failure(why)| Failure(format!("`{line}`: {why}")))?;
    }
    Ok(())
}

/// The commands of the one block marked as `console`, without their prompts.
fn lines(readme: &str) -> Outcome<Vec<&str>> {
    let blocks: Vec<_> = readme.split("```console\n").skip(1).collect();
    let [block] = blocks[..] else {
        return Err(Failure(format!("README has {} blocks of commands, not one", blocks.len())));
    };
    let block = block.split("```").next().unwrap_or_default();
    Ok(block.lines().filter_map(|line| line.strip_prefix("$ ")).collect())
}

/// A person at a shell, with a folder to work in.
struct Session<'a> {
    context: &'a Context,
    folder: PathBuf,
    path: String,
    /// What README calls the things it makes, and what they are called here: the project has other
    /// things, and other cases.
    names: Vec<(&'a str, String)>,
}

impl<'a> Session<'a> {
    fn begin(context: &'a Context) -> Outcome<Self> {
        let (programs, folder) = (context.path("bin"), context.path("here"));
        std::fs::create_dir(&programs)?;
        std::fs::create_dir(&folder)?;
        symlink(std::path::absolute(binary().map_err(Failure)?)?, programs.join("ik"))?;
        let path = std::env::var("PATH").unwrap_or_default();
        let path = format!("{}:{path}", programs.display());
        Ok(Session { context, folder, path, names: Vec::new() })
    }

    fn line(&mut self, line: &'a str) -> Outcome {
        let operation = operation(line)?;
        let words: Vec<_> = line.split(' ').collect();
        if operation.verb() == "create" {
            let name = words[1 + operation.command.split(' ').count()];
            self.names.push((name, self.context.name(thing(operation.noun())?, name)));
        }
        let renamed = |word: &&'a str| {
            let known = self.names.iter().find(|(name, _)| name == word);
            known.map_or(*word, |(_, name)| name.as_str()).to_string()
        };
        let words: Vec<_> = words.iter().map(renamed).collect();
        let done = self.run(&words)?;
        if done.code != 0 {
            return Err(Failure(format!("{done:?}")));
        }
        self.check(operation, &words, &done)
    }

    /// Leaves the reading of the line to a shell.
    fn run(&self, words: &[String]) -> Outcome<Done> {
        let mut shell = program("sh", self.context);
        shell.args(["-c", &words.join(" ")]).current_dir(&self.folder).stdin(Stdio::null());
        shell.env("PATH", &self.path).env("OS_CLOUD", self.context.target.member);
        let output = shell.env("XDG_CACHE_HOME", self.context.tokens()).output()?;
        let arguments: Vec<_> = words[1..].iter().map(String::as_str).collect();
        self.context.noted(&arguments, output)
    }

    /// What the command says it does is what another client sees.
    fn check(&self, operation: &Description, words: &[String], done: &Done) -> Outcome {
        let (context, target) = (self.context, &self.context.target);
        if words.iter().any(|word| word == "--wait") {
            assert!(done.stderr.ends_with(": done\n"), "{done:?}");
        }
        match operation.method {
            "list_flavors" => {
                let rows = rows(&done.stdout);
                assert_eq!(rows[0], ["name", "vcpus", "ram"]);
                assert!(rows.iter().any(|row| row[0] == target.flavor), "{rows:?}");
                let rams: Vec<u64> =
                    rows[1..].iter().filter_map(|row| row[2].parse().ok()).collect();
                assert!(rams.len() == rows.len() - 1 && rams.is_sorted(), "{rams:?}");
            }
            "create_keypair" => {
                let seen = context.openstack_json(&["keypair", "show", self.named("ann")])?;
                assert!(done.stdout.contains(seen["fingerprint"].as_str().unwrap()), "{done:?}");
                private_key(&self.folder.join("ann.pem"))?;
                assert!(!done.stdout.contains("PRIVATE KEY"));
            }
            "create_instance" => {
                let seen = self.server()?;
                assert_eq!(seen["status"], "ACTIVE");
                assert_eq!(seen["key_name"], self.named("ann"));
                for (field, name) in [
                    ("image", target.image),
                    ("flavor", target.flavor),
                    ("addresses", target.network),
                ] {
                    assert!(seen[field].to_string().contains(name), "{field}: {seen}");
                }
                assert!(done.stdout.contains(seen["id"].as_str().unwrap()), "{done:?}");
            }
            "list_instances" => {
                let rows = rows(&done.stdout);
                let ours = rows.iter().find(|row| row[1] == self.named("web"));
                assert_eq!(ours.map(|row| row[2].as_str()), Some("ACTIVE"), "{rows:?}");
            }
            "get_instance" => {
                let shown: Value = serde_json::from_str(&done.stdout)?;
                let (name, status) = (self.named("web"), "ACTIVE");
                assert_eq!((&shown["name"], &shown["status"]), (&json!(name), &json!(status)));
            }
            "stop_instance" => assert_eq!(self.server()?["status"], "SHUTOFF"),
            "delete_instance" => {
                let left = context.openstack(&["server", "list", "-f", "value", "-c", "Name"])?;
                assert!(!left.contains(self.named("web")), "{left}");
            }
            "delete_keypair" => {
                let left = context.openstack(&["keypair", "list", "-f", "value", "-c", "Name"])?;
                assert!(!left.contains(self.named("ann")), "{left}");
            }
            // Whoever adds a line says here how it is seen to have worked.
            other => return Err(Failure(format!("nobody checks what {other} does: {words:?}"))),
        }
        Ok(())
    }

    /// What a thing of README's is called here.
    fn named(&self, name: &str) -> &str {
        self.names.iter().find(|(known, _)| *known == name).map(|(_, name)| name.as_str()).unwrap()
    }

    fn server(&self) -> Outcome<Value> {
        self.context.openstack_json(&["server", "show", self.named("web")])
    }
}

fn operation(line: &str) -> Outcome<&'static Description> {
    let called = |o: &&Description| format!("{line} ").starts_with(&format!("ik {} ", o.command));
    operations().find(called).ok_or_else(|| Failure(format!("`{line}` is no command of ik's")))
}

fn thing(noun: &str) -> Outcome<&'static Thing> {
    match noun {
        "server" => Ok(&INSTANCE),
        "keypair" => Ok(&KEYPAIR),
        _ => Err(Failure(format!("nobody says how a {noun} is removed again"))),
    }
}

/// The cells of a table, its header first.
fn rows(table: &str) -> Vec<Vec<String>> {
    let rows = table.lines().filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'));
    rows.map(|row| row.split('|').map(|cell| cell.trim().to_string()).collect()).collect()
}

fn private_key(file: &Path) -> Outcome {
    assert!(std::fs::read_to_string(file)?.contains("PRIVATE KEY"));
    assert_eq!(std::fs::metadata(file)?.permissions().mode() & 0o777, 0o600);
    Ok(())
}
