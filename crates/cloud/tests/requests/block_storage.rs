//! What the operations of block storage say on the wire, and what they do about answers that are
//! refusals, or that are lost.

mod once;

use super::says;
use crate::sample::block_storage::{HOME, IDS};

/// Operations with their arguments, and the requests that have to come of them after the login.
/// `{v}` is where Cinder is; each of its requests asks for version 3.70.
const SAID: &[(&str, &str, &str)] = &[
    ("list_volumes", "{}", "GET {v}/volumes/detail"),
    ("get_volume", r#"{"volume_id": "data"}"#, "GET {v}/volumes/detail?name=data"),
    ("get_volume", r#"{"volume_id": "{data}"}"#, "GET {v}/volumes/{data}"),
    (
        "create_volume",
        r#"{"size": 10, "name": "data"}"#,
        r#"POST {v}/volumes {"volume":{"name":"data","metadata":{"ik-create":"*"},"size":10}}
           GET {v}/volumes/{data}"#,
    ),
    (
        "create_volume",
        r#"{"size": 10, "name": "data", "description": "d", "volume_type": "CEPH_1_perf2",
            "availability_zone": "dc3-a-04", "snapshot_id": "monday", "property": {"n": 1},
            "extra": {"multiattach": false}, "wait": false}"#,
        r#"GET {v}/snapshots/detail?name=monday
           POST {v}/volumes {"volume":{"name":"data","metadata":{"n":"1","ik-create":"*"},"size":10,"snapshot_id":"{monday}","description":"d","volume_type":"CEPH_1_perf2","availability_zone":"dc3-a-04","multiattach":false}}
           GET {v}/volumes/{data}"#,
    ),
    (
        "create_volume",
        r#"{"name": "data", "source": "{data}"}"#,
        r#"GET {v}/volumes/{data}
           POST {v}/volumes {"volume":{"name":"data","metadata":{"ik-create":"*"},"source_volid":"{data}"}}
           GET {v}/volumes/{data}"#,
    ),
    ("delete_volume", r#"{"volume_id": "{data}"}"#, "DELETE {v}/volumes/{data}"),
    (
        "delete_volume",
        r#"{"volume_id": "{data}", "force": true, "purge": true}"#,
        "DELETE {v}/volumes/{data}?cascade=true&force=true",
    ),
    (
        "extend_volume",
        r#"{"volume_id": "{data}", "new_size": 20, "wait": false}"#,
        r#"GET {v}/volumes/{data}
           POST {v}/volumes/{data}/action {"os-extend":{"new_size":20}}"#,
    ),
    (
        "set_volume",
        r#"{"volume_id": "{data}", "name": "x", "property": {"a": 1}, "bootable": true,
            "read_only": false, "volume_type": "CEPH_1_perf2", "retype_policy": "never"}"#,
        r#"PUT {v}/volumes/{data} {"volume":{"name":"x"}}
           POST {v}/volumes/{data}/metadata {"metadata":{"a":"1"}}
           POST {v}/volumes/{data}/action {"os-set_bootable":{"bootable":true}}
           POST {v}/volumes/{data}/action {"os-update_readonly_flag":{"readonly":false}}
           POST {v}/volumes/{data}/action {"os-retype":{"new_type":"CEPH_1_perf2","migration_policy":"never"}}"#,
    ),
    (
        "unset_volume",
        r#"{"volume_id": "{data}", "description": true, "properties": ["a"]}"#,
        r#"GET {v}/volumes/{data}
           PUT {v}/volumes/{data} {"volume":{"description":null}}
           DELETE {v}/volumes/{data}/metadata/a"#,
    ),
    // W30: a device that nobody asked for is left out. W92: the instance is an argument.
    (
        "attach_volume",
        r#"{"volume_id": "{data}", "instance_id": "{web}", "wait": false}"#,
        r#"POST /compute/v2.1/servers/{web}/os-volume_attachments {"volumeAttachment":{"volumeId":"{data}"}}"#,
    ),
    (
        "attach_volume",
        r#"{"volume_id": "{data}", "instance_id": "{web}", "device": "/dev/vdb", "tag": "t",
            "delete_on_termination": true, "wait": false}"#,
        r#"POST /compute/v2.1/servers/{web}/os-volume_attachments {"volumeAttachment":{"volumeId":"{data}","device":"/dev/vdb","tag":"t","delete_on_termination":true}}"#,
    ),
    // W1: the attachment is found by the volume.
    (
        "detach_volume",
        r#"{"volume_id": "{data}", "instance_id": "{web}", "wait": false}"#,
        "GET /compute/v2.1/servers/{web}/os-volume_attachments
         DELETE /compute/v2.1/servers/{web}/os-volume_attachments/{data}",
    ),
    (
        "list_volume_attachments",
        r#"{"instance_id": "{web}"}"#,
        "GET /compute/v2.1/servers/{web}/os-volume_attachments",
    ),
    (
        "get_volume_attachment",
        r#"{"instance_id": "{web}", "volume_id": "{data}"}"#,
        "GET /compute/v2.1/servers/{web}/os-volume_attachments/{data}",
    ),
    ("list_snapshots", "{}", "GET {v}/snapshots/detail"),
    ("get_snapshot", r#"{"snapshot_id": "{monday}"}"#, "GET {v}/snapshots/{monday}"),
    // W31: `force` is left out unless it is true.
    (
        "create_snapshot",
        r#"{"volume_id": "{data}", "name": "monday"}"#,
        r#"POST {v}/snapshots {"snapshot":{"volume_id":"{data}","name":"monday","metadata":{"ik-create":"*"}}}
           GET {v}/snapshots/{monday}"#,
    ),
    (
        "create_snapshot",
        r#"{"volume_id": "{data}", "name": "monday", "description": "d", "force": true}"#,
        r#"POST {v}/snapshots {"snapshot":{"volume_id":"{data}","name":"monday","metadata":{"ik-create":"*"},"description":"d","force":true}}
           GET {v}/snapshots/{monday}"#,
    ),
    ("delete_snapshot", r#"{"snapshot_id": "{monday}"}"#, "DELETE {v}/snapshots/{monday}"),
    (
        "delete_snapshot",
        r#"{"snapshot_id": "{monday}", "force": true}"#,
        r#"POST {v}/snapshots/{monday}/action {"os-force_delete":null}"#,
    ),
    (
        "set_snapshot",
        r#"{"snapshot_id": "{monday}", "name": "x", "property": {"a": 1}}"#,
        r#"PUT {v}/snapshots/{monday} {"snapshot":{"name":"x"}}
           POST {v}/snapshots/{monday}/metadata {"metadata":{"a":"1"}}"#,
    ),
    ("list_backups", "{}", "GET {v}/backups/detail"),
    ("get_backup", r#"{"backup_id": "{weekly}"}"#, "GET {v}/backups/{weekly}"),
    // Without a name there is none.
    (
        "create_backup",
        r#"{"volume_id": "{data}", "name": ""}"#,
        r#"POST {v}/backups {"backup":{"volume_id":"{data}","incremental":false,"force":false,"metadata":{"ik-create":"*"}}}
           GET {v}/backups/{weekly}"#,
    ),
    (
        "create_volume",
        r#"{"size": 1, "name": ""}"#,
        r#"POST {v}/volumes {"volume":{"metadata":{"ik-create":"*"},"size":1}}
           GET {v}/volumes/{data}"#,
    ),
    (
        "create_backup",
        r#"{"volume_id": "{data}", "name": "weekly", "incremental": true, "snapshot": "{monday}"}"#,
        r#"POST {v}/backups {"backup":{"volume_id":"{data}","name":"weekly","incremental":true,"force":false,"metadata":{"ik-create":"*"},"snapshot_id":"{monday}"}}
           GET {v}/backups/{weekly}"#,
    ),
    // W19: with neither volume nor name the cloud decides both.
    (
        "restore_backup",
        r#"{"backup_id": "{weekly}"}"#,
        r#"POST {v}/backups/{weekly}/restore {"restore":{}}"#,
    ),
    (
        "restore_backup",
        r#"{"backup_id": "{weekly}", "volume_id": "{data}", "name": "x"}"#,
        r#"POST {v}/backups/{weekly}/restore {"restore":{"volume_id":"{data}","name":"x"}}"#,
    ),
    ("delete_backup", r#"{"backup_id": "{weekly}"}"#, "DELETE {v}/backups/{weekly}"),
    (
        "delete_backup",
        r#"{"backup_id": "{weekly}", "force": true}"#,
        r#"POST {v}/backups/{weekly}/action {"os-force_delete":null}"#,
    ),
    ("list_volume_types", "{}", "GET {v}/types"),
    ("get_volume_type", r#"{"volume_type": "CEPH_1_perf1"}"#, "GET {v}/types"),
    ("list_volume_zones", "{}", "GET {v}/os-availability-zone"),
    ("get_volume_quotas", "{}", "GET {v}/os-quota-sets/project-id?usage=True"),
    ("list_volume_transfers", "{}", "GET {v}/volume-transfers/detail"),
    ("get_volume_transfer", r#"{"transfer": "{gift}"}"#, "GET {v}/volume-transfers/{gift}"),
    (
        "create_volume_transfer",
        r#"{"volume_id": "{data}", "name": "gift", "snapshots": false}"#,
        r#"POST {v}/volume-transfers {"transfer":{"volume_id":"{data}","name":"gift","no_snapshots":true}}"#,
    ),
    (
        "accept_volume_transfer",
        r#"{"transfer_id": "{gift}", "auth_key": "0123456789abcdef\n"}"#,
        r#"POST {v}/volume-transfers/{gift}/accept {"accept":{"auth_key":"0123456789abcdef"}}"#,
    ),
    ("delete_volume_transfer", r#"{"transfer": "{gift}"}"#, "DELETE {v}/volume-transfers/{gift}"),
];

/// A table's line as `says` wants it: with its version, and a body on a line of its own with its type.
fn written(line: &str) -> String {
    let (request, body) = line
        .split_once(" {\"")
        .map_or((line, None), |(request, body)| (request, Some(format!("{{\"{body}"))));
    let service = if request.contains("/compute/") { "compute 2.91" } else { "volume 3.70" };
    let version = format!("openstack-api-version: {service}");
    match body {
        None => format!("{request}\n{version}"),
        Some(body) => format!("{request}\ncontent-type: application/json\n{version}\n{body}"),
    }
}

fn expanded(text: &str) -> String {
    let others = IDS.iter().filter(|(short, _)| *short != "{web}");
    others.fold(text.replace("{v}", HOME), |text, (short, id)| text.replace(short, id))
}

#[tokio::test]
async fn each_operation_sends_what_is_written_here_and_nothing_else() {
    for (method, arguments, said) in SAID {
        let lines: Vec<_> = said.lines().map(|line| written(line.trim())).collect();
        says("block_storage", method, &expanded(arguments), &expanded(&lines.join("\n"))).await;
    }
}

#[test]
fn no_operation_of_block_storage_is_missing_here() {
    let operations = infomaniak_cloud::operations().filter(|o| o.service == "block_storage");
    let missing: Vec<_> = operations
        .map(|operation| operation.method)
        .filter(|method| !SAID.iter().any(|(said, ..)| said == method))
        .collect();
    assert_eq!(missing, [""; 0]);
}
