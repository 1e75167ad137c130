//! Load balancers and what belongs to them.

mod balancer;
mod l7;
mod listener;
mod member;
mod monitor;
mod pool;
mod unset;
mod whole;

use infomaniak_cloud::load_balancer::{Listener, LoadBalancer, Pool};
use infomaniak_cloud::network::Subnet;

use crate::case::{Group, Outcome};
use crate::context::Context;
use crate::network::network_with;
use crate::things::LOAD_BALANCER;

pub(crate) fn groups() -> Vec<Group> {
    let group = |name, cases| Group { name, cases };
    vec![
        group("load balancer", balancer::cases()),
        group("load balancer's listener", listener::cases()),
        group("load balancer's pool", pool::cases()),
        group("load balancer's member", member::cases()),
        group("load balancer's health monitor", monitor::cases()),
        group("load balancer's policy", l7::cases()),
        group("load balancer's words taken back", unset::cases()),
        group("whole load balancer", whole::cases()),
    ]
}

/// A load balancer of the member in a subnet of its own.
pub(crate) async fn balancer(
    context: &Context,
    stem: &str,
    range: &str,
) -> Outcome<(LoadBalancer, Subnet)> {
    let (_, subnet) = network_with(context, stem, range).await?;
    // Named after its network: what is made last goes first.
    let name = context.name(&LOAD_BALANCER, stem);
    let made = context.cloud()?.network().create_loadbalancer(&name, &subnet).await?;
    Ok((made, subnet))
}

/// A listener of it.
pub(crate) async fn listener(
    context: &Context,
    of: &LoadBalancer,
    stem: &str,
    port: u16,
) -> Outcome<Listener> {
    let name = format!("{stem} of {}", of.name);
    Ok(context.cloud()?.network().create_listener(of, name, "HTTP", port).await?)
}

/// A pool of it.
pub(crate) async fn pool(context: &Context, of: &LoadBalancer, stem: &str) -> Outcome<Pool> {
    let name = format!("{stem} of {}", of.name);
    let create = context.cloud()?.network().create_pool(name, "HTTP", "ROUND_ROBIN");
    Ok(create.loadbalancer_id(of).await?)
}
