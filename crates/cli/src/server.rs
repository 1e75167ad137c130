//! Commands on instances that are more than a call: their console as it grows, and a shell in them.

pub(crate) mod console;
pub(crate) mod ssh;

use crate::own::Own;

pub(crate) const COMMANDS: &[Own] = &[console::COMMAND, ssh::COMMAND];
