//! Instances come into being with what was asked for, and are listed and shown as they are.

use std::time::Duration;

use infomaniak_cloud::compute::{Compute, Instance};
use infomaniak_cloud::{Kind, Processed};
use serde_json::{Value, json};

use super::instance;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::{INSTANCE, KEYPAIR, SECURITY_GROUP};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it arrives with all that was asked for, as another client sees it", arrives)
            .proves(&["create_instance"]),
        Case::new("further fields travel as they are given", further_fields)
            .proves(&["create_instance"]),
        Case::new("flavor, image and network can be given by id", by_ids).proves(&[
            "create_instance",
            "list_flavors",
            "get_image",
        ]),
        Case::new("without waiting it is given back at once and gets ready later", without_waiting)
            .proves(&["create_instance", "get_instance"]),
        Case::new("a creation that takes too long is given up with the id in hand", too_long)
            .refuses(Kind::TimedOut, &["create_instance"])
            .proves(&["get_instance"]),
        Case::new("list and show tell the same of it", list_and_show)
            .proves(&["list_instances", "get_instance"]),
        Case::new("what is there already is listed and left alone", those_already_there)
            .proves(&["list_instances", "get_instance"]),
        Case::new("another project's instance does not exist", of_another_project)
            .proves(&["get_instance"])
            .refuses(
                Kind::NotFound,
                &["get_instance", "start_instance", "delete_instance", "terminate_instance"],
            ),
    ]
}

const USER_DATA: &str = "#!/bin/sh\necho 'grüezi \"monde\"' > /tmp/日本\n";

async fn arrives(context: &Context) -> Outcome {
    let target = &context.target;
    let name = context.name(&INSTANCE, "all of it");
    let keypair = context.name(&KEYPAIR, "of instance");
    let group = context.name(&SECURITY_GROUP, "with space");
    context.openstack(&["security", "group", "create", &group])?;
    let compute = context.cloud()?.compute();
    compute.create_keypair(&keypair).await?;

    let made = compute
        .create_instance(&name, target.flavor, target.image, target.network)
        .key_name(&keypair)
        .security_groups(["default", group.as_str()])
        .user_data(USER_DATA)
        .availability_zone(target.zone)
        .await?;
    assert_eq!((made.name.as_str(), made.status.as_str()), (name.as_str(), "ACTIVE"));
    assert_eq!(made.flavor.as_deref(), Some(target.flavor));
    assert_eq!(made.key_name.as_deref(), Some(keypair.as_str()));
    assert_eq!(made.availability_zone.as_deref(), Some(target.zone));
    let mut groups = made.security_groups.clone();
    groups.sort_unstable();
    assert_eq!(groups, [group.as_str(), "default"]);
    let addresses = &made.addresses[target.network];
    assert_eq!((addresses.len(), addresses[0].version), (1, 4));

    let seen = show(context, &made.id)?;
    assert_eq!(seen["status"], "ACTIVE");
    assert_eq!(seen["key_name"], keypair);
    assert_eq!(seen["OS-EXT-AZ:availability_zone"], target.zone);
    let seen_groups = seen["security_groups"].to_string();
    assert!(seen_groups.contains(&group) && seen_groups.contains("default"), "{seen_groups}");
    let user_data = seen["OS-EXT-SRV-ATTR:user_data"].as_str().unwrap_or_default();
    assert_eq!(user_data, base64(USER_DATA));
    let image = seen["image"].to_string();
    assert!(image.contains(made.image.as_deref().unwrap_or("no image")), "{image}");
    assert!(seen["addresses"].to_string().contains(&addresses[0].addr), "{seen}");
    Ok(())
}

/// The instance as another client sees it; an administrator's, who is shown all of it.
pub(super) fn show(context: &Context, id: &str) -> Outcome<Value> {
    let show = ["--os-compute-api-version", "2.91", "server", "show", id, "-f", "json"];
    Ok(serde_json::from_str(&context.openstack_as(context.target.admin, &show)?)?)
}

