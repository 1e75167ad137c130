//! Lists as Neutron has them: any attribute filters, ids give the order, pages lead both ways.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::attribute::{Attribute, Filter};
use super::resource::Resource;
use crate::call::{Call, Refusal, Reply};
use crate::check::python;
use crate::kind::Scope;
use crate::store::Document;

/// Parameters that are no filters.
const ORDER_AND_PAGES: &[&str] =
    &["fields", "limit", "marker", "page_reverse", "sort_key", "sort_dir"];

/// The fields that are wanted; all if none is named.
pub(super) fn fields<'c>(call: &'c Call<'_>) -> Vec<&'c str> {
    all(call, "fields")
}

fn all<'c>(call: &'c Call<'_>, name: &str) -> Vec<&'c str> {
    let named = call.query.iter().filter(|(key, value)| key == name && !value.is_empty());
    named.map(|(_, value)| value.as_str()).collect()
}

/// `GET /things`
pub(super) fn list(call: &Call<'_>, resource: &Resource) -> Result<Reply, Refusal> {
    let filters = filters(call, resource)?;
    let order = order(call, resource.attributes)?;
    let page = page(call)?;
    let mut items = candidates(call, resource, &filters)?;
    items.retain(|document| {
        resource.kind.is_visible(call, document)
            && filters.iter().all(|(attribute, values)| fits(call, attribute, document, values))
    });
    sort(call, &mut items, &order);
    if let Some(page) = &page {
        items = cut(call, resource, items, &order, page)?;
    }
    let wanted = fields(call);
    let views: Vec<_> =
        items.iter().map(|document| resource.view(call, document, &wanted)).collect();
    let mut body = Map::new();
    body.insert(resource.kind.many.into(), views.into());
    if let Some(page) = &page {
        let links = links(call, resource, &items, page);
        if !links.is_empty() {
            body.insert(format!("{}_links", resource.kind.many), links.into());
        }
    }
    Ok(Reply::ok(body.into()))
}

/// What may be on the list: found through an index where a filter says enough.
fn candidates(
    call: &Call<'_>,
    resource: &Resource,
    filters: &[(&Attribute, Vec<Value>)],
) -> Result<Vec<Document>, Refusal> {
    for (attribute, values) in filters {
        let texts = values.iter().filter_map(Value::as_str);
        if attribute.name() == "id" {
            let found = texts.map(|id| call.transaction.find(resource.kind.name, id));
            let found = found.collect::<rusqlite::Result<Vec<_>>>()?;
            let mut found: Vec<_> = found.into_iter().flatten().collect();
            found.sort_by(|a, b| a.id.cmp(&b.id));
            found.dedup_by(|a, b| a.id == b.id);
            return Ok(found);
        }
        if let Some((name, find)) = resource.index
            && attribute.name() == name
            && values.iter().all(|value| value != "")
        {
            let found = texts.map(|text| find(call, text)).collect::<Result<Vec<_>, _>>()?;
            return Ok(found.into_iter().flatten().collect());
        }
    }
    let owner = match resource.kind.scope {
        Scope::Project if !call.who.is_admin() => Some(call.who.project.as_str()),
        _ => None,
    };
    Ok(call.transaction.all(resource.kind.name, owner)?)
}

/// The attributes that the query filters by, each with all its values.
fn filters<'r>(
    call: &Call<'_>,
    resource: &'r Resource,
) -> Result<Vec<(&'r Attribute, Vec<Value>)>, Refusal> {
    let mut filters: Vec<(&Attribute, Vec<Value>)> = Vec::new();
    let mut unknown = Vec::new();
    for (name, value) in &call.query {
        if ORDER_AND_PAGES.contains(&name.as_str()) {
            continue;
        }
        let known = resource.attributes.iter().find(|attribute| {
            attribute.name() == name && !matches!(attribute.filter, Filter::Never)
        });
        let Some(attribute) = known else {
            unknown.push(name.as_str());
            continue;
        };
        let value = Value::from(value.as_str());
        let value = match attribute.filter {
            Filter::By { read, .. } => read(value)?,
            _ => attribute.read(value)?,
        };
        match filters.iter_mut().find(|(known, _)| known.name() == name) {
            Some((_, values)) => values.push(value),
            None => filters.push((attribute, vec![value])),
        }
    }
    unknown.dedup();
    if unknown.is_empty() {
        return Ok(filters);
    }
    let message = format!("{} is invalid attribute for filtering", python(&unknown.into()));
    Err(Refusal::bad_request(message))
}

fn fits(call: &Call<'_>, attribute: &Attribute, document: &Document, values: &[Value]) -> bool {
    match attribute.filter {
        Filter::Never => true,
        Filter::Equal => {
            let own = attribute.field.value(call, document);
            values.iter().any(|value| is_same(&own, value))
        }
        Filter::By { fits, .. } => fits(call, document, values),
    }
}

/// Whether the database takes two values for the same: it does not look at case.
pub(super) fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => a.to_lowercase() == b.to_lowercase(),
        (Value::Number(number), Value::String(text)) => number.to_string() == *text,
        (a, b) => a == b,
    }
}

/// An attribute to sort by, and whether downwards.
type Key<'a> = (&'a Attribute, bool);

