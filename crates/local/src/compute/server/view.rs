//! An instance on the wire, at every microversion.

use serde_json::{Value, json};

use super::status::status;
use super::{own, volume};
use crate::call::Call;
use crate::compute::links;
use crate::kind::Field;
use crate::store::Document;

pub(super) const FIELDS: &[Field] = &[
    Field::made("id", |_, server| server.id.clone().into()),
    Field::new("name"),
    Field::made("status", |_, server| status_of(server).into()),
    Field::made("tenant_id", |_, server| server.owner.clone().into()),
    Field::new("user_id"),
    Field::new("metadata"),
    Field::new("hostId"),
    Field::made("image", image),
    Field::made("flavor", flavor),
    Field::new("created"),
    Field::new("updated"),
    Field::new("addresses"),
    Field::new("accessIPv4"),
    Field::new("accessIPv6"),
    Field::made("links", |call, server| links(call, "servers", &server.id)),
    Field::new("OS-DCF:diskConfig"),
    Field::new("fault").only(|_, server| {
        matches!(status_of(server), "ERROR" | "DELETED") && !server.get("fault").is_null()
    }),
    Field::made("progress", |_, _| 0.into()).only(has_progress),
    own("OS-EXT-AZ:availability_zone", "zone"),
    Field::new("config_drive"),
    Field::new("key_name"),
    own("OS-SRV-USG:launched_at", "launched_at"),
    Field::made("OS-SRV-USG:terminated_at", |_, _| Value::Null),
    Field::made("security_groups", security_groups).only(has_security_groups),
    own("OS-EXT-SRV-ATTR:host", "host").only(is_for_admin),
    own("OS-EXT-SRV-ATTR:instance_name", "instance_name").only(is_for_admin),
    own("OS-EXT-SRV-ATTR:hypervisor_hostname", "host").only(is_for_admin),
    own("OS-EXT-SRV-ATTR:reservation_id", "reservation_id").since(2, 3).only(is_for_admin),
    own("OS-EXT-SRV-ATTR:launch_index", "launch_index").since(2, 3).only(is_for_admin),
    own("OS-EXT-SRV-ATTR:hostname", "hostname")
        .since(2, 3)
        .only(|call, server| call.version >= (2, 90) || is_for_admin(call, server)),
    Field::made("OS-EXT-SRV-ATTR:kernel_id", |_, _| "".into()).since(2, 3).only(is_for_admin),
    Field::made("OS-EXT-SRV-ATTR:ramdisk_id", |_, _| "".into()).since(2, 3).only(is_for_admin),
    Field::made("OS-EXT-SRV-ATTR:root_device_name", |_, _| "/dev/sda".into())
        .since(2, 3)
        .only(is_for_admin),
    own("OS-EXT-SRV-ATTR:user_data", "user_data").since(2, 3).only(is_for_admin),
    Field::made("OS-EXT-STS:task_state", |_, server| server.get("task_state").clone()),
    own("OS-EXT-STS:vm_state", "vm_state"),
    own("OS-EXT-STS:power_state", "power_state"),
    Field::made("os-extended-volumes:volumes_attached", volume::attached),
    Field::made("host_status", |_, _| "UP".into()).since(2, 16).only(is_for_admin),
    Field::new("locked").since(2, 9),
    Field::new("locked_reason").since(2, 73),
    Field::new("description").since(2, 19),
    Field::new("tags").since(2, 26),
    Field::made("trusted_image_certificates", |_, _| Value::Null).since(2, 63),
    Field::new("server_groups").since(2, 71).only(|call, _| !call.path.ends_with("/detail")),
];

/// The fields that `PUT /servers/{id}` and a rebuild answered with before 2.75.
pub(super) const SHORT: &[&str] = &[
    "id",
    "name",
    "status",
    "tenant_id",
    "user_id",
    "metadata",
    "hostId",
    "image",
    "flavor",
    "created",
    "updated",
    "addresses",
    "accessIPv4",
    "accessIPv6",
    "links",
    "OS-DCF:diskConfig",
    "fault",
    "progress",
    "locked",
    "description",
    "tags",
    "trusted_image_certificates",
    "server_groups",
];

pub(super) fn status_of(server: &Document) -> &'static str {
    status(server.text("vm_state"), server.text("task_state"))
}

fn is_for_admin(call: &Call<'_>, _: &Document) -> bool {
    call.who.is_admin()
}

fn image(call: &Call<'_>, server: &Document) -> Value {
    let id = server.text("image_id");
    if id.is_empty() {
        return "".into();
    }
    json!({ "id": id, "links": [bookmark(call, "images", id)] })
}

fn flavor(call: &Call<'_>, server: &Document) -> Value {
    let flavor = server.get("flavor");
    let id = flavor["id"].as_str().unwrap_or_default();
    if call.version < (2, 47) {
        return json!({ "id": id, "links": [bookmark(call, "flavors", id)] });
    }
    json!({
        "vcpus": flavor["vcpus"], "ram": flavor["ram"], "disk": flavor["disk"], "ephemeral": 0,
        "swap": 0, "original_name": flavor["name"], "extra_specs": {},
    })
}

fn bookmark(call: &Call<'_>, collection: &str, id: &str) -> Value {
    links(call, collection, id)[1].clone()
}

fn has_progress(_: &Call<'_>, server: &Document) -> bool {
    matches!(
        status_of(server),
        "ACTIVE" | "BUILD" | "DELETED" | "REBUILD" | "RESIZE" | "VERIFY_RESIZE" | "MIGRATING"
    )
}

fn security_groups(_: &Call<'_>, server: &Document) -> Value {
    let names = server.get("security_groups").as_array().into_iter().flatten();
    names.map(|name| json!({ "name": name })).collect::<Vec<_>>().into()
}

fn has_security_groups(_: &Call<'_>, server: &Document) -> bool {
    server.get("security_groups").as_array().is_some_and(|names| !names.is_empty())
}
