//! Quotas: how many of each kind a project may have.
//!
//! A project's own numbers are a document of kind `quota` with the project's id; what it does not
//! say, the defaults here do. -1 is no limit.

use crate::call::{Call, Refusal};
use crate::kind::Kind;

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
    ("network", 100),
    ("subnet", 100),
    ("port", 30_000),
    ("security_group", 10),
];

/// How many of `name` the caller's project may have.
pub(crate) fn limit(call: &Call<'_>, name: &str) -> Result<i64, Refusal> {
    let own = call.transaction.find(KIND, &call.who.project)?;
    let own = own.and_then(|document| document.get(name).as_i64());
    Ok(own.unwrap_or_else(|| default(name)))
}

/// How many a project may have, if nobody said otherwise; -1 for any number.
pub(crate) fn default(name: &str) -> i64 {
    DEFAULTS.iter().find(|(key, _)| *key == name).map_or(-1, |(_, limit)| *limit)
}

/// Refuses one more of a kind than the quota allows.
pub(crate) fn check(call: &Call<'_>, kind: &Kind, name: &str) -> Result<(), Refusal> {
    let limit = limit(call, name)?;
    let owner = if matches!(kind.scope, crate::kind::Scope::User) {
        &call.who.user
    } else {
        &call.who.project
    };
    let used = call.transaction.count(kind.name, owner)?;
    if limit >= 0 && used >= limit {
        return Err((call.service.over_quota)(name, used, limit));
    }
    Ok(())
}
