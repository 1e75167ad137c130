//! Which versions of the service there are.

use serde_json::{Value, json};

use crate::call::{Call, Refusal, Reply};
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("", Handler::Read(all)).door(),
    Route::get("/", Handler::Read(all)).door(),
    Route::get("/v2.1", Handler::Read(this)).open(),
    Route::get("/v2.1/", Handler::Read(this)).open(),
];

/// Whatever is asked of a version that there is not.
pub(super) static ELSEWHERE: Route = Route::get("", Handler::Read(choices)).door();

fn version(call: &Call<'_>) -> Value {
    json!({
        "id": "v2.1",
        "status": "CURRENT",
        "version": "2.93",
        "min_version": "2.1",
        "updated": "2013-07-23T11:33:21Z",
        "links": [{ "rel": "self", "href": call.url("/") }],
    })
}

fn all(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let older = json!({
        "id": "v2.0",
        "status": "SUPPORTED",
        "version": "",
        "min_version": "",
        "updated": "2011-01-21T11:33:21Z",
        "links": [{ "rel": "self", "href": format!("{}/compute/v2/", call.origin) }],
    });
    Ok(Reply::ok(json!({ "versions": [older, version(call)] })))
}

fn this(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut version = version(call);
    version["links"] = json!([
        { "rel": "self", "href": call.url("/") },
        { "rel": "describedby", "type": "text/html", "href": "http://docs.openstack.org/" },
    ]);
    version["media-types"] = json!([{
        "base": "application/json",
        "type": "application/vnd.openstack.compute+json;version=2.1",
    }]);
    Ok(Reply::ok(json!({ "version": version })))
}

/// Where else the same may be asked.
fn choices(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let rest = call.path.strip_prefix(call.service.home).unwrap_or_default();
    let choice = |id: &str, status: &str, major: &str| {
        let home = format!("{}{}", call.origin, call.service.home);
        let kind = format!("application/vnd.openstack.compute+json;version={major}");
        json!({
            "id": id,
            "status": status,
            "links": [{ "rel": "self", "href": format!("{home}/v{major}{rest}") }],
            "media-types": [{ "base": "application/json", "type": kind }],
        })
    };
    let choices = [choice("v2.0", "SUPPORTED", "2"), choice("v2.1", "CURRENT", "2.1")];
    Ok(Reply::new(300, json!({ "choices": choices })))
}
