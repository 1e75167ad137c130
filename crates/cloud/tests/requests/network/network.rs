//! Networks.

pub(super) const SAID: super::Said = &[
    ("list_networks", "{}", "GET /network/v2.0/networks"),
    (
        "list_networks",
        r#"{"name": "a b", "is_external": true, "is_shared": false, "tags": ["x", "y"]}"#,
        "GET /network/v2.0/networks?name=a+b&router%3Aexternal=true&shared=false&tags=x%2Cy",
    ),
    ("get_network", r#"{"network_id": "demo-net"}"#, "GET /network/v2.0/networks?name=demo-net"),
    ("get_network", r#"{"network_id": "{net}"}"#, "GET /network/v2.0/networks/{net}"),
    // No description is sent where none is given: Neutron wants a text (W27).
    (
        "create_network",
        r#"{"name": "front"}"#,
        r#"POST /network/v2.0/networks
         content-type: application/json
         {"network":{"name":"front","shared":false}}"#,
    ),
    (
        "create_network",
        r#"{"name": "front", "description": "d", "mtu": 1400, "is_admin_state_up": false,
            "is_port_security_enabled": false, "tags": ["x"], "extra": {"dns_domain": "a.example."}}"#,
        r#"POST /network/v2.0/networks
         content-type: application/json
         {"network":{"name":"front","description":"d","shared":false,"mtu":1400,"admin_state_up":false,"port_security_enabled":false,"dns_domain":"a.example."}}
         PUT /network/v2.0/networks/{net}/tags
         content-type: application/json
         {"tags":["x"]}"#,
    ),
    (
        "set_network",
        r#"{"network_id": "{net}", "name": "back", "is_shared": true, "tags": ["x", "y"]}"#,
        r#"PUT /network/v2.0/networks/{net}
         content-type: application/json
         {"network":{"name":"back","shared":true}}
         PUT /network/v2.0/networks/{net}/tags/x
         PUT /network/v2.0/networks/{net}/tags/y"#,
    ),
    (
        "set_network",
        r#"{"network_id": "{net}", "no_other_tags": true}"#,
        r#"PUT /network/v2.0/networks/{net}/tags
         content-type: application/json
         {"tags":[]}"#,
    ),
    (
        "unset_network",
        r#"{"network_id": "{net}", "tags": ["x"]}"#,
        "GET /network/v2.0/networks/{net}
         DELETE /network/v2.0/networks/{net}/tags/x",
    ),
    (
        "unset_network",
        r#"{"network_id": "{net}", "all_tags": true}"#,
        "GET /network/v2.0/networks/{net}
         DELETE /network/v2.0/networks/{net}/tags",
    ),
    ("delete_network", r#"{"network_id": "{net}"}"#, "DELETE /network/v2.0/networks/{net}"),
];
