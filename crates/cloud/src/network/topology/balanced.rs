//! Load balancers in the picture: on the network of their address, with what listens and where it leads.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Topology, called};
use crate::cloud::Cloud;
use crate::error::{Kind, Result};
use crate::load_balancer::{Listener, LoadBalancer, Pool};
use crate::resource::Resource;
use crate::session::service::LOAD_BALANCER;

/// A load balancer on a network.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Balanced {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The addresses it is reached at.
    pub addresses: Vec<String>,
    /// Floating IPs that lead to these.
    pub floating_ips: Vec<String>,
    /// What is being done to it: `ACTIVE` for nothing.
    pub provisioning_status: String,
    /// How it does: `ONLINE`, `OFFLINE` ...
    pub operating_status: String,
    /// What it listens to, as `HTTP:80`.
    pub listeners: Vec<String>,
    /// Where that leads.
    pub pools: Vec<Spread>,
}

/// A pool of servers that traffic is spread over.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// How many members it has.
    pub members: usize,
}

impl Balanced {
    /// How it does, and what is being done to it if anything is.
    fn state(&self) -> String {
        match self.provisioning_status.as_str() {
            "ACTIVE" => self.operating_status.clone(),
            busy => format!("{busy}, {}", self.operating_status),
        }
    }

    /// What is said about it, in pieces: its name, its addresses and what leads to them, its state.
    pub(super) fn about(&self) -> Vec<String> {
        let mut addresses = self.addresses.join(" ");
        if !self.floating_ips.is_empty() {
            addresses = format!("{addresses} <- {}", self.floating_ips.join(", "));
        }
        vec![called(&self.name, &self.id).to_string(), addresses, format!("({})", self.state())]
    }

    /// What is said about its parts.
    pub(super) fn parts(&self) -> impl Iterator<Item = String> {
        let listeners = self.listeners.iter().map(|listener| format!("listener {listener}"));
        listeners.chain(self.pools.iter().map(|pool| {
            let name = called(&pool.name, &pool.id);
            let s = if pool.members == 1 { "" } else { "s" };
            format!("pool {name}: {} member{s}", pool.members)
        }))
    }
}

/// The project's load balancers with their listeners and pools.
pub(super) type Balancers = (Vec<LoadBalancer>, Vec<Listener>, Vec<Pool>);

/// Lists them: three requests, or none where the cloud has no such service. Where it has one that does
/// not talk to these credentials, the rest is still worth drawing.
pub(super) async fn all(cloud: &Cloud) -> Result<Balancers> {
    if !cloud.offers(&LOAD_BALANCER).await? {
        return Ok(Balancers::default());
    }
    let lists = tokio::try_join!(
        LoadBalancer::list(cloud).all(),
        Listener::list(cloud).all(),
        Pool::list(cloud).all(),
    );
    match lists {
        Err(error) if error.kind() == Kind::Denied => Ok(Balancers::default()),
        lists => lists,
    }
}

/// Places each on the network of its address.
pub(super) fn place(topology: &mut Topology, balancers: Balancers, floating: &[Value]) {
    let (balancers, listeners, pools) = balancers;
    for one in balancers {
        let network = topology.networks.iter_mut().find(|network| {
            let is_range = |id: &String| network.subnets.iter().any(|range| range.id == *id);
            one.vip_network_id.as_ref() == Some(&network.id)
                || one.vip_subnet_id.as_ref().is_some_and(is_range)
        });
        let Some(network) = network else { continue };
        network.load_balancers.push(balanced(one, &listeners, &pools, floating));
    }
    for network in &mut topology.networks {
        network.load_balancers.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    }
}

fn balanced(
    one: LoadBalancer,
    listeners: &[Listener],
    pools: &[Pool],
    floating: &[Value],
) -> Balanced {
    let is_its = |owner: &Option<String>| owner.as_ref() == Some(&one.id);
    let mut listeners: Vec<_> = listeners
        .iter()
        .filter(|listener| is_its(&listener.loadbalancer_id))
        .map(|listener| (listener.protocol_port, &listener.protocol))
        .collect();
    listeners.sort();
    let mut pools: Vec<_> = pools
        .iter()
        .filter(|pool| is_its(&pool.loadbalancer_id))
        .map(|pool| Spread {
            id: pool.id.clone(),
            name: pool.name.clone(),
            members: pool.members.len(),
        })
        .collect();
    pools.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let leads_here = |floating: &&Value| {
        floating["port_id"].is_string()
            && floating["port_id"].as_str() == one.vip_port_id.as_deref()
    };
    let address = |floating: &Value| floating["floating_ip_address"].as_str().map(str::to_string);
    let more = one.additional_vips.into_iter().filter_map(|vip| vip.ip_address);
    Balanced {
        listeners: listeners.iter().map(|(port, protocol)| format!("{protocol}:{port}")).collect(),
        pools,
        floating_ips: floating.iter().filter(leads_here).filter_map(address).collect(),
        addresses: std::iter::once(one.vip_address).chain(more).collect(),
        id: one.id,
        name: one.name,
        provisioning_status: one.provisioning_status,
        operating_status: one.operating_status,
    }
}
