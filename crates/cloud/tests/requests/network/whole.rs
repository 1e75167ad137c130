//! What looks at, or removes, several things at once.

pub(super) const SAID: super::Said = &[
    // Four requests, whatever the server has.
    (
        "list_server_addresses",
        r#"{"server": "{web}"}"#,
        "GET /compute/v2.1/servers/{web}
         openstack-api-version: compute 2.91
         GET /network/v2.0/floatingips?port_id={port}
         GET /network/v2.0/networks?id={net}
         GET /network/v2.0/ports?device_id={web}",
    ),
    // Nine lists, however many things there are.
    (
        "show_topology",
        "{}",
        "GET /balancer/v2.0/lbaas/listeners
         GET /balancer/v2.0/lbaas/loadbalancers
         GET /balancer/v2.0/lbaas/pools
         GET /compute/v2.1/servers/detail
         openstack-api-version: compute 2.91
         GET /network/v2.0/floatingips
         GET /network/v2.0/networks
         GET /network/v2.0/ports
         GET /network/v2.0/routers
         GET /network/v2.0/subnets",
    ),
    (
        "delete_network",
        r#"{"network_id": "demo-net", "cascade": true}"#,
        "GET /network/v2.0/networks?name=demo-net
         GET /network/v2.0/ports?network_id={net}
         GET /network/v2.0/subnets?network_id={net}
         GET /network/v2.0/trunks
         DELETE /network/v2.0/trunks/{trunk}
         DELETE /network/v2.0/ports/{port}
         DELETE /network/v2.0/subnets/{subnet}
         DELETE /network/v2.0/networks/{net}",
    ),
];
