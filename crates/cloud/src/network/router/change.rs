//! Changing a router: its name, its gateway, its static routes.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Router, leading_outside};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::network::body::Body;
use crate::network::change::{Tags, added, removed, update};
use crate::network::{HostRoute, Network, Networking};
use crate::operation::body::nothing;
use crate::operation::{Effect, Operation, operation};
use crate::resource::{Named, Resource};
use crate::session::Request;
use crate::session::service::NETWORK;

/// Routes in Neutron's words.
fn wire(routes: &[HostRoute]) -> Vec<Value> {
    let wire =
        |route: &HostRoute| json!({ "destination": route.destination, "nexthop": route.gateway });
    routes.iter().map(wire).collect()
}

operation! {
    /// Changes a router's name, description, state, gateway, static routes or tags.
    ///
    /// What is not given stays as it is; routes and tags are added to those that are there. An
    /// external network that does not exist, or does not lead outside, is an error, and nothing is
    /// changed.
    ///
    /// Neutron: `PUT /v2.0/routers/{id}`, `PUT /v2.0/routers/{id}/tags/{tag}`.
    ///
    /// ```sh
    /// ik router set front --external-gateway ext-floating1
    /// ik router set front --route destination=10.9.0.0/16,gateway=10.8.0.2
    /// ```
    Networking::set_router as SetRouter, "router set", Effect::Changes,
    (
        /// The router, by name or id.
        router_id: Named<Router>,
    )
    {
        /// The new name.
        name: Option<String> = None,
        /// The new description.
        description: Option<String> = None,
        /// Whether it carries traffic.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// The network through which it leads outside, by name or id.
        #[flag("external-gateway")]
        external_network: Option<Named<Network>> = None,
        /// Whether hosts inside appear outside under its address; only administrators may say so,
        /// and only together with the network.
        #[flag("enable-snat", "disable-snat")]
        enable_snat: Option<bool> = None,
        /// Static routes to add.
        routes: Vec<HostRoute> = Vec::new(),
        /// Remove all routes that are not given.
        #[flag("no-route")]
        no_other_routes: bool = false,
        /// Tags to add.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags that are not given.
        #[flag("no-tag")]
        no_other_tags: bool = false,
    }
}

impl SetRouter {
    /// The gateway in Neutron's words, if it is to change.
    async fn gateway(&self, cloud: &Cloud) -> Result<Option<Value>> {
        let Some(network) = &self.external_network else {
            if self.enable_snat.is_none() {
                return Ok(None);
            }
            return Err(Error::new(Kind::Invalid, "it is not said of which gateway")
                .with_hint("name the external network, too: --external-gateway NETWORK"));
        };
        let network = leading_outside(cloud, network).await?;
        let mut info = json!({ "network_id": network.id });
        if let Some(enable) = self.enable_snat {
            info["enable_snat"] = enable.into();
        }
        Ok(Some(info))
    }
}

impl Operation for SetRouter {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let tags = Tags { these: &self.tags, no_others: self.no_other_tags };
        let gateway = self.gateway(cloud).await?;
        let change = |routes: Option<Vec<HostRoute>>| {
            Body::new()
                .maybe("name", self.name.as_ref())
                .maybe("description", self.description.as_ref())
                .maybe("admin_state_up", self.is_admin_state_up)
                .maybe("external_gateway_info", gateway.as_ref())
                .maybe("routes", routes.map(|routes| wire(&routes)))
        };
        let has_routes = !self.routes.is_empty() || self.no_other_routes;
        if change(None).is_empty() && !has_routes && tags.is_nothing() {
            return Err(nothing("change"));
        }
        let change = &change;
        let act = |id: String| async move {
            let routes = if !has_routes {
                None
            } else if self.no_other_routes {
                added(&[], &self.routes, true)
            } else {
                // Neutron replaces the list as a whole.
                added(&Router::get(cloud, &id).await?.routes, &self.routes, false)
            };
            update::<Router>(cloud, &id, change(routes)).await?;
            tags.add::<Router>(cloud, &id).await
        };
        self.router_id.apply(cloud, act).await
    }
}

