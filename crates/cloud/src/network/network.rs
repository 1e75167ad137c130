//! Networks: what instances are attached to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::body::Body;
use super::change::{Tags, all_of, change, remove_tags, tag_new};
use super::{Networking, existing, once, teardown};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource};
use crate::session::service::{NETWORK, Service};

operations!(ListNetworks, GetNetwork, CreateNetwork, SetNetwork, UnsetNetwork, DeleteNetwork,);

/// A network that instances can be attached to.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Network {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique.
    pub name: String,
    /// `ACTIVE`, `DOWN`, `BUILD` or `ERROR`.
    pub status: String,
    /// Whether all projects may use it.
    #[serde(alias = "shared")]
    pub is_shared: bool,
    /// Whether it leads outside: a source of floating IPs and router gateways.
    #[serde(alias = "router:external")]
    pub is_external: bool,
    /// The ids of its subnets.
    pub subnets: Vec<String>,
    /// What people say about it.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether it carries traffic.
    #[serde(alias = "admin_state_up", default)]
    pub is_admin_state_up: Option<bool>,
    /// The largest packet it carries, in bytes.
    #[serde(default)]
    pub mtu: Option<u32>,
    /// Whether its ports have security groups and check addresses, if not said otherwise.
    #[serde(alias = "port_security_enabled", default)]
    pub is_port_security_enabled: Option<bool>,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The project it belongs to.
    #[serde(default)]
    pub project_id: Option<String>,
    /// When it was created, as the server writes it.
    #[serde(default)]
    pub created_at: Option<String>,
    /// When it was last changed, as the server writes it.
    #[serde(default)]
    pub updated_at: Option<String>,
}

/// What the contract has of a network in a list.
const LISTED: &[&str] = &["id", "name", "status", "is_shared", "is_external", "subnets"];

impl Record for Network {
    const NOUN: &'static str = "network";
    const COLUMNS: &'static [&'static str] = &["id", "name", "status", "is_external", "subnets"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for Network {
    const SERVICE: &'static Service = &NETWORK;
    const PATH: &'static str = "networks";
    const LIST: &'static [&'static str] = &["networks"];
    const ONE: &'static str = "network";
    const MANY: &'static str = "networks";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn status(&self) -> &str {
        &self.status
    }
}

operation! {
    /// Lists the networks that the project can use.
    ///
    /// Those that are shared or lead outside belong to other projects.
    ///
    /// Neutron: `GET /v2.0/networks`.
    ///
    /// ```sh
    /// ik network list
    /// ik network list -c name -c subnets
    /// ```
    ///
    /// ```sh
    /// ik network list
    /// ik network list --external
    /// ```
    Networking::list_networks as ListNetworks, "network list", Effect::Reads,
    ()
    {
        /// Only those of this name.
        name: Option<String> = None,
        /// Only those that lead outside, or only those that do not.
        #[flag("external", "internal")]
        is_external: Option<bool> = None,
        /// Only those that all projects may use, or only those that they may not.
        #[flag("share", "no-share")]
        is_shared: Option<bool> = None,
        /// Only those that have all of these tags.
        tags: Vec<String> = Vec::new(),
    }
}

impl Operation for ListNetworks {
    type Output = Vec<Network>;

    const CONTRACTED: Option<&'static [&'static str]> = Some(LISTED);

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Network>> {
        Network::list(cloud)
            .only("name", self.name.as_ref())
            .only("router:external", self.is_external)
            .only("shared", self.is_shared)
            .only("tags", all_of(&self.tags))
            .all()
            .await
    }
}

operation! {
    /// Shows a network.
    ///
    /// Neutron: `GET /v2.0/networks/{id}`.
    ///
    /// ```sh
    /// ik network show demo-net
    /// ```
    ///
    /// ```sh
    /// ik network show demo-net
    /// ```
    Networking::get_network as GetNetwork, "network show", Effect::Reads,
    (
        /// The network, by name or id.
        network_id: Named<Network>,
    )
    {}
}

impl Operation for GetNetwork {
    type Output = Network;

    async fn run(&self, cloud: &Cloud) -> Result<Network> {
        self.network_id.find(cloud).await
    }
}

operation! {
    /// Creates a network. Instances need a subnet in it, too.
    ///
    /// Should Neutron's answer be lost, the network is looked for and not created twice.
    ///
    /// Neutron: `POST /v2.0/networks`; tags: `PUT /v2.0/networks/{id}/tags`.
    ///
    /// ```sh
    /// ik network create front
    /// ik network create front --mtu 1400 --tag web
    /// ```
    Networking::create_network as CreateNetwork, "network create", Effect::Changes,
    (
        /// Name of the new network.
        name: String,
    )
    {
        /// What people shall know about it.
        description: Option<String> = None,
        /// Whether all projects may use it; only administrators may say so.
        #[flag("share", "no-share")]
        is_shared: bool = false,
        /// The largest packet it carries, in bytes; at most what the cloud carries anyhow.
        mtu: Option<u32> = None,
        /// Whether it carries traffic.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// Whether its ports have security groups and check addresses, if not said otherwise.
        #[flag("enable-port-security", "disable-port-security")]
        is_port_security_enabled: Option<bool> = None,
        /// Tags to give it.
        tags: Vec<String> = Vec::new(),
        /// Further fields of Neutron's `network` object, sent as they are.
        extra: Map<String, Value> = Map::new(),
    }
}

