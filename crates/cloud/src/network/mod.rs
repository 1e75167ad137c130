//! Networks and what goes with them (Neutron).

#[allow(clippy::module_inception)] // one file per noun, and this is the noun
mod network;

pub use network::{GetNetwork, ListNetworks, Network};

use crate::operation::service;

service! {
    /// Networks, subnets, ports and what connects them.
    Networking, network, contract InfomaniakNetworkClient,
    nouns network
}
