//! Rules of security groups.

use serde_json::{Map, Value, json};

use super::{SECURITY_GROUP, protocol};
use crate::call::{Call, Refusal, Reply};
use crate::kind::{Field, Kind};
use crate::network::attribute::{Attribute, Wrong, fields};
use crate::network::networks::empty;
use crate::network::resource::{self, Resource};
use crate::network::{listing, missing, value};
use crate::seed::insert;
use crate::service::{Handler, Route};
use crate::store::{Document, Transaction};
use crate::time::Moment;

pub(in crate::network) const ROUTES: &[Route] = &[
    Route::get("/security-group-rules", Handler::Write(list)),
    Route::post("/security-group-rules", Handler::Write(create_all)),
    Route::get(
        "/security-group-rules/{id}",
        Handler::Read(|call| own(call, |call| RULES.show(call))),
    ),
    Route::put("/security-group-rules/{id}", Handler::Write(|call| RULES.update(call))),
    Route::delete(
        "/security-group-rules/{id}",
        Handler::Write(|call| own(call, |call| RULES.delete(call))),
    ),
];

/// Which rules a group has: a document of the group for each.
const OF_GROUP: &str = "network:group_rule";
/// Which rules let a group's members through.
const ABOUT_GROUP: &str = "network:group_remote";

const ATTRIBUTES: &[Attribute] = &[
    Attribute::id(),
    Attribute::owner("tenant_id"),
    Attribute::new("security_group_id").required().validate(value::text_36).filter().sort(),
    Attribute::new("ethertype").or(|| "IPv4".into()).convert(protocol::ethertype).filter().sort(),
    Attribute::new("direction").required().validate(direction).filter().sort(),
    Attribute::new("protocol").or(null).convert(protocol::protocol).filter().sort(),
    Attribute::new("port_range_min").or(null).convert(protocol::port).filter().sort(),
    Attribute::new("port_range_max").or(null).convert(protocol::port).filter().sort(),
    Attribute::new("remote_ip_prefix").or(null).convert(protocol::prefix).filter().sort(),
    Attribute::made("remote_address_group_id", |_, _| Value::Null).or(null).filter().sort(),
    Attribute::made("normalized_cidr", |_, rule| {
        let prefix = value::network(rule.text("remote_ip_prefix"));
        prefix.map_or(Value::Null, |prefix| prefix.trunc().to_string().into())
    })
    .filter()
    .sort(),
    Attribute::new("remote_group_id").or(null).filter().sort(),
    Attribute::new("description").or(empty).put().validate(value::text_255).filter(),
    Attribute::new("created_at"),
    Attribute::new("updated_at"),
    Attribute::new("revision_number").filter(),
    Attribute::owner("project_id"),
];

static FIELDS: [Field; ATTRIBUTES.len()] = fields(ATTRIBUTES);

static RULES: Resource = Resource {
    kind: resource::kind(
        "security_group_rule",
        "security_group_rules",
        "/security-group-rules",
        &FIELDS,
        |id| {
            Refusal::not_found(format!("Security group rule {id} does not exist"))
                .named("SecurityGroupRuleNotFound")
        },
    ),
    attributes: ATTRIBUTES,
    older: true,
    strict_marker: false,
    index: Some(("security_group_id", |call, id| Ok(of_group(call.transaction, id)?))),
    create,
    // A rule is never changed: where its attributes do not forbid it, Neutron stumbles.
    update: |_, _, _| Err(value::internal()),
    delete: |call, rule| {
        touch_group(call, rule)?;
        Ok(remove(call.transaction, rule)?)
    },
};

pub(super) static RULE: &Kind = &RULES.kind;

fn null() -> Value {
    Value::Null
}

fn direction(value: &Value) -> Result<(), Wrong> {
    value::one_of(value, &["ingress", "egress"])
}

fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    super::ensure_default(call.transaction, &call.who.project, call.now)?;
    listing::list(call, &RULES)
}

