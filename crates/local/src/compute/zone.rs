//! Availability zones: there is one.

use serde_json::{Value, json};

use super::server::ZONE;
use crate::call::{Call, Refusal, Reply};
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("/os-availability-zone", Handler::Read(list)),
    Route::get("/os-availability-zone/detail", Handler::Read(detail)),
];

fn list(_: &mut Call<'_>) -> Result<Reply, Refusal> {
    Ok(zones(&Value::Null))
}

fn detail(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    if !call.who.is_admin() {
        return Err(Refusal::forbidden(
            "Policy doesn't allow os_compute_api:os-availability-zone:detail to be performed.",
        ));
    }
    let service = json!({
        "available": true, "active": true, "updated_at": call.now.micros_without_zone(),
    });
    Ok(zones(&json!({ super::server::HOST: { "nova-compute": service } })))
}

fn zones(hosts: &Value) -> Reply {
    let zone = json!({ "zoneName": ZONE, "zoneState": { "available": true }, "hosts": hosts });
    Reply::ok(json!({ "availabilityZoneInfo": [zone] }))
}
