//! Somebody with a home folder, `ik` in the path, and the local cloud as the chosen one.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::ik;

pub(crate) struct Person(TempDir);

impl Person {
    pub(crate) fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("bin")).unwrap();
        std::os::unix::fs::symlink(ik::binary().unwrap(), home.path().join("bin/ik")).unwrap();
        Person(home)
    }

    pub(crate) fn home(&self) -> &Path {
        self.0.path()
    }

    /// A program with the environment of this person and nothing else.
    pub(crate) fn command(&self, program: &str) -> Command {
        let system = std::env::var("PATH").unwrap();
        let path = format!("{}:{system}", self.home().join("bin").display());
        let mut command = Command::new(program);
        command.env_clear().env("HOME", self.home()).env("PATH", path).env("LANG", "C.UTF-8");
        command.env("OS_CLOUD", "local").env("SHELL", "/bin/sh").current_dir(self.home());
        command
    }

    /// Runs `ik`.
    pub(crate) fn ik(&self, words: &[&str]) -> Output {
        self.command(self.home().join("bin/ik").to_str().unwrap()).args(words).output().unwrap()
    }

    /// Runs `ik`, which has to succeed; gives what it printed.
    #[track_caller]
    pub(crate) fn good(&self, words: &[&str]) -> String {
        let output = self.ik(words);
        assert!(output.status.success(), "ik {words:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Creates an instance.
    pub(crate) fn create(&self, name: &str) {
        let what = ["--flavor", "a1-ram2-disk20-perf1", "--image", "Debian 12 bookworm"];
        self.good(&[&["server", "create", name], &what[..], &["--network", "demo-net"]].concat());
    }

    /// Writes a file at home.
    pub(crate) fn write(&self, path: &str, content: &str) -> PathBuf {
        let path = self.home().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }
}

/// Fails with what to install where a program is missing.
pub(crate) fn need(program: &str, package: &str) {
    let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output().unwrap();
    assert!(found.status.success(), "there is no {program}: apt-get install {package}");
}
