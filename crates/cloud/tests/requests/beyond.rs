//! What the operations beyond the contract say on the wire.

/// Operations that are an action of Nova without anything to say, and that action.
pub(super) const ACTIONS: &[(&str, &str)] = &[
    ("pause_instance", "pause"),
    ("unpause_instance", "unpause"),
    ("suspend_instance", "suspend"),
    ("resume_instance", "resume"),
    ("shelve_instance", "shelve"),
    ("unshelve_instance", "unshelve"),
    ("unrescue_instance", "unrescue"),
    ("unlock_instance", "unlock"),
    ("confirm_resize", "confirmResize"),
    ("revert_resize", "revertResize"),
];

/// As `SAID` in the module above.
pub(super) const SAID: &[(&str, &str, &str)] = &[
    (
        "rescue_instance",
        r#"{"instance_id": "{web}", "image": "22222222-2222-4222-8222-222222222222"}"#,
        r#"GET /image/v2/images/22222222-2222-4222-8222-222222222222
         POST /compute/v2.1/servers/{web}/action
         content-type: application/json
         openstack-api-version: compute 2.91
         {"rescue":{"rescue_image_ref":"22222222-2222-4222-8222-222222222222"}}"#,
    ),
    (
        "lock_instance",
        r#"{"instance_id": "{web}", "reason": "closing"}"#,
        r#"POST /compute/v2.1/servers/{web}/action
         content-type: application/json
         openstack-api-version: compute 2.91
         {"lock":{"locked_reason":"closing"}}"#,
    ),
    (
        "resize_instance",
        r#"{"instance_id": "{web}", "flavor": "f1"}"#,
        r#"GET /compute/v2.1/flavors/detail?is_public=None
         openstack-api-version: compute 2.91
         POST /compute/v2.1/servers/{web}/action
         content-type: application/json
         openstack-api-version: compute 2.91
         {"resize":{"flavorRef":"f1"}}"#,
    ),
    (
        "rebuild_instance",
        r#"{"instance_id": "{web}"}"#,
        r#"GET /compute/v2.1/servers/{web}
         openstack-api-version: compute 2.91
         POST /compute/v2.1/servers/{web}/action
         content-type: application/json
         openstack-api-version: compute 2.91
         {"rebuild":{"imageRef":"22222222-2222-4222-8222-222222222222"}}"#,
    ),
    (
        "snapshot_instance",
        r#"{"instance_id": "{web}", "property": {"level": 1}}"#,
        r#"GET /compute/v2.1/servers/{web}
         openstack-api-version: compute 2.91
         POST /compute/v2.1/servers/{web}/action
         content-type: application/json
         openstack-api-version: compute 2.91
         {"createImage":{"name":"web","metadata":{"level":"1"}}}"#,
    ),
    (
        "set_instance",
        r#"{"instance_id": "{web}", "name": "www", "property": {"a": "b"}, "tags": ["hot"]}"#,
        r#"PUT /compute/v2.1/servers/{web}
         content-type: application/json
         openstack-api-version: compute 2.91
         {"server":{"name":"www"}}
         POST /compute/v2.1/servers/{web}/metadata
         content-type: application/json
         openstack-api-version: compute 2.91
         {"metadata":{"a":"b"}}
         PUT /compute/v2.1/servers/{web}/tags/hot
         openstack-api-version: compute 2.91"#,
    ),
    (
        "unset_instance",
        r#"{"instance_id": "{web}", "description": true, "properties": ["a"], "tags": ["hot"]}"#,
        r#"GET /compute/v2.1/servers/{web}
         openstack-api-version: compute 2.91
         PUT /compute/v2.1/servers/{web}
         content-type: application/json
         openstack-api-version: compute 2.91
         {"server":{"description":null}}
         DELETE /compute/v2.1/servers/{web}/metadata/a
         openstack-api-version: compute 2.91
         DELETE /compute/v2.1/servers/{web}/tags/hot
         openstack-api-version: compute 2.91"#,
    ),
    (
        "list_instance_events",
        r#"{"instance_id": "{web}"}"#,
        "GET /compute/v2.1/servers/{web}/os-instance-actions
         openstack-api-version: compute 2.91",
    ),
    (
        "get_console_log",
        r#"{"instance_id": "{web}", "lines": 5}"#,
        r#"POST /compute/v2.1/servers/{web}/action
         content-type: application/json
         openstack-api-version: compute 2.91
         {"os-getConsoleOutput":{"length":5}}"#,
    ),
    (
        "get_console_url",
        r#"{"instance_id": "{web}"}"#,
        r#"POST /compute/v2.1/servers/{web}/remote-consoles
         content-type: application/json
         openstack-api-version: compute 2.91
         {"remote_console":{"protocol":"vnc","type":"novnc"}}"#,
    ),
    (
        "get_flavor",
        r#"{"flavor": "f1"}"#,
        "GET /compute/v2.1/flavors/detail?is_public=None
         openstack-api-version: compute 2.91",
    ),
    (
        "get_keypair",
        r#"{"name": "ann"}"#,
        "GET /compute/v2.1/os-keypairs/ann
         openstack-api-version: compute 2.91",
    ),
    (
        "list_server_groups",
        "{}",
        "GET /compute/v2.1/os-server-groups
         openstack-api-version: compute 2.91",
    ),
    (
        "get_server_group",
        r#"{"server_group": "apart"}"#,
        "GET /compute/v2.1/os-server-groups
         openstack-api-version: compute 2.91",
    ),
    (
        "create_server_group",
        r#"{"name": "apart", "policy": "anti-affinity"}"#,
        r#"POST /compute/v2.1/os-server-groups
         content-type: application/json
         openstack-api-version: compute 2.91
         {"server_group":{"name":"apart","policy":"anti-affinity"}}"#,
    ),
    (
        "delete_server_group",
        r#"{"server_group": "44444444-4444-4444-8444-444444444444"}"#,
        "DELETE /compute/v2.1/os-server-groups/44444444-4444-4444-8444-444444444444
         openstack-api-version: compute 2.91",
    ),
];
