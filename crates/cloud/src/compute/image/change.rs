//! What can be changed on an image, and its end.

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::{Compute, Image, Visibility};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::body::{nothing, texts};
use crate::operation::{Effect, Operation, operation};
use crate::resource::{Named, Resource, or_gone};
use crate::session::Request;
use crate::session::service::IMAGE;

operation! {
    /// Changes an image's name, needs, visibility, protection, properties or tags.
    ///
    /// What is not given stays as it is.
    ///
    /// Glance: `PATCH /v2/images/{id}`, `PUT /v2/images/{id}/tags/{tag}`.
    ///
    /// ```sh
    /// ik image set mine --min-disk 20 --property os_distro=debian --tag base
    /// ik image set mine --visibility community --protected
    /// ```
    Compute::set_image as SetImage, "image set", Effect::Changes,
    (
        /// The image, by name or id.
        image_id: Named<Image>,
    )
    {
        /// The new name.
        name: Option<String> = None,
        /// Smallest disk, in GiB, an instance of it needs.
        min_disk: Option<u64> = None,
        /// Least memory, in MiB, an instance of it needs.
        min_ram: Option<u64> = None,
        /// Who may use it.
        visibility: Option<Visibility> = None,
        /// Whether it cannot be deleted.
        protected: Option<bool> = None,
        /// Properties to add, or to give another value.
        property: Map<String, Value> = Map::new(),
        /// Tags to add.
        tags: Vec<String> = Vec::new(),
    }
}

impl Operation for SetImage {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let changes = self.changes();
        if changes.is_empty() && self.tags.is_empty() {
            return Err(nothing("change"));
        }
        let id = self.image_id.find(cloud).await?.id;
        patch(cloud, &id, changes).await?;
        for tag in &self.tags {
            let path = [Image::PATH, &id, "tags", tag];
            cloud.send(Request::new(&IMAGE, Method::PUT, &path)).await?;
        }
        Ok(())
    }
}

impl SetImage {
    /// The changes as a JSON patch.
    fn changes(&self) -> Vec<Value> {
        let fields = [
            ("name", self.name.as_ref().map(|name| json!(name))),
            ("min_disk", self.min_disk.map(Value::from)),
            ("min_ram", self.min_ram.map(Value::from)),
            ("visibility", self.visibility.map(|visibility| json!(visibility))),
            ("protected", self.protected.map(Value::from)),
        ];
        let fields = fields.into_iter().filter_map(|(field, value)| {
            Some(json!({ "op": "replace", "path": pointer(field), "value": value? }))
        });
        let properties = texts(&self.property);
        let properties = properties
            .iter()
            .map(|(key, value)| json!({ "op": "add", "path": pointer(key), "value": value }));
        fields.chain(properties).collect()
    }
}

operation! {
    /// Removes properties or tags of an image.
    ///
    /// Glance: `PATCH /v2/images/{id}`, `DELETE /v2/images/{id}/tags/{tag}`.
    ///
    /// ```sh
    /// ik image unset mine --property os_distro --tag base
    /// ```
    Compute::unset_image as UnsetImage, "image unset", Effect::Changes,
    (
        /// The image, by name or id.
        image_id: Named<Image>,
    )
    {
        /// Properties that go.
        properties: Vec<String> = Vec::new(),
        /// Tags that go. One that is not there counts as removed.
        tags: Vec<String> = Vec::new(),
    }
}

impl Operation for UnsetImage {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        if self.properties.is_empty() && self.tags.is_empty() {
            return Err(nothing("remove"));
        }
        let id = self.image_id.find(cloud).await?.id;
        let changes = self.properties.iter();
        let changes = changes.map(|key| json!({ "op": "remove", "path": pointer(key) }));
        patch(cloud, &id, changes.collect()).await?;
        for tag in &self.tags {
            let path = [Image::PATH, &id, "tags", tag];
            let removed = cloud.send(Request::delete(&IMAGE, &path)).await;
            or_gone(removed.map(drop), "tag", tag)?;
        }
        Ok(())
    }
}

operation! {
    /// Deletes an image. Instances made of it stay.
    ///
    /// One that is gone already counts as deleted.
    ///
    /// Glance: `DELETE /v2/images/{id}`.
    ///
    /// ```sh
    /// ik image delete mine other
    /// ```
    Compute::delete_image as DeleteImage, "image delete", Effect::Destroys,
    (
        /// The image, by name or id.
        image_id: Named<Image>,
    )
    {}
}

impl Operation for DeleteImage {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        self.image_id.delete(cloud).await
    }
}

/// Glance's own type of a JSON patch.
const PATCH: &str = "application/openstack-images-v2.1-json-patch";

async fn patch(cloud: &Cloud, id: &str, changes: Vec<Value>) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let request = Request::new(&IMAGE, Method::PATCH, &[Image::PATH, id]);
    cloud.send(request.content(Value::from(changes).to_string(), PATCH)).await.map(drop)
}

/// A field's address in a JSON patch.
fn pointer(field: &str) -> String {
    format!("/{}", field.replace('~', "~0").replace('/', "~1"))
}
