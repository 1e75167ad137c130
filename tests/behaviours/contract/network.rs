//! The network service's operations, by name with JSON arguments, give the contract's records.

use serde_json::json;

use super::Checked;
use crate::case::{Case, Outcome};
use crate::context::Context;
use crate::things::{NET, SUBNET};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("networks and subnets have exactly the contract's fields and types", networks)
            .proves(&[
                "list_networks",
                "create_network",
                "delete_network",
                "create_subnet",
                "list_subnets",
                "get_subnet",
                "delete_subnet",
            ]),
    ]
}

async fn networks(context: &Context) -> Outcome {
    let mut network = Checked::new(context, "network")?;
    let name = context.name(&NET, "contract");
    let arguments = json!({ "name": name, "description": "d", "extra": { "mtu": 1400 } });
    let made = network.run("create_network", arguments).await?;
    let listed = network.run("list_networks", json!({})).await?;
    let listed = listed.as_array().unwrap().iter().find(|one| one["id"] == made["id"]).unwrap();
    assert_eq!((&listed["name"], &listed["is_shared"]), (&json!(name), &json!(false)));

    let range = json!({
        "network_id": made["id"], "name": context.name(&SUBNET, "contract"), "cidr": "10.70.0.0/24",
        "ip_version": 4, "gateway_ip": null, "enable_dhcp": true, "dns_nameservers": ["9.9.9.9"],
        "extra": { "description": "d" },
    });
    let subnet = network.run("create_subnet", range).await?;
    assert_eq!(subnet["cidr"], "10.70.0.0/24");
    let id = json!({ "subnet_id": subnet["id"] });
    let shown = network.run("get_subnet", id.clone()).await?;
    assert_eq!((&shown["gateway_ip"], &shown["ip_version"]), (&json!("10.70.0.1"), &json!(4)));
    let listed = network.run("list_subnets", json!({})).await?;
    let listed = listed.as_array().unwrap().iter().find(|one| one["id"] == subnet["id"]).unwrap();
    assert_eq!((&listed["is_dhcp_enabled"], &listed["network_id"]), (&json!(true), &made["id"]));
    network.run("delete_subnet", id.clone()).await?;
    network.run("delete_subnet", id).await?;
    let id = json!({ "network_id": made["id"] });
    network.run("delete_network", id.clone()).await?;
    network.run("delete_network", id).await?;
    Ok(())
}
