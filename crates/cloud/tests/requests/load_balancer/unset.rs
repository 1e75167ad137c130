//! What sets things back: the one place where `null` is said, since it means just that to Octavia.

/// As `SAID` of networks.
pub(in crate::requests) const SAID: crate::requests::network::Said = &[
    (
        "unset_loadbalancer",
        r#"{"loadbalancer_id": "web-lb", "name": true, "description": true,
            "vip_qos_policy_id": true, "tags": ["old", "x"]}"#,
        r#"GET /balancer/v2.0/lbaas/loadbalancers?name=web-lb
         PUT /balancer/v2.0/lbaas/loadbalancers/{balancer}
         content-type: application/json
         {"loadbalancer":{"name":null,"description":null,"vip_qos_policy_id":null,"tags":[]}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}"#,
    ),
    // What is not there needs no request to remove it.
    (
        "unset_loadbalancer",
        r#"{"loadbalancer_id": "{balancer}", "tags": ["x"]}"#,
        "GET /balancer/v2.0/lbaas/loadbalancers/{balancer}",
    ),
    (
        "unset_loadbalancer",
        r#"{"loadbalancer_id": "{balancer}", "all_tags": true, "wait": false}"#,
        r#"GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         PUT /balancer/v2.0/lbaas/loadbalancers/{balancer}
         content-type: application/json
         {"loadbalancer":{"tags":[]}}"#,
    ),
    (
        "unset_listener",
        r#"{"listener_id": "{listener}", "connection_limit": true, "default_pool": true,
            "allowed_cidrs": true}"#,
        r#"GET /balancer/v2.0/lbaas/listeners/{listener}
         PUT /balancer/v2.0/lbaas/listeners/{listener}
         content-type: application/json
         {"listener":{"connection_limit":null,"default_pool_id":null,"allowed_cidrs":null}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         GET /balancer/v2.0/lbaas/listeners/{listener}"#,
    ),
    (
        "unset_pool",
        r#"{"pool_id": "web-pool", "session_persistence": true, "wait": false}"#,
        r#"GET /balancer/v2.0/lbaas/pools?name=web-pool
         PUT /balancer/v2.0/lbaas/pools/{members}
         content-type: application/json
         {"pool":{"session_persistence":null}}"#,
    ),
    (
        "unset_pool_member",
        r#"{"pool_id": "{members}", "member_id": "{member}", "weight": true, "backup": true,
            "monitor_address": true, "monitor_port": true}"#,
        r#"GET /balancer/v2.0/lbaas/pools/{members}
         GET /balancer/v2.0/lbaas/pools/{members}/members/{member}
         PUT /balancer/v2.0/lbaas/pools/{members}/members/{member}
         content-type: application/json
         {"member":{"weight":null,"backup":null,"monitor_address":null,"monitor_port":null}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         GET /balancer/v2.0/lbaas/pools/{members}/members/{member}"#,
    ),
    (
        "unset_pool_member",
        r#"{"pool_id": "{members}", "member_id": "{member}", "tags": ["x"]}"#,
        "GET /balancer/v2.0/lbaas/pools/{members}
         GET /balancer/v2.0/lbaas/pools/{members}/members/{member}",
    ),
    (
        "unset_health_monitor",
        r#"{"health_monitor_id": "{monitor}", "url_path": true, "http_version": true,
            "wait": false}"#,
        r#"GET /balancer/v2.0/lbaas/healthmonitors/{monitor}
         GET /balancer/v2.0/lbaas/pools/{members}
         PUT /balancer/v2.0/lbaas/healthmonitors/{monitor}
         content-type: application/json
         {"healthmonitor":{"http_version":null,"url_path":null}}"#,
    ),
    (
        "unset_l7_policy",
        r#"{"l7_policy_id": "{policy}", "description": true, "redirect_http_code": true,
            "wait": false}"#,
        r#"GET /balancer/v2.0/lbaas/l7policies/{policy}
         GET /balancer/v2.0/lbaas/listeners/{listener}
         PUT /balancer/v2.0/lbaas/l7policies/{policy}
         content-type: application/json
         {"l7policy":{"description":null,"redirect_http_code":null}}"#,
    ),
    (
        "unset_l7_rule",
        r#"{"l7_policy_id": "{policy}", "l7_rule_id": "{l7rule}", "invert": true, "wait": false}"#,
        r#"GET /balancer/v2.0/lbaas/l7policies/{policy}
         GET /balancer/v2.0/lbaas/l7policies/{policy}/rules/{l7rule}
         GET /balancer/v2.0/lbaas/listeners/{listener}
         PUT /balancer/v2.0/lbaas/l7policies/{policy}/rules/{l7rule}
         content-type: application/json
         {"rule":{"invert":null}}"#,
    ),
    (
        "set_loadbalancer_quota",
        r#"{"project_id": "p", "load_balancer": 5, "member": -1}"#,
        r#"PUT /balancer/v2.0/lbaas/quotas/p
         content-type: application/json
         {"quota":{"load_balancer":5,"member":-1}}"#,
    ),
    (
        "unset_loadbalancer_quota",
        r#"{"project_id": "p", "health_monitor": true}"#,
        r#"PUT /balancer/v2.0/lbaas/quotas/p
         content-type: application/json
         {"quota":{"health_monitor":null}}"#,
    ),
    ("reset_loadbalancer_quota", r#"{"project_id": "p"}"#, "DELETE /balancer/v2.0/lbaas/quotas/p"),
];
