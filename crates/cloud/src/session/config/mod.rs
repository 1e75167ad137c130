//! Where a session's credentials and settings come from.
//!
//! Every source (explicit values, `clouds.yaml`, the environment) is first read into the same flat
//! `Settings`, named as openstacksdk names them, and one function turns those into a [`Config`].
//! Sources are never mixed: the first that is found wins as a whole, so that a forgotten
//! `OS_USERNAME` in the shell cannot change what `INFOMANIAK_*` or a named cloud says.

mod clouds_yaml;
mod edit;
mod environment;
mod save;
mod settings;
mod survey;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

pub use environment::Environment;
pub use save::Saved;
pub(crate) use settings::Settings;
pub use survey::{ConfigFile, Survey, Winner};

use super::credentials::{ApplicationCredential, Credentials};
use crate::error::{Error, Kind, Result};

/// Infomaniak's Keystone, which knows both regions.
pub const AUTH_URL: &str = "https://api.pub1.infomaniak.cloud/identity/v3";
/// Infomaniak's first region.
pub const REGION: &str = "dc3-a";
/// Infomaniak's S3 endpoint in `dc3-a`.
pub const S3_URL: &str = "https://s3.pub1.infomaniak.cloud/";

/// Everything a session needs to know before its first request.
///
/// `Debug` shows no secret.
#[derive(Clone)]
pub struct Config {
    /// Where these settings were found, for people: ``cloud `demo` of ~/.config/...``.
    pub source: String,
    /// Keystone's address, ending in `/v3`.
    pub auth_url: Url,
    /// Who logs in, and with what scope.
    pub credentials: Credentials,
    /// Region whose endpoints are used. `None`: `dc3-a` if the catalog has it, or its only region.
    pub region: Option<String>,
    /// Which of a service's addresses to use: `public` (default), `internal` or `admin`.
    pub interface: String,
    /// Addresses that replace the catalog's, by service type (`compute`, `block-storage` ...).
    pub endpoint_overrides: BTreeMap<String, String>,
    /// How server certificates are checked.
    pub tls: Tls,
    /// Folder of the token cache; `None` keeps tokens in memory only.
    pub cache: Option<PathBuf>,
    /// How long to wait for silence: to connect, and for the next bytes of an answer.
    pub timeouts: Timeouts,
}

/// How TLS connections are made.
#[derive(Debug, Clone)]
pub struct Tls {
    /// Check the server's certificate and name. Switching it off exposes token and data.
    pub verify: bool,
    /// PEM file with the authorities to trust instead of the system's.
    pub cacert: Option<PathBuf>,
    /// PEM files with the client's certificate and its key, for clouds that ask for one.
    pub client: Option<(PathBuf, PathBuf)>,
}

impl Default for Tls {
    fn default() -> Self {
        Tls { verify: true, cacert: None, client: None }
    }
}

/// Limits on silence. There is no limit on the length of an answer that keeps coming.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// To establish a connection, TLS included.
    pub connect: Duration,
    /// Without a byte of the answer.
    pub read: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        // Gateways in front of OpenStack give a service 60 s: stay above, to see their answer.
        Timeouts { connect: Duration::from_secs(10), read: Duration::from_secs(90) }
    }
}

impl Config {
    /// The configuration that the process environment names; see [`Config::find`].
    pub fn from_env() -> Result<Config> {
        Config::find(&Environment::process(), None)
    }

