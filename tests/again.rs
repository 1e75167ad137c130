//! A second look at what failed against the testbed.
//!
//! Real services do things in their own time: a case among a thousand meets a moment that nothing
//! promises, as Cinder's volume that is `available` before its service is written down. Such a case is
//! run once more, from its beginning, and what it failed with is printed all the same, for whoever
//! wants to know. What fails twice is a failure. Only a few cases of a run get the second look, so
//! that something that is broken is not waited for again and again; and none that meets our own
//! programs alone, where chance is a defect.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How many cases of one run may be looked at twice.
const AT_MOST: usize = 5;

/// Runs a case; if it fails, once more.
///
/// # Errors
/// What it failed with the second time, or the first time where no second look is left.
pub(crate) fn look(name: &str, run: impl Fn() -> Result<(), String>) -> Result<(), String> {
    static LOOKS: AtomicUsize = AtomicUsize::new(0);
    let Err(why) = run() else { return Ok(()) };
    if LOOKS.fetch_add(1, Ordering::Relaxed) >= AT_MOST {
        return Err(why);
    }
    eprintln!("\n{name}\nfailed, and is run once more. It said:\n{why}\n");
    run()
}
