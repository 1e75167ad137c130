//! Routers: what leads from one subnet to another, and to the world.

mod change;
mod interface;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub use change::{AddRouterRoutes, RemoveRouterRoutes, SetRouter, UnsetRouter};
pub use interface::{
    AddRouterInterface, AddRouterPort, RemoveRouterInterface, RemoveRouterPort, RouterInterface,
};

use super::body::Body;
use super::change::{all_of, tag_new};
use super::{HostRoute, Network, Networking, existing, once, teardown};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource};
use crate::session::service::{NETWORK, Service};

operations!(
    ListRouters,
    GetRouter,
    CreateRouter,
    DeleteRouter,
    AddRouterInterface,
    RemoveRouterInterface,
    AddRouterPort,
    RemoveRouterPort,
    SetRouter,
    UnsetRouter,
    AddRouterRoutes,
    RemoveRouterRoutes,
);

/// The owner that a router's port in a subnet tells.
pub(super) const INTERFACE: &str = "network:router_interface";

/// A router.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Router {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique.
    pub name: String,
    /// `ACTIVE`, `DOWN`, `BUILD` or `ERROR`.
    pub status: String,
    /// Where it leads outside, as Neutron tells it: `network_id`, `external_fixed_ips`,
    /// `enable_snat`; none for a router that does not lead outside.
    #[serde(alias = "external_gateway_info")]
    pub external_gateway: Option<Map<String, Value>>,
    /// The subnets it is in; only where one router is shown.
    #[serde(default)]
    pub interfaces: Vec<RouterInterface>,
    /// Its static routes.
    #[serde(default)]
    pub routes: Vec<HostRoute>,
    /// What people say about it.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether it carries traffic.
    #[serde(alias = "admin_state_up", default)]
    pub is_admin_state_up: Option<bool>,
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

impl Record for Router {
    const NOUN: &'static str = "router";
    const COLUMNS: &'static [&'static str] =
        &["id", "name", "status", "is_admin_state_up", "external_gateway"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for Router {
    const SERVICE: &'static Service = &NETWORK;
    const PATH: &'static str = "routers";
    const LIST: &'static [&'static str] = &["routers"];
    const ONE: &'static str = "router";
    const MANY: &'static str = "routers";

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
    /// Lists the project's routers.
    ///
    /// Neutron: `GET /v2.0/routers`.
    ///
    /// ```sh
    /// ik router list
    /// ik router list --name front -f json
    /// ```
    Networking::list_routers as ListRouters, "router list", Effect::Reads,
    ()
    {
        /// Only those of this name.
        name: Option<String> = None,
        /// Only those that have all of these tags.
        tags: Vec<String> = Vec::new(),
    }
}

impl Operation for ListRouters {
    type Output = Vec<Router>;

    const OMITTED: &'static [&'static str] = &["interfaces"];
    const CONTRACTED: Option<&'static [&'static str]> =
        Some(&["id", "name", "status", "external_gateway"]);

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Router>> {
        Router::list(cloud)
            .only("name", self.name.as_ref())
            .only("tags", all_of(&self.tags))
            .all()
            .await
    }
}

operation! {
    /// Shows a router with the subnets it is in.
    ///
    /// Neutron: `GET /v2.0/routers/{id}`, `GET /v2.0/ports`.
    ///
    /// ```sh
    /// ik router show demo-router
    /// ```
    Networking::get_router as GetRouter, "router show", Effect::Reads,
    (
        /// The router, by name or id.
        router_id: Named<Router>,
    )
    {}
}

impl Operation for GetRouter {
    type Output = Router;

    async fn run(&self, cloud: &Cloud) -> Result<Router> {
        let mut router = self.router_id.find(cloud).await?;
        router.interfaces = interface::of_router(cloud, &router.id).await?;
        Ok(router)
    }
}

operation! {
    /// Creates a router.
    ///
    /// An external network that does not exist, or does not lead outside, is an error, and nothing
    /// is created. Should Neutron's answer be lost, the router is looked for and not created twice.
    ///
    /// Neutron: `POST /v2.0/routers`; tags: `PUT /v2.0/routers/{id}/tags`.
    ///
    /// ```sh
    /// ik router create front --external-gateway ext-floating1
    /// ```
    Networking::create_router as CreateRouter, "router create", Effect::Changes,
    (
        /// Name of the new router.
        name: String,
    )
    {
        /// The network through which it leads outside, by name or id.
        #[flag("external-gateway")]
        external_network: Option<Named<Network>> = None,
        /// What people shall know about it.
        description: Option<String> = None,
        /// Whether it carries traffic.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// Tags to give it.
        tags: Vec<String> = Vec::new(),
        /// Further fields of Neutron's `router` object, sent as they are.
        extra: Map<String, Value> = Map::new(),
    }
}

impl Operation for CreateRouter {
    type Output = Router;

    const OMITTED: &'static [&'static str] = &["interfaces"];
    const CONTRACTED: Option<&'static [&'static str]> = Some(&["id", "name"]);

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<Router> {
        let outside = match &self.external_network {
            Some(network) => Some(leading_outside(cloud, network).await?),
            None => None,
        };
        let gateway = outside.map(|network| json!({ "network_id": network.id }));
        let body = Body::new()
            .set("name", self.name.as_str())
            .maybe("external_gateway_info", gateway)
            .maybe("description", self.description.as_ref())
            .maybe("admin_state_up", self.is_admin_state_up)
            .extra(&self.extra)?;
        let mut made: Router = once::create(cloud, body.done()).await?;
        tag_new::<Router>(cloud, &made.id, &self.tags).await?;
        made.tags.clone_from(&self.tags);
        Ok(made)
    }

    async fn existing(&self, cloud: &Cloud) -> Result<Option<Router>> {
        existing::named(cloud, &self.name, None, &self.tags).await
    }
}

/// A network that leads outside.
///
/// # Errors
/// [`Kind::NotFound`] for one that does not exist, [`Kind::Invalid`] for one that leads nowhere.
pub(super) async fn leading_outside(cloud: &Cloud, network: &Named<Network>) -> Result<Network> {
    let found = network.find(cloud).await?;
    if found.is_external {
        return Ok(found);
    }
    Err(Error::new(Kind::Invalid, format!("network `{network}` does not lead outside"))
        .with_service(NETWORK.kind)
        .with_resource(network.as_str())
        .with_hint("those that do: ik network list --external"))
}

operation! {
    /// Deletes a router. Subnets that it is in are in the way, unless they are to be left with it.
    ///
    /// One that is gone already counts as deleted. With `cascade`, floating IPs that it leads lead
    /// nowhere (they stay allocated), port forwardings through it go, and it leaves its subnets.
    ///
    /// Neutron: `DELETE /v2.0/routers/{id}`.
    ///
    /// ```sh
    /// ik router delete front --yes
    /// ik router delete front --cascade
    /// ```
    Networking::delete_router as DeleteRouter, "router delete", Effect::Destroys,
    (
        /// The router, by name or id.
        router_id: Named<Router>,
    )
    {
        /// First undo what hangs on it.
        #[flag("cascade")]
        cascade: bool = false,
    }
}

impl Operation for DeleteRouter {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        if !self.cascade {
            return self.router_id.delete(cloud).await;
        }
        teardown::tear_down(cloud, &self.router_id).await
    }

    async fn will_remove(&self, cloud: &Cloud) -> Result<Vec<String>> {
        if !self.cascade {
            return Ok(Vec::new());
        }
        teardown::foretell(cloud, &self.router_id).await
    }
}
