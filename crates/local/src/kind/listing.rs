//! Lists: who may see what, filters, order, pages.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use serde_json::{Map, Value, json};

use super::order::{Order, in_order};
use super::view::View;
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
    /// The same, with the query as it was asked.
    Cinder { max: usize },
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
    write(call, kind, false, None)
}

/// `GET /things`, where details are elsewhere.
pub(crate) fn list_briefly(call: &mut Call<'_>, kind: &Kind) -> Result<Reply, Refusal> {
    write(call, kind, true, None)
}

/// The same, each thing under a key of its own.
pub(crate) fn list_wrapped(call: &mut Call<'_>, kind: &Kind) -> Result<Reply, Refusal> {
    write(call, kind, true, Some(kind.one))
}

/// Writes the list that is asked for, thing by thing: of a long one, no two are in memory.
fn write(call: &Call<'_>, kind: &Kind, brief: bool, key: Option<&str>) -> Result<Reply, Refusal> {
    let mut list = json!({ kind.many: [] }).to_string().into_bytes();
    list.truncate(list.len() - "]}".len());
    let start = list.len();
    let last = page(call, kind, |document| {
        if list.len() > start {
            list.push(b',');
        }
        let view = View { kind, call, document, brief };
        let written = match key {
            Some(key) => serde_json::to_writer(&mut list, &HashMap::from([(key, view)])),
            None => serde_json::to_writer(&mut list, &view),
        };
        written.map_err(|error| Refusal::new(500, format!("{} {error}", document.id)))
    })?;
    list.push(b']');
    for (name, value) in links(call, kind, last.as_deref()) {
        list.extend(format!(",{}:{value}", Value::from(name)).into_bytes());
    }
    list.push(b'}');
    Ok(Reply::written(list))
}

/// Lets `take` have the documents of the page that is asked for. The id of the last one, if there may
/// be more behind it.
fn page(
    call: &Call<'_>,
    kind: &Kind,
    mut take: impl FnMut(&Document) -> Result<(), Refusal>,
) -> Result<Option<String>, Refusal> {
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
    let (mut count, mut last) = (0, None);
    let mut take = |document: Document| {
        take(&document)?;
        count += 1;
        last = Some(document.id);
        Ok(())
    };
    if order.is_empty() {
        newest_first(call, kind, marker.as_ref(), limit, fits, take)?;
    } else {
        let items = sorted(call, kind, &order, marker.as_ref(), limit, fits)?;
        items.into_iter().try_for_each(&mut take)?;
    }
    Ok(last.filter(|_| limit == Some(count)))
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
        Pages::Nova { max } | Pages::Cinder { max } => (Some(max), max),
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
        Pages::Cinder { .. } => refusal,
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
    mut take: impl FnMut(Document) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let mut left = limit.unwrap_or(usize::MAX);
    if left == 0 {
        return Ok(());
    }
    let mut taken = Ok(());
    call.transaction.visit(kind.name, owner(call, kind), marker, |document| {
        if fits(&document) {
            taken = take(document);
            left -= 1;
        }
        if left == 0 || taken.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    taken
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

/// What a list says beside its items; `last`: the last one, if there may be more behind it.
fn links(call: &Call<'_>, kind: &Kind, last: Option<&str>) -> Map<String, Value> {
    let mut links = Map::new();
    let path = kind.listing.path;
    match kind.listing.pages {
        Pages::None => {}
        Pages::Nova { .. } => {
            if let Some(last) = last {
                // The list that was asked for: `/servers` or `/servers/detail`.
                let href = format!("{}{}?{}", call.origin, call.path, sorted_query(call, last));
                let next = json!([{ "rel": "next", "href": href }]);
                links.insert(format!("{}_links", kind.many), next);
            }
        }
        Pages::Cinder { .. } => {
            if let Some(last) = last {
                let query = &call.query;
                let others = query.iter().filter(|(name, _)| name != "marker");
                let mut pairs: Vec<_> = others.map(|(name, value)| pair(name, value)).collect();
                pairs.push(pair("marker", last));
                let href = format!("{}{}?{}", call.origin, call.path, pairs.join("&"));
                let next = json!([{ "rel": "next", "href": href }]);
                links.insert(format!("{}_links", kind.many), next);
            }
        }
        Pages::Glance(_) => {
            let query = last_values(call);
            let first = if query.is_empty() { String::new() } else { format!("?{query}") };
            links.insert("first".into(), format!("/v2{path}{first}").into());
            if let Some(last) = last {
                let and = if query.is_empty() { "" } else { "&" };
                let next = format!("/v2{path}?{query}{and}{}", pair("marker", last));
                links.insert("next".into(), next.into());
            }
            links.insert("schema".into(), format!("/v2/schemas{path}").into());
        }
        Pages::Keystone => {
            let own = own_address(call);
            links.insert("links".into(), json!({ "next": null, "self": own, "previous": null }));
        }
    }
    links
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
