//! `/volumes/{id}/metadata` and `/snapshots/{id}/metadata`: what their owner keeps with them.

use serde_json::{Map, Value, json};

use crate::answer::NO_BODY;
use crate::call::{Call, Refusal, Reply};
use crate::check::{Member, Shape};
use crate::kind::Kind;
use crate::store::Document;

/// What metadata has to look like.
pub(in crate::block_storage) const METADATA: Shape = Shape::Map(&Shape::Text { min: 0, max: 255 });
pub(in crate::block_storage) const METADATA_OR_NULL: Shape = Shape::Types(&[METADATA, Shape::Null]);

const ALL: Shape = Shape::Object(&[Member::new("metadata", METADATA).required()]);
const ONE: Shape = Shape::Object(&[Member::new("meta", METADATA).required()]);

/// Whose metadata it is.
pub(in crate::block_storage) struct Target {
    pub(in crate::block_storage) kind: &'static Kind,
    /// What one is called: `Volume`.
    pub(in crate::block_storage) noun: &'static str,
}

impl Target {
    fn find(&self, call: &Call<'_>) -> Result<(Document, Map<String, Value>), Refusal> {
        let thing = self.kind.find(call, call.segment("id"))?;
        let metadata = thing.get("metadata").as_object().cloned().unwrap_or_default();
        Ok((thing, metadata))
    }

    fn no_such_key(&self, call: &Call<'_>) -> Refusal {
        let (id, key, noun) = (call.segment("id"), call.segment("key"), self.noun);
        Refusal::not_found(format!("{noun} {id} has no metadata with key {key}."))
    }

    pub(in crate::block_storage) fn show(&self, call: &mut Call<'_>) -> Result<Reply, Refusal> {
        let (_, metadata) = self.find(call)?;
        Ok(Reply::ok(json!({ "metadata": metadata })))
    }

    pub(in crate::block_storage) fn extend(&self, call: &mut Call<'_>) -> Result<Reply, Refusal> {
        (call.service.check)(call, &ALL)?;
        let (thing, mut metadata) = self.find(call)?;
        if let Value::Object(more) = call.body["metadata"].take() {
            metadata.extend(more);
        }
        keep(call, thing, metadata.clone())?;
        Ok(Reply::ok(json!({ "metadata": metadata })))
    }

    pub(in crate::block_storage) fn replace(&self, call: &mut Call<'_>) -> Result<Reply, Refusal> {
        (call.service.check)(call, &ALL)?;
        let (thing, _) = self.find(call)?;
        let metadata = call.body["metadata"].as_object().cloned().unwrap_or_default();
        keep(call, thing, metadata.clone())?;
        Ok(Reply::ok(json!({ "metadata": metadata })))
    }

    pub(in crate::block_storage) fn one(&self, call: &mut Call<'_>) -> Result<Reply, Refusal> {
        let (_, metadata) = self.find(call)?;
        let key = call.segment("key");
        let value = metadata.get(key).ok_or_else(|| self.no_such_key(call))?;
        Ok(Reply::ok(json!({ "meta": { key: value } })))
    }

    pub(in crate::block_storage) fn set(&self, call: &mut Call<'_>) -> Result<Reply, Refusal> {
        (call.service.check)(call, &ONE)?;
        let (thing, mut metadata) = self.find(call)?;
        let meta = call.body["meta"].as_object().cloned().unwrap_or_default();
        if !meta.contains_key(call.segment("key")) {
            return Err(Refusal::bad_request("Request body and URI mismatch"));
        }
        metadata.extend(meta.clone());
        keep(call, thing, metadata)?;
        Ok(Reply::ok(json!({ "meta": meta })))
    }

    pub(in crate::block_storage) fn remove(&self, call: &mut Call<'_>) -> Result<Reply, Refusal> {
        let (thing, mut metadata) = self.find(call)?;
        let removed = metadata.shift_remove(call.segment("key"));
        removed.ok_or_else(|| self.no_such_key(call))?;
        keep(call, thing, metadata)?;
        Ok(Reply::empty(200).header("content-type", NO_BODY))
    }
}

fn keep(call: &Call<'_>, mut thing: Document, metadata: Map<String, Value>) -> Result<(), Refusal> {
    thing.set("metadata", metadata);
    Ok(call.transaction.update(&thing)?)
}
