//! Which versions of the service there are.

use serde_json::{Value, json};

use super::catalog;
use crate::call::{Call, Refusal, Reply};
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("", Handler::Read(versions)).open(),
    Route::get("/", Handler::Read(versions)).open(),
    Route::get("/healthcheck", Handler::Read(health)).door(),
    Route::get("/v2/octavia/amphorae", catalog::AMPHORAE),
    Route::get("/v2.0/octavia/amphorae", catalog::AMPHORAE),
];

pub(super) const OF_THIS: &[Route] =
    &[Route::get("", Handler::Read(version)), Route::get("/", Handler::Read(version))];

/// When each minor version came.
const CAME: &[&str] = &[
    "2016-12-11T00:00:00Z",
    "2018-04-20T00:00:00Z",
    "2018-07-31T00:00:00Z",
    "2018-12-18T00:00:00Z",
    "2018-12-19T00:00:00Z",
    "2019-01-21T00:00:00Z",
    "2019-01-25T00:00:00Z",
    "2018-01-25T12:00:00Z",
    "2019-02-12T00:00:00Z",
    "2019-03-04T00:00:00Z",
    "2019-03-05T00:00:00Z",
    "2019-06-24T00:00:00Z",
    "2019-09-11T00:00:00Z",
    "2019-09-13T00:00:00Z",
    "2019-11-10T00:00:00Z",
    "2020-03-10T00:00:00Z",
    "2020-03-15T00:00:00Z",
    "2020-04-29T00:00:00Z",
    "2020-04-29T01:00:00Z",
    "2020-05-12T00:00:00Z",
    "2020-08-02T00:00:00Z",
    "2020-09-03T00:00:00Z",
    "2020-09-04T00:00:00Z",
    "2020-09-07T00:00:00Z",
    "2020-10-15T00:00:00Z",
    "2021-10-02T00:00:00Z",
    "2022-08-29T00:00:00Z",
];

/// `GET /`
fn versions(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let links = json!([{
        "rel": "self", "href": format!("{}{}/v2", call.origin, call.service.home),
    }]);
    let version = |(minor, came): (usize, &&str)| {
        let status = if minor + 1 == CAME.len() { "CURRENT" } else { "SUPPORTED" };
        json!({ "id": format!("v2.{minor}"), "status": status, "updated": came, "links": links })
    };
    let versions: Value = CAME.iter().enumerate().map(version).collect();
    Ok(Reply::ok(json!({ "versions": versions })))
}

/// `GET /healthcheck`: whether the service is well. It is, if it answers.
fn health(_: &mut Call<'_>) -> Result<Reply, Refusal> {
    Ok(Reply::ok(json!({ "detailed": false, "reasons": [] })))
}

/// `GET /v2`
fn version(_: &mut Call<'_>) -> Result<Reply, Refusal> {
    Ok(Reply::ok("v2".into()))
}