/// Encoded by a program nobody here wrote.
fn base64(text: &str) -> String {
    let script = "import base64,sys; print(base64.b64encode(sys.argv[1].encode()).decode())";
    let output = std::process::Command::new("python3").args(["-c", script, text]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_string()
}

async fn further_fields(context: &Context) -> Outcome {
    let target = &context.target;
    let name = context.name(&INSTANCE, "extra");
    let extra = json!({
        "description": "made by a case", "metadata": {"purpose": "proof"}, "tags": ["of-my-own"],
    });
    let made = context
        .cloud()?
        .compute()
        .create_instance(&name, target.flavor, target.image, target.network)
        .extra(extra.as_object().unwrap().clone())
        .await?;
    let seen = show(context, &made.id)?;
    assert_eq!(seen["description"], "made by a case");
    assert_eq!(seen["properties"], json!({"purpose": "proof"}));
    let tags: Vec<_> = seen["tags"].as_array().unwrap().iter().filter_map(|t| t.as_str()).collect();
    assert!(tags.len() == 2 && tags.contains(&"of-my-own"), "{tags:?}");
    assert!(tags.iter().any(|tag| tag.starts_with("ik-create-")), "{tags:?}");
    Ok(())
}

async fn by_ids(context: &Context) -> Outcome {
    let target = &context.target;
    let compute = context.cloud()?.compute();
    let flavors = compute.list_flavors().await?;
    let flavor = flavors.iter().find(|flavor| flavor.name == target.flavor).unwrap();
    let image = compute.get_image(target.image).await?;
    let network =
        context.openstack(&["network", "show", target.network, "-f", "value", "-c", "id"])?;
    let name = context.name(&INSTANCE, "by ids");
    let made = compute.create_instance(&name, flavor, &image, network.trim()).wait(false).await?;
    assert_eq!(made.flavor.as_deref(), Some(target.flavor));
    assert_eq!(made.image, Some(image.id));
    Ok(())
}

async fn without_waiting(context: &Context) -> Outcome {
    let target = &context.target;
    let compute = context.cloud()?.compute();
    let name = context.name(&INSTANCE, "no wait");
    let made = compute
        .create_instance(&name, target.flavor, target.image, target.network)
        .wait(false)
        .await?;
    assert!(matches!(made.status.as_str(), "BUILD" | "ACTIVE"), "{}", made.status);
    let ready = becomes(&compute, &made.id, "ACTIVE").await?;
    assert_eq!(ready.created_at, made.created_at);
    assert!(!ready.addresses.is_empty());
    Ok(())
}

/// Looks until the instance has this status, for a minute.
pub(crate) async fn becomes(compute: &Compute, id: &str, status: &str) -> Outcome<Instance> {
    let mut instance = compute.get_instance(id).await?;
    for _ in 0..120 {
        if instance.status == status {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        instance = compute.get_instance(id).await?;
    }
    assert_eq!(instance.status, status);
    Ok(instance)
}

async fn too_long(context: &Context) -> Outcome {
    let target = &context.target;
    let compute = context.cloud()?.compute();
    // The time has to end while the instance is being built, however fast the cloud is just now:
    // too short and too long draw together.
    let (mut time, mut short, mut long) = (Duration::from_millis(100), Duration::ZERO, None);
    for _ in 0..25 {
        let name = context.name(&INSTANCE, "too long");
        let create = compute.create_instance(&name, target.flavor, target.image, target.network);
        match create.timeout(time).await {
            Ok(_) => long = Some(time),
            Err(error) => {
                assert_eq!(error.kind(), Kind::TimedOut, "{error:?}");
                if let Some(id) = error.resource() {
                    assert_eq!(error.processed(), Processed::Yes, "{error:?}");
                    assert!(error.hint().unwrap().contains("goes on"), "{error:?}");
                    assert_eq!(compute.get_instance(id).await?.name, name);
                    return Ok(());
                }
                short = time;
            }
        }
        context.tidy_up().await?; // abandoned creations would slow the next one down
        time = match long {
            // It was faster or slower before than it is now: begin again.
            Some(known) if known < short + Duration::from_millis(20) => {
                (short, long) = (Duration::ZERO, None);
                known / 4
            }
            Some(long) => (short + long) / 2,
            None => (time * 2).min(Duration::from_secs(60)),
        };
    }
    panic!("no time was too short to see it ready and long enough to see it begun: {time:?}");
}

async fn list_and_show(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let made = instance(context, "listed").await?;
    let listed = compute.list_instances().await?;
    let listed = listed.iter().find(|instance| instance.id == made.id).unwrap();
    let shown = compute.get_instance(&made.name).await?;
    assert_eq!(serde_json::to_value(listed)?, serde_json::to_value(&shown)?);
    assert_eq!(serde_json::to_value(&made)?, serde_json::to_value(&shown)?);
    Ok(())
}

async fn those_already_there(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let listed = compute.list_instances().await?;
    let seen = context.openstack_json(&["server", "show", context.target.server])?;
    let ours = listed.iter().find(|instance| instance.name == context.target.server).unwrap();
    assert_eq!(seen["id"], ours.id);
    let shown = compute.get_instance(&ours.id).await?;
    assert_eq!(seen["created"].as_str(), shown.created_at.as_deref());
    assert_eq!(seen["updated"].as_str(), shown.updated_at.as_deref());
    let kinds: Vec<_> = shown.addresses[context.target.network]
        .iter()
        .map(|address| address.other["OS-EXT-IPS:type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["fixed", "floating"]);
    Ok(())
}

async fn of_another_project(context: &Context) -> Outcome {
    let server = context.cloud()?.compute().get_instance(context.target.server).await?;
    let stranger = context.cloud_of(context.target.stranger)?.compute();
    for name in [&server.name, &server.id] {
        let errors = [
            refused(stranger.get_instance(name).await),
            refused(stranger.start_instance(name).await),
            refused(stranger.terminate_instance(name).await),
        ];
        for error in errors {
            assert_eq!(error.kind(), Kind::NotFound, "{error:?}");
        }
    }
    let error = refused(stranger.delete_instance(&server.name).await);
    assert_eq!(error.kind(), Kind::NotFound, "{error:?}");
    Ok(())
}
