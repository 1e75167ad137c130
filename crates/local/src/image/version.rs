//! Which versions of the service there are.

use serde_json::{Value, json};

use crate::call::{Call, Refusal, Reply};
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("", Handler::Read(choices)).door(),
    Route::get("/", Handler::Read(choices)).door(),
    Route::get("/versions", Handler::Read(all)).door(),
    Route::get("/versions/", Handler::Read(all)).door(),
    Route::get("/v2", Handler::Read(nothing)),
];

/// Whatever is asked of a version that there is not.
pub(super) static ELSEWHERE: Route = Route::get("", Handler::Read(choices)).door();

/// All have the same address: they differ in what the documentation says.
const VERSIONS: &[&str] = &[
    "2.15", "2.13", "2.12", "2.11", "2.10", "2.9", "2.8", "2.7", "2.6", "2.5", "2.4", "2.3", "2.2",
    "2.1", "2.0",
];

fn versions(call: &Call<'_>) -> Value {
    let links = json!([{ "rel": "self", "href": call.url("/") }]);
    let version = |(index, version): (usize, &&str)| {
        let status = if index == 0 { "CURRENT" } else { "SUPPORTED" };
        json!({ "id": format!("v{version}"), "status": status, "links": links })
    };
    json!({ "versions": VERSIONS.iter().enumerate().map(version).collect::<Value>() })
}

/// `GET /`
fn choices(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    Ok(Reply::new(300, versions(call)))
}

/// `GET /versions`
fn all(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    Ok(Reply::ok(versions(call)))
}

/// `GET /v2`: there is nothing; Glance sends one on to find that out.
fn nothing(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let reply = Reply::empty(302).header("location", call.url("/"));
    Ok(reply.header("content-type", "text/plain; charset=utf8"))
}
