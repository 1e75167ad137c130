//! Adding, changing and removing members.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Member, find};
use crate::cloud::Cloud;
use crate::error::{Kind, Result};
use crate::load_balancer::Pool;
use crate::load_balancer::change::Part;
use crate::load_balancer::existing::stays;
use crate::load_balancer::nested::{self, Nested, as_it_is, list};
use crate::load_balancer::server::{addresses, is_address, subnet_of};
use crate::load_balancer::told::null_as_none;
use crate::load_balancer::wait::settled;
use crate::network::body::Body;
use crate::network::change::{Tags, added};
use crate::network::{Networking, Subnet, id_of};
use crate::operation::body::nothing;
use crate::operation::{Effect, Operation, operation};
use crate::resource::{Named, Record, Resource, or_gone};

/// A member that was just added.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NewMember {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique.
    #[serde(default)]
    pub name: String,
    /// Its address.
    pub address: String,
    /// The port where it is spoken to.
    #[serde(alias = "protocol_port")]
    pub port: u16,
    /// How much of the traffic it gets, relative to the others.
    #[serde(default)]
    pub weight: Option<u32>,
    /// The subnet through which it is reached; none: that of the load balancer.
    #[serde(default)]
    pub subnet_id: Option<String>,
    /// Its tags.
    #[serde(default, deserialize_with = "null_as_none")]
    pub tags: Vec<String>,
}

impl Record for NewMember {
    const NOUN: &'static str = "member";
    const COLUMNS: &'static [&'static str] = &["id", "name", "address", "port", "weight"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl From<Member> for NewMember {
    fn from(member: Member) -> Self {
        let Member { id, name, address, protocol_port, weight, subnet_id, tags, .. } = member;
        let (port, weight) = (protocol_port, Some(weight));
        NewMember { id, name, address, port, weight, subnet_id, tags }
    }
}

operation! {
    /// Adds a member to a pool: an address, or a server.
    ///
    /// A server stands for its address in the subnet that is given, or else in the load balancer's. It
    /// waits until the load balancer is at rest, before and after. Should Octavia's answer be lost, the
    /// member is looked for: of an address and port there can be only one.
    ///
    /// Octavia: `POST /v2.0/lbaas/pools/{id}/members`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer member create web-pool --address web --port 80
    /// ik loadbalancer member create web-pool --name spare --address 10.0.0.9 --port 8080 --weight 2 --backup
    /// ```
    Networking::add_pool_member as AddPoolMember, "loadbalancer member create", Effect::Changes,
    (
        /// The pool, by name or id.
        pool_id: Named<Pool>,
        /// The address; or a server, by name or id.
        address: String,
        /// The port where it is spoken to.
        #[flag("port", "protocol-port")]
        port: u16,
    )
    {
        /// How much of the traffic it gets, relative to the others.
        weight: u32 = 1,
        /// Name of the new member.
        name: Option<String> = None,
        /// The subnet through which it is reached, by name or id.
        #[flag("subnet", "subnet-id")]
        subnet_id: Option<Named<Subnet>> = None,
        /// Further fields of Octavia's `member` object, sent as they are.
        extra: Map<String, Value> = Map::new(),
        /// Whether it gets traffic only when the others are down.
        #[flag("backup", "no-backup")]
        backup: Option<bool> = None,
        /// Where it is asked how it does, if elsewhere.
        monitor_address: Option<String> = None,
        /// The port where it is asked how it does, if another.
        monitor_port: Option<u16> = None,
        /// Whether it gets traffic.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// Tags to give it.
        tags: Vec<String> = Vec::new(),
        /// Return only when it is there.
        wait: bool = true,
    }
}

impl Operation for AddPoolMember {
    type Output = NewMember;

    const CONTRACTED: Option<&'static [&'static str]> = Some(&["id", "address", "port"]);

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<NewMember> {
        let (pool, subnet) =
            tokio::try_join!(self.pool_id.find(cloud), id_of(cloud, self.subnet_id.as_ref()),)?;
        let balancer = pool.balancer(cloud).await?;
        let address = self.address(cloud, &balancer, subnet.as_deref()).await?;
        let body = Body::new()
            .set("address", address.as_str())
            .set("protocol_port", self.port)
            .set("weight", self.weight)
            .maybe("name", self.name.as_ref())
            .maybe("subnet_id", subnet)
            .maybe("backup", self.backup)
            .maybe("monitor_address", self.monitor_address.as_ref())
            .maybe("monitor_port", self.monitor_port)
            .maybe("admin_state_up", self.is_admin_state_up)
            .list("tags", &self.tags)
            .extra(&self.extra)?
            .done();
        let is_it = |one: &Member| one.address == address && one.protocol_port == self.port;
        let made = nested::create(cloud, &balancer, &pool.id, &body, is_it, self.wait).await?;
        Ok(made.into())
    }

    /// The member of this address and port: there can be only one.
    async fn existing(&self, cloud: &Cloud) -> Result<Option<NewMember>> {
        let (pool, subnet) =
            tokio::try_join!(self.pool_id.find(cloud), id_of(cloud, self.subnet_id.as_ref()))?;
        let balancer = pool.balancer(cloud).await?;
        let address = self.address(cloud, &balancer, subnet.as_deref()).await?;
        let members = list::<Member>(cloud, &pool.id).all().await?;
        let found = members.into_iter().find(|one| {
            one.address == address && one.protocol_port == self.port && stays(one.status())
        });
        let Some(found) = found else { return Ok(None) };
        if self.wait && found.status().starts_with("PENDING") {
            settled(cloud, &balancer).await?;
        }
        as_it_is::<Member>(cloud, &pool.id, &found.id).await?;
        Ok(Some(found.into()))
    }
}

