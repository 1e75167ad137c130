//! Volumes at an instance: those it boots from, and those that come and go.

use serde_json::{Value, json};

use super::{HOST, SERVER, action, shape, state};
use crate::block_storage::{self, Place};
use crate::call::{Call, Refusal, Reply};
use crate::check::{Member, Shape, truth};
use crate::seed::new_id;
use crate::store::Document;

const ATTACH: Shape = Shape::Object(&[Member::new(
    "volumeAttachment",
    Shape::Object(&[
        Member::new("volumeId", Shape::Id).required(),
        Member::new("device", Shape::Types(&[DEVICE, Shape::Null])),
        Member::new("tag", shape::TAG).since(2, 49),
        Member::new("delete_on_termination", Shape::Boolean).since(2, 79),
    ]),
)
.required()]);

const UPDATE: Shape = Shape::Object(&[Member::new(
    "volumeAttachment",
    Shape::Open(&[
        Member::new("volumeId", Shape::Id).required(),
        Member::new("delete_on_termination", Shape::Boolean).since(2, 85),
    ]),
)
.required()]);

const DEVICE: Shape = Shape::Pattern {
    pattern: "(^/dev/x{0,1}[a-z]{0,1}d{0,1})([a-z]+)[0-9]*$",
    fits: is_device,
    min: 0,
    max: usize::MAX,
};

fn is_device(text: &str) -> bool {
    let Some(name) = text.strip_prefix("/dev/") else { return false };
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The states in which volumes may come and go.
const FROM: &[&str] =
    &["active", "paused", "stopped", "suspended", "resized", "shelved", "shelved_offloaded"];

/// What an instance keeps of a volume that it has.
pub(super) fn entry(volume: &str, device: &str, tag: &Value, goes: bool, is_root: bool) -> Value {
    json!({
        "volume_id": volume, "device": device, "tag": tag, "delete_on_termination": goes,
        "attachment_id": new_id(), "bdm_uuid": new_id(), "root": is_root,
    })
}

/// The volumes of an instance.
fn entries(server: &Document) -> impl Iterator<Item = &Value> {
    server.get("volumes").as_array().into_iter().flatten()
}

/// `os-extended-volumes:volumes_attached`
pub(super) fn attached(call: &Call<'_>, server: &Document) -> Value {
    let shown = entries(server).map(|volume| {
        if call.version < (2, 3) {
            return json!({ "id": volume["volume_id"] });
        }
        json!({
            "id": volume["volume_id"], "delete_on_termination": volume["delete_on_termination"],
        })
    });
    shown.collect()
}

fn view(call: &Call<'_>, server: &Document, volume: &Value) -> Value {
    let mut view = json!({
        "id": volume["volume_id"], "volumeId": volume["volume_id"], "serverId": server.id,
        "device": volume["device"],
    });
    for (field, since) in [
        ("tag", (2, 70)),
        ("delete_on_termination", (2, 79)),
        ("attachment_id", (2, 89)),
        ("bdm_uuid", (2, 89)),
    ] {
        if call.version >= since {
            view[field] = volume[field].clone();
        }
    }
    if call.version >= (2, 89)
        && let Some(view) = view.as_object_mut()
    {
        view.shift_remove("id");
    }
    view
}

/// `GET /servers/{id}/os-volume_attachments`
pub(super) fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = SERVER.find(call, call.segment("id"))?;
    let shown: Value = entries(&server).map(|volume| view(call, &server, volume)).collect();
    Ok(Reply::ok(json!({ "volumeAttachments": shown })))
}

/// `GET /servers/{id}/os-volume_attachments/{volume}`
pub(super) fn show(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = SERVER.find(call, call.segment("id"))?;
    let volume = find(call, &server)?;
    Ok(Reply::ok(json!({ "volumeAttachment": view(call, &server, volume) })))
}

/// The instance's volume that the path names.
fn find<'d>(call: &Call<'_>, server: &'d Document) -> Result<&'d Value, Refusal> {
    let wanted = call.segment("volume");
    entries(server).find(|volume| volume["volume_id"] == wanted).ok_or_else(|| {
        Refusal::not_found(format!("Instance {} is not attached to volume {wanted}", server.id))
    })
}

fn check(call: &Call<'_>, server: &Document, verb: &str) -> Result<(), Refusal> {
    action::check_lock(call, server)?;
    let field = if !FROM.contains(&state(server, "vm_state")) {
        "vm_state"
    } else if !state(server, "task_state").is_empty() {
        "task_state"
    } else {
        return Ok(());
    };
    Err(action::not_while(verb, server, field))
}

