//! What was done to an instance: Nova's instance actions.

use serde_json::{Value, json};

use super::SERVER;
use crate::call::{Call, Refusal, Reply};
use crate::seed::insert;
use crate::store::Document;
use crate::time::Moment;

const KIND: &str = "instance_action";

/// Notes that something was begun with an instance, under the id of the request.
pub(super) fn note(call: &Call<'_>, server: &str, action: &str) -> Result<(), Refusal> {
    let fields = json!({
        "action": action, "user_id": call.who.user, "project_id": call.who.project,
        "start": call.now.0, "end": call.now.after(super::STEP).0,
    });
    // One request is one action of an instance; several instances may be of one request.
    Ok(insert(call.transaction, KIND, server, &call.request_id, fields)?)
}

/// When what was done to an instance, the newest first.
pub(super) fn of(call: &Call<'_>, server: &Document) -> Result<Vec<(String, String)>, Refusal> {
    let actions = call.transaction.all(KIND, Some(&server.id))?;
    Ok(actions
        .iter()
        .map(|action| (time(action, "start"), action.text("action").to_string()))
        .collect())
}

pub(super) fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = SERVER.find(call, call.segment("id"))?;
    let actions = call.transaction.all(KIND, Some(&server.id))?;
    let actions: Vec<_> = actions.iter().map(|action| view(call, &server, action)).collect();
    Ok(Reply::ok(json!({ "instanceActions": actions })))
}

pub(super) fn show(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = SERVER.find(call, call.segment("id"))?;
    let request = call.segment("request");
    let action = call
        .transaction
        .find_of(KIND, &server.id, request)?
        .ok_or_else(|| Refusal::not_found(format!("Action {request} not found")))?;
    let mut view = view(call, &server, &action);
    let mut event = json!({
        "event": format!("compute_{}_instance", action.text("action")),
        "start_time": time(&action, "start"),
        "finish_time": time(&action, "end"),
        "result": "Success",
    });
    if call.who.is_admin() {
        event["traceback"] = Value::Null;
        event["host"] = server.get("host").clone();
    }
    if call.version >= (2, 62) {
        event["hostId"] = server.get("hostId").clone();
    }
    if call.version >= (2, 84) && call.who.is_admin() {
        event["details"] = Value::Null;
    }
    let sees_events = call.version >= (2, 51) || call.who.is_admin();
    if sees_events {
        view["events"] = json!([event]);
    }
    Ok(Reply::ok(json!({ "instanceAction": view })))
}

fn view(call: &Call<'_>, server: &Document, action: &Document) -> Value {
    let mut view = json!({
        "action": action.get("action"),
        "instance_uuid": server.id,
        "request_id": action.id,
        "user_id": action.get("user_id"),
        "project_id": action.get("project_id"),
        "start_time": time(action, "start"),
        "message": null,
    });
    if call.version >= (2, 58) {
        view["updated_at"] = time(action, "end").into();
    }
    view
}

fn time(action: &Document, field: &str) -> String {
    Moment(action.get(field).as_i64().unwrap_or_default()).micros_without_zone()
}