impl AddPoolMember {
    async fn address(&self, cloud: &Cloud, balancer: &str, subnet: Option<&str>) -> Result<String> {
        if is_address(&self.address) {
            return Ok(self.address.clone());
        }
        let subnet = match subnet {
            Some(subnet) => subnet.to_string(),
            None => subnet_of(cloud, balancer).await?,
        };
        let found = addresses(cloud, &[&self.address], &subnet).await?;
        Ok(found.into_iter().next().unwrap_or_default())
    }
}

operation! {
    /// Changes a member of a pool.
    ///
    /// Octavia: `PUT /v2.0/lbaas/pools/{id}/members/{id}`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer member set web-pool web --weight 10
    /// ik loadbalancer member set web-pool web --disable
    /// ```
    Networking::set_pool_member as SetPoolMember,
    "loadbalancer member set" [pool_id, member_id], Effect::Changes,
    (
        /// The pool, by name or id.
        pool_id: Named<Pool>,
        /// The member, by name or id.
        member_id: Named<Member>,
    )
    {
        /// The new name.
        name: Option<String> = None,
        /// How much of the traffic it gets, relative to the others; none with 0.
        weight: Option<u32> = None,
        /// Whether it gets traffic only when the others are down.
        #[flag("backup", "no-backup")]
        backup: Option<bool> = None,
        /// Where it is asked how it does, if elsewhere.
        monitor_address: Option<String> = None,
        /// The port where it is asked how it does, if another.
        monitor_port: Option<u16> = None,
        /// Whether it gets traffic.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// Tags to add.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags that are not given.
        #[flag("no-tag")]
        no_other_tags: bool = false,
        /// Return only when it is done.
        wait: bool = true,
    }
}

impl Operation for SetPoolMember {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = Body::new()
            .maybe("name", self.name.as_ref())
            .maybe("weight", self.weight)
            .maybe("backup", self.backup)
            .maybe("monitor_address", self.monitor_address.as_ref())
            .maybe("monitor_port", self.monitor_port)
            .maybe("admin_state_up", self.is_admin_state_up);
        let tags = Tags { these: &self.tags, no_others: self.no_other_tags };
        if body.is_empty() && tags.is_nothing() {
            return Err(nothing("change"));
        }
        let tags = |before: &[String]| added(before, tags.these, tags.no_others);
        let pool = self.pool_id.find(cloud).await?;
        let member = find(cloud, &pool.id, &self.member_id);
        nested::change(cloud, &pool, member, body, tags, self.wait).await
    }
}

operation! {
    /// Removes a member from a pool. Its server stays as it is.
    ///
    /// One that is gone already counts as removed.
    ///
    /// Octavia: `DELETE /v2.0/lbaas/pools/{id}/members/{id}`, then
    /// `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer member delete web-pool web --yes
    /// ```
    Networking::remove_pool_member as RemovePoolMember,
    "loadbalancer member delete" [pool_id, member_id], Effect::Destroys,
    (
        /// The pool, by name or id.
        pool_id: Named<Pool>,
        /// The member, by name or id.
        member_id: Named<Member>,
    )
    {
        /// Return only when it is gone.
        wait: bool = true,
    }
}

impl Operation for RemovePoolMember {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let name = self.member_id.as_str();
        let is_id = Pool::is_id(name);
        let pool = match self.pool_id.find(cloud).await {
            // With its pool, the member is gone, too.
            Err(error)
                if error.kind() == Kind::NotFound
                    && is_id
                    && Pool::is_id(self.pool_id.as_str()) =>
            {
                return or_gone(Err(error), Member::NOUN, name);
            }
            found => found?,
        };
        let member = match find(cloud, &pool.id, &self.member_id).await {
            Err(error) if error.kind() == Kind::NotFound && is_id => {
                return or_gone(Err(error), Member::NOUN, name);
            }
            found => found?,
        };
        nested::delete::<Member>(cloud, &pool, &member.id, self.wait).await
    }
}
