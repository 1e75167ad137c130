//! The state of a balancer and of all that belongs to it, as a tree.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LoadBalancer;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::network::Networking;
use crate::operation::tree::{ASCII, LINES, Node, draw};
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource};
use crate::session::Request;
use crate::session::service::LOAD_BALANCER;

operations!(GetLoadBalancerStatus);

/// The state of a load balancer, and of its listeners.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct BalancerState {
    /// The id.
    pub id: String,
    /// The name.
    #[serde(default)]
    pub name: String,
    /// What is being done to it.
    pub provisioning_status: String,
    /// How it does.
    pub operating_status: String,
    /// Its listeners.
    #[serde(default)]
    pub listeners: Vec<ListenerState>,
}

/// The state of a listener, and of the pools it leads to.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-shown-by" = "name"))]
pub struct ListenerState {
    /// The id.
    pub id: String,
    /// The name.
    #[serde(default)]
    pub name: String,
    /// What is being done to it.
    pub provisioning_status: String,
    /// How it does.
    pub operating_status: String,
    /// The pools it leads to.
    #[serde(default)]
    pub pools: Vec<PoolState>,
}

/// The state of a pool, its health monitor and its members.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-shown-by" = "name"))]
pub struct PoolState {
    /// The id.
    pub id: String,
    /// The name.
    #[serde(default)]
    pub name: String,
    /// What is being done to it.
    pub provisioning_status: String,
    /// How it does.
    pub operating_status: String,
    /// What asks its members how they do.
    #[serde(default)]
    pub health_monitor: Option<MonitorState>,
    /// Its members.
    #[serde(default)]
    pub members: Vec<MemberState>,
}

/// The state of a health monitor.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-shown-by" = "type"))]
pub struct MonitorState {
    /// The id.
    pub id: String,
    /// The name.
    #[serde(default)]
    pub name: String,
    /// How it asks.
    pub r#type: String,
    /// What is being done to it.
    pub provisioning_status: String,
    /// How it does.
    #[serde(default)]
    pub operating_status: Option<String>,
}

/// The state of a member.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-shown-by" = "address"))]
pub struct MemberState {
    /// The id.
    pub id: String,
    /// The name.
    #[serde(default)]
    pub name: String,
    /// Its address.
    pub address: String,
    /// The port where it is spoken to.
    pub protocol_port: u16,
    /// What is being done to it.
    pub provisioning_status: String,
    /// How it does.
    pub operating_status: String,
}

impl Record for BalancerState {
    const NOUN: &'static str = "load balancer's state";
    const COLUMNS: &'static [&'static str] =
        &["id", "name", "provisioning_status", "operating_status"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

#[derive(Deserialize)]
struct Statuses {
    loadbalancer: BalancerState,
}

operation! {
    /// Draws how a load balancer does, with its listeners, pools and members.
    ///
    /// As a tree in the terminal; with `-f json` as data.
    ///
    /// Octavia: `GET /v2.0/lbaas/loadbalancers/{id}/status`.
    ///
    /// ```sh
    /// ik loadbalancer status show web-lb
    /// ik loadbalancer status show web-lb -f json
    /// ```
    Networking::get_loadbalancer_status as GetLoadBalancerStatus, "loadbalancer status show",
    Effect::Reads,
    (
        /// The load balancer, by name or id.
        loadbalancer_id: Named<LoadBalancer>,
    )
    {}
}

impl Operation for GetLoadBalancerStatus {
    type Output = BalancerState;

    const DRAWINGS: &'static [&'static str] = &["tree", "ascii"];

    async fn run(&self, cloud: &Cloud) -> Result<BalancerState> {
        let look = |id: String| async move {
            let request = Request::get(&LOAD_BALANCER, &[LoadBalancer::PATH, &id, "status"]);
            cloud.send(request).await?.field::<Statuses>("statuses")
        };
        Ok(self.loadbalancer_id.apply(cloud, look).await?.loadbalancer)
    }

    fn draw(output: &BalancerState, form: &str) -> Option<String> {
        let lines = match form {
            "tree" => &LINES,
            "ascii" => &ASCII,
            _ => return None,
        };
        Some(draw(&[balancer(output)], lines))
    }
}

/// ``pool web-pool ONLINE``; what is being done to it, if something is.
fn text(what: &str, name: &str, id: &str, doing: &str, state: &str) -> String {
    let name = if name.is_empty() { id } else { name };
    let doing = if doing == "ACTIVE" { String::new() } else { format!(" ({doing})") };
    format!("{what} {name} {state}{doing}")
}

fn balancer(it: &BalancerState) -> Node {
    let text =
        text("load balancer", &it.name, &it.id, &it.provisioning_status, &it.operating_status);
    Node { text, below: it.listeners.iter().map(listener).collect() }
}

fn listener(it: &ListenerState) -> Node {
    let text = text("listener", &it.name, &it.id, &it.provisioning_status, &it.operating_status);
    Node { text, below: it.pools.iter().map(pool).collect() }
}

fn pool(it: &PoolState) -> Node {
    let monitor = it.health_monitor.iter().map(|one| {
        let state = one.operating_status.as_deref().unwrap_or_default();
        let what = format!("health monitor {}", one.r#type);
        let text = text(&what, &one.name, &one.id, &one.provisioning_status, state);
        Node { text, below: Vec::new() }
    });
    let members = it.members.iter().map(|one| {
        let host = if one.address.contains(':') {
            format!("[{}]", one.address)
        } else {
            one.address.clone()
        };
        let address = format!("{host}:{}", one.protocol_port);
        let name = if one.name.is_empty() { address } else { format!("{} {address}", one.name) };
        let text = text("member", &name, &one.id, &one.provisioning_status, &one.operating_status);
        Node { text, below: Vec::new() }
    });
    let text = text("pool", &it.name, &it.id, &it.provisioning_status, &it.operating_status);
    Node { text, below: monitor.chain(members).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_tree_tells_what_is_amiss() {
        let state = |name: &str, doing: &str, state: &str| {
            json!({ "id": "1", "name": name, "provisioning_status": doing,
                "operating_status": state })
        };
        let mut member = state("", "ACTIVE", "ERROR");
        member["address"] = "10.0.0.7".into();
        member["protocol_port"] = 80.into();
        let mut monitor = state("", "ACTIVE", "ONLINE");
        monitor["type"] = "HTTP".into();
        let mut pool = state("web-pool", "PENDING_UPDATE", "DEGRADED");
        pool["members"] = json!([member]);
        pool["health_monitor"] = monitor;
        let mut listener = state("web", "ACTIVE", "ONLINE");
        listener["pools"] = json!([pool]);
        let mut balancer = state("web-lb", "ACTIVE", "ONLINE");
        balancer["listeners"] = json!([listener, state("safe", "ACTIVE", "OFFLINE")]);
        let balancer: BalancerState = serde_json::from_value(balancer).unwrap();
        assert_eq!(
            GetLoadBalancerStatus::draw(&balancer, "ascii").unwrap(),
            "load balancer web-lb ONLINE\n\
             |- listener web ONLINE\n\
             |  `- pool web-pool DEGRADED (PENDING_UPDATE)\n\
             |     |- health monitor HTTP 1 ONLINE\n\
             |     `- member 10.0.0.7:80 ERROR\n\
             `- listener safe OFFLINE\n"
        );
        assert!(GetLoadBalancerStatus::draw(&balancer, "svg").is_none());
    }
}
