//! Which versions of the service there are.

use serde_json::{Value, json};

use crate::call::{Call, Refusal, Reply};
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("", Handler::Read(all)).open(),
    Route::get("/", Handler::Read(all)).open(),
    Route::get("/v3", Handler::Read(this)).open(),
    Route::get("/v3/", Handler::Read(this)).open(),
];

fn version(call: &Call<'_>) -> Value {
    json!({
        "id": "v3.14",
        "status": "stable",
        "updated": "2020-04-07T00:00:00Z",
        "links": [{ "rel": "self", "href": call.url("/") }],
        "media-types": [{
            "base": "application/json", "type": "application/vnd.openstack.identity-v3+json",
        }],
    })
}

fn all(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let versions = json!({ "versions": { "values": [version(call)] } });
    Ok(Reply::new(300, versions).header("location", call.url("/")))
}

fn this(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    Ok(Reply::ok(json!({ "version": version(call) })))
}
