//! Floating IPs, port forwardings, and trunks.

pub(super) const SAID: super::Said = &[
    ("list_floating_ips", "{}", "GET /network/v2.0/floatingips"),
    (
        "list_floating_ips",
        r#"{"network": "outside", "port": "{port}", "router": "{router}", "status": "ACTIVE"}"#,
        "GET /network/v2.0/floatingips?floating_network_id={outside}&port_id={port}&router_id={router}&status=ACTIVE
         GET /network/v2.0/networks?name=outside",
    ),
    // By the address filter, not by looking through all of them.
    (
        "get_floating_ip",
        r#"{"floating_ip_id": "203.0.113.9"}"#,
        "GET /network/v2.0/floatingips?floating_ip_address=203.0.113.9",
    ),
    ("get_floating_ip", r#"{"floating_ip_id": "{fip}"}"#, "GET /network/v2.0/floatingips/{fip}"),
    (
        "allocate_floating_ip",
        r#"{"external_network": "outside"}"#,
        r#"GET /network/v2.0/networks?name=outside
         POST /network/v2.0/floatingips
         content-type: application/json
         {"floatingip":{"floating_network_id":"{outside}"}}"#,
    ),
    (
        "allocate_floating_ip",
        r#"{"external_network": "{outside}", "server": "{web}", "description": "d", "tags": ["x"]}"#,
        r#"GET /network/v2.0/networks/{outside}
         GET /network/v2.0/ports?device_id={web}
         POST /network/v2.0/floatingips
         content-type: application/json
         {"floatingip":{"floating_network_id":"{outside}","port_id":"{port}","fixed_ip_address":"10.0.0.7","description":"d"}}
         PUT /network/v2.0/floatingips/{fip}/tags
         content-type: application/json
         {"tags":["x"]}"#,
    ),
    (
        "associate_floating_ip",
        r#"{"floating_ip_id": "{fip}", "port_id": "{port}"}"#,
        r#"PUT /network/v2.0/floatingips/{fip}
         content-type: application/json
         {"floatingip":{"port_id":"{port}"}}"#,
    ),
    (
        "associate_floating_ip",
        r#"{"floating_ip_id": "203.0.113.9", "server": "web"}"#,
        r#"GET /compute/v2.1/servers/detail?name=%5Eweb%24
         openstack-api-version: compute 2.91
         GET /network/v2.0/floatingips?floating_ip_address=203.0.113.9
         GET /network/v2.0/ports?device_id={web}
         PUT /network/v2.0/floatingips/{fip}
         content-type: application/json
         {"floatingip":{"port_id":"{port}","fixed_ip_address":"10.0.0.7"}}"#,
    ),
    // A change without the null would leave it where it is.
    (
        "disassociate_floating_ip",
        r#"{"floating_ip_id": "{fip}"}"#,
        r#"PUT /network/v2.0/floatingips/{fip}
         content-type: application/json
         {"floatingip":{"port_id":null}}"#,
    ),
    (
        "disassociate_floating_ip",
        r#"{"floating_ip_id": "{fip}", "tags": ["x"]}"#,
        "DELETE /network/v2.0/floatingips/{fip}/tags/x",
    ),
    (
        "release_floating_ip",
        r#"{"floating_ip_id": "{fip}"}"#,
        "DELETE /network/v2.0/floatingips/{fip}",
    ),
    (
        "add_server_floating_ip",
        r#"{"server": "{web}", "floating_ip": "{fip}"}"#,
        r#"GET /network/v2.0/ports?device_id={web}
         PUT /network/v2.0/floatingips/{fip}
         content-type: application/json
         {"floatingip":{"port_id":"{port}","fixed_ip_address":"10.0.0.7"}}"#,
    ),
    (
        "remove_server_floating_ip",
        r#"{"server": "{web}", "floating_ip": "{fip}"}"#,
        r#"GET /network/v2.0/floatingips/{fip}
         GET /network/v2.0/ports?device_id={web}
         PUT /network/v2.0/floatingips/{fip}
         content-type: application/json
         {"floatingip":{"port_id":null}}"#,
    ),
    (
        "list_port_forwardings",
        r#"{"floating_ip": "{fip}"}"#,
        "GET /network/v2.0/floatingips/{fip}/port_forwardings",
    ),
    (
        "get_port_forwarding",
        r#"{"floating_ip": "{fip}", "port_forwarding_id": "{forwarding}"}"#,
        "GET /network/v2.0/floatingips/{fip}/port_forwardings/{forwarding}",
    ),
    (
        "create_port_forwarding",
        r#"{"floating_ip": "{fip}", "internal_port_id": "{port}", "external_port": "2222",
            "internal_port": "ssh"}"#,
        r#"GET /network/v2.0/ports/{port}
         POST /network/v2.0/floatingips/{fip}/port_forwardings
         content-type: application/json
         {"port_forwarding":{"external_port":2222,"internal_port":22,"protocol":"tcp","internal_port_id":"{port}","internal_ip_address":"10.0.0.7"}}"#,
    ),
    (
        "delete_port_forwarding",
        r#"{"floating_ip": "{fip}", "port_forwarding_id": "{forwarding}"}"#,
        "DELETE /network/v2.0/floatingips/{fip}/port_forwardings/{forwarding}",
    ),
    ("list_trunks", "{}", "GET /network/v2.0/trunks"),
    ("get_trunk", r#"{"trunk": "uplink"}"#, "GET /network/v2.0/trunks?name=uplink"),
];
