//! Reads settings from environment variables.
//!
//! The variables are passed in, not read from the process where they are used: tests need no
//! global state, and a caller may offer variables of its own.

use std::collections::HashMap;
use std::path::PathBuf;

use super::{AUTH_URL, REGION, Settings};
use crate::error::{Error, Kind, Result};

/// The environment variables that configuration is read from.
#[derive(Clone, Default)]
pub struct Environment {
    variables: HashMap<String, String>,
}

/// `OS_` variables that concern the look-up itself or a client's output, not the credentials.
const NOT_SETTINGS: &[&str] = &["OS_CLOUD", "OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE"];

impl Environment {
    /// The process' own environment. Variables that are not UTF-8 are left out.
    #[must_use]
    pub fn process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// A variable's value; one that is empty counts as not set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        self.variables.get(name).filter(|value| !value.is_empty()).cloned()
    }

    /// The names of the variables that are set and begin so.
    pub(super) fn names(&self, prefix: &str) -> Vec<String> {
        let mut names: Vec<_> =
            self.variables.keys().filter(|name| name.starts_with(prefix)).cloned().collect();
        names.retain(|name| self.get(name).is_some());
        names.sort();
        names
    }

    pub(super) fn infomaniak(&self) -> Result<Option<Settings>> {
        let id = self.get("INFOMANIAK_APP_CREDENTIAL_ID");
        let secret = self.get("INFOMANIAK_APP_CREDENTIAL_SECRET");
        let (id, secret) = match (id, secret) {
            (Some(id), Some(secret)) => (id, secret),
            (None, None) => return Ok(None),
            _ => return Err(missing_infomaniak()),
        };
        let mut settings = Settings::new("INFOMANIAK_* variables");
        settings.set("application_credential_id", id);
        settings.set("application_credential_secret", secret);
        settings
            .set("auth_url", self.get("INFOMANIAK_AUTH_URL").unwrap_or_else(|| AUTH_URL.into()));
        settings.set("region_name", self.get("INFOMANIAK_REGION").unwrap_or_else(|| REGION.into()));
        Ok(Some(settings))
    }

    pub(super) fn openstack(&self) -> Option<Settings> {
        self.get("OS_AUTH_URL")?;
        let mut settings = Settings::new("OS_* variables");
        for (name, value) in &self.variables {
            if let Some(setting) = name.strip_prefix("OS_")
                && !NOT_SETTINGS.contains(&name.as_str())
            {
                settings.set(setting, value.clone());
            }
        }
        Some(settings)
    }

    /// The user's home folder.
    pub(super) fn home(&self) -> Option<PathBuf> {
        self.get("HOME").map(PathBuf::from).or_else(std::env::home_dir)
    }

    /// Replaces a leading `~/` as a shell does.
    pub(super) fn expand(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), self.home()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(path),
        }
    }

    /// Where tokens are kept between calls: `$XDG_CACHE_HOME` or `~/.cache`, below it a folder of
    /// this library's own. `None` without a home, and with `IK_NO_CACHE` set.
    #[must_use]
    pub fn cache_folder(&self) -> Option<PathBuf> {
        if self.get("IK_NO_CACHE").is_some() {
            return None;
        }
        let base = match self.get("XDG_CACHE_HOME").map(PathBuf::from) {
            Some(folder) if folder.is_absolute() => folder,
            _ => self.home()?.join(".cache"),
        };
        Some(base.join("infomaniak-cloud"))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let variables = variables.into_iter().map(|(n, v)| (n.into(), v.into())).collect();
        Environment { variables }
    }
}

/// Names only: the values may be secrets.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

pub(super) fn missing_infomaniak() -> Error {
    Error::new(
        Kind::Config,
        "INFOMANIAK_APP_CREDENTIAL_ID and INFOMANIAK_APP_CREDENTIAL_SECRET must both be set",
    )
    .with_hint("create an application credential in the Infomaniak manager and export both")
}
