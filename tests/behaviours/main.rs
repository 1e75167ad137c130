//! One suite of behaviours, run against several clouds.
//!
//! A case is a sentence about the library that is seen to be true on a real cloud. Cases stand in
//! `<service>/<noun>.rs`; what they need is in `context.rs`; `harness.rs` runs them and checks that
//! each saw the operations it claims. A full run ends by comparing docs/proven.md with the claims.
//!
//! ```text
//! cargo test -p behaviours                     all cases
//! cargo test -p behaviours -- 'key pair'       those whose name has this in it
//! cargo test -p behaviours -- local:           those of the local cloud
//! ```

#![allow(clippy::unwrap_used)] // a case may panic: that is how its checks fail

#[path = "../again.rs"]
mod again;
mod block_storage;
mod case;
mod command_line;
mod compute;
mod context;
mod contract;
mod evidence;
mod harness;
#[path = "../ik.rs"]
mod ik;
mod load_balancer;
mod local;
mod network;
mod other_client;
#[path = "../page.rs"]
mod page;
mod proven;
#[path = "../record.rs"]
mod record;
mod repeat;
mod session;
mod target;
mod things;
#[path = "../walkthrough.rs"]
mod walkthrough;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

use case::{Failure, Group};
use local::LocalCloud;
use target::Target;

/// Cases spend their time waiting for the cloud: more run at once than there are processors.
const AT_ONCE: usize = 8;

fn groups() -> Vec<Group> {
    [
        compute::groups(),
        block_storage::groups(),
        network::groups(),
        load_balancer::groups(),
        session::groups(),
        contract::groups(),
        command_line::groups(),
        repeat::groups(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    harness::keep_panics();
    match run(&arguments) {
        Ok(code) => code,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let tokens = record::folder().map_err(|error| format!("no temporary folder: {error}"))?;
    let local = LocalCloud::start()?;
    let local_target = Arc::new(Target::local(local.clouds_yaml.clone()));
    harness::block_on(local::furnish(&local_target, &tokens.path().join("local")))
        .map_err(|Failure(why)| format!("the local cloud cannot be furnished: {why}"))?;
    let testbed = Target::testbed()?;
    let is_complete = testbed.is_some();
    if !is_complete {
        eprintln!(
            "the testbed is not named in OS_CLIENT_CONFIG_FILE: only the local cloud is seen"
        );
    }
    let targets: Vec<_> = testbed.into_iter().map(Arc::new).chain([local_target]).collect();

    let complete = Trial::test("every operation has a case that proves it", || {
        let gaps = proven::gaps(&groups());
        if gaps.is_empty() { Ok(()) } else { Err(Failed::from(gaps.join("; "))) }
    });
    let mut trials = vec![complete, contract::trial()];
    for target in &targets {
        trials.push(harness::trial_of_itself(target, tokens.path()));
        for mut group in groups() {
            for case in std::mem::take(&mut group.cases) {
                trials.push(harness::trial(target, tokens.path(), &group, case));
            }
        }
    }
    let all = trials.len() as u64;
    let conclusion = libtest_mimic::run(arguments, trials);

    for target in &targets {
        let open = |entry: &str| context::open(target, entry, tokens.path());
        harness::block_on(things::sweep(open))
            .map_err(|Failure(why)| format!("{} is left untidy: {why}", target.name))?;
    }
    if is_complete && conclusion.num_passed == all {
        let names: Vec<_> = targets.iter().map(|target| target.name).collect();
        page::check("proven.md", &proven::page(&names, &groups()))?;
    }
    Ok(conclusion.exit_code())
}
