//! Load balancers (Octavia): what listens, where it leads, and how that is looked after.
//!
//! While Octavia works on a balancer, nothing that belongs to it can be changed. So every change
//! waits until its balancer is at rest, before and after: commands can follow each other at once.
//!
//! The operations are methods of [`Networking`](crate::network::Networking).

pub(crate) mod balancer;
mod change;
mod existing;
pub(crate) mod health_monitor;
pub(crate) mod l7_policy;
pub(crate) mod l7_rule;
pub(crate) mod listener;
pub(crate) mod member;
mod nested;
mod plan;
pub(crate) mod pool;
pub(crate) mod quota;
mod server;
pub(crate) mod statistics;
pub(crate) mod status;
mod told;
mod wait;

pub use balancer::{
    AdditionalVip, CreateLoadBalancer, DeleteLoadBalancer, FailoverLoadBalancer, GetLoadBalancer,
    ListLoadBalancers, LoadBalancer, SetLoadBalancer, UnsetLoadBalancer,
};
pub use health_monitor::{
    CreateHealthMonitor, DeleteHealthMonitor, GetHealthMonitor, HealthMonitor, ListHealthMonitors,
    SetHealthMonitor, UnsetHealthMonitor,
};
pub use l7_policy::{
    CreateL7Policy, DeleteL7Policy, GetL7Policy, L7Policy, ListL7Policies, SetL7Policy,
    UnsetL7Policy,
};
pub use l7_rule::{
    CreateL7Rule, DeleteL7Rule, GetL7Rule, L7Rule, ListL7Rules, SetL7Rule, UnsetL7Rule,
};
pub use listener::{
    CreateListener, DeleteListener, GetListener, ListListeners, Listener, SetListener,
    UnsetListener,
};
pub use member::{
    AddPoolMember, GetPoolMember, ListPoolMembers, Member, NewMember, RemovePoolMember,
    SetPoolMember, UnsetPoolMember,
};
pub use pool::{
    CreatePool, DeletePool, GetPool, ListPools, Pool, SessionPersistence, SetPool, UnsetPool,
};
pub use quota::{
    GetLoadBalancerDefaultQuota, GetLoadBalancerQuota, ListLoadBalancerProviders,
    ListLoadBalancerQuotas, LoadBalancerQuota, ProjectQuota, Provider, ResetLoadBalancerQuota,
    SetLoadBalancerQuota, UnsetLoadBalancerQuota,
};
pub use statistics::{GetListenerStatistics, GetLoadBalancerStatistics, Statistics};
pub use status::{
    BalancerState, GetLoadBalancerStatus, ListenerState, MemberState, MonitorState, PoolState,
};
