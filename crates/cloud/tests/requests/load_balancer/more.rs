//! Monitors, whole balancers, and what is only looked at.

/// As `SAID` of networks.
pub(in crate::requests) const SAID: crate::requests::network::Said = &[
    // From flags: the balancer, then its parts. (The small cloud's pools have a monitor already.)
    (
        "create_loadbalancer",
        r#"{"name": "lb", "subnet_id": "{subnet}", "listeners": ["HTTP:81"],
            "members": ["web", "10.0.0.8:8080"], "monitor": "HTTP:/health",
            "lb_algorithm": "source_ip"}"#,
        r#"GET /compute/v2.1/servers/detail?name=%5Eweb%24
         openstack-api-version: compute 2.91
         GET /network/v2.0/ports?device_id={web}
         POST /balancer/v2.0/lbaas/loadbalancers
         content-type: application/json
         {"loadbalancer":{"name":"lb","vip_subnet_id":"{subnet}"}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         POST /balancer/v2.0/lbaas/pools
         content-type: application/json
         {"pool":{"name":"lb-pool","protocol":"HTTP","lb_algorithm":"SOURCE_IP","loadbalancer_id":"{balancer}"}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         GET /balancer/v2.0/lbaas/pools/{members}
         PUT /balancer/v2.0/lbaas/pools/{members}/members?additive_only=true
         content-type: application/json
         {"members":[{"address":"10.0.0.7","protocol_port":81,"name":"web"},{"address":"10.0.0.8","protocol_port":8080}]}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         POST /balancer/v2.0/lbaas/listeners
         content-type: application/json
         {"listener":{"name":"lb-http-81","protocol":"HTTP","protocol_port":81,"loadbalancer_id":"{balancer}","default_pool_id":"{members}"}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         GET /balancer/v2.0/lbaas/listeners/{listener}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}"#,
    ),
    // From a file.
    (
        "create_loadbalancer",
        r#"{"name": "lb", "subnet_id": "{subnet}", "file":
            "listeners: [{protocol: tcp, port: 25, l7policies: [{action: redirect_to_pool, redirect_pool: a, rules: [{type: path, compare_type: equal_to, value: /}]}]}]\npools: [{name: a, protocol: http, members: [{address: 10.0.0.8, weight: 2}]}]"}"#,
        r#"POST /balancer/v2.0/lbaas/loadbalancers
         content-type: application/json
         {"loadbalancer":{"name":"lb","vip_subnet_id":"{subnet}"}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         POST /balancer/v2.0/lbaas/pools
         content-type: application/json
         {"pool":{"name":"a","protocol":"HTTP","lb_algorithm":"ROUND_ROBIN","loadbalancer_id":"{balancer}"}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         GET /balancer/v2.0/lbaas/pools/{members}
         PUT /balancer/v2.0/lbaas/pools/{members}/members?additive_only=true
         content-type: application/json
         {"members":[{"address":"10.0.0.8","protocol_port":25,"weight":2}]}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         POST /balancer/v2.0/lbaas/listeners
         content-type: application/json
         {"listener":{"protocol":"TCP","protocol_port":25,"loadbalancer_id":"{balancer}"}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         GET /balancer/v2.0/lbaas/listeners/{listener}
         POST /balancer/v2.0/lbaas/l7policies
         content-type: application/json
         {"l7policy":{"action":"REDIRECT_TO_POOL","listener_id":"{listener}","redirect_pool_id":"{members}"}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         GET /balancer/v2.0/lbaas/l7policies/{policy}
         POST /balancer/v2.0/lbaas/l7policies/{policy}/rules
         content-type: application/json
         {"rule":{"type":"PATH","compare_type":"EQUAL_TO","value":"/"}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         GET /balancer/v2.0/lbaas/l7policies/{policy}/rules/{l7rule}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}"#,
    ),
    (
        "list_health_monitors",
        r#"{"pool_id": "{members}"}"#,
        "GET /balancer/v2.0/lbaas/healthmonitors?pool_id={members}",
    ),
    (
        "get_health_monitor",
        r#"{"health_monitor_id": "web-health"}"#,
        "GET /balancer/v2.0/lbaas/healthmonitors?name=web-health",
    ),
    (
        "create_health_monitor",
        r#"{"pool_id": "web-pool", "monitor_type": "http", "delay": 5, "timeout": 3,
            "url_path": "/health", "name": "web-health"}"#,
        r#"GET /balancer/v2.0/lbaas/pools?name=web-pool
         POST /balancer/v2.0/lbaas/healthmonitors
         content-type: application/json
         {"healthmonitor":{"pool_id":"{members}","type":"HTTP","delay":5,"timeout":3,"max_retries":3,"name":"web-health","url_path":"/health"}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         GET /balancer/v2.0/lbaas/healthmonitors/{monitor}"#,
    ),
    (
        "set_health_monitor",
        r#"{"health_monitor_id": "{monitor}", "monitor_timeout": 4, "http_version": "1.1",
            "domain_name": "www.example", "wait": false}"#,
        r#"GET /balancer/v2.0/lbaas/healthmonitors/{monitor}
         GET /balancer/v2.0/lbaas/pools/{members}
         PUT /balancer/v2.0/lbaas/healthmonitors/{monitor}
         content-type: application/json
         {"healthmonitor":{"timeout":4,"http_version":"1.1","domain_name":"www.example"}}"#,
    ),
    (
        "delete_health_monitor",
        r#"{"health_monitor_id": "{monitor}", "wait": false}"#,
        "GET /balancer/v2.0/lbaas/healthmonitors/{monitor}
         GET /balancer/v2.0/lbaas/pools/{members}
         DELETE /balancer/v2.0/lbaas/healthmonitors/{monitor}",
    ),
    (
        "get_loadbalancer_stats",
        r#"{"loadbalancer_id": "{balancer}"}"#,
        "GET /balancer/v2.0/lbaas/loadbalancers/{balancer}/stats",
    ),
    (
        "get_listener_stats",
        r#"{"listener_id": "{listener}"}"#,
        "GET /balancer/v2.0/lbaas/listeners/{listener}/stats",
    ),
    (
        "get_loadbalancer_status",
        r#"{"loadbalancer_id": "web-lb"}"#,
        "GET /balancer/v2.0/lbaas/loadbalancers/{balancer}/status
         GET /balancer/v2.0/lbaas/loadbalancers?name=web-lb",
    ),
    ("get_loadbalancer_quota", "{}", "GET /balancer/v2.0/lbaas/quotas/project-id"),
    ("get_loadbalancer_quota", r#"{"project_id": "p"}"#, "GET /balancer/v2.0/lbaas/quotas/p"),
    ("get_loadbalancer_default_quota", "{}", "GET /balancer/v2.0/lbaas/quotas/project-id/default"),
    (
        "list_loadbalancer_quotas",
        r#"{"project_id": "p"}"#,
        "GET /balancer/v2.0/lbaas/quotas?project_id=p",
    ),
    ("list_loadbalancer_providers", "{}", "GET /balancer/v2.0/lbaas/providers"),
];
