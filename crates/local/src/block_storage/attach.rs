//! What compute does with volumes: it makes them for instances, takes them, and gives them back.

use serde_json::{Value, json};

use super::snapshot::SNAPSHOT;
use super::volume::{Origin, VOLUME, become_now, begin_deletion, build, later};
use super::{STEP, invalid_volume};
use crate::call::{Call, Refusal};
use crate::store::Document;
use crate::time::Moment;

/// What a volume is attached to.
pub(crate) struct Place<'p> {
    pub(crate) server: &'p str,
    /// The host that the instance is on.
    pub(crate) host: &'p str,
    /// Where the guest sees it.
    pub(crate) device: &'p str,
    /// What Cinder calls the attachment.
    pub(crate) attachment: &'p str,
}

/// What a new volume for an instance is made from.
pub(crate) enum Source {
    Nothing,
    Image(Document),
    Snapshot(Document),
}

/// The volume with this id, if the caller may use it.
pub(crate) fn find(call: &Call<'_>, id: &str) -> Result<Document, Refusal> {
    VOLUME.find(call, id)
}

/// The snapshot with this id, if the caller may use it.
pub(crate) fn find_snapshot(call: &Call<'_>, id: &str) -> Result<Document, Refusal> {
    SNAPSHOT.find(call, id)
}

/// Makes a volume for an instance and attaches it. Its id.
///
/// `size`: in GiB; without one, that of the snapshot.
pub(crate) fn make(
    call: &Call<'_>,
    source: Source,
    size: Option<i64>,
    name: &str,
    place: &Place<'_>,
) -> Result<String, Refusal> {
    let (origin, own) = match source {
        Source::Nothing => (Origin::Nothing, None),
        Source::Image(image) => (Origin::Image(image), None),
        Source::Snapshot(snapshot) => {
            let size = snapshot.get("size").as_i64();
            (Origin::Snapshot(snapshot), size)
        }
    };
    let mut volume = build(call, size.or(own).unwrap_or(1), None, &origin)?;
    volume.set("name", name);
    volume.set("description", "");
    attach_at(&mut volume, place, call.now.after(STEP * 4));
    call.transaction.insert(&volume)?;
    Ok(volume.id)
}

/// Refuses a volume that cannot be attached, in the words in which Nova quotes Cinder.
pub(crate) fn check_free(call: &Call<'_>, volume: &Document) -> Result<(), Refusal> {
    let status = volume.text("status");
    if status == "available" {
        return Ok(());
    }
    let reason = format!(
        "Volume {} status must be available or downloading to reserve, but the current status is \
         {status}.",
        volume.id
    );
    let Refusal { message, .. } = invalid_volume(&reason);
    Err(Refusal::bad_request(format!(
        "Invalid input received: {message} (HTTP 400) (Request-ID: {})",
        call.request_id
    )))
}

/// Attaches a volume that is free.
pub(crate) fn attach(
    call: &Call<'_>,
    mut volume: Document,
    place: &Place<'_>,
) -> Result<(), Refusal> {
    become_now(call, &mut volume, "reserved");
    later(call, &mut volume, 1, json!({ "status": "attaching" }));
    attach_at(&mut volume, place, call.now.after(STEP * 2));
    Ok(call.transaction.update(&volume)?)
}

fn attach_at(volume: &mut Document, place: &Place<'_>, at: Moment) {
    let attachment = json!({
        "id": volume.id, "attachment_id": place.attachment, "volume_id": volume.id,
        "server_id": place.server, "host_name": place.host, "device": place.device,
        "attached_at": at.micros_without_zone(),
    });
    let change = json!({
        "status": "in-use", "attachments": [attachment], "updated_at": at.micros_without_zone(),
    });
    volume.set_later(at, change);
}

/// Detaches a volume; `deleted`: it goes with its instance.
pub(crate) fn detach(call: &Call<'_>, id: &str, deleted: bool) -> Result<(), Refusal> {
    let Some(mut volume) = call.transaction.find(VOLUME.name, id)? else { return Ok(()) };
    if deleted {
        volume.set("attachments", Value::Array(Vec::new()));
        return begin_deletion(call, volume);
    }
    become_now(call, &mut volume, "detaching");
    later(call, &mut volume, 2, json!({ "status": "available", "attachments": [] }));
    Ok(call.transaction.update(&volume)?)
}
