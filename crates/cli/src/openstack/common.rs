//! What commands on things of many kinds have in common.

use super::face::{Flag, Gives, MOST};
use super::volume::{LIMIT, MARKER};

/// Tags of a thing to be created.
pub(super) const NEW_TAGS: &[Flag] = &[
    Flag::values("tag", Gives::Texts("tags")),
    Flag::switch("no-tag", Gives::Nothing).not_with(&["tag"]),
];

/// Tags to add to a thing.
pub(super) const SET_TAGS: &[Flag] = &[
    Flag::values("tag", Gives::Texts("tags")),
    Flag::switch("no-tag", Gives::Truth("no_other_tags", true)),
];

/// Tags to take from a thing.
pub(super) const UNSET_TAGS: &[Flag] = &[
    Flag::values("tag", Gives::Texts("tags")),
    Flag::switch("all-tag", Gives::Truth("all_tags", true)).not_with(&["tag"]),
];

/// Which tags things in a list shall have.
pub(super) const BY_TAGS: &[Flag] = &[
    Flag::value("tags", Gives::Query("tags")),
    Flag::value("any-tags", Gives::Query("tags-any")),
    Flag::value("not-tags", Gives::Query("not-tags")),
    Flag::value("not-any-tags", Gives::Query("not-tags-any")),
];

/// Which things are listed, by the project they belong to and by their place in the list.
pub(super) const PAGES: &[Flag] =
    &[Flag::value("project", Gives::QueryProject), LIMIT, MARKER, MOST];

/// Whether something new carries traffic, and what people shall know about it.
pub(super) const STATE: &[Flag] = &[
    Flag::switch("enable", Gives::Truth("is_admin_state_up", true)),
    Flag::switch("disable", Gives::Truth("is_admin_state_up", false)),
    Flag::value("description", Gives::Text("description")),
];
