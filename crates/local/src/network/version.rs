//! Which versions of the service there are, and what is in this one.

use serde_json::{Value, json};

use crate::call::{Call, Refusal, Reply};
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("", Handler::Read(versions)).door(),
    Route::get("/", Handler::Read(versions)).door(),
];

pub(super) const RESOURCES: &[Route] = &[Route::get("/", Handler::Read(resources))];

/// `GET /`
fn versions(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let links = json!([{ "rel": "self", "href": call.url("/") }]);
    Ok(Reply::ok(json!({ "versions": [{ "id": "v2.0", "status": "CURRENT", "links": links }] })))
}

/// `GET /v2.0/`: the core resources; extensions are listed elsewhere.
fn resources(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let resource = |name: &str| -> Value {
        let collection = format!("{name}s");
        let links = json!([{ "rel": "self", "href": call.url(&format!("/{collection}")) }]);
        json!({ "name": name, "collection": collection, "links": links })
    };
    let resources = ["network", "subnet", "subnetpool", "port"].map(resource);
    Ok(Reply::ok(json!({ "resources": resources })))
}
