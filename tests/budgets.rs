//! Budgets of the release binary that do not depend on time.

use std::path::PathBuf;
use std::process::Command;

const MEGABYTE: u64 = 1_000_000;

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
    executable.expect("cargo names the executable")
}

#[test]
fn the_release_binary_is_below_15_megabytes() {
    let size = release_binary().metadata().unwrap().len();
    println!("ik: {:.1} MB", size as f64 / MEGABYTE as f64);
    assert!(size < 15 * MEGABYTE, "{size} bytes");
}
