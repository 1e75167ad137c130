//! Statistics: what went through load balancers and listeners.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Listener, LoadBalancer};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::network::Networking;
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource};
use crate::session::Request;
use crate::session::service::LOAD_BALANCER;

operations!(GetLoadBalancerStatistics, GetListenerStatistics);

/// What went through.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Statistics {
    /// Bytes that came in.
    pub bytes_in: u64,
    /// Bytes that went out.
    pub bytes_out: u64,
    /// Connections that are open.
    pub active_connections: u64,
    /// Connections that have been opened.
    pub total_connections: u64,
    /// Requests that could not be answered.
    pub request_errors: u64,
}

impl Record for Statistics {
    const NOUN: &'static str = "statistics";
    const COLUMNS: &'static [&'static str] =
        &["bytes_in", "bytes_out", "active_connections", "total_connections", "request_errors"];

    fn identifier(&self) -> &'static str {
        ""
    }
}

async fn of<T: Resource>(cloud: &Cloud, named: &Named<T>) -> Result<Statistics> {
    let look = |id: String| async move {
        let request = Request::get(&LOAD_BALANCER, &[T::PATH, &id, "stats"]);
        cloud.send(request).await?.field("stats")
    };
    named.apply(cloud, look).await
}

operation! {
    /// Shows what went through a load balancer.
    ///
    /// Octavia: `GET /v2.0/lbaas/loadbalancers/{id}/stats`.
    ///
    /// ```sh
    /// ik loadbalancer stats show web-lb
    /// ```
    Networking::get_loadbalancer_stats as GetLoadBalancerStatistics, "loadbalancer stats show",
    Effect::Reads,
    (
        /// The load balancer, by name or id.
        loadbalancer_id: Named<LoadBalancer>,
    )
    {}
}

impl Operation for GetLoadBalancerStatistics {
    type Output = Statistics;

    async fn run(&self, cloud: &Cloud) -> Result<Statistics> {
        of(cloud, &self.loadbalancer_id).await
    }
}

operation! {
    /// Shows what went through a listener.
    ///
    /// Octavia: `GET /v2.0/lbaas/listeners/{id}/stats`.
    ///
    /// ```sh
    /// ik loadbalancer listener stats show web
    /// ```
    Networking::get_listener_stats as GetListenerStatistics, "loadbalancer listener stats show",
    Effect::Reads,
    (
        /// The listener, by name or id.
        listener_id: Named<Listener>,
    )
    {}
}

impl Operation for GetListenerStatistics {
    type Output = Statistics;

    async fn run(&self, cloud: &Cloud) -> Result<Statistics> {
        of(cloud, &self.listener_id).await
    }
}
