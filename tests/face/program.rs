//! The two programs under comparison, and the cloud they are used on.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::client::Client;
use crate::local::Cloud;

/// What a program did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The client and the face, as the same person on the same cloud.
pub(crate) struct Programs {
    /// The client's script.
    script: PathBuf,
    client: OnceLock<Client>,
    ik: PathBuf,
    clouds_yaml: PathBuf,
    cloud: &'static str,
    folder: TempDir,
    /// Served for as long as this lives.
    _served: Option<Cloud>,
}

impl Programs {
    pub(crate) fn on_testbed(cloud: &'static str) -> Self {
        let clouds_yaml = std::env::var_os("OS_CLIENT_CONFIG_FILE").map(PathBuf::from);
        let clouds_yaml = clouds_yaml.unwrap_or_else(|| {
            panic!("OS_CLIENT_CONFIG_FILE has to name the testbed's clouds.yaml")
        });
        Programs::new(clouds_yaml, cloud, None)
    }

    pub(crate) fn on_local() -> Self {
        let served = Cloud::start();
        Programs::new(served.path("clouds.yaml"), "demo", Some(served))
    }

    fn new(clouds_yaml: PathBuf, cloud: &'static str, served: Option<Cloud>) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/clients/bin/openstack");
        assert!(script.exists(), "the newest clients are not installed; ./test does it");
        let ik = crate::ik::binary().unwrap();
        let folder = crate::record::folder().unwrap();
        let client = OnceLock::new();
        Programs { script, client, ik, clouds_yaml, cloud, folder, _served: served }
    }

    pub(crate) fn client(&self, words: &[String]) -> Done {
        let client = self.client.get_or_init(|| {
            Client::start(self.command(&self.script.with_file_name("python3")), &self.script)
        });
        client.run(words)
    }

    /// The client in a process from the beginning.
    pub(crate) fn client_alone(&self, words: &[String]) -> Done {
        self.run(&self.script, words)
    }

    pub(crate) fn face(&self, words: &[String]) -> Done {
        let mut all = vec!["openstack".to_string()];
        all.extend_from_slice(words);
        self.run(&self.ik, &all)
    }

    /// `ik` as itself, told that what it asks is meant.
    pub(crate) fn ik(&self, words: &[String]) -> Done {
        let mut all = words.to_vec();
        all.push("--yes".to_string());
        self.run(&self.ik, &all)
    }

    /// A path in a folder of this comparison's own.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program in the surroundings of all.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8");
        command.env("HOME", self.folder.path()).current_dir(self.folder.path());
        command.env("OS_CLIENT_CONFIG_FILE", &self.clouds_yaml).env("OS_CLOUD", self.cloud);
        command
    }

    fn run(&self, program: &Path, words: &[String]) -> Done {
        let output = self.command(program).args(words).stdin(Stdio::null()).output().unwrap();
        Done {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// A line as a shell would split it, without its finer points.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words
}
