//! The program under test.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// `ik`: as `IK_BINARY` says, or as cargo has built it into the same folder.
pub(crate) fn binary() -> Result<PathBuf, String> {
    /// Decided once: the sources may be edited while the suite runs.
    static BINARY: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let found = BINARY.get_or_init(|| match std::env::var_os("IK_BINARY") {
        Some(path) => Ok(PathBuf::from(path)),
        None => beside().map_err(|why| format!("{why}; build it first: cargo build -p ik")),
    });
    found.clone()
}

/// The program beside this one, unless it is older than its sources, which cargo has listed.
fn beside() -> Result<PathBuf, String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let path = this.ancestors().nth(2).unwrap_or(&this).join("ik");
    let changed = |path: &Path| path.metadata().and_then(|metadata| metadata.modified());
    let built = changed(&path).map_err(|_| format!("there is no {}", path.display()))?;
    let list = std::fs::read_to_string(path.with_extension("d")).unwrap_or_default();
    let sources = list.split_once(": ").map_or("", |(_, sources)| sources).trim();
    match sources.split(' ').find(|source| changed(source.as_ref()).is_ok_and(|at| at > built)) {
        Some(newer) => Err(format!("{} is older than {newer}", path.display())),
        None => Ok(path),
    }
}
