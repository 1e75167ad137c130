//! Removes from a cloud what trials have made: those of this run that failed half-way, and those of
//! a run that was interrupted.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cloud::{Cloud, Outcome};
use crate::story::PREFIX;

/// Something that trials make.
struct Thing {
    service: &'static str,
    /// The list, which is also where each of them is.
    path: &'static str,
    /// The key of the list.
    many: &'static str,
    /// Where in an item its name is, and what it is called in a path.
    name: &'static str,
    id: &'static str,
}

const ROUTERS: &str = "/v2.0/routers";
const BALANCERS: &str = "/v2/lbaas/loadbalancers";

/// In the order in which they can be deleted.
const THINGS: &[Thing] = &[
    Thing { service: "compute", path: "/v2.1/servers", many: "servers", name: "/name", id: "/id" },
    Thing {
        service: "compute",
        path: "/v2.1/os-keypairs",
        many: "keypairs",
        name: "/keypair/name",
        id: "/keypair/name",
    },
    Thing {
        service: "load_balancer",
        path: BALANCERS,
        many: "loadbalancers",
        name: "/name",
        id: "/id",
    },
    Thing {
        service: "network",
        path: "/v2.0/floatingips",
        many: "floatingips",
        name: "/description",
        id: "/id",
    },
    Thing { service: "network", path: ROUTERS, many: "routers", name: "/name", id: "/id" },
    Thing { service: "network", path: "/v2.0/trunks", many: "trunks", name: "/name", id: "/id" },
    of_block_storage("/v3/{project}/os-volume-transfer", "transfers"),
    of_block_storage("/v3/{project}/backups", "backups"),
    of_block_storage("/v3/{project}/snapshots", "snapshots"),
    of_block_storage("/v3/{project}/volumes", "volumes"),
    Thing { service: "network", path: "/v2.0/ports", many: "ports", name: "/name", id: "/id" },
    Thing {
        service: "network",
        path: "/v2.0/networks",
        many: "networks",
        name: "/name",
        id: "/id",
    },
    Thing {
        service: "network",
        path: "/v2.0/security-groups",
        many: "security_groups",
        name: "/name",
        id: "/id",
    },
    Thing { service: "image", path: "/v2/images", many: "images", name: "/name", id: "/id" },
    Thing {
        service: "identity",
        path: "/v3/users/{user}/application_credentials",
        many: "application_credentials",
        name: "/name",
        id: "/id",
    },
];

const fn of_block_storage(path: &'static str, many: &'static str) -> Thing {
    Thing { service: "block_storage", path, many, name: "/name", id: "/id" }
}

/// How long deletions may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Deletes everything of the tenants that is called as only trials call things.
pub(crate) async fn sweep(cloud: &Cloud) -> Outcome {
    for caller in ["member", "demo", "full"] {
        // Application credentials are the member's only.
        // So are volumes.
        let of_member = ["identity", "block_storage"];
        let is_theirs = |thing: &&Thing| caller == "member" || !of_member.contains(&thing.service);
        for thing in THINGS.iter().filter(is_theirs) {
            let begun = Instant::now();
            while delete_all(cloud, caller, thing).await? > 0 {
                if begun.elapsed() > PATIENCE {
                    return Err(format!("{} called {PREFIX}* do not go away", thing.many));
                }
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    }
    Ok(())
}

/// Asks for the deletion of all; how many there were.
async fn delete_all(cloud: &Cloud, caller: &str, thing: &Thing) -> Outcome<usize> {
    let path = cloud.view().fill(thing.path)?;
    let answer = cloud.get_as(caller, thing.service, &path).await?;
    let body = answer.json.unwrap_or_default();
    let mut count = 0;
    for item in body[thing.many].as_array().into_iter().flatten() {
        let text = |place: &str| item.pointer(place).and_then(Value::as_str).unwrap_or_default();
        if text(thing.name).starts_with(PREFIX) {
            count += 1;
            let all = if thing.path == BALANCERS { "?cascade=true" } else { "" };
            let one = format!("{path}/{}{all}", text(thing.id));
            for forwarding in item["port_forwardings"].as_array().into_iter().flatten() {
                let id = forwarding["id"].as_str().unwrap_or_default();
                let below = format!("{one}/port_forwardings/{id}");
                cloud.ask_as(caller, thing.service, "DELETE", &below).await?;
            }
            if thing.path == ROUTERS {
                disconnect(cloud, caller, text(thing.id)).await?;
            }
            cloud.ask_as(caller, thing.service, "DELETE", &one).await?;
        }
    }
    Ok(count)
}

/// A router goes when it has no interfaces any more.
async fn disconnect(cloud: &Cloud, caller: &str, router: &str) -> Outcome {
    let ports = format!("/v2.0/ports?device_id={router}&device_owner=network:router_interface");
    let answer = cloud.get_as(caller, "network", &ports).await?.json.unwrap_or_default();
    let remove = format!("{ROUTERS}/{router}/remove_router_interface");
    for port in answer["ports"].as_array().into_iter().flatten() {
        let body = json!({ "port_id": port["id"] });
        cloud.put_as(caller, "network", &remove, &body).await?;
    }
    Ok(())
}
