//! The drop-in face: `ik openstack ...`, and `ik` called by the name `openstack`, speaks the
//! `openstack` client's commands, flags, columns and keys, so that scripts move without a change.
//!
//! Each command is described, not written: [`face::Face`] says which operation is behind it, what
//! its flags give, and which columns come from which field of what the service answers. The tables
//! stand in one file for each service. Changes go through the library's operations, with all their
//! care; what is shown is asked of the service once, with every field, since the client shows more
//! than the library's records have. The newest client is the measure; where the face differs from
//! it on purpose, docs/openstack-face.md says why, and `tests/face` reads that page.

mod attachment;
mod backup;
mod common;
mod compute;
mod face;
mod flag;
mod floating_ip;
mod given;
mod image;
mod load_balancer;
mod network;
mod noun;
mod parse;
mod port;
mod python;
mod router;
mod run;
mod security_group;
mod server;
mod server_volume;
mod snapshot;
mod subnet;
mod thing;
mod transfer;
mod view;
mod volume;
mod write;

use std::ffi::OsString;
use std::path::Path;

use clap::{Arg, Command};

use crate::own::Own;
use face::Face;
pub(crate) use run::run;

/// The name it is called by.
pub(crate) const NAME: &str = "openstack";

/// How `ik`'s own help knows it. What stands behind it is read here, not there.
pub(crate) const COMMANDS: &[Own] = &[Own {
    command: NAME,
    about: "Speaks as OpenStack's own client does.\n\nWhat follows are the words, flags, columns and \
            formats of `openstack`, for scripts that were written for it. As a link or copy called \
            `openstack`, ik needs no other word. `ik openstack --help` lists the commands.\n\n\
            ```sh\n\
            ik openstack server list -f json\n\
            ik openstack server show web -f value -c status\n\
            ```",
    calls: true,
    declare: |command: Command| {
        let words = Arg::new("words").value_name("WORDS").num_args(0..);
        command.arg(words.trailing_var_arg(true).allow_hyphen_values(true))
    },
    run: |_, _| Ok(run(&["--help".into()])),
}];

/// All commands.
fn faces() -> impl Iterator<Item = &'static Face> {
    [
        server::FACES,
        compute::FACES,
        image::FACES,
        network::FACES,
        subnet::FACES,
        port::FACES,
        router::FACES,
        security_group::FACES,
        floating_ip::FACES,
        attachment::FACES,
        volume::FACES,
        snapshot::FACES,
        backup::FACES,
        transfer::FACES,
        server_volume::FACES,
    ]
    .into_iter()
    .chain(load_balancer::FACES.iter().copied())
    .flatten()
}

/// The words for the face, if it is what is called: as `openstack`, or as `ik openstack`. Flags of
/// `ik` may stand before.
pub(crate) fn called(words: &[OsString]) -> Option<Vec<OsString>> {
    let (program, words) = words.split_first()?;
    if Path::new(program).file_stem().is_some_and(|name| name == NAME) {
        return Some(words.to_vec());
    }
    let mut index = 0;
    while words.get(index)?.to_str()?.starts_with('-') {
        let flag = words[index].to_str()?.trim_start_matches('-');
        index += if crate::command::VALUED_GLOBALS.contains(&flag) { 2 } else { 1 };
    }
    if words.get(index)? != NAME {
        return None;
    }
    let mut words = words.to_vec();
    words.remove(index);
    Some(words)
}

#[cfg(test)]
mod tests;
