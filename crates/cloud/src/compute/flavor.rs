//! Flavors: the sizes that instances come in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Compute;
use super::instance::some;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation, operations};
use crate::page::Pages;
use crate::resource::{Named, Record, Resource};
use crate::session::Request;
use crate::session::service::{COMPUTE, Service};

operations!(ListFlavors, GetFlavor);

/// A flavor.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Flavor {
    /// The id.
    pub id: String,
    /// The name: `a1-ram2-disk20-perf1`.
    pub name: String,
    /// Number of virtual processors.
    pub vcpus: u32,
    /// Memory in MiB.
    pub ram: u64,
    /// Disk in GiB; 0 for flavors that boot from a volume.
    pub disk: u64,
    /// Whether every project may use it.
    #[serde(alias = "os-flavor-access:is_public")]
    pub is_public: bool,
}

impl Record for Flavor {
    const NOUN: &'static str = "flavor";
    const COLUMNS: &'static [&'static str] = &["id", "name", "vcpus", "ram", "disk", "is_public"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for Flavor {
    const SERVICE: &'static Service = &COMPUTE;
    const PATH: &'static str = "flavors";
    const LIST: &'static [&'static str] = &["flavors", "detail"];
    const ONE: &'static str = "flavor";
    const MANY: &'static str = "flavors";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn status(&self) -> &'static str {
        "public or not"
    }

    /// Flavor ids are free text, and the list is short: it is always looked through instead.
    fn is_id(_: &str) -> bool {
        false
    }

    /// Nova cannot filter flavors by name.
    fn called(_: &str) -> Request {
        every_flavor()
    }

    fn list(cloud: &Cloud) -> Pages<Self> {
        Pages::new(cloud, every_flavor(), Self::MANY)
    }
}

/// `is_public=None` means "public or not"; without it an administrator sees the public ones only.
fn every_flavor() -> Request {
    Request::get(&COMPUTE, Flavor::LIST).query("is_public", "None")
}

operation! {
    /// Lists the flavors this project may use.
    ///
    /// Nova: `GET /flavors/detail?is_public=None`.
    ///
    /// ```sh
    /// ik flavor list --sort ram -c name -c vcpus -c ram -c disk
    /// ```
    Compute::list_flavors as ListFlavors, "flavor list", Effect::Reads,
    () {
        /// Only those with at least so much memory, in MiB.
        min_ram: Option<u64> = None,
        /// Only those with at least so large a disk, in GiB.
        min_disk: Option<u64> = None,
        /// So many at most.
        limit: Option<u64> = None,
        /// Those that follow the flavor with this id.
        marker: Option<String> = None,
    }
}

impl Operation for ListFlavors {
    type Output = Vec<Flavor>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Flavor>> {
        let mut request = every_flavor();
        for (name, least) in [("minRam", self.min_ram), ("minDisk", self.min_disk)] {
            if let Some(least) = least {
                request = request.query(name, &least.to_string());
            }
        }
        if let Some(marker) = &self.marker {
            request = request.query("marker", marker);
        }
        some(cloud, request, Flavor::MANY, self.limit).await
    }
}

operation! {
    /// Shows a flavor.
    ///
    /// Nova: `GET /flavors/detail?is_public=None`.
    ///
    /// ```sh
    /// ik flavor show a1-ram2-disk20-perf1
    /// ```
    Compute::get_flavor as GetFlavor, "flavor show", Effect::Reads,
    (
        /// The flavor, by name or id.
        flavor: Named<Flavor>,
    )
    {}
}

impl Operation for GetFlavor {
    type Output = Flavor;

    async fn run(&self, cloud: &Cloud) -> Result<Flavor> {
        self.flavor.find(cloud).await
    }
}
