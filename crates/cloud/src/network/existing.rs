//! What the project has already of that which is about to be created. Neutron's names are not unique,
//! and lists have other projects' things, too.

use super::change::Tags;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::resource::{self, Resource, unusable};
use crate::session::Request;

/// The project's `T` of this name, and `within` another thing, if that is said. Tags that it lacks it is
/// given: whoever made it may have been stopped before that.
pub(super) async fn named<T: Resource>(
    cloud: &Cloud,
    name: &str,
    within: Option<(&str, &str)>,
    tags: &[String],
) -> Result<Option<T>> {
    let mut listing = of_project::<T>(cloud).await?.query("name", name);
    if let Some((field, id)) = within {
        listing = listing.query(field, id);
    }
    match resource::existing(cloud, listing, name, |_| true).await? {
        Some(found) => made_whole(cloud, found, tags).await.map(Some),
        None => Ok(None),
    }
}

/// A list of the project's own.
pub(crate) async fn of_project<T: Resource>(cloud: &Cloud) -> Result<Request> {
    let listing = Request::get(T::SERVICE, T::LIST);
    Ok(match cloud.project_id().await? {
        Some(project) => listing.query("project_id", &project),
        None => listing,
    })
}

/// What was found, usable and with its tags.
pub(super) async fn made_whole<T: Resource>(cloud: &Cloud, found: T, tags: &[String]) -> Result<T> {
    if found.status() == "ERROR" {
        return Err(unusable(&found));
    }
    if tags.is_empty() {
        return Ok(found);
    }
    Tags { these: tags, no_others: false }.add::<T>(cloud, found.id()).await?;
    T::get(cloud, found.id()).await
}
