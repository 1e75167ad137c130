//! Ports.

pub(super) const SAID: super::Said = &[
    ("list_ports", "{}", "GET /network/v2.0/ports"),
    (
        "list_ports",
        r#"{"server": "web", "network": "{net}", "ip_address": "10.0.0.7", "tags": ["x"]}"#,
        "GET /compute/v2.1/servers/detail?name=%5Eweb%24
         openstack-api-version: compute 2.91
         GET /network/v2.0/ports?device_id={web}&network_id={net}&fixed_ips=ip_address%3D10.0.0.7&tags=x",
    ),
    (
        "list_ports",
        r#"{"device_id": "d", "device_owner": "network:dhcp", "name": "a", "mac_address": "m"}"#,
        "GET /network/v2.0/ports?device_id=d&device_owner=network%3Adhcp&name=a&mac_address=m",
    ),
    ("get_port", r#"{"port": "{port}"}"#, "GET /network/v2.0/ports/{port}"),
    (
        "create_port",
        r#"{"network": "{net}", "name": "p"}"#,
        r#"POST /network/v2.0/ports
         content-type: application/json
         {"port":{"network_id":"{net}","name":"p"}}"#,
    ),
    (
        "create_port",
        r#"{"network": "{net}", "name": "p", "fixed_ips": [{"subnet": "{subnet}", "ip_address": "10.0.0.9"}],
            "security_groups": ["web"], "mac_address": "fa:16:3e:00:00:01",
            "allowed_address_pairs": [{"ip_address": "10.0.0.200"}], "device_id": "d",
            "device_owner": "o", "is_admin_state_up": false, "dns_name": "p", "description": "d"}"#,
        r#"GET /network/v2.0/security-groups?name=web
         POST /network/v2.0/ports
         content-type: application/json
         {"port":{"network_id":"{net}","name":"p","fixed_ips":[{"subnet_id":"{subnet}","ip_address":"10.0.0.9"}],"security_groups":["{group}"],"mac_address":"fa:16:3e:00:00:01","allowed_address_pairs":[{"ip_address":"10.0.0.200"}],"device_id":"d","device_owner":"o","admin_state_up":false,"dns_name":"p","description":"d"}}"#,
    ),
    (
        "create_port",
        r#"{"network": "{net}", "name": "p", "no_fixed_ips": true, "no_security_groups": true}"#,
        r#"POST /network/v2.0/ports
         content-type: application/json
         {"port":{"network_id":"{net}","name":"p","fixed_ips":[],"security_groups":[]}}"#,
    ),
    (
        "set_port",
        r#"{"port": "{port}", "name": "q", "fixed_ips": [{"ip_address": "10.0.0.9"}],
            "security_groups": ["{group}"], "no_other_security_groups": true, "tags": ["x"],
            "allowed_address_pairs": [{"ip_address": "10.0.0.200"}]}"#,
        r#"GET /network/v2.0/ports/{port}
         PUT /network/v2.0/ports/{port}
         content-type: application/json
         {"port":{"name":"q","fixed_ips":[{"subnet_id":"{subnet}","ip_address":"10.0.0.7"},{"ip_address":"10.0.0.9"}],"security_groups":["{group}"],"allowed_address_pairs":[{"ip_address":"10.0.0.200"}]}}
         PUT /network/v2.0/ports/{port}/tags/x"#,
    ),
    (
        "unset_port",
        r#"{"port": "{port}", "fixed_ips": [{"subnet": "{subnet}"}], "security_groups": ["{group}"],
            "all_tags": true}"#,
        r#"GET /network/v2.0/ports/{port}
         PUT /network/v2.0/ports/{port}
         content-type: application/json
         {"port":{"fixed_ips":[],"security_groups":[]}}
         DELETE /network/v2.0/ports/{port}/tags"#,
    ),
    ("delete_port", r#"{"port": "{port}"}"#, "DELETE /network/v2.0/ports/{port}"),
];
