//! `DELETE /servers/{id}`

use super::{SERVER, STEP, action, event, volume};
use crate::call::{Call, Refusal, Reply};
use crate::network;
use crate::store::Document;

pub(super) fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = SERVER.find(call, call.segment("id"))?;
    action::check_lock(call, &server)?;
    terminate(call, server)?;
    Ok(Reply::empty(204))
}

/// Lets an instance end. A second time changes nothing.
pub(super) fn terminate(call: &mut Call<'_>, mut server: Document) -> Result<(), Refusal> {
    if server.text("task_state") == "deleting" {
        return Ok(());
    }
    event::note(call, &server.id, "delete")?;
    network::unplug(call, &server.id)?;
    volume::release(call, &server)?;
    server.later.clear();
    server.set("task_state", "deleting");
    server.set("updated", call.now.seconds());
    server.gone_later(call.now.after(STEP * 2));
    call.transaction.update(&server)?;
    Ok(())
}
