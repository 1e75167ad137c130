//! Tokens on disk, so that the next call need not log in.
//!
//! One file per login, readable only by the user (0600 in a 0700 folder), named by a digest of all
//! that decides about the token: address, who, secret and scope. A changed secret is therefore a
//! different file, and a file that was copied from another's is recognized by the digest in it. Files
//! are replaced by renaming, so that any number of processes may read and write at once. The cache
//! is a convenience: where it cannot be used, work goes on without.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::config::Config;
use super::token::Authorization;

/// The place of one login's token.
#[derive(Debug)]
pub(super) struct Cache(Option<Place>);

#[derive(Debug)]
struct Place {
    path: PathBuf,
    /// The digest of the login.
    login: String,
}

/// What a file contains.
#[derive(Serialize, Deserialize)]
struct Stored<A> {
    login: String,
    authorization: A,
}

impl Cache {
    pub(super) fn new(config: &Config) -> Self {
        Cache(config.cache.as_ref().map(|folder| {
            let login = format!("3\n{}\n{}", config.auth_url, config.credentials.request());
            let digest = digest(&SHA256, login.as_bytes());
            let login = uuid::Uuid::from_slice(&digest.as_ref()[..16]).unwrap_or_default();
            let login = login.simple().to_string();
            Place { path: folder.join(format!("token-{login}.json")), login }
        }))
    }

    /// The stored token, if there is one that is still good.
    pub(super) fn load(&self) -> Option<Authorization> {
        let Place { path, login } = self.0.as_ref()?;
        let stored: Stored<Authorization> = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        let authorization = stored.authorization;
        (stored.login == *login && authorization.is_fresh()).then_some(authorization)
    }

    /// Forgets the stored token; whether there was one.
    pub(super) fn remove(&self) -> bool {
        self.0.as_ref().is_some_and(|place| fs::remove_file(&place.path).is_ok())
    }

    pub(super) fn store(&self, authorization: &Authorization) {
        let Some(Place { path, login }) = &self.0 else { return };
        let stored = serde_json::to_vec(&Stored { login: login.clone(), authorization });
        let written = stored.map_err(Into::into).and_then(|content| write_private(path, &content));
        if let Err(error) = written {
            tracing::debug!(%error, path = %path.display(), "token not cached");
        }
    }
}

/// Writes a file that only the user can read, in a folder that only the user can look into.
///
/// Whoever reads it sees the former content or the new one, whole.
///
/// # Errors
/// What the operating system says; the former content stays then.
pub fn write_private(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    create_private_folder(folder)?;
    let temporary = path.with_extension(format!("{}.new", uuid::Uuid::new_v4().simple()));
    let written = private_file(&temporary)
        .and_then(|mut file| file.write_all(content))
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Makes a folder for its owner alone; one that is there stays as it is.
pub(super) fn private_folder(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() { Ok(()) } else { create_private_folder(folder) }
}

#[cfg(unix)]
fn create_private_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    // It may have been there before, with wider permissions.
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn create_private_folder(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

fn private_file(path: &Path) -> std::io::Result<fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
