//! Load balancers: an address that leads to many servers.

mod change;
mod create;
mod delete;
mod parts;
mod unset;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use change::{FailoverLoadBalancer, SetLoadBalancer};
pub use create::CreateLoadBalancer;
pub use delete::DeleteLoadBalancer;
pub use unset::UnsetLoadBalancer;

use super::told::{ids, null_as_none};
use super::wait::settled;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::network::change::all_of;
use crate::network::{Network, Networking, Subnet, id_of};
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource};
use crate::session::service::{LOAD_BALANCER, Service};

operations!(
    ListLoadBalancers,
    GetLoadBalancer,
    CreateLoadBalancer,
    SetLoadBalancer,
    UnsetLoadBalancer,
    DeleteLoadBalancer,
    FailoverLoadBalancer,
);

/// A load balancer.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct LoadBalancer {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique.
    #[serde(default)]
    pub name: String,
    /// The address it is reached at.
    pub vip_address: String,
    /// How it does: `ONLINE`, `DEGRADED`, `ERROR`, `OFFLINE`, `NO_MONITOR`, `DRAINING`.
    pub operating_status: String,
    /// What is being done to it: `ACTIVE` for nothing, `PENDING_CREATE`, `PENDING_UPDATE`,
    /// `PENDING_DELETE`, or `ERROR`.
    pub provisioning_status: String,
    /// What people say about it.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether it carries traffic.
    #[serde(alias = "admin_state_up", default)]
    pub is_admin_state_up: Option<bool>,
    /// The subnet its address is from.
    #[serde(default)]
    pub vip_subnet_id: Option<String>,
    /// The network of that subnet.
    #[serde(default)]
    pub vip_network_id: Option<String>,
    /// The port that has its address: what a floating IP is led to.
    #[serde(default)]
    pub vip_port_id: Option<String>,
    /// The quality of service of that port.
    #[serde(default)]
    pub vip_qos_policy_id: Option<String>,
    /// Further addresses; older clouds have none.
    #[serde(default, deserialize_with = "null_as_none")]
    pub additional_vips: Vec<AdditionalVip>,
    /// Ids of its listeners.
    #[serde(default, deserialize_with = "ids")]
    pub listeners: Vec<String>,
    /// Ids of its pools.
    #[serde(default, deserialize_with = "ids")]
    pub pools: Vec<String>,
    /// Who provides it: `amphora`, `ovn` ...
    #[serde(default)]
    pub provider: Option<String>,
    /// Id of its flavor.
    #[serde(default)]
    pub flavor_id: Option<String>,
    /// The availability zone it is in.
    #[serde(default)]
    pub availability_zone: Option<String>,
    /// Its tags.
    #[serde(default, deserialize_with = "null_as_none")]
    pub tags: Vec<String>,
    /// The project it belongs to.
    #[serde(default)]
    pub project_id: Option<String>,
    /// When it was created, in UTC, as the server writes it.
    #[serde(default)]
    pub created_at: Option<String>,
    /// When it was last changed, in UTC, as the server writes it.
    #[serde(default)]
    pub updated_at: Option<String>,
}

/// A further address of a load balancer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-shown-by" = "ip_address"))]
pub struct AdditionalVip {
    /// The subnet it is from.
    pub subnet_id: String,
    /// The address.
    #[serde(default)]
    pub ip_address: Option<String>,
}

impl LoadBalancer {
    /// Whether something is being done to it: nothing about it can be changed then.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.provisioning_status.starts_with("PENDING")
    }

    /// Whether what was done to it last has failed.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.provisioning_status == "ERROR"
    }
}

impl Record for LoadBalancer {
    const NOUN: &'static str = "load balancer";
    const COLUMNS: &'static [&'static str] =
        &["id", "name", "vip_address", "provisioning_status", "operating_status", "provider"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for LoadBalancer {
    const SERVICE: &'static Service = &LOAD_BALANCER;
    const PATH: &'static str = "loadbalancers";
    const LIST: &'static [&'static str] = &["loadbalancers"];
    const ONE: &'static str = "loadbalancer";
    const MANY: &'static str = "loadbalancers";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn status(&self) -> &str {
        &self.provisioning_status
    }
}

operation! {
    /// Lists the project's load balancers.
    ///
    /// Octavia: `GET /v2.0/lbaas/loadbalancers`.
    ///
    /// ```sh
    /// ik loadbalancer list
    /// ik loadbalancer list --provisioning-status ERROR -f json
    /// ```
    Networking::list_loadbalancers as ListLoadBalancers, "loadbalancer list", Effect::Reads,
    ()
    {
        /// Only those of this name.
        name: Option<String> = None,
        /// Only those with an address from this subnet, by name or id.
        #[flag("vip-subnet", "vip-subnet-id")]
        vip_subnet: Option<Named<Subnet>> = None,
        /// Only those with an address from this network, by name or id.
        #[flag("vip-network", "vip-network-id")]
        vip_network: Option<Named<Network>> = None,
        /// Only those in this provisioning status.
        provisioning_status: Option<String> = None,
        /// Only those in this operating status.
        operating_status: Option<String> = None,
        /// Only those of this provider.
        provider: Option<String> = None,
        /// Only those that have all of these tags.
        tags: Vec<String> = Vec::new(),
    }
}

impl Operation for ListLoadBalancers {
    type Output = Vec<LoadBalancer>;

    const CONTRACTED: Option<&'static [&'static str]> =
        Some(&["id", "name", "vip_address", "operating_status", "provisioning_status"]);

    async fn run(&self, cloud: &Cloud) -> Result<Vec<LoadBalancer>> {
        let (subnet, network) = tokio::try_join!(
            id_of(cloud, self.vip_subnet.as_ref()),
            id_of(cloud, self.vip_network.as_ref()),
        )?;
        LoadBalancer::list(cloud)
            .only("name", self.name.as_ref())
            .only("vip_subnet_id", subnet)
            .only("vip_network_id", network)
            .only("provisioning_status", self.provisioning_status.as_ref())
            .only("operating_status", self.operating_status.as_ref())
            .only("provider", self.provider.as_ref())
            .only("tags", all_of(&self.tags))
            .all()
            .await
    }
}

operation! {
    /// Shows a load balancer.
    ///
    /// Octavia: `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer show web-lb
    /// ik loadbalancer show web-lb --wait -c vip_address -f value
    /// ```
    Networking::get_loadbalancer as GetLoadBalancer, "loadbalancer show", Effect::Reads,
    (
        /// The load balancer, by name or id.
        loadbalancer_id: Named<LoadBalancer>,
    )
    {
        /// Return only when nothing is being done to it any more.
        wait: bool = false,
    }
}

impl Operation for GetLoadBalancer {
    type Output = LoadBalancer;

    async fn run(&self, cloud: &Cloud) -> Result<LoadBalancer> {
        let found = self.loadbalancer_id.find(cloud).await?;
        if self.wait && found.is_busy() {
            return Ok(settled(cloud, &found.id).await?.balancer);
        }
        Ok(found)
    }
}
