//! Routers, security groups and floating IPs, by name with JSON arguments, give the contract's
//! records.

use serde_json::{Value, json};

use super::Checked;
use crate::case::{Case, Outcome};
use crate::context::Context;
use crate::network::network_with;
use crate::things::{FLOATING_IP, PORT, ROUTER, SECURITY_GROUP};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("routers have exactly the contract's fields and types", routers).proves(&[
            "create_router",
            "list_routers",
            "add_router_interface",
            "remove_router_interface",
            "delete_router",
        ]),
        Case::new("security groups have exactly the contract's fields and types", groups).proves(
            &[
                "create_security_group",
                "list_security_groups",
                "add_security_group_rule",
                "delete_security_group",
            ],
        ),
        Case::new("floating IPs have exactly the contract's fields and types", floating_ips)
            .proves(&["allocate_floating_ip", "list_floating_ips", "associate_floating_ip"])
            .proves(&["disassociate_floating_ip", "release_floating_ip"]),
    ]
}

fn of<'v>(listed: &'v Value, id: &Value) -> &'v Value {
    listed.as_array().unwrap().iter().find(|one| one["id"] == *id).unwrap()
}

async fn routers(context: &Context) -> Outcome {
    let mut network = Checked::new(context, "network")?;
    let name = context.name(&ROUTER, "contract");
    let arguments = json!({ "name": name, "external_network": "ext-floating1",
        "extra": { "description": "d" } });
    let made = network.run("create_router", arguments).await?;
    assert_eq!(made, json!({ "id": made["id"], "name": name }));
    let listed = network.run("list_routers", json!({})).await?;
    let gateway = &of(&listed, &made["id"])["external_gateway"];
    assert!(gateway["external_fixed_ips"][0]["ip_address"].is_string(), "{gateway}");
    let (_, subnet) = network_with(context, "contract's router", "10.71.0.0/24").await?;
    let both = json!({ "router_id": made["id"], "subnet_id": subnet.id });
    network.run("add_router_interface", both.clone()).await?;
    network.run("remove_router_interface", both).await?;
    let id = json!({ "router_id": made["id"] });
    network.run("delete_router", id.clone()).await?;
    network.run("delete_router", id).await?;
    Ok(())
}

async fn groups(context: &Context) -> Outcome {
    let mut network = Checked::new(context, "network")?;
    let name = context.name(&SECURITY_GROUP, "contract");
    let made = network.run("create_security_group", json!({ "name": name })).await?;
    assert_eq!(made, json!({ "id": made["id"], "name": name }));
    let rule = json!({ "security_group_id": made["id"], "direction": "ingress", "protocol": "tcp",
        "port_range_min": 22, "port_range_max": 22, "remote_ip_prefix": "192.0.2.0/24",
        "ethertype": "IPv4", "extra": { "description": "d" } });
    let rule = network.run("add_security_group_rule", rule).await?;
    assert_eq!(rule, json!({ "id": rule["id"], "direction": "ingress", "protocol": "tcp" }));
    let listed = network.run("list_security_groups", json!({})).await?;
    let ours = of(&listed, &made["id"]);
    assert_eq!((&ours["description"], &ours["rules_count"]), (&json!(""), &json!(3)));
    let id = json!({ "security_group_id": made["id"] });
    network.run("delete_security_group", id.clone()).await?;
    network.run("delete_security_group", id).await?;
    Ok(())
}

async fn floating_ips(context: &Context) -> Outcome {
    let mut network = Checked::new(context, "network")?;
    let cloud = context.cloud()?.network();
    let (net, subnet) = network_with(context, "contract's address", "10.72.0.0/24").await?;
    let router = context.name(&ROUTER, "contract's address");
    let router = cloud.create_router(&router).external_network("ext-floating1").await?;
    cloud.add_router_interface(&router, &subnet).await?;
    let port = cloud.create_port(&net, context.name(&PORT, "contract")).await?;
    let note = context.name(&FLOATING_IP, "contract");
    let arguments = json!({ "external_network": "ext-floating1", "description": note });
    let made = network.run("allocate_floating_ip", arguments).await?;
    let both = json!({ "floating_ip_id": made["id"], "port_id": port.id });
    network.run("associate_floating_ip", both).await?;
    let listed = network.run("list_floating_ips", json!({})).await?;
    assert_eq!(of(&listed, &made["id"])["port_id"], port.id.as_str());
    let id = json!({ "floating_ip_id": made["id"] });
    network.run("disassociate_floating_ip", id.clone()).await?;
    let listed = network.run("list_floating_ips", json!({})).await?;
    assert_eq!(of(&listed, &made["id"])["fixed_ip_address"], json!(null));
    network.run("release_floating_ip", id.clone()).await?;
    network.run("release_floating_ip", id).await?;
    Ok(())
}
