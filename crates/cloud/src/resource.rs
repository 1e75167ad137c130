//! Nouns of the cloud: what they are called, where they live, how one is found.
//!
//! A noun that is listed, shown and deleted in the usual way implements [`Resource`] in a dozen
//! lines and gets the rest from it. [`Named`] is how an operation takes one as an argument.

mod existing;
mod stated;
mod watch;

use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::near::nearest;
use crate::page::Pages;
use crate::session::Request;
use crate::session::service::Service;
pub(crate) use existing::{existing, unusable};
pub use stated::{Maybe, Several};
pub(crate) use watch::Watch;

/// What an operation gives back about one thing. Its serialized fields are the contract's.
pub trait Record: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// What one of it is called: `instance`.
    const NOUN: &'static str;
    /// The fields a table of many shows, if not asked otherwise.
    const COLUMNS: &'static [&'static str];

    /// What it is identified by in logs: its id, or its name where it has none.
    fn identifier(&self) -> &str;
}

/// A noun with an id and a name that lives at an address of its own.
pub trait Resource: Record {
    /// The service that has it.
    const SERVICE: &'static Service;
    /// The path of all of it: one stands at `PATH/{id}`.
    const PATH: &'static str;
    /// The path of the full list.
    const LIST: &'static [&'static str];
    /// The key of one in an answer's body; empty where the body is the thing itself.
    const ONE: &'static str;
    /// The key of many in an answer's body.
    const MANY: &'static str;

    /// Its id.
    fn id(&self) -> &str;
    /// Its name; empty if it has none.
    fn name(&self) -> &str;
    /// Its status, to tell one from another of the same name.
    fn status(&self) -> &str;

    /// Whether `text` can be an id, so that asking for it directly makes sense.
    fn is_id(text: &str) -> bool {
        Uuid::try_parse(text).is_ok()
    }

    /// A listing that contains every one called `name`; it may contain others.
    fn called(name: &str) -> Request {
        Request::get(Self::SERVICE, Self::LIST).query("name", name)
    }

    /// All of it, in pages.
    fn list(cloud: &Cloud) -> Pages<Self> {
        Pages::new(cloud, Request::get(Self::SERVICE, Self::LIST), Self::MANY)
    }

    /// One, by id.
    fn get(cloud: &Cloud, id: &str) -> impl Future<Output = Result<Self>> + Send {
        async move {
            let response = cloud.send(Request::get(Self::SERVICE, &[Self::PATH, id])).await?;
            if Self::ONE.is_empty() { response.json() } else { response.field(Self::ONE) }
        }
    }

    /// Deletes one, by id.
    fn delete(cloud: &Cloud, id: &str) -> impl Future<Output = Result<()>> + Send {
        async move { cloud.send(Request::delete(Self::SERVICE, &[Self::PATH, id])).await.map(drop) }
    }
}

