//! Trunks: ports over which the traffic of other ports comes, each with a number of its own.

use serde_json::{Map, Value, json};

use super::attribute::{Attribute, Wrong, fields};
use super::networks::{empty, yes};
use super::port::PORT;
use super::resource::{self, Resource};
use super::{listing, missing, tags, value};
use crate::call::{Call, Refusal, Reply};
use crate::check::python;
use crate::kind::Field;
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/trunks", Handler::Read(|call| listing::list(call, &TRUNKS))),
    Route::post("/trunks", Handler::Write(|call| TRUNKS.create(call))),
    Route::get("/trunks/{id}", Handler::Read(|call| TRUNKS.show(call))),
    Route::put("/trunks/{id}", Handler::Write(|call| TRUNKS.update(call))),
    Route::delete("/trunks/{id}", Handler::Write(|call| TRUNKS.delete(call))),
    Route::get("/trunks/{id}/get_subports", Handler::Read(subports)),
];

/// The trunk whose parent a port is, as the port's document has it.
const PARENT_OF: &str = "parent_of";
/// The trunk that a port is part of.
const PART_OF: &str = "part_of";

const ATTRIBUTES: &[Attribute] = &[
    Attribute::new("admin_state_up").or(yes).put().convert(value::boolean).filter().sort(),
    Attribute::id(),
    Attribute::owner("project_id"),
    Attribute::new("name").or(empty).put().validate(value::text_255).filter().sort(),
    Attribute::new("port_id").required().validate(value::uuid).filter().sort(),
    Attribute::new("status").sort(),
    Attribute::new("sub_ports").or(|| json!([])).validate(sub_ports),
    Attribute::new("revision_number").filter(),
    Attribute::new("description").or(empty).put().validate(value::text_255).filter(),
    Attribute::new("created_at"),
    Attribute::new("updated_at"),
    Attribute::owner("tenant_id"),
    tags::TAGS,
    tags::ANY,
    tags::NOT,
    tags::NOT_ANY,
];

static FIELDS: [Field; ATTRIBUTES.len()] = fields(ATTRIBUTES);

pub(super) static TRUNKS: Resource = Resource {
    kind: resource::kind("trunk", "trunks", "/trunks", &FIELDS, |id| {
        missing("TrunkNotFound", "Trunk", id)
    }),
    attributes: ATTRIBUTES,
    older: false,
    strict_marker: false,
    index: None,
    create,
    update: |_, trunk, body| {
        trunk.fields.extend(body);
        Ok(())
    },
    delete,
};

fn sub_ports(value: &Value) -> Result<(), Wrong> {
    let reason = |reason: String| Err(Wrong::Reason(reason));
    let Value::Array(wishes) = value else {
        let value = value::plain(value);
        return reason(format!("Invalid data format for subports: '{value}' is not a list"));
    };
    for (index, wish) in wishes.iter().enumerate() {
        let id = &wish["port_id"];
        value::uuid(id)?;
        if wishes[..index].iter().any(|other| other["port_id"] == *id) {
            return reason(format!("Non unique UUID for subport: '{}'", value::plain(id)));
        }
    }
    Ok(())
}

fn create(
    call: &Call<'_>,
    project: &str,
    mut body: Map<String, Value>,
) -> Result<Document, Refusal> {
    body.insert("status".into(), "DOWN".into());
    let mut parent = PORT.find(call, body["port_id"].as_str().unwrap_or_default())?;
    let mut trunk = resource::document(&TRUNKS.kind, project, call.now, 0, body);
    if is_part(&parent) {
        return Err(in_use(&parent));
    }
    let parts = trunk.get("sub_ports").as_array().cloned().unwrap_or_default();
    let is_own = parts.iter().any(|part| part["port_id"] == *parent.id);
    if is_own || is_parent(&parent) {
        let message = format!(
            "Port {} is currently in use and is not eligible for use as a parent port.",
            parent.id
        );
        return Err(Refusal::conflict(message).named("ParentPortInUse"));
    }
    let mut kept = Vec::new();
    for part in &parts {
        let mut port = PORT.find(call, part["port_id"].as_str().unwrap_or_default())?;
        kept.push(check_part(part)?);
        if is_part(&port) || is_parent(&port) {
            return Err(in_use(&port));
        }
        port.set(PART_OF, trunk.id.clone());
        call.transaction.update(&port)?;
    }
    trunk.set("sub_ports", kept);
    parent.set(PARENT_OF, trunk.id.clone());
    call.transaction.update(&parent)?;
    call.transaction.insert(&trunk)?;
    Ok(trunk)
}

