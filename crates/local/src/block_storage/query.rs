//! What lists can be asked for: filters, which from 3.31 on have to be known, and an order.

use serde_json::Value;

use crate::call::{Call, Refusal};
use crate::kind::Order;
use crate::store::Document;

/// Parameters that are no filters.
const OTHERS: &[&str] =
    &["limit", "marker", "offset", "sort", "sort_key", "sort_dir", "all_tenants", "with_count"];

/// Refuses filters that are not among these.
pub(super) fn check(call: &Call<'_>, filters: &[&str]) -> Result<(), Refusal> {
    let is_known = |name: &str| OTHERS.contains(&name) || filters.contains(&name);
    let unknown: Vec<_> = call.query.iter().map(|(name, _)| name.as_str()).collect();
    let unknown: Vec<_> = unknown.into_iter().filter(|name| !is_known(name)).collect();
    if unknown.is_empty() || call.version < (3, 31) {
        return Ok(());
    }
    let unknown = unknown.join(",");
    Err(Refusal::bad_request(format!("Invalid filters {unknown} are found in query options.")))
}

/// The order: `sort=name:asc,size`, or the older `sort_key` and `sort_dir`; downwards if not said.
pub(super) fn order(call: &Call<'_>) -> Result<Order, Refusal> {
    if let Some(sort) = call.parameter("sort").filter(|sort| !sort.is_empty()) {
        return sort.split(',').map(part).collect();
    }
    let Some(key) = call.parameter("sort_key") else { return Ok(Vec::new()) };
    let direction = call.parameter("sort_dir").unwrap_or("desc");
    Ok(vec![(field(key), is_downwards(direction)?)])
}

fn part(text: &str) -> Result<(String, bool), Refusal> {
    let (key, direction) = text.split_once(':').unwrap_or((text, "desc"));
    Ok((field(key), is_downwards(direction.trim())?))
}

fn field(key: &str) -> String {
    key.trim().to_string()
}

fn is_downwards(direction: &str) -> Result<bool, Refusal> {
    match direction {
        "asc" => Ok(false),
        "desc" => Ok(true),
        other => Err(Refusal::bad_request(format!(
            "Invalid input received: Unknown sort direction, must be 'desc' or 'asc'. ({other})"
        ))),
    }
}

/// Whether a thing's metadata has all that a filter names, written as JSON or as Python does.
pub(super) fn has_metadata(_: &Call<'_>, document: &Document, wanted: &str) -> bool {
    let wanted = serde_json::from_str(wanted)
        .or_else(|_| serde_json::from_str::<Value>(&wanted.replace('\'', "\"")));
    let Ok(Value::Object(wanted)) = wanted else { return false };
    let metadata = document.get("metadata");
    wanted.iter().all(|(key, value)| metadata.get(key) == Some(value))
}
