//! Another flavor for an instance, in two steps: resize, then confirm or revert.

use serde_json::json;

use super::{Compute, Flavor, Instance, act};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation};
use crate::resource::Named;

operation! {
    /// Gives an instance another flavor.
    ///
    /// It is stopped for it, and comes back with the new flavor in `VERIFY_RESIZE`. Both sizes are
    /// held until it is confirmed (`server resize confirm`) or reverted (`server resize revert`).
    ///
    /// Nova: `POST /servers/{id}/action` with `resize`.
    ///
    /// ```sh
    /// ik server resize web --flavor a2-ram4-disk20-perf1 --wait
    /// ```
    Compute::resize_instance as ResizeInstance, "server resize", Effect::Interrupts,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
        /// The new flavor, by name or id.
        flavor: Named<Flavor>,
    )
    {
        /// Return only when it is in `VERIFY_RESIZE`.
        wait: bool = false,
    }
}

impl Operation for ResizeInstance {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let flavor = self.flavor.find(cloud).await?;
        let body = json!({ "resize": { "flavorRef": flavor.id } });
        act(cloud, &self.instance_id, body, self.wait, &["VERIFY_RESIZE"]).await
    }
}

operation! {
    /// Keeps an instance's new flavor.
    ///
    /// Nova: `POST /servers/{id}/action` with `confirmResize`.
    ///
    /// ```sh
    /// ik server resize confirm web --wait
    /// ```
    Compute::confirm_resize as ConfirmResize, "server resize confirm", Effect::Changes,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {
        /// Return only when it is done.
        wait: bool = false,
    }
}

impl Operation for ConfirmResize {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = json!({ "confirmResize": null });
        act(cloud, &self.instance_id, body, self.wait, &["ACTIVE", "SHUTOFF"]).await
    }
}

operation! {
    /// Gives a resized instance its former flavor back.
    ///
    /// Nova: `POST /servers/{id}/action` with `revertResize`.
    ///
    /// ```sh
    /// ik server resize revert web --wait
    /// ```
    Compute::revert_resize as RevertResize, "server resize revert", Effect::Interrupts,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {
        /// Return only when it is done.
        wait: bool = false,
    }
}

impl Operation for RevertResize {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = json!({ "revertResize": null });
        act(cloud, &self.instance_id, body, self.wait, &["ACTIVE", "SHUTOFF"]).await
    }
}
