//! docs/walkthrough.md, as it stands there: made, made again, removed, removed again; and every list there
//! is tells whether anything is left.

use std::collections::BTreeSet;
use std::os::unix::fs::symlink;
use std::process::Stdio;
use std::time::Duration;

use infomaniak_cloud::operations;
use uuid::Uuid;

use crate::case::{Case, Claim, Failure, Outcome};
use crate::context::Context;
use crate::ik::binary;
use crate::other_client::program;
use crate::record;
use crate::things::{INSTANCE, LOAD_BALANCER, NET, PREFIX, ROUTER, SECURITY_GROUP, SUBNET, VOLUME};
use crate::walkthrough::{self, every_list, related, wrong};

/// Looks for what the cloud takes away a moment later, a second apart.
const LOOKS: u32 = 20;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it makes each thing once, however often, and leaves nothing behind", whole)
            .proves(&["create_network", "create_subnet", "create_router", "add_router_interface"])
            .proves(&["create_security_group", "add_security_group_rule", "create_instance"])
            .proves(&["create_volume", "attach_volume", "allocate_floating_ip"])
            .proves(&["create_loadbalancer", "create_listener", "create_pool", "add_pool_member"])
            .proves(&["create_health_monitor", "delete_loadbalancer"])
            .proves(&["show_topology", "list_server_addresses", "list_floating_ips"])
            .proves(&["detach_volume", "delete_volume", "delete_instance", "release_floating_ip"])
            .proves(&["delete_router", "delete_network", "delete_security_group"]),
    ]
}

async fn whole(context: &Context) -> Outcome {
    let name = format!("{PREFIX}walk-{}", &Uuid::new_v4().simple().to_string()[..10]);
    let entry = context.target.stranger;
    for thing in [&SECURITY_GROUP, &NET, &SUBNET, &ROUTER, &VOLUME, &LOAD_BALANCER] {
        context.claim_at(entry, thing, &name);
    }
    for number in [1, 2] {
        context.claim_at(entry, &INSTANCE, &format!("{name}-{number}"));
    }
    let walked = walk(context, &name).await;
    if walked.is_err() {
        // Whatever is left would count against the next one's quota.
        drop(run(context, "bash unmake", &name));
    }
    walked
}

async fn walk(context: &Context, name: &str) -> Outcome {
    let cloud = context.cloud_of(context.target.stranger)?;
    let nothing = BTreeSet::new();
    same(&related(&every_list(&cloud).await?, name), &nothing)?;
    run(context, "bash make", name)?;
    let made = related(&every_list(&cloud).await?, name);
    if let [first, ..] = &wrong(&made)[..] {
        return Err(Failure(first.clone()));
    }
    run(context, "bash make", name)?;
    same(&related(&every_list(&cloud).await?, name), &made)?;
    run(context, "bash unmake", name)?;
    let mut left = nothing.clone();
    for _ in 0..LOOKS {
        let now = every_list(&cloud).await?;
        let ids = made.iter().flat_map(|(_, id)| related(&now, id));
        left = related(&now, name).into_iter().chain(ids).collect();
        if left.is_empty() {
            return run(context, "bash unmake", name);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    same(&left, &nothing)
}

fn same(seen: &BTreeSet<(String, String)>, wanted: &BTreeSet<(String, String)>) -> Outcome {
    let odd: Vec<_> = seen.symmetric_difference(wanted).collect();
    if odd.is_empty() { Ok(()) } else { Err(Failure(format!("not as it was: {odd:?}"))) }
}

/// Leaves a script to bash, as a person would.
fn run(context: &Context, mark: &str, name: &str) -> Outcome {
    let script = walkthrough::script(mark);
    let programs = context.path("bin");
    if !programs.exists() {
        std::fs::create_dir(&programs)?;
        symlink(std::path::absolute(binary().map_err(Failure)?)?, programs.join("ik"))?;
    }
    let target = &context.target;
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
    let mut bash = program("bash", context);
    bash.args(["-c", &script]).env("PATH", path).env("OS_CLOUD", target.stranger);
    bash.env("NAME", name).env("FLAVOR", target.flavor).env("IMAGE", target.image);
    let output = bash.env("XDG_CACHE_HOME", context.tokens()).stdin(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    record::said("stdout of the walkthrough", &String::from_utf8_lossy(&output.stdout));
    record::said("stderr of the walkthrough", &said);
    if !output.status.success() {
        return Err(Failure(format!("{mark}: {said}")));
    }
    // It ends at the first that fails: all of them went well.
    for line in script.lines().map(|line| line.trim().trim_start_matches("gone ")) {
        let line = format!("{line} ");
        let called = |command: &str| line.starts_with(&format!("ik {command} "));
        if let Some(operation) = operations().find(|one| called(one.command)) {
            context.recorder.note(operation, Claim::DONE);
        }
    }
    Ok(())
}
