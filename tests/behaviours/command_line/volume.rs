//! `ik volume`, and volumes at servers.

use std::os::unix::fs::PermissionsExt;

use infomaniak_cloud::Kind;
use serde_json::json;

use crate::block_storage::volume as volume_of;
use crate::case::{Case, Outcome};
use crate::compute::instance;
use crate::context::Context;
use crate::record;
use crate::things::{SNAPSHOT, TRANSFER, VOLUME};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("a volume is made, shown, extended, attached and detached", life)
            .proves(&[
                "create_volume",
                "get_volume",
                "extend_volume",
                "attach_volume",
                "detach_volume",
                "list_volumes",
                "delete_volume",
            ])
            .refuses(Kind::Invalid, &["extend_volume"]),
        Case::new("a snapshot names its volume by a flag", snapshot)
            .proves(&["create_snapshot", "delete_snapshot"]),
        Case::new("the key of a transfer goes from file to file", transfer)
            .proves(&["create_volume_transfer", "accept_volume_transfer"]),
    ]
}

async fn life(context: &Context) -> Outcome {
    let name = context.name(&VOLUME, "ik");
    let create = ["volume", "create", &name, "--size", "1", "--type", "CEPH_1_perf2", "-f", "json"];
    let made = context.ik(&create)?.json()?;
    assert_eq!((&made["size"], &made["status"]), (&json!(1), &json!("available")), "{made}");
    context.ik(&["volume", "extend", &name, "2"])?.good()?;
    let message = context.ik(&["volume", "extend", &name, "2"])?.refused(Kind::Invalid)?;
    assert!(message.contains("GiB"), "{message}");
    let web = instance(context, "ik volume").await?;
    context.ik(&["server", "add", "volume", &web.name, &name, "--device", "/dev/vdb"])?.good()?;
    let shown = context.ik(&["volume", "show", &name, "-f", "json"])?.json()?;
    assert_eq!((&shown["size"], &shown["status"]), (&json!(2), &json!("in-use")), "{shown}");
    let table = context.ik(&["volume", "list"])?.good()?;
    assert!(table.contains(&web.id), "the table shows where it is: {table}");
    context.ik(&["server", "remove", "volume", &web.name, &name, "--yes"])?.good()?;
    context.ik(&["volume", "delete", &name, "--yes", "--wait"])?.good()?;
    Ok(())
}

async fn snapshot(context: &Context) -> Outcome {
    let volume = volume_of(context, "ik snapshot").await?;
    let name = context.name(&SNAPSHOT, "ik");
    let create = ["volume", "snapshot", "create", &name, "--volume", &volume.name, "-f", "json"];
    assert_eq!(context.ik(&create)?.json()?["volume_id"], volume.id.as_str());
    context.ik(&["volume", "snapshot", "delete", &name, "--yes", "--wait"])?.good()?;
    Ok(())
}

async fn transfer(context: &Context) -> Outcome {
    let volume = volume_of(context, "ik transfer").await?;
    context.claim_at(context.target.stranger, &VOLUME, &volume.name);
    let name = context.name(&TRANSFER, "ik");
    let file = context.path("key");
    let path = file.to_string_lossy();
    let create = ["volume", "transfer", "request", "create", &volume.id, "--name", &name];
    let create = [&create[..], &["--auth-key", &path, "-f", "json"]].concat();
    let done = context.ik(&create)?;
    let key = std::fs::read_to_string(&file)?;
    record::secret(&key);
    assert_eq!(file.metadata()?.permissions().mode() & 0o777, 0o600);
    assert!(!format!("{done:?}").contains(&key), "the key is only in its file");
    let offer = done.json()?;
    let id = offer["id"].as_str().unwrap_or_default();
    let accept = ["volume", "transfer", "request", "accept", id, "--auth-key", &path];
    let theirs = context.target.stranger;
    context.ik_by(&accept, |command| command.env("OS_CLOUD", theirs))?.good()?;
    // It was kept on purpose, where `./test` will look for secrets.
    std::fs::remove_file(&file)?;
    Ok(())
}
