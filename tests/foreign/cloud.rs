//! A local cloud of a test's own, served by `ik`.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A fresh cloud with a `clouds.yaml`, served until this is dropped.
pub(crate) struct Cloud {
    child: Child,
    folder: TempDir,
}

impl Cloud {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clouds_yaml = File::create(folder.path().join("clouds.yaml")).unwrap();
        let mut child = Command::new(crate::ik::binary().unwrap())
            .args(["local", "serve", "--listen", "127.0.0.1:0"])
            .env("IK_LOCAL", folder.path().join("cloud"))
            .stdout(clouds_yaml)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It says where it is once that can be relied upon.
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("http://127.0.0.1:"), "{line}");
        Cloud { child, folder }
    }

    /// A path in the test's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program that knows this cloud as `demo`, and no other.
    pub(crate) fn program(&self, program: &std::path::Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("HOME", self.folder.path()).current_dir(self.folder.path());
        command.env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8");
        command.env("OS_CLIENT_CONFIG_FILE", self.path("clouds.yaml")).env("OS_CLOUD", "demo");
        command.stdin(Stdio::null());
        command
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
