//! Budgets of the release binary that do not depend on time.

#![allow(clippy::unwrap_used)] // a test, outside of test functions too

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

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

#[test]
fn a_list_of_5000_servers_takes_less_than_30_mebibytes() {
    let ik = release_binary();
    let folder = tempfile::tempdir().unwrap();
    fill(&ik, folder.path(), 5000);
    let served = Served::start(&ik, folder.path());
    let (servers, peak) = listing(&ik, &served.clouds_yaml);
    println!("ik server list -f json with 5,000 servers takes {peak} KiB");
    assert_eq!(servers, 5000);
    assert!(peak < 30 * 1024, "{peak} KiB");
}

#[test]
fn images_of_any_size_pass_in_less_than_25_mebibytes() {
    const MEBIBYTES: usize = 200;
    let ik = release_binary();
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(&ik, folder.path());
    let called = |words: &[&str]| {
        let mut command = calling(&ik, &served.clouds_yaml);
        command.args(words).stdout(Stdio::null());
        command
    };

    let mut create = called(&["image", "create", "big", "--file", "-"]);
    let mut creating = create.stdin(Stdio::piped()).spawn().unwrap();
    let mut input = creating.stdin.take().unwrap();
    let fed = std::thread::spawn(move || {
        (0..MEBIBYTES).try_for_each(|n| input.write_all(&vec![u8::try_from(n).unwrap(); 1 << 20]))
    });
    let created = peak_until_it_ends(&mut creating);
    fed.join().unwrap().unwrap();

    let file = folder.path().join("big.img");
    let save = ["image", "save", "big", "--file", file.to_str().unwrap()];
    let saved = peak_until_it_ends(&mut called(&save).spawn().unwrap());
    let data = std::fs::read(&file).unwrap();
    assert_eq!(data.len(), MEBIBYTES << 20);
    assert!(data.chunks(1 << 20).enumerate().all(|(n, piece)| usize::from(piece[0]) == n));
    println!("an image of {MEBIBYTES} MiB is created with {created} KiB, saved with {saved} KiB");
    assert!(created < 25 * 1024 && saved < 25 * 1024, "{created} and {saved} KiB");
}

/// `ik` with nothing of the caller's configuration, and the local cloud in `folder`.
fn ik(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("IK_LOCAL", folder).env("HOME", folder);
    command
}

/// Makes more servers with an address each, a thousand at a time.
fn fill(program: &Path, folder: &Path, mut more: usize) {
    while more > 0 {
        let count = more.min(1000);
        let made = ik(program, folder)
            .args(["--cloud", "local", "server", "create", "many", "--count", &count.to_string()])
            .args(["--flavor", "a1-ram2-disk20-perf1", "--image", "Debian 12 bookworm"])
            .args(["--network", "demo-net", "--no-wait"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        more -= count;
    }
}

/// The local cloud as a process of its own, so that its memory is not counted.
struct Served {
    process: Child,
    clouds_yaml: PathBuf,
}

impl Served {
    fn start(program: &Path, folder: &Path) -> Served {
        let mut process = ik(program, folder)
            .args(["local", "serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // What it says on standard error is that all of the configuration is written.
        BufReader::new(process.stderr.take().unwrap()).read_line(&mut String::new()).unwrap();
        let clouds_yaml = folder.join("clouds.yaml");
        let mut text = vec![0; 65536];
        let read = process.stdout.take().unwrap().read(&mut text).unwrap();
        std::fs::write(&clouds_yaml, &text[..read]).unwrap();
        Served { process, clouds_yaml }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Lists the servers; gives their number and the program's largest memory in KiB.
///
/// The program cannot end before its whole output has been taken: that is when its memory is read.
fn listing(program: &Path, clouds_yaml: &Path) -> (usize, usize) {
    let mut command = calling(program, clouds_yaml);
    command.args(["server", "list", "-f", "json"]).stdout(Stdio::piped());
    let mut process = command.spawn().unwrap();
    let mut output: BufReader<ChildStdout> = BufReader::new(process.stdout.take().unwrap());
    output.fill_buf().unwrap();
    let peak = peak(&process).unwrap();
    let records: Vec<serde_json::Value> = serde_json::from_reader(output).unwrap();
    assert!(process.wait().unwrap().success());
    (records.len(), peak)
}

/// `ik` with the served local cloud.
fn calling(program: &Path, clouds_yaml: &Path) -> Command {
    let mut command = Command::new(program);
    let home = clouds_yaml.parent().unwrap();
    command.env_clear().env("OS_CLIENT_CONFIG_FILE", clouds_yaml).env("OS_CLOUD", "demo");
    command.env("HOME", home);
    command
}

/// The largest memory in KiB that a process had so far; none of one that is about to be gone.
fn peak(process: &Child) -> Option<usize> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"));
    peak?.trim().parse().ok()
}

/// Looks at a process's memory again and again.
fn peak_until_it_ends(process: &mut Child) -> usize {
    let mut largest = 0;
    loop {
        largest = largest.max(peak(process).unwrap_or_default());
        if let Some(status) = process.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            return largest;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}
