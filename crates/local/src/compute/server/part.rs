//! Parts of an instance that have an address of their own: metadata, tags, addresses.

use serde_json::{Map, Value, json};

use super::{SERVER, network, shape};
use crate::call::{Call, Refusal, Reply};
use crate::check::{Member, Shape, python};
use crate::network as neutron;
use crate::store::Document;

fn server(call: &Call<'_>) -> Result<Document, Refusal> {
    SERVER.find(call, call.segment("id"))
}

/// `GET /servers/{id}/ips`
pub(super) fn addresses(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let addresses = network::plain(server(call)?.get("addresses"));
    Ok(Reply::ok(json!({ "addresses": addresses })))
}

/// `GET /servers/{id}/ips/{network}`
pub(super) fn addresses_of(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let addresses = network::plain(server(call)?.get("addresses"));
    let name = call.segment("network");
    let of_network = addresses.get(name).cloned();
    let of_network = of_network
        .ok_or_else(|| Refusal::not_found("Instance is not a member of specified network"))?;
    Ok(Reply::ok(json!({ name: of_network })))
}

/// `GET /servers/{id}/os-security-groups`
pub(super) fn security_groups(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = server(call)?;
    let mut groups = Vec::new();
    for group in neutron::security_groups_of(call, &server.id)? {
        groups.push(json!({
            "id": group.id,
            "description": group.get("description"),
            "name": group.get("name"),
            "tenant_id": group.owner,
            "rules": rules(call, &group)?,
        }));
    }
    Ok(Reply::ok(json!({ "security_groups": groups })))
}

/// The rules of a group as Nova had them when it kept them itself: only those that let in.
fn rules(call: &Call<'_>, group: &Document) -> Result<Vec<Value>, Refusal> {
    let rules = neutron::rules_of_group(call.transaction, &group.id)?;
    let mut shown = Vec::new();
    for rule in rules.iter().filter(|rule| rule.text("direction") == "ingress") {
        let remote = call.transaction.find("security_group", rule.text("remote_group_id"))?;
        let from = match remote {
            Some(remote) => json!({ "name": remote.get("name"), "tenant_id": remote.owner }),
            None => json!({}),
        };
        let range = match rule.get("remote_ip_prefix").as_str() {
            Some(cidr) => json!({ "cidr": cidr }),
            None if rule.get("remote_group_id").is_null() => json!({ "cidr": "0.0.0.0/0" }),
            None => json!({}),
        };
        shown.push(json!({
            "id": rule.id,
            "parent_group_id": group.id,
            "ip_protocol": rule.get("protocol"),
            "from_port": rule.get("port_range_min"),
            "to_port": rule.get("port_range_max"),
            "group": from,
            "ip_range": range,
        }));
    }
    Ok(shown)
}

const METADATA: Shape = Shape::Object(&[Member::new("metadata", shape::METADATA).required()]);
const META: Shape = Shape::Object(&[Member::new("meta", shape::METADATA).required()]);
const TAGS: Shape = Shape::Object(&[Member::new("tags", shape::TAGS).required()]);

/// `GET /servers/{id}/metadata`
pub(super) fn metadata(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    Ok(Reply::ok(json!({ "metadata": server(call)?.get("metadata") })))
}

/// `PUT /servers/{id}/metadata`
pub(super) fn replace_metadata(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    set_all_metadata(call, Map::new())
}

/// `POST /servers/{id}/metadata`
pub(super) fn extend_metadata(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let before = server(call)?.get("metadata").as_object().cloned();
    set_all_metadata(call, before.unwrap_or_default())
}

fn set_all_metadata(call: &mut Call<'_>, mut all: Map<String, Value>) -> Result<Reply, Refusal> {
    (call.service.check)(call, &METADATA)?;
    let mut server = server(call)?;
    if let Value::Object(new) = call.body["metadata"].take() {
        all.extend(new);
    }
    keep_metadata(call, &mut server, all.clone())?;
    Ok(Reply::ok(json!({ "metadata": all })))
}

fn keep_metadata(
    call: &Call<'_>,
    server: &mut Document,
    metadata: Map<String, Value>,
) -> Result<(), Refusal> {
    let limit = crate::quota::limit(call, "metadata_items")?;
    if i64::try_from(metadata.len()).is_ok_and(|count| count > limit && limit >= 0) {
        return Err(Refusal::forbidden(format!(
            "Maximum number of metadata items exceeds {limit}"
        )));
    }
    server.set("metadata", metadata);
    Ok(call.transaction.update(server)?)
}

fn no_such_item() -> Refusal {
    Refusal::not_found("Metadata item was not found")
}

