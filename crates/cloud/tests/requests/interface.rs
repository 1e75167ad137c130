//! What attaching to and detaching from networks says on the wire.

/// As `SAID` in the module above.
pub(super) const SAID: &[(&str, &str, &str)] = &[
    (
        "add_network",
        r#"{"instance_id": "{web}", "network": "demo-net", "tag": "t"}"#,
        r#"GET /compute/v2.1/servers/{web}
         openstack-api-version: compute 2.91
         GET /network/v2.0/networks?name=demo-net
         POST /compute/v2.1/servers/{web}/os-interface
         content-type: application/json
         openstack-api-version: compute 2.91
         {"interfaceAttachment":{"net_id":"{net}","tag":"t"}}"#,
    ),
    (
        "add_fixed_ip",
        r#"{"instance_id": "{web}", "network": "demo-net", "fixed_ip_address": "10.0.0.7"}"#,
        r#"GET /compute/v2.1/servers/{web}
         openstack-api-version: compute 2.91
         GET /network/v2.0/networks?name=demo-net
         POST /compute/v2.1/servers/{web}/os-interface
         content-type: application/json
         openstack-api-version: compute 2.91
         {"interfaceAttachment":{"net_id":"{net}","fixed_ips":[{"ip_address":"10.0.0.7"}]}}"#,
    ),
    (
        "add_port",
        r#"{"instance_id": "{web}", "port": "front"}"#,
        r#"GET /compute/v2.1/servers/{web}
         openstack-api-version: compute 2.91
         GET /network/v2.0/ports?name=front
         POST /compute/v2.1/servers/{web}/os-interface
         content-type: application/json
         openstack-api-version: compute 2.91
         {"interfaceAttachment":{"port_id":"{port}"}}"#,
    ),
    (
        "remove_network",
        r#"{"instance_id": "{web}", "network": "demo-net"}"#,
        "GET /compute/v2.1/servers/{web}
         openstack-api-version: compute 2.91
         GET /compute/v2.1/servers/{web}/os-interface
         openstack-api-version: compute 2.91
         GET /network/v2.0/networks?name=demo-net
         DELETE /compute/v2.1/servers/{web}/os-interface/{port}
         openstack-api-version: compute 2.91",
    ),
    (
        "remove_port",
        r#"{"instance_id": "{web}", "port": "front"}"#,
        "GET /compute/v2.1/servers/{web}
         openstack-api-version: compute 2.91
         GET /compute/v2.1/servers/{web}/os-interface
         openstack-api-version: compute 2.91
         GET /network/v2.0/ports?name=front
         DELETE /compute/v2.1/servers/{web}/os-interface/{port}
         openstack-api-version: compute 2.91",
    ),
    (
        "add_security_group",
        r#"{"instance_id": "{web}", "security_group": "ssh"}"#,
        r#"POST /compute/v2.1/servers/{web}/action
         content-type: application/json
         openstack-api-version: compute 2.91
         {"addSecurityGroup":{"name":"ssh"}}"#,
    ),
    (
        "remove_security_group",
        r#"{"instance_id": "{web}", "security_group": "ssh"}"#,
        r#"POST /compute/v2.1/servers/{web}/action
         content-type: application/json
         openstack-api-version: compute 2.91
         {"removeSecurityGroup":{"name":"ssh"}}"#,
    ),
];
