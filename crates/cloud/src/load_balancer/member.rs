//! Members: the servers of a pool.

mod change;
mod unset;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use change::{AddPoolMember, NewMember, RemovePoolMember, SetPoolMember};
pub use unset::UnsetPoolMember;

use super::Pool;
use super::nested::{Nested, list, one};
use super::told::null_as_none;
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::network::Networking;
use crate::network::change::all_of;
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource};
use crate::session::service::LOAD_BALANCER;

operations!(
    ListPoolMembers,
    GetPoolMember,
    AddPoolMember,
    SetPoolMember,
    UnsetPoolMember,
    RemovePoolMember
);

/// A member of a pool.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique.
    #[serde(default)]
    pub name: String,
    /// Its address.
    pub address: String,
    /// The port where it is spoken to.
    pub protocol_port: u16,
    /// How much of the traffic it gets, relative to the others; none with 0.
    pub weight: u32,
    /// How it does: `ONLINE`, `OFFLINE`, `ERROR`, `NO_MONITOR`, `DRAINING` ...
    pub operating_status: Option<String>,
    /// What is being done to it: `ACTIVE` for nothing, `PENDING_...`, or `ERROR`.
    #[serde(default)]
    pub provisioning_status: Option<String>,
    /// The subnet through which it is reached; none: that of the load balancer.
    #[serde(default)]
    pub subnet_id: Option<String>,
    /// Whether it gets traffic only when the others are down.
    #[serde(default)]
    pub backup: Option<bool>,
    /// Where it is asked how it does, if elsewhere.
    #[serde(default)]
    pub monitor_address: Option<String>,
    /// The port where it is asked how it does, if another.
    #[serde(default)]
    pub monitor_port: Option<u16>,
    /// Whether it gets traffic.
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

impl Record for Member {
    const NOUN: &'static str = "member";
    const COLUMNS: &'static [&'static str] =
        &["id", "name", "address", "protocol_port", "weight", "operating_status"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Nested for Member {
    type Owner = Pool;

    const ONE: &'static str = "member";
    const MANY: &'static str = "members";

    fn status(&self) -> &str {
        self.provisioning_status.as_deref().unwrap_or_default()
    }

    fn tags(&self) -> &[String] {
        &self.tags
    }
}

/// Finds a member of a pool: two requests at most.
async fn find(cloud: &Cloud, pool: &str, named: &Named<Member>) -> Result<Member> {
    let text = named.as_str();
    if Pool::is_id(text) {
        match one(cloud, pool, text).await {
            Err(error) if error.kind() == Kind::NotFound => {}
            outcome => return outcome,
        }
    }
    let mut found = list::<Member>(cloud, pool).only("name", Some(text)).all().await?;
    found.retain(|member| member.name == text && !text.is_empty());
    let unclear = |kind, message: String, hint: String| {
        Error::new(kind, message)
            .with_service(LOAD_BALANCER.kind)
            .with_resource(text)
            .with_hint(hint)
    };
    match found.len() {
        1 => Ok(found.swap_remove(0)),
        0 => Err(unclear(
            Kind::NotFound,
            format!("the pool has no member `{text}`"),
            "its members: ik loadbalancer member list".into(),
        )),
        count => {
            let ids: Vec<_> =
                found.iter().map(|one| format!("{} ({})", one.id, one.address)).collect();
            let message = format!("{count} members of the pool are called `{text}`");
            Err(unclear(Kind::Ambiguous, message, format!("use an id: {}", ids.join(", "))))
        }
    }
}

operation! {
    /// Lists the members of a pool.
    ///
    /// Octavia: `GET /v2.0/lbaas/pools/{id}/members`.
    ///
    /// ```sh
    /// ik loadbalancer member list web-pool
    /// ```
    Networking::list_pool_members as ListPoolMembers, "loadbalancer member list", Effect::Reads,
    (
        /// The pool, by name or id.
        pool_id: Named<Pool>,
    )
    {
        /// Only those that have all of these tags.
        tags: Vec<String> = Vec::new(),
    }
}

impl Operation for ListPoolMembers {
    type Output = Vec<Member>;

    const CONTRACTED: Option<&'static [&'static str]> =
        Some(&["id", "name", "address", "protocol_port", "weight", "operating_status"]);

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Member>> {
        let members = |pool: String| async move {
            list::<Member>(cloud, &pool).only("tags", all_of(&self.tags)).all().await
        };
        self.pool_id.apply(cloud, members).await
    }
}

operation! {
    /// Shows a member of a pool.
    ///
    /// Octavia: `GET /v2.0/lbaas/pools/{id}/members/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer member show web-pool web
    /// ```
    Networking::get_pool_member as GetPoolMember,
    "loadbalancer member show" [pool_id, member_id], Effect::Reads,
    (
        /// The pool, by name or id.
        pool_id: Named<Pool>,
        /// The member, by name or id.
        member_id: Named<Member>,
    )
    {}
}

impl Operation for GetPoolMember {
    type Output = Member;

    async fn run(&self, cloud: &Cloud) -> Result<Member> {
        let pool = self.pool_id.id(cloud).await?;
        find(cloud, &pool, &self.member_id).await
    }
}
