//! What the project has already of that which is about to be created. Its balancer is waited for as after
//! a creation.

use super::change::{Part, well};
use super::wait::settled;
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::network::existing::of_project;
use crate::resource::{self, Resource};

/// The project's `T` of this name, and `within` another thing, if that is said.
pub(super) async fn named<T: Part>(
    cloud: &Cloud,
    name: &str,
    within: Option<(&str, &str)>,
    wait: bool,
) -> Result<Option<T>> {
    let mut listing = of_project::<T>(cloud).await?.query("name", name);
    if let Some((field, id)) = within {
        listing = listing.query(field, id);
    }
    match resource::existing::<T>(cloud, listing, name, |one| stays(one.status())).await? {
        Some(found) => at_rest(cloud, found, wait).await.map(Some),
        None => Ok(None),
    }
}

/// What was found, once nothing is being done to it any more.
pub(super) async fn at_rest<T: Part>(cloud: &Cloud, found: T, wait: bool) -> Result<T> {
    let mut found = found;
    if wait && found.status().starts_with("PENDING") {
        settled(cloud, &found.balancer(cloud).await?).await?;
        found = T::get(cloud, found.id()).await?;
    }
    well(T::NOUN, found.id(), found.status())?;
    Ok(found)
}

/// Whether it is not about to go.
pub(super) fn stays(status: &str) -> bool {
    !matches!(status, "PENDING_DELETE" | "DELETED")
}

/// A part that is there, but is not what was asked for, and cannot become it.
pub(super) fn other<T: Resource>(found: &T, how: &str) -> Error {
    let message = format!("there is a {} `{}` already, {how}", T::NOUN, found.name());
    Error::new(Kind::Conflict, message)
        .with_service(T::SERVICE.kind)
        .with_resource(found.id())
        .with_hint("take another name, or delete it")
}
