//! L7 rules: what a policy's requests look like. All rules of a policy have to match.

mod change;
mod unset;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use change::{CreateL7Rule, DeleteL7Rule, SetL7Rule};
pub(super) use change::{create, is_as_asked};
pub use unset::UnsetL7Rule;

use super::L7Policy;
use super::nested::{Nested, list, one};
use super::told::null_as_none;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::network::Networking;
use crate::network::change::all_of;
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record};

operations!(ListL7Rules, GetL7Rule, CreateL7Rule, SetL7Rule, UnsetL7Rule, DeleteL7Rule);

/// A rule of a policy.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct L7Rule {
    /// The id; rules have no names.
    pub id: String,
    /// What is looked at: `HOST_NAME`, `PATH`, `FILE_TYPE`, `HEADER`, `COOKIE`, `SSL_CONN_HAS_CERT`,
    /// `SSL_VERIFY_RESULT` or `SSL_DN_FIELD`.
    pub r#type: String,
    /// How: `EQUAL_TO`, `STARTS_WITH`, `ENDS_WITH`, `CONTAINS` or `REGEX`.
    pub compare_type: String,
    /// Which header, cookie or field of the certificate's name.
    #[serde(default)]
    pub key: Option<String>,
    /// What it is compared with.
    pub value: String,
    /// Whether it matches when this does not hold.
    #[serde(default)]
    pub invert: bool,
    /// What is being done to it: `ACTIVE` for nothing, `PENDING_...`, or `ERROR`.
    #[serde(default)]
    pub provisioning_status: Option<String>,
    /// How it does: `ONLINE`, `OFFLINE` ...
    #[serde(default)]
    pub operating_status: Option<String>,
    /// Whether it counts.
    #[serde(alias = "admin_state_up", default)]
    pub is_admin_state_up: Option<bool>,
    /// Its tags.
    #[serde(default, deserialize_with = "null_as_none")]
    pub tags: Vec<String>,
    /// The project it belongs to.
    #[serde(default)]
    pub project_id: Option<String>,
    /// When it was created, in UTC, as the server writes it.
    #[serde(default)]
    pub created_at: Option<String>,
    /// When it was last changed, in UTC, as the server writes it.
    #[serde(default)]
    pub updated_at: Option<String>,
}

impl Record for L7Rule {
    const NOUN: &'static str = "L7 rule";
    const COLUMNS: &'static [&'static str] =
        &["id", "type", "compare_type", "key", "value", "invert", "provisioning_status"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Nested for L7Rule {
    type Owner = L7Policy;

    const ONE: &'static str = "rule";
    const MANY: &'static str = "rules";

    fn status(&self) -> &str {
        self.provisioning_status.as_deref().unwrap_or_default()
    }

    fn tags(&self) -> &[String] {
        &self.tags
    }
}

operation! {
    /// Lists the rules of an L7 policy.
    ///
    /// Octavia: `GET /v2.0/lbaas/l7policies/{id}/rules`.
    ///
    /// ```sh
    /// ik loadbalancer l7rule list to-api
    /// ```
    Networking::list_l7_rules as ListL7Rules, "loadbalancer l7rule list", Effect::Reads,
    (
        /// The policy, by name or id.
        l7_policy_id: Named<L7Policy>,
    )
    {
        /// Only those that have all of these tags.
        tags: Vec<String> = Vec::new(),
    }
}

impl Operation for ListL7Rules {
    type Output = Vec<L7Rule>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<L7Rule>> {
        let rules = |policy: String| async move {
            list::<L7Rule>(cloud, &policy).only("tags", all_of(&self.tags)).all().await
        };
        self.l7_policy_id.apply(cloud, rules).await
    }
}

operation! {
    /// Shows a rule of an L7 policy.
    ///
    /// Octavia: `GET /v2.0/lbaas/l7policies/{id}/rules/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer l7rule show to-api 1b9c3a0e-7d7c-4a53-9d0c-6a3b8c1f2e4d
    /// ```
    Networking::get_l7_rule as GetL7Rule,
    "loadbalancer l7rule show" [l7_policy_id, l7_rule_id], Effect::Reads,
    (
        /// The policy, by name or id.
        l7_policy_id: Named<L7Policy>,
        /// The rule, by its id.
        l7_rule_id: String,
    )
    {}
}

impl Operation for GetL7Rule {
    type Output = L7Rule;

    async fn run(&self, cloud: &Cloud) -> Result<L7Rule> {
        let policy = self.l7_policy_id.id(cloud).await?;
        one(cloud, &policy, &self.l7_rule_id).await
    }
}
