//! What the library does on the wire, theme by theme. One program, so that it is linked once.

mod answers;
mod cache;
mod child;
mod logs;
mod microversions;
mod pages;
mod redirects;
mod renewal;
mod requests;
mod retries;
mod sample;
mod server;
mod waits;
