//! The small cloud's Cinder, and what its Nova knows of volumes.

use serde_json::{Value, json};

use super::{DEBIAN, WEB};
use crate::server::{Received, Reply, json_answer, status};

/// The id of the volume `data`.
pub(crate) const DATA: &str = "66666666-6666-4666-8666-666666666666";
/// The id of its snapshot `monday`.
pub(crate) const MONDAY: &str = "77777777-7777-4777-8777-777777777777";
/// The id of its backup `weekly`.
pub(crate) const WEEKLY: &str = "88888888-8888-4888-8888-888888888888";
/// The id of the offer `gift`.
const GIFT: &str = "57575757-5757-4757-8757-575757575757";

/// Where Cinder is, with the project in its address.
pub(crate) const HOME: &str = "/volume/v3/project-id";

/// A volume as Cinder describes it, shortened.
pub(crate) fn volume(status: &str) -> Value {
    let attachments = match status {
        "in-use" => json!([{ "server_id": WEB, "device": "/dev/vdb" }]),
        _ => json!([]),
    };
    json!({
        "id": DATA, "name": "data", "status": status, "size": 10, "volume_type": "CEPH_1_perf1",
        "availability_zone": "dc3-a-04", "bootable": "false", "encrypted": false,
        "attachments": attachments, "created_at": "2026-11-21T03:55:55.000000",
        "description": null, "metadata": {}, "snapshot_id": null, "source_volid": null,
    })
}

/// A snapshot as Cinder describes it, shortened.
pub(crate) fn snapshot() -> Value {
    json!({
        "id": MONDAY, "name": "monday", "status": "available", "volume_id": DATA, "size": 10,
        "created_at": "2026-11-21T03:55:55.000000", "description": null, "metadata": {},
    })
}

/// A backup as Cinder describes it, shortened.
pub(crate) fn backup() -> Value {
    json!({
        "id": WEEKLY, "name": "weekly", "status": "available", "volume_id": DATA, "size": 10,
        "created_at": "2026-11-21T03:55:55.000000", "is_incremental": false,
        "has_dependent_backups": false, "fail_reason": null, "description": null, "metadata": {},
    })
}

fn transfer() -> Value {
    json!({ "id": GIFT, "name": "gift", "volume_id": DATA })
}

fn attachment() -> Value {
    json!({ "volumeId": DATA, "serverId": WEB, "device": "/dev/vdb", "tag": null,
        "delete_on_termination": false })
}

/// What stands for ids in the tables.
pub(crate) const IDS: &[(&str, &str)] = &[
    ("{web}", WEB),
    ("{data}", DATA),
    ("{monday}", MONDAY),
    ("{weekly}", WEEKLY),
    ("{gift}", GIFT),
    ("{debian}", DEBIAN),
];

/// Cinder's part of the script.
pub(super) fn answer(request: &Received) -> Reply {
    let what =
        IDS.iter().fold(request.what().to_string(), |what, (short, id)| what.replace(id, short));
    let ok = |body| json_answer(200, body);
    let accepted = |body| json_answer(202, body);
    if !what.contains(HOME) {
        return of_nova(&what);
    }
    match what.replace(HOME, "").as_str() {
        "GET /volumes/detail" => ok(json!({ "volumes": [volume("available")] })),
        "GET /volumes/{data}" | "PUT /volumes/{data}" => {
            ok(json!({ "volume": volume("available") }))
        }
        "POST /volumes" => accepted(json!({ "volume": volume("creating") })),
        "POST /volumes/{data}/metadata" | "POST /snapshots/{monday}/metadata" => {
            ok(json!({ "metadata": {} }))
        }
        "DELETE /volumes/{data}/metadata/a" => status(200),
        "POST /volumes/{data}/action"
        | "DELETE /volumes/{data}"
        | "POST /snapshots/{monday}/action"
        | "DELETE /snapshots/{monday}"
        | "POST /backups/{weekly}/action"
        | "DELETE /backups/{weekly}"
        | "DELETE /volume-transfers/{gift}" => status(202),
        "GET /snapshots/detail" => ok(json!({ "snapshots": [snapshot()] })),
        "GET /snapshots/{monday}" | "PUT /snapshots/{monday}" => {
            ok(json!({ "snapshot": snapshot() }))
        }
        "POST /snapshots" => accepted(json!({ "snapshot": snapshot() })),
        "GET /backups/detail" => ok(json!({ "backups": [backup()] })),
        "GET /backups/{weekly}" => ok(json!({ "backup": backup() })),
        "POST /backups" => accepted(json!({ "backup": { "id": WEEKLY, "name": "weekly" } })),
        "POST /backups/{weekly}/restore" => accepted(json!({ "restore": {
            "backup_id": WEEKLY, "volume_id": DATA, "volume_name": "data"
        } })),
        "GET /types" => ok(json!({ "volume_types": [{
            "id": "t1", "name": "CEPH_1_perf1", "description": null, "is_public": true
        }] })),
        "GET /os-availability-zone" => ok(json!({ "availabilityZoneInfo": [
            { "zoneName": "dc3-a-04", "zoneState": { "available": true } }
        ] })),
        "GET /volume-transfers/detail" => ok(json!({ "transfers": [transfer()] })),
        "GET /volume-transfers/{gift}" => ok(json!({ "transfer": transfer() })),
        "POST /volume-transfers" => {
            let mut made = transfer();
            made["auth_key"] = "0123456789abcdef".into();
            accepted(json!({ "transfer": made }))
        }
        "POST /volume-transfers/{gift}/accept" => accepted(json!({ "transfer": transfer() })),
        path if path.starts_with("GET /os-quota-sets/") => ok(json!({ "quota_set": {
            "id": "p1", "volumes": { "limit": 10, "in_use": 1, "reserved": 0 }
        } })),
        _ => Reply::Usual,
    }
}

fn of_nova(what: &str) -> Reply {
    let ok = |body| json_answer(200, body);
    match what {
        "GET /compute/v2.1/servers/{web}/os-volume_attachments" => {
            ok(json!({ "volumeAttachments": [attachment()] }))
        }
        "POST /compute/v2.1/servers/{web}/os-volume_attachments"
        | "GET /compute/v2.1/servers/{web}/os-volume_attachments/{data}" => {
            ok(json!({ "volumeAttachment": attachment() }))
        }
        "DELETE /compute/v2.1/servers/{web}/os-volume_attachments/{data}" => status(202),
        _ => Reply::Usual,
    }
}
