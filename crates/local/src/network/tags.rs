//! Tags: the filters that every resource has by them.

use serde_json::Value;

use super::attribute::Attribute;
use crate::call::{Call, Refusal};
use crate::store::Document;

/// All of these tags.
pub(super) const TAGS: Attribute =
    Attribute::new("tags").filter_by(words, |_, document, lists| has_all(document, lists));
/// Any of these tags.
pub(super) const ANY: Attribute = Attribute::new("tags-any")
    .hidden()
    .filter_by(words, |_, document, lists| has_any(document, lists));
/// Not all of these tags.
pub(super) const NOT: Attribute = Attribute::new("not-tags")
    .hidden()
    .filter_by(words, |_, document, lists| !has_all(document, lists));
/// None of these tags.
pub(super) const NOT_ANY: Attribute = Attribute::new("not-tags-any")
    .hidden()
    .filter_by(words, |_: &Call<'_>, document, lists| !has_any(document, lists));

/// `a,b` as a list.
fn words(value: Value) -> Result<Value, Refusal> {
    Ok(value.as_str().unwrap_or_default().split(',').collect())
}

fn has(document: &Document, tag: &Value) -> bool {
    document.get("tags").as_array().is_some_and(|tags| tags.contains(tag))
}

fn has_all(document: &Document, lists: &[Value]) -> bool {
    lists.iter().filter_map(Value::as_array).flatten().all(|tag| has(document, tag))
}

fn has_any(document: &Document, lists: &[Value]) -> bool {
    lists.iter().filter_map(Value::as_array).flatten().any(|tag| has(document, tag))
}
