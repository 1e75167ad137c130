//! What a running instance is attached to: ports and networks, fixed addresses, security groups.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Compute, Instance, action};
use crate::cloud::Cloud;

use crate::error::{Error, Kind, Result};
use crate::network::{Network, Port};
use crate::operation::{Effect, Operation, operation};
use crate::resource::{Named, Record, Resource};
use crate::session::service::COMPUTE;
use crate::session::{Microversion, Request};
use crate::wait::{Look, until};

/// A port of an instance.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Interface {
    /// Id of the port.
    pub port_id: String,
    /// Id of its network.
    #[serde(alias = "net_id")]
    pub network_id: String,
    /// The MAC address.
    #[serde(alias = "mac_addr")]
    pub mac_address: String,
    /// Its addresses, and the subnets they are from.
    pub fixed_ips: Vec<FixedIp>,
    /// Its state: `ACTIVE`, `DOWN` ...
    #[serde(alias = "port_state")]
    pub status: String,
}

/// An address of a port. `x-shown-by` tells tables to show just the address.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-shown-by" = "ip_address"))]
pub struct FixedIp {
    /// The address.
    pub ip_address: String,
    /// Id of the subnet it is from.
    pub subnet_id: String,
}

impl Record for Interface {
    const NOUN: &'static str = "interface";
    const COLUMNS: &'static [&'static str] = &["port_id", "network_id", "fixed_ips", "status"];

    fn identifier(&self) -> &str {
        &self.port_id
    }
}

/// The path of an instance's interfaces.
const PATH: &str = "os-interface";

operation! {
    /// Attaches an instance to a network, by a new port.
    ///
    /// Nova: `POST /servers/{id}/os-interface`.
    ///
    /// ```sh
    /// ik server add network web demo-net
    /// ```
    Compute::add_network as AddNetwork,
    "server add network" [instance_id, network], Effect::Changes,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
        /// The network, by name or id.
        network: Named<Network>,
    )
    {
        /// Tag by which the guest tells its cards apart.
        tag: Option<String> = None,
    }
}

impl Operation for AddNetwork {
    type Output = Interface;

    async fn run(&self, cloud: &Cloud) -> Result<Interface> {
        let network = self.network.find(cloud).await?.id;
        attach(cloud, &self.instance_id, json!({ "net_id": network }), self.tag.as_deref()).await
    }
}

operation! {
    /// Attaches an instance to a network, by a new port with an address of one's choice.
    ///
    /// Nova: `POST /servers/{id}/os-interface`.
    ///
    /// ```sh
    /// ik server add fixed ip web demo-net --fixed-ip-address 10.11.0.78
    /// ```
    Compute::add_fixed_ip as AddFixedIp,
    "server add fixed ip" [instance_id, network], Effect::Changes,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
        /// The network, by name or id.
        network: Named<Network>,
    )
    {
        /// The address. Without one, Neutron chooses.
        fixed_ip_address: Option<String> = None,
        /// Tag by which the guest tells its cards apart.
        tag: Option<String> = None,
    }
}

impl Operation for AddFixedIp {
    type Output = Interface;

    async fn run(&self, cloud: &Cloud) -> Result<Interface> {
        let mut wish = json!({ "net_id": self.network.find(cloud).await?.id });
        if let Some(address) = &self.fixed_ip_address {
            wish["fixed_ips"] = json!([{ "ip_address": address }]);
        }
        attach(cloud, &self.instance_id, wish, self.tag.as_deref()).await
    }
}

operation! {
    /// Attaches a port to an instance.
    ///
    /// Nova: `POST /servers/{id}/os-interface`.
    ///
    /// ```sh
    /// ik server add port web front
    /// ```
    Compute::add_port as AddPort, "server add port" [instance_id, port], Effect::Changes,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
        /// The port, by name or id.
        port: Named<Port>,
    )
    {
        /// Tag by which the guest tells its cards apart.
        tag: Option<String> = None,
    }
}

impl Operation for AddPort {
    type Output = Interface;

    async fn run(&self, cloud: &Cloud) -> Result<Interface> {
        let port = self.port.find(cloud).await?.id;
        attach(cloud, &self.instance_id, json!({ "port_id": port }), self.tag.as_deref()).await
    }
}

async fn attach(
    cloud: &Cloud,
    instance: &Named<Instance>,
    mut wish: Value,
    tag: Option<&str>,
) -> Result<Interface> {
    let id = instance.find(cloud).await?.id;
    if let Some(tag) = tag {
        wish["tag"] = tag.into();
    }
    let body = json!({ "interfaceAttachment": wish });
    let mut request = Request::post(&COMPUTE, &[Instance::PATH, &id, PATH], body);
    if tag.is_some() {
        request = request.needs(Microversion(2, 49), "a tag on an interface");
    }
    cloud.send(request).await?.field("interfaceAttachment")
}

