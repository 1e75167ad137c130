//! Putting a router into subnets, and taking it out.

use reqwest::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{INTERFACE, Router};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::network::{Networking, Port, Subnet};
use crate::operation::{Effect, Operation, operation};
use crate::resource::{Named, Resource, or_gone};
use crate::session::Request;
use crate::session::service::NETWORK;

/// A router's place in a subnet. `x-shown-by` tells tables to show just the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-shown-by" = "ip_address"))]
pub struct RouterInterface {
    /// The subnet.
    pub subnet_id: String,
    /// The router's address in it.
    pub ip_address: String,
    /// The port by which it is in it.
    pub port_id: String,
}

/// The ports by which a router is in subnets.
async fn ports_of(cloud: &Cloud, router: &str) -> Result<Vec<Port>> {
    Port::list(cloud)
        .only("device_id", Some(router))
        .only("device_owner", Some(INTERFACE))
        .all()
        .await
}

/// The subnets that a router is in.
pub(super) async fn of_router(cloud: &Cloud, router: &str) -> Result<Vec<RouterInterface>> {
    let ports = ports_of(cloud, router).await?;
    let interfaces = ports.into_iter().flat_map(|port| {
        let id = port.id;
        port.fixed_ips.into_iter().map(move |fixed| RouterInterface {
            subnet_id: fixed.subnet_id,
            ip_address: fixed.ip_address,
            port_id: id.clone(),
        })
    });
    Ok(interfaces.collect())
}

/// Asks the router's ports to change; what was said about the router or the other thing stays an
/// error about it.
async fn put(cloud: &Cloud, router: &str, change: &str, body: Value) -> Result<()> {
    let request = Request::new(&NETWORK, Method::PUT, &[Router::PATH, router, change]);
    cloud.send(request.json(body)).await.map(drop)
}

/// Takes a refusal for a success if the router has what it was to get: an earlier try may have been
/// carried out although its answer was lost.
async fn unless_there(
    cloud: &Cloud,
    router: &str,
    refused: Error,
    is_it: impl Fn(&Port) -> bool,
) -> Result<()> {
    if !matches!(refused.kind(), Kind::Invalid | Kind::Conflict) {
        return Err(refused);
    }
    // A look that fails says nothing.
    let ports = ports_of(cloud, router).await.unwrap_or_default();
    if !ports.iter().any(is_it) {
        return Err(refused);
    }
    tracing::warn!(target: "infomaniak_cloud::note", "the router was there already");
    Ok(())
}

operation! {
    /// Puts a router into a subnet, with the address that the subnet calls its gateway.
    ///
    /// If it is there already, that is as good.
    ///
    /// Neutron: `PUT /v2.0/routers/{id}/add_router_interface`.
    ///
    /// ```sh
    /// ik router add subnet front front-subnet
    /// ```
    Networking::add_router_interface as AddRouterInterface,
    "router add subnet" [router_id, subnet_id], Effect::Changes,
    (
        /// The router, by name or id.
        router_id: Named<Router>,
        /// The subnet, by name or id.
        subnet_id: Named<Subnet>,
    )
    {}
}

impl Operation for AddRouterInterface {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let (router, subnet) =
            tokio::try_join!(self.router_id.id(cloud), self.subnet_id.id(cloud))?;
        let body = json!({ "subnet_id": subnet });
        match put(cloud, &router, "add_router_interface", body).await {
            Err(refused) => {
                let is_it = |port: &Port| port.fixed_ips.iter().any(|own| own.subnet_id == subnet);
                unless_there(cloud, &router, refused, is_it).await
            }
            done => done,
        }
    }
}

operation! {
    /// Takes a router out of a subnet. Floating IPs and routes that lead there are in the way.
    ///
    /// If it is not there, that is as good.
    ///
    /// Neutron: `PUT /v2.0/routers/{id}/remove_router_interface`.
    ///
    /// ```sh
    /// ik router remove subnet front front-subnet --yes
    /// ```
    Networking::remove_router_interface as RemoveRouterInterface,
    "router remove subnet" [router_id, subnet_id], Effect::Destroys,
    (
        /// The router, by name or id.
        router_id: Named<Router>,
        /// The subnet, by name or id.
        subnet_id: Named<Subnet>,
    )
    {}
}

impl Operation for RemoveRouterInterface {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let (router, subnet) =
            tokio::try_join!(self.router_id.id(cloud), self.subnet_id.id(cloud))?;
        let body = json!({ "subnet_id": subnet });
        let removed = put(cloud, &router, "remove_router_interface", body).await;
        or_gone(removed, "router interface", &format!("{} {}", self.router_id, self.subnet_id))
    }
}

operation! {
    /// Gives a router a port: that is where it is in the port's subnet.
    ///
    /// If it has it already, that is as good.
    ///
    /// Neutron: `PUT /v2.0/routers/{id}/add_router_interface`.
    ///
    /// ```sh
    /// ik router add port front front-port
    /// ```
    Networking::add_router_port as AddRouterPort, "router add port" [router_id, port_id],
    Effect::Changes,
    (
        /// The router, by name or id.
        router_id: Named<Router>,
        /// The port, by name or id; nothing else may have it.
        port_id: Named<Port>,
    )
    {}
}

impl Operation for AddRouterPort {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let (router, id) = tokio::try_join!(self.router_id.id(cloud), self.port_id.id(cloud))?;
        match put(cloud, &router, "add_router_interface", json!({ "port_id": id })).await {
            Err(refused) => unless_there(cloud, &router, refused, |port| port.id == id).await,
            done => done,
        }
    }
}

operation! {
    /// Takes a port from a router. The port is deleted with it.
    ///
    /// If the router does not have it, that is as good.
    ///
    /// Neutron: `PUT /v2.0/routers/{id}/remove_router_interface`.
    ///
    /// ```sh
    /// ik router remove port front front-port --yes
    /// ```
    Networking::remove_router_port as RemoveRouterPort, "router remove port" [router_id, port_id],
    Effect::Destroys,
    (
        /// The router, by name or id.
        router_id: Named<Router>,
        /// The port, by name or id.
        port_id: Named<Port>,
    )
    {}
}

impl Operation for RemoveRouterPort {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let (router, port) = tokio::try_join!(self.router_id.id(cloud), self.port_id.id(cloud))?;
        let body = json!({ "port_id": port });
        let removed = put(cloud, &router, "remove_router_interface", body).await;
        or_gone(removed, "router interface", &format!("{} {}", self.router_id, self.port_id))
    }
}
