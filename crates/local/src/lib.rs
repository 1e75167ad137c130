//! A local cloud: OpenStack's wire format with Infomaniak's names, from one folder.
//!
//! No account, no daemon, no set-up. [`Local`] opens a folder and serves what is in it on a loopback
//! address; time passes by itself (`store.rs`), so that a program that runs for a moment and a server
//! that runs for days see the same cloud, even at the same time. Services are described
//! (`kind.rs`), not programmed: see `compute/flavor.rs` for a small one.

// Handlers and the hooks of a kind share their signatures, whether they all need them or not.
#![allow(clippy::unnecessary_wraps, clippy::needless_pass_by_value)]

mod answer;
mod block_storage;
mod call;
mod check;
mod compute;
mod connection;
mod fault;
mod folder;
mod http;
mod identity;
mod image;
mod kind;
mod load_balancer;
mod network;
mod page;
mod quota;
mod router;
mod seed;
mod serve;
mod service;
mod spoil;
mod store;
mod time;

use std::path::Path;
use std::sync::Arc;

pub use fault::{Fault, Victims};
pub use seed::{Credentials, Tenant};
pub use serve::Serving;

use folder::Folder;
use store::Store;

/// All services, in the order of the catalog.
static SERVICES: &[&service::Service] = &[
    &identity::SERVICE,
    &image::SERVICE,
    &compute::SERVICE,
    &block_storage::SERVICE,
    &network::SERVICE,
    &load_balancer::SERVICE,
];

/// The cloud of one folder.
#[derive(Clone)]
pub struct Local {
    store: Arc<Store>,
}

impl Local {
    /// Opens the cloud in `folder`, and makes it if there is none.
    ///
    /// Several processes may have it open at the same time.
    ///
    /// # Errors
    /// A sentence: the folder cannot be written, the file is damaged, or of another version.
    pub fn open(folder: &Path) -> Result<Local, String> {
        let store = Store::open(folder, seed::fill)?;
        Ok(Local { store: Arc::new(store) })
    }

    /// Removes the cloud in `folder`, whatever state it is in; the next one who opens it makes a
    /// fresh one. Waits a little for others who have it open.
    ///
    /// # Errors
    /// [`ResourceBusy`](std::io::ErrorKind::ResourceBusy) when another process uses it; otherwise
    /// what the operating system says, or that the folder is not a cloud's.
    pub fn reset(folder: &Path) -> std::io::Result<()> {
        Folder::clear(folder, folder::PATIENCE)
    }

    /// The logins of the cloud's tenants.
    ///
    /// # Errors
    /// A sentence about a store that cannot be read.
    pub fn credentials(&self) -> Result<Credentials, String> {
        seed::credentials(&self.store).map_err(|refusal| refusal.message)
    }

    /// Lets the next requests fail.
    ///
    /// # Errors
    /// A sentence about a store that cannot be written.
    pub fn plan_fault(&self, fault: &Fault, victims: &Victims) -> Result<(), String> {
        fault::plan(&self.store, fault, victims).map_err(|refusal| refusal.message)
    }

    /// The faults that have not happened yet, in the order they were planned; the victims' count is
    /// how many are left.
    ///
    /// # Errors
    /// A sentence about a store that cannot be read.
    pub fn faults(&self) -> Result<Vec<(Fault, Victims)>, String> {
        fault::planned(&self.store).map_err(|refusal| refusal.message)
    }

    /// Forgets all faults that have not happened yet.
    ///
    /// # Errors
    /// A sentence about a store that cannot be written.
    pub fn clear_faults(&self) -> Result<(), String> {
        fault::clear(&self.store).map_err(|refusal| refusal.message)
    }
}
