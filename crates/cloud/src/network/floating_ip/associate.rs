//! Leading a floating IP to a port, or to a server, whose port has to be found; and nowhere any more.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::Method;
use serde_json::{Value, json};

use super::FloatingIp;
use crate::cloud::Cloud;
use crate::compute::Instance;
use crate::error::{Error, Kind, Result};
use crate::network::body::Body;
use crate::network::change::{Tags, update};
use crate::network::{Networking, Port};
use crate::operation::body::nothing;
use crate::operation::{Effect, Operation, operation};
use crate::page::Pages;
use crate::resource::{Maybe, Named, Resource};
use crate::session::Request;
use crate::session::service::NETWORK;

/// A port, and its address if it matters which.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    pub(super) port: String,
    pub(super) address: Option<String>,
}

/// Where a floating IP may lead: to the first of these that a router reaches.
#[derive(Debug)]
pub(super) struct Goal(Vec<Place>);

impl Goal {
    /// Whether a floating IP leads there.
    pub(super) fn is_of(&self, floating_ip: &FloatingIp) -> bool {
        self.0.iter().any(|place| {
            let address = place.address.as_ref();
            floating_ip.port_id.as_ref() == Some(&place.port)
                && address
                    .is_none_or(|address| floating_ip.fixed_ip_address.as_ref() == Some(address))
        })
    }

    /// Does something with one place after the other, up to the first that can be reached.
    pub(super) async fn first_reached<'g, T>(
        &'g self,
        act: impl Fn(&'g Place) -> BoxFuture<'g, Result<T>> + Send,
    ) -> Result<T> {
        let mut unreachable = None;
        for place in &self.0 {
            match act(place).await {
                Err(error) if error.code() == Some(UNREACHABLE) => unreachable = Some(error),
                outcome => return outcome,
            }
        }
        let none = || Error::new(Kind::NotFound, "there is no address");
        Err(as_unreachable(unreachable.unwrap_or_else(none)))
    }
}

/// The goal that arguments say, if they say one.
///
/// # Errors
/// [`Kind::Invalid`] if both are said, or an address of neither; [`Kind::NotFound`] for a server
/// that has no such address, or no IPv4 address at all.
pub(super) async fn goal(
    cloud: &Cloud,
    port: Option<&Named<Port>>,
    server: Option<&Named<Instance>>,
    address: Option<&str>,
) -> Result<Option<Goal>> {
    let invalid = |message: &str| {
        Error::new(Kind::Invalid, message).with_hint("say either a port or a server")
    };
    match (port, server) {
        (Some(_), Some(_)) => Err(invalid("a floating IP leads to one place")),
        (None, None) if address.is_some() => Err(invalid("it is not said whose address that is")),
        (None, None) => Ok(None),
        (Some(port), None) => {
            let port = port.id(cloud).await?;
            Ok(Some(Goal(vec![Place { port, address: address.map(str::to_string) }])))
        }
        (None, Some(server)) => of_server(cloud, server, address).await.map(Some),
    }
}

/// The ports of a server.
async fn ports_of(cloud: &Cloud, server: &Named<Instance>) -> Result<Vec<Port>> {
    let id = server.id(cloud).await?;
    let request = Request::get(&NETWORK, Port::LIST).query("device_id", &id);
    let ports = Pages::<Port>::new(cloud, request, Port::MANY).all().await?;
    if ports.is_empty() {
        // What looks like an id is none perhaps; and a server may have no port.
        server.find(cloud).await?;
    }
    Ok(ports)
}

async fn of_server(cloud: &Cloud, server: &Named<Instance>, address: Option<&str>) -> Result<Goal> {
    let ports = ports_of(cloud, server).await?;
    let places: Vec<_> = ports
        .iter()
        .flat_map(|port| port.fixed_ips.iter().map(move |fixed| (port, &fixed.ip_address)))
        .filter(|(_, ip)| address.map_or(!ip.contains(':'), |address| address == *ip))
        .map(|(port, ip)| Place { port: port.id.clone(), address: Some(ip.clone()) })
        .collect();
    if !places.is_empty() {
        return Ok(Goal(places));
    }
    let message = match address {
        Some(address) => format!("instance `{server}` has no address {address}"),
        None => format!("instance `{server}` has no IPv4 address"),
    };
    Err(Error::new(Kind::NotFound, message)
        .with_service(NETWORK.kind)
        .with_resource(server.as_str())
        .with_hint("its addresses: ik server show"))
}

