//! The actions that are more than a change of state.

use serde_json::{Map, Value, json};

use super::super::create::{check_image, host_id, part_of_server};
use super::super::{HOST, SERVER, ZONE, delete, event, plan, shape, state, update};
use super::{begin, not_while};
use crate::call::{Call, Refusal, Reply};
use crate::check::{Member, NAME, Shape, TEXT, integer};
use crate::compute::flavor::FLAVOR;
use crate::compute::name;
use crate::compute::quota::Usage;
use crate::image;
use crate::network;

use crate::store::Document;

pub(super) const REBUILD: Shape = Shape::Object(&[
    Member::new("imageRef", Shape::Id).required(),
    Member::new("name", NAME),
    Member::new("adminPass", TEXT),
    Member::new("metadata", shape::METADATA),
    Member::new("OS-DCF:diskConfig", Shape::Words(&["AUTO", "MANUAL"])),
    Member::new("accessIPv4", TEXT),
    Member::new("accessIPv6", TEXT),
    Member::new("preserve_ephemeral", Shape::Boolean),
    Member::new("personality", Shape::Any).until(2, 57),
    Member::new("description", Shape::Types(&[Shape::Text { min: 0, max: 255 }, Shape::Null]))
        .since(2, 19),
    Member::new("key_name", Shape::Types(&[NAME, Shape::Null])).since(2, 54),
    Member::new("user_data", Shape::Types(&[Shape::Base64 { max: 65_535 }, Shape::Null]))
        .since(2, 57),
]);

/// Keeps the instance and accepts the request.
fn accept(call: &Call<'_>, server: &Document) -> Result<Reply, Refusal> {
    call.transaction.update(server)?;
    Ok(Reply::empty(202))
}

