//! What load balancing offers a project: how much of it, and by whom.

mod change;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use change::{ResetLoadBalancerQuota, SetLoadBalancerQuota, UnsetLoadBalancerQuota};

use crate::cloud::Cloud;
use crate::error::Result;
use crate::network::Networking;
use crate::operation::{Effect, Operation, operation, operations};
use crate::page::Pages;
use crate::resource::Record;
use crate::session::Request;
use crate::session::service::LOAD_BALANCER;

operations!(
    ListLoadBalancerQuotas,
    GetLoadBalancerQuota,
    GetLoadBalancerDefaultQuota,
    SetLoadBalancerQuota,
    UnsetLoadBalancerQuota,
    ResetLoadBalancerQuota,
    ListLoadBalancerProviders,
);

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

/// What a project may have of load balancing that is not as for every project; -1 is any number.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ProjectQuota {
    /// The project.
    pub project_id: String,
    /// Load balancers.
    #[serde(default)]
    pub load_balancer: Option<i64>,
    /// Listeners.
    #[serde(default)]
    pub listener: Option<i64>,
    /// Pools.
    #[serde(default)]
    pub pool: Option<i64>,
    /// Members.
    #[serde(default)]
    pub member: Option<i64>,
    /// Health monitors.
    #[serde(default)]
    pub health_monitor: Option<i64>,
    /// L7 policies.
    #[serde(default)]
    pub l7policy: Option<i64>,
    /// L7 rules.
    #[serde(default)]
    pub l7rule: Option<i64>,
}

impl Record for ProjectQuota {
    const NOUN: &'static str = "load balancer quota";
    const COLUMNS: &'static [&'static str] = &[
        "project_id",
        "load_balancer",
        "listener",
        "pool",
        "member",
        "health_monitor",
        "l7policy",
        "l7rule",
    ];

    fn identifier(&self) -> &str {
        &self.project_id
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
    /// Lists the projects whose share of load balancing was ever counted or changed, and what of it
    /// is not as for every project.
    ///
    /// Octavia: `GET /v2.0/lbaas/quotas`.
    ///
    /// ```sh
    /// ik loadbalancer quota list
    /// ```
    Networking::list_loadbalancer_quotas as ListLoadBalancerQuotas, "loadbalancer quota list",
    Effect::Reads,
    ()
    {
        /// Only that of this project, by its id.
        #[flag("project")]
        project_id: Option<String> = None,
    }
}

impl Operation for ListLoadBalancerQuotas {
    type Output = Vec<ProjectQuota>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<ProjectQuota>> {
        let request = Request::get(&LOAD_BALANCER, &["quotas"]);
        Pages::new(cloud, request, "quotas")
            .only("project_id", self.project_id.as_ref())
            .all()
            .await
    }
}

operation! {
    /// Shows how much of load balancing a project may have.
    ///
    /// Octavia: `GET /v2.0/lbaas/quotas/{project}`.
    ///
    /// ```sh
    /// ik loadbalancer quota show
    /// ```
    Networking::get_loadbalancer_quota as GetLoadBalancerQuota,
    "loadbalancer quota show" [project_id], Effect::Reads,
    ()
    {
        /// The project, by its id; otherwise that of the credentials.
        project_id: Option<String> = None,
    }
}

impl Operation for GetLoadBalancerQuota {
    type Output = LoadBalancerQuota;

    async fn run(&self, cloud: &Cloud) -> Result<LoadBalancerQuota> {
        let project = match &self.project_id {
            Some(project) => project.clone(),
            None => cloud.own_project().await?,
        };
        cloud.send(Request::get(&LOAD_BALANCER, &["quotas", &project])).await?.field("quota")
    }
}

operation! {
    /// Shows how much of load balancing a project may have of which nobody said otherwise.
    ///
    /// Octavia: `GET /v2.0/lbaas/quotas/{project}/default`.
    ///
    /// ```sh
    /// ik loadbalancer quota defaults show
    /// ```
    Networking::get_loadbalancer_default_quota as GetLoadBalancerDefaultQuota,
    "loadbalancer quota defaults show", Effect::Reads,
    () {}
}

impl Operation for GetLoadBalancerDefaultQuota {
    type Output = LoadBalancerQuota;

    async fn run(&self, cloud: &Cloud) -> Result<LoadBalancerQuota> {
        let project = cloud.own_project().await?;
        let request = Request::get(&LOAD_BALANCER, &["quotas", &project, "default"]);
        cloud.send(request).await?.field("quota")
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