    /// Looks for a configuration; the first found wins:
    ///
    /// 1. `cloud`, or else `OS_CLOUD`: that entry of `clouds.yaml`, completed by `secure.yaml`.
    ///    Searched as openstacksdk does: `$OS_CLIENT_CONFIG_FILE`, the current folder,
    ///    `~/.config/openstack`, `/etc/openstack`.
    /// 2. `INFOMANIAK_APP_CREDENTIAL_ID` and `INFOMANIAK_APP_CREDENTIAL_SECRET`, with
    ///    `INFOMANIAK_AUTH_URL`, `INFOMANIAK_REGION`.
    /// 3. `OS_AUTH_URL` with its companions, as an openrc file sets them.
    /// 4. The only entry of `clouds.yaml`.
    ///
    /// # Errors
    /// [`Kind::Config`] when nothing is found, or what is found is incomplete.
    pub fn find(environment: &Environment, cloud: Option<&str>) -> Result<Config> {
        if let Some(name) = cloud.map(str::to_string).or_else(|| environment.get("OS_CLOUD")) {
            return clouds_yaml::named(environment, &name)?.into_config(environment);
        }
        if let Some(settings) = environment.infomaniak()? {
            return settings.into_config(environment);
        }
        if let Some(settings) = environment.openstack() {
            return settings.into_config(environment);
        }
        if let Some(settings) = clouds_yaml::only(environment)? {
            return settings.into_config(environment);
        }
        Err(Error::new(Kind::Config, "no credentials found").with_hint(
            "name a cloud of your clouds.yaml with OS_CLOUD, or set INFOMANIAK_APP_CREDENTIAL_ID \
             and INFOMANIAK_APP_CREDENTIAL_SECRET, or source the openrc file of your project",
        ))
    }

    /// Whether [`Config::find`] would find an entry called `name` in a `clouds.yaml`; for programs
    /// that have clouds of their own.
    ///
    /// # Errors
    /// [`Kind::Config`] when there is a file that cannot be read.
    pub fn has_entry(environment: &Environment, name: &str) -> Result<bool> {
        clouds_yaml::has(environment, name)
    }

    /// The names of all entries of `clouds.yaml`.
    ///
    /// # Errors
    /// [`Kind::Config`] when there is a file that cannot be read.
    pub fn entries(environment: &Environment) -> Result<Vec<String>> {
        clouds_yaml::names(environment)
    }

    /// `INFOMANIAK_*` and nothing else, as the contract clients' `from_env` reads it.
    ///
    /// # Errors
    /// [`Kind::Config`] naming both variables when one of the two needed is missing or empty.
    pub fn from_infomaniak_env(environment: &Environment) -> Result<Config> {
        let settings = environment.infomaniak()?.ok_or_else(environment::missing_infomaniak)?;
        settings.into_config(environment)
    }

    /// An application credential at Infomaniak; change `auth_url` and `region` for elsewhere.
    #[must_use]
    pub fn application_credential(id: &str, secret: impl Into<SecretString>) -> Config {
        Config {
            source: "explicit values".into(),
            auth_url: infomaniak_auth_url(),
            credentials: Credentials::ApplicationCredential {
                credential: ApplicationCredential::Id(id.into()),
                secret: secret.into(),
            },
            region: Some(REGION.into()),
            interface: "public".into(),
            endpoint_overrides: BTreeMap::new(),
            tls: Tls::default(),
            cache: Environment::process().cache_folder(),
            timeouts: Timeouts::default(),
        }
    }

    /// Replaces the identity address; with or without its final `/v3`.
    ///
    /// # Errors
    /// [`Kind::Config`] when it is not an http or https address.
    pub fn with_auth_url(mut self, auth_url: &str) -> Result<Config> {
        self.auth_url = settings::auth_url(auth_url, &self.source)?;
        Ok(self)
    }
}

#[allow(clippy::expect_used)] // a constant; a unit test reads it
fn infomaniak_auth_url() -> Url {
    Url::parse(AUTH_URL).expect("AUTH_URL is an address")
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("source", &self.source)
            .field("auth_url", &self.auth_url.as_str())
            .field("credentials", &self.credentials)
            .field("region", &self.region)
            .field("interface", &self.interface)
            .field("endpoint_overrides", &self.endpoint_overrides)
            .field("tls", &self.tls)
            .field("cache", &self.cache)
            .field("timeouts", &self.timeouts)
            .finish()
    }
}

#[cfg(test)]
mod tests;
