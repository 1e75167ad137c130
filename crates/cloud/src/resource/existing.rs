//! What is there already of that which is about to be made.

use super::{Named, Resource};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Processed, Result};
use crate::page::Pages;
use crate::session::Request;

/// The one of this name in a listing, if there is one. What `counts` is not true of is not there: it
/// is about to go.
///
/// # Errors
/// [`Kind::Ambiguous`] if there are several, [`Kind::Invalid`] for an empty name.
pub(crate) async fn existing<T: Resource>(
    cloud: &Cloud,
    listing: Request,
    name: &str,
    counts: impl Fn(&T) -> bool,
) -> Result<Option<T>> {
    if name.is_empty() {
        return Err(Error::new(Kind::Invalid, format!("the {} has no name", T::NOUN))
            .with_hint("only what has a name can be found again"));
    }
    let mut found = Pages::<T>::new(cloud, listing, T::MANY).all().await?;
    found.retain(|item| item.name() == name && counts(item));
    if found.len() > 1 {
        return Err(Named::<T>::from(name)
            .ambiguous(&found)
            .with_service(T::SERVICE.kind)
            .with_resource(name));
    }
    Ok(found.pop())
}

/// What is there is of no use: it has failed.
pub(crate) fn unusable<T: Resource>(thing: &T) -> Error {
    let message =
        format!("{} `{}` ({}) is there, in {}", T::NOUN, thing.name(), thing.id(), thing.status());
    Error::new(Kind::Failed, message)
        .with_service(T::SERVICE.kind)
        .with_resource(thing.id())
        .with_processed(Processed::No)
        .with_hint("look at it, delete it by its id, and do this again")
}
