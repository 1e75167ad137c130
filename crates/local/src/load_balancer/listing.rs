//! Lists as Octavia has them: any column filters and sorts, pages lead both ways.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::noun::{Column, Noun};
use crate::call::{Call, Refusal, Reply};
use crate::check::truth;
use crate::kind::{Order, in_order};
use crate::store::Document;

/// Parameters that are no filters.
const ORDER_AND_PAGES: &[&str] =
    &["limit", "marker", "sort", "sort_key", "sort_dir", "fields", "page_reverse"];

/// How many a page has at most, and if nobody says.
const LARGEST_PAGE: usize = 1000;

/// The page that is asked for.
struct Page {
    /// None: no end, which Octavia cannot do.
    limit: Option<usize>,
    order: Order,
}

/// Refuses what is wrong with the order and the page that a query asks for: Octavia looks at them
/// before anything else, even where there is no list.
pub(super) fn check(call: &Call<'_>) -> Result<(), Refusal> {
    page(call).map(drop)
}

fn page(call: &Call<'_>) -> Result<Page, Refusal> {
    let limit = match call.parameter("limit") {
        None => Some(LARGEST_PAGE),
        Some("infinite") => None,
        Some(text) => match text.parse::<i64>() {
            Ok(limit) if limit < 1 => None,
            Ok(limit) => Some(usize::try_from(limit).unwrap_or(LARGEST_PAGE).min(LARGEST_PAGE)),
            Err(_) => return Err(unusable("limit", text)),
        },
    };
    Ok(Page { limit, order: order(call)? })
}

fn order(call: &Call<'_>) -> Result<Order, Refusal> {
    let given = |name: &str| call.parameter(name).filter(|text| !text.is_empty());
    let mut order = Vec::new();
    if let Some(sort) = given("sort") {
        for one in sort.split(',') {
            let words: Vec<_> = one.split(':').collect();
            match words[..] {
                [key] => order.push((key.to_string(), false)),
                [key, direction] => order.push((key.to_string(), is_down(direction)?)),
                _ => return Err(front(sort_key(&crate::check::python(&json!(words))))),
            }
        }
    } else if let Some(keys) = given("sort_key") {
        let mut directions = given("sort_dir").into_iter().flat_map(|all| all.split(','));
        for key in keys.split(',') {
            order.push((key.to_string(), is_down(directions.next().unwrap_or("asc"))?));
        }
    }
    Ok(order)
}

fn is_down(direction: &str) -> Result<bool, Refusal> {
    match direction.to_lowercase().as_str() {
        "asc" => Ok(false),
        "desc" => Ok(true),
        other => {
            let message = format!("Supplied sort direction '{other}' is not valid.");
            Err(front(Refusal::bad_request(message)))
        }
    }
}

fn unusable(what: &str, text: &str) -> Refusal {
    let message = format!("Supplied pagination {what} '{text}' is not valid.");
    front(Refusal::bad_request(message))
}

/// A refusal from in front of Octavia's own part.
fn front(refusal: Refusal) -> Refusal {
    refusal.named("Bad Request")
}

fn sort_key(key: &str) -> Refusal {
    Refusal::bad_request(format!("Supplied sort key '{key}' is not valid."))
}

/// The list of those `items` that the query asks for.
pub(super) fn list(
    call: &Call<'_>,
    noun: &Noun,
    mut items: Vec<Document>,
) -> Result<Reply, Refusal> {
    let Page { limit, order } = page(call)?;
    filter(call, noun, &mut items)?;
    let mut columns: Order = Vec::new();
    for (key, down) in order {
        let column = find(noun, &key).ok_or_else(|| sort_key(&key))?;
        columns.push((column.field.to_string(), down));
    }
    for default in ["created_at", "id"] {
        if !columns.iter().any(|(field, _)| field == default) {
            columns.push((default.into(), false));
        }
    }
    items.sort_by(|a, b| in_order(&columns, a, b));
    let marker = call.parameter("marker");
    if let Some(id) = marker {
        let marker = call.transaction.find(noun.kind.name, id)?;
        let marker = marker.ok_or_else(|| {
            Refusal::bad_request(format!("Supplied pagination marker '{id}' is not valid."))
        })?;
        let reverse = call.parameter("page_reverse") == Some("True");
        let wanted = if reverse { Ordering::Less } else { Ordering::Greater };
        items.retain(|item| in_order(&columns, item, &marker) == wanted);
    }
    let Some(limit) = limit else { return without_end(call, noun, &items) };
    items.truncate(limit);
    let views: Vec<_> = items.iter().map(|item| noun.view(call, item)).collect();
    let many = noun.kind.many;
    let links = links(call, limit, &items);
    Ok(Reply::ok(json!({ many: views, format!("{many}_links"): links })))
}

