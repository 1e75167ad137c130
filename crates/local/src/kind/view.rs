//! A document as its kind shows it.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Field, From, Kind};
use crate::call::Call;
use crate::store::Document;

/// What is shown of a document. It is written field by field: lists are long.
pub(super) struct View<'v> {
    pub(super) kind: &'v Kind,
    pub(super) call: &'v Call<'v>,
    pub(super) document: &'v Document,
    /// Whether only the fields of brief lists are shown.
    pub(super) brief: bool,
}

impl View<'_> {
    fn shows(&self, field: &Field) -> bool {
        (!self.brief || self.kind.brief.contains(&field.name))
            && field.since <= self.call.version
            && self.call.version < field.until
            && field.only.is_none_or(|when| when(self.call, self.document))
    }

    /// Whether there is a field of this name besides those that are spread.
    fn has_own(&self, name: &str) -> bool {
        let is_own = |field: &Field| !matches!(field.from, From::Spread) && field.name == name;
        self.kind.fields.iter().any(|field| is_own(field) && self.shows(field))
    }
}

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let View { call, document, .. } = self;
        let mut view = serializer.serialize_map(None)?;
        for field in self.kind.fields.iter().filter(|field| self.shows(field)) {
            match field.from {
                From::Document(source) => view.serialize_entry(field.name, document.get(source))?,
                From::Made(make) => view.serialize_entry(field.name, &make(call, document))?,
                From::Spread => {
                    let members = document.get(field.name).as_object().into_iter().flatten();
                    for (name, value) in members.filter(|(name, _)| !self.has_own(name)) {
                        view.serialize_entry(name, value)?;
                    }
                }
            }
        }
        view.end()
    }
}