fn order<'a>(call: &Call<'_>, attributes: &'a [Attribute]) -> Result<Vec<Key<'a>>, Refusal> {
    let (keys, directions) = (all(call, "sort_key"), all(call, "sort_dir"));
    if keys.len() != directions.len() {
        let message = "The number of sort_keys and sort_dirs must be same";
        return Err(Refusal::bad_request(message));
    }
    let find = |key: &&str| attributes.iter().find(|one| one.sort && one.name() == *key);
    let absent: Vec<_> = keys.iter().copied().filter(|key| find(key).is_none()).collect();
    if !absent.is_empty() {
        let message = format!("{} is invalid attribute for sort_keys", python(&absent.into()));
        return Err(Refusal::bad_request(message));
    }
    let is_direction = |direction: &&str| matches!(*direction, "asc" | "desc");
    let wrong: Vec<_> = directions.iter().copied().filter(|one| !is_direction(one)).collect();
    if !wrong.is_empty() {
        return Err(Refusal::bad_request(format!(
            "{} is invalid value for sort_dirs, valid value is 'asc' and 'desc'",
            python(&wrong.into())
        )));
    }
    let pairs = keys.iter().zip(directions);
    Ok(pairs.filter_map(|(key, direction)| Some((find(key)?, direction == "desc"))).collect())
}

fn sort(call: &Call<'_>, items: &mut [Document], order: &[Key<'_>]) {
    // Whatever they are sorted by, ids decide between equals.
    items.sort_by(|a, b| {
        let by_keys = order.iter().fold(Ordering::Equal, |so_far, (attribute, downwards)| {
            so_far.then_with(|| {
                let (a, b) = (attribute.field.value(call, a), attribute.field.value(call, b));
                let order = compare(&a, &b);
                if *downwards { order.reverse() } else { order }
            })
        });
        by_keys.then_with(|| a.id.cmp(&b.id))
    });
}

/// Nothing first, then numbers, then texts in any case.
fn compare(a: &Value, b: &Value) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Null => 0,
        Value::Bool(_) | Value::Number(_) => 1,
        _ => 2,
    };
    let number = |value: &Value| match value {
        Value::Bool(truth) => f64::from(u8::from(*truth)),
        value => value.as_f64().unwrap_or_default(),
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
    rank(a).cmp(&rank(b)).then_with(|| match rank(a) {
        0 => Ordering::Equal,
        1 => number(a).total_cmp(&number(b)),
        _ => text(a).cmp(&text(b)),
    })
}

/// The page that is asked for.
struct Page {
    limit: usize,
    marker: Option<String>,
    /// It ends before the marker instead of beginning after it.
    reverse: bool,
}

fn page(call: &Call<'_>) -> Result<Option<Page>, Refusal> {
    let text = call.parameter("limit").unwrap_or("0");
    let limit = text.parse::<i64>().ok().and_then(|limit| usize::try_from(limit).ok());
    let Some(limit) = limit else {
        let message =
            format!("Bad limit request: Limit must be an integer 0 or greater and not '{text}'.");
        return Err(Refusal::bad_request(message).named("BadRequest"));
    };
    // Without a limit there are no pages, and a marker means nothing.
    if limit == 0 {
        return Ok(None);
    }
    let marker = call.parameter("marker").filter(|marker| !marker.is_empty());
    let reverse =
        call.parameter("page_reverse").is_some_and(|text| text.eq_ignore_ascii_case("true"));
    Ok(Some(Page { limit, marker: marker.map(str::to_string), reverse }))
}

/// The part of the sorted `items` that is on the page.
fn cut(
    call: &Call<'_>,
    resource: &Resource,
    mut items: Vec<Document>,
    order: &[Key<'_>],
    page: &Page,
) -> Result<Vec<Document>, Refusal> {
    let marker = match &page.marker {
        None => None,
        Some(id) => match resource.kind.find(call, id) {
            Ok(marker) => Some(marker),
            Err(refusal) if resource.strict_marker => return Err(refusal),
            Err(_) => None,
        },
    };
    if let Some(marker) = marker {
        let place_of = |items: &[Document]| items.iter().position(|item| item.id == marker.id);
        if place_of(&items).is_none() {
            // The filters do not want it, but its place in the order is needed.
            items.push(marker.clone());
            sort(call, &mut items, order);
        }
        let place = place_of(&items).unwrap_or_default();
        if page.reverse {
            items.truncate(place);
        } else {
            items.drain(..=place);
        }
    }
    if page.reverse {
        items.drain(..items.len().saturating_sub(page.limit));
    } else {
        items.truncate(page.limit);
    }
    Ok(items)
}

fn links(call: &Call<'_>, resource: &Resource, items: &[Document], page: &Page) -> Vec<Value> {
    let short = items.len() < page.limit;
    let link = |rel: &str, marker: Option<&Document>, reverse: bool| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &call.query {
            if name != "marker" && name != "page_reverse" {
                query.append_pair(name, value);
            }
        }
        if let Some(marker) = marker {
            query.append_pair("marker", &marker.id);
        }
        if reverse {
            query.append_pair("page_reverse", "True");
        }
        let url = call.url(resource.kind.listing.path);
        json!({ "rel": rel, "href": format!("{url}?{}", query.finish()) })
    };
    let mut links = Vec::new();
    if !short || page.reverse {
        links.push(link("next", items.last(), false));
    }
    if !short || !page.reverse {
        links.push(link("previous", items.first(), true));
    }
    links
}
