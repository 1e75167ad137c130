//! Creating a port.

use serde_json::{Map, Value};

use super::part::addresses;
use super::{AddressPair, FixedIp, Port};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::network::body::Body;
use crate::network::change::tag_new;
use crate::network::{Network, Networking, SecurityGroup, existing, once};
use crate::operation::{Effect, Operation, operation};
use crate::resource::Named;

operation! {
    /// Creates a port on a network.
    ///
    /// It gets an address of each kind that the network has, unless addresses are given. Should
    /// Neutron's answer be lost, the port is looked for and not created twice.
    ///
    /// Neutron: `POST /v2.0/ports`; tags: `PUT /v2.0/ports/{id}/tags`.
    ///
    /// ```sh
    /// ik port create web-1-port --network front
    /// ik port create web-1-port --network front --fixed-ip subnet=front-v4,ip-address=10.0.0.10 --security-group web
    /// ```
    Networking::create_port as CreatePort, "port create" [name], Effect::Changes,
    (
        /// The network, by name or id.
        network: Named<Network>,
        /// Name of the new port.
        name: String,
    )
    {
        /// Addresses it shall have.
        fixed_ips: Vec<FixedIp> = Vec::new(),
        /// Give it no address.
        #[flag("no-fixed-ip")]
        no_fixed_ips: bool = false,
        /// Its security groups, by name or id. Without any, the project's `default`.
        security_groups: Vec<Named<SecurityGroup>> = Vec::new(),
        /// Give it no security group.
        #[flag("no-security-group")]
        no_security_groups: bool = false,
        /// Its hardware address; otherwise the cloud makes one.
        mac_address: Option<String> = None,
        /// Addresses that it may send from besides its own.
        #[flag("allowed-address")]
        allowed_address_pairs: Vec<AddressPair> = Vec::new(),
        /// What is plugged in, by its id.
        #[flag("device")]
        device_id: Option<String> = None,
        /// What kind of thing that is.
        device_owner: Option<String> = None,
        /// Whether it carries traffic.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// Whether it has security groups and checks addresses; otherwise as the network says.
        #[flag("enable-port-security", "disable-port-security")]
        is_port_security_enabled: Option<bool> = None,
        /// Its name in the DNS of the network.
        dns_name: Option<String> = None,
        /// What people shall know about it.
        description: Option<String> = None,
        /// Tags to give it.
        tags: Vec<String> = Vec::new(),
        /// Further fields of Neutron's `port` object, sent as they are.
        extra: Map<String, Value> = Map::new(),
    }
}

impl Operation for CreatePort {
    type Output = Port;

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<Port> {
        one_or_none("fixed IP", self.fixed_ips.is_empty(), self.no_fixed_ips)?;
        one_or_none("security group", self.security_groups.is_empty(), self.no_security_groups)?;
        let (network, fixed_ips, groups) = tokio::try_join!(
            self.network.id(cloud),
            addresses(cloud, &self.fixed_ips),
            group_ids(cloud, &self.security_groups),
        )?;
        let some = |list: Vec<Value>, none: bool| (none || !list.is_empty()).then_some(list);
        let body = Body::new()
            .set("network_id", network)
            .set("name", self.name.as_str())
            .maybe("fixed_ips", some(fixed_ips, self.no_fixed_ips))
            .maybe("security_groups", some(groups, self.no_security_groups))
            .maybe("mac_address", self.mac_address.as_ref())
            .list("allowed_address_pairs", &self.allowed_address_pairs)
            .maybe("device_id", self.device_id.as_ref())
            .maybe("device_owner", self.device_owner.as_ref())
            .maybe("admin_state_up", self.is_admin_state_up)
            .maybe("port_security_enabled", self.is_port_security_enabled)
            .maybe("dns_name", self.dns_name.as_ref())
            .maybe("description", self.description.as_ref())
            .extra(&self.extra)?;
        let mut made: Port = once::create(cloud, body.done()).await?;
        tag_new::<Port>(cloud, &made.id, &self.tags).await?;
        made.tags.clone_from(&self.tags);
        Ok(made)
    }

    async fn existing(&self, cloud: &Cloud) -> Result<Option<Port>> {
        let network = self.network.id(cloud).await?;
        let within = Some(("network_id", network.as_str()));
        existing::named(cloud, &self.name, within, &self.tags).await
    }
}

fn one_or_none(what: &str, is_empty: bool, none: bool) -> Result<()> {
    if is_empty || !none {
        return Ok(());
    }
    Err(Error::new(Kind::Invalid, format!("the port shall have a {what}, and have none"))
        .with_hint("say one of the two"))
}

/// The ids of security groups.
pub(super) async fn group_ids(
    cloud: &Cloud,
    groups: &[Named<SecurityGroup>],
) -> Result<Vec<Value>> {
    let ids = groups.iter().map(|group| group.id(cloud));
    let ids = futures_util::future::try_join_all(ids).await?;
    Ok(ids.into_iter().map(Value::from).collect())
}
