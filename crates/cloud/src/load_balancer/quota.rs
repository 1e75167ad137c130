//! What load balancing offers a project: how much of it, and by whom.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::network::Networking;
use crate::operation::{Effect, Operation, operation, operations};
use crate::page::Pages;
use crate::resource::Record;
use crate::session::Request;
use crate::session::service::LOAD_BALANCER;

operations!(GetLoadBalancerQuota, ListLoadBalancerProviders);

/// How much of load balancing a project may have; -1 is any number.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct LoadBalancerQuota {
    /// Load balancers.
    #[serde(alias = "loadbalancer")]
    pub load_balancer: Option<i64>,
    /// Listeners.
    pub listener: Option<i64>,
    /// Pools.
    pub pool: Option<i64>,
    /// Members.
    pub member: Option<i64>,
    /// Health monitors.
    #[serde(alias = "healthmonitor")]
    pub health_monitor: Option<i64>,
    /// L7 policies; older clouds do not tell.
    #[serde(default)]
    pub l7policy: Option<i64>,
    /// L7 rules; older clouds do not tell.
    #[serde(default)]
    pub l7rule: Option<i64>,
}

impl Record for LoadBalancerQuota {
    const NOUN: &'static str = "load balancer quota";
    const COLUMNS: &'static [&'static str] =
        &["load_balancer", "listener", "pool", "member", "health_monitor", "l7policy", "l7rule"];

    fn identifier(&self) -> &'static str {
        ""
    }
}

/// Who provides load balancers.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Provider {
    /// The name: `amphora`, `ovn` ...
    pub name: String,
    /// What it is.
    #[serde(default)]
    pub description: Option<String>,
}

impl Record for Provider {
    const NOUN: &'static str = "load balancer provider";
    const COLUMNS: &'static [&'static str] = &["name", "description"];

    fn identifier(&self) -> &str {
        &self.name
    }
}

operation! {
    /// Shows how much of load balancing the project may have.
    ///
    /// Octavia: `GET /v2.0/lbaas/quotas/{project}`.
    ///
    /// ```sh
    /// ik loadbalancer quota show
    /// ```
    Networking::get_loadbalancer_quota as GetLoadBalancerQuota, "loadbalancer quota show",
    Effect::Reads,
    () {}
}

impl Operation for GetLoadBalancerQuota {
    type Output = LoadBalancerQuota;

    async fn run(&self, cloud: &Cloud) -> Result<LoadBalancerQuota> {
        let Some(project) = cloud.project_id().await? else {
            return Err(Error::new(Kind::Config, "the credentials are for no project")
                .with_hint("quotas belong to a project: name it where the credentials are"));
        };
        cloud.send(Request::get(&LOAD_BALANCER, &["quotas", &project])).await?.field("quota")
    }
}

operation! {
    /// Lists who provides load balancers.
    ///
    /// Octavia: `GET /v2.0/lbaas/providers`.
    ///
    /// ```sh
    /// ik loadbalancer provider list
    /// ```
    Networking::list_loadbalancer_providers as ListLoadBalancerProviders,
    "loadbalancer provider list", Effect::Reads,
    () {}
}

impl Operation for ListLoadBalancerProviders {
    type Output = Vec<Provider>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Provider>> {
        Pages::new(cloud, Request::get(&LOAD_BALANCER, &["providers"]), "providers").all().await
    }
}
