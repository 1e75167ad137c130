//! Starting, stopping and rebooting.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;

use super::{Instance, act};
use crate::cloud::Cloud;
use crate::compute::Compute;
use crate::error::{Error, Kind, Result};
use crate::operation::{Effect, Operation, operation, plain_settings};
use crate::resource::Named;

operation! {
    /// Starts a stopped instance.
    ///
    /// Nova: `POST /servers/{id}/action` with `os-start`.
    ///
    /// ```sh
    /// ik server start web --wait
    /// ```
    Compute::start_instance as StartInstance, "server start", Effect::Changes,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {
        /// Return only when it is ACTIVE.
        wait: bool = false,
    }
}

impl Operation for StartInstance {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        act(cloud, &self.instance_id, json!({ "os-start": null }), self.wait, &["ACTIVE"]).await
    }
}

operation! {
    /// Stops a running instance.
    ///
    /// It goes on being billed; its disk and addresses stay.
    ///
    /// Nova: `POST /servers/{id}/action` with `os-stop`.
    ///
    /// ```sh
    /// ik server stop web db --wait
    /// ```
    Compute::stop_instance as StopInstance, "server stop", Effect::Changes,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {
        /// Return only when it is SHUTOFF.
        wait: bool = false,
    }
}

impl Operation for StopInstance {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        act(cloud, &self.instance_id, json!({ "os-stop": null }), self.wait, &["SHUTOFF"]).await
    }
}

/// How to reboot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schemars(extend("x-switches" = true))]
pub enum RebootType {
    /// The guest shuts down by itself first.
    Soft,
    /// The power is cut.
    Hard,
}

plain_settings!(RebootType);

/// `SOFT` and `HARD`, in any case.
impl<'de> Deserialize<'de> for RebootType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl std::str::FromStr for RebootType {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.to_ascii_uppercase().as_str() {
            "SOFT" => Ok(RebootType::Soft),
            "HARD" => Ok(RebootType::Hard),
            _ => Err(Error::new(Kind::Invalid, format!("reboot type `{text}` is not known"))
                .with_hint("it is SOFT or HARD")),
        }
    }
}

operation! {
    /// Reboots an instance.
    ///
    /// Nova: `POST /servers/{id}/action` with `reboot`.
    ///
    /// ```sh
    /// ik server reboot web --hard --wait
    /// ```
    Compute::reboot_instance as RebootInstance, "server reboot", Effect::Interrupts,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {
        /// SOFT lets the guest shut down by itself, HARD cuts the power.
        reboot_type: RebootType = RebootType::Soft,
        /// Return only when it is ACTIVE again.
        wait: bool = false,
    }
}

impl Operation for RebootInstance {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let action = json!({ "reboot": { "type": self.reboot_type } });
        act(cloud, &self.instance_id, action, self.wait, &["ACTIVE"]).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reboot_types_are_read_in_any_case_and_nothing_else() {
        assert_eq!("hard".parse::<RebootType>().unwrap(), RebootType::Hard);
        assert_eq!("medium".parse::<RebootType>().unwrap_err().kind(), Kind::Invalid);
    }
}
