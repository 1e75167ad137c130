//! An instance from a new image; an image from an instance.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::state::settled;
use super::{Compute, Image, Instance};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::body::texts;
use crate::operation::{Effect, Operation, operation};
use crate::resource::{Named, Record, Resource};
use crate::session::service::COMPUTE;
use crate::session::{Microversion, Request};
use crate::wait::{Look, until};

operation! {
    /// Replaces an instance's disk by a new one, made of an image.
    ///
    /// The disk's data is lost; id, addresses and name stay.
    ///
    /// Nova: `POST /servers/{id}/action` with `rebuild`.
    ///
    /// ```sh
    /// ik server rebuild web --image "Debian 12 bookworm" --wait
    /// ```
    Compute::rebuild_instance as RebuildInstance, "server rebuild", Effect::Destroys,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {
        /// Image to start from, by name or id. Without one, the image it was made of.
        image: Option<Named<Image>> = None,
        /// Return only when it is ACTIVE (or SHUTOFF, if it was before).
        wait: bool = false,
    }
}

impl Operation for RebuildInstance {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let instance = self.instance_id.find(cloud).await?;
        let image = match (&self.image, instance.image) {
            (Some(image), _) => image.find(cloud).await?.id,
            (None, Some(image)) => image,
            (None, None) => {
                return Err(crate::Error::new(
                    crate::Kind::Invalid,
                    format!("instance `{}` was not made of an image", instance.name),
                )
                .with_hint("say of which to rebuild it: --image"));
            }
        };
        let body = json!({ "rebuild": { "imageRef": image } });
        super::action(cloud, &instance.id, &body).await?;
        if self.wait {
            settled(cloud, &instance.id, &instance.name, &["ACTIVE", "SHUTOFF"]).await?;
        }
        Ok(())
    }
}

/// An image being made.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// The new image's id.
    pub image_id: String,
}

impl Record for Snapshot {
    const NOUN: &'static str = "image";
    const COLUMNS: &'static [&'static str] = &["image_id"];

    fn identifier(&self) -> &str {
        &self.image_id
    }
}

operation! {
    /// Makes an image of an instance's disk.
    ///
    /// Nova: `POST /servers/{id}/action` with `createImage`, then Glance: `GET /v2/images/{id}`.
    ///
    /// ```sh
    /// ik server image create web --name web-backup --wait
    /// ```
    Compute::snapshot_instance as SnapshotInstance, "server image create", Effect::Changes,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {
        /// Name of the new image. Without one, the instance's.
        name: Option<String> = None,
        /// Metadata of the new image.
        property: Map<String, Value> = Map::new(),
        /// Return only when the image is active.
        wait: bool = false,
    }
}

impl Operation for SnapshotInstance {
    type Output = Snapshot;

    async fn run(&self, cloud: &Cloud) -> Result<Snapshot> {
        let instance = self.instance_id.find(cloud).await?;
        let name = self.name.as_deref().unwrap_or(&instance.name);
        let path = [Instance::PATH, &instance.id, "action"];
        let body = json!({
            "createImage": { "name": name, "metadata": texts(&self.property) },
        });
        let request = Request::post(&COMPUTE, &path, body)
            .needs(Microversion(2, 45), "the id of the new image in the answer");
        let snapshot: Snapshot = cloud.send(request).await?.json()?;
        if self.wait {
            active(cloud, &snapshot.image_id, name).await?;
        }
        Ok(snapshot)
    }
}

/// Waits until the image is active. One that vanishes is one that failed: Nova deletes it.
async fn active(cloud: &Cloud, id: &str, name: &str) -> Result<()> {
    let subject = format!("image `{name}` ({id})");
    until(cloud, &subject, || async {
        let image = Image::get(cloud, id).await?;
        Ok(match image.status.as_str() {
            "active" => Look::Done(()),
            status => Look::Pending(status.to_string()),
        })
    })
    .await
    .map_err(|error| error.with_resource(id))
}
