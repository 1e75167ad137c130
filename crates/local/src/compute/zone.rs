//! Availability zones: there is one.

use serde_json::{Value, json};

use super::policy;
use super::server::{HOST, ZONE};
use crate::call::{Call, Refusal, Reply};
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("/os-availability-zone", Handler::Read(list)),
    Route::get("/os-availability-zone/detail", Handler::Read(detail)),
];

fn list(_: &mut Call<'_>) -> Result<Reply, Refusal> {
    Ok(Reply::ok(json!({ "availabilityZoneInfo": [zone(ZONE, &Value::Null)] })))
}

fn detail(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    if !call.who.is_admin() {
        return Err(policy::disallowed("os-availability-zone:detail"));
    }
    let service = json!({
        "available": true, "active": true, "updated_at": call.now.micros_without_zone(),
    });
    // Nova's own zone is seen only here.
    let control = json!({ HOST: { "nova-scheduler": service, "nova-conductor": service } });
    let zones =
        [zone(ZONE, &json!({ HOST: { "nova-compute": service } })), zone("internal", &control)];
    Ok(Reply::ok(json!({ "availabilityZoneInfo": zones })))
}

fn zone(name: &str, hosts: &Value) -> Value {
    json!({ "zoneName": name, "zoneState": { "available": true }, "hosts": hosts })
}
