//! The one thing that a command is about, as the service has it: found by what was said, or by what an
//! operation gave back.

use infomaniak_cloud::{Cloud, Error};
use serde_json::Value;

use super::face::{Place, Show};
use super::run::Call;

impl Call<'_> {
    /// What is to be shown, with what else is asked for about it.
    pub(super) async fn thing(&self, cloud: &Cloud, show: &Show) -> Result<Value, Error> {
        let mut thing = match show.below {
            None => show.noun.find(cloud, self.target()).await?,
            Some(parent) => {
                let [parent_name, name] = self.both();
                let id = parent.id(cloud, parent_name).await?;
                show.noun.find_below(cloud, [parent.path, &id], name).await?
            }
        };
        if let Some(of) = &show.parts {
            let id = thing[show.noun.key].as_str().unwrap_or_default().to_string();
            let query = [(of.query.to_string(), id)];
            thing[of.field] = of.noun.all(cloud, of.noun.list, &query, None).await?.into();
        }
        Ok(thing)
    }

    /// What an operation made, or changed, as the service has it now.
    pub(super) async fn made(
        &self,
        cloud: &Cloud,
        show: &Show,
        made: &Value,
    ) -> Result<Value, Error> {
        if let Some([parent, child]) = show.between {
            let [parent_name, child_name] = self.both();
            let parent_id = parent.id(cloud, parent_name).await?;
            let child_id = child.id(cloud, child_name).await?;
            let path = [parent.path, &parent_id, show.noun.path, &child_id];
            return show.noun.at(cloud, &path).await;
        }
        let keys = ["id", "image_id", show.noun.key];
        let id = keys.into_iter().find_map(|key| made[key].as_str());
        match (id, show.below) {
            (Some(id), Some(parent)) => {
                let parent_id = parent.id(cloud, self.target()).await?;
                show.noun.at(cloud, &[parent.path, &parent_id, show.noun.path, id]).await
            }
            (Some(id), None) => show.noun.get(cloud, id).await,
            // What only changed something gives nothing back.
            (None, _) => show.noun.get(cloud, &show.noun.id(cloud, self.target()).await?).await,
        }
    }

    /// The first two positional arguments.
    fn both(&self) -> [&str; 2] {
        let named = self.face.flags().filter(|flag| flag.place == Place::One);
        let mut named = named.filter_map(|flag| self.given.text(flag.name));
        [named.next().unwrap_or_default(), named.next().unwrap_or_default()]
    }
}

/// A service may leave out fields that are known already: from the operation, or from what was asked
/// for.
pub(super) fn complete(thing: &mut Value, known: &Value) {
    if let (Some(thing), Some(known)) = (thing.as_object_mut(), known.as_object()) {
        for (field, value) in known.iter().filter(|(_, value)| !value.is_null()) {
            thing.entry(field.clone()).or_insert_with(|| value.clone());
        }
    }
}
