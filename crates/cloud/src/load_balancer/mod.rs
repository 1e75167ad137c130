//! Load balancers (Octavia): what listens, where it leads, and how that is looked after.
//!
//! While Octavia works on a balancer, nothing that belongs to it can be changed. So every change
//! waits until its balancer is at rest, before and after: commands can follow each other at once.
//!
//! The operations are methods of [`Networking`](crate::network::Networking).

pub(crate) mod balancer;
mod change;
pub(crate) mod listener;
pub(crate) mod member;
pub(crate) mod pool;
mod server;
mod told;
mod wait;

pub use balancer::{
    AdditionalVip, CreateLoadBalancer, DeleteLoadBalancer, FailoverLoadBalancer, GetLoadBalancer,
    ListLoadBalancers, LoadBalancer, SetLoadBalancer,
};
pub use listener::{
    CreateListener, DeleteListener, GetListener, ListListeners, Listener, SetListener,
};
pub use member::{
    AddPoolMember, GetPoolMember, ListPoolMembers, Member, NewMember, RemovePoolMember,
    SetPoolMember,
};
pub use pool::{CreatePool, DeletePool, GetPool, ListPools, Pool, SessionPersistence, SetPool};
