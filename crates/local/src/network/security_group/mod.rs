//! Security groups: which traffic the ports with them let through.

mod protocol;
pub(super) mod rule;

use serde_json::{Map, Value, json};

use super::attribute::{Attribute, Wrong, fields};
use super::networks::{empty, yes};
use super::resource::{self, Resource};
use super::{claim, listing, tags, value};
use crate::call::{Call, Refusal, Reply};
use crate::kind::{Field, Kind};
use crate::service::{Handler, Route};
use crate::store::{Document, Transaction};
use crate::time::Moment;
use rule::RULE;

pub(super) const ROUTES: &[Route] = &[
    // The first look at them makes the default group: a list may write.
    Route::get("/security-groups", Handler::Write(list)),
    Route::post("/security-groups", Handler::Write(|call| SECURITY_GROUPS.create(call))),
    Route::get("/security-groups/{id}", Handler::Read(|call| SECURITY_GROUPS.show(call))),
    Route::put("/security-groups/{id}", Handler::Write(|call| SECURITY_GROUPS.update(call))),
    Route::delete("/security-groups/{id}", Handler::Write(|call| SECURITY_GROUPS.delete(call))),
];

const ATTRIBUTES: &[Attribute] = &[
    Attribute::id(),
    Attribute::new("name").or(empty).put().validate(name).filter().sort(),
    Attribute::new("stateful").or(yes).put().convert(value::boolean),
    Attribute::owner("tenant_id"),
    Attribute::new("description").or(empty).put().validate(value::text_255).filter(),
    Attribute::made("shared", |_, _| false.into()).convert(value::boolean).filter(),
    Attribute::made("security_group_rules", rules),
    tags::TAGS,
    tags::ANY,
    tags::NOT,
    tags::NOT_ANY,
    Attribute::new("created_at"),
    Attribute::new("updated_at"),
    Attribute::new("revision_number").filter(),
    Attribute::owner("project_id"),
];

static FIELDS: [Field; ATTRIBUTES.len()] = fields(ATTRIBUTES);

pub(super) static SECURITY_GROUPS: Resource = Resource {
    kind: resource::kind(
        "security_group",
        "security_groups",
        "/security-groups",
        &FIELDS,
        missing_group,
    ),
    attributes: ATTRIBUTES,
    older: true,
    strict_marker: false,
    index: None,
    create,
    update,
    delete,
};

pub(super) static SECURITY_GROUP: &Kind = &SECURITY_GROUPS.kind;

/// The name of the group that every project has.
const DEFAULT: &str = "default";

fn missing_group(id: &str) -> Refusal {
    Refusal::not_found(format!("Security group {id} does not exist")).named("SecurityGroupNotFound")
}

fn name(value: &Value) -> Result<(), Wrong> {
    value::text_255(value)?;
    if value.as_str().is_some_and(|name| name.eq_ignore_ascii_case(DEFAULT)) {
        return Err(Wrong::Refused(
            Refusal::conflict("Default security group already exists.")
                .named("SecurityGroupDefaultAlreadyExists"),
        ));
    }
    Ok(())
}

/// The rules as they stand in their group: with tags, and the number that their row has.
fn rules(call: &Call<'_>, group: &Document) -> Value {
    let rules = rule::of_group(call.transaction, &group.id).unwrap_or_default();
    let view = |rule: &Document| {
        let mut view = RULE.view(call, rule);
        view["tags"] = json!([]);
        view["standard_attr_id"] = rule.get("number").clone();
        view
    };
    rules.iter().map(view).collect()
}

fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    ensure_default(call.transaction, &call.who.project, call.now)?;
    listing::list(call, &SECURITY_GROUPS)
}

/// A group of the project.
pub(super) fn find_of(call: &Call<'_>, project: &str, id: &str) -> Result<Document, Refusal> {
    let found = call.transaction.find(SECURITY_GROUP.name, id)?;
    found
        .filter(|group| group.owner == project || call.who.is_admin())
        .ok_or_else(|| missing_group(id))
}

/// The group that a project's ports have if nothing else is said; made when it is first needed.
pub(super) fn ensure_default(
    transaction: &Transaction<'_>,
    project: &str,
    now: Moment,
) -> rusqlite::Result<Document> {
    let named = transaction.named(SECURITY_GROUP.name, DEFAULT)?;
    if let Some(found) = named.into_iter().find(|group| group.owner == project) {
        return Ok(found);
    }
    let fields = json!({
        "name": DEFAULT, "stateful": true, "description": "Default security group",
    });
    keep(transaction, project, now, fields.as_object().cloned().unwrap_or_default())
}

/// Keeps a new group, with rules that let its ports talk to the world; those of the default group
/// talk to each other, too.
fn keep(
    transaction: &Transaction<'_>,
    project: &str,
    now: Moment,
    fields: Map<String, Value>,
) -> rusqlite::Result<Document> {
    let group = resource::document(SECURITY_GROUP, project, now, 1, fields);
    transaction.insert(&group)?;
    for ethertype in ["IPv4", "IPv6"] {
        if group.text("name") == DEFAULT {
            rule::open(transaction, &group, "ingress", ethertype, Some(&group.id), now)?;
        }
        rule::open(transaction, &group, "egress", ethertype, None, now)?;
    }
    Ok(group)
}

fn create(call: &Call<'_>, project: &str, body: Map<String, Value>) -> Result<Document, Refusal> {
    ensure_default(call.transaction, project, call.now)?;
    Ok(keep(call.transaction, project, call.now, body)?)
}

fn update(call: &Call<'_>, group: &mut Document, body: Map<String, Value>) -> Result<(), Refusal> {
    if body.get("stateful").is_some_and(|wish| wish != group.get("stateful")) {
        check_unused(call, group)?;
    }
    if group.text("name") == DEFAULT && body.contains_key("name") {
        return Err(Refusal::conflict("Updating default security group not allowed.")
            .named("SecurityGroupCannotUpdateDefault"));
    }
    group.fields.extend(body);
    Ok(())
}

fn check_unused(call: &Call<'_>, group: &Document) -> Result<(), Refusal> {
    if call.transaction.count(claim::MEMBER, &group.id)? == 0 {
        return Ok(());
    }
    let message = format!("Security Group {} in use.", group.id);
    Err(Refusal::conflict(message).named("SecurityGroupInUse"))
}

fn delete(call: &Call<'_>, group: &Document) -> Result<(), Refusal> {
    check_unused(call, group)?;
    if group.text("name") == DEFAULT && !call.who.is_admin() {
        return Err(Refusal::conflict("Insufficient rights for removing default security group.")
            .named("SecurityGroupCannotRemoveDefault"));
    }
    for rule in rule::about_group(call.transaction, &group.id)? {
        rule::remove(call.transaction, &rule)?;
    }
    Ok(call.transaction.remove(group)?)
}
