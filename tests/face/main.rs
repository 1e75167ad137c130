//! The drop-in face: `ik openstack` against the newest client there is, on the same clouds. What
//! one prints the other has to print: every key in its order, every value, every format.
//!
//! What differs on purpose stands in docs/openstack-face.md, with the reason. This program reads that
//! page: a difference that is not there fails, and so does one that is there and not seen any more.

#![allow(clippy::unwrap_used)] // a test, outside of test functions too

#[path = "../again.rs"]
mod again;
mod client;
mod compare;
#[path = "../ik.rs"]
mod ik;
mod load_balancer;
#[allow(dead_code)] // its programs are run here in another way
#[path = "../foreign/cloud.rs"]
mod local;
mod network;
mod page;
mod program;
mod reads;
#[path = "../record.rs"]
mod record;
mod session;
mod storage;

use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

use page::Page;
use program::Programs;

fn main() {
    let arguments = Arguments::from_args();
    let page = Arc::new(Page::read());
    let mut trials = vec![Trial::test("commands/all", {
        let page = page.clone();
        move || page.check_commands().map_err(Failed::from)
    })];
    let testbed = Arc::new(Programs::on_testbed("demo"));
    let local = Arc::new(Programs::on_local());
    for (cloud, programs) in [("testbed", &testbed), ("local", &local)] {
        for line in [reads::LINES, network::LINES, load_balancer::LINES].into_iter().flatten() {
            if cloud == "local" && !reads::is_for_local(line) {
                continue;
            }
            let (page, programs) = (page.clone(), programs.clone());
            trials.push(trial(cloud, line, move || reads::check(&programs, &page, line)));
        }
    }
    for line in client::LINES {
        let programs = testbed.clone();
        trials.push(trial("client", line, move || client::check(&programs, line)));
    }
    let tenant = Arc::new(Programs::on_testbed("demo2"));
    let services =
        [session::SESSIONS, storage::SESSIONS, network::SESSIONS, load_balancer::SESSIONS];
    let sessions = || services.into_iter().flatten();
    for (cloud, programs) in [("testbed", &tenant), ("local", &local)] {
        for (name, steps) in sessions() {
            let (page, programs) = (page.clone(), programs.clone());
            let name = format!("session: {name}");
            trials.push(trial(cloud, &name, move || session::check(&programs, &page, steps)));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    // What stands by for them goes with them.
    drop((testbed, tenant, local));
    conclusion.exit();
}

fn trial(
    cloud: &str,
    name: &str,
    check: impl Fn() -> Result<(), String> + Send + 'static,
) -> Trial {
    let (name, is_real) = (format!("{cloud}/{name}"), cloud != "local");
    Trial::test(name.clone(), move || {
        let outcome = if is_real { again::look(&name, &check) } else { check() };
        outcome.map_err(Failed::from)
    })
}
