//! `DELETE /volumes/{id}`

use serde_json::Value;

use super::{VOLUME, accepted, become_now};
use crate::block_storage::snapshot::SNAPSHOT;
use crate::block_storage::{STEP, disallowed, invalid_volume};
use crate::call::{Call, Refusal, Reply};
use crate::check::truth;
use crate::store::Document;

/// The states in which a volume may be deleted.
const FROM: &[&str] =
    &["available", "error", "error_restoring", "error_extending", "error_managing"];

pub(super) fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let wants = |name: &str| call.parameter(name).is_some_and(|value| truth(&value.into()));
    let (cascade, force) = (wants("cascade"), wants("force") && call.version >= (3, 23));
    let volume = VOLUME.find(call, call.segment("id"))?;
    if force && !call.who.is_admin() {
        return Err(disallowed("volume:force_delete"));
    }
    check(call, &volume, cascade, force)?;
    for snapshot in snapshots(call, &volume)? {
        begin(call, snapshot)?;
    }
    begin(call, volume)?;
    Ok(accepted())
}

fn check(call: &Call<'_>, volume: &Document, cascade: bool, force: bool) -> Result<(), Refusal> {
    let is_attached =
        volume.get("attachments").as_array().is_some_and(|attachments| !attachments.is_empty());
    let snapshots = snapshots(call, volume)?;
    let is_free = |snapshot: &Document| matches!(snapshot.text("status"), "available" | "error");
    let has_others = if cascade { !snapshots.iter().all(is_free) } else { !snapshots.is_empty() };
    let is_ready = FROM.contains(&volume.text("status"));
    if force || (is_ready && !is_attached && !has_others) {
        return Ok(());
    }
    Err(invalid_volume(&format!(
        "Volume status must be {} and must not be migrating, attached, belong to a group, have \
         snapshots, awaiting a transfer, or be disassociated from snapshots after volume transfer.",
        FROM.join(" or ")
    )))
}

fn snapshots(call: &Call<'_>, volume: &Document) -> Result<Vec<Document>, Refusal> {
    let mut all = call.transaction.all(SNAPSHOT.name, Some(&volume.owner))?;
    all.retain(|snapshot| snapshot.get("volume_id") == &Value::from(volume.id.as_str()));
    Ok(all)
}

/// Lets a thing end.
pub(in crate::block_storage) fn begin(call: &Call<'_>, mut thing: Document) -> Result<(), Refusal> {
    become_now(call, &mut thing, "deleting");
    thing.gone_later(call.now.after(STEP * 2));
    Ok(call.transaction.update(&thing)?)
}
