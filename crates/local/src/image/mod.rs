//! Image (Glance): what instances boot from, and the data of it.
//!
//! An image is a document; its data is a file of the folder, under the image's id, and is never
//! inside a transaction. While data arrives it is in a file beside, which takes its name just
//! before the image becomes active. An upload that broke off, or whose process was killed, leaves
//! an image that is queued again.

mod action;
mod download;
mod kind;
mod member;
mod patch;
mod query;
mod range;
mod schema;
mod seed;
mod snapshot;
mod store;
mod upload;
mod version;

use axum::body::Body as HttpBody;
use axum::http::Method;
use axum::response::Response;
use serde_json::Value;

use crate::answer::write_reply;
use crate::call::{Call, Refusal, Reply};
use crate::http::{Asked, aside};
use crate::service::{Body, Service, Stream, as_page, check_schema};
use crate::store::Document;

use kind::IMAGE;
pub(crate) use seed::seed;
pub(crate) use snapshot::snapshot;

pub(crate) static SERVICE: Service = Service {
    kind: "image",
    name: "glance",
    home: "/image",
    path: "/image/v2",
    aliases: &[],
    listed: "/image",
    microversions: None,
    check: check_schema,
    not_json: None,
    malformed: || Refusal::bad_request("Malformed JSON in request body."),
    refusal,
    over_quota: |name, _, limit| {
        Refusal::new(413, format!("The limit of {limit} {name} is reached."))
    },
    path_first: false,
    answers_head: false,
    wrong_method,
    no_route: as_page,
    elsewhere: Some(&version::ELSEWHERE),
    type_of_nothing: None,
    ids_for_known: true,
    request_id: &["x-openstack-request-id"],
    vary: &[],
    versions: version::ROUTES,
    routes: &[kind::ROUTES, action::ROUTES, member::ROUTES, schema::ROUTES, store::ROUTES],
};

fn wrong_method(method: &Method, known: &[&str]) -> Refusal {
    Refusal::new(405, format!("The method {method} is not allowed for this resource. "))
        .header("allow", known.join(", "))
}

/// The type of an answer that has no body, as Glance states it.
const NO_BODY: &str = "text/html; charset=UTF-8";

fn refusal(refusal: &Refusal) -> Body {
    if refusal.status != 401 {
        return as_page(refusal);
    }
    as_page(&Refusal::new(
        401,
        "This server could not verify that you are authorized to access the document you \
         requested. Either you supplied the wrong credentials (e.g., bad password), or your browser \
         does not understand how to supply the credentials required.",
    ))
}

/// What is done beside the transaction, because a file is in it.
pub(crate) async fn stream(
    what: Stream,
    asked: Asked,
    body: HttpBody,
) -> Result<Response, Refusal> {
    match what {
        Stream::Upload => {
            upload::receive(asked, body).await.map(|reply| write_reply(&SERVICE, reply))
        }
        Stream::Download => aside(move || download::send(asked)).await,
        Stream::Discard => {
            aside(move || kind::delete(asked)).await.map(|reply| write_reply(&SERVICE, reply))
        }
    }
}

/// The image with this id, if the caller may boot it: compute looks at its `status`, `min_disk`,
/// `min_ram`, `size` and `properties`.
pub(crate) fn find_for_boot(call: &Call<'_>, id: &str) -> Result<Option<Document>, Refusal> {
    let image = call.transaction.find(IMAGE.name, id)?;
    Ok(image.filter(|image| IMAGE.is_visible(call, image)))
}

/// The body: an object or a list.
fn body_of(call: &mut Call<'_>) -> Result<Value, Refusal> {
    match std::mem::take(&mut call.body) {
        Value::Null => Err(Refusal::bad_request("Body expected in request.")),
        body @ (Value::Object(_) | Value::Array(_)) => Ok(body),
        _ => Err(Refusal::bad_request("Unexpected body type. Expected list/dict.")),
    }
}

/// Refuses a body where there should be none.
fn without_body(call: &Call<'_>) -> Result<(), Refusal> {
    let length = call.headers.get("content-length").and_then(|length| length.to_str().ok());
    if length.unwrap_or("0") == "0" {
        return Ok(());
    }
    Err(Refusal::bad_request("A body is not expected with this request."))
}

/// The image of the path; `missing` says that there is none.
fn find(call: &Call<'_>, missing: fn(&str) -> String) -> Result<Document, Refusal> {
    let id = call.segment("id");
    IMAGE.find(call, id).map_err(|refusal| match refusal.status {
        404 => Refusal::not_found(missing(id)),
        _ => refusal,
    })
}

/// Whether the caller may change the image.
fn is_owner(call: &Call<'_>, image: &Document) -> bool {
    call.who.is_admin() || image.get("owner") == call.who.project.as_str()
}

fn check_owner(call: &Call<'_>, image: &Document) -> Result<(), Refusal> {
    if is_owner(call, image) {
        return Ok(());
    }
    Err(Refusal::forbidden("You do not own this image"))
}

/// A success that has nothing to say.
fn done() -> Reply {
    Reply::empty(204).header("content-type", NO_BODY)
}

/// A 403 of the longer form.
fn denied(detail: impl Into<String>) -> Refusal {
    Refusal::forbidden("Access was denied to this resource.").detail(detail)
}

/// A body of a type that is not taken here.
fn wrong_type(kind: &str) -> Refusal {
    let message = format!("The request media type {kind} is not supported by this server.\n");
    Refusal::new(415, message)
}

/// Where Glance itself fails.
fn broken() -> Refusal {
    let message =
        "The server has either erred or is incapable of performing the requested operation.";
    Refusal::new(500, message)
}
