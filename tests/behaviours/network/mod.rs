//! Networks and what goes with them.

mod floating_ip;
#[allow(clippy::module_inception)] // one file per noun, and this is the noun
mod network;
mod port;
mod router;
mod security_group;
mod subnet;
mod subnet_pool;
mod trunk;
mod whole;

use infomaniak_cloud::network::{Network, Subnet};

use crate::case::{Group, Outcome};
use crate::context::Context;
use crate::things::{NET, SUBNET};

pub(crate) fn groups() -> Vec<Group> {
    let group = |name, cases| Group { name, cases };
    vec![
        group("network", network::cases()),
        group("subnet", subnet::cases()),
        group("port", port::cases()),
        group("router", router::cases()),
        group("security group", security_group::cases()),
        group("floating IP", floating_ip::cases()),
        group("trunk", trunk::cases()),
        group("subnet pool", subnet_pool::cases()),
        group("network as a whole", whole::cases()),
    ]
}

/// A network of the member, of a name made from `stem`.
pub(crate) async fn network(context: &Context, stem: &str) -> Outcome<Network> {
    let name = context.name(&NET, stem);
    Ok(context.cloud()?.network().create_network(&name).await?)
}

/// A network with a subnet of this range.
pub(crate) async fn network_with(
    context: &Context,
    stem: &str,
    range: &str,
) -> Outcome<(Network, Subnet)> {
    let made = network(context, stem).await?;
    let name = context.name(&SUBNET, stem);
    let subnet = context.cloud()?.network().create_subnet(&made, &name, range).await?;
    Ok((made, subnet))
}
