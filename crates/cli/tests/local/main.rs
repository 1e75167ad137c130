//! The local cloud as people meet it: `ik` as a program, a home folder of its own, and nothing
//! configured.

#![allow(clippy::unwrap_used)] // tests, outside of test functions too

mod doctor;
mod fault;
mod front;
mod home;
mod in_process;
mod life;
#[path = "../../../../tests/record.rs"]
mod record;
mod reset;
mod run;
mod serve;
