//! Operates [Infomaniak Public Cloud](https://www.infomaniak.com/hosting/public-cloud), or any
//! other OpenStack cloud.
//!
//! ```no_run
//! use infomaniak_cloud::Cloud;
//!
//! # async fn example() -> infomaniak_cloud::Result<()> {
//! let cloud = Cloud::from_env()?;
//! let web = cloud
//!     .compute()
//!     .create_instance("web", "a1-ram2-disk20-perf1", "Debian 12 bookworm", "demo-net")
//!     .await?;
//! println!("{} is {}", web.name, web.status);
//! # Ok(()) }
//! ```
//!
//! Start at [`Cloud`]. Each service is an accessor of it; each operation a method whose optional
//! settings are methods of what it returns. Every failure is an [`Error`] whose [`Kind`] can be
//! matched. All that is logged goes through `tracing`, without secrets: operations as spans under
//! `infomaniak_cloud::operation`, requests as events under `infomaniak_cloud::http` (and, at level
//! trace, their contents under `infomaniak_cloud::wire`), waits under `infomaniak_cloud::wait`.
//!
//! Other surfaces (command line, Python, documentation) are read off [`SERVICES`], the table of all
//! operations.

pub mod block_storage;
mod cloud;
pub mod compute;
pub mod contract;
mod error;
pub mod load_balancer;
mod near;
pub mod network;
pub mod operation;
pub mod page;
pub mod resource;
mod secret;
pub mod session;
pub mod wait;

pub use cloud::Cloud;
pub use error::{Error, Kind, Processed, Result};
pub use resource::Named;
pub use secret::Secret;
pub use session::Config;

/// All services with their operations.
pub static SERVICES: &[&operation::Group] =
    &[&compute::SERVICE, &block_storage::SERVICE, &network::SERVICE];

/// All operations of all services.
pub fn operations() -> impl Iterator<Item = &'static operation::Description> {
    SERVICES.iter().flat_map(|service| service.operations())
}

/// The examples in README and docs compile.
#[cfg(doctest)]
mod documentation {
    #[doc = include_str!("../../../README.md")]
    struct Readme;
    #[doc = include_str!("../../../docs/contract-clients.md")]
    struct ContractClients;
}
