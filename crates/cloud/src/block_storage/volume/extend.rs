//! Making a volume larger.

use serde_json::json;

use super::{Volume, action};
use crate::block_storage::state::settled;
use crate::block_storage::{BlockStorage, Size};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::operation::{Effect, Operation, operation};
use crate::resource::Named;

operation! {
    /// Makes a volume larger, attached or not, and waits until it is.
    ///
    /// What is on it stays; the file system has to be extended by the guest. Volumes never become
    /// smaller: a size that is not above the present one is refused before anything is done.
    ///
    /// Cinder: `GET /volumes/{id}`, `POST /volumes/{id}/action` with `os-extend`.
    ///
    /// ```sh
    /// ik volume extend data 20
    /// ```
    BlockStorage::extend_volume as ExtendVolume, "volume extend" [volume_id, new_size],
    Effect::Changes,
    (
        /// The volume, by name or id.
        volume_id: Named<Volume>,
        /// The new size in GiB.
        new_size: Size,
    )
    {
        /// Return only when it has the new size.
        wait: bool = true,
    }
}

impl Operation for ExtendVolume {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let volume = self.volume_id.find(cloud).await?;
        let size = self.new_size.0;
        if size <= volume.size {
            let (name, has) = (self.volume_id.as_str(), volume.size);
            return Err(Error::new(
                Kind::Invalid,
                format!("volume `{name}` has {has} GiB already; {size} GiB would not be more"),
            )
            .with_hint("volumes can only grow: give the new size as a whole, in GiB")
            .with_resource(volume.id));
        }
        action(cloud, &volume.id, json!({ "os-extend": { "new_size": size } })).await?;
        if !self.wait {
            return Ok(());
        }
        let wanted = format!("{size} GiB large");
        let is_done = |volume: &Volume| volume.is_at_rest() && volume.size >= size;
        settled(cloud, &volume.id, self.volume_id.as_str(), &wanted, is_done).await.map(drop)
    }
}
