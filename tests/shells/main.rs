//! `ik` as a person at a terminal meets it: TAB in real shells, manual pages, narrow terminals and
//! old ones, Ctrl-C. The terminal is tmux, the cloud the local one; `./test` installs the shells.

#![allow(clippy::unwrap_used)] // a test, outside of test functions too

mod completion;
mod examples;
#[path = "../ik.rs"]
mod ik;
mod interrupted;
mod look;
mod manual;
mod person;
mod terminal;
