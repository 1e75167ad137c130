//! The catalog: which service is where.

use serde_json::{Value, json};

use super::people;
use crate::SERVICES;
use crate::call::{Call, Refusal, Reply};
use crate::kind;
use crate::seed::REGION;
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("/auth/catalog", Handler::Read(show)),
    Route::get("/services", Handler::Read(services)),
    Route::get("/endpoints", Handler::Read(endpoints)),
];

const INTERFACES: [&str; 3] = ["public", "internal", "admin"];

/// The catalog as a token carries it. Every address is on the host that the client called.
pub(super) fn catalog(origin: &str, project: &str) -> Value {
    let entry = |service: &&crate::service::Service| {
        let endpoint = |interface: &str| {
            json!({
                "id": stable_id(&format!("{}-{interface}", service.kind)),
                "interface": interface,
                "region_id": REGION,
                "url": format!("{origin}{}", service.listed.replace("{project}", project)),
                "region": REGION,
            })
        };
        let endpoints = INTERFACES.map(endpoint);
        json!({
            "endpoints": endpoints,
            "id": stable_id(service.kind),
            "type": service.kind,
            "name": service.name,
        })
    };
    SERVICES.iter().map(entry).collect()
}

/// `GET /auth/catalog`
fn show(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    if call.who.project.is_empty() {
        let message = "You are not authorized to perform the requested action.";
        return Err(Refusal::forbidden(message));
    }
    let links = json!({ "self": call.url("/auth/catalog") });
    Ok(Reply::ok(json!({ "catalog": catalog(&call.origin, &call.who.project), "links": links })))
}

/// `GET /services`
fn services(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    if !call.who.is_admin() {
        return Err(people::lacks("list_services"));
    }
    let service = |service: &&crate::service::Service| {
        let id = stable_id(service.kind);
        let links = json!({ "self": call.url(&format!("/services/{id}")) });
        json!({
            "name": service.name, "id": id, "type": service.kind, "enabled": true, "links": links,
        })
    };
    let services: Value = SERVICES.iter().map(service).collect();
    Ok(listed(call, "services", services))
}

/// `GET /endpoints`
fn endpoints(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    if !call.who.is_admin() {
        return Err(people::lacks("list_endpoints"));
    }
    let mut endpoints = Vec::new();
    for service in SERVICES {
        for interface in INTERFACES {
            let id = stable_id(&format!("{}-{interface}", service.kind));
            let links = json!({ "self": call.url(&format!("/endpoints/{id}")) });
            endpoints.push(json!({
                "id": id,
                "interface": interface,
                "region_id": REGION,
                "service_id": stable_id(service.kind),
                "url": format!("{}{}", call.origin, service.listed.replace("{project}", "$(project_id)s")),
                "enabled": true,
                "region": REGION,
                "links": links,
            }));
        }
    }
    Ok(listed(call, "endpoints", endpoints.into()))
}

fn listed(call: &Call<'_>, many: &str, items: Value) -> Reply {
    let links = json!({ "next": null, "self": kind::own_address(call), "previous": null });
    Reply::ok(json!({ many: items, "links": links }))
}

/// An id that a name always has.
fn stable_id(name: &str) -> String {
    let mut bytes = [0_u8; 16];
    for (index, byte) in name.bytes().enumerate() {
        bytes[index % 16] = bytes[index % 16].wrapping_mul(31).wrapping_add(byte);
    }
    uuid::Uuid::from_bytes(bytes).simple().to_string()
}
