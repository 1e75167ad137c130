//! Tags: the filters that every resource has by them, and what is done to them one by one.

use serde_json::{Value, json};

use super::attribute::{Attribute, Wrong};
use super::resource::{Resource, touch};
use super::{
    floating_ip, missing, networks, port, router, security_group, subnet, subnet_pool, trunk, value,
};
use crate::call::{Call, Refusal, Reply};
use crate::service::{Handler, Route};
use crate::store::Document;

/// All of these tags.
pub(super) const TAGS: Attribute =
    Attribute::new("tags").filter_by(words, |_, document, lists| has_all(document, lists));
/// Any of these tags.
pub(super) const ANY: Attribute = Attribute::new("tags-any")
    .hidden()
    .filter_by(words, |_, document, lists| has_any(document, lists));
/// Not all of these tags.
pub(super) const NOT: Attribute = Attribute::new("not-tags")
    .hidden()
    .filter_by(words, |_, document, lists| !has_all(document, lists));
/// None of these tags.
pub(super) const NOT_ANY: Attribute = Attribute::new("not-tags-any")
    .hidden()
    .filter_by(words, |_: &Call<'_>, document, lists| !has_any(document, lists));

/// `a,b` as a list.
fn words(value: Value) -> Result<Value, Refusal> {
    Ok(value.as_str().unwrap_or_default().split(',').collect())
}

fn has(document: &Document, tag: &Value) -> bool {
    document.get("tags").as_array().is_some_and(|tags| tags.contains(tag))
}

fn has_all(document: &Document, lists: &[Value]) -> bool {
    lists.iter().filter_map(Value::as_array).flatten().all(|tag| has(document, tag))
}

fn has_any(document: &Document, lists: &[Value]) -> bool {
    lists.iter().filter_map(Value::as_array).flatten().any(|tag| has(document, tag))
}

/// The routes of the tags of these resources.
macro_rules! routes {
    ($($path:literal $resource:expr;)*) => {
        /// What is done to tags one by one.
        pub(super) const ROUTES: &[Route] = &[$(
            Route::get(concat!($path, "/{id}/tags"), Handler::Read(|call| show(call, &$resource))),
            Route::put(concat!($path, "/{id}/tags"), Handler::Write(|call| set(call, &$resource))),
            Route::delete(
                concat!($path, "/{id}/tags"),
                Handler::Write(|call| clear(call, &$resource)),
            ),
            Route::get(
                concat!($path, "/{id}/tags/{tag}"),
                Handler::Read(|call| look(call, &$resource)),
            ),
            Route::put(
                concat!($path, "/{id}/tags/{tag}"),
                Handler::Write(|call| add(call, &$resource)),
            ),
            Route::delete(
                concat!($path, "/{id}/tags/{tag}"),
                Handler::Write(|call| remove(call, &$resource)),
            ),
        )*];
    };
}

routes! {
    "/networks" networks::NETWORKS;
    "/subnets" subnet::SUBNETS;
    "/ports" port::PORTS;
    "/subnetpools" subnet_pool::SUBNET_POOLS;
    "/routers" router::ROUTERS;
    "/floatingips" floating_ip::FLOATING_IPS;
    "/security-groups" security_group::SECURITY_GROUPS;
    "/trunks" trunk::TRUNKS;
}

/// The thing whose tags are meant.
fn find(call: &Call<'_>, resource: &Resource) -> Result<Document, Refusal> {
    let (many, id) = (resource.kind.many, call.segment("id"));
    resource.kind.find(call, id).map_err(|_| {
        let message = format!("Resource {many} {id} could not be found.");
        Refusal::not_found(message).named("TagResourceNotFound")
    })
}

fn tags(document: &Document) -> Vec<Value> {
    document.get("tags").as_array().cloned().unwrap_or_default()
}

/// Keeps the thing with other tags, in their order.
fn keep(call: &Call<'_>, document: &mut Document, mut tags: Vec<Value>) -> Result<(), Refusal> {
    tags.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    document.set("tags", tags);
    touch(call, document);
    Ok(call.transaction.update(document)?)
}

/// `GET /things/{id}/tags`
fn show(call: &mut Call<'_>, resource: &Resource) -> Result<Reply, Refusal> {
    Ok(Reply::ok(json!({ "tags": tags(&find(call, resource)?) })))
}

/// `PUT /things/{id}/tags`: these and no others.
fn set(call: &mut Call<'_>, resource: &Resource) -> Result<Reply, Refusal> {
    let body = std::mem::take(&mut call.body);
    let Some(wanted) = body.get("tags") else {
        return Err(value::invalid("Invalid tags body"));
    };
    let Value::Array(wanted) = wanted else {
        return Err(value::invalid(format!("'{}' is not a list", value::plain(wanted))));
    };
    let mut seen: Vec<&Value> = Vec::new();
    for tag in wanted {
        if seen.contains(&tag) {
            let tag = value::plain(tag);
            return Err(value::invalid(format!("Duplicate items in the list: '{tag}'")));
        }
        seen.push(tag);
    }
    wanted.iter().try_for_each(check)?;
    let mut document = find(call, resource)?;
    let wanted = wanted.clone();
    keep(call, &mut document, wanted)?;
    Ok(Reply::ok(body))
}

fn check(tag: &Value) -> Result<(), Refusal> {
    value::text_255(tag).map_err(|wrong| match wrong {
        Wrong::Reason(reason) => value::invalid(reason),
        Wrong::Refused(refusal) => refusal,
    })
}

/// `DELETE /things/{id}/tags`
fn clear(call: &mut Call<'_>, resource: &Resource) -> Result<Reply, Refusal> {
    let mut document = find(call, resource)?;
    if !tags(&document).is_empty() {
        keep(call, &mut document, Vec::new())?;
    }
    Ok(Reply::empty(204))
}

/// `GET /things/{id}/tags/{tag}`
fn look(call: &mut Call<'_>, resource: &Resource) -> Result<Reply, Refusal> {
    let document = find(call, resource)?;
    if has(&document, &call.segment("tag").into()) {
        return Ok(Reply::empty(204));
    }
    Err(unknown(call))
}

/// `PUT /things/{id}/tags/{tag}`
fn add(call: &mut Call<'_>, resource: &Resource) -> Result<Reply, Refusal> {
    let tag = Value::from(call.segment("tag"));
    check(&tag)?;
    let mut document = find(call, resource)?;
    if !has(&document, &tag) {
        let mut tags = tags(&document);
        tags.push(tag);
        keep(call, &mut document, tags)?;
    }
    // Neutron says that there is nothing to say.
    Ok(Reply { status: 201, ..Reply::written(b"null".to_vec()) })
}

/// `DELETE /things/{id}/tags/{tag}`
fn remove(call: &mut Call<'_>, resource: &Resource) -> Result<Reply, Refusal> {
    let tag = Value::from(call.segment("tag"));
    let mut document = find(call, resource)?;
    if !has(&document, &tag) {
        return Err(unknown(call));
    }
    let mut tags = tags(&document);
    tags.retain(|other| *other != tag);
    keep(call, &mut document, tags)?;
    Ok(Reply::empty(204))
}

fn unknown(call: &Call<'_>) -> Refusal {
    missing("TagNotFound", "Tag", call.segment("tag"))
}
