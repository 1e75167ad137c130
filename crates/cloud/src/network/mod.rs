//! Networks (Neutron).

#[allow(clippy::module_inception)] // one file per noun, and this is the noun
mod network;

pub use network::Network;