/// `GET /servers/{id}/metadata/{key}`
pub(super) fn one_of_metadata(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = server(call)?;
    let key = call.segment("key");
    let value = server.get("metadata").get(key).ok_or_else(no_such_item)?;
    Ok(Reply::ok(json!({ "meta": { key: value } })))
}

/// `PUT /servers/{id}/metadata/{key}`
pub(super) fn set_metadata(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    (call.service.check)(call, &META)?;
    let mut server = server(call)?;
    let Value::Object(meta) = call.body["meta"].take() else { return Err(no_such_item()) };
    if meta.len() != 1 {
        let count = if meta.is_empty() { "does not have enough" } else { "has too many" };
        let meta = python(&meta.into());
        return Err(Refusal::bad_request(format!(
            "Invalid input for field/attribute meta. Value: {meta}. {meta} {count} properties"
        )));
    }
    if !meta.contains_key(call.segment("key")) {
        return Err(Refusal::bad_request("Request body and URI mismatch"));
    }
    let mut all = server.get("metadata").as_object().cloned().unwrap_or_default();
    all.extend(meta.clone());
    keep_metadata(call, &mut server, all)?;
    Ok(Reply::ok(json!({ "meta": meta })))
}

/// `DELETE /servers/{id}/metadata/{key}`
pub(super) fn remove_metadata(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut server = server(call)?;
    let mut all = server.get("metadata").as_object().cloned().unwrap_or_default();
    all.shift_remove(call.segment("key")).ok_or_else(no_such_item)?;
    keep_metadata(call, &mut server, all)?;
    Ok(Reply::empty(204))
}

fn tags_of(server: &Document) -> Vec<String> {
    let tags = server.get("tags").as_array().into_iter().flatten();
    tags.filter_map(Value::as_str).map(str::to_string).collect()
}

fn keep_tags(call: &Call<'_>, mut tags: Vec<String>) -> Result<Vec<String>, Refusal> {
    let mut server = server(call)?;
    tags.sort();
    tags.dedup();
    server.set("tags", tags.clone());
    call.transaction.update(&server)?;
    Ok(tags)
}

/// `GET /servers/{id}/tags`
pub(super) fn tags(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let id = call.segment("id");
    let server = SERVER.find(call, id).map_err(|_| super::action::nowhere(id))?;
    Ok(Reply::ok(json!({ "tags": server.get("tags") })))
}

/// `PUT /servers/{id}/tags`
pub(super) fn replace_tags(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    (call.service.check)(call, &TAGS)?;
    let tags = call.body["tags"].as_array().into_iter().flatten();
    let tags = tags.filter_map(Value::as_str).map(str::to_string).collect();
    Ok(Reply::ok(json!({ "tags": keep_tags(call, tags)? })))
}

/// `DELETE /servers/{id}/tags`
pub(super) fn clear_tags(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    keep_tags(call, Vec::new())?;
    Ok(Reply::empty(204))
}

fn no_such_tag(call: &Call<'_>, what: &str) -> Refusal {
    let (id, tag) = (call.segment("id"), call.segment("tag"));
    Refusal::not_found(format!("{what} {id} has no tag '{tag}'"))
}

/// `GET /servers/{id}/tags/{tag}`
pub(super) fn has_tag(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    if tags_of(&server(call)?).iter().any(|tag| tag == call.segment("tag")) {
        return Ok(Reply::empty(204));
    }
    Err(no_such_tag(call, "Server"))
}

/// `PUT /servers/{id}/tags/{tag}`
pub(super) fn add_tag(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = server(call)?;
    let tag = call.segment("tag").to_string();
    let mut tags = tags_of(&server);
    // Of these two answers Nova does not say the type, and its framework takes its own.
    let page = "text/html; charset=UTF-8";
    if tags.contains(&tag) {
        return Ok(Reply::empty(204).header("content-type", page));
    }
    shape::TAG
        .check(&tag.clone().into(), call.version)
        .map_err(|violation| Refusal::bad_request(violation.message()))?;
    tags.push(tag.clone());
    keep_tags(call, tags)?;
    let address = call.url(&format!("/servers/{}/tags/{tag}", server.id));
    Ok(Reply::empty(201).header("location", address).header("content-type", page))
}

/// `DELETE /servers/{id}/tags/{tag}`
pub(super) fn remove_tag(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut tags = tags_of(&server(call)?);
    let before = tags.len();
    tags.retain(|tag| tag != call.segment("tag"));
    if tags.len() == before {
        return Err(no_such_tag(call, "Instance"));
    }
    keep_tags(call, tags)?;
    Ok(Reply::empty(204))
}
