//! Changing a subnet. Neutron replaces lists as a whole; here one adds to them, or takes away.

use super::create::{gateway, routes};
use super::{AllocationPool, HostRoute, Subnet};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::network::Networking;
use crate::network::body::Body;
use crate::network::change::{Tags, added, removed, update};
use crate::operation::body::nothing;
use crate::operation::{Effect, Operation, operation};
use crate::resource::Named;

operation! {
    /// Changes a subnet.
    ///
    /// What is not given stays as it is; name servers, routes, ranges and tags are added to those that
    /// are there. Without DHCP, instances have to be told their addresses in another way.
    ///
    /// Neutron: `PUT /v2.0/subnets/{id}`, `PUT /v2.0/subnets/{id}/tags/{tag}`.
    ///
    /// ```sh
    /// ik subnet set front-v4 --dns-nameserver 1.1.1.1
    /// ik subnet set front-v4 --host-route destination=10.9.0.0/16,gateway=10.0.0.9
    /// ```
    Networking::set_subnet as SetSubnet, "subnet set", Effect::Changes,
    (
        /// The subnet, by name or id.
        subnet_id: Named<Subnet>,
    )
    {
        /// The new name.
        name: Option<String> = None,
        /// The new description.
        description: Option<String> = None,
        /// Address of the gateway, or `none`.
        #[flag("gateway")]
        gateway_ip: Option<String> = None,
        /// Whether instances are told their addresses by DHCP.
        #[flag("dhcp", "no-dhcp")]
        enable_dhcp: Option<bool> = None,
        /// Name servers to add.
        dns_nameservers: Vec<String> = Vec::new(),
        /// Remove all name servers that are not given.
        #[flag("no-dns-nameservers")]
        no_other_dns_nameservers: bool = false,
        /// Ranges for addresses of ports to add.
        allocation_pools: Vec<AllocationPool> = Vec::new(),
        /// Remove all ranges that are not given.
        #[flag("no-allocation-pool")]
        no_other_allocation_pools: bool = false,
        /// Routes to add.
        host_routes: Vec<HostRoute> = Vec::new(),
        /// Remove all routes that are not given.
        #[flag("no-host-route")]
        no_other_host_routes: bool = false,
        /// Tags to add.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags that are not given.
        #[flag("no-tag")]
        no_other_tags: bool = false,
    }
}

impl Operation for SetSubnet {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        if self.gateway_ip.as_deref().is_some_and(|text| text.eq_ignore_ascii_case("auto")) {
            return Err(Error::new(
                Kind::Invalid,
                "the gateway of a subnet that exists is not chosen",
            )
            .with_hint("give its address, or none"));
        }
        let plain = Body::new()
            .maybe("name", self.name.as_ref())
            .maybe("description", self.description.as_ref())
            .maybe("gateway_ip", self.gateway_ip.as_deref().and_then(gateway))
            .maybe("enable_dhcp", self.enable_dhcp);
        let tags = Tags { these: &self.tags, no_others: self.no_other_tags };
        let lists = [
            self.dns_nameservers.is_empty() && !self.no_other_dns_nameservers,
            self.allocation_pools.is_empty() && !self.no_other_allocation_pools,
            self.host_routes.is_empty() && !self.no_other_host_routes,
        ];
        if plain.is_empty() && tags.is_nothing() && lists == [true; 3] {
            return Err(nothing("change"));
        }
        // What is added to has to be known first.
        let before = self.subnet_id.find(cloud).await?;
        let servers =
            added(&before.dns_nameservers, &self.dns_nameservers, self.no_other_dns_nameservers);
        let pools =
            added(&before.allocation_pools, &self.allocation_pools, self.no_other_allocation_pools);
        let ways = added(&before.host_routes, &self.host_routes, self.no_other_host_routes);
        let body = plain
            .maybe("dns_nameservers", servers)
            .maybe("allocation_pools", pools)
            .maybe("host_routes", ways.map(|ways| routes(&ways)));
        update::<Subnet>(cloud, &before.id, body).await?;
        tags.add::<Subnet>(cloud, &before.id).await
    }
}

operation! {
    /// Removes the gateway, name servers, ranges, routes or tags of a subnet.
    ///
    /// What is not there counts as removed.
    ///
    /// Neutron: `PUT /v2.0/subnets/{id}`, `DELETE /v2.0/subnets/{id}/tags/{tag}`.
    ///
    /// ```sh
    /// ik subnet unset front-v4 --dns-nameserver 1.1.1.1
    /// ```
    Networking::unset_subnet as UnsetSubnet, "subnet unset", Effect::Changes,
    (
        /// The subnet, by name or id.
        subnet_id: Named<Subnet>,
    )
    {
        /// Whether the gateway goes.
        #[flag("gateway")]
        gateway_ip: bool = false,
        /// Name servers that go.
        dns_nameservers: Vec<String> = Vec::new(),
        /// Ranges for addresses of ports that go.
        allocation_pools: Vec<AllocationPool> = Vec::new(),
        /// Routes that go.
        host_routes: Vec<HostRoute> = Vec::new(),
        /// Tags that go.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags.
        #[flag("all-tag")]
        all_tags: bool = false,
    }
}

impl Operation for UnsetSubnet {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let tags = Tags { these: &self.tags, no_others: self.all_tags };
        let lists = [
            self.dns_nameservers.is_empty(),
            self.allocation_pools.is_empty(),
            self.host_routes.is_empty(),
        ];
        if !self.gateway_ip && tags.is_nothing() && lists == [true; 3] {
            return Err(nothing("remove"));
        }
        let before = self.subnet_id.find(cloud).await?;
        let ways = removed(&before.host_routes, &self.host_routes);
        let body = Body::new()
            .back("gateway_ip", self.gateway_ip)
            .maybe("dns_nameservers", removed(&before.dns_nameservers, &self.dns_nameservers))
            .maybe("allocation_pools", removed(&before.allocation_pools, &self.allocation_pools))
            .maybe("host_routes", ways.map(|ways| routes(&ways)));
        update::<Subnet>(cloud, &before.id, body).await?;
        tags.remove::<Subnet>(cloud, &before.id).await
    }
}
