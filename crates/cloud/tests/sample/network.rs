//! The small cloud's Neutron: one of each.

use serde_json::{Value, json};

use super::{NET, PORT, WEB, network};
use crate::server::{Received, Reply, json_answer, status};

/// The id of the subnet `demo-subnet`.
pub(crate) const SUBNET: &str = "66666666-6666-4666-8666-666666666661";
/// The id of the security group `web`.
pub(crate) const SECURITY_GROUP: &str = "66666666-6666-4666-8666-666666666663";
/// The id of the subnet pool `offices`.
pub(crate) const SUBNET_POOL: &str = "66666666-6666-4666-8666-666666666664";

/// The id of the network `outside`.
pub(crate) const OUTSIDE: &str = "6a6a6a6a-6a6a-4a6a-8a6a-6a6a6a6a6a65";
/// The id of the router `front`.
pub(crate) const ROUTER: &str = "6a6a6a6a-6a6a-4a6a-8a6a-6a6a6a6a6a66";
/// The id of a rule of the security group.
pub(crate) const RULE: &str = "6a6a6a6a-6a6a-4a6a-8a6a-6a6a6a6a6a67";
/// The id of the floating IP 203.0.113.9.
pub(crate) const FLOATING_IP: &str = "6a6a6a6a-6a6a-4a6a-8a6a-6a6a6a6a6a68";
/// The id of one of its port forwardings.
pub(crate) const FORWARDING: &str = "6a6a6a6a-6a6a-4a6a-8a6a-6a6a6a6a6a69";
/// The id of the trunk `uplink`.
pub(crate) const TRUNK: &str = "6a6a6a6a-6a6a-4a6a-8a6a-6a6a6a6a6a70";

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

/// A router as Neutron describes it, shortened.
fn router() -> Value {
    let address = json!({ "subnet_id": SUBNET, "ip_address": "203.0.113.8" });
    json!({ "id": ROUTER, "name": "front", "status": "ACTIVE", "admin_state_up": true,
        "routes": [{ "destination": "10.9.0.0/16", "nexthop": "10.0.0.3" }],
        "external_gateway_info": { "network_id": OUTSIDE, "enable_snat": true,
            "external_fixed_ips": [address] } })
}

/// A rule as Neutron describes it, shortened.
fn rule() -> Value {
    json!({ "id": RULE, "direction": "ingress", "protocol": "tcp", "ethertype": "IPv4",
        "port_range_min": 22, "port_range_max": 22, "remote_ip_prefix": null,
        "remote_group_id": null, "security_group_id": SECURITY_GROUP })
}

/// A floating IP as Neutron describes it, shortened.
fn floating_ip() -> Value {
    json!({ "id": FLOATING_IP, "floating_ip_address": "203.0.113.9",
        "fixed_ip_address": "10.0.0.7", "status": "ACTIVE", "port_id": PORT,
        "floating_network_id": OUTSIDE, "router_id": ROUTER,
        "port_forwardings": [{ "id": FORWARDING, "protocol": "tcp", "external_port": 2222,
            "internal_ip_address": "10.0.0.7", "internal_port": 22 }] })
}

fn forwarding() -> Value {
    json!({ "id": FORWARDING, "protocol": "tcp", "external_port": 2222, "internal_port": 22,
        "internal_ip_address": "10.0.0.7", "internal_port_id": PORT })
}

fn trunk() -> Value {
    json!({ "id": TRUNK, "name": "uplink", "status": "DOWN", "port_id": PORT, "sub_ports": [],
        "admin_state_up": true })
}

fn outside() -> Value {
    let mut outside = network(OUTSIDE, "outside");
    outside["router:external"] = true.into();
    outside
}

/// Neutron's part of the script.
pub(super) fn answer(request: &Received) -> Reply {
    let Some((method, path)) = request.what().split_once(" /network/v2.0/") else {
        return Reply::Usual;
    };
    let forwardings = format!("floatingips/{FLOATING_IP}/port_forwardings");
    if let Some(below) = path.strip_prefix(&forwardings) {
        return match (method, below) {
            ("GET", "") => json_answer(200, json!({ "port_forwardings": [forwarding()] })),
            ("POST", _) => json_answer(201, json!({ "port_forwarding": forwarding() })),
            ("GET", _) => json_answer(200, json!({ "port_forwarding": forwarding() })),
            _ => status(204),
        };
    }
    if path == format!("networks/{OUTSIDE}") {
        return json_answer(200, json!({ "network": outside() }));
    }
    let things = [
        ("networks", "network", NET, network(NET, "demo-net")),
        ("routers", "router", ROUTER, router()),
        ("security-group-rules", "security_group_rule", RULE, rule()),
        ("floatingips", "floatingip", FLOATING_IP, floating_ip()),
        ("trunks", "trunk", TRUNK, trunk()),
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
            // A port of an instance says whose it is.
            ("GET", "", _) if many == "ports" && request.query() == format!("device_id={WEB}") => {
                let mut port = thing;
                port["device_id"] = WEB.into();
                json_answer(200, json!({ list: [port] }))
            }
            ("GET", "", _) if many == "networks" => {
                json_answer(200, json!({ list: [thing, outside()] }))
            }
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
