//! Deleting a volume.

use super::Volume;
use crate::block_storage::BlockStorage;
use crate::block_storage::state::gone;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation};
use crate::resource::{Named, Record, Resource, or_gone};
use crate::session::Request;
use crate::session::service::BLOCK_STORAGE;

operation! {
    /// Deletes a volume with all that is on it.
    ///
    /// One that is gone already counts as deleted, unless `force` is set. Volumes that are attached or
    /// have snapshots are refused.
    ///
    /// Cinder: `DELETE /volumes/{id}`; with `force` `DELETE /volumes/{id}?force=true`.
    ///
    /// ```sh
    /// ik volume delete data --yes
    /// ik volume delete data --purge --yes --wait
    /// ```
    BlockStorage::delete_volume as DeleteVolume, "volume delete", Effect::Destroys,
    (
        /// The volume, by name or id.
        volume_id: Named<Volume>,
    )
    {
        /// Delete it whatever its state, even attached. Most clouds keep this for administrators.
        force: bool = false,
        /// Delete its snapshots with it.
        purge: bool = false,
        /// Return only when it is gone.
        wait: bool = false,
    }
}

impl Operation for DeleteVolume {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let (force, name) = (self.force, self.volume_id.as_str());
        let maybe_id = Volume::is_id(name);
        let deleted = self.volume_id.apply(cloud, |id| async move {
            let deleted = cloud.send(self.request(&id)).await.map(drop);
            // Not known as an id: it may still be a name.
            let strict = maybe_id || force;
            if strict { deleted } else { or_gone(deleted, Volume::NOUN, &id) }?;
            Ok(id)
        });
        let id = match deleted.await {
            Err(error) if maybe_id && !force => {
                return or_gone(Err(error), Volume::NOUN, name);
            }
            deleted => deleted?,
        };
        if self.wait { gone::<Volume>(cloud, &id, name).await } else { Ok(()) }
    }
}

impl DeleteVolume {
    fn request(&self, id: &str) -> Request {
        let mut request = Request::delete(&BLOCK_STORAGE, &[Volume::PATH, id]);
        for (wanted, parameter) in [(self.purge, "cascade"), (self.force, "force")] {
            if wanted {
                request = request.query(parameter, "true");
            }
        }
        request
    }
}
