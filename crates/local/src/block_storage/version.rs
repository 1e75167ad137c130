//! Which versions of the service there are.

use serde_json::json;

use crate::call::{Call, Refusal, Reply};
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("", Handler::Read(|call| versions(call, 300))).open(),
    Route::get("/", Handler::Read(|call| versions(call, 300))).open(),
    Route::get("/v3", Handler::Read(|call| versions(call, 200))).open(),
    Route::get("/v3/", Handler::Read(|call| versions(call, 200))).open(),
];

fn versions(call: &mut Call<'_>, status: u16) -> Result<Reply, Refusal> {
    let version = json!({
        "id": "v3.0",
        "status": "CURRENT",
        "version": "3.70",
        "min_version": "3.0",
        "updated": "2022-08-31T00:00:00Z",
        "links": [
            { "rel": "describedby", "type": "text/html", "href": "https://docs.openstack.org/" },
            { "rel": "self", "href": call.url("/") },
        ],
        "media-types": [{
            "base": "application/json",
            "type": "application/vnd.openstack.volume+json;version=3",
        }],
    });
    Ok(Reply::new(status, json!({ "versions": [version] })))
}
