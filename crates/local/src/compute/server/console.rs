//! `POST /servers/{id}/remote-consoles`: where a console can be opened. Nothing answers there.

use serde_json::json;

use super::SERVER;
use crate::call::{Call, Refusal, Reply};
use crate::check::{Member, Shape};
use crate::seed::new_id;

const BODY: Shape = Shape::Object(&[Member::new(
    "remote_console",
    Shape::Object(&[
        Member::new("protocol", Shape::Words(&["vnc", "spice", "rdp", "serial", "mks"])).required(),
        Member::new(
            "type",
            Shape::Words(&["novnc", "xvpvnc", "rdp-html5", "spice-html5", "serial", "webmks"]),
        )
        .required(),
    ]),
)
.required()]);

pub(super) fn open(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    if call.version < (2, 6) {
        return Err(Refusal::not_found("The resource could not be found."));
    }
    (call.service.check)(call, &BODY)?;
    SERVER.find(call, call.segment("id"))?;
    let wish = &call.body["remote_console"];
    let kind = wish["type"].as_str().unwrap_or_default();
    if wish["protocol"] != "vnc" || kind != "novnc" {
        return Err(Refusal::bad_request(format!("Unavailable console type {kind}.")));
    }
    let url = format!("http://127.0.0.1:6080/vnc_auto.html?path=%3Ftoken%3D{}", new_id());
    let console = json!({ "protocol": "vnc", "type": kind, "url": url });
    Ok(Reply::ok(json!({ "remote_console": console })))
}
