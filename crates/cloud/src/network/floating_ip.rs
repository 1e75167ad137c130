//! Floating IPs: addresses of the world that a router leads to a port inside.

mod associate;

use futures_util::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use associate::{
    AddServerFloatingIp, AssociateFloatingIp, DisassociateFloatingIp, RemoveServerFloatingIp,
};
use associate::{Goal, Place};

use super::body::Body;
use super::change::{all_of, tag_new};
use super::router::leading_outside;
use super::{Network, Networking, Port, Router, Subnet, existing, once};
use crate::cloud::Cloud;
use crate::compute::Instance;
use crate::error::{Error, Kind, Result};
use crate::operation::{Effect, Operation, operation, operations};
use crate::page::Pages;
use crate::resource::{Named, Record, Resource};
use crate::session::Request;
use crate::session::service::{NETWORK, Service};

operations!(
    ListFloatingIps,
    GetFloatingIp,
    AllocateFloatingIp,
    AssociateFloatingIp,
    DisassociateFloatingIp,
    ReleaseFloatingIp,
    AddServerFloatingIp,
    RemoveServerFloatingIp,
);

/// A floating IP. Its name is its address.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FloatingIp {
    /// The id.
    pub id: String,
    /// The address outside.
    pub floating_ip_address: String,
    /// The address inside that it leads to.
    pub fixed_ip_address: Option<String>,
    /// `ACTIVE`, `DOWN` or `ERROR`.
    pub status: String,
    /// The port that it leads to.
    pub port_id: Option<String>,
    /// The network it is from.
    pub floating_network_id: String,
    /// The router that leads it.
    #[serde(default)]
    pub router_id: Option<String>,
    /// Single ports of it that lead to hosts inside.
    #[serde(default)]
    pub port_forwardings: Vec<ForwardedPort>,
    /// What people say about it.
    #[serde(default)]
    pub description: Option<String>,
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

/// A port forwarding in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-shown-by" = "external_port"))]
pub struct ForwardedPort {
    /// The id; older clouds do not tell it.
    #[serde(default)]
    pub id: String,
    /// `tcp`, `udp` ...
    pub protocol: String,
    /// The port outside; none for a range.
    pub external_port: Option<u16>,
    /// The address inside.
    pub internal_ip_address: String,
    /// The port inside; none for a range.
    pub internal_port: Option<u16>,
}

impl std::fmt::Display for ForwardedPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.protocol)?;
        if let Some(port) = self.external_port {
            write!(f, " {port}")?;
        }
        write!(f, " to {}", self.internal_ip_address)
    }
}

impl Record for FloatingIp {
    const NOUN: &'static str = "floating IP";
    const COLUMNS: &'static [&'static str] =
        &["id", "floating_ip_address", "fixed_ip_address", "status", "port_id"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for FloatingIp {
    const SERVICE: &'static Service = &NETWORK;
    const PATH: &'static str = "floatingips";
    const LIST: &'static [&'static str] = &["floatingips"];
    const ONE: &'static str = "floatingip";
    const MANY: &'static str = "floatingips";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.floating_ip_address
    }

    fn status(&self) -> &str {
        &self.status
    }

    /// By the address, not by looking through all of them.
    fn called(address: &str) -> Request {
        Request::get(&NETWORK, Self::LIST).query("floating_ip_address", address)
    }
}

operation! {
    /// Lists the project's floating IPs.
    ///
    /// Neutron: `GET /v2.0/floatingips`.
    ///
    /// ```sh
    /// ik floating ip list
    /// ik floating ip list --router demo-router -f json
    /// ```
    Networking::list_floating_ips as ListFloatingIps, "floating ip list", Effect::Reads,
    ()
    {
        /// Only those from this network, by name or id.
        network: Option<Named<Network>> = None,
        /// Only those that lead to this port, by name or id.
        port: Option<Named<Port>> = None,
        /// Only those that this router leads, by name or id.
        router: Option<Named<Router>> = None,
        /// Only the one with this address.
        floating_ip_address: Option<String> = None,
        /// Only those that lead to this address.
        fixed_ip_address: Option<String> = None,
        /// Only those in this status.
        status: Option<String> = None,
        /// Only those that have all of these tags.
        tags: Vec<String> = Vec::new(),
    }
}

