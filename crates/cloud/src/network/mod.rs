//! Networks and what goes with them (Neutron).

mod body;
mod change;
#[allow(clippy::module_inception)] // one file per noun, and this is the noun
mod network;
mod once;
mod port;
mod quota;
mod security_group;
mod subnet;
mod subnet_pool;

pub use network::{
    CreateNetwork, DeleteNetwork, GetNetwork, ListNetworks, Network, SetNetwork, UnsetNetwork,
};
pub use port::{
    AddressPair, CreatePort, DeletePort, FixedIp, GetPort, ListPorts, Port, PortAddress, SetPort,
    UnsetPort,
};
pub use quota::{ListNetworkQuotas, NetworkQuota};
pub use security_group::SecurityGroup;
pub use subnet::{
    AllocationPool, Cidr, CreateSubnet, DeleteSubnet, GetSubnet, HostRoute, Ipv6Mode, ListSubnets,
    SetSubnet, Subnet, UnsetSubnet,
};
pub use subnet_pool::{
    CreateSubnetPool, DeleteSubnetPool, GetSubnetPool, ListSubnetPools, SetSubnetPool, SubnetPool,
    UnsetSubnetPool,
};

use crate::operation::service;

service! {
    /// Networks, subnets, ports and what connects them.
    Networking, network, contract InfomaniakNetworkClient,
    nouns network, subnet, port, subnet_pool, quota
}
