//! What goes where: data to standard output, talk to standard error; and what happens when one of
//! them is closed or full.

use std::fs::File;
use std::io::Read;
use std::process::{Command, Stdio};

fn ik(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ik"));
    command.args(arguments).env_clear().env("HOME", "/nowhere");
    command
}

#[test]
fn an_error_goes_to_standard_error_alone_and_has_no_colour_there() {
    let output = ik(&["server", "list"]).output().unwrap();
    assert_eq!(output.status.code(), Some(8));
    assert!(output.stdout.is_empty());
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with("error: no credentials found\nhint: "), "{stderr}");
    assert_eq!(stderr.lines().count(), 2);
}

#[test]
fn help_goes_to_standard_output_alone() {
    let output = ik(&["server", "--help"]).output().unwrap();
    assert!(output.status.success());
    assert!(output.stderr.is_empty());
    assert!(!output.stdout.contains(&0x1b));
}

#[test]
fn a_reader_that_has_gone_is_no_reason_to_complain() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = ik(&["--help"]).stdout(writer).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}

#[test]
fn an_error_that_nobody_can_read_keeps_its_exit_code() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    assert_eq!(ik(&["server", "list"]).stderr(full).status().unwrap().code(), Some(8));
}

#[test]
fn a_change_that_is_interrupted_before_its_answer_leaves_the_question_open() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    for (verb, says) in [("create", Some("look before trying again")), ("list", None)] {
        let arguments = match verb {
            "create" => &["keypair", "create", "ann"][..],
            _ => &["keypair", "list"],
        };
        let mut command = ik(arguments);
        command.env("OS_AUTH_URL", format!("http://{}/v3", listener.local_addr().unwrap()));
        command.env("OS_TOKEN", "x").env("OS_PROJECT_ID", "x").env("IK_NO_CACHE", "1");
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (mut silent, _) = listener.accept().unwrap();
        silent.read_exact(&mut [0; 4]).unwrap(); // it waits for an answer now
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(130), "{stderr}");
        let (first, rest) = stderr.split_once('\n').unwrap();
        assert_eq!(first, "interrupted");
        assert!(says.map_or(rest.is_empty(), |says| rest.contains(says)), "{stderr}");
    }
}
