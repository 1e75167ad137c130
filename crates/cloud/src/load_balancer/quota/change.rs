//! Changing how much of load balancing a project may have: what administrators do.

use reqwest::Method;
use serde_json::json;

use crate::cloud::Cloud;
use crate::error::Result;
use crate::network::Networking;
use crate::network::body::Body;
use crate::operation::body::nothing;
use crate::operation::{Effect, Operation, operation};
use crate::session::Request;
use crate::session::service::LOAD_BALANCER;

operation! {
    /// Says how much of load balancing a project may have. Clouds keep this for administrators.
    ///
    /// Octavia: `PUT /v2.0/lbaas/quotas/{project}`.
    ///
    /// ```sh
    /// ik loadbalancer quota set 5f0c8b9e4d5a4d0f9f5d2f6f0a1b2c3d --loadbalancer 5 --member -1
    /// ```
    Networking::set_loadbalancer_quota as SetLoadBalancerQuota, "loadbalancer quota set",
    Effect::Changes,
    (
        /// The project, by its id.
        project_id: String,
    )
    {
        /// How many load balancers; -1 for any number.
        #[flag("loadbalancer")]
        load_balancer: Option<i64> = None,
        /// How many listeners; -1 for any number.
        listener: Option<i64> = None,
        /// How many pools; -1 for any number.
        pool: Option<i64> = None,
        /// How many members; -1 for any number.
        member: Option<i64> = None,
        /// How many health monitors; -1 for any number.
        #[flag("healthmonitor")]
        health_monitor: Option<i64> = None,
        /// How many L7 policies; -1 for any number.
        l7policy: Option<i64> = None,
        /// How many L7 rules; -1 for any number.
        l7rule: Option<i64> = None,
    }
}

impl Operation for SetLoadBalancerQuota {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = Body::new()
            .maybe("load_balancer", self.load_balancer)
            .maybe("listener", self.listener)
            .maybe("pool", self.pool)
            .maybe("member", self.member)
            .maybe("health_monitor", self.health_monitor)
            .maybe("l7policy", self.l7policy)
            .maybe("l7rule", self.l7rule);
        if body.is_empty() {
            return Err(nothing("change"));
        }
        put(cloud, &self.project_id, body).await
    }
}

operation! {
    /// Lets a project have as much of these as every project may have. Clouds keep this for
    /// administrators.
    ///
    /// Octavia: `PUT /v2.0/lbaas/quotas/{project}`.
    ///
    /// ```sh
    /// ik loadbalancer quota unset 5f0c8b9e4d5a4d0f9f5d2f6f0a1b2c3d --loadbalancer
    /// ```
    Networking::unset_loadbalancer_quota as UnsetLoadBalancerQuota, "loadbalancer quota unset",
    Effect::Changes,
    (
        /// The project, by its id.
        project_id: String,
    )
    {
        /// Whether the quota of load balancers goes.
        #[flag("loadbalancer")]
        load_balancer: bool = false,
        /// Whether that of listeners goes.
        listener: bool = false,
        /// Whether that of pools goes.
        pool: bool = false,
        /// Whether that of members goes.
        member: bool = false,
        /// Whether that of health monitors goes.
        #[flag("healthmonitor")]
        health_monitor: bool = false,
        /// Whether that of L7 policies goes.
        l7policy: bool = false,
        /// Whether that of L7 rules goes.
        l7rule: bool = false,
    }
}

impl Operation for UnsetLoadBalancerQuota {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = Body::new()
            .back("load_balancer", self.load_balancer)
            .back("listener", self.listener)
            .back("pool", self.pool)
            .back("member", self.member)
            .back("health_monitor", self.health_monitor)
            .back("l7policy", self.l7policy)
            .back("l7rule", self.l7rule);
        if body.is_empty() {
            return Err(nothing("remove"));
        }
        put(cloud, &self.project_id, body).await
    }
}

async fn put(cloud: &Cloud, project: &str, body: Body) -> Result<()> {
    let request = Request::new(&LOAD_BALANCER, Method::PUT, &["quotas", project]);
    cloud.send(request.json(json!({ "quota": body.done() }))).await.map(drop)
}

operation! {
    /// Lets a project have as much of load balancing as every project may have. Clouds keep this for
    /// administrators.
    ///
    /// Octavia: `DELETE /v2.0/lbaas/quotas/{project}`.
    ///
    /// ```sh
    /// ik loadbalancer quota reset 5f0c8b9e4d5a4d0f9f5d2f6f0a1b2c3d
    /// ```
    Networking::reset_loadbalancer_quota as ResetLoadBalancerQuota, "loadbalancer quota reset",
    Effect::Changes,
    (
        /// The project, by its id.
        project_id: String,
    )
    {}
}

impl Operation for ResetLoadBalancerQuota {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let request = Request::delete(&LOAD_BALANCER, &["quotas", &self.project_id]);
        cloud.send(request).await.map(drop)
    }
}