/// Octavia fails over a page without an end, unless it is empty.
fn without_end(call: &Call<'_>, noun: &Noun, items: &[Document]) -> Result<Reply, Refusal> {
    if items.is_empty() {
        let many = noun.kind.many;
        let links = links(call, 0, items);
        return Ok(Reply::ok(json!({ many: [], format!("{many}_links"): links })));
    }
    let message = "'>=' not supported between instances of 'int' and 'NoneType'";
    Err(Refusal::new(500, message))
}

fn find<'n>(noun: &'n Noun, name: &str) -> Option<&'n Column> {
    noun.columns.iter().find(|column| column.names.contains(&name))
}

/// Leaves the items that fit all filters of the query.
fn filter(call: &Call<'_>, noun: &Noun, items: &mut Vec<Document>) -> Result<(), Refusal> {
    for (name, value) in &call.query {
        let name = name.as_str();
        if ORDER_AND_PAGES.contains(&name) {
            continue;
        }
        if name.ends_with("tags") || name.ends_with("tags-any") {
            let wanted: Vec<_> = value.split(',').collect();
            items.retain(|item| has_tags(item, name, &wanted));
            continue;
        }
        let is_repeated = call.query.iter().filter(|(other, _)| other == name).count() > 1;
        let column = find(noun, name).filter(|_| !is_repeated);
        let column = column.ok_or_else(|| {
            Refusal::bad_request("One or more arguments are either duplicate or invalid")
        })?;
        items.retain(|item| is_same(item, column.field, value));
    }
    Ok(())
}

/// Whether the database takes a field for the same as a text: it does not look at case.
fn is_same(item: &Document, field: &str, text: &str) -> bool {
    match (field, item.get(field)) {
        ("id", _) => item.id.eq_ignore_ascii_case(text),
        ("project_id", _) => item.owner.eq_ignore_ascii_case(text),
        (_, Value::String(own)) => own.to_lowercase() == text.to_lowercase(),
        (_, Value::Bool(own)) => *own == truth(&text.into()),
        (_, Value::Number(own)) => own.to_string() == text,
        _ => false,
    }
}

fn has_tags(item: &Document, filter: &str, wanted: &[&str]) -> bool {
    let has = |tag: &&&str| {
        let own = item.get("tags").as_array();
        own.is_some_and(|own| own.iter().any(|own| own.as_str() == Some(**tag)))
    };
    let count = wanted.iter().filter(has).count();
    match filter {
        "tags" => count == wanted.len(),
        "tags-any" => count > 0,
        "not-tags" => count < wanted.len(),
        _ => count == 0,
    }
}

/// Leaves the fields that a query asks for; all if it names none.
pub(super) fn only_wanted(call: &Call<'_>, mut view: Value) -> Value {
    let wanted: Vec<_> = crate::kind::all(call, "fields").collect();
    if let Value::Object(view) = &mut view
        && !wanted.is_empty()
    {
        view.retain(|name, _| wanted.contains(&name.as_str()));
    }
    view
}

fn links(call: &Call<'_>, limit: usize, items: &[Document]) -> Vec<Value> {
    let mut links = Vec::new();
    let (Some(first), Some(last)) = (items.first(), items.last()) else { return links };
    let mut query = format!("limit={limit}");
    for name in ["sort", "sort_key"] {
        if let Some(value) = call.parameter(name) {
            query = format!("{query}&{name}={value}");
        }
    }
    let mut link = |rel: &str, more: &str| {
        let href = format!("{}{}?{query}&{more}", call.origin, call.path);
        links.push(json!({ "rel": rel, "href": href }));
    };
    if call.parameter("marker").is_some() {
        link("previous", &format!("marker={}&page_reverse=True", first.id));
    }
    if items.len() >= limit {
        link("next", &format!("marker={}", last.id));
    }
    links
}