/// A part as it is kept.
fn check_part(part: &Value) -> Result<Value, Refusal> {
    let (kind, id) = (&part["segmentation_type"], &part["segmentation_id"]);
    if kind.is_null() || id.is_null() {
        return Err(value::invalid(format!(
            "Invalid subport details '{}': missing segmentation information. Must specify both \
             segmentation_id and segmentation_type",
            python(part)
        )));
    }
    if *kind != "vlan" {
        return Err(value::invalid(format!("Unknown segmentation_type '{}'", value::plain(kind))));
    }
    let id = value::integer(id.clone())?;
    if !(1..=4094).contains(&id.as_i64().unwrap_or_default()) {
        return Err(value::invalid(format!("Segmentation ID '{id}' is not in range")));
    }
    Ok(json!({
        "port_id": part["port_id"], "segmentation_type": "vlan", "segmentation_id": id,
    }))
}

fn in_use(port: &Document) -> Refusal {
    Refusal::conflict(format!("Port {} is in use by another trunk.", port.id))
        .named("TrunkPortInUse")
}

fn delete(call: &Call<'_>, trunk: &Document) -> Result<(), Refusal> {
    let parts = trunk.get("sub_ports").as_array().into_iter().flatten();
    let parts = parts.map(|part| part["port_id"].as_str().unwrap_or_default());
    for id in parts.chain([trunk.text("port_id")]) {
        let Some(mut port) = call.transaction.find(PORT.name, id)? else { continue };
        for role in [PARENT_OF, PART_OF] {
            port.fields.shift_remove(role);
        }
        call.transaction.update(&port)?;
    }
    Ok(call.transaction.remove(trunk)?)
}

/// `GET /trunks/{id}/get_subports`
fn subports(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let trunk = TRUNKS.kind.find(call, call.segment("id"))?;
    Ok(Reply::wrapped(200, "sub_ports", trunk.get("sub_ports").clone()))
}

/// Whether a trunk goes over the port.
pub(super) fn is_parent(port: &Document) -> bool {
    !port.text(PARENT_OF).is_empty()
}

fn is_part(port: &Document) -> bool {
    !port.text(PART_OF).is_empty()
}

/// `trunk_details` of a port.
pub(super) fn details(call: &Call<'_>, port: &Document) -> Value {
    let id = port.text(PARENT_OF);
    let Ok(Some(trunk)) = call.transaction.find(TRUNKS.kind.name, id) else { return Value::Null };
    let parts = trunk.get("sub_ports").as_array().cloned().unwrap_or_default();
    let full = |mut part: Value| {
        let id = part["port_id"].as_str().unwrap_or_default();
        let port = call.transaction.find(PORT.name, id).ok().flatten();
        part["mac_address"] = port.map(|port| port.get("mac_address").clone()).unwrap_or_default();
        part
    };
    json!({ "trunk_id": id, "sub_ports": parts.into_iter().map(full).collect::<Vec<_>>() })
}

/// Refuses the deletion of a port that a trunk needs.
pub(super) fn check_port(port: &Document) -> Result<(), Refusal> {
    let refuse = |name: &'static str, what: &str, trunk: &str| {
        let message = format!("Port {} is currently a {what} for trunk {trunk}.", port.id);
        Err(Refusal::conflict(message).named(name))
    };
    if is_parent(port) {
        return refuse("PortInUseAsTrunkParent", "parent port", port.text(PARENT_OF));
    }
    if is_part(port) {
        return refuse("PortInUseAsSubPort", "subport", port.text(PART_OF));
    }
    Ok(())
}
