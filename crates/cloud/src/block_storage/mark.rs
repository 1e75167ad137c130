//! Creating once: what is created carries a mark, by which it is found again should Cinder's answer
//! be lost.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::cloud::Cloud;
use crate::error::{Error, Processed, Result};
use crate::operation::body::texts;
use crate::page::Pages;
use crate::resource::{Record, Resource};
use crate::session::Request;
use crate::wait::lost::look_again;

/// The key of the mark among the metadata.
const KEY: &str = "ik-create";

/// A mark that nothing else has.
pub(super) struct Mark(String);

impl Mark {
    pub(super) fn new() -> Self {
        Mark(Uuid::new_v4().simple().to_string())
    }

    /// Metadata with the mark, and with what the caller keeps there.
    ///
    /// # Errors
    /// [`Kind::Invalid`](crate::Kind::Invalid) for a key that Cinder would not take as given.
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
        let look = || async {
            let all = Pages::<T>::new(cloud, list.clone(), T::MANY).all().await?;
            let ours = all.iter().find(|thing| thing.mark(KEY) == Some(self.0.as_str()));
            Ok(ours.map(|found| found.id().to_string()).into())
        };
        look_again(cloud, look).await.ok_or_else(|| {
            lost.with_better_hint(format!(
                "it is not known whether the {} was created; if it was, its property `{KEY}` is `{}`",
                T::NOUN,
                self.0
            ))
        })
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

/// ``volume `data` (4f1e...)``
pub(super) fn subject<T: Record>(id: &str, name: &str) -> String {
    if id == name { format!("{} {id}", T::NOUN) } else { format!("{} `{name}` ({id})", T::NOUN) }
}
