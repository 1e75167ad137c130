//! Writes a configuration into `clouds.yaml`, and its secret into `secure.yaml`.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use secrecy::ExposeSecret;

use super::edit::{self, quoted};
use super::{Config, Environment, clouds_yaml};
use crate::error::{Error, Kind, Result};
use crate::session::credentials::{ApplicationCredential, Credentials, Domain, Scope, User};

/// Where a configuration was written.
#[derive(Debug)]
pub struct Saved {
    /// The file with everything but the secret.
    pub clouds: PathBuf,
    /// The file with the secret, for its owner's eyes only.
    pub secure: PathBuf,
}

impl Config {
    /// Writes this configuration as the cloud `name`, where [`Config::find`] will look: everything
    /// but the secret into `clouds.yaml`, the secret into `secure.yaml` (mode 0600). An entry of
    /// that name is replaced; whatever else stands in the files stays, comments included. Each file
    /// changes as a whole or not at all.
    ///
    /// # Errors
    /// [`Kind::Config`] when a file cannot be written, or not without touching more than the entry;
    /// [`Kind::Unsupported`] for credentials that make no sense in a file.
    pub fn save(&self, environment: &Environment, name: &str) -> Result<Saved> {
        let (entry, secret) = self.entry()?;
        let (clouds, secure) = clouds_yaml::places(environment)?;
        let change = |path: &Path, entry: &str| {
            let text = match fs::read_to_string(path) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
                read => read.map_err(|error| wrong(path, &error.to_string()))?,
            };
            edit::put(&text, name, entry).map_err(|why| {
                wrong(path, &why).with_hint(format!("add the cloud `{name}` to it by hand"))
            })
        };
        // Both are known to be possible before either is done.
        let (new_clouds, new_secure) = (change(&clouds, &entry)?, change(&secure, &secret)?);
        replace(&secure, &new_secure, true)?;
        replace(&clouds, &new_clouds, false)?;
        Ok(Saved { clouds, secure })
    }

    /// The entry as YAML, and the part of it that is secret.
    fn entry(&self) -> Result<(String, String)> {
        let mut auth = vec![("auth_url", self.auth_url.to_string())];
        let (kind, secret) = match &self.credentials {
            Credentials::ApplicationCredential { credential, secret } => {
                match credential {
                    ApplicationCredential::Id(id) => {
                        auth.push(("application_credential_id", id.clone()));
                    }
                    ApplicationCredential::Name { name, user: who } => {
                        auth.push(("application_credential_name", name.clone()));
                        auth.extend(user(who));
                    }
                }
                ("v3applicationcredential", ("application_credential_secret", secret))
            }
            Credentials::Password { user: who, password, scope: what } => {
                auth.extend(user(who));
                auth.extend(scope(what));
                ("password", ("password", password))
            }
            Credentials::Token { .. } => {
                return Err(Error::new(Kind::Unsupported, "a token is too short-lived for a file"));
            }
        };
        let mut lines = vec![format!("auth_type: {kind}")];
        lines.extend(self.region.iter().map(|region| format!("region_name: {}", quoted(region))));
        if self.interface != "public" {
            lines.push(format!("interface: {}", quoted(&self.interface)));
        }
        if let Some(path) = &self.tls.cacert {
            lines.push(format!("cacert: {}", quoted(&path.display().to_string())));
        }
        lines.push("auth:".into());
        lines.extend(auth.iter().map(|(name, value)| format!("  {name}: {}", quoted(value))));
        let (field, secret) = (secret.0, quoted(secret.1.expose_secret()));
        Ok((lines.join("\n"), format!("auth:\n  {field}: {secret}")))
    }
}

type Fields = Vec<(&'static str, String)>;

fn user(user: &User) -> Fields {
    match user {
        User::Id(id) => vec![("user_id", id.clone())],
        User::Name { name, domain } => {
            let domain = match domain {
                Domain::Id(id) => ("user_domain_id", id.clone()),
                Domain::Name(name) => ("user_domain_name", name.clone()),
            };
            vec![("username", name.clone()), domain]
        }
    }
}

fn scope(scope: &Scope) -> Fields {
    match scope {
        Scope::None => Vec::new(),
        Scope::ProjectId(id) => vec![("project_id", id.clone())],
        Scope::Project { name, domain } => {
            let domain = match domain {
                Domain::Id(id) => ("project_domain_id", id.clone()),
                Domain::Name(name) => ("project_domain_name", name.clone()),
            };
            vec![("project_name", name.clone()), domain]
        }
        Scope::Domain(Domain::Id(id)) => vec![("domain_id", id.clone())],
        Scope::Domain(Domain::Name(name)) => vec![("domain_name", name.clone())],
        Scope::System => vec![("system_scope", "all".into())],
    }
}

/// Writes beside and renames, so that the file is never half of itself. One with secrets becomes its
/// owner's alone; another keeps its mode.
fn replace(path: &Path, text: &str, secret: bool) -> Result<()> {
    // A link stays one.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let written = folder.map_or(Ok(()), crate::session::cache::private_folder).and_then(|()| {
        let id = uuid::Uuid::new_v4().simple().to_string();
        let temporary = path.with_extension(format!("{id}.new"));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&temporary).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            if let (false, Ok(before)) = (secret, fs::metadata(path)) {
                file.set_permissions(before.permissions())?;
            }
            file.sync_all()?;
            fs::rename(&temporary, path)
        });
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    });
    written.map_err(|error| {
        wrong(path, &format!("cannot be written: {error}")).with_hint(
            "it is as it was before; OS_CLIENT_CONFIG_FILE=FOLDER/clouds.yaml names another place",
        )
    })
}

fn wrong(path: &Path, why: &str) -> Error {
    Error::new(Kind::Config, format!("{}: {why}", path.display()))
}