pub(super) fn reboot(
    call: &mut Call<'_>,
    server: &mut Document,
    argument: &Value,
) -> Result<Reply, Refusal> {
    let is_hard = argument["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("hard"));
    let states: &[&str] =
        if is_hard { &["active", "stopped", "paused", "suspended", "error"] } else { &["active"] };
    if !states.contains(&state(server, "vm_state")) {
        return Err(not_while("reboot", server, "vm_state"));
    }
    let task = state(server, "task_state");
    // A reboot that hangs may be followed by a hard one.
    let may_interrupt = is_hard && (task.contains("reboot") || task == "resuming");
    if !task.is_empty() && !may_interrupt {
        return Err(not_while("reboot", server, "task_state"));
    }
    let tasks: [&str; 2] = if is_hard {
        ["rebooting_hard", "reboot_started_hard"]
    } else {
        ["rebooting", "reboot_started"]
    };
    begin(call, server, tasks[0]);
    let end = json!({ "task_state": null, "vm_state": "active", "power_state": 1 });
    plan(call, server, &[json!({ "task_state": tasks[1] }), end]);
    accept(call, server)
}

pub(super) fn rescue(
    call: &mut Call<'_>,
    server: &mut Document,
    argument: &Value,
) -> Result<Reply, Refusal> {
    let password = argument["adminPass"].as_str().map_or_else(name::password, str::to_string);
    begin(call, server, "rescuing");
    let end = json!({ "task_state": null, "vm_state": "rescued", "power_state": 1 });
    plan(call, server, &[json!({}), end]);
    call.transaction.update(server)?;
    Ok(Reply::ok(json!({ "adminPass": password })))
}

/// The instance leaves its host; what it is stays.
pub(super) fn shelve(
    call: &mut Call<'_>,
    server: &mut Document,
    _: &Value,
) -> Result<Reply, Refusal> {
    begin(call, server, "shelving");
    let end = json!({
        "task_state": null, "vm_state": "shelved_offloaded", "power_state": 4,
        "zone": "", "host": null, "hostId": "",
    });
    plan(call, server, &[json!({ "task_state": "shelving_offloading" }), end]);
    accept(call, server)
}

pub(super) fn unshelve(
    call: &mut Call<'_>,
    server: &mut Document,
    _: &Value,
) -> Result<Reply, Refusal> {
    begin(call, server, "unshelving");
    let placed = json!({
        "task_state": "spawning", "zone": ZONE, "host": HOST, "hostId": host_id(&server.owner),
    });
    let end = json!({ "task_state": null, "vm_state": "active", "power_state": 1 });
    plan(call, server, &[placed, end]);
    accept(call, server)
}

pub(super) fn resize(
    call: &mut Call<'_>,
    server: &mut Document,
    argument: &Value,
) -> Result<Reply, Refusal> {
    let reference = &argument["flavorRef"];
    let id = reference.as_str().map_or_else(|| reference.to_string(), str::to_string);
    let flavor = FLAVOR.find(call, &id).map_err(|missing| Refusal::bad_request(missing.message))?;
    let before = server.get("flavor").clone();
    if before["id"] == flavor.id {
        return Err(Refusal::bad_request("When resizing, instances must change flavor!"));
    }
    if flavor.get("disk") == 0 {
        return Err(Refusal::bad_request("Resize to zero disk flavor is not allowed."));
    }
    let after = part_of_server(&flavor);
    Usage::of_project(call)?.refuse_resize(call, &before, &after)?;
    let was = state(server, "vm_state").to_string();
    server.set("before_resize", json!({ "flavor": before, "vm_state": was }));
    begin(call, server, "resize_prep");
    let end = json!({ "task_state": null, "vm_state": "resized", "flavor": after });
    plan(
        call,
        server,
        &[
            json!({ "task_state": "resize_migrating" }),
            json!({ "task_state": "resize_finish" }),
            end,
        ],
    );
    accept(call, server)
}

pub(super) fn confirm_resize(
    call: &mut Call<'_>,
    server: &mut Document,
    _: &Value,
) -> Result<Reply, Refusal> {
    let was = server.get("before_resize")["vm_state"].clone();
    server.set("before_resize", Value::Null);
    server.set("vm_state", if was.is_null() { "active".into() } else { was });
    server.set("updated", call.now.seconds());
    call.transaction.update(server)?;
    Ok(Reply::empty(204))
}

pub(super) fn revert_resize(
    call: &mut Call<'_>,
    server: &mut Document,
    _: &Value,
) -> Result<Reply, Refusal> {
    let before = server.get("before_resize").clone();
    begin(call, server, "resize_reverting");
    let end = json!({
        "task_state": null, "vm_state": before["vm_state"], "flavor": before["flavor"],
        "before_resize": null,
    });
    plan(call, server, &[json!({}), end]);
    accept(call, server)
}

pub(super) fn rebuild(
    call: &mut Call<'_>,
    server: &mut Document,
    argument: &Value,
) -> Result<Reply, Refusal> {
    name::check(argument.get("name"))?;
    let image = argument["imageRef"].as_str().unwrap_or_default().to_string();
    if crate::image::find_for_boot(call, &image)?.is_none() {
        return Err(Refusal::bad_request("Cannot find image for rebuild"));
    }
    check_image(call, &image, server.get("flavor"))?;
    let kept = [
        "name",
        "metadata",
        "accessIPv4",
        "accessIPv6",
        "description",
        "key_name",
        "user_data",
        "OS-DCF:diskConfig",
    ];
    let changes = argument.as_object().into_iter().flatten();
    let changes = changes.filter(|(field, _)| kept.contains(&field.as_str()));
    let changes: Map<String, Value> =
        changes.map(|(field, value)| (field.clone(), value.clone())).collect();
    server.fields.extend(changes);
    server.set("image_id", image);
    let was = state(server, "vm_state").to_string();
    let (ends, power) = if was == "stopped" { ("stopped", 4) } else { ("active", 1) };
    begin(call, server, "rebuilding");
    let end = json!({
        "task_state": null, "vm_state": ends, "power_state": power, "fault": null,
    });
    plan(call, server, &[json!({ "task_state": "rebuild_spawning" }), end]);
    call.transaction.update(server)?;
    let mut shown = SERVER.view(call, server);
    if call.version < (2, 75) {
        update::shorten(&mut shown);
    }
    let password = argument["adminPass"].as_str().map_or_else(name::password, str::to_string);
    shown["adminPass"] = password.into();
    let reply = Reply::wrapped(202, "server", shown);
    Ok(reply.header("location", call.url(&format!("/servers/{}", server.id))))
}

pub(super) fn lock(
    call: &mut Call<'_>,
    server: &mut Document,
    argument: &Value,
) -> Result<Reply, Refusal> {
    server.set("locked", true);
    server.set("locked_reason", argument.get("locked_reason").cloned().unwrap_or_default());
    accept(call, server)
}

pub(super) fn unlock(
    call: &mut Call<'_>,
    server: &mut Document,
    _: &Value,
) -> Result<Reply, Refusal> {
    server.set("locked", false);
    server.set("locked_reason", Value::Null);
    accept(call, server)
}

pub(super) fn force_delete(
    call: &mut Call<'_>,
    server: &mut Document,
    _: &Value,
) -> Result<Reply, Refusal> {
    delete::terminate(call, server.clone())?;
    Ok(Reply::empty(202))
}

/// The console's last lines. Nothing runs, so it tells what was done to the instance, a line each:
/// like a real one it only grows.
pub(super) fn console(
    call: &mut Call<'_>,
    server: &mut Document,
    argument: &Value,
) -> Result<Reply, Refusal> {
    if state(server, "vm_state") == "building" {
        return Err(Refusal::conflict(format!("Instance {} is not ready", server.id)));
    }
    let hostname = server.text("hostname");
    let mut lines = vec![
        format!("[    0.000000] {hostname}: an instance of the local cloud, nothing runs in it"),
        format!("[    0.000001] {hostname}: launched at {}", server.text("launched_at")),
    ];
    // The newest action comes first.
    let done = event::of(call, server)?;
    lines.extend(done.iter().rev().map(|(at, action)| format!("{hostname}: {action} at {at}")));
    let wanted = argument.get("length").and_then(integer).unwrap_or(-1);
    let wanted = usize::try_from(wanted).unwrap_or(lines.len()).min(lines.len());
    let output = lines[lines.len() - wanted..].join("\n");
    Ok(Reply::ok(json!({ "output": format!("{output}\n") })))
}

pub(super) fn create_image(
    call: &mut Call<'_>,
    server: &mut Document,
    argument: &Value,
) -> Result<Reply, Refusal> {
    name::check(argument.get("name"))?;
    let name = argument["name"].as_str().unwrap_or_default();
    let metadata = argument["metadata"].as_object().cloned().unwrap_or_default();
    let id = image::snapshot(call, server, name, &metadata)?;
    begin(call, server, "image_snapshot");
    plan(call, server, &[json!({ "task_state": null })]);
    call.transaction.update(server)?;
    if call.version < (2, 45) {
        let address = format!("{}/image/images/{id}", call.origin);
        // The type is the one that Nova's framework has for an answer of which nothing is said.
        let reply = Reply::empty(202).header("location", address);
        return Ok(reply.header("content-type", "text/html; charset=UTF-8"));
    }
    Ok(Reply::new(202, json!({ "image_id": id })))
}

pub(super) fn add_group(
    call: &mut Call<'_>,
    server: &mut Document,
    argument: &Value,
) -> Result<Reply, Refusal> {
    change_group(call, server, argument, true)
}

pub(super) fn remove_group(
    call: &mut Call<'_>,
    server: &mut Document,
    argument: &Value,
) -> Result<Reply, Refusal> {
    change_group(call, server, argument, false)
}

fn change_group(
    call: &Call<'_>,
    server: &mut Document,
    argument: &Value,
    is_added: bool,
) -> Result<Reply, Refusal> {
    let name = argument["name"].as_str();
    let name = name.ok_or_else(|| Refusal::bad_request("Security group not specified"))?;
    network::change_group(call, &server.id, name, is_added)?;
    let groups = network::security_groups_of(call, &server.id)?;
    let names: Vec<_> = groups.iter().map(|group| group.get("name").clone()).collect();
    server.set("security_groups", names);
    accept(call, server)
}

pub(super) fn reset_state(
    call: &mut Call<'_>,
    server: &mut Document,
    argument: &Value,
) -> Result<Reply, Refusal> {
    server.later.clear();
    server.set("vm_state", argument["state"].clone());
    server.set("task_state", Value::Null);
    accept(call, server)
}

/// There is just one host.
pub(super) fn no_other_host(
    _: &mut Call<'_>,
    _: &mut Document,
    _: &Value,
) -> Result<Reply, Refusal> {
    Err(Refusal::bad_request("No valid host was found. There are not enough hosts available."))
}