operation! {
    /// Removes a router's gateway, static routes or tags.
    ///
    /// What is not there counts as removed.
    ///
    /// Neutron: `PUT /v2.0/routers/{id}`, `DELETE /v2.0/routers/{id}/tags/{tag}`.
    ///
    /// ```sh
    /// ik router unset front --external-gateway
    /// ik router unset front --route destination=10.9.0.0/16,gateway=10.8.0.2
    /// ```
    Networking::unset_router as UnsetRouter, "router unset", Effect::Changes,
    (
        /// The router, by name or id.
        router_id: Named<Router>,
    )
    {
        /// Let it lead outside no more.
        #[flag("external-gateway")]
        external_gateway: bool = false,
        /// Static routes that go.
        routes: Vec<HostRoute> = Vec::new(),
        /// Tags that go.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags.
        #[flag("all-tag")]
        all_tags: bool = false,
    }
}

impl Operation for UnsetRouter {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let tags = Tags { these: &self.tags, no_others: self.all_tags };
        if !self.external_gateway && self.routes.is_empty() && tags.is_nothing() {
            return Err(nothing("remove"));
        }
        let router = self.router_id.find(cloud).await?;
        let mut body = Body::new()
            .maybe("routes", removed(&router.routes, &self.routes).map(|routes| wire(&routes)));
        if self.external_gateway && router.external_gateway.is_some() {
            body = body.set("external_gateway_info", Value::Null);
        }
        update::<Router>(cloud, &router.id, body).await?;
        tags.remove::<Router>(cloud, &router.id).await
    }
}

/// Adds or removes routes in one step, whatever others do to them at the same time.
async fn change_routes(
    cloud: &Cloud,
    router: &Named<Router>,
    change: &str,
    routes: &[HostRoute],
) -> Result<()> {
    if routes.is_empty() {
        return Err(Error::new(Kind::Invalid, "no route is given")
            .with_hint("--route destination=10.9.0.0/16,gateway=10.8.0.2"));
    }
    let put = |id: String| async move {
        let body = json!({ "router": { "routes": wire(routes) } });
        let request = Request::new(&NETWORK, Method::PUT, &[Router::PATH, &id, change]);
        cloud.send(request.json(body)).await.map(drop)
    };
    router.apply(cloud, put).await
}

operation! {
    /// Adds static routes to a router; those that it has already are as good.
    ///
    /// Unlike `router set`, this is safe when others change the routes at the same time.
    ///
    /// Neutron: `PUT /v2.0/routers/{id}/add_extraroutes`.
    ///
    /// ```sh
    /// ik router add route front --route destination=10.9.0.0/16,gateway=10.8.0.2
    /// ```
    Networking::add_router_routes as AddRouterRoutes, "router add route", Effect::Changes,
    (
        /// The router, by name or id.
        router_id: Named<Router>,
    )
    {
        /// The routes.
        routes: Vec<HostRoute> = Vec::new(),
    }
}

impl Operation for AddRouterRoutes {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        change_routes(cloud, &self.router_id, "add_extraroutes", &self.routes).await
    }
}

operation! {
    /// Removes static routes of a router; those that it does not have are as good.
    ///
    /// Unlike `router unset`, this is safe when others change the routes at the same time.
    ///
    /// Neutron: `PUT /v2.0/routers/{id}/remove_extraroutes`.
    ///
    /// ```sh
    /// ik router remove route front --route destination=10.9.0.0/16,gateway=10.8.0.2
    /// ```
    Networking::remove_router_routes as RemoveRouterRoutes, "router remove route", Effect::Changes,
    (
        /// The router, by name or id.
        router_id: Named<Router>,
    )
    {
        /// The routes.
        routes: Vec<HostRoute> = Vec::new(),
    }
}

impl Operation for RemoveRouterRoutes {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        change_routes(cloud, &self.router_id, "remove_extraroutes", &self.routes).await
    }
}
