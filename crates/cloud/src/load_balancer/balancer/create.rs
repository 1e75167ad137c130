//! Creating a load balancer.

use serde_json::{Map, Value};

use super::LoadBalancer;
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Processed, Result};
use crate::load_balancer::existing;
use crate::load_balancer::wait::settled;
use crate::network::body::Body;
use crate::network::{Network, Networking, Port, Subnet, id_of, once};
use crate::operation::{Effect, Operation, operation};
use crate::resource::{Maybe, Named};

operation! {
    /// Creates a load balancer and waits until it is there.
    ///
    /// Should Octavia's answer be lost, it is looked for and not created twice.
    ///
    /// Octavia: `POST /v2.0/lbaas/loadbalancers`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer create web-lb --subnet demo-subnet
    /// ```
    Networking::create_loadbalancer as CreateLoadBalancer, "loadbalancer create",
    Effect::Changes,
    (
        /// Name of the new load balancer.
        name: String,
        /// The subnet its address is from, by name or id.
        #[flag("subnet", "vip-subnet-id")]
        subnet_id: Maybe<Subnet>,
    )
    {
        /// A certain address; otherwise the cloud chooses one.
        vip_address: Option<String> = None,
        /// Further fields of Octavia's `loadbalancer` object, sent as they are.
        extra: Map<String, Value> = Map::new(),
        /// The network its address is from, by name or id, where no subnet is said.
        #[flag("network", "vip-network-id")]
        vip_network: Option<Named<Network>> = None,
        /// A port that has its address, by name or id, where no subnet is said.
        #[flag("port", "vip-port-id")]
        vip_port: Option<Named<Port>> = None,
        /// What people shall know about it.
        description: Option<String> = None,
        /// Who provides it: ik loadbalancer provider list.
        provider: Option<String> = None,
        /// Its flavor, by id.
        #[flag("flavor")]
        flavor_id: Option<String> = None,
        /// Availability zone to create it in.
        availability_zone: Option<String> = None,
        /// Whether it carries traffic.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// Tags to give it.
        tags: Vec<String> = Vec::new(),
        /// Return only when it is there.
        wait: bool = true,
    }
}

impl Operation for CreateLoadBalancer {
    type Output = LoadBalancer;

    const CONTRACTED: Option<&'static [&'static str]> = Some(&["id", "name", "vip_address"]);

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<LoadBalancer> {
        let (subnet, network, port) = tokio::try_join!(
            id_of(cloud, self.subnet_id.as_ref()),
            id_of(cloud, self.vip_network.as_ref()),
            id_of(cloud, self.vip_port.as_ref()),
        )?;
        if subnet.is_none() && network.is_none() && port.is_none() {
            return Err(Error::new(Kind::Invalid, "it is not said where the address is from")
                .with_hint("name a subnet"));
        }
        let body = Body::new()
            .set("name", self.name.as_str())
            .maybe("vip_subnet_id", subnet)
            .maybe("vip_network_id", network)
            .maybe("vip_port_id", port)
            .maybe("vip_address", self.vip_address.as_ref())
            .maybe("description", self.description.as_ref())
            .maybe("provider", self.provider.as_ref())
            .maybe("flavor_id", self.flavor_id.as_ref())
            .maybe("availability_zone", self.availability_zone.as_ref())
            .maybe("admin_state_up", self.is_admin_state_up)
            .list("tags", &self.tags)
            .extra(&self.extra)?;
        let made: LoadBalancer = once::create(cloud, body.done()).await?;
        if !self.wait {
            return Ok(made);
        }
        let there = settled(cloud, &made.id).await;
        there.map(|rested| rested.balancer).map_err(|error| error.with_processed(Processed::Yes))
    }

    async fn existing(&self, cloud: &Cloud) -> Result<Option<LoadBalancer>> {
        existing::named(cloud, &self.name, None, self.wait).await
    }
}
