//! Putting an instance to rest and waking it: pause, suspend, shelve, rescue, and back; locks.
//!
//! They all are one action of Nova with nothing to say but the instance; the macro below has what
//! they share.

use serde_json::json;

use super::{Compute, Instance, act, action};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation};
use crate::resource::Named;

/// Operations that send an action without arguments and can wait for a status.
macro_rules! state_operations {
    ($(
        $(#[doc = $about:literal])*
        $method:ident as $name:ident, $command:literal, $effect:expr, $action:literal, $wanted:expr;
    )*) => {$(
        operation! {
            $(#[doc = $about])*
            Compute::$method as $name, $command, $effect,
            (
                /// The instance, by name or id.
                instance_id: Named<Instance>,
            )
            {
                /// Return only when it is so.
                wait: bool = false,
            }
        }

        impl Operation for $name {
            type Output = ();

            async fn run(&self, cloud: &Cloud) -> Result<()> {
                act(cloud, &self.instance_id, json!({ $action: null }), self.wait, $wanted).await
            }
        }
    )*};
}

state_operations! {
    /// Freezes an instance in memory.
    ///
    /// Nova: `POST /servers/{id}/action` with `pause`.
    ///
    /// ```sh
    /// ik server pause web --wait
    /// ```
    pause_instance as PauseInstance, "server pause", Effect::Interrupts, "pause", &["PAUSED"];

    /// Lets a paused instance go on.
    ///
    /// Nova: `POST /servers/{id}/action` with `unpause`.
    ///
    /// ```sh
    /// ik server unpause web --wait
    /// ```
    unpause_instance as UnpauseInstance, "server unpause", Effect::Changes, "unpause", &["ACTIVE"];

    /// Writes an instance's memory to disk and stops it.
    ///
    /// Nova: `POST /servers/{id}/action` with `suspend`.
    ///
    /// ```sh
    /// ik server suspend web --wait
    /// ```
    suspend_instance as SuspendInstance, "server suspend", Effect::Interrupts, "suspend",
        &["SUSPENDED"];

    /// Wakes a suspended instance.
    ///
    /// Nova: `POST /servers/{id}/action` with `resume`.
    ///
    /// ```sh
    /// ik server resume web --wait
    /// ```
    resume_instance as ResumeInstance, "server resume", Effect::Changes, "resume", &["ACTIVE"];

    /// Stops an instance and frees its host.
    ///
    /// A copy of its disk is kept as an image until it is unshelved.
    ///
    /// Nova: `POST /servers/{id}/action` with `shelve`.
    ///
    /// ```sh
    /// ik server shelve web --wait
    /// ```
    shelve_instance as ShelveInstance, "server shelve", Effect::Interrupts, "shelve",
        &["SHELVED", "SHELVED_OFFLOADED"];

    /// Brings a shelved instance back.
    ///
    /// Nova: `POST /servers/{id}/action` with `unshelve`.
    ///
    /// ```sh
    /// ik server unshelve web --wait
    /// ```
    unshelve_instance as UnshelveInstance, "server unshelve", Effect::Changes, "unshelve",
        &["ACTIVE"];

    /// Boots a rescued instance from its own disk again.
    ///
    /// Nova: `POST /servers/{id}/action` with `unrescue`.
    ///
    /// ```sh
    /// ik server unrescue web --wait
    /// ```
    unrescue_instance as UnrescueInstance, "server unrescue", Effect::Interrupts, "unrescue",
        &["ACTIVE"];
}

operation! {
    /// Boots an instance from a rescue image, with its own disk beside it.
    ///
    /// Nova: `POST /servers/{id}/action` with `rescue`.
    ///
    /// ```sh
    /// ik server rescue web --wait
    /// ik server rescue web --image "Debian 12 bookworm"
    /// ```
    Compute::rescue_instance as RescueInstance, "server rescue", Effect::Interrupts,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {
        /// Image to boot from, by name or id. Without one, the image the instance was made of.
        image: Option<Named<super::Image>> = None,
        /// Return only when it is in RESCUE.
        wait: bool = false,
    }
}

impl Operation for RescueInstance {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let mut rescue = serde_json::Value::Null;
        if let Some(image) = &self.image {
            rescue = json!({ "rescue_image_ref": image.find(cloud).await?.id });
        }
        let body = json!({ "rescue": rescue });
        act(cloud, &self.instance_id, body, self.wait, &["RESCUE"]).await
    }
}

operation! {
    /// Locks an instance: nobody but an administrator can change it until it is unlocked.
    ///
    /// Nova: `POST /servers/{id}/action` with `lock`.
    ///
    /// ```sh
    /// ik server lock web --reason 'on sale until Monday'
    /// ```
    Compute::lock_instance as LockInstance, "server lock", Effect::Changes,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {
        /// Why, for others to read.
        reason: Option<String> = None,
    }
}

impl Operation for LockInstance {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let lock = match &self.reason {
            Some(reason) => json!({ "locked_reason": reason }),
            None => serde_json::Value::Null,
        };
        let body = &json!({ "lock": lock });
        self.instance_id.apply(cloud, |id| async move { action(cloud, &id, body).await }).await
    }
}

operation! {
    /// Unlocks an instance.
    ///
    /// Nova: `POST /servers/{id}/action` with `unlock`.
    ///
    /// ```sh
    /// ik server unlock web
    /// ```
    Compute::unlock_instance as UnlockInstance, "server unlock", Effect::Changes,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {}
}

impl Operation for UnlockInstance {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = &json!({ "unlock": null });
        self.instance_id.apply(cloud, |id| async move { action(cloud, &id, body).await }).await
    }
}
