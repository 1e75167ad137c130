//! Changing things: attributes in one request, tags in requests of their own.

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::body::Body;
use crate::cloud::Cloud;
use crate::error::{Processed, Result};
use crate::operation::body::nothing;
use crate::resource::{Named, Resource, or_gone};
use crate::session::Request;
use crate::session::service::NETWORK;

/// Changes attributes of a thing; no request if there are none.
pub(crate) async fn update<T: Resource>(cloud: &Cloud, id: &str, body: Body) -> Result<()> {
    if body.is_empty() {
        return Ok(());
    }
    let mut wrapped = Map::new();
    wrapped.insert(T::ONE.into(), body.done().into());
    let request = Request::new(T::SERVICE, Method::PUT, &[T::PATH, id]).json(wrapped.into());
    cloud.send(request).await.map(drop)
}

/// Changes attributes and tags of a thing.
///
/// # Errors
/// [`Kind::Invalid`](crate::Kind::Invalid) if it is not said what to change.
pub(super) async fn change<T: Resource>(
    cloud: &Cloud,
    thing: &Named<T>,
    body: impl Fn() -> Body + Send + Sync,
    tags: Tags<'_>,
) -> Result<()> {
    if body().is_empty() && tags.is_nothing() {
        return Err(nothing("change"));
    }
    let body = &body;
    let change = |id: String| async move {
        update::<T>(cloud, &id, body()).await?;
        tags.add::<T>(cloud, &id).await
    };
    thing.apply(cloud, change).await
}

/// Removes tags of a thing.
///
/// # Errors
/// [`Kind::Invalid`](crate::Kind::Invalid) if it is not said which.
pub(super) async fn remove_tags<T: Resource>(
    cloud: &Cloud,
    thing: &Named<T>,
    tags: Tags<'_>,
) -> Result<()> {
    if tags.is_nothing() {
        return Err(nothing("remove"));
    }
    // Found first: "not found" below is about what goes, not about the thing.
    let id = thing.find(cloud).await?.id().to_string();
    tags.remove::<T>(cloud, &id).await
}

/// What is done to the tags of a thing.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tags<'t> {
    /// Tags to add, or to remove.
    pub(crate) these: &'t [String],
    /// Whether all others go.
    pub(crate) no_others: bool,
}

impl Tags<'_> {
    pub(crate) fn is_nothing(self) -> bool {
        self.these.is_empty() && !self.no_others
    }

    /// What is left of a thing's tags without these; `None` if that is all of them.
    pub(crate) fn left_of(self, before: &[String]) -> Option<Vec<String>> {
        if self.no_others {
            return (!before.is_empty()).then(Vec::new);
        }
        removed(before, self.these)
    }

    /// Adds these tags to a thing, or gives it these alone.
    pub(super) async fn add<T: Resource>(self, cloud: &Cloud, id: &str) -> Result<()> {
        if self.no_others {
            return replace::<T>(cloud, id, self.these).await;
        }
        for tag in self.these {
            let request = Request::new(&NETWORK, Method::PUT, &[T::PATH, id, "tags", tag]);
            cloud.send(request).await?;
        }
        Ok(())
    }

    /// Removes these tags from a thing, or all. What is not there counts as removed.
    pub(super) async fn remove<T: Resource>(self, cloud: &Cloud, id: &str) -> Result<()> {
        if self.no_others {
            return cloud.send(Request::delete(&NETWORK, &[T::PATH, id, "tags"])).await.map(drop);
        }
        for tag in self.these {
            let request = Request::delete(&NETWORK, &[T::PATH, id, "tags", tag]);
            or_gone(cloud.send(request).await.map(drop), "tag", tag)?;
        }
        Ok(())
    }
}

/// Gives a new thing its tags: Neutron does not take them with the creation.
pub(super) async fn tag_new<T: Resource>(cloud: &Cloud, id: &str, tags: &[String]) -> Result<()> {
    if tags.is_empty() {
        return Ok(());
    }
    let tagged = replace::<T>(cloud, id, tags).await;
    tagged.map_err(|error| error.with_resource(id).with_processed(Processed::Yes))
}

async fn replace<T: Resource>(cloud: &Cloud, id: &str, tags: &[String]) -> Result<()> {
    let request = Request::new(&NETWORK, Method::PUT, &[T::PATH, id, "tags"]);
    cloud.send(request.json(json!({ "tags": Value::from(tags) }))).await.map(drop)
}

/// What `tags` have to be for things that have all of these.
pub(crate) fn all_of(tags: &[String]) -> Option<String> {
    (!tags.is_empty()).then(|| tags.join(","))
}

/// A list with more in it, or with these alone; `None` if nothing is to be done to it.
pub(crate) fn added<T: Clone + PartialEq>(
    before: &[T],
    these: &[T],
    no_others: bool,
) -> Option<Vec<T>> {
    if these.is_empty() && !no_others {
        return None;
    }
    let mut after = if no_others { Vec::new() } else { before.to_vec() };
    for one in these {
        if !after.contains(one) {
            after.push(one.clone());
        }
    }
    Some(after)
}

/// A list with less in it; `None` if nothing is to be done to it.
pub(super) fn removed<T: Clone + PartialEq>(before: &[T], these: &[T]) -> Option<Vec<T>> {
    let after: Vec<T> = before.iter().filter(|one| !these.contains(one)).cloned().collect();
    (after.len() < before.len()).then_some(after)
}
