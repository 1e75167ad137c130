//! What the operations of load balancers say on the wire; no body has a null (W32), unless it
//! is to set something back.

pub(super) mod more;
pub(super) mod unset;

/// As `SAID` of networks.
pub(super) const SAID: super::network::Said = &[
    ("list_loadbalancers", "{}", "GET /balancer/v2.0/lbaas/loadbalancers"),
    (
        "list_loadbalancers",
        r#"{"name": "a", "vip_subnet": "demo-subnet", "provisioning_status": "ERROR",
            "tags": ["x", "y"]}"#,
        "GET /balancer/v2.0/lbaas/loadbalancers?name=a&vip_subnet_id={subnet}&provisioning_status=ERROR&tags=x%2Cy
         GET /network/v2.0/subnets?name=demo-subnet",
    ),
    (
        "get_loadbalancer",
        r#"{"loadbalancer_id": "web-lb", "wait": true}"#,
        "GET /balancer/v2.0/lbaas/loadbalancers?name=web-lb",
    ),
    (
        "create_loadbalancer",
        r#"{"name": "web-lb", "subnet_id": "demo-subnet"}"#,
        r#"GET /network/v2.0/subnets?name=demo-subnet
         POST /balancer/v2.0/lbaas/loadbalancers
         content-type: application/json
         {"loadbalancer":{"name":"web-lb","vip_subnet_id":"{subnet}"}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}"#,
    ),
    (
        "create_loadbalancer",
        r#"{"name": "web-lb", "subnet_id": "{subnet}", "vip_address": "10.0.0.5",
            "description": "d", "provider": "ovn", "is_admin_state_up": false, "tags": ["x"],
            "wait": false, "extra": {"vip_qos_policy_id": "q"}}"#,
        r#"POST /balancer/v2.0/lbaas/loadbalancers
         content-type: application/json
         {"loadbalancer":{"name":"web-lb","vip_subnet_id":"{subnet}","vip_address":"10.0.0.5","description":"d","provider":"ovn","admin_state_up":false,"tags":["x"],"vip_qos_policy_id":"q"}}"#,
    ),
    (
        "set_loadbalancer",
        r#"{"loadbalancer_id": "web-lb", "name": "www", "tags": ["x"]}"#,
        r#"GET /balancer/v2.0/lbaas/loadbalancers?name=web-lb
         PUT /balancer/v2.0/lbaas/loadbalancers/{balancer}
         content-type: application/json
         {"loadbalancer":{"name":"www","tags":["old","x"]}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}"#,
    ),
    (
        "failover_loadbalancer",
        r#"{"loadbalancer_id": "{balancer}"}"#,
        "PUT /balancer/v2.0/lbaas/loadbalancers/{balancer}/failover
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}",
    ),
    (
        "delete_loadbalancer",
        r#"{"loadbalancer_id": "{balancer}", "wait": false}"#,
        "DELETE /balancer/v2.0/lbaas/loadbalancers/{balancer}",
    ),
    (
        "delete_loadbalancer",
        r#"{"loadbalancer_id": "web-lb", "cascade": true, "wait": false}"#,
        "GET /balancer/v2.0/lbaas/loadbalancers?name=web-lb
         DELETE /balancer/v2.0/lbaas/loadbalancers/{balancer}?cascade=true",
    ),
    ("list_listeners", "{}", "GET /balancer/v2.0/lbaas/listeners"),
    // W17: those of one balancer, and nobody else's.
    (
        "list_listeners",
        r#"{"loadbalancer_id": "{balancer}"}"#,
        "GET /balancer/v2.0/lbaas/listeners?load_balancer_id={balancer}",
    ),
    (
        "list_listeners",
        r#"{"loadbalancer_id": "web-lb", "name": "web", "tags": ["x"]}"#,
        "GET /balancer/v2.0/lbaas/listeners?load_balancer_id={balancer}&name=web&tags=x
         GET /balancer/v2.0/lbaas/loadbalancers?name=web-lb",
    ),
    (
        "get_listener",
        r#"{"listener_id": "web"}"#,
        "GET /balancer/v2.0/lbaas/listeners?name=web",
    ),
    (
        "create_listener",
        r#"{"loadbalancer_id": "{balancer}", "name": "web", "protocol": "http", "port": 80}"#,
        r#"POST /balancer/v2.0/lbaas/listeners
         content-type: application/json
         {"listener":{"loadbalancer_id":"{balancer}","name":"web","protocol":"HTTP","protocol_port":80}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         GET /balancer/v2.0/lbaas/listeners/{listener}"#,
    ),
    (
        "create_listener",
        r#"{"loadbalancer_id": "web-lb", "name": "safe", "protocol": "TERMINATED_HTTPS",
            "port": 443, "default_pool": "web-pool", "default_tls_container_ref": "http://k/1",
            "sni_container_refs": ["http://k/2"], "allowed_cidrs": ["192.0.2.0/24"],
            "insert_headers": {"X-Forwarded-For": true}, "connection_limit": 9,
            "timeout_client_data": 1, "timeout_member_connect": 2, "timeout_member_data": 3,
            "tls_versions": ["TLSv1.3"], "wait": false}"#,
        r#"GET /balancer/v2.0/lbaas/loadbalancers?name=web-lb
         GET /balancer/v2.0/lbaas/pools?name=web-pool
         POST /balancer/v2.0/lbaas/listeners
         content-type: application/json
         {"listener":{"loadbalancer_id":"{balancer}","name":"safe","protocol":"TERMINATED_HTTPS","protocol_port":443,"default_pool_id":"{members}","connection_limit":9,"default_tls_container_ref":"http://k/1","sni_container_refs":["http://k/2"],"allowed_cidrs":["192.0.2.0/24"],"insert_headers":{"X-Forwarded-For":"true"},"timeout_client_data":1,"timeout_member_connect":2,"timeout_member_data":3,"tls_versions":["TLSv1.3"]}}"#,
    ),
    (
        "set_listener",
        r#"{"listener_id": "{listener}", "connection_limit": 5, "no_other_tags": true}"#,
        r#"GET /balancer/v2.0/lbaas/listeners/{listener}
         PUT /balancer/v2.0/lbaas/listeners/{listener}
         content-type: application/json
         {"listener":{"connection_limit":5,"tags":[]}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         GET /balancer/v2.0/lbaas/listeners/{listener}"#,
    ),
    (
        "delete_listener",
        r#"{"listener_id": "{listener}", "wait": false}"#,
        "GET /balancer/v2.0/lbaas/listeners/{listener}
         DELETE /balancer/v2.0/lbaas/listeners/{listener}",
    ),
    ("list_pools", "{}", "GET /balancer/v2.0/lbaas/pools"),
    (
        "list_pools",
        r#"{"loadbalancer_id": "{balancer}"}"#,
        "GET /balancer/v2.0/lbaas/pools?loadbalancer_id={balancer}",
    ),
    ("get_pool", r#"{"pool_id": "{members}"}"#, "GET /balancer/v2.0/lbaas/pools/{members}"),
    (
        "create_pool",
        r#"{"name": "web-pool", "protocol": "HTTP", "lb_algorithm": "round_robin",
            "listener_id": "{listener}", "session_persistence": {"type": "HTTP_COOKIE"}}"#,
        r#"GET /balancer/v2.0/lbaas/listeners/{listener}
         POST /balancer/v2.0/lbaas/pools
         content-type: application/json
         {"pool":{"name":"web-pool","protocol":"HTTP","lb_algorithm":"ROUND_ROBIN","listener_id":"{listener}","session_persistence":{"type":"HTTP_COOKIE"}}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         GET /balancer/v2.0/lbaas/pools/{members}"#,
    ),
    (
        "create_pool",
        r#"{"name": "web-pool", "protocol": "HTTP", "lb_algorithm": "SOURCE_IP",
            "loadbalancer_id": "{balancer}", "tls_enabled": true, "wait": false}"#,
        r#"POST /balancer/v2.0/lbaas/pools
         content-type: application/json
         {"pool":{"name":"web-pool","protocol":"HTTP","lb_algorithm":"SOURCE_IP","loadbalancer_id":"{balancer}","tls_enabled":true}}"#,
    ),
    (
        "set_pool",
        r#"{"pool_id": "{members}", "lb_algorithm": "least_connections", "wait": false}"#,
        r#"GET /balancer/v2.0/lbaas/pools/{members}
         PUT /balancer/v2.0/lbaas/pools/{members}
         content-type: application/json
         {"pool":{"lb_algorithm":"LEAST_CONNECTIONS"}}"#,
    ),
    (
        "delete_pool",
        r#"{"pool_id": "web-pool", "wait": false}"#,
        "GET /balancer/v2.0/lbaas/pools?name=web-pool
         DELETE /balancer/v2.0/lbaas/pools/{members}",
    ),
    (
        "list_pool_members",
        r#"{"pool_id": "web-pool"}"#,
        "GET /balancer/v2.0/lbaas/pools/{members}/members
         GET /balancer/v2.0/lbaas/pools?name=web-pool",
    ),
    (
        "get_pool_member",
        r#"{"pool_id": "{members}", "member_id": "web"}"#,
        "GET /balancer/v2.0/lbaas/pools/{members}/members?name=web",
    ),
    (
        "add_pool_member",
        r#"{"pool_id": "{members}", "address": "10.0.0.7", "port": 80}"#,
        r#"GET /balancer/v2.0/lbaas/pools/{members}
         POST /balancer/v2.0/lbaas/pools/{members}/members
         content-type: application/json
         {"member":{"address":"10.0.0.7","protocol_port":80,"weight":1}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         GET /balancer/v2.0/lbaas/pools/{members}/members/{member}"#,
    ),
    (
        "add_pool_member",
        r#"{"pool_id": "{members}", "address": "10.0.0.7", "port": 80, "weight": 2,
            "name": "web", "subnet_id": "{subnet}", "backup": true, "monitor_port": 81,
            "wait": false}"#,
        r#"GET /balancer/v2.0/lbaas/pools/{members}
         POST /balancer/v2.0/lbaas/pools/{members}/members
         content-type: application/json
         {"member":{"address":"10.0.0.7","protocol_port":80,"weight":2,"name":"web","subnet_id":"{subnet}","backup":true,"monitor_port":81}}"#,
    ),
    (
        "set_pool_member",
        r#"{"pool_id": "{members}", "member_id": "{member}", "weight": 0}"#,
        r#"GET /balancer/v2.0/lbaas/pools/{members}
         GET /balancer/v2.0/lbaas/pools/{members}/members/{member}
         PUT /balancer/v2.0/lbaas/pools/{members}/members/{member}
         content-type: application/json
         {"member":{"weight":0}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         GET /balancer/v2.0/lbaas/pools/{members}/members/{member}"#,
    ),
    (
        "remove_pool_member",
        r#"{"pool_id": "{members}", "member_id": "{member}", "wait": false}"#,
        "GET /balancer/v2.0/lbaas/pools/{members}
         GET /balancer/v2.0/lbaas/pools/{members}/members/{member}
         DELETE /balancer/v2.0/lbaas/pools/{members}/members/{member}",
    ),
    (
        "list_l7_policies",
        r#"{"listener_id": "web", "name": "to-api", "tags": ["x"]}"#,
        "GET /balancer/v2.0/lbaas/l7policies?listener_id={listener}&name=to-api&tags=x
         GET /balancer/v2.0/lbaas/listeners?name=web",
    ),
    (
        "get_l7_policy",
        r#"{"l7_policy_id": "to-api"}"#,
        "GET /balancer/v2.0/lbaas/l7policies?name=to-api",
    ),
    (
        "create_l7_policy",
        r#"{"listener_id": "{listener}", "name": "to-api", "redirect_pool": "{members}",
            "position": 1}"#,
        r#"GET /balancer/v2.0/lbaas/listeners/{listener}
         POST /balancer/v2.0/lbaas/l7policies
         content-type: application/json
         {"l7policy":{"listener_id":"{listener}","action":"REDIRECT_TO_POOL","name":"to-api","redirect_pool_id":"{members}","position":1}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         GET /balancer/v2.0/lbaas/l7policies/{policy}"#,
    ),
    (
        "create_l7_policy",
        r#"{"listener_id": "{listener}", "redirect_prefix": "https://www.example.com",
            "redirect_http_code": 301, "is_admin_state_up": false, "wait": false}"#,
        r#"GET /balancer/v2.0/lbaas/listeners/{listener}
         POST /balancer/v2.0/lbaas/l7policies
         content-type: application/json
         {"l7policy":{"listener_id":"{listener}","action":"REDIRECT_PREFIX","redirect_prefix":"https://www.example.com","redirect_http_code":301,"admin_state_up":false}}"#,
    ),
    (
        "set_l7_policy",
        r#"{"l7_policy_id": "{policy}", "action": "reject", "wait": false}"#,
        r#"GET /balancer/v2.0/lbaas/l7policies/{policy}
         GET /balancer/v2.0/lbaas/listeners/{listener}
         PUT /balancer/v2.0/lbaas/l7policies/{policy}
         content-type: application/json
         {"l7policy":{"action":"REJECT"}}"#,
    ),
    (
        "delete_l7_policy",
        r#"{"l7_policy_id": "to-api", "wait": false}"#,
        "GET /balancer/v2.0/lbaas/l7policies?name=to-api
         GET /balancer/v2.0/lbaas/listeners/{listener}
         DELETE /balancer/v2.0/lbaas/l7policies/{policy}",
    ),
    (
        "list_l7_rules",
        r#"{"l7_policy_id": "{policy}"}"#,
        "GET /balancer/v2.0/lbaas/l7policies/{policy}/rules",
    ),
    (
        "get_l7_rule",
        r#"{"l7_policy_id": "{policy}", "l7_rule_id": "{l7rule}"}"#,
        "GET /balancer/v2.0/lbaas/l7policies/{policy}/rules/{l7rule}",
    ),
    (
        "create_l7_rule",
        r#"{"l7_policy_id": "{policy}", "rule_type": "path", "compare_type": "starts_with",
            "value": "/api"}"#,
        r#"GET /balancer/v2.0/lbaas/l7policies/{policy}
         GET /balancer/v2.0/lbaas/listeners/{listener}
         POST /balancer/v2.0/lbaas/l7policies/{policy}/rules
         content-type: application/json
         {"rule":{"type":"PATH","compare_type":"STARTS_WITH","value":"/api","invert":false}}
         GET /balancer/v2.0/lbaas/loadbalancers/{balancer}
         GET /balancer/v2.0/lbaas/l7policies/{policy}/rules/{l7rule}"#,
    ),
    (
        "set_l7_rule",
        r#"{"l7_policy_id": "{policy}", "l7_rule_id": "{l7rule}", "value": "/v2", "wait": false}"#,
        r#"GET /balancer/v2.0/lbaas/l7policies/{policy}
         GET /balancer/v2.0/lbaas/l7policies/{policy}/rules/{l7rule}
         GET /balancer/v2.0/lbaas/listeners/{listener}
         PUT /balancer/v2.0/lbaas/l7policies/{policy}/rules/{l7rule}
         content-type: application/json
         {"rule":{"value":"/v2"}}"#,
    ),
    (
        "delete_l7_rule",
        r#"{"l7_policy_id": "{policy}", "l7_rule_id": "{l7rule}", "wait": false}"#,
        "GET /balancer/v2.0/lbaas/l7policies/{policy}
         GET /balancer/v2.0/lbaas/listeners/{listener}
         DELETE /balancer/v2.0/lbaas/l7policies/{policy}/rules/{l7rule}",
    ),
];
