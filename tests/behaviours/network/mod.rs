//! Networks and what goes with them.

#[allow(clippy::module_inception)] // one file per noun, and this is the noun
mod network;

use crate::case::Group;

pub(crate) fn groups() -> Vec<Group> {
    let group = |name, cases| Group { name, cases };
    vec![group("network", network::cases())]
}
