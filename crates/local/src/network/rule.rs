//! Rules of security groups.

use serde_json::{Value, json};

use super::{described, missing};
use crate::kind::{Field, Kind};
use crate::seed::{insert, new_id};
use crate::service::{Handler, Route};
use crate::store::{Document, Transaction};
use crate::time::Moment;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/security-group-rules", Handler::List(&RULE)),
    Route::get("/security-group-rules/{id}", Handler::Show(&RULE)),
];

/// Which rules a group has: a document of the group for each.
const OF_GROUP: &str = "network:group_rule";

pub(super) static RULE: Kind = Kind {
    fields: &[
        Field::made("id", |_, rule| rule.id.clone().into()),
        Field::made("tenant_id", |_, rule| rule.owner.clone().into()),
        Field::new("security_group_id"),
        Field::new("ethertype"),
        Field::new("direction"),
        Field::new("protocol"),
        Field::new("port_range_min"),
        Field::new("port_range_max"),
        Field::new("remote_ip_prefix"),
        Field::made("remote_address_group_id", |_, _| Value::Null),
        Field::new("normalized_cidr"),
        Field::new("remote_group_id"),
        Field::new("description"),
        Field::new("created_at"),
        Field::new("updated_at"),
        Field::new("revision_number"),
        Field::made("project_id", |_, rule| rule.owner.clone().into()),
    ],
    ..described("security_group_rule", "security_group_rules", "/security-group-rules", |id| {
        missing("SecurityGroupRuleNotFound", "Security group rule", id)
    })
};

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
        "remote_group_id": remote, "created_at": now.seconds(), "updated_at": now.seconds(),
        "revision_number": 0,
    });
    keep(transaction, &Document::of(RULE.name, &group.owner, &new_id(), fields))
}

/// Keeps a new rule.
pub(super) fn keep(transaction: &Transaction<'_>, rule: &Document) -> rusqlite::Result<()> {
    transaction.insert(rule)?;
    insert(transaction, OF_GROUP, rule.text("security_group_id"), &rule.id, json!({}))
}

/// The rules of a group, ordered by id.
pub(crate) fn of_group(
    transaction: &Transaction<'_>,
    group: &str,
) -> rusqlite::Result<Vec<Document>> {
    let claims = transaction.all(OF_GROUP, Some(group))?;
    let rules = claims.iter().map(|claim| transaction.find(RULE.name, &claim.id));
    let rules = rules.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut rules: Vec<_> = rules.into_iter().flatten().collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(rules)
}
