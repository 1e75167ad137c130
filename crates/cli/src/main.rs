//! `ik`: the command line for Infomaniak Public Cloud.
//!
//! Nothing about the cloud is written here. Commands, flags and help are read off the library's
//! table of operations ([`infomaniak_cloud::SERVICES`]); this program parses, runs, and presents.
//! Data goes to standard output, talk to standard error. Beside the operations stand a few commands
//! of its own ([`own`]), such as those on the built-in cloud ([`local`]). [`openstack`] is a second
//! face, with the words of OpenStack's own client.

mod api;
mod arguments;
mod auth;
mod catalog;
mod command;
mod completion;
mod confirm;
mod exit;
mod help;
mod interrupted;
mod local;
mod man;
mod openstack;
mod output;
mod own;
mod run;
mod secret_file;
mod server;
mod suggest;
mod talk;
mod text;
mod watch;

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    if completion::serves(&words) {
        return ExitCode::SUCCESS;
    }
    if let Some(words) = openstack::called(&words) {
        return ExitCode::from(openstack::run(&words));
    }
    let code = match command::parse(&words) {
        Ok((action, matches)) => run::run(action, &matches),
        Err(error) => {
            // A closed pipe (`ik --help | head -1`) is no reason to complain.
            let _ = error.print();
            if error.use_stderr() { exit::USAGE } else { 0 }
        }
    };
    ExitCode::from(code)
}
