//! The small cloud's Neutron: one of each.

use serde_json::{Value, json};

use super::{NET, PORT, network};
use crate::server::{Received, Reply, json_answer, status};

/// The id of the subnet `demo-subnet`.
pub(crate) const SUBNET: &str = "66666666-6666-4666-8666-666666666661";
/// The id of the security group `web`.
pub(crate) const SECURITY_GROUP: &str = "66666666-6666-4666-8666-666666666663";
/// The id of the subnet pool `offices`.
pub(crate) const SUBNET_POOL: &str = "66666666-6666-4666-8666-666666666664";

/// A subnet as Neutron describes it, shortened.
pub(crate) fn subnet(id: &str, name: &str) -> Value {
    json!({ "id": id, "name": name, "network_id": NET, "cidr": "10.0.0.0/24", "ip_version": 4,
        "gateway_ip": "10.0.0.1", "enable_dhcp": true, "subnetpool_id": null,
        "allocation_pools": [{ "start": "10.0.0.2", "end": "10.0.0.254" }],
        "dns_nameservers": ["9.9.9.9"],
        "host_routes": [{ "destination": "10.9.0.0/16", "nexthop": "10.0.0.3" }] })
}

/// A port as Neutron describes it, shortened.
pub(crate) fn port(id: &str, name: &str) -> Value {
    json!({ "id": id, "name": name, "status": "DOWN", "network_id": NET,
        "mac_address": "fa:16:3e:00:00:07", "admin_state_up": true,
        "fixed_ips": [{ "subnet_id": SUBNET, "ip_address": "10.0.0.7" }],
        "device_id": "", "device_owner": "", "security_groups": [SECURITY_GROUP] })
}

fn group() -> Value {
    json!({ "id": SECURITY_GROUP, "name": "web", "description": "" })
}

/// A subnet pool as Neutron describes it, shortened: numbers are texts there.
fn pool() -> Value {
    json!({ "id": SUBNET_POOL, "name": "offices", "prefixes": ["10.64.0.0/16"],
        "default_prefixlen": "24", "min_prefixlen": "8", "max_prefixlen": "32", "ip_version": 4,
        "shared": false })
}

/// Neutron's part of the script.
pub(super) fn answer(request: &Received) -> Reply {
    let Some((method, path)) = request.what().split_once(" /network/v2.0/") else {
        return Reply::Usual;
    };
    let things = [
        ("networks", "network", NET, network(NET, "demo-net")),
        ("subnets", "subnet", SUBNET, subnet(SUBNET, "demo-subnet")),
        ("ports", "port", PORT, port(PORT, "front")),
        ("security-groups", "security_group", SECURITY_GROUP, group()),
        ("subnetpools", "subnetpool", SUBNET_POOL, pool()),
    ];
    for (many, one, id, thing) in things {
        let Some(rest) = path.strip_prefix(many) else { continue };
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let below = rest.strip_prefix(id);
        let list = format!("{one}s");
        return match (method, rest, below) {
            ("GET", "", _) => json_answer(200, json!({ list: [thing] })),
            ("POST", "", _) => json_answer(201, json!({ one: thing })),
            ("GET" | "PUT", _, Some("")) => json_answer(200, json!({ one: thing })),
            ("PUT", _, Some("/tags")) => json_answer(200, json!({ "tags": [] })),
            ("PUT", ..) => json_answer(201, json!(null)),
            ("DELETE", ..) => status(204),
            _ => Reply::Usual,
        };
    }
    match path {
        "routers" => json_answer(200, json!({ "routers": [] })),
        "floatingips" => json_answer(200, json!({ "floatingips": [] })),
        "quotas/project-id/details.json" => json_answer(
            200,
            json!({ "quota": { "network": { "limit": 100, "used": 1, "reserved": 0 } } }),
        ),
        _ => Reply::Usual,
    }
}
