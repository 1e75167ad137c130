//! The catalog: which service is where.

use serde_json::{Value, json};

use crate::SERVICES;
use crate::call::{Call, Refusal, Reply};
use crate::seed::REGION;
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[Route::get("/auth/catalog", Handler::Read(show))];

/// The catalog as a token carries it. Every address is on the host that the client called.
pub(super) fn catalog(origin: &str) -> Value {
    let entry = |service: &&crate::service::Service| {
        let endpoint = |interface: &str| {
            json!({
                "id": stable_id(&format!("{}-{interface}", service.kind)),
                "interface": interface,
                "region_id": REGION,
                "url": format!("{origin}{}", service.listed),
                "region": REGION,
            })
        };
        let endpoints = ["public", "internal", "admin"].map(endpoint);
        json!({
            "endpoints": endpoints,
            "id": stable_id(service.kind),
            "type": service.kind,
            "name": service.name,
        })
    };
    SERVICES.iter().map(entry).collect()
}

fn show(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let links = json!({ "self": call.url("/auth/catalog") });
    Ok(Reply::ok(json!({ "catalog": catalog(&call.origin), "links": links })))
}

/// An id that a name always has.
fn stable_id(name: &str) -> String {
    let mut bytes = [0_u8; 16];
    for (index, byte) in name.bytes().enumerate() {
        bytes[index % 16] = bytes[index % 16].wrapping_mul(31).wrapping_add(byte);
    }
    uuid::Uuid::from_bytes(bytes).simple().to_string()
}
