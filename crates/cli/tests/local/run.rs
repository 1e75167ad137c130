//! `ik local run`: a command and the cloud around it.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;

use crate::home::{Done, Home, signal};

#[test]
fn the_command_sees_this_cloud_and_no_other() {
    let home = Home::new();
    home.make("ann");
    let ik = env!("CARGO_BIN_EXE_ik");
    let inside = [ik, "keypair", "list", "-f", "value", "-c", "name"];
    let run = |words: &[&str]| {
        let mut command = home.command(&[&["local", "run", "--"], words].concat());
        command.env("OS_CLOUD", "elsewhere").env("OS_TOKEN", "x").env("INFOMANIAK_OTHER", "x");
        Done::from(command.output().unwrap()).good()
    };
    // By INFOMANIAK_*, which an ik prefers ...
    assert_eq!(run(&inside), "ann\n");
    // ... and by OS_*, as other clients.
    let unset =
        ["env", "-u", "INFOMANIAK_APP_CREDENTIAL_ID", "-u", "INFOMANIAK_APP_CREDENTIAL_SECRET"];
    assert_eq!(run(&[&unset[..], &inside].concat()), "ann\n");
    let variables = run(&["env"]);
    for stray in ["OS_CLOUD=", "OS_TOKEN=", "INFOMANIAK_OTHER="] {
        assert!(!variables.contains(stray), "{variables}");
    }
    assert!(!home.path(".cache").exists());
}

#[test]
fn its_streams_and_its_end_are_the_commands() {
    let home = Home::new();
    let run = |words: &[&str]| home.ik(&[&["local", "run"], words].concat());
    let done = run(&["sh", "-c", "echo out; echo err >&2; exit 7"]);
    assert_eq!((done.code, &*done.stdout, &*done.stderr), (Some(7), "out\n", "err\n"));
    assert_eq!(run(&["sh", "-c", "kill -KILL $$"]).code, Some(128 + 9));
    assert!(run(&["/nowhere/program"]).refused(127).contains("/nowhere/program"));
    assert!(run(&["/"]).refused(126).contains("Permission denied"));
}

#[test]
fn signals_reach_it() {
    let home = Home::new();
    for (name, code) in [("TERM", 3), ("INT", 4), ("HUP", 5)] {
        // Without the signal it ends by itself, some day.
        let rest = "for i in $(seq 400); do sleep 0.05; done";
        let script = format!("trap 'exit {code}' {name}; echo ready; {rest}");
        let mut command = home.command(&["local", "run", "--", "sh", "-c", &script]);
        // Not the group of the terminal that these tests may run on.
        let mut child = command.process_group(0).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        signal(name, &child);
        assert_eq!(child.wait().unwrap().code(), Some(code), "{name}");
    }
}
