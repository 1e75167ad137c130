//! An instance's console, as it grows.
//!
//! Nova has no way to ask for what is new: each look gives the last part of the log, about 100 KiB.
//! What of it was seen already is found by comparison.

use super::{Compute, GetConsoleLog, Instance};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::resource::Named;

/// Fewer bytes than these look alike by chance.
const LEAST_OVERLAP: usize = 16;

/// What an instance writes on its console, piece by piece.
#[derive(Debug)]
pub struct ConsoleFollower {
    cloud: Cloud,
    instance: Named<Instance>,
    seen: String,
}

impl Compute {
    /// Follows an instance's console: each [`more`](ConsoleFollower::more) gives what is new.
    pub fn follow_console(&self, instance: impl Into<Named<Instance>>) -> ConsoleFollower {
        ConsoleFollower {
            cloud: self.cloud.clone(),
            instance: instance.into(),
            seen: String::new(),
        }
    }
}

impl ConsoleFollower {
    /// What was written since the last call; at the first call everything that is there, or the last
    /// `lines`. Empty if nothing was written. After a log that began anew, all of the new one.
    ///
    /// Nova: `POST /servers/{id}/action` with `os-getConsoleOutput`.
    pub async fn more(&mut self, lines: Option<u32>) -> Result<String> {
        let mut look = GetConsoleLog::new(self.instance.clone());
        look.lines = lines.filter(|_| self.seen.is_empty());
        let now = self.cloud.run(&look).await?.output;
        let new = new_part(&self.seen, &now).to_string();
        self.seen = now;
        Ok(new)
    }
}

/// What `now` has that `seen` has not: both are the last part of the same growing text, of which the
/// beginning may have been cut off.
fn new_part<'a>(seen: &str, now: &'a str) -> &'a str {
    // After a first look at the last lines only, what was seen stands somewhere within.
    if let Some(at) = now.rfind(seen).filter(|_| seen.len() >= LEAST_OVERLAP) {
        return &now[at + seen.len()..];
    }
    if let Some(rest) = now.strip_prefix(seen) {
        return rest;
    }
    let overlap = seen
        .char_indices()
        .map(|(index, _)| &seen[index..])
        .take_while(|tail| tail.len() >= LEAST_OVERLAP)
        .find(|tail| now.starts_with(tail));
    overlap.map_or(now, |tail| &now[tail.len()..])
}

#[cfg(test)]
mod tests {
    use super::new_part;

    #[test]
    fn only_what_is_new_is_given_whatever_was_cut_off() {
        let boot = "[0.0] booting\n[0.1] disks\n[0.2] network\n";
        let more = format!("{boot}login: ");
        assert_eq!(new_part("", boot), boot);
        assert_eq!(new_part(boot, boot), "");
        assert_eq!(new_part(boot, &more), "login: ");
        // The window has moved on.
        assert_eq!(new_part(boot, &more[10..]), "login: ");
        // The first look was at the last lines only.
        assert_eq!(new_part(&boot[14..], &more), "login: ");
        // It began anew.
        assert_eq!(new_part(&more, "[0.0] booting\n"), "[0.0] booting\n");
    }
}
