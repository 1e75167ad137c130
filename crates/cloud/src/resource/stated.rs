//! Things that a method is told by name, though something else may stand in for them: an image
//! where a volume may be booted from, one network where there may be several.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};

use super::{Named, Record, Resource};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::Setting;

/// A thing by name or id, or [`none`](Maybe::none) where something else says it.
///
/// ```
/// use infomaniak_cloud::compute::Image;
/// use infomaniak_cloud::resource::Maybe;
///
/// let debian: Maybe<Image> = "Debian 12 bookworm".into();
/// let nothing = Maybe::<Image>::none();
/// assert!(debian.as_ref().is_some() && nothing.as_ref().is_none());
/// ```
#[derive(Clone, Debug)]
pub struct Maybe<T>(Option<Named<T>>);

impl<T> Maybe<T> {
    /// None of it.
    #[must_use]
    pub fn none() -> Self {
        Maybe(None)
    }

    /// What was named, if anything was.
    #[must_use]
    pub fn as_ref(&self) -> Option<&Named<T>> {
        self.0.as_ref()
    }
}

impl<T: Resource> Maybe<T> {
    /// Finds the thing, if one was named.
    ///
    /// # Errors
    /// As [`Named::find`].
    pub async fn find(&self, cloud: &Cloud) -> Result<Option<T>> {
        match &self.0 {
            Some(named) => named.find(cloud).await.map(Some),
            None => Ok(None),
        }
    }
}

/// None, one or several things by name or id.
///
/// ```
/// use infomaniak_cloud::network::Network;
/// use infomaniak_cloud::resource::Several;
///
/// let one: Several<Network> = "front".into();
/// let two: Several<Network> = ["front", "back"].into();
/// assert_eq!((one.as_slice().len(), two.as_slice().len()), (1, 2));
/// assert!(Several::<Network>::none().as_slice().is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Several<T>(Vec<Named<T>>);

impl<T> Several<T> {
    /// None of it.
    #[must_use]
    pub fn none() -> Self {
        Several(Vec::new())
    }

    /// What was named.
    #[must_use]
    pub fn as_slice(&self) -> &[Named<T>] {
        &self.0
    }
}

impl<T, U: Into<Named<T>>, const N: usize> From<[U; N]> for Several<T> {
    fn from(names: [U; N]) -> Self {
        Several(names.into_iter().map(Into::into).collect())
    }
}

impl<T, U: Into<Named<T>>> From<Vec<U>> for Several<T> {
    fn from(names: Vec<U>) -> Self {
        Several(names.into_iter().map(Into::into).collect())
    }
}

/// What both have in common: where one comes from, and that it may be absent.
macro_rules! stated {
    ($($name:ident: $one:expr, $several:literal;)*) => {$(
        impl<T> From<&str> for $name<T> {
            fn from(text: &str) -> Self {
                $name($one(text.into()))
            }
        }

        impl<T> From<String> for $name<T> {
            fn from(text: String) -> Self {
                $name($one(text.into()))
            }
        }

        impl<T> From<&String> for $name<T> {
            fn from(text: &String) -> Self {
                $name($one(text.into()))
            }
        }

        impl<T> From<Named<T>> for $name<T> {
            fn from(named: Named<T>) -> Self {
                $name($one(named))
            }
        }

        /// The thing itself, by its id.
        impl<T: Resource> From<&T> for $name<T> {
            fn from(thing: &T) -> Self {
                $name($one(thing.into()))
            }
        }

        impl<T> Default for $name<T> {
            fn default() -> Self {
                Self::none()
            }
        }

        impl<T> fmt::Display for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let names: Vec<_> = self.0.iter().map(Named::as_str).collect();
                f.write_str(&names.join(","))
            }
        }

        impl<T> Serialize for $name<T> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        /// A string, as in the contract; surfaces may leave it out, or give several.
        impl<T: Record> JsonSchema for $name<T> {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                format!("{}_{}", stringify!($name), T::NOUN).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string",
                    "x-noun": T::NOUN,
                    "x-may-be-absent": true,
                    "x-several": $several,
                })
            }
        }

        impl<T: Record> Setting for $name<T> {
            type Given = $name<T>;

            fn set(given: $name<T>) -> Self {
                given
            }

            fn absent() -> Option<Self> {
                Some(Self::none())
            }
        }
    )*};
}

stated! {
    Maybe: Some, false;
    Several: |one| vec![one], true;
}

impl<'de, T> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Maybe)
    }
}

/// One name, or a list of names.
impl<'de, T> Deserialize<'de> for Several<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "neither a name nor a list of names")]
        enum OneOrMany {
            One(String),
            Many(Vec<String>),
        }
        Ok(match OneOrMany::deserialize(deserializer)? {
            OneOrMany::One(name) => name.into(),
            OneOrMany::Many(names) => names.into(),
        })
    }
}
