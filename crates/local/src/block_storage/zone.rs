//! Availability zones of volumes: there is one.

use serde_json::json;

use super::ZONE;
use crate::call::{Call, Refusal, Reply};
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] =
    &[Route::get("/{own_project}/os-availability-zone", Handler::Read(list))];

fn list(_: &mut Call<'_>) -> Result<Reply, Refusal> {
    let zone = json!({ "zoneName": ZONE, "zoneState": { "available": true } });
    Ok(Reply::ok(json!({ "availabilityZoneInfo": [zone] })))
}
