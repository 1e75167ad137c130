//! The order of a list.

use std::cmp::Ordering;

use serde_json::Value;

use crate::call::{Call, Refusal};
use crate::store::Document;

/// The fields to sort by, and whether downwards.
pub(crate) type Order = Vec<(String, bool)>;

/// The usual order: newest first.
#[expect(clippy::unnecessary_wraps)] // it stands where other orders may be refused
pub(crate) fn newest_first(_: &Call<'_>) -> Result<Order, Refusal> {
    Ok(Vec::new())
}

/// All values of a query parameter.
pub(crate) fn all<'c>(call: &'c Call<'_>, name: &str) -> impl Iterator<Item = &'c str> {
    call.query.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Which of two documents comes first.
pub(crate) fn in_order(order: &[(String, bool)], a: &Document, b: &Document) -> Ordering {
    order.iter().fold(Ordering::Equal, |so_far, (field, downwards)| {
        so_far.then_with(|| {
            let order = compare(&sortable(a, field), &sortable(b, field));
            if *downwards { order.reverse() } else { order }
        })
    })
}

/// What a document is sorted by. Nova sorts by the names of its database's columns.
fn sortable<'d>(document: &'d Document, field: &str) -> Sortable<'d> {
    let field = match field {
        "id" | "uuid" | "flavorid" => return Sortable::Text(&document.id),
        "display_name" => "name",
        "display_description" => "description",
        "memory_mb" => "ram",
        "root_gb" => "disk",
        field => field,
    };
    match document.get(field) {
        Value::Null => Sortable::Nothing,
        Value::Number(number) => Sortable::Number(number.as_f64().unwrap_or_default()),
        Value::Bool(truth) => Sortable::Number(f64::from(u8::from(*truth))),
        value => Sortable::Text(value.as_str().unwrap_or_default()),
    }
}

/// A value in its order: nothing, numbers, texts.
enum Sortable<'d> {
    Nothing,
    Number(f64),
    Text(&'d str),
}

fn compare(a: &Sortable<'_>, b: &Sortable<'_>) -> Ordering {
    match (a, b) {
        (Sortable::Nothing, Sortable::Nothing) => Ordering::Equal,
        (Sortable::Number(a), Sortable::Number(b)) => a.total_cmp(b),
        (Sortable::Nothing, _) | (Sortable::Number(_), Sortable::Text(_)) => Ordering::Less,
        (_, Sortable::Nothing) | (Sortable::Text(_), Sortable::Number(_)) => Ordering::Greater,
        (Sortable::Text(a), Sortable::Text(b)) => folded(a).cmp(folded(b)).then_with(|| a.cmp(b)),
    }
}

/// The services' databases put `a` before `B`.
fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}
