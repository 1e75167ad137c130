//! Compute's operations, by name with JSON arguments, give the contract's records.

use serde_json::json;

use super::Checked;
use crate::case::{Case, Outcome};
use crate::context::Context;
use crate::things::{INSTANCE, KEYPAIR};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("compute's operations give exactly the contract's fields and types", records)
            .proves(&[
                "list_instances",
                "get_instance",
                "create_instance",
                "start_instance",
                "stop_instance",
                "reboot_instance",
                "delete_instance",
                "terminate_instance",
                "list_images",
                "get_image",
                "list_flavors",
                "list_keypairs",
                "create_keypair",
                "delete_keypair",
                "list_availability_zones",
            ]),
    ]
}

async fn records(context: &Context) -> Outcome {
    let target = &context.target;
    let mut compute = Checked::new(context, "compute")?;

    let keypair = context.name(&KEYPAIR, "contract");
    let made = compute.run("create_keypair", json!({ "name": keypair })).await?;
    assert!(made["private_key"].as_str().unwrap().contains("PRIVATE KEY"));
    let imported = context.name(&KEYPAIR, "contract import");
    let arguments = json!({ "name": imported, "public_key": made["public_key"] });
    let made = compute.run("create_keypair", arguments).await?;
    assert_eq!(made.get("private_key"), None);

    let name = context.name(&INSTANCE, "contract");
    let made = compute
        .run(
            "create_instance",
            json!({
                "name": name, "flavor": target.flavor, "image": target.image,
                "network": target.network, "key_name": keypair, "security_groups": ["default"],
                "user_data": "#!/bin/true", "availability_zone": target.zone,
                "extra": {"metadata": {"from": "contract"}},
            }),
        )
        .await?;
    let id = json!({ "instance_id": made["id"] });
    for (field, wanted) in [
        ("name", name.as_str()),
        ("status", "ACTIVE"),
        ("flavor", target.flavor),
        ("key_name", &keypair),
        ("availability_zone", target.zone),
    ] {
        assert_eq!(made[field], wanted, "{field}");
    }
    assert_eq!(made["security_groups"], json!(["default"]));
    assert!(made["addresses"][target.network][0]["addr"].is_string(), "{made}");
    assert_eq!(compute.run("get_instance", id.clone()).await?["id"], made["id"]);

    // A list proves nothing about its records if it is empty.
    for list in [
        "list_instances",
        "list_images",
        "list_flavors",
        "list_keypairs",
        "list_availability_zones",
    ] {
        let records = compute.run(list, json!({})).await?;
        assert!(records.as_array().is_some_and(|records| !records.is_empty()), "{list}");
    }
    let image = compute.run("get_image", json!({ "image_id": target.image })).await?;
    assert_eq!(image["id"], made["image"]);

    let wait = json!({ "instance_id": made["id"], "wait": true });
    compute.run("stop_instance", wait.clone()).await?;
    compute.run("start_instance", wait.clone()).await?;
    let hard = json!({ "instance_id": made["id"], "reboot_type": "hard", "wait": true });
    compute.run("reboot_instance", hard).await?;
    compute.run("terminate_instance", id).await?;
    compute.run("delete_instance", wait).await?;
    for name in [&keypair, &imported, &keypair] {
        compute.run("delete_keypair", json!({ "name": name })).await?;
    }
    compute.all_ran();
    Ok(())
}