/// Lets `serve` answer, unless the rule is another project's: then Neutron does not say what it is
/// that is not there.
fn own(
    call: &mut Call<'_>,
    serve: fn(&mut Call<'_>) -> Result<Reply, Refusal>,
) -> Result<Reply, Refusal> {
    let rule = call.transaction.find(RULE.name, call.segment("id"))?;
    if rule.is_some_and(|rule| !RULE.is_visible(call, &rule)) {
        return Err(Refusal::not_found("The resource could not be found."));
    }
    serve(call)
}

/// `POST /security-group-rules`: several at once have to be of one group.
fn create_all(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let rules = call.body[RULE.many].as_array().map_or(&[][..], Vec::as_slice);
    let mut groups: Vec<_> = rules.iter().map(|rule| &rule["security_group_id"]).collect();
    groups.dedup();
    if groups.len() > 1 {
        return Err(Refusal::bad_request(
            "Only allowed to update rules for one security profile at a time",
        )
        .named("SecurityGroupNotSingleGroupRules"));
    }
    let repeats = |(index, rule)| rules[..index].contains(rule);
    if rules.iter().enumerate().any(repeats) {
        return Err(Refusal::conflict("Duplicate Security Group Rule in POST.")
            .named("DuplicateSecurityGroupRuleInPost"));
    }
    RULES.create(call)
}

fn create(
    call: &Call<'_>,
    project: &str,
    mut body: Map<String, Value>,
) -> Result<Document, Refusal> {
    protocol::check(&mut body)?;
    let remotes = ["remote_ip_prefix", "remote_group_id", "remote_address_group_id"];
    if remotes.iter().filter(|name| !body[**name].is_null()).count() > 1 {
        return Err(Refusal::bad_request(
            "Only one of remote_ip_prefix or remote_group_id or remote_address_group_id may be \
             provided.",
        )
        .named("SecurityGroupMultipleRemoteEntites"));
    }
    if let Value::String(remote) = &body["remote_group_id"] {
        super::find_of(call, project, remote)?;
    }
    if let Value::String(group) = &body["remote_address_group_id"] {
        return Err(missing("AddressGroupNotFound", "Address group", group));
    }
    let group = body["security_group_id"].as_str().unwrap_or_default();
    let group = super::find_of(call, project, group)?;
    for other in of_group(call.transaction, &group.id)? {
        if protocol::is_same(&other.fields, &body) {
            let message = format!("Security group rule already exists. Rule id is {}.", other.id);
            return Err(Refusal::conflict(message).named("SecurityGroupRuleExists"));
        }
    }
    let mut rule = resource::document(RULE, project, call.now, 0, body);
    keep(call.transaction, &mut rule)?;
    touch_group(call, &rule)?;
    Ok(rule)
}

/// A group changes with its rules.
fn touch_group(call: &Call<'_>, rule: &Document) -> Result<(), Refusal> {
    let group = call.transaction.find(SECURITY_GROUP.name, rule.text("security_group_id"))?;
    if let Some(mut group) = group {
        resource::touch(call, &mut group);
        call.transaction.update(&group)?;
    }
    Ok(())
}

/// Lets all traffic of a kind through: from the members of `remote`, or from and to everywhere.
pub(super) fn open(
    transaction: &Transaction<'_>,
    group: &Document,
    direction: &str,
    ethertype: &str,
    remote: Option<&str>,
    now: Moment,
) -> rusqlite::Result<()> {
    let fields = json!({
        "security_group_id": group.id, "ethertype": ethertype, "direction": direction,
        "remote_group_id": remote,
    });
    let fields = fields.as_object().cloned().unwrap_or_default();
    keep(transaction, &mut resource::document(RULE, &group.owner, now, 0, fields))
}

fn keep(transaction: &Transaction<'_>, rule: &mut Document) -> rusqlite::Result<()> {
    // Neutron shows a number that its database gives out.
    rule.set("number", uuid::Uuid::new_v4().as_fields().0 % 1_000_000);
    transaction.insert(rule)?;
    insert(transaction, OF_GROUP, rule.text("security_group_id"), &rule.id, json!({}))?;
    let remote = rule.text("remote_group_id");
    if remote.is_empty() {
        return Ok(());
    }
    insert(transaction, ABOUT_GROUP, remote, &rule.id, json!({}))
}

/// Removes a rule.
pub(super) fn remove(transaction: &Transaction<'_>, rule: &Document) -> rusqlite::Result<()> {
    for (kind, group) in [(OF_GROUP, "security_group_id"), (ABOUT_GROUP, "remote_group_id")] {
        transaction.remove(&Document::of(kind, rule.text(group), &rule.id, json!({})))?;
    }
    transaction.remove(rule)
}

/// The rules of a group, ordered by id.
pub(crate) fn of_group(
    transaction: &Transaction<'_>,
    group: &str,
) -> rusqlite::Result<Vec<Document>> {
    noted(transaction, OF_GROUP, group)
}

/// The rules of a group, and those of others that let its members through.
pub(super) fn about_group(
    transaction: &Transaction<'_>,
    group: &str,
) -> rusqlite::Result<Vec<Document>> {
    let mut rules = noted(transaction, OF_GROUP, group)?;
    rules.extend(noted(transaction, ABOUT_GROUP, group)?);
    Ok(rules)
}

fn noted(
    transaction: &Transaction<'_>,
    kind: &'static str,
    group: &str,
) -> rusqlite::Result<Vec<Document>> {
    let notes = transaction.all(kind, Some(group))?;
    let rules = notes.iter().map(|note| transaction.find(RULE.name, &note.id));
    let rules = rules.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut rules: Vec<_> = rules.into_iter().flatten().collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(rules)
}
