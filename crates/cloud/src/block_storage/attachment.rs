//! Attachments: which volume is at which instance. Nova makes and removes them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::state::settled;
use super::{BlockStorage, Volume};
use crate::cloud::Cloud;
use crate::compute::Instance;
use crate::error::{Error, Kind, Processed, Result};
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource};
use crate::session::service::COMPUTE;
use crate::session::{Microversion, Request};

operations!(AttachVolume, DetachVolume, ListVolumeAttachments, GetVolumeAttachment);

/// A volume at an instance.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Attachment {
    /// Id of the volume.
    #[serde(alias = "volumeId")]
    pub volume_id: String,
    /// Id of the instance.
    #[serde(alias = "serverId")]
    pub server_id: String,
    /// Where the guest sees it: `/dev/vdb`. Some hypervisors decide for themselves.
    pub device: Option<String>,
    /// Whether the volume goes when the instance is deleted.
    #[serde(default)]
    pub delete_on_termination: Option<bool>,
    /// A tag under which the guest finds it.
    #[serde(default)]
    pub tag: Option<String>,
}

impl Record for Attachment {
    const NOUN: &'static str = "volume attachment";
    const COLUMNS: &'static [&'static str] =
        &["volume_id", "device", "delete_on_termination", "tag"];

    fn identifier(&self) -> &str {
        &self.volume_id
    }
}

/// The path of an instance's attachments.
const PATH: &str = "os-volume_attachments";

operation! {
    /// Attaches a volume to an instance, and waits until it is there.
    ///
    /// Should Nova's answer be lost, it is looked whether the volume is attached; it is never asked
    /// for twice.
    ///
    /// Nova: `POST /servers/{id}/os-volume_attachments`.
    ///
    /// ```sh
    /// ik server add volume web data
    /// ik server add volume web data --device /dev/vdb
    /// ```
    BlockStorage::attach_volume as AttachVolume,
    "server add volume" [instance_id, volume_id], Effect::Changes,
    (
        /// The volume, by name or id.
        volume_id: Named<Volume>,
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {
        /// Where the guest shall see it: `/dev/vdb`. Without it, the cloud decides.
        device: Option<String> = None,
        /// Whether the volume goes when the instance is deleted.
        delete_on_termination: bool = false,
        /// A tag under which the guest finds it.
        tag: Option<String> = None,
        /// Return only when the volume is in use.
        wait: bool = true,
    }
}

impl Operation for AttachVolume {
    type Output = ();

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let (volume, instance) = both(cloud, &self.volume_id, &self.instance_id).await?;
        let request = self.request(&volume, &instance);
        match cloud.send(request).await {
            Ok(_) => {}
            Err(error) if error.processed() == Processed::No => return Err(error),
            Err(error) => look_again(cloud, &volume, &instance, error).await?,
        }
        self.until_attached(cloud, &volume, &instance).await
    }

    async fn existing(&self, cloud: &Cloud) -> Result<Option<()>> {
        let (volume, instance) = both(cloud, &self.volume_id, &self.instance_id).await?;
        let path = [Instance::PATH, &instance, PATH, &volume];
        match cloud.send(Request::get(&COMPUTE, &path)).await {
            Err(error) if error.kind() == Kind::NotFound => Ok(None),
            outcome => {
                outcome?;
                self.until_attached(cloud, &volume, &instance).await.map(Some)
            }
        }
    }
}

impl AttachVolume {
    /// Waits, if it shall be waited, until the volume is in use.
    async fn until_attached(&self, cloud: &Cloud, volume: &str, instance: &str) -> Result<()> {
        if !self.wait {
            return Ok(());
        }
        let is_done = |seen: &Volume| seen.status == "in-use" && seen.is_attached_to(instance);
        settled(cloud, volume, self.volume_id.as_str(), "in-use", is_done).await.map(drop)
    }

    /// Only what was asked for: Nova refuses nulls.
    fn request(&self, volume: &str, instance: &str) -> Request {
        let mut attachment = json!({ "volumeId": volume });
        if let Some(device) = &self.device {
            attachment["device"] = device.as_str().into();
        }
        let mut needed = None;
        if let Some(tag) = &self.tag {
            attachment["tag"] = tag.as_str().into();
            needed = Some((Microversion(2, 49), "a tag on an attachment"));
        }
        if self.delete_on_termination {
            attachment["delete_on_termination"] = true.into();
            needed = Some((Microversion(2, 79), "a volume that goes with its instance"));
        }
        let path = [Instance::PATH, instance, PATH];
        let request = Request::post(&COMPUTE, &path, json!({ "volumeAttachment": attachment }));
        needed.map_or(request.clone(), |(version, what)| request.needs(version, what))
    }
}

