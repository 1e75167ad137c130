//! A set of OpenStack's own clients.

use std::path::{Path, PathBuf};

use crate::cloud::Cloud;

/// Where one set is installed.
pub(crate) struct Client {
    pub(crate) openstack: PathBuf,
    python: PathBuf,
}

impl Client {
    pub(crate) fn debian() -> Self {
        Client::new(
            Path::new("/usr"),
            "python3-openstackclient is not installed; testbed/up does it",
        )
    }

    pub(crate) fn newest() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/clients");
        Client::new(&folder, "the newest clients are not installed; ./test does it")
    }

    fn new(prefix: &Path, otherwise: &str) -> Self {
        let openstack = prefix.join("bin/openstack");
        assert!(openstack.exists(), "{otherwise}");
        Client { openstack, python: prefix.join("bin/python3") }
    }

    /// Runs `sdk.py`, which checks what it sees itself.
    pub(crate) fn sdk(&self) {
        let cloud = Cloud::start();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("foreign/sdk.py");
        let output = cloud.program(&self.python).arg(script).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        assert_eq!(String::from_utf8_lossy(&output.stdout).lines().last(), Some("all checked"));
    }
}
