//! What goes where: data to standard output, talk to standard error; and what happens when one of
//! them is closed or full.

use std::fs::File;
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