/// The ids of a volume and an instance. What looks like an id is taken for one.
async fn both(
    cloud: &Cloud,
    volume: &Named<Volume>,
    instance: &Named<Instance>,
) -> Result<(String, String)> {
    let (volume, instance) = tokio::join!(volume.id(cloud), instance.id(cloud));
    Ok((volume?, instance?))
}

/// The answer was lost: the instance's attachments tell whether the volume is among them.
async fn look_again(cloud: &Cloud, volume: &str, instance: &str, lost: Error) -> Result<()> {
    let path = [Instance::PATH, instance, PATH, volume];
    match cloud.send(Request::get(&COMPUTE, &path)).await {
        Ok(_) => Ok(()),
        Err(_) => Err(lost.with_better_hint(
            "it is not known whether the volume was attached: look at the volume before trying again",
        )),
    }
}

operation! {
    /// Detaches a volume from an instance, and waits until it can be used elsewhere.
    ///
    /// A volume that is not attached to this instance is an error. Unmount it in the guest first.
    ///
    /// Nova: `GET /servers/{id}/os-volume_attachments`, then `DELETE` of the volume's one.
    ///
    /// ```sh
    /// ik server remove volume web data --yes
    /// ```
    BlockStorage::detach_volume as DetachVolume,
    "server remove volume" [instance_id, volume_id], Effect::Destroys,
    (
        /// The volume, by name or id.
        volume_id: Named<Volume>,
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {
        /// Return only when the volume is available.
        wait: bool = true,
    }
}

impl Operation for DetachVolume {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let (volume, instance) = both(cloud, &self.volume_id, &self.instance_id).await?;
        let attached = attachments(cloud, &instance).await?;
        if !attached.iter().any(|attachment| attachment.volume_id == volume) {
            return Err(not_attached(&self.volume_id, &self.instance_id));
        }
        let path = [Instance::PATH, &instance, PATH, &volume];
        cloud.send(Request::delete(&COMPUTE, &path)).await?;
        if !self.wait {
            return Ok(());
        }
        let is_done = |seen: &Volume| seen.is_at_rest() && !seen.is_attached_to(&instance);
        settled(cloud, &volume, self.volume_id.as_str(), "available", is_done).await.map(drop)
    }
}

fn not_attached(volume: &Named<Volume>, instance: &Named<Instance>) -> Error {
    Error::new(
        Kind::NotFound,
        format!("volume `{volume}` is not attached to instance `{instance}`"),
    )
    .with_service(COMPUTE.kind)
    .with_resource(volume.as_str())
    .with_hint(format!("see where it is: ik volume show '{volume}'"))
}

async fn attachments(cloud: &Cloud, instance: &str) -> Result<Vec<Attachment>> {
    let path = [Instance::PATH, instance, PATH];
    cloud.send(Request::get(&COMPUTE, &path)).await?.field("volumeAttachments")
}

operation! {
    /// Lists the volumes at an instance.
    ///
    /// Nova: `GET /servers/{id}/os-volume_attachments`.
    ///
    /// ```sh
    /// ik server volume list web
    /// ```
    BlockStorage::list_volume_attachments as ListVolumeAttachments,
    "server volume list", Effect::Reads,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {}
}

impl Operation for ListVolumeAttachments {
    type Output = Vec<Attachment>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Attachment>> {
        let look = |id: String| async move { attachments(cloud, &id).await };
        self.instance_id.apply(cloud, look).await
    }
}

operation! {
    /// Shows how a volume is attached to an instance.
    ///
    /// Nova: `GET /servers/{id}/os-volume_attachments/{volume}`.
    ///
    /// ```sh
    /// ik server volume show web data
    /// ```
    BlockStorage::get_volume_attachment as GetVolumeAttachment,
    "server volume show" [instance_id, volume_id], Effect::Reads,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
        /// The volume, by name or id.
        volume_id: Named<Volume>,
    )
    {}
}

impl Operation for GetVolumeAttachment {
    type Output = Attachment;

    async fn run(&self, cloud: &Cloud) -> Result<Attachment> {
        let (volume, instance) = both(cloud, &self.volume_id, &self.instance_id).await?;
        let path = [Instance::PATH, &instance, PATH, &volume];
        cloud.send(Request::get(&COMPUTE, &path)).await?.field("volumeAttachment")
    }
}
