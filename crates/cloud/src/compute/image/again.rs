//! An image that is there already is not made again: it is waited for, and given its data if it has none.
//!
//! What Nova makes of an instance waits for its data, too, but from Nova: such an image is only waited for.

use serde_json::Value;

use super::upload::{remove, send};
use super::{CreateImage, Image};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::resource::{Resource, existing, unusable};
use crate::session::Request;
use crate::session::service::IMAGE;
use crate::session::upload::{Upload, told_over};
use crate::wait::{Look, until};

/// The project's image that `wanted` describes, if there is one, with its data.
pub(super) async fn found(cloud: &Cloud, wanted: &CreateImage) -> Result<Option<Image>> {
    let mut listing = Image::called(&wanted.name);
    if let Some(project) = cloud.project_id().await? {
        listing = listing.query("owner", &project);
    }
    let stays = |image: &Image| !matches!(image.status.as_str(), "deleted" | "pending_delete");
    let Some(image) = existing(cloud, listing, &wanted.name, stays).await? else {
        return Ok(None);
    };
    let record = look(cloud, &image.id).await?;
    fits(&image, &record, wanted)?;
    let is_others = record["instance_uuid"].is_string();
    let is_at_work = |status: &str| {
        // Somebody is sending the data, or will.
        matches!(status, "saving" | "uploading" | "importing") || is_others && status == "queued"
    };
    let image = if is_at_work(&image.status) {
        let subject = subject(&image);
        until(cloud, &subject, || async {
            let image = Image::get(cloud, &image.id).await?;
            let works = is_at_work(&image.status);
            Ok(if works { Look::Pending(image.status) } else { Look::Done(image) })
        })
        .await?
    } else {
        image
    };
    match (image.status.as_str(), &wanted.file) {
        ("killed", _) => Err(unusable(&image)),
        ("queued", Some(path)) => complete(cloud, image, path).await.map(Some),
        _ => Ok(Some(image)),
    }
}

/// ``image `mine` (4f1e...)``
fn subject(image: &Image) -> String {
    format!("image `{}` ({})", image.name, image.id)
}

/// Everything that Glance tells of it.
async fn look(cloud: &Cloud, id: &str) -> Result<Value> {
    cloud.send(Request::get(&IMAGE, &[Image::PATH, id])).await?.json()
}

/// What cannot be changed once there is data has to be as it was asked for.
fn fits(image: &Image, record: &Value, wanted: &CreateImage) -> Result<()> {
    for (field, wanted) in
        [("disk_format", &wanted.disk_format), ("container_format", &wanted.container_format)]
    {
        let Some(is) = record[field].as_str().filter(|is| is != wanted) else { continue };
        let message = format!("{} is there, but its {field} is {is}, not {wanted}", subject(image));
        return Err(Error::new(Kind::Conflict, message.replace('_', " "))
            .with_service(IMAGE.kind)
            .with_resource(&image.id)
            .with_hint("take another name, or delete it"));
    }
    Ok(())
}

/// Sends the data that an earlier attempt has not sent.
async fn complete(cloud: &Cloud, image: Image, path: &str) -> Result<Image> {
    let subject = subject(&image);
    let upload = Upload::open(path, subject.clone())?;
    let sent = send(cloud, &image.id, &upload).await;
    told_over(&subject);
    let error = match sent {
        Ok(image) => return Ok(image),
        Err(error) => error,
    };
    // What has no data is no worse than before; what has other data must not be taken for good.
    match Image::get(cloud, &image.id).await {
        Ok(now) if now.status == "queued" => Err(error
            .with_resource(&image.id)
            .with_better_hint("the image is still there without its data: do this again")),
        _ => Err(remove(cloud, &image.id, error).await),
    }
}
