//! The client, started once for many commands: most of what it costs is Python reading its modules.
//! `client.py` has them read, and forks for each command. What is printed then and how it ends is the
//! client's own doing; the trials `client/...` compare both ways.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Done, Programs};

/// Command lines for which it is looked whether the client started once does what the client does.
pub(crate) const LINES: &[&str] = &[
    "flavor list -f json",
    "flavor list --sort-column Name",
    "loadbalancer provider list -f yaml",
    "network show nothing-has-this-name",
    "volume delete nothing-has-this-name",
    "server list --no-such-flag",
    "server show",
    "server list --help",
    "no such command",
    "--version",
];

/// Stands by for as long as this lives.
pub(crate) struct Client {
    process: Child,
    /// A short path: that of a socket has to be.
    folder: TempDir,
}

impl Client {
    /// `python` is a command of the interpreter that runs `script`, in the surroundings of all commands.
    pub(crate) fn start(mut python: Command, script: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("face/client.py");
        python.arg(server).arg(script).arg(socket(&folder));
        let mut process = python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n", "the client does not start");
        Client { process, folder }
    }

    pub(crate) fn run(&self, words: &[String]) -> Done {
        let mut stream = UnixStream::connect(socket(&self.folder)).unwrap();
        writeln!(stream, "{}", serde_json::to_string(words).unwrap()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let done: Value = serde_json::from_str(&answer).unwrap();
        let text = |name: &str| done[name].as_str().unwrap().to_string();
        // Ended by a signal, it has none, as for `Command`.
        let code = done["code"].as_i64().filter(|code| *code >= 0);
        Done {
            code: code.map(|code| code.try_into().unwrap()),
            stdout: text("stdout"),
            stderr: text("stderr"),
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn socket(folder: &TempDir) -> PathBuf {
    folder.path().join("client")
}

/// Whether both ways of starting the client come to the same.
pub(crate) fn check(programs: &Programs, line: &str) -> Result<(), String> {
    let words = crate::program::words(line);
    let (alone, forked) = (programs.client_alone(&words), programs.client(&words));
    if alone == forked {
        return Ok(());
    }
    Err(format!("on its own, it does\n{alone:?}\nstarted once\n{forked:?}"))
}
