//! Changing a port. Neutron replaces lists as a whole; here one adds to them, or takes away.

use serde_json::{Value, json};

use super::create::group_ids;
use super::part::addresses;
use super::{AddressPair, FixedIp, Port, PortAddress};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::network::body::Body;
use crate::network::change::{Tags, added, removed, update};
use crate::network::{Networking, SecurityGroup};
use crate::operation::body::nothing;
use crate::operation::{Effect, Operation, operation};
use crate::resource::Named;

operation! {
    /// Changes a port.
    ///
    /// What is not given stays as it is; addresses, security groups, address pairs and tags are added
    /// to those that are there.
    ///
    /// Neutron: `PUT /v2.0/ports/{id}`, `PUT /v2.0/ports/{id}/tags/{tag}`.
    ///
    /// ```sh
    /// ik port set web-1-port --security-group web
    /// ik port set web-1-port --allowed-address ip-address=10.0.0.200
    /// ```
    Networking::set_port as SetPort, "port set", Effect::Changes,
    (
        /// The port, by name or id.
        port: Named<Port>,
    )
    {
        /// The new name.
        name: Option<String> = None,
        /// The new description.
        description: Option<String> = None,
        /// Addresses to add.
        fixed_ips: Vec<FixedIp> = Vec::new(),
        /// Remove all addresses that are not given.
        #[flag("no-fixed-ip")]
        no_other_fixed_ips: bool = false,
        /// Security groups to add, by name or id.
        security_groups: Vec<Named<SecurityGroup>> = Vec::new(),
        /// Remove all security groups that are not given.
        #[flag("no-security-group")]
        no_other_security_groups: bool = false,
        /// Addresses to add that it may send from besides its own.
        #[flag("allowed-address")]
        allowed_address_pairs: Vec<AddressPair> = Vec::new(),
        /// Remove all such addresses that are not given.
        #[flag("no-allowed-address")]
        no_other_allowed_address_pairs: bool = false,
        /// Another hardware address.
        mac_address: Option<String> = None,
        /// What is plugged in, by its id.
        #[flag("device")]
        device_id: Option<String> = None,
        /// What kind of thing that is.
        device_owner: Option<String> = None,
        /// Whether it carries traffic.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// Whether it has security groups and checks addresses.
        #[flag("enable-port-security", "disable-port-security")]
        is_port_security_enabled: Option<bool> = None,
        /// Its name in the DNS of the network.
        dns_name: Option<String> = None,
        /// Tags to add.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags that are not given.
        #[flag("no-tag")]
        no_other_tags: bool = false,
    }
}

impl Operation for SetPort {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let plain = Body::new()
            .maybe("name", self.name.as_ref())
            .maybe("description", self.description.as_ref())
            .maybe("mac_address", self.mac_address.as_ref())
            .maybe("device_id", self.device_id.as_ref())
            .maybe("device_owner", self.device_owner.as_ref())
            .maybe("admin_state_up", self.is_admin_state_up)
            .maybe("port_security_enabled", self.is_port_security_enabled)
            .maybe("dns_name", self.dns_name.as_ref());
        let tags = Tags { these: &self.tags, no_others: self.no_other_tags };
        let lists = [
            self.fixed_ips.is_empty() && !self.no_other_fixed_ips,
            self.security_groups.is_empty() && !self.no_other_security_groups,
            self.allowed_address_pairs.is_empty() && !self.no_other_allowed_address_pairs,
        ];
        if plain.is_empty() && tags.is_nothing() && lists == [true; 3] {
            return Err(nothing("change"));
        }
        // What is added to has to be known first.
        let (before, fixed_ips, groups) = tokio::try_join!(
            self.port.find(cloud),
            addresses(cloud, &self.fixed_ips),
            group_ids(cloud, &self.security_groups),
        )?;
        let fixed_ips = added(&sent(&before.fixed_ips), &fixed_ips, self.no_other_fixed_ips);
        let groups = added(&ids(&before.security_groups), &groups, self.no_other_security_groups);
        let pairs = added(
            &before.allowed_address_pairs,
            &self.allowed_address_pairs,
            self.no_other_allowed_address_pairs,
        );
        let body = plain
            .maybe("fixed_ips", fixed_ips)
            .maybe("security_groups", groups)
            .maybe("allowed_address_pairs", pairs);
        update::<Port>(cloud, &before.id, body).await?;
        tags.add::<Port>(cloud, &before.id).await
    }
}

