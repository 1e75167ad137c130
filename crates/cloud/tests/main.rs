//! What the library does on the wire, theme by theme. One program, so that it is linked once.

mod cache;
mod child;
mod logs;
mod renewal;
mod requests;
mod sample;
mod server;
