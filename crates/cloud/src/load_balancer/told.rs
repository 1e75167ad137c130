//! How Octavia tells which things belong together: as lists of objects that have an id.

use serde::{Deserialize, Deserializer};

/// An object that has an id; a record of ours has the id alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Reference {
    Object { id: String },
    Id(String),
}

impl Reference {
    fn id(self) -> String {
        match self {
            Reference::Object { id } | Reference::Id(id) => id,
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Told {
    Many(Vec<Reference>),
    One(Reference),
}

/// The ids of all.
pub(super) fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match Option::<Told>::deserialize(deserializer)? {
        Some(Told::Many(many)) => many.into_iter().map(Reference::id).collect(),
        Some(Told::One(one)) => vec![one.id()],
        None => Vec::new(),
    })
}

/// The id of the first, where there is only one.
pub(super) fn first<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    ids(deserializer).map(|ids| ids.into_iter().next())
}

/// Null stands for what there is none of.
pub(super) fn null_as_none<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// W18: the owner is told as a list of objects.
    #[test]
    fn w18_the_owner_is_the_first_of_a_list() {
        assert_eq!(first(json!([{ "id": "a" }, { "id": "b" }])).unwrap().as_deref(), Some("a"));
        assert_eq!(first(json!("a")).unwrap().as_deref(), Some("a"), "as a record has it");
        assert_eq!(first(json!([])).unwrap(), None);
        assert_eq!(first(json!(null)).unwrap(), None);
        assert_eq!(ids(json!([{ "id": "a" }, "b"])).unwrap(), ["a", "b"]);
        assert!(null_as_none::<_, String>(json!(null)).unwrap().is_empty());
    }
}
