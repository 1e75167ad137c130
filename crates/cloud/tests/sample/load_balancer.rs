//! The small cloud's Octavia: one of each.

use serde_json::{Value, json};

use super::{NET, SUBNET};
use crate::server::{Received, Reply, json_answer, status};

/// The id of the load balancer `web-lb`.
pub(crate) const BALANCER: &str = "7b7b7b7b-7b7b-4b7b-8b7b-7b7b7b7b7b71";
/// The id of its listener `web`.
pub(crate) const LISTENER: &str = "7b7b7b7b-7b7b-4b7b-8b7b-7b7b7b7b7b72";
/// The id of its pool `web-pool`.
pub(crate) const POOL: &str = "7b7b7b7b-7b7b-4b7b-8b7b-7b7b7b7b7b73";
/// The id of the pool's member `web`.
pub(crate) const MEMBER: &str = "7b7b7b7b-7b7b-4b7b-8b7b-7b7b7b7b7b74";
/// The id of the listener's policy `to-api`.
pub(crate) const POLICY: &str = "7b7b7b7b-7b7b-4b7b-8b7b-7b7b7b7b7b76";
/// The id of the policy's rule.
pub(crate) const L7_RULE: &str = "7b7b7b7b-7b7b-4b7b-8b7b-7b7b7b7b7b77";

/// The id of the pool's health monitor `web-health`.
pub(crate) const MONITOR: &str = "7b7b7b7b-7b7b-4b7b-8b7b-7b7b7b7b7b75";

/// A load balancer as Octavia describes it, shortened.
pub(crate) fn balancer(status: &str) -> Value {
    json!({ "id": BALANCER, "name": "web-lb", "vip_address": "10.0.0.5",
        "operating_status": "ONLINE", "provisioning_status": status, "admin_state_up": true,
        "vip_subnet_id": SUBNET, "vip_network_id": NET, "listeners": [{ "id": LISTENER }],
        "pools": [{ "id": POOL }], "provider": "amphora", "tags": ["old"] })
}

/// A listener as Octavia describes it, shortened.
pub(crate) fn listener() -> Value {
    json!({ "id": LISTENER, "name": "web", "protocol": "HTTP", "protocol_port": 80,
        "loadbalancers": [{ "id": BALANCER }], "default_pool_id": POOL, "l7policies": [],
        "provisioning_status": "ACTIVE", "operating_status": "ONLINE", "allowed_cidrs": null,
        "insert_headers": {}, "sni_container_refs": [], "tags": [] })
}

fn pool() -> Value {
    json!({ "id": POOL, "name": "web-pool", "protocol": "HTTP", "lb_algorithm": "ROUND_ROBIN",
        "loadbalancers": [{ "id": BALANCER }], "listeners": [{ "id": LISTENER }],
        "members": [{ "id": MEMBER }], "healthmonitor_id": MONITOR, "session_persistence": null,
        "provisioning_status": "ACTIVE", "operating_status": "ONLINE", "tags": [] })
}

fn member() -> Value {
    json!({ "id": MEMBER, "name": "web", "address": "10.0.0.7", "protocol_port": 80, "weight": 1,
        "operating_status": "ONLINE", "provisioning_status": "ACTIVE", "subnet_id": null,
        "backup": false, "monitor_address": null, "monitor_port": null, "tags": [] })
}

fn policy() -> Value {
    json!({ "id": POLICY, "name": "to-api", "action": "REDIRECT_TO_POOL", "position": 1,
        "listener_id": LISTENER, "redirect_pool_id": POOL, "rules": [{ "id": L7_RULE }],
        "provisioning_status": "ACTIVE", "operating_status": "ONLINE", "tags": [] })
}

fn rule() -> Value {
    json!({ "id": L7_RULE, "type": "PATH", "compare_type": "STARTS_WITH", "key": null,
        "value": "/api", "invert": false, "provisioning_status": "ACTIVE",
        "operating_status": "ONLINE", "tags": [] })
}

fn monitor() -> Value {
    json!({ "id": MONITOR, "name": "web-health", "type": "HTTP", "delay": 5, "timeout": 3,
        "max_retries": 3, "pools": [{ "id": POOL }], "provisioning_status": "ACTIVE" })
}

/// What stands alone.
fn single(path: &str) -> Option<Value> {
    let state = json!({ "id": BALANCER, "name": "web-lb", "provisioning_status": "ACTIVE",
        "operating_status": "ONLINE", "listeners": [] });
    let stats = json!({ "bytes_in": 1, "bytes_out": 2, "active_connections": 3,
        "total_connections": 4, "request_errors": 5 });
    Some(match path {
        "providers" => json!({ "providers": [{ "name": "amphora", "description": "d" }] }),
        "quotas" => json!({ "quotas": [{ "project_id": "p", "load_balancer": 9, "listener": null,
            "loadbalancer": 9 }] }),
        "quotas/project-id" | "quotas/project-id/default" | "quotas/p" => json!({ "quota": {
            "load_balancer": 9, "listener": -1, "pool": -1, "member": -1, "health_monitor": -1 } }),
        path if path.ends_with("/status") => json!({ "statuses": { "loadbalancer": state } }),
        path if path.ends_with("/stats") => json!({ "stats": stats }),
        _ => return None,
    })
}

/// Octavia's part of the script.
pub(super) fn answer(request: &Received) -> Reply {
    let Some((method, path)) = request.what().split_once(" /balancer/v2.0/lbaas/") else {
        return Reply::Usual;
    };
    if let Some(single) = single(path) {
        return json_answer(200, single);
    }
    let below = [format!("pools/{POOL}/"), format!("l7policies/{POLICY}/")];
    let path = below.iter().find_map(|below| path.strip_prefix(below)).unwrap_or(path);
    let things = [
        ("loadbalancers", "loadbalancer", BALANCER, balancer("ACTIVE")),
        ("listeners", "listener", LISTENER, listener()),
        ("pools", "pool", POOL, pool()),
        ("members", "member", MEMBER, member()),
        ("healthmonitors", "healthmonitor", MONITOR, monitor()),
        ("l7policies", "l7policy", POLICY, policy()),
        ("rules", "rule", L7_RULE, rule()),
    ];
    for (many, one, id, thing) in things {
        let Some(rest) = path.strip_prefix(many) else { continue };
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        return match (method, rest.strip_prefix(id)) {
            ("GET", None) if rest.is_empty() => json_answer(200, json!({ many: [thing] })),
            ("PUT", None) if many == "members" => status(202),
            ("POST", None) => json_answer(201, json!({ one: thing })),
            ("GET" | "PUT", Some("")) => json_answer(200, json!({ one: thing })),
            ("PUT", Some("/failover")) => status(202),
            ("DELETE", Some("")) => status(204),
            _ => Reply::Usual,
        };
    }
    Reply::Usual
}
