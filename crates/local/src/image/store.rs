//! Stores, where data is kept, and the ways data can come in: there is one store, and data comes
//! in by being uploaded.

use serde_json::json;

use crate::call::{Call, Refusal, Reply};
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("/info/stores", Handler::Read(stores)),
    Route::get("/info/stores/detail", Handler::Read(details)),
    Route::get("/info/import", Handler::Read(import)),
    Route::get("/info/usage", Handler::Read(|_| Ok(Reply::ok(json!({ "usage": {} }))))),
];

/// The only store.
pub(super) const NAME: &str = "file";
/// The same with those that Glance has for itself.
pub(super) const ALL: &str = "file,os_glance_staging_store,os_glance_tasks_store";

/// `GET /info/stores`
fn stores(_: &mut Call<'_>) -> Result<Reply, Refusal> {
    Ok(Reply::ok(json!({ "stores": [{ "id": NAME, "default": "true" }] })))
}

/// `GET /info/stores/detail`
fn details(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    if !call.who.is_admin() {
        let message = "You are not authorized to complete stores_info_detail action.";
        return Err(Refusal::forbidden(message));
    }
    let properties = json!({
        "data_dir": call.store.image_file("").to_string_lossy(),
        "chunk_size": super::download::PIECE,
        "thin_provisioning": false,
    });
    let store = json!({ "id": NAME, "default": "true", "type": "file", "properties": properties });
    Ok(Reply::ok(json!({ "stores": [store] })))
}

/// `GET /info/import`: nothing but uploads.
fn import(_: &mut Call<'_>) -> Result<Reply, Refusal> {
    let (description, methods) = ("Import methods available.", json!([]));
    Ok(Reply::ok(json!({
        "import-methods": { "description": description, "type": "array", "value": methods }
    })))
}