/// `POST /servers/{id}/os-volume_attachments`
pub(super) fn attach(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    (call.service.check)(call, &ATTACH)?;
    let wish = call.body["volumeAttachment"].take();
    let mut server = SERVER.find(call, call.segment("id"))?;
    check(call, &server, "attach_volume")?;
    let volume = block_storage::find(call, wish["volumeId"].as_str().unwrap_or_default())?;
    let elsewhere = volume.get("attachments")[0]["server_id"].as_str();
    let here = entries(&server).any(|one| one["volume_id"] == volume.id.as_str());
    if let Some(instance) = elsewhere.or(here.then_some(server.id.as_str())) {
        return Err(Refusal::bad_request(format!(
            "Invalid volume: volume {} is already attached to instances: {instance}",
            volume.id
        )));
    }
    let device = device(&server, wish["device"].as_str())?;
    block_storage::check_free(call, &volume)?;
    let goes = truth(&wish["delete_on_termination"]);
    let entry = entry(&volume.id, &device, &wish["tag"], goes, false);
    let answer = json!({
        "id": volume.id, "serverId": server.id, "volumeId": volume.id, "device": device,
        "tag": wish["tag"], "delete_on_termination": goes,
    });
    take(call, &server.id, volume, &entry)?;
    let mut volumes = server.get("volumes").as_array().cloned().unwrap_or_default();
    volumes.push(entry);
    server.set("volumes", volumes);
    call.transaction.update(&server)?;
    super::event::note(call, &server.id, "attach_volume")?;
    let since = |field: &str| match field {
        "tag" => (2, 70),
        "delete_on_termination" => (2, 79),
        _ => (2, 1),
    };
    let mut answer = answer.as_object().cloned().unwrap_or_default();
    answer.retain(|field, _| call.version >= since(field));
    Ok(Reply::ok(json!({ "volumeAttachment": answer })))
}

/// Lets a volume be at an instance.
pub(super) fn take(
    call: &Call<'_>,
    server: &str,
    volume: Document,
    entry: &Value,
) -> Result<(), Refusal> {
    block_storage::attach(call, volume, &place(server, entry))
}

/// Where the volume of an entry is.
pub(super) fn place<'e>(server: &'e str, entry: &'e Value) -> Place<'e> {
    Place {
        server,
        host: HOST,
        device: entry["device"].as_str().unwrap_or_default(),
        attachment: entry["attachment_id"].as_str().unwrap_or_default(),
    }
}

/// The name under which the guest sees a new volume: the one it was asked for, on the bus that its
/// images are for, or the first that is free.
fn device(server: &Document, wish: Option<&str>) -> Result<String, Refusal> {
    let is_used =
        |name: &str| name == ROOT || entries(server).any(|volume| volume["device"] == name);
    if let Some(wish) = wish {
        let letters =
            wish.trim_start_matches("/dev/").trim_end_matches(|c: char| c.is_ascii_digit());
        let name = format!("/dev/sd{}", letters.chars().next_back().unwrap_or('b'));
        if is_used(&name) {
            return Err(Refusal::conflict(format!("The supplied device path ({name}) is in use.")));
        }
        return Ok(name);
    }
    let free = ('b'..='z').map(|letter| format!("/dev/sd{letter}")).find(|name| !is_used(name));
    free.ok_or_else(|| Refusal::forbidden("Too many disk devices."))
}

/// The name of the disk that an instance boots from.
pub(super) const ROOT: &str = "/dev/sda";

/// `PUT /servers/{id}/os-volume_attachments/{volume}`: whether the volume goes with the instance. To put
/// another in its place is for administrators.
pub(super) fn update(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    (call.service.check)(call, &UPDATE)?;
    let wish = call.body["volumeAttachment"].take();
    let mut server = SERVER.find(call, call.segment("id"))?;
    if call.version < (2, 85) || wish["volumeId"] != call.segment("volume") {
        return Err(crate::compute::policy::disallowed("os-volumes-attachments:swap"));
    }
    find(call, &server)?;
    let wanted = call.segment("volume");
    let mut volumes = server.get("volumes").as_array().cloned().unwrap_or_default();
    for volume in &mut volumes {
        if volume["volume_id"] == wanted && !wish["delete_on_termination"].is_null() {
            volume["delete_on_termination"] = truth(&wish["delete_on_termination"]).into();
        }
    }
    server.set("volumes", volumes);
    call.transaction.update(&server)?;
    Ok(Reply::empty(202))
}

/// `DELETE /servers/{id}/os-volume_attachments/{volume}`
pub(super) fn detach(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut server = SERVER.find(call, call.segment("id"))?;
    let wanted = call.segment("volume").to_string();
    block_storage::find(call, &wanted)?;
    let volume = find(call, &server)?;
    if volume["root"] == true {
        return Err(Refusal::bad_request("Cannot detach a root device volume"));
    }
    check(call, &server, "detach_volume")?;
    block_storage::detach(call, &wanted, false)?;
    let mut volumes = server.get("volumes").as_array().cloned().unwrap_or_default();
    volumes.retain(|volume| volume["volume_id"] != wanted.as_str());
    server.set("volumes", volumes);
    call.transaction.update(&server)?;
    super::event::note(call, &server.id, "detach_volume")?;
    Ok(Reply::empty(202))
}

/// Gives back the volumes of an instance that ends; those that were made for it go with it.
pub(super) fn release(call: &Call<'_>, server: &Document) -> Result<(), Refusal> {
    for volume in entries(server) {
        let id = volume["volume_id"].as_str().unwrap_or_default();
        block_storage::detach(call, id, volume["delete_on_termination"] == true)?;
    }
    Ok(())
}
