//! `ik local serve`: the cloud for other clients.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command};

use crate::home::{Done, Home, signal};
use crate::record;

/// A server that has said where it is.
pub(crate) struct Served {
    child: Child,
    /// `127.0.0.1:40404`
    pub(crate) address: String,
}

impl Served {
    /// Serves a home's cloud at a free port, with a clouds.yaml in that home.
    pub(crate) fn start(home: &Home) -> Served {
        let mut command = home.command(&["local", "serve", "--listen", "127.0.0.1:0"]);
        command.stdout(File::create(home.path("served.yaml")).unwrap());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.strip_prefix("http://").and_then(|rest| rest.split(' ').next());
        let address = address.unwrap_or_else(|| panic!("{line}")).to_string();
        let page = std::fs::read_to_string(home.path("served.yaml")).unwrap();
        let secrets = page.lines().filter_map(|line| line.split_once("credential_secret: "));
        secrets.for_each(|(_, secret)| record::secret(secret.trim_matches(['\'', '"'])));
        Served { child, address }
    }

    /// Ends it by a signal; it has to go quietly.
    pub(crate) fn end(mut self, by: &str) {
        signal(by, &self.child);
        assert_eq!(self.child.wait().unwrap().code(), Some(0), "{by}");
    }
}

/// Should a test fail.
impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `ik` with the clouds.yaml that the server has printed.
fn client(home: &Home, cloud: &str, words: &[&str]) -> Command {
    let mut command = home.command(words);
    command.env("OS_CLIENT_CONFIG_FILE", "served.yaml").env("OS_CLOUD", cloud);
    command
}

const KEYPAIRS: [&str; 6] = ["keypair", "list", "-f", "value", "-c", "name"];

#[test]
fn every_login_it_prints_works_and_all_see_one_cloud() {
    let home = Home::new();
    home.make("before");
    let served = Served::start(&home);
    home.make("meanwhile");
    let list = |cloud: &str| Done::from(client(&home, cloud, &KEYPAIRS).output().unwrap()).good();
    assert_eq!(list("demo"), "before\nmeanwhile\n");
    assert_eq!(list("demo-appcred"), "before\nmeanwhile\n");
    for stranger in ["demo2", "demo-full", "admin"] {
        assert_eq!(list(stranger), "");
    }
    Done::from(client(&home, "demo", &["keypair", "create", "after"]).output().unwrap()).good();
    served.end("INT");
    assert_eq!(home.made(), ["after", "before", "meanwhile"]);
}

#[test]
fn the_openrc_lines_work_in_a_shell() {
    let home = Home::new();
    home.make("ann");
    let served = Served::start(&home);
    let page = std::fs::read_to_string(home.path("served.yaml")).unwrap();
    let openrc = page.split("\nopenrc:\n").nth(1).unwrap();
    let mut tried = Vec::new();
    for block in openrc.split_inclusive("|\n").zip(openrc.split("|\n").skip(1)) {
        let (name, lines) = block;
        let name = name.lines().last().unwrap().trim().trim_end_matches(": |");
        let exports: Vec<_> = lines.lines().filter(|line| line.starts_with("    ")).collect();
        let script =
            format!("{}\n{} {}", exports.join("\n"), env!("CARGO_BIN_EXE_ik"), KEYPAIRS.join(" "));
        let listed = Done::from(home.program("sh", &["-c", &script]).output().unwrap()).good();
        tried.push((name.to_string(), listed));
    }
    let expected = [
        ("demo", "ann\n"),
        ("demo2", ""),
        ("demo-full", ""),
        ("admin", ""),
        ("demo-appcred", "ann\n"),
        ("infomaniak", "ann\n"),
    ];
    assert_eq!(tried, expected.map(|(name, listed)| (name.to_string(), listed.to_string())));
    drop(served);
}

#[test]
fn a_port_that_is_taken_is_a_clear_error() {
    let home = Home::new();
    let served = Served::start(&home);
    let complaint = home.ik(&["local", "serve", "--listen", &served.address]).refused(5);
    assert!(complaint.contains(&format!("cannot listen on {}", served.address)), "{complaint}");
    assert!(complaint.contains("hint: `--listen 127.0.0.1:0`"), "{complaint}");
}

#[test]
fn a_request_in_progress_is_answered_before_it_ends() {
    let home = Home::new();
    home.make("ann");
    let served = Served::start(&home);
    home.ik(&["local", "fault", "delay", "0.5", "--path", "os-keypairs"]).good();
    let running = client(&home, "demo", &KEYPAIRS).spawn().unwrap();
    // The fault is used up as soon as the request is there.
    while !home.ik(&["local", "fault", "list"]).good().is_empty() {}
    served.end("TERM");
    assert_eq!(Done::from(running.wait_with_output().unwrap()).good(), "ann\n");
}

#[test]
fn a_clouds_yaml_that_nobody_can_read_is_a_failure() {
    let home = Home::new();
    let mut command = home.command(&["local", "serve", "--listen", "127.0.0.1:0"]);
    command.stdout(File::options().write(true).open(Path::new("/dev/full")).unwrap());
    assert_eq!(command.status().unwrap().code(), Some(74));
}
