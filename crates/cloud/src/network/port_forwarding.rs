//! Port forwardings: single ports of a floating IP that lead to ports of hosts inside.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::body::Body;
use super::{FloatingIp, Networking, Port, PortRange};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Processed, Result};
use crate::operation::{Effect, Operation, operation, operations};
use crate::page::Pages;
use crate::resource::{Named, Record, Resource, or_gone};
use crate::session::Request;
use crate::session::service::NETWORK;

operations!(ListPortForwardings, GetPortForwarding, CreatePortForwarding, DeletePortForwarding);

/// A port forwarding.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PortForwarding {
    /// The id.
    pub id: String,
    /// `tcp`, `udp` ...
    pub protocol: String,
    /// The port of the floating IP; none for a range.
    pub external_port: Option<u16>,
    /// The ports of the floating IP, as `8000:8080`; older clouds do not tell them.
    #[serde(default)]
    pub external_port_range: Option<String>,
    /// The port inside; none for a range.
    pub internal_port: Option<u16>,
    /// The ports inside, as `8000:8080`; older clouds do not tell them.
    #[serde(default)]
    pub internal_port_range: Option<String>,
    /// The address inside.
    pub internal_ip_address: String,
    /// The Neutron port that has this address.
    pub internal_port_id: String,
    /// What people say about it.
    #[serde(default)]
    pub description: Option<String>,
}

impl Record for PortForwarding {
    const NOUN: &'static str = "port forwarding";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "protocol",
        "external_port_range",
        "internal_ip_address",
        "internal_port_range",
        "internal_port_id",
    ];

    fn identifier(&self) -> &str {
        &self.id
    }
}

const ONE: &str = "port_forwarding";
const MANY: &str = "port_forwardings";

