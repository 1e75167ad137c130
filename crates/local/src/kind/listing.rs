//! Lists: who may see what, filters, order, pages.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde_json::{Map, Value, json};

use super::order::{Order, in_order};
use super::{Kind, Scope};
use crate::call::{Call, Refusal, Reply};
use crate::store::Document;

/// What a list can be asked for.
pub(crate) struct Listing {
    pub(crate) filters: &'static [Filter],
    /// Refuses a query that asks for what there is not.
    pub(crate) check: fn(&Call<'_>) -> Result<(), Refusal>,
    /// The order that the query asks for.
    pub(crate) order: fn(&Call<'_>) -> Result<Order, Refusal>,
    pub(crate) pages: Pages,
    /// Where the list is, below the service's path: `/servers`.
    pub(crate) path: &'static str,
}

/// A query parameter that chooses among what is listed.
pub(crate) struct Filter {
    pub(crate) name: &'static str,
    pub(crate) fits: Option<fn(&Call<'_>, &Document, &str) -> bool>,
}

impl Filter {
    /// The document's field of this name equals the parameter.
    pub(crate) const fn equal(name: &'static str) -> Self {
        Filter { name, fits: None }
    }

    /// What `fits` says, and nothing else.
    pub(crate) const fn by(
        name: &'static str,
        fits: fn(&Call<'_>, &Document, &str) -> bool,
    ) -> Self {
        Filter { name, fits: Some(fits) }
    }
}

/// How a service hands out the next page.
#[derive(Clone, Copy)]
pub(crate) enum Pages {
    /// All at once.
    None,
    /// `servers_links`, when the page is full.
    Nova { max: usize },
    /// `first` and `next`, as paths, when the page is full.
    Glance(&'static Query),
    /// `links` with `next`, `self` and `previous`.
    Keystone,
}

/// How Glance reads a list's query: any parameter may be a filter.
pub(crate) struct Query {
    /// How many a page has, if nobody says.
    pub(crate) default: usize,
    /// How many a page may have.
    pub(crate) max: usize,
    pub(crate) choose: fn(&Call<'_>) -> Result<Chooser, Refusal>,
}

/// Says of a document whether the query is for it.
pub(crate) type Chooser = Box<dyn Fn(&Document) -> bool>;

/// `GET /things/detail`, or `GET /things` where there is just one list.
pub(crate) fn list(call: &mut Call<'_>, kind: &Kind) -> Result<Reply, Refusal> {
    let page = page(call, kind)?;
    let items = page.items.iter().map(|document| kind.view(call, document)).collect();
    Ok(answer(call, kind, &page, items))
}

/// `GET /things`, where details are elsewhere.
pub(crate) fn list_briefly(call: &mut Call<'_>, kind: &Kind) -> Result<Reply, Refusal> {
    let page = page(call, kind)?;
    let brief = |document: &Document| -> Value {
        let Value::Object(view) = kind.view(call, document) else { return Value::Null };
        let fields = view.into_iter().filter(|(name, _)| kind.brief.contains(&name.as_str()));
        fields.collect::<Map<_, _>>().into()
    };
    let items = page.items.iter().map(brief).collect();
    Ok(answer(call, kind, &page, items))
}

/// A page of documents.
struct Page {
    items: Vec<Document>,
    /// As many as were asked for, so that there may be more.
    full: bool,
}

fn page(call: &Call<'_>, kind: &Kind) -> Result<Page, Refusal> {
    let listing = &kind.listing;
    (listing.check)(call)?;
    let mut filters = Vec::new();
    for (name, value) in &call.query {
        if let Some(filter) = listing.filters.iter().find(|filter| filter.name == name) {
            filters.push((filter, value.as_str()));
        }
    }
    let limit = limit(call, listing.pages)?;
    let chosen = match listing.pages {
        Pages::Glance(query) => Some((query.choose)(call)?),
        _ => None,
    };
    let order = (listing.order)(call)?;
    let fits = |document: &Document| {
        kind.is_visible(call, document)
            && filters.iter().all(|(filter, value)| filter.admits(call, document, value))
            && chosen.as_ref().is_none_or(|chosen| chosen(document))
    };
    let marker = match call.parameter("marker") {
        Some(id) if !id.is_empty() || matches!(listing.pages, Pages::Glance(_)) => {
            Some(find_marker(call, kind, id)?)
        }
        _ => None,
    };
    let items = if order.is_empty() {
        newest_first(call, kind, marker.as_ref(), limit, fits)?
    } else {
        sorted(call, kind, &order, marker.as_ref(), limit, fits)?
    };
    Ok(Page { full: limit.is_some_and(|limit| limit > 0 && items.len() == limit), items })
}

impl Filter {
    fn admits(&self, call: &Call<'_>, document: &Document, value: &str) -> bool {
        if let Some(fits) = self.fits {
            return fits(call, document, value);
        }
        match document.get(self.name) {
            Value::String(text) => text == value,
            Value::Bool(truth) => *truth == crate::check::truth(&value.into()),
            Value::Number(number) => number.to_string() == value,
            _ => false,
        }
    }
}

fn limit(call: &Call<'_>, pages: Pages) -> Result<Option<usize>, Refusal> {
    let (default, max) = match pages {
        Pages::None | Pages::Keystone => return Ok(None),
        Pages::Nova { max } => (Some(max), max),
        Pages::Glance(Query { default, max, .. }) => (Some(*default), *max),
    };
    let Some(text) = call.parameter("limit") else { return Ok(default) };
    match text.parse::<i64>() {
        Ok(number) if number >= 0 => {
            let asked = usize::try_from(number).unwrap_or(usize::MAX).min(max);
            Ok(Some(asked))
        }
        Ok(_) => Err(Refusal::bad_request("limit param must be positive")),
        Err(_) => Err(Refusal::bad_request("limit param must be an integer")),
    }
}

fn find_marker(call: &Call<'_>, kind: &Kind, id: &str) -> Result<Document, Refusal> {
    kind.find(call, id).map_err(|refusal| match kind.listing.pages {
        Pages::Glance(_) => Refusal::bad_request(refusal.message),
        _ => Refusal::bad_request(format!("marker [{id}] not found")),
    })
}

fn owner<'w>(call: &'w Call<'_>, kind: &Kind) -> Option<&'w str> {
    match kind.scope {
        Scope::User => Some(&call.who.user),
        Scope::Project => {
            let all = call.who.is_admin()
                && call
                    .parameter("all_tenants")
                    .is_some_and(|all| crate::check::truth(&all.into()));
            (!all).then_some(&call.who.project)
        }
        Scope::All | Scope::And(_) | Scope::By(_) => None,
    }
}

fn newest_first(
    call: &Call<'_>,
    kind: &Kind,
    marker: Option<&Document>,
    limit: Option<usize>,
    fits: impl Fn(&Document) -> bool,
) -> Result<Vec<Document>, Refusal> {
    let mut items = Vec::new();
    if limit == Some(0) {
        return Ok(items);
    }
    call.transaction.visit(kind.name, owner(call, kind), marker, |document| {
        if fits(&document) {
            items.push(document);
        }
        if limit.is_some_and(|limit| items.len() >= limit) {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    Ok(items)
}

fn sorted(
    call: &Call<'_>,
    kind: &Kind,
    order: &[(String, bool)],
    marker: Option<&Document>,
    limit: Option<usize>,
    fits: impl Fn(&Document) -> bool,
) -> Result<Vec<Document>, Refusal> {
    let mut items = call.transaction.all(kind.name, owner(call, kind))?;
    items.retain(fits);
    if order.iter().all(|(_, downwards)| !downwards) {
        // What is equal is in the order of time.
        items.reverse();
    }
    items.sort_by(|a, b| in_order(order, a, b));
    if let Some(marker) = marker {
        match items.iter().position(|item| item.id == marker.id) {
            Some(index) => drop(items.drain(..=index)),
            // It is not among those that were asked for, but has its place in their order.
            None => items.retain(|item| in_order(order, marker, item) == Ordering::Less),
        }
    }
    items.truncate(limit.unwrap_or(usize::MAX));
    Ok(items)
}

fn answer(call: &Call<'_>, kind: &Kind, page: &Page, items: Vec<Value>) -> Reply {
    let mut body = Map::new();
    body.insert(kind.many.into(), items.into());
    let last = page.items.last().filter(|_| page.full).map(|document| document.id.as_str());
    let path = kind.listing.path;
    match kind.listing.pages {
        Pages::None => {}
        Pages::Nova { .. } => {
            if let Some(last) = last {
                // The list that was asked for: `/servers` or `/servers/detail`.
                let href = format!("{}{}?{}", call.origin, call.path, sorted_query(call, last));
                let links = json!([{ "rel": "next", "href": href }]);
                body.insert(format!("{}_links", kind.many), links);
            }
        }
        Pages::Glance(_) => {
            let query = last_values(call);
            let first = if query.is_empty() { String::new() } else { format!("?{query}") };
            body.insert("first".into(), format!("/v2{path}{first}").into());
            if let Some(last) = last {
                let and = if query.is_empty() { "" } else { "&" };
                let next = format!("/v2{path}?{query}{and}{}", pair("marker", last));
                body.insert("next".into(), next.into());
            }
            body.insert("schema".into(), format!("/v2/schemas{path}").into());
        }
        Pages::Keystone => {
            let links = json!({ "next": null, "self": own_address(call), "previous": null });
            body.insert("links".into(), links);
        }
    }
    Reply::ok(body.into())
}

/// The address that was asked for, with its query.
pub(crate) fn own_address(call: &Call<'_>) -> String {
    let pairs: Vec<_> = call.query.iter().map(|(name, value)| pair(name, value)).collect();
    let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
    format!("{}{}{query}", call.origin, call.path)
}

/// The query without its marker; Glance keeps only the last value of each parameter.
fn last_values(call: &Call<'_>) -> String {
    let mut values: Vec<(&str, &str)> = Vec::new();
    for (name, value) in call.query.iter().filter(|(name, _)| name != "marker") {
        match values.iter_mut().find(|(known, _)| known == name) {
            Some(known) => known.1 = value,
            None => values.push((name, value)),
        }
    }
    let pairs: Vec<_> = values.into_iter().map(|(name, value)| pair(name, value)).collect();
    pairs.join("&")
}

/// Nova's query of the next page: the last value of each parameter, in the order of their names,
/// with the marker behind them if there was none before.
fn sorted_query(call: &Call<'_>, last: &str) -> String {
    let mut values: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, value) in &call.query {
        values.insert(name, value);
    }
    let had_marker = values.contains_key("marker");
    if had_marker {
        values.insert("marker", last);
    }
    let mut pairs: Vec<_> = values.into_iter().map(|(name, value)| pair(name, value)).collect();
    if !had_marker {
        pairs.push(pair("marker", last));
    }
    pairs.join("&")
}

fn pair(name: &str, value: &str) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish()
}
