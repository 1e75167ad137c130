//! Networks and what goes with them (Neutron).

pub(crate) mod body;
pub(crate) mod change;
pub(crate) mod existing;
mod floating_ip;
#[allow(clippy::module_inception)] // one file per noun, and this is the noun
mod network;
pub(crate) mod once;
mod port;
mod port_forwarding;
mod quota;
mod router;
mod security_group;
mod security_group_rule;
mod server_address;
mod subnet;
mod subnet_pool;
mod teardown;
mod topology;
mod trunk;

pub(crate) use floating_ip::id_of;
pub use floating_ip::{
    AddServerFloatingIp, AllocateFloatingIp, AssociateFloatingIp, DisassociateFloatingIp,
    FloatingIp, ForwardedPort, GetFloatingIp, ListFloatingIps, ReleaseFloatingIp,
    RemoveServerFloatingIp,
};
pub use network::{
    CreateNetwork, DeleteNetwork, GetNetwork, ListNetworks, Network, SetNetwork, UnsetNetwork,
};
pub use port::{
    AddressPair, CreatePort, DeletePort, FixedIp, GetPort, ListPorts, Port, PortAddress, SetPort,
    UnsetPort,
};
pub use port_forwarding::{
    CreatePortForwarding, DeletePortForwarding, GetPortForwarding, ListPortForwardings,
    PortForwarding,
};
pub use quota::{ListNetworkQuotas, NetworkQuota};
pub use router::{
    AddRouterInterface, AddRouterPort, AddRouterRoutes, CreateRouter, DeleteRouter, GetRouter,
    ListRouters, RemoveRouterInterface, RemoveRouterPort, RemoveRouterRoutes, Router,
    RouterInterface, SetRouter, UnsetRouter,
};
pub use security_group::{
    CreateSecurityGroup, DeleteSecurityGroup, GetSecurityGroup, ListSecurityGroups, SecurityGroup,
    SetSecurityGroup, UnsetSecurityGroup,
};
pub use security_group_rule::{
    AddSecurityGroupRule, DeleteSecurityGroupRule, Direction, Ethertype, GetSecurityGroupRule,
    ListSecurityGroupRules, PortRange, SecurityGroupRule,
};
pub use server_address::{ListServerAddresses, ServerAddress};
pub use subnet::{
    AllocationPool, Cidr, CreateSubnet, DeleteSubnet, GetSubnet, HostRoute, Ipv6Mode, ListSubnets,
    SetSubnet, Subnet, UnsetSubnet,
};
pub use subnet_pool::{
    CreateSubnetPool, DeleteSubnetPool, GetSubnetPool, ListSubnetPools, SetSubnetPool, SubnetPool,
    UnsetSubnetPool,
};
pub use topology::{Attached, Balanced, Junction, Range, Segment, ShowTopology, Spread, Topology};
pub use trunk::{GetTrunk, ListTrunks, SubPort, Trunk};

use crate::load_balancer::{
    balancer, health_monitor, l7_policy, l7_rule, listener, member, pool, quota as balancer_quota,
    statistics, status,
};
use crate::operation::service;

service! {
    /// Networks, subnets, ports and what connects them; load balancers.
    Networking, network, contract InfomaniakNetworkClient,
    nouns network, subnet, port, router, security_group, security_group_rule, floating_ip,
        port_forwarding, trunk, subnet_pool, quota, server_address, topology, balancer, listener, pool,
        member, l7_policy, l7_rule, health_monitor, statistics, status, balancer_quota
}
