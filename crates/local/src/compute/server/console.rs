//! `POST /servers/{id}/remote-consoles`: where a console can be opened. Nothing answers there.

use serde_json::{Value, json};

use super::SERVER;
use crate::call::{Call, Refusal, Reply};
use crate::check::{Member, Shape};
use crate::seed::new_id;
use crate::store::Document;

const BODY: Shape = Shape::Object(&[Member::new(
    "remote_console",
    Shape::Object(&[
        Member::new("protocol", Shape::Words(&["vnc", "spice", "rdp", "serial"]))
            .required()
            .until(2, 8),
        Member::new("protocol", Shape::Words(&["vnc", "spice", "rdp", "serial", "mks"]))
            .required()
            .since(2, 8),
        Member::new(
            "type",
            Shape::Words(&["novnc", "xvpvnc", "rdp-html5", "spice-html5", "serial"]),
        )
        .required()
        .until(2, 8),
        Member::new(
            "type",
            Shape::Words(&["novnc", "xvpvnc", "rdp-html5", "spice-html5", "serial", "webmks"]),
        )
        .required()
        .since(2, 8),
    ]),
)
.required()]);

pub(super) fn open(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    (call.service.check)(call, &BODY)?;
    SERVER.find(call, call.segment("id"))?;
    let wish = &call.body["remote_console"];
    let kind = wish["type"].as_str().unwrap_or_default();
    if wish["protocol"] != "vnc" || kind != "novnc" {
        return Err(Refusal::bad_request(format!("Unavailable console type {kind}.")));
    }
    let console = json!({ "protocol": "vnc", "type": kind, "url": address() });
    Ok(Reply::ok(json!({ "remote_console": console })))
}

/// What the older way takes.
pub(super) const OLDER: Shape = Shape::Object(&[Member::new("type", OLDER_TYPES).required()]);
const OLDER_TYPES: Shape = Shape::Words(&["novnc", "xvpvnc"]);

/// `{"os-getVNCConsole": ...}`: as it was opened before 2.6.
pub(super) fn open_older(
    _: &mut Call<'_>,
    _: &mut Document,
    argument: &Value,
) -> Result<Reply, Refusal> {
    let kind = argument["type"].as_str().unwrap_or_default();
    if kind != "novnc" {
        return Err(Refusal::bad_request(format!("Unavailable console type {kind}.")));
    }
    Ok(Reply::ok(json!({ "console": { "type": kind, "url": address() } })))
}

fn address() -> String {
    format!("http://127.0.0.1:6080/vnc_auto.html?path=%3Ftoken%3D{}", new_id())
}
