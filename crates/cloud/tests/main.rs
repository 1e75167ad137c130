//! What the library does on the wire, theme by theme. One program, so that it is linked once.

mod answers;
mod cache;
mod child;
mod contract;
mod create;
mod deadlines;
mod logs;
mod microversions;
mod named;
mod pages;
mod redirects;
mod renewal;
mod requests;
mod retries;
mod sample;
mod secrets;
mod server;
mod tls;
mod waits;
