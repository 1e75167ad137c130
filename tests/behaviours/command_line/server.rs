//! `ik server ...`: made, looked at, switched and removed, one and several at a time.

use infomaniak_cloud::Kind;
use serde_json::json;

use crate::case::{Case, Outcome};
use crate::context::Context;
use crate::things::{INSTANCE, KEYPAIR};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("create ends with an ACTIVE server, as another client sees it", create)
            .proves(&["create_instance", "get_instance", "list_instances", "delete_instance"]),
        Case::new("an application credential creates and terminates one too", by_credential)
            .proves(&["create_instance", "terminate_instance"]),
        Case::new("start, stop, reboot and delete take several, and say so of each", several)
            .proves(&["start_instance", "stop_instance", "reboot_instance", "delete_instance"])
            .refuses(Kind::NotFound, &["stop_instance"])
            .refuses(Kind::Conflict, &["start_instance"]),
        Case::new("a list is shown in every format, sorted and cut as asked", formats)
            .proves(&["list_instances"]),
    ]
}

/// Arguments that create a server of this name.
fn create_arguments<'a>(context: &'a Context, name: &'a str) -> Vec<&'a str> {
    let t = &context.target;
    let (flavor, image, network) = (t.flavor, t.image, t.network);
    vec!["server", "create", name, "--flavor", flavor, "--image", image, "--network", network]
}

async fn create(context: &Context) -> Outcome {
    let name = context.name(&INSTANCE, "ik's \"own\"");
    let keypair = context.name(&KEYPAIR, "ik");
    context.ik(&["keypair", "create", &keypair, "-f", "json"])?.good()?;
    let script = context.path("script");
    std::fs::write(&script, "#!/bin/sh\necho ik\n")?;
    let mut arguments = create_arguments(context, &name);
    let script = script.to_string_lossy();
    arguments.extend(["--key-name", &keypair, "--user-data", &script]);
    arguments.extend(["--availability-zone", context.target.zone]);
    arguments.extend(["--security-group", "default", "--extra", "metadata={\"by\":\"ik\"}"]);
    arguments.extend(["-f", "json"]);
    let made = context.ik(&arguments)?.json()?;
    assert_eq!((&made["name"], &made["status"]), (&json!(name), &json!("ACTIVE")));

    let id = made["id"].as_str().unwrap_or_default();
    let seen = context.openstack_json(&["server", "show", id])?;
    assert_eq!((&seen["status"], &seen["key_name"]), (&json!("ACTIVE"), &json!(keypair)));
    assert_eq!(seen["properties"], json!({"by": "ik"}));
    assert_eq!(context.ik(&["server", "show", &name, "-f", "json"])?.json()?, made);
    let listed = context.ik(&["server", "list", "-f", "json"])?.json()?;
    assert!(listed.as_array().unwrap().contains(&made), "{listed}");
    let status = context.ik(&["server", "show", id, "-f", "value", "-c", "status"])?.good()?;
    assert_eq!(status, "ACTIVE\n");

    let deleted = context.ik(&["server", "delete", &name, "--wait", "--yes"])?;
    assert!(deleted.stderr.contains(&format!("server delete {name}: done")), "{deleted:?}");
    assert_eq!(deleted.good()?, "", "an action has no data");
    context.ik(&["server", "show", id])?.refused(Kind::NotFound)?;
    Ok(())
}

async fn by_credential(context: &Context) -> Outcome {
    let name = context.name(&INSTANCE, "ik by credential");
    let run = |arguments: &[&str]| {
        let arguments = [arguments, &["--cloud", context.target.credential]].concat();
        context.ik_by(&arguments, |command| command)
    };
    let mut arguments = create_arguments(context, &name);
    arguments.extend(["-f", "value", "-c", "status"]);
    assert_eq!(run(&arguments)?.good()?, "ACTIVE\n");
    // Nova has only accepted it: without waiting nothing more can be said.
    let terminated = run(&["server", "terminate", &name, "--yes"])?;
    let said = format!("server terminate {name}: accepted");
    assert!(terminated.stderr.contains(&said), "{terminated:?}");
    terminated.good()?;
    Ok(())
}

async fn several(context: &Context) -> Outcome {
    let names = [context.name(&INSTANCE, "one"), context.name(&INSTANCE, "two")];
    let [one, two] = names.each_ref().map(String::as_str);
    for name in [one, two] {
        let mut arguments = create_arguments(context, name);
        arguments.extend(["--no-wait", "-f", "value", "-c", "name"]);
        assert_eq!(context.ik(&arguments)?.good()?, format!("{name}\n"));
    }
    for name in [one, two] {
        let compute = context.cloud()?.compute();
        crate::compute::becomes(&compute, &compute.get_instance(name).await?.id, "ACTIVE").await?;
    }
    let told = |stderr: &str, verb: &str| {
        for name in [one, two] {
            assert!(stderr.contains(&format!("server {verb} {name}: done")), "{stderr}");
        }
    };
    told(&context.ik(&["server", "stop", one, two, "--wait"])?.stderr, "stop");

    // All are tried, all are reported; the first failure decides the exit code.
    let stopped = context.ik(&["server", "stop", "behaviour-none", one])?;
    assert_eq!(stopped.code, 3, "{stopped:?}");
    assert!(stopped.stderr.contains("error: behaviour-none: "), "{stopped:?}");
    assert!(stopped.stderr.contains(&format!("error: {one}: ")), "{stopped:?}");

    told(&context.ik(&["server", "start", one, two, "--wait"])?.stderr, "start");
    context.ik(&["server", "start", one])?.refused(Kind::Conflict)?;
    told(&context.ik(&["server", "reboot", "--hard", one, two, "--wait"])?.stderr, "reboot");
    // Naming one twice does it once.
    told(&context.ik(&["server", "delete", "--yes", one, two, one, "--wait"])?.stderr, "delete");
    let left = context.ik(&["server", "list", "-f", "value", "-c", "name"])?.good()?;
    assert!(!left.contains(one) && !left.contains(two), "{left}");
    Ok(())
}

async fn formats(context: &Context) -> Outcome {
    let server = context.target.server;
    let list = |more: &[&str]| context.ik(&[&["server", "list"], more].concat())?.good();
    let table = list(&[])?;
    assert!(table.contains("| name") && table.contains(server), "{table}");
    let csv = list(&["-f", "csv", "-c", "name", "-c", "status", "--sort", "name:desc"])?;
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!(lines[0], "\"name\",\"status\"");
    assert!(lines.contains(&format!("\"{server}\",\"ACTIVE\"").as_str()), "{csv}");
    let mut sorted = lines[1..].to_vec();
    sorted.sort_by(|a, b| b.cmp(a));
    assert_eq!(lines[1..], sorted);
    let bare = list(&["-f", "csv", "-c", "name", "--no-header"])?;
    assert!(!bare.contains("\"name\"") && bare.contains(server), "{bare}");
    let value = list(&["-f", "value", "-c", "name"])?;
    assert!(value.lines().any(|line| line == server), "{value}");
    let yaml = list(&["-f", "yaml", "-c", "name"])?;
    assert!(yaml.contains(&format!("- name: {server}\n")), "{yaml}");
    let alias = context.ik(&["instance", "list", "-f", "value", "-c", "name"])?.good()?;
    assert!(alias.contains(server), "{alias}");
    Ok(())
}