operation! {
    /// Removes addresses, security groups, address pairs or tags of a port.
    ///
    /// What is not there counts as removed.
    ///
    /// Neutron: `PUT /v2.0/ports/{id}`, `DELETE /v2.0/ports/{id}/tags/{tag}`.
    ///
    /// ```sh
    /// ik port unset web-1-port --security-group default
    /// ```
    Networking::unset_port as UnsetPort, "port unset", Effect::Changes,
    (
        /// The port, by name or id.
        port: Named<Port>,
    )
    {
        /// Addresses that go; of a subnet all that are from it.
        fixed_ips: Vec<FixedIp> = Vec::new(),
        /// Security groups that go, by name or id.
        security_groups: Vec<Named<SecurityGroup>> = Vec::new(),
        /// Addresses that it may not send from any more.
        #[flag("allowed-address")]
        allowed_address_pairs: Vec<AddressPair> = Vec::new(),
        /// Tags that go.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags.
        #[flag("all-tag")]
        all_tags: bool = false,
    }
}

impl Operation for UnsetPort {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let tags = Tags { these: &self.tags, no_others: self.all_tags };
        let lists = [
            self.fixed_ips.is_empty(),
            self.security_groups.is_empty(),
            self.allowed_address_pairs.is_empty(),
        ];
        if tags.is_nothing() && lists == [true; 3] {
            return Err(nothing("remove"));
        }
        let (before, fixed_ips, groups) = tokio::try_join!(
            self.port.find(cloud),
            addresses(cloud, &self.fixed_ips),
            group_ids(cloud, &self.security_groups),
        )?;
        let body = Body::new()
            .maybe("fixed_ips", without(&sent(&before.fixed_ips), &fixed_ips))
            .maybe("security_groups", removed(&ids(&before.security_groups), &groups))
            .maybe("allowed_address_pairs", self.pairs_left(&before));
        update::<Port>(cloud, &before.id, body).await?;
        tags.remove::<Port>(cloud, &before.id).await
    }
}

impl UnsetPort {
    /// The pairs that stay; `None` if none goes. A pair without a hardware address stands for the
    /// port's own.
    fn pairs_left(&self, before: &Port) -> Option<Vec<AddressPair>> {
        let goes = |pair: &AddressPair| {
            self.allowed_address_pairs.iter().any(|named| {
                let mac = named.mac_address.as_ref().unwrap_or(&before.mac_address);
                named.ip_address == pair.ip_address && pair.mac_address.as_ref() == Some(mac)
            })
        };
        let pairs = &before.allowed_address_pairs;
        let left: Vec<_> = pairs.iter().filter(|pair| !goes(pair)).cloned().collect();
        (left.len() < pairs.len()).then_some(left)
    }
}

/// Addresses as they would be sent.
fn sent(addresses: &[PortAddress]) -> Vec<Value> {
    addresses.iter().map(|address| json!(address)).collect()
}

fn ids(ids: &[String]) -> Vec<Value> {
    ids.iter().map(|id| id.as_str().into()).collect()
}

/// The addresses that fit none of those that go; `None` if none goes.
fn without(before: &[Value], these: &[Value]) -> Option<Vec<Value>> {
    let fits = |address: &Value, named: &Value| {
        named.as_object().is_some_and(|named| named.iter().all(|(key, is)| address[key] == *is))
    };
    let stays = |address: &&Value| !these.iter().any(|named| fits(address, named));
    let left: Vec<_> = before.iter().filter(stays).cloned().collect();
    (left.len() < before.len()).then_some(left)
}
