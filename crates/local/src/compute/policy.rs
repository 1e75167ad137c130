//! What Nova's policy keeps from the members of projects, and this cloud from everybody: to change
//! flavors and quotas, and to look behind the cloud.

use crate::call::{Refusal, Reply};
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::post("/flavors", Handler::Read(|_| refuse("os-flavor-manage:create"))),
    Route::put("/flavors/{id}", Handler::Read(|_| refuse("os-flavor-manage:update"))),
    Route::delete("/flavors/{id}", Handler::Read(|_| refuse("os-flavor-manage:delete"))),
    Route::put("/os-quota-sets/{id}", Handler::Read(|_| refuse("os-quota-sets:update"))),
    Route::delete("/os-quota-sets/{id}", Handler::Read(|_| refuse("os-quota-sets:delete"))),
    Route::get("/os-hypervisors", Handler::Read(|_| refuse("os-hypervisors:list"))),
    Route::get("/os-hypervisors/detail", Handler::Read(|_| refuse("os-hypervisors:list-detail"))),
    Route::get("/os-services", Handler::Read(|_| refuse("os-services:list"))),
    Route::get("/os-aggregates", Handler::Read(|_| refuse("os-aggregates:index"))),
];

/// The refusal that names the rule.
pub(super) fn disallowed(rule: &str) -> Refusal {
    Refusal::forbidden(format!("Policy doesn't allow os_compute_api:{rule} to be performed."))
}

fn refuse(rule: &str) -> Result<Reply, Refusal> {
    Err(disallowed(rule))
}
