//! What there is to configure a cloud with, and what of it counts: for whoever wonders why.

use std::path::{Path, PathBuf};

use super::{Environment, clouds_yaml};

/// All that could name a cloud and log in to it. Names and places only, never a value.
#[derive(Debug)]
pub struct Survey {
    /// What wins; `None` if nothing is configured.
    pub winner: Option<Winner>,
    /// The files that are read.
    pub files: Vec<ConfigFile>,
    /// Files of the same kind that are not read, since another comes before them.
    pub hidden: Vec<PathBuf>,
    /// The `OS_` variables that are settings of a cloud, by name.
    pub openstack: Vec<String>,
    /// The `INFOMANIAK_` variables, by name.
    pub infomaniak: Vec<String>,
    /// The variables that lead requests through a proxy.
    pub proxies: Vec<String>,
}

/// A source of credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Winner {
    /// An entry of `clouds.yaml`, because it was asked for.
    Named(String),
    /// The variables of Infomaniak.
    Infomaniak,
    /// The variables that an openrc file sets.
    OpenStack,
    /// The only entry of `clouds.yaml`, or the choice between several.
    File,
}

/// A file that settings are read from.
#[derive(Debug)]
pub struct ConfigFile {
    /// Where it is.
    pub path: PathBuf,
    /// The clouds in it; none if it cannot be read.
    pub clouds: Vec<String>,
    /// Whether there are secrets in it.
    pub has_secret: bool,
    /// Whether others than its owner may read it.
    pub is_open: bool,
}

impl Survey {
    /// What [`Config::find`](super::Config::find) finds, and passes over.
    #[must_use]
    pub fn of(environment: &Environment, cloud: Option<&str>) -> Survey {
        let named = cloud.map(str::to_string).or_else(|| environment.get("OS_CLOUD"));
        let (read, hidden) = clouds_yaml::files(environment);
        let files: Vec<_> = read.iter().map(|path| ConfigFile::of(path)).collect();
        let infomaniak = environment.names("INFOMANIAK_");
        let winner = if let Some(name) = named {
            Some(Winner::Named(name))
        } else if infomaniak.iter().any(|name| name.starts_with("INFOMANIAK_APP_CREDENTIAL_")) {
            Some(Winner::Infomaniak)
        } else if environment.get("OS_AUTH_URL").is_some() {
            Some(Winner::OpenStack)
        } else {
            files.iter().any(|file| !file.clouds.is_empty()).then_some(Winner::File)
        };
        let mut openstack = environment.names("OS_");
        openstack.retain(|name| !name.starts_with("OS_CLIENT_") && name != "OS_CLOUD");
        let proxies = ["http_proxy", "https_proxy", "all_proxy"].into_iter();
        let proxies = proxies.flat_map(|name| [name.to_string(), name.to_uppercase()]);
        let proxies = proxies.filter(|name| environment.get(name).is_some()).collect();
        Survey { winner, files, hidden, openstack, infomaniak, proxies }
    }
}

impl ConfigFile {
    fn of(path: &Path) -> Self {
        let clouds = clouds_yaml::read(path, "clouds").unwrap_or_default();
        let secret = |cloud: &serde_json::Value| {
            let auth = cloud["auth"].as_object();
            auth.is_some_and(|auth| {
                ["password", "application_credential_secret", "token"]
                    .iter()
                    .any(|field| auth.contains_key(*field))
            })
        };
        ConfigFile {
            path: path.to_path_buf(),
            has_secret: clouds.values().any(secret),
            clouds: clouds.keys().cloned().collect(),
            is_open: is_open(path),
        }
    }
}

#[cfg(unix)]
fn is_open(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open(_: &Path) -> bool {
    false
}