/// Changes a floating IP and gives it as it is then.
async fn put(cloud: &Cloud, id: &str, attributes: Value) -> Result<FloatingIp> {
    let body = json!({ "floatingip": attributes });
    let request = Request::new(&NETWORK, Method::PUT, &[FloatingIp::PATH, id]).json(body);
    cloud.send(request).await?.field(FloatingIp::ONE)
}

/// Lets a floating IP lead to the first place that can be reached.
pub(super) async fn lead(cloud: &Cloud, id: &str, goal: &Goal) -> Result<FloatingIp> {
    let (cloud, id) = (cloud.clone(), id.to_string());
    goal.first_reached(|place| {
        let mut attributes = json!({ "port_id": place.port });
        if let Some(address) = &place.address {
            attributes["fixed_ip_address"] = address.as_str().into();
        }
        let (cloud, id) = (cloud.clone(), id.clone());
        async move { put(&cloud, &id, attributes).await }.boxed()
    })
    .await
}

/// What Neutron calls it when no router leads from the floating IP to the port.
const UNREACHABLE: &str = "ExternalGatewayForFloatingIPNotFound";

/// Says what is missing. It is not the floating IP that was not found.
fn as_unreachable(error: Error) -> Error {
    if error.code() != Some(UNREACHABLE) {
        return error;
    }
    Error::new(Kind::Conflict, "no router leads from the floating IP's network to that address")
        .with_service(NETWORK.kind)
        .with_hint(
            "put a router between them: ik router create NAME --external-gateway NETWORK, then \
             ik router add subnet NAME SUBNET",
        )
        .with_source(error)
}

operation! {
    /// Lets a floating IP lead to a port, or directly to a server; changes its description or tags.
    ///
    /// Of a server's addresses the first is taken that a router reaches. A floating IP that leads
    /// elsewhere is taken from there.
    ///
    /// Neutron: `PUT /v2.0/floatingips/{id}`.
    ///
    /// ```sh
    /// ik floating ip set 203.0.113.9 --server web
    /// ik floating ip set 203.0.113.9 --port web-port --fixed-ip-address 10.8.0.7
    /// ```
    Networking::associate_floating_ip as AssociateFloatingIp, "floating ip set", Effect::Changes,
    (
        /// The floating IP, by address or id.
        floating_ip_id: Named<FloatingIp>,
        /// The port that it shall lead to, by name or id.
        port_id: Maybe<Port>,
    )
    {
        /// The instance that it shall lead to, by name or id.
        server: Option<Named<Instance>> = None,
        /// The address inside that it shall lead to, where there are several.
        fixed_ip_address: Option<String> = None,
        /// The new description.
        description: Option<String> = None,
        /// Tags to add.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags that are not given.
        #[flag("no-tag")]
        no_other_tags: bool = false,
    }
}

impl Operation for AssociateFloatingIp {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let (port, address) = (self.port_id.as_ref(), self.fixed_ip_address.as_deref());
        let tags = Tags { these: &self.tags, no_others: self.no_other_tags };
        let is_change = self.description.is_some() || !tags.is_nothing();
        if port.is_none() && self.server.is_none() && address.is_none() && !is_change {
            return Err(nothing("change"));
        }
        let goal = goal(cloud, port, self.server.as_ref(), address).await?;
        let (goal, description) = (goal.as_ref(), self.description.as_ref());
        let act = |id: String| async move {
            if let Some(goal) = goal {
                lead(cloud, &id, goal).await?;
            }
            let body = Body::new().maybe("description", description);
            update::<FloatingIp>(cloud, &id, body).await?;
            tags.add::<FloatingIp>(cloud, &id).await
        };
        self.floating_ip_id.apply(cloud, act).await
    }
}

