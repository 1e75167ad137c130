//! Load balancing, by name with JSON arguments, gives the contract's records.

use serde_json::{Value, json};

use super::Checked;
use crate::case::{Case, Outcome};
use crate::context::Context;
use crate::network::network_with;
use crate::things::LOAD_BALANCER;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("load balancers and their parts have exactly the contract's fields", whole)
            .proves(&["list_loadbalancers", "create_loadbalancer", "delete_loadbalancer"])
            .proves(&["list_listeners", "create_listener", "delete_listener"])
            .proves(&["list_pools", "create_pool", "delete_pool"])
            .proves(&["list_pool_members", "add_pool_member", "remove_pool_member"])
            .proves(&["list_health_monitors", "create_health_monitor", "delete_health_monitor"]),
    ]
}

fn of<'v>(listed: &'v Value, id: &Value) -> &'v Value {
    listed.as_array().unwrap().iter().find(|one| one["id"] == *id).unwrap()
}

async fn whole(context: &Context) -> Outcome {
    let mut network = Checked::new(context, "network")?;
    let (_, subnet) = network_with(context, "contract's balancer", "10.120.0.0/24").await?;
    let name = context.name(&LOAD_BALANCER, "contract");
    let arguments = json!({ "name": name, "subnet_id": subnet.id, "vip_address": "10.120.0.5",
        "extra": { "description": "d" } });
    let made = network.run("create_loadbalancer", arguments).await?;
    assert_eq!(made, json!({ "id": made["id"], "name": name, "vip_address": "10.120.0.5" }));
    let listed = network.run("list_loadbalancers", json!({})).await?;
    assert_eq!(of(&listed, &made["id"])["provisioning_status"], "ACTIVE");
    let id = json!({ "loadbalancer_id": made["id"] });

    let arguments = json!({ "loadbalancer_id": made["id"], "name": "web", "protocol": "HTTP",
        "port": 80, "extra": { "connection_limit": 5 } });
    let listener = network.run("create_listener", arguments).await?;
    assert_eq!(listener, json!({ "id": listener["id"], "name": "web", "protocol": "HTTP" }));
    let listed = network.run("list_listeners", id.clone()).await?;
    assert_eq!(of(&listed, &listener["id"])["loadbalancer_id"], made["id"]);

    let arguments = json!({ "name": "servers", "protocol": "HTTP", "lb_algorithm": "ROUND_ROBIN",
        "listener_id": listener["id"], "extra": { "description": "d" } });
    let pool = network.run("create_pool", arguments).await?;
    assert_eq!(pool, json!({ "id": pool["id"], "name": "servers", "protocol": "HTTP" }));
    let listed = network.run("list_pools", id.clone()).await?;
    assert_eq!(of(&listed, &pool["id"])["lb_algorithm"], "ROUND_ROBIN");

    let arguments = json!({ "pool_id": pool["id"], "address": "10.120.0.9", "port": 8080,
        "weight": 2, "name": "m", "subnet_id": subnet.id, "extra": { "backup": true } });
    let member = network.run("add_pool_member", arguments).await?;
    assert_eq!(member, json!({ "id": member["id"], "address": "10.120.0.9", "port": 8080 }));
    let in_pool = json!({ "pool_id": pool["id"] });
    let listed = network.run("list_pool_members", in_pool.clone()).await?;
    let ours = of(&listed, &member["id"]);
    assert_eq!((&ours["protocol_port"], &ours["weight"]), (&json!(8080), &json!(2)));

    let arguments = json!({ "pool_id": pool["id"], "monitor_type": "HTTP", "delay": 5,
        "timeout": 3, "max_retries": 2, "name": "h", "extra": { "url_path": "/health" } });
    let monitor = network.run("create_health_monitor", arguments).await?;
    assert_eq!(monitor, json!({ "id": monitor["id"], "type": "HTTP", "pool_id": pool["id"] }));
    let listed = network.run("list_health_monitors", in_pool).await?;
    assert_eq!(of(&listed, &monitor["id"])["pool_id"], pool["id"]);

    let gone = [
        ("delete_health_monitor", json!({ "health_monitor_id": monitor["id"] })),
        ("remove_pool_member", json!({ "pool_id": pool["id"], "member_id": member["id"] })),
        ("delete_pool", json!({ "pool_id": pool["id"] })),
        ("delete_listener", json!({ "listener_id": listener["id"] })),
        ("delete_loadbalancer", json!({ "loadbalancer_id": made["id"], "cascade": true })),
    ];
    for (method, arguments) in gone {
        network.run(method, arguments.clone()).await?;
        // What is gone already counts as success.
        network.run(method, arguments).await?;
    }
    Ok(())
}