impl Operation for CreateNetwork {
    type Output = Network;

    const CONTRACTED: Option<&'static [&'static str]> = Some(&["id", "name"]);

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<Network> {
        let body = Body::new()
            .set("name", self.name.as_str())
            .maybe("description", self.description.as_ref())
            .set("shared", self.is_shared)
            .maybe("mtu", self.mtu)
            .maybe("admin_state_up", self.is_admin_state_up)
            .maybe("port_security_enabled", self.is_port_security_enabled)
            .extra(&self.extra)?;
        let mut made: Network = once::create(cloud, body.done()).await?;
        tag_new::<Network>(cloud, &made.id, &self.tags).await?;
        made.tags.clone_from(&self.tags);
        Ok(made)
    }

    async fn existing(&self, cloud: &Cloud) -> Result<Option<Network>> {
        existing::named(cloud, &self.name, None, &self.tags).await
    }
}

operation! {
    /// Changes a network's name, description, MTU, state or tags.
    ///
    /// What is not given stays as it is.
    ///
    /// Neutron: `PUT /v2.0/networks/{id}`, `PUT /v2.0/networks/{id}/tags/{tag}`.
    ///
    /// ```sh
    /// ik network set front --name back --tag db
    /// ik network set front --mtu 1400
    /// ```
    Networking::set_network as SetNetwork, "network set", Effect::Changes,
    (
        /// The network, by name or id.
        network_id: Named<Network>,
    )
    {
        /// The new name.
        name: Option<String> = None,
        /// The new description.
        description: Option<String> = None,
        /// The largest packet it carries, in bytes.
        mtu: Option<u32> = None,
        /// Whether it carries traffic.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// Whether all projects may use it; only administrators may say so.
        #[flag("share", "no-share")]
        is_shared: Option<bool> = None,
        /// Whether new ports have security groups and check addresses.
        #[flag("enable-port-security", "disable-port-security")]
        is_port_security_enabled: Option<bool> = None,
        /// Tags to add.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags that are not given.
        #[flag("no-tag")]
        no_other_tags: bool = false,
    }
}

impl Operation for SetNetwork {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = || {
            Body::new()
                .maybe("name", self.name.as_ref())
                .maybe("description", self.description.as_ref())
                .maybe("mtu", self.mtu)
                .maybe("admin_state_up", self.is_admin_state_up)
                .maybe("shared", self.is_shared)
                .maybe("port_security_enabled", self.is_port_security_enabled)
        };
        let tags = Tags { these: &self.tags, no_others: self.no_other_tags };
        change(cloud, &self.network_id, body, tags).await
    }
}

operation! {
    /// Removes tags of a network. What is not there counts as removed.
    ///
    /// Neutron: `DELETE /v2.0/networks/{id}/tags/{tag}`.
    ///
    /// ```sh
    /// ik network unset front --tag web
    /// ```
    Networking::unset_network as UnsetNetwork, "network unset", Effect::Changes,
    (
        /// The network, by name or id.
        network_id: Named<Network>,
    )
    {
        /// Tags that go.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags.
        #[flag("all-tag")]
        all_tags: bool = false,
    }
}

impl Operation for UnsetNetwork {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let tags = Tags { these: &self.tags, no_others: self.all_tags };
        remove_tags(cloud, &self.network_id, tags).await
    }
}

operation! {
    /// Deletes a network with its subnets. Ports on it are in the way.
    ///
    /// With `cascade` goes first what nobody would miss: ports that nothing is plugged into, trunks over
    /// them, port forwardings to them, static routes through the network, interfaces of routers.
    /// Floating IPs that lead to these ports lead nowhere then; they stay allocated, and so do the
    /// routers stay. What people work with is in the way even then, since a server or a load balancer
    /// without its network is of no use: it is named, and nothing at all is removed. One that is gone
    /// already counts as deleted.
    ///
    /// Neutron: `DELETE /v2.0/networks/{id}`.
    ///
    /// ```sh
    /// ik network delete front
    /// ik network delete front --cascade
    /// ```
    Networking::delete_network as DeleteNetwork, "network delete", Effect::Destroys,
    (
        /// The network, by name or id.
        network_id: Named<Network>,
    )
    {
        /// Whether what hangs on it goes, too.
        #[flag("cascade")]
        cascade: bool = false,
    }
}

impl Operation for DeleteNetwork {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        if !self.cascade {
            return self.network_id.delete(cloud).await;
        }
        teardown::tear_down(cloud, &self.network_id).await
    }

    async fn will_remove(&self, cloud: &Cloud) -> Result<Vec<String>> {
        if !self.cascade {
            return Ok(Vec::new());
        }
        teardown::foretell(cloud, &self.network_id).await
    }
}