/// A text that services send as null where there is none, such as the name of what has no name.
pub(crate) fn null_as_empty<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<String, D::Error> {
    Option::<String>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Takes "not found" for a deletion's success, and says so in the log.
pub(crate) fn or_gone(deleted: Result<()>, noun: &str, name: &str) -> Result<()> {
    match deleted {
        Err(error) if error.kind() == Kind::NotFound => {
            tracing::warn!(target: "infomaniak_cloud::note", "{noun} `{name}` was gone already");
            Ok(())
        }
        outcome => outcome,
    }
}

/// The name or the id of a `T`, as an argument.
pub struct Named<T> {
    text: String,
    of: PhantomData<fn() -> T>,
}

impl<T> Named<T> {
    /// The name or id as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<T: Resource> Named<T> {
    /// Finds the thing: one request if the text tells whether it is a name or an id, else two.
    ///
    /// # Errors
    /// [`Kind::NotFound`]; [`Kind::Ambiguous`], with the candidates in the hint, when several have
    /// this name.
    pub async fn find(&self, cloud: &Cloud) -> Result<T> {
        if T::is_id(&self.text) {
            match T::get(cloud, &self.text).await {
                Err(error) if error.kind() == Kind::NotFound => {}
                outcome => return outcome,
            }
        }
        self.find_by_name(cloud).await
    }

    /// The thing's id. What looks like one is taken for it, without asking.
    ///
    /// # Errors
    /// As [`find`](Self::find) for what looks like a name.
    pub(crate) async fn id(&self, cloud: &Cloud) -> Result<String> {
        if T::is_id(&self.text) {
            return Ok(self.text.clone());
        }
        Ok(self.find_by_name(cloud).await?.id().to_string())
    }

    /// Does `action` to the thing's id.
    ///
    /// What looks like an id is taken for one, without asking first; only when the cloud does not
    /// know it, it is looked up as a name.
    pub(crate) async fn apply<R, F, A>(&self, cloud: &Cloud, action: A) -> Result<R>
    where
        A: Fn(String) -> F + Send + Sync,
        F: Future<Output = Result<R>> + Send,
    {
        if T::is_id(&self.text) {
            let unknown = match action(self.text.clone()).await {
                Err(error) if error.kind() == Kind::NotFound => error,
                outcome => return outcome,
            };
            return match self.find_by_name(cloud).await {
                Ok(found) => action(found.id().to_string()).await,
                Err(error) if error.kind() == Kind::NotFound => Err(unknown),
                Err(error) => Err(error),
            };
        }
        action(self.find_by_name(cloud).await?.id().to_string()).await
    }

    /// Deletes the thing. One that was found, or given by its id, may be gone already.
    ///
    /// # Errors
    /// [`Kind::NotFound`] for a name that nothing has: it may be a mistake.
    pub(crate) async fn delete(&self, cloud: &Cloud) -> Result<()> {
        let maybe_id = T::is_id(&self.text);
        let deleted = self.apply(cloud, |id| async move {
            let deleted = T::delete(cloud, &id).await;
            // What was given as an id may turn out to be a name.
            if maybe_id { deleted } else { or_gone(deleted, T::NOUN, &id) }
        });
        if maybe_id { or_gone(deleted.await, T::NOUN, &self.text) } else { deleted.await }
    }

    async fn find_by_name(&self, cloud: &Cloud) -> Result<T> {
        if self.text.is_empty() {
            return Err(Error::new(Kind::Invalid, format!("the {}'s name is empty", T::NOUN)));
        }
        let mut all = Pages::<T>::new(cloud, T::called(&self.text), T::MANY).all().await?;
        // Where ids have no form of their own (flavors), the listing finds them too.
        if let Some(index) = all.iter().position(|item| item.id() == self.text) {
            return Ok(all.swap_remove(index));
        }
        let (mut found, others): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|item| item.name() == self.text);
        match found.len() {
            1 => Ok(found.swap_remove(0)),
            0 => Err(self.unknown(&others)),
            _ => Err(self.ambiguous(&found)),
        }
        .map_err(|error| error.with_service(T::SERVICE.kind).with_resource(&self.text))
    }

    fn unknown(&self, others: &[T]) -> Error {
        let error = Error::new(Kind::NotFound, format!("there is no {} `{}`", T::NOUN, self.text));
        match nearest(&self.text, others.iter().map(T::name)) {
            Some(name) => error.with_hint(format!("is `{name}` meant?")),
            None => error.with_hint(format!(
                "list the {}s; names are case-sensitive, and other projects and regions have their own",
                T::NOUN
            )),
        }
    }

    pub(crate) fn ambiguous(&self, found: &[T]) -> Error {
        let candidates: Vec<_> =
            found.iter().map(|item| format!("{} ({})", item.id(), item.status())).collect();
        Error::new(
            Kind::Ambiguous,
            format!("{} {}s are called `{}`", found.len(), T::NOUN, self.text),
        )
        .with_hint(format!("use an id: {}", candidates.join(", ")))
    }
}

impl<T> From<&str> for Named<T> {
    fn from(text: &str) -> Self {
        text.to_string().into()
    }
}

impl<T> From<String> for Named<T> {
    fn from(text: String) -> Self {
        Named { text, of: PhantomData }
    }
}

impl<T> From<&String> for Named<T> {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

/// The thing itself, by its id.
impl<T: Resource> From<&T> for Named<T> {
    fn from(thing: &T) -> Self {
        thing.id().into()
    }
}

impl<T> Clone for Named<T> {
    fn clone(&self) -> Self {
        self.text.clone().into()
    }
}

impl<T> fmt::Debug for Named<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl<T> fmt::Display for Named<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<T> Serialize for Named<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, T> Deserialize<'de> for Named<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Into::into)
    }
}

/// A string; `x-noun` tells surfaces what it names.
impl<T: Record> JsonSchema for Named<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Named_{}", T::NOUN).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "x-noun": T::NOUN })
    }
}
