//! What all operations stand on: logging in, and lists in pages.

mod login;
mod paging;
mod tokens;

use crate::case::Group;

pub(crate) fn groups() -> Vec<Group> {
    vec![
        Group { name: "login", cases: login::cases() },
        Group { name: "tokens", cases: tokens::cases() },
        Group { name: "paging", cases: paging::cases() },
    ]
}
