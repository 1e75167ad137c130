//! An image from a file, once, or not at all.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Compute, Image, Visibility, again};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Processed, Result};
use crate::operation::body::texts;
use crate::operation::{Effect, Operation, operation};
use crate::resource::Resource;
use crate::session::Request;
use crate::session::service::IMAGE;
use crate::session::upload::{Upload, told_over};
use crate::wait::lost::LOOKS;

operation! {
    /// Creates an image, with its data from a file.
    ///
    /// The file is sent as it is read, whatever its size, and Glance's digest of what it got is
    /// compared with that of what was read. When the data does not arrive whole, the image is
    /// removed again. Without a file the image stays `queued`: it has no data.
    ///
    /// With `--or-show` an image of this name, in this project, that has no data yet is given it.
    ///
    /// The id is chosen here: should Glance's answer be lost, the image is looked for by it, and never
    /// created twice.
    ///
    /// Glance: `POST /v2/images`, then `PUT /v2/images/{id}/file`.
    ///
    /// ```sh
    /// ik image create mine --file disk.qcow2 --disk-format qcow2 --property os_distro=debian
    /// ```
    Compute::create_image as CreateImage, "image create", Effect::Changes,
    (
        /// Name of the new image.
        name: String,
    )
    {
        /// File with its data; `-` is standard input.
        file: Option<String> = None,
        /// How the data is laid out: raw, qcow2, vmdk, iso ...
        disk_format: String = "raw".into(),
        /// What is around the data: bare, ova ...
        container_format: String = "bare".into(),
        /// Smallest disk, in GiB, an instance of it needs.
        min_disk: Option<u64> = None,
        /// Least memory, in MiB, an instance of it needs.
        min_ram: Option<u64> = None,
        /// Who may use it. Without it Glance makes it shared: with whom it is shared explicitly.
        visibility: Option<Visibility> = None,
        /// Whether it cannot be deleted until that is changed.
        protected: bool = false,
        /// Properties: `os_distro`, `hw_disk_bus` ...
        property: Map<String, Value> = Map::new(),
        /// Tags.
        tags: Vec<String> = Vec::new(),
    }
}

impl Operation for CreateImage {
    type Output = Image;
    const OMITTED: &'static [&'static str] = &["created_at"];
    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<Image> {
        let id = Uuid::new_v4().to_string();
        let subject = format!("image `{}` ({id})", self.name);
        // Opened first: what cannot be read is noticed before anything is created.
        let upload = match &self.file {
            Some(path) => Some(Upload::open(path, subject.clone())?),
            None => None,
        };
        let created = self.create(cloud, &id).await?;
        let Some(upload) = upload else { return Ok(created) };
        let sent = send(cloud, &id, &upload).await;
        told_over(&subject);
        match sent {
            Ok(image) => Ok(image),
            Err(error) => Err(remove(cloud, &id, error).await),
        }
    }

    async fn existing(&self, cloud: &Cloud) -> Result<Option<Image>> {
        again::found(cloud, self).await
    }
}

impl CreateImage {
    async fn create(&self, cloud: &Cloud, id: &str) -> Result<Image> {
        let mut image = texts(&self.property);
        let mut set = |field: &str, value: Value| drop(image.insert(field.to_string(), value));
        set("id", id.into());
        set("name", self.name.as_str().into());
        set("disk_format", self.disk_format.as_str().into());
        set("container_format", self.container_format.as_str().into());
        for (field, number) in [("min_disk", self.min_disk), ("min_ram", self.min_ram)] {
            if let Some(number) = number {
                set(field, number.into());
            }
        }
        if let Some(visibility) = self.visibility {
            set("visibility", json!(visibility));
        }
        if self.protected {
            set("protected", true.into());
        }
        if !self.tags.is_empty() {
            set("tags", json!(self.tags));
        }
        let request = Request::post(&IMAGE, &[Image::PATH], image.into());
        match cloud.send(request).await {
            Ok(response) => response.json(),
            Err(error) if error.processed() == Processed::No => Err(error),
            Err(error) => match Image::get(cloud, id).await {
                Ok(image) => Ok(image),
                Err(look) if look.kind() == Kind::NotFound => {
                    Err(error.with_better_hint("it was not created: it can be tried again"))
                }
                Err(_) => Err(error.with_better_hint(format!(
                    "it is not known whether it was created; if it was, its id is {id}"
                ))),
            },
        }
    }
}

/// Sends the data, and sees that it has arrived as it is.
pub(super) async fn send(cloud: &Cloud, id: &str, upload: &Upload) -> Result<Image> {
    let path = [Image::PATH, id, "file"];
    let request = Request::new(&IMAGE, reqwest::Method::PUT, &path).upload(upload.clone());
    let lost = match cloud.send(request).await {
        Ok(_) => None,
        Err(error) if error.processed() == Processed::No => return Err(error),
        Err(error) => Some(error),
    };
    let read = upload.outcome();
    if let Some(why) = read.failure {
        return Err(Error::new(Kind::Failed, format!("the file could not be read on: {why}")));
    }
    let arrived = arrived(cloud, id, lost).await?;
    let image: Image = serde_json::from_value(arrived.clone()).map_err(|error| {
        Error::new(Kind::Decode, "Glance's answer is no image").with_source(error)
    })?;
    let theirs = (arrived["os_hash_algo"] == "sha512").then(|| arrived["os_hash_value"].as_str());
    let differs = match (theirs.flatten(), &read.sha512) {
        (Some(theirs), Some(ours)) => theirs != ours,
        _ => image.size != Some(read.bytes),
    };
    if differs {
        return Err(Error::new(Kind::Failed, "Glance has other data than was read"));
    }
    if read.bytes == 0 {
        return Err(Error::new(Kind::Invalid, "there was nothing to read: the image is empty"));
    }
    Ok(image)
}

/// The image once it is active, though the answer may have been `lost`.
async fn arrived(cloud: &Cloud, id: &str, mut lost: Option<Error>) -> Result<Value> {
    let mut status = String::new();
    for pause in LOOKS {
        tokio::time::sleep(pause).await;
        let looked = cloud.send(Request::get(&IMAGE, &[Image::PATH, id])).await;
        match looked.and_then(|response| response.json::<Value>()) {
            Ok(image) if image["status"] == "active" => return Ok(image),
            Ok(image) => status = image["status"].as_str().unwrap_or_default().to_string(),
            Err(error) => lost = lost.or(Some(error)),
        }
        // What is back to `queued`, or never left it, will not come any more.
        if status == "queued" && lost.is_some() {
            break;
        }
    }
    Err(lost.unwrap_or_else(|| Error::new(Kind::Failed, format!("the image is {status}"))))
}

/// Removes an image whose data did not arrive, so that nothing half is left behind.
pub(super) async fn remove(cloud: &Cloud, id: &str, error: Error) -> Error {
    let error = error.with_resource(id);
    match Image::delete(cloud, id).await {
        Ok(()) => error
            .with_processed(Processed::No)
            .with_better_hint("the image was removed again: nothing is left behind"),
        Err(why) if why.kind() == Kind::NotFound => error.with_better_hint("the image is gone"),
        Err(_) => error.with_better_hint(format!(
            "the image stays behind without its data: delete it by its id {id}"
        )),
    }
}