fn path<'p>(floating_ip: &'p str, rest: &[&'p str]) -> Vec<&'p str> {
    [&[FloatingIp::PATH, floating_ip, MANY], rest].concat()
}

async fn all(cloud: &Cloud, floating_ip: &str) -> Result<Vec<PortForwarding>> {
    let request = Request::get(&NETWORK, &path(floating_ip, &[]));
    Pages::new(cloud, request, MANY).all().await
}

operation! {
    /// Lists the port forwardings of a floating IP.
    ///
    /// Neutron: `GET /v2.0/floatingips/{id}/port_forwardings`.
    ///
    /// ```sh
    /// ik floating ip port forwarding list 203.0.113.9
    /// ```
    Networking::list_port_forwardings as ListPortForwardings, "floating ip port forwarding list",
    Effect::Reads,
    (
        /// The floating IP, by address or id.
        floating_ip: Named<FloatingIp>,
    )
    {}
}

impl Operation for ListPortForwardings {
    type Output = Vec<PortForwarding>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<PortForwarding>> {
        let list = |id: String| async move { all(cloud, &id).await };
        self.floating_ip.apply(cloud, list).await
    }
}

operation! {
    /// Shows a port forwarding.
    ///
    /// Neutron: `GET /v2.0/floatingips/{id}/port_forwardings/{id}`.
    ///
    /// ```sh
    /// ik floating ip port forwarding show 203.0.113.9 0f2a8a5e-6a4f-4f9b-8f0a-2f1e1c1b7d11
    /// ```
    Networking::get_port_forwarding as GetPortForwarding,
    "floating ip port forwarding show" [floating_ip, port_forwarding_id], Effect::Reads,
    (
        /// The floating IP, by address or id.
        floating_ip: Named<FloatingIp>,
        /// The port forwarding, by its id.
        port_forwarding_id: String,
    )
    {}
}

impl Operation for GetPortForwarding {
    type Output = PortForwarding;

    async fn run(&self, cloud: &Cloud) -> Result<PortForwarding> {
        let floating_ip = self.floating_ip.id(cloud).await?;
        let request = Request::get(&NETWORK, &path(&floating_ip, &[&self.port_forwarding_id]));
        cloud.send(request).await?.field(ONE)
    }
}

operation! {
    /// Lets a port of a floating IP lead to a port of a host inside.
    ///
    /// Ports are numbers, ranges of the same length as `8000:8080`, or names of services: `ssh`. The
    /// floating IP as a whole may not lead anywhere. Should Neutron's answer be lost, the port
    /// forwarding is looked for and not created twice.
    ///
    /// Neutron: `POST /v2.0/floatingips/{id}/port_forwardings`.
    ///
    /// ```sh
    /// ik floating ip port forwarding create 203.0.113.9 --port web-port --external-protocol-port 2222 --internal-protocol-port ssh
    /// ```
    Networking::create_port_forwarding as CreatePortForwarding,
    "floating ip port forwarding create", Effect::Changes,
    (
        /// The floating IP, by address or id.
        floating_ip: Named<FloatingIp>,
        /// The Neutron port of the host inside, by name or id.
        #[flag("port")]
        internal_port_id: Named<Port>,
        /// The port of the floating IP.
        #[flag("external-protocol-port")]
        external_port: PortRange,
        /// The port of the host inside.
        #[flag("internal-protocol-port")]
        internal_port: PortRange,
    )
    {
        /// The protocol: `tcp`, `udp` ...
        protocol: String = "tcp".to_string(),
        /// The address of the host inside; the first IPv4 address of its port if it is not given.
        internal_ip_address: Option<String> = None,
        /// What people shall know about it.
        description: Option<String> = None,
    }
}

/// A port, or a range of them, in Neutron's words.
fn ports(body: Body, side: &str, range: &PortRange) -> Result<Body> {
    let ports = range.ports()?;
    if ports.first == ports.last {
        return Ok(body.set(&format!("{side}_port"), ports.first));
    }
    Ok(body.set(&format!("{side}_port_range"), format!("{}:{}", ports.first, ports.last)))
}

impl CreatePortForwarding {
    /// The Neutron port and its address.
    async fn inside(&self, cloud: &Cloud) -> Result<(String, String)> {
        if let Some(address) = &self.internal_ip_address {
            return Ok((self.internal_port_id.id(cloud).await?, address.clone()));
        }
        let port = self.internal_port_id.find(cloud).await?;
        let first = port.fixed_ips.into_iter().find(|fixed| !fixed.ip_address.contains(':'));
        match first {
            Some(fixed) => Ok((port.id, fixed.ip_address)),
            None => Err(Error::new(
                Kind::Invalid,
                format!("port `{}` has no IPv4 address", self.internal_port_id),
            )
            .with_service(NETWORK.kind)
            .with_resource(self.internal_port_id.as_str())
            .with_hint("its addresses: ik port show")),
        }
    }
}

impl Operation for CreatePortForwarding {
    type Output = PortForwarding;

    const OR_SHOW: bool = true;

    /// The one of these ports of the floating IP, if it leads to the same place.
    async fn existing(&self, cloud: &Cloud) -> Result<Option<PortForwarding>> {
        let (outside, inside) = (self.external_port.ports()?, self.internal_port.ports()?);
        let (floating_ip, (port, address)) =
            tokio::try_join!(self.floating_ip.id(cloud), self.inside(cloud))?;
        let found = all(cloud, &floating_ip).await?.into_iter().find(|one| {
            one.protocol == self.protocol
                && (&one.internal_port_id, &one.internal_ip_address) == (&port, &address)
                && outside.are(one.external_port, one.external_port_range.as_deref())
                && inside.are(one.internal_port, one.internal_port_range.as_deref())
        });
        Ok(found)
    }

    async fn run(&self, cloud: &Cloud) -> Result<PortForwarding> {
        let body = ports(Body::new(), "external", &self.external_port)?;
        let body = ports(body, "internal", &self.internal_port)?;
        let (floating_ip, (port, address)) =
            tokio::try_join!(self.floating_ip.id(cloud), self.inside(cloud))?;
        let body = body
            .set("protocol", self.protocol.as_str())
            .set("internal_port_id", port.as_str())
            .set("internal_ip_address", address.as_str())
            .maybe("description", self.description.as_ref());
        let request =
            Request::post(&NETWORK, &path(&floating_ip, &[]), json!({ ONE: body.done() }));
        let made = cloud.send(request).await.and_then(|response| response.field(ONE));
        match made {
            Err(lost) if lost.processed() != Processed::No => {
                // Of one port outside there can be only one forwarding: if it leads where this one
                // was to lead, it is this one.
                let (outer, inner) = (self.external_port.ports()?, self.internal_port.ports()?);
                let is_it = |made: &PortForwarding| {
                    made.protocol == self.protocol
                        && made.internal_ip_address == address
                        && made.external_port.is_none_or(|port| port == outer.first)
                        && made.internal_port.is_none_or(|port| port == inner.first)
                };
                let found = all(cloud, &floating_ip).await.unwrap_or_default();
                found.into_iter().find(is_it).ok_or(lost)
            }
            outcome => outcome,
        }
    }
}

operation! {
    /// Deletes a port forwarding.
    ///
    /// One that is gone already counts as deleted.
    ///
    /// Neutron: `DELETE /v2.0/floatingips/{id}/port_forwardings/{id}`.
    ///
    /// ```sh
    /// ik floating ip port forwarding delete 203.0.113.9 0f2a8a5e-6a4f-4f9b-8f0a-2f1e1c1b7d11 --yes
    /// ```
    Networking::delete_port_forwarding as DeletePortForwarding,
    "floating ip port forwarding delete" [floating_ip, port_forwarding_id], Effect::Destroys,
    (
        /// The floating IP, by address or id.
        floating_ip: Named<FloatingIp>,
        /// The port forwarding, by its id.
        port_forwarding_id: String,
    )
    {}
}

impl Operation for DeletePortForwarding {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let floating_ip = self.floating_ip.id(cloud).await?;
        let request = Request::delete(&NETWORK, &path(&floating_ip, &[&self.port_forwarding_id]));
        let deleted = cloud.send(request).await.map(drop);
        or_gone(deleted, PortForwarding::NOUN, &self.port_forwarding_id)
    }
}
