//! The cloud as a client sees it that nobody here wrote: `openstack`, installed with the testbed.
//!
//! It prepares what the library has no operation for yet, and is an independent look at what the
//! library made. It takes most of a second a call: a case looks once or twice.

use std::process::Command;

use serde_json::Value;

use crate::case::{Failure, Outcome};
use crate::context::Context;

/// A program that sees nothing of this process' cloud variables, only the target's `clouds.yaml`.
pub(crate) fn program(program: impl AsRef<std::ffi::OsStr>, context: &Context) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if ["OS_", "INFOMANIAK_", "IK_"].iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
    command.env("OS_CLIENT_CONFIG_FILE", &context.target.clouds_yaml);
    command
}

impl Context {
    /// Runs `openstack` as the member.
    pub(crate) fn openstack(&self, arguments: &[&str]) -> Outcome<String> {
        self.openstack_as(self.target.member, arguments)
    }

    /// Runs `openstack` with another entry.
    pub(crate) fn openstack_as(&self, entry: &str, arguments: &[&str]) -> Outcome<String> {
        let output =
            program("openstack", self).args(["--os-cloud", entry]).args(arguments).output();
        let output = output.map_err(|error| Failure(format!("cannot run openstack: {error}")))?;
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr);
            return Err(Failure(format!("openstack {arguments:?} failed: {why}")));
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// What `openstack` shows as JSON.
    pub(crate) fn openstack_json(&self, arguments: &[&str]) -> Outcome<Value> {
        let text = self.openstack(&[arguments, &["-f", "json"]].concat())?;
        Ok(serde_json::from_str(&text)?)
    }
}
