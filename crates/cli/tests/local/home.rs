//! A user who has just installed `ik`: an empty home folder, and no variable set.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::record;

/// The home of such a user.
pub(crate) struct Home(TempDir);

/// How a run of `ik` ended.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Home {
    pub(crate) fn new() -> Self {
        Home(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Where the local cloud is kept, if nothing says otherwise.
    pub(crate) fn cloud(&self) -> PathBuf {
        self.path(".local/share/ik/local")
    }

    /// `ik` as this user would start it, at home.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        self.program(env!("CARGO_BIN_EXE_ik"), words)
    }

    pub(crate) fn program(&self, program: &str, words: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(words).env_clear().env("HOME", self.0.path()).current_dir(self.0.path());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn ik(&self, words: &[&str]) -> Done {
        let done = Done::from(self.command(words).output().unwrap());
        let command = words.strip_prefix(&["--cloud", "local"]).unwrap_or(words);
        let command = command[..command.len().min(2)].join(" ");
        record::said(&format!("stdout of ik {command}"), &done.stdout);
        done
    }

    /// `ik --cloud local`, which has to succeed and to print JSON.
    pub(crate) fn local(&self, words: &[&str]) -> Value {
        let words = [&["--cloud", "local"], words, &["-f", "json"]].concat();
        serde_json::from_str(&self.ik(&words).good()).unwrap()
    }

    /// Makes a key pair, the smallest thing that one can make.
    pub(crate) fn make(&self, keypair: &str) {
        self.local(&["keypair", "create", keypair]);
    }

    /// The names of the key pairs there are.
    pub(crate) fn made(&self) -> Vec<String> {
        names(&self.local(&["keypair", "list"]))
    }
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        let stderr = String::from_utf8(output.stderr).unwrap();
        record::said("stderr of ik", &stderr);
        let stdout = String::from_utf8(output.stdout).unwrap();
        Done { code: output.status.code(), stdout, stderr }
    }
}

impl Done {
    /// What it printed, if it went well.
    #[track_caller]
    pub(crate) fn good(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    /// What it complained of, if it ended with this code and printed nothing.
    #[track_caller]
    pub(crate) fn refused(self, code: i32) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (Some(code), ""), "{self:?}");
        assert!(self.stderr.starts_with("error: "), "{self:?}");
        self.stderr
    }
}

/// The names in a list, in alphabetical order.
pub(crate) fn names(list: &Value) -> Vec<String> {
    let name = |record: &Value| record["name"].as_str().unwrap().to_string();
    let mut names: Vec<_> = list.as_array().unwrap().iter().map(name).collect();
    names.sort();
    names
}

/// Sends a signal, as a person at another terminal would.
pub(crate) fn signal(name: &str, child: &Child) {
    let kill = format!("kill -{name} {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
}