/// The id of what is named, if anything is.
pub(crate) async fn id_of<T: Resource>(
    cloud: &Cloud,
    named: Option<&Named<T>>,
) -> Result<Option<String>> {
    match named {
        Some(named) => named.id(cloud).await.map(Some),
        None => Ok(None),
    }
}

impl Operation for ListFloatingIps {
    type Output = Vec<FloatingIp>;

    const CONTRACTED: Option<&'static [&'static str]> =
        Some(&["id", "floating_ip_address", "fixed_ip_address", "status", "port_id"]);

    async fn run(&self, cloud: &Cloud) -> Result<Vec<FloatingIp>> {
        let (network, port, router) = tokio::try_join!(
            id_of(cloud, self.network.as_ref()),
            id_of(cloud, self.port.as_ref()),
            id_of(cloud, self.router.as_ref()),
        )?;
        FloatingIp::list(cloud)
            .only("floating_network_id", network)
            .only("port_id", port)
            .only("router_id", router)
            .only("floating_ip_address", self.floating_ip_address.as_ref())
            .only("fixed_ip_address", self.fixed_ip_address.as_ref())
            .only("status", self.status.as_ref())
            .only("tags", all_of(&self.tags))
            .all()
            .await
    }
}

operation! {
    /// Shows a floating IP.
    ///
    /// Neutron: `GET /v2.0/floatingips/{id}`.
    ///
    /// ```sh
    /// ik floating ip show 203.0.113.9
    /// ```
    Networking::get_floating_ip as GetFloatingIp, "floating ip show", Effect::Reads,
    (
        /// The floating IP, by address or id.
        floating_ip_id: Named<FloatingIp>,
    )
    {}
}

impl Operation for GetFloatingIp {
    type Output = FloatingIp;

    async fn run(&self, cloud: &Cloud) -> Result<FloatingIp> {
        self.floating_ip_id.find(cloud).await
    }
}

operation! {
    /// Allocates a floating IP from a network that leads outside.
    ///
    /// A network that does not exist, or does not lead outside, is an error, and nothing is
    /// allocated. Should Neutron's answer be lost, the floating IP is looked for and not allocated
    /// twice.
    ///
    /// Neutron: `POST /v2.0/floatingips`; tags: `PUT /v2.0/floatingips/{id}/tags`.
    ///
    /// ```sh
    /// ik floating ip create ext-floating1
    /// ik floating ip create ext-floating1 --server web
    /// ```
    Networking::allocate_floating_ip as AllocateFloatingIp, "floating ip create", Effect::Changes,
    (
        /// The network, by name or id.
        external_network: Named<Network>,
    )
    {
        /// The port that it shall lead to, by name or id.
        port: Option<Named<Port>> = None,
        /// The instance that it shall lead to, by name or id.
        server: Option<Named<Instance>> = None,
        /// The address inside that it shall lead to, where there are several.
        fixed_ip_address: Option<String> = None,
        /// The subnet it shall be from, by name or id.
        subnet: Option<Named<Subnet>> = None,
        /// A certain address; only administrators may ask for one.
        floating_ip_address: Option<String> = None,
        /// What people shall know about it.
        description: Option<String> = None,
        /// Tags to give it.
        tags: Vec<String> = Vec::new(),
        /// Further fields of Neutron's `floatingip` object, sent as they are.
        extra: Map<String, Value> = Map::new(),
    }
}

impl Operation for AllocateFloatingIp {
    type Output = FloatingIp;

