//! Images: what instances are started from.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::Compute;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Absence, Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource};
use crate::session::Request;
use crate::session::service::{IMAGE, Service};

operations!(ListImages, GetImage);

/// An image.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Image {
    /// The id.
    pub id: String,
    /// The name; empty if it was given none, and not necessarily unique.
    #[serde(deserialize_with = "null_as_empty")]
    pub name: String,
    /// `active` when it can be used; `queued` and `saving` before.
    pub status: String,
    /// Smallest disk, in GB, an instance of it needs.
    pub min_disk: u64,
    /// Least memory, in MB, an instance of it needs.
    pub min_ram: u64,
    /// Size in bytes; unknown before the data is there.
    pub size: Option<u64>,
    /// When it was created, as the server writes it.
    pub created_at: Option<String>,
}

fn null_as_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Option::<String>::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl Record for Image {
    const NOUN: &'static str = "image";
    const COLUMNS: &'static [&'static str] = &["id", "name", "status", "min_disk", "size"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for Image {
    const SERVICE: &'static Service = &IMAGE;
    const PATH: &'static str = "images";
    const LIST: &'static [&'static str] = &["images"];
    const ONE: &'static str = "";
    const MANY: &'static str = "images";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn status(&self) -> &str {
        &self.status
    }

    /// Glance reads `in:a,b` as several names: a name that begins so cannot be asked for.
    fn called(name: &str) -> Request {
        let every = Request::get(&IMAGE, Self::LIST);
        if name.starts_with("in:") { every } else { every.query("name", name) }
    }
}

operation! {
    /// Lists the images this project may use.
    ///
    /// Glance: `GET /v2/images`.
    ///
    /// ```sh
    /// ik image list
    /// ik image list -c name -f value
    /// ```
    Compute::list_images as ListImages, "image list", Effect::Reads,
    () {}
}

impl Operation for ListImages {
    type Output = Vec<Image>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Image>> {
        Image::list(cloud).all().await
    }
}

operation! {
    /// Shows an image.
    ///
    /// Glance: `GET /v2/images/{id}`, or `GET /v2/images?name={name}`.
    ///
    /// ```sh
    /// ik image show "Debian 12 bookworm"
    /// ```
    Compute::get_image as GetImage, "image show", Effect::Reads,
    (
        /// The image, by name or id.
        image_id: Named<Image>,
    )
    {}
}

impl Operation for GetImage {
    type Output = Image;
    const ABSENCE: Absence = Absence::Silent;
    const OMITTED: &'static [&'static str] = &["created_at"];

    async fn run(&self, cloud: &Cloud) -> Result<Image> {
        self.image_id.find(cloud).await
    }
}
