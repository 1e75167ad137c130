//! What the library does on the wire, theme by theme. One program, so that it is linked once.

// Clippy allows these only in functions marked as tests, not in what helps them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod answers;
mod balancers;
mod cache;
mod child;
mod contract;
mod create;
mod deadlines;
mod images;
mod logs;
mod microversions;
mod named;
mod pages;
#[path = "../../../tests/record.rs"]
mod record;
mod redirects;
mod renewal;
mod requests;
mod retries;
mod sample;
mod secrets;
mod server;
mod tls;
mod topology;
mod typed;
mod waits;