operation! {
    /// Detaches an instance from a network: all its ports there.
    ///
    /// Ports that Nova has made are deleted; those that were there before stay.
    ///
    /// Nova: `GET /servers/{id}/os-interface`, `DELETE /servers/{id}/os-interface/{port}`.
    ///
    /// ```sh
    /// ik server remove network web demo-net --wait
    /// ```
    Compute::remove_network as RemoveNetwork,
    "server remove network" [instance_id, network], Effect::Interrupts,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
        /// The network, by name or id.
        network: Named<Network>,
    )
    {
        /// Return only when it is detached.
        wait: bool = false,
    }
}

impl Operation for RemoveNetwork {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let network = self.network.find(cloud).await?.id;
        let what = format!("network `{}`", self.network);
        let fits = |interface: &Interface| interface.network_id == network;
        detach(cloud, &self.instance_id, &what, fits, self.wait).await
    }
}

operation! {
    /// Detaches a port from an instance.
    ///
    /// One that Nova has made is deleted; one that was there before stays.
    ///
    /// Nova: `GET /servers/{id}/os-interface`, `DELETE /servers/{id}/os-interface/{port}`.
    ///
    /// ```sh
    /// ik server remove port web front --wait
    /// ```
    Compute::remove_port as RemovePort,
    "server remove port" [instance_id, port], Effect::Interrupts,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
        /// The port, by name or id.
        port: Named<Port>,
    )
    {
        /// Return only when it is detached.
        wait: bool = false,
    }
}

impl Operation for RemovePort {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let port = self.port.find(cloud).await?.id;
        let what = format!("port `{}`", self.port);
        let fits = |interface: &Interface| interface.port_id == port;
        detach(cloud, &self.instance_id, &what, fits, self.wait).await
    }
}

async fn interfaces(cloud: &Cloud, id: &str) -> Result<Vec<Interface>> {
    let request = Request::get(&COMPUTE, &[Instance::PATH, id, PATH]);
    cloud.send(request).await?.field("interfaceAttachments")
}

/// Detaches the interfaces that fit. Nova accepts any port, attached or not: it is looked first.
async fn detach(
    cloud: &Cloud,
    instance: &Named<Instance>,
    what: &str,
    fits: impl Fn(&Interface) -> bool,
    wait: bool,
) -> Result<()> {
    let id = instance.find(cloud).await?.id;
    let mut attached = interfaces(cloud, &id).await?;
    attached.retain(|interface| fits(interface));
    if attached.is_empty() {
        let message = format!("instance `{instance}` is not attached to {what}");
        return Err(Error::new(Kind::NotFound, message)
            .with_service(COMPUTE.kind)
            .with_hint("see which addresses it has: ik server show"));
    }
    for interface in &attached {
        let path = [Instance::PATH, &id, PATH, &interface.port_id];
        cloud.send(Request::delete(&COMPUTE, &path)).await?;
        // Nova does one after the other, and refuses the next one meanwhile.
        if wait || attached.len() > 1 {
            gone(cloud, &id, instance, &interface.port_id).await?;
        }
    }
    Ok(())
}

async fn gone(cloud: &Cloud, id: &str, instance: &Named<Instance>, port: &str) -> Result<()> {
    let subject = format!("port {port} of instance `{instance}`");
    until(cloud, &subject, || async {
        let attached = interfaces(cloud, id).await?;
        let is_there = attached.iter().any(|interface| interface.port_id == port);
        Ok(if is_there { Look::Pending("attached".into()) } else { Look::Done(()) })
    })
    .await
}

operation! {
    /// Adds a security group to all ports of an instance.
    ///
    /// Nova: `POST /servers/{id}/action` with `addSecurityGroup`.
    ///
    /// ```sh
    /// ik server add security group web default
    /// ```
    Compute::add_security_group as AddSecurityGroup,
    "server add security group" [instance_id, security_group], Effect::Changes,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
        /// The security group, by name or id.
        security_group: String,
    )
    {}
}

impl Operation for AddSecurityGroup {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = json!({ "addSecurityGroup": { "name": self.security_group } });
        let body = &body;
        let add = |id: String| async move { action(cloud, &id, body).await };
        self.instance_id.apply(cloud, add).await
    }
}

operation! {
    /// Removes a security group from all ports of an instance.
    ///
    /// Nova: `POST /servers/{id}/action` with `removeSecurityGroup`.
    ///
    /// ```sh
    /// ik server remove security group web default
    /// ```
    Compute::remove_security_group as RemoveSecurityGroup,
    "server remove security group" [instance_id, security_group], Effect::Changes,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
        /// The security group, by name or id.
        security_group: String,
    )
    {}
}

impl Operation for RemoveSecurityGroup {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = json!({ "removeSecurityGroup": { "name": self.security_group } });
        let body = &body;
        let remove = |id: String| async move { action(cloud, &id, body).await };
        self.instance_id.apply(cloud, remove).await
    }
}
