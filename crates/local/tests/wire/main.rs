//! The local cloud on the wire: requests over HTTP to a cloud in a folder of its own.

#![allow(clippy::unwrap_used)] // a test may panic: that is how it fails

mod block_storage;
mod common;
mod image;
mod load_balancer;
mod network;
mod serving;