    const CONTRACTED: Option<&'static [&'static str]> = Some(&["id", "floating_ip_address"]);

    const OR_SHOW: bool = true;

    /// The one that leads there already. One that leads nowhere is told by its address or its
    /// description: nothing else tells one from another.
    async fn existing(&self, cloud: &Cloud) -> Result<Option<FloatingIp>> {
        let (network, goal) =
            tokio::try_join!(leading_outside(cloud, &self.external_network), self.goal(cloud))?;
        let is_it = |one: &FloatingIp| match (&goal, &self.floating_ip_address, &self.description) {
            (Some(goal), ..) => goal.is_of(one),
            (None, Some(address), _) => one.floating_ip_address == *address,
            (None, None, Some(text)) => one.description.as_ref() == Some(text),
            (None, None, None) => false,
        };
        if goal.is_none() && self.floating_ip_address.is_none() && self.description.is_none() {
            return Err(Error::new(Kind::Invalid, "nothing tells this floating IP from others")
                .with_hint("say where it shall lead to, or describe it"));
        }
        let listing = existing::of_project::<FloatingIp>(cloud).await?;
        let listing = listing.query("floating_network_id", &network.id);
        let all = Pages::<FloatingIp>::new(cloud, listing, FloatingIp::MANY).all().await?;
        let mut found = all.into_iter().filter(is_it);
        let Some(first) = found.next() else { return Ok(None) };
        if let Some(second) = found.next() {
            let these = [&first.floating_ip_address, &second.floating_ip_address];
            return Err(Error::new(Kind::Ambiguous, "there are several such floating IPs")
                .with_service(NETWORK.kind)
                .with_hint(format!("delete one: {} or {}", these[0], these[1])));
        }
        existing::made_whole(cloud, first, &self.tags).await.map(Some)
    }

    async fn run(&self, cloud: &Cloud) -> Result<FloatingIp> {
        let (network, subnet, goal) = tokio::try_join!(
            leading_outside(cloud, &self.external_network),
            id_of(cloud, self.subnet.as_ref()),
            self.goal(cloud),
        )?;
        let body = |place: Option<&Place>| {
            Body::new()
                .set("floating_network_id", network.id.as_str())
                .maybe("subnet_id", subnet.as_ref())
                .maybe("port_id", place.map(|place| &place.port))
                .maybe("fixed_ip_address", place.and_then(|place| place.address.as_ref()))
                .maybe("floating_ip_address", self.floating_ip_address.as_ref())
                .maybe("description", self.description.as_ref())
                .extra(&self.extra)
        };
        let mut made: FloatingIp = match &goal {
            // One request makes it and leads it: there is never one that leads nowhere.
            Some(goal) => {
                let create = |place| {
                    let (body, cloud) = (body(Some(place)), cloud.clone());
                    async move { once::create(&cloud, body?.done()).await }.boxed()
                };
                goal.first_reached(create).await?
            }
            None => once::create(cloud, body(None)?.done()).await?,
        };
        tag_new::<FloatingIp>(cloud, &made.id, &self.tags).await?;
        made.tags.clone_from(&self.tags);
        Ok(made)
    }
}

impl AllocateFloatingIp {
    /// Where it shall lead to, if that is said.
    async fn goal(&self, cloud: &Cloud) -> Result<Option<Goal>> {
        let (port, server) = (self.port.as_ref(), self.server.as_ref());
        associate::goal(cloud, port, server, self.fixed_ip_address.as_deref()).await
    }
}

operation! {
    /// Releases a floating IP: its address may be another's a moment later.
    ///
    /// One that is gone already counts as released.
    ///
    /// Neutron: `DELETE /v2.0/floatingips/{id}`.
    ///
    /// ```sh
    /// ik floating ip delete 203.0.113.9 --yes
    /// ```
    Networking::release_floating_ip as ReleaseFloatingIp, "floating ip delete", Effect::Destroys,
    (
        /// The floating IP, by address or id.
        floating_ip_id: Named<FloatingIp>,
    )
    {}
}

impl Operation for ReleaseFloatingIp {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        self.floating_ip_id.delete(cloud).await
    }
}
