//! Creating once: what is created carries a mark, by which it is found again should Cinder's answer
//! be lost.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tokio::time::Instant;
use uuid::Uuid;

use crate::cloud::Cloud;
use crate::error::{Error, Kind, Processed, Result};
use crate::page::Pages;
use crate::resource::{Record, Resource};
use crate::session::Request;

/// The key of the mark among the metadata.
const KEY: &str = "ik-create";

/// How long after a lost answer the thing is looked for: Cinder may still be at work on it.
const LOOKS: [Duration; 4] =
    [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// A mark that nothing else has.
pub(super) struct Mark(String);

impl Mark {
    pub(super) fn new() -> Self {
        Mark(Uuid::new_v4().simple().to_string())
    }

    /// Metadata with the mark, and with what the caller keeps there.
    ///
    /// # Errors
    /// [`Kind::Invalid`] for a key that Cinder would not take as given.
    pub(super) fn metadata(&self, property: &Map<String, Value>) -> Value {
        let mut metadata = texts(property);
        metadata.insert(KEY.into(), self.0.as_str().into());
        metadata.into()
    }

    /// Sends a creation, and looks for what it may have made if its answer is lost. Gives the new
    /// thing's id.
    ///
    /// `list`: a request for a list that has all that were made in the same way.
    pub(super) async fn create<T: Resource + Marked>(
        &self,
        cloud: &Cloud,
        request: Request,
        list: impl Fn(&Self) -> Request,
    ) -> Result<String> {
        let sent = cloud.send(request).await;
        let created = sent.and_then(|response| response.field::<Created>(T::ONE));
        match created {
            Ok(Created { id }) => Ok(id),
            Err(error) if error.processed() == Processed::No => Err(error),
            Err(error) => self.find_again::<T>(cloud, list(self), error).await,
        }
    }

    async fn find_again<T: Resource + Marked>(
        &self,
        cloud: &Cloud,
        list: Request,
        lost: Error,
    ) -> Result<String> {
        for pause in LOOKS {
            if cloud.deadline().is_some_and(|deadline| Instant::now() + pause >= deadline) {
                break;
            }
            tokio::time::sleep(pause).await;
            // A look that fails is like one that finds nothing.
            let all = Pages::<T>::new(cloud, list.clone(), T::MANY).all().await.unwrap_or_default();
            let mut ours = all.iter().filter(|thing| thing.mark(KEY) == Some(self.0.as_str()));
            if let Some(found) = ours.next() {
                return Ok(found.id().to_string());
            }
        }
        Err(lost.with_better_hint(format!(
            "it is not known whether the {} was created; if it was, its property `{KEY}` is `{}`",
            T::NOUN,
            self.0
        )))
    }

    /// The filter by which Cinder finds the mark.
    pub(super) fn filter(&self) -> String {
        json!({ KEY: self.0 }).to_string()
    }
}

/// What carries a mark.
pub(super) trait Marked: DeserializeOwned {
    /// The value of this key of its metadata.
    fn mark(&self, key: &str) -> Option<&str>;
}

/// What Cinder answers to a creation, as far as it matters.
#[derive(serde::Deserialize)]
struct Created {
    id: String,
}

/// Metadata is texts only; numbers and truths are written as such.
pub(super) fn texts(map: &Map<String, Value>) -> Map<String, Value> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    map.iter().map(|(key, value)| (key.clone(), text(value).into())).collect()
}

/// Adds the caller's own fields to a body.
///
/// # Errors
/// [`Kind::Invalid`] for one that another argument sets already.
pub(super) fn extend(body: &mut Value, extra: &Map<String, Value>) -> Result<()> {
    for (name, value) in extra {
        if body.get(name).is_some() {
            return Err(Error::new(Kind::Invalid, format!("`{name}` is given twice"))
                .with_hint("extra fields cannot replace what the other arguments set"));
        }
        body[name] = value.clone();
    }
    Ok(())
}

/// Refuses a change that does not say what to change.
pub(super) fn nothing(what: &str) -> Error {
    Error::new(Kind::Invalid, format!("it is not said what to {what}"))
        .with_hint("see --help for what there is")
}

/// ``volume `data` (4f1e...)``
pub(super) fn subject<T: Record>(id: &str, name: &str) -> String {
    if id == name { format!("{} {id}", T::NOUN) } else { format!("{} `{name}` ({id})", T::NOUN) }
}
