//! What a creation says on the wire, beyond the contract.

/// As `SAID` in the module above.
pub(super) const SAID: &[(&str, &str, &str)] = &[
    (
        "create_instance",
        r#"{"name": "web", "flavor": "f1", "image": "22222222-2222-4222-8222-222222222222",
            "network": ["demo-net"], "ports": ["front"], "wait": false,
            "nics": [{"net_id": "demo-net", "v4_fixed_ip": "10.0.0.7", "tag": "back"}],
            "server_group": "apart", "hint": {"build_near_host_ip": "10.0.0.1"},
            "property": {"level": 1}, "description": "d", "tags": ["mine"], "hostname": "www",
            "config_drive": true}"#,
        r#"GET /compute/v2.1/flavors/detail?is_public=None
         openstack-api-version: compute 2.91
         GET /compute/v2.1/os-server-groups
         openstack-api-version: compute 2.91
         GET /image/v2/images/22222222-2222-4222-8222-222222222222
         GET /network/v2.0/networks?name=demo-net
         GET /network/v2.0/networks?name=demo-net
         GET /network/v2.0/ports?name=front
         POST /compute/v2.1/servers
         content-type: application/json
         openstack-api-version: compute 2.91
         {"server":{"name":"web","flavorRef":"f1","imageRef":"22222222-2222-4222-8222-222222222222","networks":[{"uuid":"{net}"},{"port":"{port}"},{"uuid":"{net}","fixed_ip":"10.0.0.7","tag":"back"}],"tags":["ik-create-*","mine"],"description":"d","hostname":"www","metadata":{"level":"1"},"config_drive":true},"os:scheduler_hints":{"build_near_host_ip":"10.0.0.1","group":"44444444-4444-4444-8444-444444444444"}}
         GET /compute/v2.1/servers/{web}
         openstack-api-version: compute 2.91"#,
    ),
    (
        "create_instance",
        r#"{"name": "web", "flavor": "f1", "image": "22222222-2222-4222-8222-222222222222",
            "nics": ["none"], "boot_from_volume": 20, "delete_on_termination": true, "wait": false,
            "block_devices": [{"volume_size": 5, "destination_type": "volume"}]}"#,
        r#"GET /compute/v2.1/flavors/detail?is_public=None
         openstack-api-version: compute 2.91
         GET /image/v2/images/22222222-2222-4222-8222-222222222222
         POST /compute/v2.1/servers
         content-type: application/json
         openstack-api-version: compute 2.91
         {"server":{"name":"web","flavorRef":"f1","networks":"none","tags":["ik-create-*"],"block_device_mapping_v2":[{"uuid":"22222222-2222-4222-8222-222222222222","source_type":"image","destination_type":"volume","volume_size":20,"boot_index":0,"delete_on_termination":true},{"source_type":"blank","destination_type":"volume","volume_size":5}]}}
         GET /compute/v2.1/servers/{web}
         openstack-api-version: compute 2.91"#,
    ),
    (
        "create_instance",
        r#"{"name": "web", "flavor": "f1", "wait": false,
            "block_devices": [{"uuid": "{web}", "boot_index": 0}]}"#,
        r#"GET /compute/v2.1/flavors/detail?is_public=None
         openstack-api-version: compute 2.91
         POST /compute/v2.1/servers
         content-type: application/json
         openstack-api-version: compute 2.91
         {"server":{"name":"web","flavorRef":"f1","networks":"auto","tags":["ik-create-*"],"block_device_mapping_v2":[{"uuid":"{web}","source_type":"volume","destination_type":"volume","boot_index":0}]}}
         GET /compute/v2.1/servers/{web}
         openstack-api-version: compute 2.91"#,
    ),
    (
        "create_instances",
        r#"{"name": "web", "flavor": "f1", "image": "22222222-2222-4222-8222-222222222222",
            "network": "demo-net", "count": 1}"#,
        r#"GET /compute/v2.1/flavors/detail?is_public=None
         openstack-api-version: compute 2.91
         GET /image/v2/images/22222222-2222-4222-8222-222222222222
         GET /network/v2.0/networks?name=demo-net
         POST /compute/v2.1/servers
         content-type: application/json
         openstack-api-version: compute 2.91
         {"server":{"name":"web","flavorRef":"f1","imageRef":"22222222-2222-4222-8222-222222222222","networks":[{"uuid":"{net}"}],"tags":["ik-create-*"],"min_count":1,"max_count":1}}
         GET /compute/v2.1/servers/detail?tags=ik-create-*
         openstack-api-version: compute 2.91"#,
    ),
];
