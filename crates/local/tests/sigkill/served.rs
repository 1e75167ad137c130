//! A process that serves a cloud, so that it can be killed.
//!
//! It is this test's own executable, started again for the one test [`serve`].

use std::env;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use infomaniak_local::Local;

/// The variable that names the folder to serve.
const FOLDER: &str = "SERVED_FOLDER";

/// A running process.
pub(crate) struct Served {
    pub(crate) process: Process,
    pub(crate) output: Output,
}

impl Served {
    /// Starts a process that will serve `folder`.
    pub(crate) fn start(folder: &Path) -> Served {
        Served::start_with(Command::new("env"), folder)
    }

    /// The same, through a command that runs the one it is given.
    pub(crate) fn start_with(mut command: Command, folder: &Path) -> Served {
        let mut process = command
            .arg(env::current_exe().unwrap())
            .args(["--exact", "served::serve", "--ignored", "--nocapture"])
            .env(FOLDER, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = Output(BufReader::new(process.stdout.take().unwrap()));
        let input = process.stdin.take().unwrap();
        Served { process: Process { child: process, _input: input }, output }
    }
}

/// What can be killed. It is when this is dropped.
pub(crate) struct Process {
    child: Child,
    /// The process ends with it, whatever becomes of this one.
    _input: ChildStdin,
}

impl Process {
    /// Kills it with SIGKILL and waits for its end.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What a process says.
pub(crate) struct Output(BufReader<ChildStdout>);

impl Output {
    /// Waits until it serves: where, or why not. `None` if it was killed before.
    pub(crate) fn url(&mut self) -> Option<Result<String, String>> {
        for line in self.0.by_ref().lines() {
            let line = line.ok()?;
            if line.starts_with("http://") {
                return Some(Ok(line));
            }
            if let Some(why) = line.strip_prefix("refused: ") {
                return Some(Err(why.to_string()));
            }
        }
        None
    }
}

#[tokio::test]
#[ignore = "serves what the other tests ask; it is started by them"]
async fn serve() {
    let Some(folder) = env::var_os(FOLDER) else { return };
    // libtest has begun a line.
    println!();
    match Local::open(Path::new(&folder)) {
        Ok(local) => {
            let serving = local.serve("127.0.0.1:0").await.unwrap();
            println!("{}", serving.url());
            let until_closed = || io::stdin().read_to_end(&mut Vec::new());
            tokio::task::spawn_blocking(until_closed).await.unwrap().unwrap();
        }
        Err(why) => println!("refused: {why}"),
    }
}
