//! Security groups: which traffic the ports with them let through.

use serde_json::json;

use super::rule::{self, RULE};
use super::{described, missing};
use crate::kind::{Field, Kind};
use crate::seed::new_id;
use crate::service::{Handler, Route};
use crate::store::{Document, Transaction};
use crate::time::Moment;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/security-groups", Handler::List(&SECURITY_GROUP)),
    Route::get("/security-groups/{id}", Handler::Show(&SECURITY_GROUP)),
];

pub(super) static SECURITY_GROUP: Kind = Kind {
    fields: &[
        Field::made("id", |_, group| group.id.clone().into()),
        Field::new("name"),
        Field::new("stateful"),
        Field::made("tenant_id", |_, group| group.owner.clone().into()),
        Field::new("description"),
        Field::made("shared", |_, _| false.into()),
        Field::made("security_group_rules", |call, group| {
            let rules = rule::of_group(call.transaction, &group.id).unwrap_or_default();
            rules.iter().map(|rule| RULE.view(call, rule)).collect()
        }),
        Field::new("tags"),
        Field::new("created_at"),
        Field::new("updated_at"),
        Field::new("revision_number"),
        Field::made("project_id", |_, group| group.owner.clone().into()),
    ],
    ..described("security_group", "security_groups", "/security-groups", |id| {
        missing("SecurityGroupNotFound", "Security group", id)
    })
};

/// The group that a project's ports have if nothing else is said; made when it is first needed.
pub(super) fn ensure_default(
    transaction: &Transaction<'_>,
    project: &str,
    now: Moment,
) -> rusqlite::Result<Document> {
    let named = transaction.named(SECURITY_GROUP.name, "default")?;
    if let Some(found) = named.into_iter().find(|group| group.owner == project) {
        return Ok(found);
    }
    let fields = json!({
        "name": "default", "stateful": true, "description": "Default security group", "tags": [],
        "created_at": now.seconds(), "updated_at": now.seconds(), "revision_number": 1,
    });
    let group = Document::of(SECURITY_GROUP.name, project, &new_id(), fields);
    transaction.insert(&group)?;
    for ethertype in ["IPv4", "IPv6"] {
        rule::open(transaction, &group, "ingress", ethertype, Some(&group.id), now)?;
        rule::open(transaction, &group, "egress", ethertype, None, now)?;
    }
    Ok(group)
}