operation! {
    /// Lets a floating IP lead nowhere any more, or removes tags of it. It stays allocated.
    ///
    /// Neutron: `PUT /v2.0/floatingips/{id}`, `DELETE /v2.0/floatingips/{id}/tags/{tag}`.
    ///
    /// ```sh
    /// ik floating ip unset 203.0.113.9 --port
    /// ```
    Networking::disassociate_floating_ip as DisassociateFloatingIp, "floating ip unset",
    Effect::Destroys,
    (
        /// The floating IP, by address or id.
        floating_ip_id: Named<FloatingIp>,
    )
    {
        /// Let it lead nowhere; goes without saying if no tags are named.
        #[flag("port")]
        port: bool = false,
        /// Tags that go.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags.
        #[flag("all-tag")]
        all_tags: bool = false,
    }
}

impl Operation for DisassociateFloatingIp {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let tags = Tags { these: &self.tags, no_others: self.all_tags };
        let port = self.port || tags.is_nothing();
        let act = |id: String| async move {
            if port {
                // A change without the null would leave it where it is.
                put(cloud, &id, json!({ "port_id": null })).await?;
            }
            tags.remove::<FloatingIp>(cloud, &id).await
        };
        self.floating_ip_id.apply(cloud, act).await
    }
}

operation! {
    /// Lets a floating IP lead to a server.
    ///
    /// Of the server's addresses the first is taken that a router reaches. A floating IP that leads
    /// elsewhere is taken from there.
    ///
    /// Neutron: `GET /v2.0/ports`, `PUT /v2.0/floatingips/{id}`.
    ///
    /// ```sh
    /// ik server add floating ip web 203.0.113.9
    /// ```
    Networking::add_server_floating_ip as AddServerFloatingIp,
    "server add floating ip" [server, floating_ip], Effect::Changes,
    (
        /// The server, by name or id.
        server: Named<Instance>,
        /// The floating IP, by address or id.
        floating_ip: Named<FloatingIp>,
    )
    {
        /// The address of the server that it shall lead to, where there are several.
        fixed_ip_address: Option<String> = None,
    }
}

impl Operation for AddServerFloatingIp {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let address = self.fixed_ip_address.as_deref();
        let (goal, id) =
            tokio::try_join!(of_server(cloud, &self.server, address), self.floating_ip.id(cloud))?;
        lead(cloud, &id, &goal).await.map(drop)
    }
}

operation! {
    /// Lets a floating IP of a server lead nowhere any more. It stays allocated.
    ///
    /// One that leads nowhere already is as good; one that leads elsewhere is left alone.
    ///
    /// Neutron: `GET /v2.0/ports`, `PUT /v2.0/floatingips/{id}`.
    ///
    /// ```sh
    /// ik server remove floating ip web 203.0.113.9
    /// ```
    Networking::remove_server_floating_ip as RemoveServerFloatingIp,
    "server remove floating ip" [server, floating_ip], Effect::Changes,
    (
        /// The server, by name or id.
        server: Named<Instance>,
        /// The floating IP, by address or id.
        floating_ip: Named<FloatingIp>,
    )
    {}
}

impl Operation for RemoveServerFloatingIp {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let (ports, found) =
            tokio::try_join!(ports_of(cloud, &self.server), self.floating_ip.find(cloud))?;
        let Some(port) = &found.port_id else { return Ok(()) };
        if !ports.iter().any(|own| own.id == *port) {
            let message = format!(
                "floating IP {} does not lead to instance `{}`",
                found.floating_ip_address, self.server
            );
            return Err(Error::new(Kind::Conflict, message)
                .with_service(NETWORK.kind)
                .with_resource(&found.floating_ip_address)
                .with_hint("to take it from wherever it leads: ik floating ip unset --port"));
        }
        put(cloud, &found.id, json!({ "port_id": null })).await.map(drop)
    }
}
