//! Images: what instances are started from.

mod again;
mod change;
mod save;
mod upload;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub use change::{DeleteImage, SetImage, UnsetImage};
pub use save::SaveImage;
pub use upload::CreateImage;

use super::Compute;
use super::instance::some;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::body::texts;
use crate::operation::{Absence, Effect, Operation, operation, operations, plain_settings};
use crate::resource::null_as_empty;
use crate::resource::{Named, Record, Resource};
use crate::session::Request;
use crate::session::service::{IMAGE, Service};

operations!(ListImages, GetImage, CreateImage, SaveImage, SetImage, UnsetImage, DeleteImage);

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
    /// ik image list --status active --property os_distro=debian
    /// ```
    Compute::list_images as ListImages, "image list", Effect::Reads,
    () {
        /// Only those of this name.
        name: Option<String> = None,
        /// Only those with this status: active, queued ...
        status: Option<String> = None,
        /// Only those that these may use. Without it all but other projects' community images.
        visibility: Option<Visible> = None,
        /// Only those with these properties.
        property: Map<String, Value> = Map::new(),
        /// Only those with all of these tags.
        tags: Vec<String> = Vec::new(),
        /// Hidden ones instead of the others.
        hidden: bool = false,
        /// So many at most.
        limit: Option<u64> = None,
        /// Those that follow the image with this id.
        marker: Option<String> = None,
    }
}

/// Who may use an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(extend("x-switches" = true))]
pub enum Visibility {
    /// Every project; for administrators.
    Public,
    /// Its own project.
    Private,
    /// Every project that asks for it by its id.
    Community,
    /// Its own project, and those that it is shared with.
    Shared,
}

/// Which images are listed, by who may use them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(extend("x-switches" = true))]
pub enum Visible {
    /// Those for every project.
    Public,
    /// Those for one's own project.
    Private,
    /// Those that every project may use, and none is shown unasked.
    Community,
    /// Those that are shared with projects by name.
    Shared,
    /// All of them.
    All,
}

plain_settings!(Visibility, Visible);

impl Operation for ListImages {
    type Output = Vec<Image>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Image>> {
        let mut request = Request::get(&IMAGE, Image::LIST);
        for (name, value) in
            [("name", &self.name), ("status", &self.status), ("marker", &self.marker)]
        {
            if let Some(value) = value {
                request = request.query(name, value);
            }
        }
        if let Some(visible) = self.visibility {
            request = request.query("visibility", json!(visible).as_str().unwrap_or_default());
        }
        for (key, value) in &texts(&self.property) {
            request = request.query(key, value.as_str().unwrap_or_default());
        }
        for tag in &self.tags {
            request = request.query("tag", tag);
        }
        if self.hidden {
            request = request.query("os_hidden", "true");
        }
        some(cloud, request, Image::MANY, self.limit).await
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
