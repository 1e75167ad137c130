//! L7 policies: what happens to requests that their rules match, instead of going to the listener's
//! default pool.

mod change;
mod unset;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use change::{CreateL7Policy, DeleteL7Policy, SetL7Policy};
pub use unset::UnsetL7Policy;

use super::Listener;
use super::change::{Part, owner};
use super::told::{ids, null_as_none};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::network::change::all_of;
use crate::network::{Networking, id_of};
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource, null_as_empty};
use crate::session::service::{LOAD_BALANCER, Service};

operations!(
    ListL7Policies,
    GetL7Policy,
    CreateL7Policy,
    SetL7Policy,
    UnsetL7Policy,
    DeleteL7Policy
);

/// A policy of a listener.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct L7Policy {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique, and often empty.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub name: String,
    /// What happens: `REDIRECT_TO_POOL`, `REDIRECT_TO_URL`, `REDIRECT_PREFIX` or `REJECT`.
    pub action: String,
    /// The listener it belongs to.
    pub listener_id: Option<String>,
    /// Its place among the listener's policies, the first being 1: the first that matches counts.
    pub position: Option<u32>,
    /// Ids of its rules, all of which have to match.
    #[serde(default, deserialize_with = "ids")]
    pub rules: Vec<String>,
    /// The pool that requests go to.
    #[serde(default)]
    pub redirect_pool_id: Option<String>,
    /// Where clients are sent.
    #[serde(default)]
    pub redirect_url: Option<String>,
    /// Where clients are sent, with their own path behind it.
    #[serde(default)]
    pub redirect_prefix: Option<String>,
    /// The HTTP status that sends them: 301, 302, 303, 307 or 308.
    #[serde(default)]
    pub redirect_http_code: Option<u16>,
    /// What is being done to it: `ACTIVE` for nothing, `PENDING_...`, or `ERROR`.
    #[serde(default)]
    pub provisioning_status: Option<String>,
    /// How it does: `ONLINE`, `OFFLINE` ...
    #[serde(default)]
    pub operating_status: Option<String>,
    /// What people say about it.
    #[serde(default)]
    pub description: Option<String>,
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

impl Record for L7Policy {
    const NOUN: &'static str = "L7 policy";
    const COLUMNS: &'static [&'static str] =
        &["id", "name", "action", "position", "rules", "listener_id", "provisioning_status"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for L7Policy {
    const SERVICE: &'static Service = &LOAD_BALANCER;
    const PATH: &'static str = "l7policies";
    const LIST: &'static [&'static str] = &["l7policies"];
    const ONE: &'static str = "l7policy";
    const MANY: &'static str = "l7policies";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn status(&self) -> &str {
        self.provisioning_status.as_deref().unwrap_or_default()
    }
}

impl Part for L7Policy {
    /// Only its listener knows.
    async fn balancer(&self, cloud: &Cloud) -> Result<String> {
        let listener = owner(self, self.listener_id.as_ref())?;
        Listener::get(cloud, &listener).await?.balancer(cloud).await
    }

    fn tags(&self) -> &[String] {
        &self.tags
    }
}

operation! {
    /// Lists L7 policies: the project's, or those of one listener.
    ///
    /// Octavia: `GET /v2.0/lbaas/l7policies`.
    ///
    /// ```sh
    /// ik loadbalancer l7policy list
    /// ik loadbalancer l7policy list --listener web
    /// ```
    Networking::list_l7_policies as ListL7Policies, "loadbalancer l7policy list", Effect::Reads,
    ()
    {
        /// Only those of this listener, by name or id.
        #[flag("listener")]
        listener_id: Option<Named<Listener>> = None,
        /// Only those of this name.
        name: Option<String> = None,
        /// Only those that have all of these tags.
        tags: Vec<String> = Vec::new(),
    }
}

impl Operation for ListL7Policies {
    type Output = Vec<L7Policy>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<L7Policy>> {
        L7Policy::list(cloud)
            .only("listener_id", id_of(cloud, self.listener_id.as_ref()).await?)
            .only("name", self.name.as_ref())
            .only("tags", all_of(&self.tags))
            .all()
            .await
    }
}

operation! {
    /// Shows an L7 policy.
    ///
    /// Octavia: `GET /v2.0/lbaas/l7policies/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer l7policy show to-api
    /// ```
    Networking::get_l7_policy as GetL7Policy, "loadbalancer l7policy show", Effect::Reads,
    (
        /// The policy, by name or id.
        l7_policy_id: Named<L7Policy>,
    )
    {}
}

impl Operation for GetL7Policy {
    type Output = L7Policy;

    async fn run(&self, cloud: &Cloud) -> Result<L7Policy> {
        self.l7_policy_id.find(cloud).await
    }
}
