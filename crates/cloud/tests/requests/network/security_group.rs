//! Security groups and their rules.

pub(super) const SAID: super::Said = &[
    ("list_security_groups", "{}", "GET /network/v2.0/security-groups"),
    (
        "get_security_group",
        r#"{"security_group_id": "{group}"}"#,
        "GET /network/v2.0/security-groups/{group}",
    ),
    // No description is an empty one.
    (
        "create_security_group",
        r#"{"name": "web"}"#,
        r#"POST /network/v2.0/security-groups
         content-type: application/json
         {"security_group":{"name":"web","description":""}}"#,
    ),
    (
        "set_security_group",
        r#"{"security_group_id": "{group}", "name": "www", "is_stateful": false}"#,
        r#"PUT /network/v2.0/security-groups/{group}
         content-type: application/json
         {"security_group":{"name":"www","stateful":false}}"#,
    ),
    (
        "unset_security_group",
        r#"{"security_group_id": "{group}", "all_tags": true}"#,
        "GET /network/v2.0/security-groups/{group}
         DELETE /network/v2.0/security-groups/{group}/tags",
    ),
    (
        "delete_security_group",
        r#"{"security_group_id": "{group}"}"#,
        "DELETE /network/v2.0/security-groups/{group}",
    ),
    // What is not said is not sent.
    (
        "add_security_group_rule",
        r#"{"security_group_id": "{group}"}"#,
        r#"POST /network/v2.0/security-group-rules
         content-type: application/json
         {"security_group_rule":{"security_group_id":"{group}","direction":"ingress","ethertype":"IPv4"}}"#,
    ),
    (
        "add_security_group_rule",
        r#"{"security_group_id": "{group}", "direction": "egress", "protocol": "tcp",
            "port_range_min": 1, "port_range_max": 2, "remote_ip_prefix": "192.0.2.0/24",
            "ethertype": "IPv4", "extra": {"remote_address_group_id": null}}"#,
        r#"POST /network/v2.0/security-group-rules
         content-type: application/json
         {"security_group_rule":{"security_group_id":"{group}","direction":"egress","ethertype":"IPv4","protocol":"tcp","port_range_min":1,"port_range_max":2,"remote_ip_prefix":"192.0.2.0/24","remote_address_group_id":null}}"#,
    ),
    (
        "add_security_group_rule",
        r#"{"security_group_id": "{group}", "port": "ssh", "remote_group_id": "web"}"#,
        r#"GET /network/v2.0/security-groups?name=web
         POST /network/v2.0/security-group-rules
         content-type: application/json
         {"security_group_rule":{"security_group_id":"{group}","direction":"ingress","ethertype":"IPv4","protocol":"tcp","port_range_min":22,"port_range_max":22,"remote_group_id":"{group}"}}"#,
    ),
    (
        "list_security_group_rules",
        r#"{"security_group_id": "web", "direction": "ingress", "protocol": "tcp"}"#,
        "GET /network/v2.0/security-group-rules?security_group_id={group}&direction=ingress&protocol=tcp
         GET /network/v2.0/security-groups?name=web",
    ),
    (
        "get_security_group_rule",
        r#"{"rule_id": "{rule}"}"#,
        "GET /network/v2.0/security-group-rules/{rule}",
    ),
    (
        "delete_security_group_rule",
        r#"{"rule_id": "{rule}"}"#,
        "DELETE /network/v2.0/security-group-rules/{rule}",
    ),
];
