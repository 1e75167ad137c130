//! Generated pages of `docs/`: compared with what is committed, or written anew.

use std::path::PathBuf;

/// Compares `docs/{name}` with what it should be, or writes it if `UPDATE_DOCS` is set.
///
/// # Errors
/// A sentence that says how to renew it.
pub(crate) fn check(name: &str, page: &str) -> Result<(), String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    if std::fs::read_to_string(&path).is_ok_and(|committed| committed == page) {
        return Ok(());
    }
    if std::env::var_os("UPDATE_DOCS").is_none() {
        return Err(format!(
            "docs/{name} is not what it is generated from; renew it: UPDATE_DOCS=1 ./test"
        ));
    }
    std::fs::write(&path, page).map_err(|error| format!("cannot write docs/{name}: {error}"))
}
