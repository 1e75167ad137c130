//! Removing an instance, at once or as the cloud does it by itself.

use serde_json::json;

use super::state::gone;
use super::{Compute, Instance, action};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation};
use crate::resource::{Named, Record, Resource, or_gone};

operation! {
    /// Deletes an instance with its local disk.
    ///
    /// One that is gone already counts as deleted, unless `force` is set.
    ///
    /// Nova: `DELETE /servers/{id}`; with `force` `POST /servers/{id}/action` with `forceDelete`.
    ///
    /// ```sh
    /// ik server delete web
    /// ik server delete web db --yes --wait
    /// ```
    Compute::delete_instance as DeleteInstance, "server delete", Effect::Destroys,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {
        /// Delete at once, even where the cloud would keep it restorable for a while.
        force: bool = false,
        /// Return only when it is gone.
        wait: bool = false,
    }
}

impl Operation for DeleteInstance {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let (force, name) = (self.force, self.instance_id.as_str());
        let maybe_id = Instance::is_id(name);
        let deleted = self.instance_id.apply(cloud, |id| async move {
            if force {
                action(cloud, &id, &json!({ "forceDelete": null })).await?;
            } else if maybe_id {
                // Not known as an id: it may still be a name.
                Instance::delete(cloud, &id).await?;
            } else {
                or_gone(Instance::delete(cloud, &id).await, Instance::NOUN, &id)?;
            }
            Ok(id)
        });
        let id = match deleted.await {
            Err(error) if maybe_id && !force => {
                return or_gone(Err(error), Instance::NOUN, name);
            }
            deleted => deleted?,
        };
        if self.wait { gone(cloud, &id, name).await } else { Ok(()) }
    }
}

operation! {
    /// Deletes an instance at once and for good: the same as deleting it with force.
    ///
    /// Nova: `POST /servers/{id}/action` with `forceDelete`.
    ///
    /// ```sh
    /// ik server terminate web --yes
    /// ```
    Compute::terminate_instance as TerminateInstance, "server terminate", Effect::Irreversible,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {
        /// Return only when it is gone.
        wait: bool = false,
    }
}

impl Operation for TerminateInstance {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let mut delete = DeleteInstance::new(self.instance_id.clone());
        delete.force = true;
        delete.wait = self.wait;
        delete.run(cloud).await
    }
}
