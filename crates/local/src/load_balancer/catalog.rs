//! What there is to choose from: one provider; no flavors and no availability zones.

use serde_json::json;

use super::root::PROVIDER;
use super::{denied, listing, missing};
use crate::call::{Call, Refusal, Reply};
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("/providers", Handler::Read(providers)),
    Route::get("/flavors", Handler::Read(|call| empty(call, "flavors", "flavors", false))),
    Route::get("/flavors/{id}", Handler::Read(|call| nothing(call, "Flavor"))),
    Route::get(
        "/flavorprofiles",
        Handler::Read(|call| empty(call, "flavorprofiles", "flavorprofile", true)),
    ),
    Route::get(
        "/availabilityzones",
        Handler::Read(|call| empty(call, "availability_zones", "availability_zones", false)),
    ),
    Route::get("/availabilityzones/{id}", Handler::Read(|call| nothing(call, "Availability Zone"))),
    Route::get(
        "/availabilityzoneprofiles",
        Handler::Read(|call| {
            empty(call, "availability_zone_profiles", "availability_zone_profile", true)
        }),
    ),
];

/// Amphorae are not beside load balancers, but above them. Nothing is balanced, so there are none.
pub(super) const AMPHORAE: Handler =
    Handler::Read(|call| empty(call, "amphorae", "amphorae", true));

/// `GET /providers`
fn providers(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    listing::check(call)?;
    let provider = json!({ "name": PROVIDER, "description": "The Octavia Amphora driver." });
    Ok(Reply::ok(json!({ "providers": [listing::only_wanted(call, provider)] })))
}

/// A list of which there is nothing; some are for administrators.
fn empty(call: &Call<'_>, many: &str, linked: &str, guarded: bool) -> Result<Reply, Refusal> {
    listing::check(call)?;
    if guarded && !call.who.is_admin() {
        return Err(denied());
    }
    Ok(Reply::ok(json!({ many: [], format!("{linked}_links"): [] })))
}

/// One of a list of which there is nothing.
fn nothing(call: &Call<'_>, what: &str) -> Result<Reply, Refusal> {
    listing::check(call)?;
    Err(missing(what, call.segment("id")))
}
