//! The folder of a cloud, and who may use it.
//!
//! Whoever has the cloud open holds the file `lock` together with others; whoever removes the cloud
//! needs it alone. So nobody's cloud disappears under their hands, and a lock ends with its process,
//! however that ends.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const LOCK: &str = "lock";
const DATABASE: &str = "cloud.db";
const IMAGES: &str = "images";
/// All that a folder may hold. The database comes first: without it, the rest is nothing.
const OURS: &[&str] = &[DATABASE, "cloud.db-wal", "cloud.db-shm", "cloud.db-journal", IMAGES, LOCK];

/// How long to wait for others: most commands have the cloud open for a moment only.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);

/// A cloud's folder, in use until this is dropped.
pub(crate) struct Folder {
    path: PathBuf,
    /// Held, not read.
    _lock: File,
}

impl Folder {
    /// Takes a folder into use; makes it, for its owner alone, if there is none.
    pub(crate) fn open(path: &Path) -> io::Result<Folder> {
        DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        refuse_strangers(path)?;
        let lock = lock_file(path)?;
        patiently(PATIENCE, || lock.try_lock_shared())?;
        fs::create_dir_all(path.join(IMAGES))?;
        Ok(Folder { path: path.into(), _lock: lock })
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// Where the data of an image is kept.
    pub(crate) fn image(&self, id: &str) -> PathBuf {
        self.path.join(IMAGES).join(id)
    }

    /// Removes what a cloud has left in `path`, whatever state it is in, once nobody uses it any
    /// more. Killed half-way, it leaves the old cloud or none.
    pub(crate) fn clear(path: &Path, patience: Duration) -> io::Result<()> {
        if !path.try_exists()? {
            return Ok(());
        }
        refuse_strangers(path)?;
        let lock = lock_file(path)?;
        patiently(patience, || lock.try_lock())?;
        for name in OURS.iter().filter(|name| **name != LOCK) {
            let part = path.join(name);
            let removed =
                if *name == IMAGES { fs::remove_dir_all(part) } else { fs::remove_file(part) };
            removed.or_else(|error| match error.kind() {
                io::ErrorKind::NotFound => Ok(()),
                _ => Err(error),
            })?;
        }
        Ok(())
    }
}

/// The lock's file. It is never removed: another process may be waiting for it.
fn lock_file(path: &Path) -> io::Result<File> {
    File::options().create(true).append(true).open(path.join(LOCK))
}

/// With anything in it that no cloud has put there it is somebody's folder, neither to be written to
/// nor to be cleared.
fn refuse_strangers(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !OURS.contains(&name.as_str()) {
            let why = format!("it holds `{name}`, which is no part of a cloud");
            return Err(io::Error::other(why));
        }
    }
    Ok(())
}

fn patiently(patience: Duration, lock: impl Fn() -> Result<(), TryLockError>) -> io::Result<()> {
    let begun = Instant::now();
    loop {
        match lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if begun.elapsed() >= patience => {
                let busy = io::ErrorKind::ResourceBusy;
                return Err(io::Error::new(busy, "another process is using it"));
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn several_use_it_and_it_is_its_owners_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a/b");
        let first = Folder::open(&path).unwrap();
        let _second = Folder::open(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        assert!(first.image("x").starts_with(path.join(IMAGES)));
    }

    #[test]
    fn it_is_cleared_once_nobody_uses_it() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::open(home.path()).unwrap();
        fs::write(folder.database(), "x").unwrap();
        fs::write(folder.image("x"), "x").unwrap();
        assert!(
            Folder::clear(home.path(), Duration::ZERO)
                .unwrap_err()
                .to_string()
                .contains("another process")
        );
        assert!(folder.database().exists() && folder.image("x").exists());
        drop(folder);
        Folder::clear(home.path(), PATIENCE).unwrap();
        let left: Vec<_> =
            fs::read_dir(home.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left, [LOCK]);
        Folder::clear(&home.path().join("none"), PATIENCE).unwrap();
    }

    #[test]
    fn what_is_not_a_clouds_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join(IMAGES)).unwrap();
        fs::write(home.path().join("diary"), "x").unwrap();
        for refused in [Folder::open(home.path()).map(drop), Folder::clear(home.path(), PATIENCE)] {
            assert!(refused.unwrap_err().to_string().contains("`diary`"));
        }
        assert!(home.path().join(IMAGES).exists() && home.path().join("diary").exists());
    }
}
