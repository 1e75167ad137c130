//! A small cloud for the script: one instance, one flavor, one image, one network.

pub(crate) mod block_storage;
pub(crate) mod load_balancer;
mod network;

use serde_json::{Value, json};

use crate::server::{Received, Reply, json_answer, status};
pub(crate) use network::{
    FLOATING_IP, FORWARDING, OUTSIDE, ROUTER, RULE, SECURITY_GROUP, SUBNET, SUBNET_POOL, TRUNK,
};

/// The id of the instance `web`.
pub(crate) const WEB: &str = "11111111-1111-4111-8111-111111111111";
/// The id of the image `Debian 12 bookworm`.
pub(crate) const DEBIAN: &str = "22222222-2222-4222-8222-222222222222";
/// The id of the network `demo-net`.
pub(crate) const NET: &str = "33333333-3333-4333-8333-333333333333";
/// The id of the port `front`.
pub(crate) const PORT: &str = "55555555-5555-4555-8555-555555555555";
/// An id that nothing has.
pub(crate) const NOBODY: &str = "99999999-9999-4999-8999-999999999999";

/// An instance as Nova describes it, shortened.
pub(crate) fn server(id: &str, name: &str, status: &str) -> Value {
    json!({
        "id": id, "name": name, "status": status,
        "image": { "id": DEBIAN },
        "flavor": { "original_name": "a1-ram2-disk20-perf1", "vcpus": 1 },
        "created": "2026-11-21T03:55:55Z", "updated": "2026-11-21T03:55:56Z",
        "addresses": {}, "key_name": null,
        "OS-EXT-AZ:availability_zone": "dc3-a-04", "OS-EXT-STS:task_state": null,
        "security_groups": [{ "name": "default" }],
    })
}

/// A flavor as Nova describes it, shortened.
pub(crate) fn flavor(id: &str, name: &str) -> Value {
    json!({ "id": id, "name": name, "vcpus": 1, "ram": 2048, "disk": 20,
        "os-flavor-access:is_public": true })
}

/// An image as Glance describes it, shortened.
pub(crate) fn image(id: &str, name: &str) -> Value {
    json!({ "id": id, "name": name, "status": "active", "min_disk": 0, "min_ram": 0,
        "size": 1024, "created_at": "2026-11-21T03:55:55Z" })
}

/// A network as Neutron describes it, shortened.
pub(crate) fn network(id: &str, name: &str) -> Value {
    json!({ "id": id, "name": name, "status": "ACTIVE", "shared": false,
        "router:external": false, "subnets": [] })
}

/// A server group as Nova describes it.
fn group() -> Value {
    json!({ "id": "44444444-4444-4444-8444-444444444444", "name": "apart",
        "policy": "anti-affinity", "members": [] })
}

/// The instance's interface, at the port, as Nova describes it.
fn interface() -> Value {
    json!({ "net_id": NET, "port_id": PORT, "mac_addr": "fa:16:3e:00:00:01",
        "port_state": "ACTIVE", "tag": null, "fixed_ips": [
            { "subnet_id": "66666666-6666-4666-8666-666666666666", "ip_address": "10.0.0.7" }
        ] })
}

/// The script of the small cloud.
pub(crate) fn demo(request: &Received) -> Reply {
    let ok = |body| json_answer(200, body);
    match request.what().replace(WEB, "{web}").replace(DEBIAN, "{debian}").as_str() {
        "GET /compute/v2.1/servers/detail" => {
            ok(json!({ "servers": [server(WEB, "web", "ACTIVE")] }))
        }
        "GET /compute/v2.1/servers/{web}" | "PUT /compute/v2.1/servers/{web}" => {
            ok(json!({ "server": server(WEB, "web", "ACTIVE") }))
        }
        "POST /compute/v2.1/servers" => json_answer(202, json!({ "server": { "id": WEB } })),
        "POST /compute/v2.1/servers/{web}/action" if request.body.contains("createImage") => {
            json_answer(202, json!({ "image_id": DEBIAN }))
        }
        "POST /compute/v2.1/servers/{web}/action" if request.body.contains("ConsoleOutput") => {
            ok(json!({ "output": "login:" }))
        }
        "POST /compute/v2.1/servers/{web}/action" => status(202),
        "POST /compute/v2.1/servers/{web}/metadata" => ok(json!({ "metadata": {} })),
        "PUT /compute/v2.1/servers/{web}/tags/hot" => status(201),
        "DELETE /compute/v2.1/servers/{web}/tags/hot"
        | "DELETE /compute/v2.1/servers/{web}/metadata/a"
        | "DELETE /compute/v2.1/os-server-groups/44444444-4444-4444-8444-444444444444"
        | "DELETE /compute/v2.1/servers/{web}"
        | "DELETE /image/v2/images/{debian}"
        | "PUT /image/v2/images/{debian}/tags/hot"
        | "DELETE /image/v2/images/{debian}/tags/hot"
        | "DELETE /compute/v2.1/os-keypairs/ann" => status(204),
        "GET /compute/v2.1/servers/{web}/os-instance-actions" => {
            ok(json!({ "instanceActions": [] }))
        }
        "POST /compute/v2.1/servers/{web}/remote-consoles" => ok(json!({ "remote_console": {
            "protocol": "vnc", "type": "novnc", "url": "http://console.example/"
        } })),
        "GET /compute/v2.1/os-server-groups" => ok(json!({ "server_groups": [group()] })),
        "POST /compute/v2.1/os-server-groups" => ok(json!({ "server_group": group() })),
        "GET /compute/v2.1/flavors/detail" => {
            ok(json!({ "flavors": [flavor("f1", "a1-ram2-disk20-perf1")] }))
        }
        "GET /image/v2/images" => ok(json!({ "images": [image(DEBIAN, "Debian 12 bookworm")] })),
        "PATCH /image/v2/images/{debian}" | "GET /image/v2/images/{debian}" => {
            ok(image(DEBIAN, "Debian 12 bookworm"))
        }
        "POST /compute/v2.1/servers/{web}/os-interface" => {
            ok(json!({ "interfaceAttachment": interface() }))
        }
        "GET /compute/v2.1/servers/{web}/os-interface" => {
            ok(json!({ "interfaceAttachments": [interface()] }))
        }
        "DELETE /compute/v2.1/servers/{web}/os-interface/55555555-5555-4555-8555-555555555555" => {
            status(202)
        }
        "GET /compute/v2.1/os-keypairs" => ok(json!({ "keypairs": [
            { "keypair": { "name": "ann", "fingerprint": "aa:bb", "type": "ssh" } }
        ] })),
        "GET /compute/v2.1/os-keypairs/ann" => ok(json!({ "keypair": {
            "name": "ann", "fingerprint": "aa:bb", "public_key": "ssh-ed25519 AAAA ann"
        } })),
        "POST /compute/v2.1/os-keypairs" => json_answer(
            201,
            json!({ "keypair": { "name": "ann", "fingerprint": "aa:bb",
                "public_key": "ssh-ed25519 AAAA ann", "private_key": "PRIVATE-HALF" } }),
        ),
        "GET /compute/v2.1/os-availability-zone" => ok(json!({ "availabilityZoneInfo": [
            { "zoneName": "dc3-a-04", "zoneState": { "available": true } }
        ] })),
        what if what.contains(" /volume/") || what.contains("/os-volume_attachments") => {
            block_storage::answer(request)
        }
        what if what.contains(" /network/") => network::answer(request),
        what if what.contains(" /balancer/") => load_balancer::answer(request),
        _ => Reply::Usual,
    }
}
