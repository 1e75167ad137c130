//! Lists that arrive in pages.
//!
//! [`Pages`] is a list not yet fetched. It can be collected, cut short, or used as a stream, in
//! which case the next page is on its way while the present one is used. Of a page's link to the
//! next only the query is taken: services behind a proxy often get scheme or host of their own
//! address wrong, and a token must not follow a link to somewhere else.

use std::collections::HashSet;
use std::fmt::Display;
use std::marker::PhantomData;

use futures_util::stream::{self, Stream, StreamExt, TryStreamExt};
use serde::de::{DeserializeOwned, DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use tokio::task::JoinHandle;
use url::{Url, form_urlencoded};

use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::session::Request;

/// A list of `T`, fetched page by page as it is used.
#[must_use = "nothing is fetched until the pages are used"]
pub struct Pages<T> {
    cloud: Cloud,
    request: Request,
    key: &'static str,
    item: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned + Send + 'static> Pages<T> {
    /// The list that `request` begins; its items stand under `key` of each page.
    pub fn new(cloud: &Cloud, request: Request, key: &'static str) -> Self {
        Pages { cloud: cloud.clone(), request, key, item: PhantomData }
    }

    /// Only those whose field has this value, if one is given: the service filters.
    pub(crate) fn only(mut self, field: &str, value: Option<impl Display>) -> Self {
        if let Some(value) = value {
            self.request = self.request.query(field, &value.to_string());
        }
        self
    }

    /// Everything. A page that fails fails the list: part of it would look like all of it.
    pub async fn all(self) -> Result<Vec<T>> {
        let mut items = Vec::new();
        let mut next = Some(Turn::first(self.request));
        while let Some(turn) = next {
            let page = fetch(&self.cloud, turn, self.key).await?;
            items.extend(page.items);
            next = page.next;
        }
        Ok(items)
    }

    /// The first `count` items, without fetching more pages than they need.
    pub async fn first(self, count: usize) -> Result<Vec<T>> {
        let mut items = Vec::new();
        let mut next = Some(Turn::first(self.request));
        while let Some(turn) = next
            && items.len() < count
        {
            let page = fetch(&self.cloud, turn, self.key).await?;
            items.extend(page.items);
            next = page.next;
        }
        items.truncate(count);
        Ok(items)
    }

    /// One item after the other. Ends after the first error. Needs a Tokio runtime.
    pub fn stream(self) -> impl Stream<Item = Result<T>> + Send {
        let Pages { cloud, request, key, .. } = self;
        let first = ahead(&cloud, Turn::first(request), key);
        stream::try_unfold(Some(first), move |coming| {
            let cloud = cloud.clone();
            async move {
                let Some(mut coming) = coming else { return Ok(None) };
                let page = coming.page().await?;
                let next = page.next.map(|turn| ahead(&cloud, turn, key));
                Ok(Some((stream::iter(page.items).map(Ok), next)))
            }
        })
        .try_flatten()
    }
}

/// A page being fetched in the background; abandoned when it is no longer wanted.
struct Ahead<T>(JoinHandle<Result<Page<T>>>);

fn ahead<T>(cloud: &Cloud, turn: Turn, key: &'static str) -> Ahead<T>
where
    T: DeserializeOwned + Send + 'static,
{
    let cloud = cloud.clone();
    Ahead(tokio::spawn(async move { fetch(&cloud, turn, key).await }))
}

impl<T> Ahead<T> {
    async fn page(&mut self) -> Result<Page<T>> {
        (&mut self.0).await.unwrap_or_else(|error| {
            Err(Error::new(Kind::Failed, "fetching the next page was given up").with_source(error))
        })
    }
}

impl<T> Drop for Ahead<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// One page, and the turn to the next.
struct Page<T> {
    items: Vec<T>,
    next: Option<Turn>,
}

async fn fetch<T: DeserializeOwned>(
    cloud: &Cloud,
    turn: Turn,
    key: &'static str,
) -> Result<Page<T>> {
    let response = cloud.send(turn.request.clone()).await?;
    let (items, link) = response.decode(PageBody { key, item: PhantomData })?;
    let next = link.map(|link| turn.following(&link)).transpose()?;
    Ok(Page { items, next })
}

/// The request for a page, and the queries of all pages before it.
struct Turn {
    request: Request,
    past: HashSet<Vec<(String, String)>>,
}

impl Turn {
    fn first(request: Request) -> Self {
        Turn { request, past: HashSet::new() }
    }

    /// The turn to the page that `link` names.
    fn following(mut self, link: &str) -> Result<Turn> {
        let query = match Url::parse(link) {
            Ok(url) => url.query().unwrap_or_default().to_string(),
            Err(_) => link.split_once('?').map_or_else(String::new, |(_, query)| query.to_string()),
        };
        let query: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        self.past.insert(self.request.query_pairs().to_vec());
        if self.past.contains(&query) {
            return Err(Error::new(
                Kind::Decode,
                "the list does not advance: the link to the next page leads back",
            )
            .with_hint("the service repeats its pages; ask its operator"));
        }
        self.request = self.request.with_query(query);
        Ok(self)
    }
}

/// Reads `{key: [...], key_links: [{rel: next, href}], next: ...}`, the shapes of all services.
struct PageBody<T> {
    key: &'static str,
    item: PhantomData<T>,
}

#[derive(Deserialize)]
struct Link {
    rel: String,
    href: String,
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for PageBody<T> {
    type Value = (Vec<T>, Option<String>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for PageBody<T> {
    type Value = (Vec<T>, Option<String>);

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a page with the list `{}`", self.key)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut items = None;
        let mut next = None;
        while let Some(name) = map.next_key::<String>()? {
            if name == self.key {
                items = Some(map.next_value()?);
            } else if name.strip_suffix("_links") == Some(self.key) {
                let links: Vec<Link> = map.next_value()?;
                next = links.into_iter().find(|link| link.rel == "next").map(|link| link.href);
            } else if name == "next" {
                next = map.next_value()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        let items = items.ok_or_else(|| serde::de::Error::missing_field(self.key))?;
        Ok((items, next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::service::COMPUTE;

    fn page(text: &str) -> (Vec<u32>, Option<String>) {
        let body = PageBody { key: "servers", item: PhantomData };
        body.deserialize(&mut serde_json::Deserializer::from_str(text)).unwrap()
    }

    #[test]
    fn links_of_nova_and_neutron_and_next_of_glance() {
        let nova =
            r#"{"servers": [1], "servers_links": [{"rel": "next", "href": "http://h/?marker=1"}]}"#;
        assert_eq!(page(nova), (vec![1], Some("http://h/?marker=1".into())));
        let glance = r#"{"next": "/v2/images?marker=1", "servers": [1, 2], "schema": {}}"#;
        assert_eq!(page(glance), (vec![1, 2], Some("/v2/images?marker=1".into())));
        assert_eq!(
            page(r#"{"servers": [], "servers_links": [{"rel": "previous", "href": "x"}]}"#).1,
            None
        );
    }

    #[test]
    fn only_the_query_of_a_link_is_used() {
        let request = Request::get(&COMPUTE, &["servers", "detail"]).query("limit", "1");
        let next = Turn::first(request).following("http://elsewhere:1/other?limit=1&marker=a%20b");
        let next = next.unwrap();
        let pairs = [("limit", "1"), ("marker", "a b")].map(|(n, v)| (n.into(), v.into()));
        assert_eq!(next.request.query_pairs(), pairs);
    }

    #[test]
    fn a_link_may_not_lead_back() {
        let turn = |query: &[&str]| {
            let first = Turn::first(Request::get(&COMPUTE, &["servers"]).query("marker", "a"));
            query.iter().try_fold(first, |turn, link| turn.following(link))
        };
        assert!(turn(&["/x?marker=b", "/x?marker=c"]).is_ok());
        for leading_back in [&["/x?marker=%61"][..], &["/x?marker=b", "/x?marker=a"]] {
            assert_eq!(turn(leading_back).err().unwrap().kind(), Kind::Decode);
        }
    }
}
