//! What administrators do with flavors: make them, delete them, and say whose they are.

use serde_json::{Map, Value, json};

use super::FLAVOR;
use crate::call::{Call, Refusal, Reply};
use crate::check::{Member, NAME, Shape, truth};
use crate::compute::name;
use crate::kind;
use crate::seed::new_id;
use crate::store::Document;

pub(in crate::compute) const CREATE: Shape = Shape::Object(&[Member::new(
    "flavor",
    Shape::Object(&[
        Member::new("name", NAME).required(),
        Member::new("ram", count(1)).required(),
        Member::new("vcpus", count(1)).required(),
        Member::new("disk", count(0)).required(),
        Member::new(
            "id",
            Shape::Types(&[ID, Shape::Integer { min: 0, max: i64::MAX }, Shape::Null]),
        ),
        Member::new("OS-FLV-EXT-DATA:ephemeral", count(0)),
        Member::new("swap", count(0)),
        Member::new("rxtx_factor", Shape::Any),
        Member::new("os-flavor-access:is_public", Shape::Boolean),
        Member::new(
            "description",
            Shape::Types(&[Shape::Text { min: 0, max: 65_535 }, Shape::Null]),
        )
        .since(2, 55),
    ]),
)
.required()]);

const ID: Shape = Shape::Pattern {
    pattern: "^(?! )[a-zA-Z0-9. _-]+(?<! )$",
    fits: |id| {
        let is_good = |c: char| c.is_ascii_alphanumeric() || ". _-".contains(c);
        !id.is_empty() && id.trim() == id && id.chars().all(is_good)
    },
    min: 1,
    max: 255,
};

const fn count(min: i64) -> Shape {
    Shape::Integer { min, max: 2_147_483_647 }
}

fn refuse_members(call: &Call<'_>, policy: &str) -> Result<(), Refusal> {
    if call.who.is_admin() {
        return Ok(());
    }
    Err(Refusal::forbidden(format!(
        "Policy doesn't allow os_compute_api:{policy} to be performed."
    )))
}

/// `POST /flavors`
pub(super) fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    refuse_members(call, "os-flavor-manage:create")?;
    kind::create(call, &FLAVOR)
}

pub(super) fn make(call: &mut Call<'_>, body: Map<String, Value>) -> Result<Document, Refusal> {
    name::check(body.get("name"))?;
    let name = body["name"].as_str().unwrap_or_default();
    if !call.transaction.named(FLAVOR.name, name)?.is_empty() {
        return Err(Refusal::conflict(format!("Flavor with name {name} already exists.")));
    }
    let id = match body.get("id") {
        Some(Value::String(id)) if id != "auto" => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => new_id(),
    };
    if call.transaction.find(FLAVOR.name, &id)?.is_some() {
        return Err(Refusal::conflict(format!("Flavor with ID {id} already exists.")));
    }
    let number = |field: &str| body.get(field).and_then(crate::check::integer);
    let fields = json!({
        "name": name, "vcpus": number("vcpus"), "ram": number("ram"), "disk": number("disk"),
        "description": body.get("description"),
        "is_public": body.get("os-flavor-access:is_public").is_none_or(truth),
        "projects": [],
    });
    Ok(Document::of(FLAVOR.name, "", &id, fields))
}

/// `DELETE /flavors/{id}`
pub(super) fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    refuse_members(call, "os-flavor-manage:delete")?;
    kind::delete(call, &FLAVOR)
}

const ACCESS: Shape = Shape::Object(&[Member::new("tenant", Shape::Any).required()]);

/// `POST /flavors/{id}/action`: which projects may use a private flavor.
pub(super) fn change_access(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let body = std::mem::take(&mut call.body);
    let wish = body.as_object().filter(|wish| wish.len() == 1).and_then(|wish| wish.iter().next());
    let (action, argument) = wish.ok_or_else(name::malformed)?;
    let is_added = match action.as_str() {
        "addTenantAccess" => true,
        "removeTenantAccess" => false,
        _ => return Err(Refusal::bad_request(format!("There is no such action: {action}"))),
    };
    let policy = if is_added { "add_tenant_access" } else { "remove_tenant_access" };
    refuse_members(call, &format!("os-flavor-access:{policy}"))?;
    ACCESS
        .check(argument, call.version)
        .map_err(|violation| Refusal::bad_request(violation.message()))?;
    let project = argument["tenant"].as_str().unwrap_or_default();
    if call.transaction.find("project", project)?.is_none() {
        return Err(Refusal::bad_request(format!("Project ID {project} is not a valid project.")));
    }
    let mut flavor = FLAVOR.find(call, call.segment("id"))?;
    if flavor.get("is_public") != false {
        return Err(Refusal::conflict("Can not add access to a public flavor."));
    }
    let mut projects = flavor.get("projects").as_array().cloned().unwrap_or_default();
    let is_there = projects.iter().any(|known| known.as_str() == Some(project));
    match (is_added, is_there) {
        (true, true) => {
            return Err(Refusal::conflict(format!(
                "Flavor access already exists for flavor {} and project {project} combination.",
                flavor.id
            )));
        }
        (false, false) => {
            return Err(Refusal::not_found(format!(
                "Flavor access not found for {} / {project} combination.",
                flavor.id
            )));
        }
        (true, false) => projects.push(project.into()),
        (false, true) => projects.retain(|known| known.as_str() != Some(project)),
    }
    flavor.set("projects", projects);
    call.transaction.update(&flavor)?;
    Ok(Reply::ok(json!({ "flavor_access": access(&flavor) })))
}

/// `GET /flavors/{id}/os-flavor-access`
pub(super) fn list_access(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    refuse_members(call, "os-flavor-access")?;
    let flavor = FLAVOR.find(call, call.segment("id"))?;
    if flavor.get("is_public") != false {
        return Err(Refusal::not_found("Access list not available for public flavors."));
    }
    Ok(Reply::ok(json!({ "flavor_access": access(&flavor) })))
}

fn access(flavor: &Document) -> Vec<Value> {
    let projects = flavor.get("projects").as_array().into_iter().flatten();
    projects.map(|project| json!({ "flavor_id": flavor.id, "tenant_id": project })).collect()
}
