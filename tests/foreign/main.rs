//! Clients that nobody here wrote, against `ik local serve`: Debian's openstackclient and
//! openstacksdk, which come with the testbed, and the newest ones, which `./test` has pip install into
//! `target/clients`. They run unchanged, have to end with 0, and what they print is looked at.

#![allow(clippy::unwrap_used)] // a test, outside of test functions too

mod client;
mod cloud;
#[path = "../ik.rs"]
mod ik;
#[path = "../walkthrough.rs"]
mod scripts;
mod session;
mod walkthrough;

use client::Client;

#[test]
fn debians_command_line() {
    session::run(&Client::debian());
}

#[test]
fn the_newest_command_line() {
    session::run(&Client::newest());
}

#[test]
fn debians_command_line_walks_through() {
    walkthrough::run(&Client::debian());
}

#[test]
fn the_newest_command_line_walks_through() {
    walkthrough::run(&Client::newest());
}

#[test]
fn debians_sdk() {
    Client::debian().sdk();
}

#[test]
fn the_newest_sdk() {
    Client::newest().sdk();
}
