//! Routers, with the subnets they are in and the routes they have.

pub(super) const SAID: super::Said = &[
    ("list_routers", "{}", "GET /network/v2.0/routers"),
    (
        "list_routers",
        r#"{"name": "front", "tags": ["x", "y"]}"#,
        "GET /network/v2.0/routers?name=front&tags=x%2Cy",
    ),
    (
        "get_router",
        r#"{"router_id": "{router}"}"#,
        "GET /network/v2.0/ports?device_id={router}&device_owner=network%3Arouter_interface
         GET /network/v2.0/routers/{router}",
    ),
    (
        "create_router",
        r#"{"name": "front"}"#,
        r#"POST /network/v2.0/routers
         content-type: application/json
         {"router":{"name":"front"}}"#,
    ),
    (
        "create_router",
        r#"{"name": "front", "external_network": "outside", "description": "d",
            "is_admin_state_up": false, "tags": ["x"], "extra": {"flavor_id": "f"}}"#,
        r#"GET /network/v2.0/networks?name=outside
         POST /network/v2.0/routers
         content-type: application/json
         {"router":{"name":"front","external_gateway_info":{"network_id":"{outside}"},"description":"d","admin_state_up":false,"flavor_id":"f"}}
         PUT /network/v2.0/routers/{router}/tags
         content-type: application/json
         {"tags":["x"]}"#,
    ),
    ("delete_router", r#"{"router_id": "{router}"}"#, "DELETE /network/v2.0/routers/{router}"),
    (
        "delete_router",
        r#"{"router_id": "{router}", "cascade": true}"#,
        r#"GET /network/v2.0/floatingips?router_id={router}
         GET /network/v2.0/ports?device_id={router}&device_owner=network%3Arouter_interface
         GET /network/v2.0/routers/{router}
         DELETE /network/v2.0/floatingips/{fip}/port_forwardings/{forwarding}
         PUT /network/v2.0/floatingips/{fip}
         content-type: application/json
         {"floatingip":{"port_id":null}}
         PUT /network/v2.0/routers/{router}
         content-type: application/json
         {"router":{"routes":[]}}
         PUT /network/v2.0/routers/{router}/remove_router_interface
         content-type: application/json
         {"port_id":"{port}"}
         PUT /network/v2.0/routers/{router}
         content-type: application/json
         {"router":{"external_gateway_info":null}}
         DELETE /network/v2.0/routers/{router}"#,
    ),
    (
        "add_router_interface",
        r#"{"router_id": "{router}", "subnet_id": "{subnet}"}"#,
        r#"PUT /network/v2.0/routers/{router}/add_router_interface
         content-type: application/json
         {"subnet_id":"{subnet}"}"#,
    ),
    (
        "add_router_interface",
        r#"{"router_id": "front", "subnet_id": "demo-subnet"}"#,
        r#"GET /network/v2.0/routers?name=front
         GET /network/v2.0/subnets?name=demo-subnet
         PUT /network/v2.0/routers/{router}/add_router_interface
         content-type: application/json
         {"subnet_id":"{subnet}"}"#,
    ),
    (
        "remove_router_interface",
        r#"{"router_id": "{router}", "subnet_id": "{subnet}"}"#,
        r#"PUT /network/v2.0/routers/{router}/remove_router_interface
         content-type: application/json
         {"subnet_id":"{subnet}"}"#,
    ),
    (
        "add_router_port",
        r#"{"router_id": "{router}", "port_id": "{port}"}"#,
        r#"PUT /network/v2.0/routers/{router}/add_router_interface
         content-type: application/json
         {"port_id":"{port}"}"#,
    ),
    (
        "remove_router_port",
        r#"{"router_id": "{router}", "port_id": "{port}"}"#,
        r#"PUT /network/v2.0/routers/{router}/remove_router_interface
         content-type: application/json
         {"port_id":"{port}"}"#,
    ),
    (
        "set_router",
        r#"{"router_id": "{router}", "name": "back", "external_network": "outside",
            "enable_snat": false, "routes": [{"destination": "10.8.0.0/16", "gateway": "10.0.0.4"}]}"#,
        r#"GET /network/v2.0/networks?name=outside
         GET /network/v2.0/routers/{router}
         PUT /network/v2.0/routers/{router}
         content-type: application/json
         {"router":{"name":"back","external_gateway_info":{"network_id":"{outside}","enable_snat":false},"routes":[{"destination":"10.9.0.0/16","nexthop":"10.0.0.3"},{"destination":"10.8.0.0/16","nexthop":"10.0.0.4"}]}}"#,
    ),
    (
        "set_router",
        r#"{"router_id": "{router}", "no_other_routes": true}"#,
        r#"PUT /network/v2.0/routers/{router}
         content-type: application/json
         {"router":{"routes":[]}}"#,
    ),
    (
        "unset_router",
        r#"{"router_id": "{router}", "external_gateway": true,
            "routes": [{"destination": "10.9.0.0/16", "gateway": "10.0.0.3"}], "tags": ["x"]}"#,
        r#"GET /network/v2.0/routers/{router}
         PUT /network/v2.0/routers/{router}
         content-type: application/json
         {"router":{"routes":[],"external_gateway_info":null}}
         DELETE /network/v2.0/routers/{router}/tags/x"#,
    ),
    (
        "add_router_routes",
        r#"{"router_id": "{router}", "routes": [{"destination": "10.8.0.0/16", "gateway": "10.0.0.4"}]}"#,
        r#"PUT /network/v2.0/routers/{router}/add_extraroutes
         content-type: application/json
         {"router":{"routes":[{"destination":"10.8.0.0/16","nexthop":"10.0.0.4"}]}}"#,
    ),
    (
        "remove_router_routes",
        r#"{"router_id": "{router}", "routes": [{"destination": "10.8.0.0/16", "gateway": "10.0.0.4"}]}"#,
        r#"PUT /network/v2.0/routers/{router}/remove_extraroutes
         content-type: application/json
         {"router":{"routes":[{"destination":"10.8.0.0/16","nexthop":"10.0.0.4"}]}}"#,
    ),
];
