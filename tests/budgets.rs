//! Budgets of the release binary that do not depend on time.

#![allow(clippy::unwrap_used)] // a test, outside of test functions too

use std::path::PathBuf;
use std::process::Command;

/// Builds `ik` as it is released; cargo does nothing if that has been done.
fn release_binary() -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--package", "ik", "--message-format=json"])
        .stderr(std::process::Stdio::inherit())
        .output()
        .unwrap();
    assert!(built.status.success());
    let messages = String::from_utf8(built.stdout).unwrap();
    let executable = messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    });
    executable.unwrap()
}

#[test]
fn the_release_binary_is_below_15_megabytes() {
    let size = release_binary().metadata().unwrap().len();
    println!("ik has {size} bytes");
    assert!(size < 15_000_000, "{size} bytes");
}
