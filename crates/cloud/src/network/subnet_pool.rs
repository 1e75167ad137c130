//! Subnet pools: ranges that subnets are cut from, so that none overlaps another.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::body::Body;
use super::change::{Tags, change, remove_tags, tag_new, update};
use super::{Networking, existing, once};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource};
use crate::session::service::{NETWORK, Service};

operations!(
    ListSubnetPools,
    GetSubnetPool,
    CreateSubnetPool,
    SetSubnetPool,
    UnsetSubnetPool,
    DeleteSubnetPool,
);

/// A range that subnets are cut from.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SubnetPool {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique.
    pub name: String,
    /// Its addresses, as `198.18.0.0/16`.
    pub prefixes: Vec<String>,
    /// How many bits of an address name a subnet, if not said otherwise.
    #[serde(deserialize_with = "number")]
    pub default_prefixlen: u32,
    /// The same of the largest subnet there may be.
    #[serde(deserialize_with = "number")]
    pub min_prefixlen: u32,
    /// The same of the smallest subnet there may be.
    #[serde(deserialize_with = "number")]
    pub max_prefixlen: u32,
    /// 4 or 6.
    pub ip_version: u8,
    /// How many addresses a project may take from it; none for any number.
    #[serde(default)]
    pub default_quota: Option<u64>,
    /// Whether all projects may use it.
    #[serde(alias = "shared")]
    pub is_shared: bool,
    /// Whether subnets are cut from it when no pool is named.
    #[serde(default)]
    pub is_default: bool,
    /// What people say about it.
    #[serde(default)]
    pub description: Option<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The project it belongs to.
    #[serde(default)]
    pub project_id: Option<String>,
}

/// Neutron writes lengths of prefixes as texts.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_string);
    text.parse().map_err(serde::de::Error::custom)
}

impl Record for SubnetPool {
    const NOUN: &'static str = "subnet pool";
    const COLUMNS: &'static [&'static str] =
        &["id", "name", "prefixes", "default_prefixlen", "is_shared"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for SubnetPool {
    const SERVICE: &'static Service = &NETWORK;
    const PATH: &'static str = "subnetpools";
    const LIST: &'static [&'static str] = &["subnetpools"];
    const ONE: &'static str = "subnetpool";
    const MANY: &'static str = "subnetpools";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    /// Pools have no status; their first range tells one from another.
    fn status(&self) -> &str {
        self.prefixes.first().map_or("", String::as_str)
    }
}

operation! {
    /// Lists the subnet pools that the project can use.
    ///
    /// Neutron: `GET /v2.0/subnetpools`.
    ///
    /// ```sh
    /// ik subnet pool list
    /// ```
    Networking::list_subnet_pools as ListSubnetPools, "subnet pool list", Effect::Reads,
    () {}
}

impl Operation for ListSubnetPools {
    type Output = Vec<SubnetPool>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<SubnetPool>> {
        SubnetPool::list(cloud).all().await
    }
}

operation! {
    /// Shows a subnet pool.
    ///
    /// Neutron: `GET /v2.0/subnetpools/{id}`.
    ///
    /// ```sh
    /// ik subnet pool show offices
    /// ```
    Networking::get_subnet_pool as GetSubnetPool, "subnet pool show", Effect::Reads,
    (
        /// The subnet pool, by name or id.
        subnet_pool: Named<SubnetPool>,
    )
    {}
}

impl Operation for GetSubnetPool {
    type Output = SubnetPool;

    async fn run(&self, cloud: &Cloud) -> Result<SubnetPool> {
        self.subnet_pool.find(cloud).await
    }
}

operation! {
    /// Creates a subnet pool.
    ///
    /// Neutron: `POST /v2.0/subnetpools`; tags: `PUT /v2.0/subnetpools/{id}/tags`.
    ///
    /// ```sh
    /// ik subnet pool create offices --pool-prefix 10.64.0.0/16 --default-prefix-length 24
    /// ```
    Networking::create_subnet_pool as CreateSubnetPool, "subnet pool create", Effect::Changes,
    (
        /// Name of the new pool.
        name: String,
    )
    {
        /// Its addresses, as `198.18.0.0/16`. There has to be one at least.
        #[flag("pool-prefix")]
        prefixes: Vec<String> = Vec::new(),
        /// How many bits of an address name a subnet, if not said otherwise.
        #[flag("default-prefix-length")]
        default_prefixlen: Option<u32> = None,
        /// The same of the largest subnet there may be.
        #[flag("min-prefix-length")]
        min_prefixlen: Option<u32> = None,
        /// The same of the smallest subnet there may be.
        #[flag("max-prefix-length")]
        max_prefixlen: Option<u32> = None,
        /// How many addresses a project may take from it.
        default_quota: Option<u64> = None,
        /// What people shall know about it.
        description: Option<String> = None,
        /// Tags to give it.
        tags: Vec<String> = Vec::new(),
        /// Further fields of Neutron's `subnetpool` object, sent as they are.
        extra: Map<String, Value> = Map::new(),
    }
}

