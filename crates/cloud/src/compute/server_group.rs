//! Server groups: which instances shall share a host, or shall not.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Compute;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation, operations, plain_settings};
use crate::resource::{self, Named, Record, Resource};
use crate::session::service::{COMPUTE, Service};
use crate::session::{Microversion, Request};

operations!(ListServerGroups, GetServerGroup, CreateServerGroup, DeleteServerGroup);

/// A server group.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ServerGroup {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique.
    pub name: String,
    /// `anti-affinity`, `affinity`, `soft-anti-affinity` or `soft-affinity`.
    pub policy: String,
    /// Ids of its instances.
    #[serde(default)]
    pub members: Vec<String>,
}

impl Record for ServerGroup {
    const NOUN: &'static str = "server group";
    const COLUMNS: &'static [&'static str] = &["id", "name", "policy", "members"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for ServerGroup {
    const SERVICE: &'static Service = &COMPUTE;
    const PATH: &'static str = "os-server-groups";
    const LIST: &'static [&'static str] = &["os-server-groups"];
    const ONE: &'static str = "server_group";
    const MANY: &'static str = "server_groups";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn status(&self) -> &str {
        &self.policy
    }

    /// Nova cannot filter server groups by name.
    fn called(_: &str) -> Request {
        Request::get(&COMPUTE, Self::LIST)
    }
}

operation! {
    /// Lists the project's server groups.
    ///
    /// Nova: `GET /os-server-groups`.
    ///
    /// ```sh
    /// ik server group list
    /// ```
    Compute::list_server_groups as ListServerGroups, "server group list", Effect::Reads,
    () {}
}

impl Operation for ListServerGroups {
    type Output = Vec<ServerGroup>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<ServerGroup>> {
        ServerGroup::list(cloud).all().await
    }
}

operation! {
    /// Shows a server group.
    ///
    /// Nova: `GET /os-server-groups/{id}`.
    ///
    /// ```sh
    /// ik server group show apart
    /// ```
    Compute::get_server_group as GetServerGroup, "server group show", Effect::Reads,
    (
        /// The group, by name or id.
        server_group: Named<ServerGroup>,
    )
    {}
}

impl Operation for GetServerGroup {
    type Output = ServerGroup;

    async fn run(&self, cloud: &Cloud) -> Result<ServerGroup> {
        self.server_group.find(cloud).await
    }
}

/// Whether instances of a group share a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GroupPolicy {
    /// Each on a host of its own, or not at all.
    AntiAffinity,
    /// All on one host, or not at all.
    Affinity,
    /// Each on a host of its own, if that can be.
    SoftAntiAffinity,
    /// All on one host, if that can be.
    SoftAffinity,
}

plain_settings!(GroupPolicy);

operation! {
    /// Creates a server group.
    ///
    /// Nova: `POST /os-server-groups`.
    ///
    /// ```sh
    /// ik server group create together --policy affinity
    /// ```
    Compute::create_server_group as CreateServerGroup, "server group create", Effect::Changes,
    (
        /// Name of the new group.
        name: String,
    )
    {
        /// Whether its instances share a host.
        policy: GroupPolicy = GroupPolicy::SoftAntiAffinity,
    }
}

impl Operation for CreateServerGroup {
    type Output = ServerGroup;

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<ServerGroup> {
        let group = json!({ "name": self.name, "policy": self.policy });
        let body = json!({ "server_group": group });
        let request = Request::post(&COMPUTE, &[ServerGroup::PATH], body)
            .needs(Microversion(2, 64), "a server group with one policy");
        cloud.send(request).await?.field(ServerGroup::ONE)
    }

    async fn existing(&self, cloud: &Cloud) -> Result<Option<ServerGroup>> {
        let listing = ServerGroup::called(&self.name);
        resource::existing(cloud, listing, &self.name, |_| true).await
    }
}

operation! {
    /// Deletes a server group. Its instances stay.
    ///
    /// One that is gone already counts as deleted.
    ///
    /// Nova: `DELETE /os-server-groups/{id}`.
    ///
    /// ```sh
    /// ik server group delete apart --yes
    /// ```
    Compute::delete_server_group as DeleteServerGroup, "server group delete", Effect::Destroys,
    (
        /// The group, by name or id.
        server_group: Named<ServerGroup>,
    )
    {}
}

impl Operation for DeleteServerGroup {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        self.server_group.delete(cloud).await
    }
}
