//! Quotas: how many of each kind a project may have.
//!
//! A project's own numbers are a document of kind `quota` with the project's id; what it does not
//! say, the defaults here do. -1 is no limit.

use serde_json::{Map, Value};

use crate::call::{Call, Refusal};
use crate::identity::Seeded;
use crate::kind::Kind;
use crate::seed::TENANTS;
use crate::store::{Document, Transaction};

/// The document's kind.
pub(crate) const KIND: &str = "quota";

/// What a project may have, if nobody said otherwise.
pub(crate) const DEFAULTS: &[(&str, i64)] = &[
    ("instances", 20_000),
    ("cores", 40_000),
    ("ram", 100_000_000),
    ("key_pairs", 100),
    ("metadata_items", 128),
    ("server_groups", 10),
    ("server_group_members", 10),
    ("injected_files", 5),
    ("injected_file_content_bytes", 10_240),
    ("injected_file_path_bytes", 255),
    ("volumes", 1000),
    ("snapshots", 1000),
    ("gigabytes", 100_000),
    ("backups", 1000),
    ("backup_gigabytes", 100_000),
    ("groups", 10),
    ("network", 100),
    ("subnet", 100),
    ("port", 30_000),
    ("router", 10),
    ("floatingip", 50),
    ("rbac_policy", 10),
    ("security_group", 10),
    ("security_group_rule", 100),
];

/// What the tenant with the small quota may have: it is full with one instance.
const SMALL: &[(&str, i64)] = &[("instances", 1), ("cores", 1), ("key_pairs", 1)];

/// Makes the quotas that a fresh cloud has besides the defaults.
pub(crate) fn seed(transaction: &Transaction<'_>, tenants: &[Seeded]) -> rusqlite::Result<()> {
    for (tenant, seeded) in TENANTS.iter().zip(tenants) {
        if tenant.cloud == "demo-full" {
            let small: Map<String, Value> =
                SMALL.iter().map(|(name, limit)| ((*name).to_string(), (*limit).into())).collect();
            transaction.insert(&Document::new(KIND, "", &seeded.project, small))?;
        }
    }
    Ok(())
}

/// How many of `name` the caller's project may have.
pub(crate) fn limit(call: &Call<'_>, name: &str) -> Result<i64, Refusal> {
    limit_of(call, &call.who.project, name)
}

/// What a project has of its own.
pub(crate) fn own(call: &Call<'_>, project: &str) -> Result<Option<Document>, Refusal> {
    Ok(call.transaction.find(KIND, project)?)
}

/// How many of `name` a project may have.
pub(crate) fn limit_of(call: &Call<'_>, project: &str, name: &str) -> Result<i64, Refusal> {
    let own = own(call, project)?;
    let own = own.and_then(|document| document.get(name).as_i64());
    Ok(own.unwrap_or_else(|| default(name)))
}

/// Lets a project have as many of each as `limits` says.
pub(crate) fn set_of(
    call: &Call<'_>,
    project: &str,
    limits: Map<String, Value>,
) -> Result<(), Refusal> {
    if let Some(mut own) = call.transaction.find(KIND, project)? {
        own.fields.extend(limits);
        return Ok(call.transaction.update(&own)?);
    }
    Ok(call.transaction.insert(&Document::new(KIND, "", project, limits))?)
}

/// How many a project may have, if nobody said otherwise; -1 for any number.
pub(crate) fn default(name: &str) -> i64 {
    DEFAULTS.iter().find(|(key, _)| *key == name).map_or(-1, |(_, limit)| *limit)
}

/// Refuses one more of a kind than the quota allows the caller.
pub(crate) fn check(call: &Call<'_>, kind: &Kind, name: &str) -> Result<(), Refusal> {
    let owner = if matches!(kind.scope, crate::kind::Scope::User) {
        &call.who.user
    } else {
        &call.who.project
    };
    refuse_beyond(call, kind, owner, name, limit(call, name)?)
}

/// Refuses one more of a kind than the quota allows a project.
pub(crate) fn check_of(
    call: &Call<'_>,
    kind: &Kind,
    project: &str,
    name: &str,
) -> Result<(), Refusal> {
    refuse_beyond(call, kind, project, name, limit_of(call, project, name)?)
}

fn refuse_beyond(
    call: &Call<'_>,
    kind: &Kind,
    owner: &str,
    name: &str,
    limit: i64,
) -> Result<(), Refusal> {
    if limit < 0 {
        return Ok(());
    }
    let used = call.transaction.count(kind.name, owner)?;
    if used >= limit {
        return Err((call.service.over_quota)(name, used, limit));
    }
    Ok(())
}
