//! A local cloud of a test's own, seen through a tap.

use std::path::Path;
use std::process::{Command, Stdio};

use infomaniak_cloud::session::config::Config;
use infomaniak_cloud::{Cloud, Error};
use infomaniak_local::{Fault, Local, Serving, Victims};
use tempfile::TempDir;

use crate::record;
use crate::tap::Tap;

/// A token is asked for.
pub(crate) const LOGIN: &str = "POST /identity/v3/auth/tokens";
/// The key pairs are listed.
pub(crate) const LIST: &str = "GET /compute/v2.1/os-keypairs";

pub(crate) struct Stage {
    pub(crate) tap: Tap,
    local: Local,
    /// Id and secret of an application credential.
    credential: (String, String),
    home: TempDir,
    _serving: Serving,
    folder: TempDir,
}

impl Stage {
    pub(crate) async fn open() -> Stage {
        record::listen();
        let folder = tempfile::tempdir().unwrap();
        let local = Local::open(folder.path()).unwrap();
        let serving = local.serve("127.0.0.1:0").await.unwrap();
        // The cloud's catalog leads back to where it was asked for: all requests pass the tap.
        let tap = Tap::before(&serving.url()).await;
        let logins = local.credentials().unwrap();
        let credential = (logins.application_credential_id, logins.application_credential_secret);
        record::secret(&credential.1);
        let home = record::folder().unwrap();
        Stage { tap, local, credential, home, _serving: serving, folder }
    }

    /// Lets the next `count` requests fail that have this method (empty: any), and this in their
    /// path.
    pub(crate) fn plan(&self, count: u32, method: &str, path: &str, fault: &Fault) {
        let method = Some(method.to_string()).filter(|method| !method.is_empty());
        self.local.plan_fault(fault, &Victims { method, path: path.into(), count }).unwrap();
    }

    pub(crate) fn clear_faults(&self) {
        self.local.clear_faults().unwrap();
    }

    /// A client that has not logged in yet.
    pub(crate) fn cloud(&self) -> Cloud {
        let (id, secret) = &self.credential;
        let config = Config::application_credential(id, secret.clone());
        let mut config = config.with_auth_url(&self.auth_url()).unwrap();
        config.cache = None;
        Cloud::new(config)
    }

    /// Names of the key pairs there are, asked for by another client.
    pub(crate) async fn keypairs(&self) -> Vec<String> {
        let listed = self.cloud().compute().list_keypairs().await.unwrap();
        listed.into_iter().map(|keypair| keypair.name).collect()
    }

    /// The secret that everybody here logs in with.
    pub(crate) fn secret(&self) -> &str {
        &self.credential.1
    }

    /// The folder that `ik` takes for the user's home.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Where the cloud itself is kept.
    pub(crate) fn place(&self) -> &Path {
        self.folder.path()
    }

    /// Runs `ik` as the same user, with a token cache of this stage's own.
    pub(crate) async fn ik(&self, arguments: &[&str]) -> Ran {
        self.ik_with(arguments, &[]).await
    }

    /// The same with other variables.
    pub(crate) async fn ik_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = Command::new(crate::ik::binary().unwrap());
        command.args(arguments).stdin(Stdio::null()).env_clear();
        command.env("HOME", self.home.path()).env("INFOMANIAK_AUTH_URL", self.auth_url());
        let (id, secret) = &self.credential;
        command.env("INFOMANIAK_APP_CREDENTIAL_ID", id);
        command.env("INFOMANIAK_APP_CREDENTIAL_SECRET", secret);
        command.envs(variables.iter().copied());
        // The cloud is served by this very runtime.
        let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        record::said(&format!("stdout of ik {} {}", arguments[0], arguments[1]), &stdout);
        record::said("stderr of ik", &stderr);
        Ran { code: output.status.code(), stdout, stderr }
    }

    fn auth_url(&self) -> String {
        format!("{}/identity/v3", self.tap.url())
    }
}

/// What a run of `ik` came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// An answer of this status instead of the cloud's own.
pub(crate) fn status(status: u16, headers: &[(&str, &str)], body: Option<&str>) -> Fault {
    let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Fault::Status { status, headers, body: body.map(str::to_string) }
}

/// The error of a call that had to fail.
pub(crate) fn refused<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Error {
    let error = outcome.unwrap_err();
    record::error(&error);
    error
}