impl Operation for CreateSubnetPool {
    type Output = SubnetPool;

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<SubnetPool> {
        if self.prefixes.is_empty() {
            return Err(Error::new(Kind::Invalid, "the subnet pool has no range of addresses")
                .with_hint("give one, as 198.18.0.0/16"));
        }
        let body = Body::new()
            .set("name", self.name.as_str())
            .list("prefixes", &self.prefixes)
            .maybe("default_prefixlen", self.default_prefixlen)
            .maybe("min_prefixlen", self.min_prefixlen)
            .maybe("max_prefixlen", self.max_prefixlen)
            .maybe("default_quota", self.default_quota)
            .maybe("description", self.description.as_ref())
            .extra(&self.extra)?;
        let mut made: SubnetPool = once::create(cloud, body.done()).await?;
        tag_new::<SubnetPool>(cloud, &made.id, &self.tags).await?;
        made.tags.clone_from(&self.tags);
        Ok(made)
    }

    async fn existing(&self, cloud: &Cloud) -> Result<Option<SubnetPool>> {
        existing::named(cloud, &self.name, None, &self.tags).await
    }
}

operation! {
    /// Changes a subnet pool. What is not given stays as it is; ranges are added.
    ///
    /// Neutron: `PUT /v2.0/subnetpools/{id}`, `PUT /v2.0/subnetpools/{id}/tags/{tag}`.
    ///
    /// ```sh
    /// ik subnet pool set offices --pool-prefix 10.65.0.0/16
    /// ```
    Networking::set_subnet_pool as SetSubnetPool, "subnet pool set", Effect::Changes,
    (
        /// The subnet pool, by name or id.
        subnet_pool: Named<SubnetPool>,
    )
    {
        /// The new name.
        name: Option<String> = None,
        /// The new description.
        description: Option<String> = None,
        /// Ranges to add.
        #[flag("pool-prefix")]
        prefixes: Vec<String> = Vec::new(),
        /// How many bits of an address name a subnet, if not said otherwise.
        #[flag("default-prefix-length")]
        default_prefixlen: Option<u32> = None,
        /// How many addresses a project may take from it.
        default_quota: Option<u64> = None,
        /// Tags to add.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags that are not given.
        #[flag("no-tag")]
        no_other_tags: bool = false,
    }
}

impl Operation for SetSubnetPool {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = || {
            Body::new()
                .maybe("name", self.name.as_ref())
                .maybe("description", self.description.as_ref())
                .maybe("default_prefixlen", self.default_prefixlen)
                .maybe("default_quota", self.default_quota)
        };
        let tags = Tags { these: &self.tags, no_others: self.no_other_tags };
        if self.prefixes.is_empty() {
            return change(cloud, &self.subnet_pool, body, tags).await;
        }
        // Neutron replaces the list, and refuses one in which a range is missing.
        let before = self.subnet_pool.find(cloud).await?;
        let prefixes = [before.prefixes.as_slice(), &self.prefixes].concat();
        update::<SubnetPool>(cloud, &before.id, body().list("prefixes", &prefixes)).await?;
        tags.add::<SubnetPool>(cloud, &before.id).await
    }
}

operation! {
    /// Removes tags of a subnet pool. What is not there counts as removed.
    ///
    /// Neutron: `DELETE /v2.0/subnetpools/{id}/tags/{tag}`.
    ///
    /// ```sh
    /// ik subnet pool unset offices --tag old
    /// ```
    Networking::unset_subnet_pool as UnsetSubnetPool, "subnet pool unset", Effect::Changes,
    (
        /// The subnet pool, by name or id.
        subnet_pool: Named<SubnetPool>,
    )
    {
        /// Tags that go.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags.
        #[flag("all-tag")]
        all_tags: bool = false,
    }
}

impl Operation for UnsetSubnetPool {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let tags = Tags { these: &self.tags, no_others: self.all_tags };
        remove_tags(cloud, &self.subnet_pool, tags).await
    }
}

operation! {
    /// Deletes a subnet pool. Subnets cut from it are in the way.
    ///
    /// One that is gone already counts as deleted.
    ///
    /// Neutron: `DELETE /v2.0/subnetpools/{id}`.
    ///
    /// ```sh
    /// ik subnet pool delete offices
    /// ```
    Networking::delete_subnet_pool as DeleteSubnetPool, "subnet pool delete", Effect::Destroys,
    (
        /// The subnet pool, by name or id.
        subnet_pool: Named<SubnetPool>,
    )
    {}
}

impl Operation for DeleteSubnetPool {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        self.subnet_pool.delete(cloud).await
    }
}
