//! What the client does when the cloud misbehaves: the faults of the local cloud, met by the library
//! and, where a person would notice, by `ik`.
//!
//! | fault | module |
//! |---|---|
//! | a token that expires in mid-run (401), under fifty calls at once | `tokens` |
//! | 429 and 503, with `Retry-After` in seconds, as a date, without | `busy` |
//! | a connection reset before and after a creation was processed | `lost` |
//! | a body cut in the middle, truncated gzip, HTML with status 200, 300 on a version root | `broken` |
//! | a next link to another host, the same marker twice, redirects to another origin | `elsewhere` |
//!
//! What is said on the way is no secret: `secrets`. What only a socket of one's own can do (silence, leaving unread, falling from https to http, a
//! Keystone that is none) is met in `crates/cloud/tests`, by a scripted server.

#![allow(clippy::unwrap_used)] // a test, outside of test functions too

mod broken;
mod busy;
mod elsewhere;
#[path = "../ik.rs"]
mod ik;
mod lost;
mod lost_network;
#[path = "../record.rs"]
mod record;
#[path = "../secrets/search.rs"]
mod search;
mod secrets;
mod stage;
mod tap;
mod tokens;
