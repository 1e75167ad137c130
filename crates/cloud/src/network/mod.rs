//! Networks and what goes with them (Neutron).

mod body;
mod cascade;
mod change;
#[allow(clippy::module_inception)] // one file per noun, and this is the noun
mod network;
mod once;
mod port;
mod quota;
mod security_group;
mod server_address;
mod subnet;
mod subnet_pool;
mod topology;

pub use network::{
    CreateNetwork, DeleteNetwork, GetNetwork, ListNetworks, Network, SetNetwork, UnsetNetwork,
};
pub use port::{
    AddressPair, CreatePort, DeletePort, FixedIp, GetPort, ListPorts, Port, PortAddress, SetPort,
    UnsetPort,
};
pub use quota::{ListNetworkQuotas, NetworkQuota};
pub use security_group::SecurityGroup;
pub use server_address::{ListServerAddresses, ServerAddress};
pub use subnet::{
    AllocationPool, Cidr, CreateSubnet, DeleteSubnet, GetSubnet, HostRoute, Ipv6Mode, ListSubnets,
    SetSubnet, Subnet, UnsetSubnet,
};
pub use subnet_pool::{
    CreateSubnetPool, DeleteSubnetPool, GetSubnetPool, ListSubnetPools, SetSubnetPool, SubnetPool,
    UnsetSubnetPool,
};
pub use topology::{Attached, Junction, Range, Segment, ShowTopology, Topology};

use crate::operation::service;

service! {
    /// Networks, subnets, ports and what connects them.
    Networking, network, contract InfomaniakNetworkClient,
    nouns network, subnet, port, subnet_pool, quota, server_address, topology
}
