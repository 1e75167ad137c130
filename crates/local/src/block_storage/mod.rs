//! Block storage (Cinder): volumes, and what is kept of them. Sizes are in GiB.
//!
//! Every path but the versions' has the project in it, which has to be the caller's. What takes time
//! in Cinder takes a moment here, and passes through the same states.

mod attach;
mod backup;
mod message;
mod query;
mod quota;
mod seed;
mod snapshot;
mod transfer;
mod version;
mod volume;
mod volume_type;
mod zone;

use std::time::Duration;

use serde_json::{Value, json};

use crate::answer::NO_BODY;
use crate::call::{Call, Refusal};
use crate::service::{
    Body, Microversions, Service, as_keystone, as_page, check_schema, fault_name,
};
use crate::store::Document;

pub(crate) use attach::{Place, Source, attach, check_free, detach, find, find_snapshot, make};
pub(crate) use seed::seed;

pub(crate) static SERVICE: Service = Service {
    kind: "volumev3",
    name: "cinderv3",
    home: "/volume",
    path: "/volume/v3",
    aliases: &[],
    listed: "/volume/v3/{project}",
    microversions: Some(Microversions {
        name: "volume",
        lowest: (3, 0),
        highest: (3, 70),
        older_header: None,
        own_request_id: Some("x-compute-request-id"),
    }),
    check: check_schema,
    not_json: None,
    malformed: || Refusal::bad_request(MALFORMED),
    refusal: as_cinder,
    over_quota: |_, _, _| Refusal::new(413, "The quota is used up."),
    path_first: false,
    answers_head: false,
    wrong_method: |_, _| Refusal::not_found("The resource could not be found."),
    no_route: as_page,
    elsewhere: None,
    type_of_nothing: Some("application/json"),
    ids_for_known: false,
    request_id: &["x-openstack-request-id"],
    vary: &["OpenStack-API-Version"],
    versions: version::ROUTES,
    routes: &[
        volume::ROUTES,
        volume_type::ROUTES,
        snapshot::ROUTES,
        backup::ROUTES,
        transfer::ROUTES,
        message::ROUTES,
        zone::ROUTES,
        quota::ROUTES,
    ],
};

const MALFORMED: &str = "The server could not comply with the request since it is either malformed \
                         or otherwise incorrect.";

/// The one zone, and the one host in it.
const ZONE: &str = "dc3-a-04";
const HOST: &str = "storage1";

/// How long each step of a volume's life takes.
const STEP: Duration = Duration::from_millis(80);

/// `{"itemNotFound": {"code": 404, "message": "..."}}`; over a quota, with a time to wait that is none.
fn as_cinder(refusal: &Refusal) -> Body {
    if refusal.status == 401 {
        return as_keystone(refusal);
    }
    let name = refusal.name.unwrap_or_else(|| fault_name(refusal.status));
    let mut fault = json!({ "code": refusal.status, "message": refusal.message });
    if refusal.status == 413 {
        fault["retryAfter"] = "0".into();
    }
    Body::json(&json!({ name: fault }))
}

/// Refuses what a quota does not allow.
fn over_limit(message: impl Into<String>) -> Refusal {
    Refusal::new(413, message).header("retry-after", "0")
}

fn invalid_volume(reason: &str) -> Refusal {
    Refusal::bad_request(format!("Invalid volume: {reason}"))
}

fn invalid_input(reason: &str) -> Refusal {
    Refusal::bad_request(format!("Invalid input received: {reason}"))
}

/// The refusal of what the policy keeps for administrators.
fn disallowed(rule: &str) -> Refusal {
    Refusal::forbidden(format!("Policy doesn't allow {rule} to be performed."))
}

/// Marks an answer to a creation: in it, a thing is not quite as it is kept.
fn mark_created(call: &mut Call<'_>) {
    call.body = json!({ "created": true });
}

/// When a thing was created: to the fraction of a second only where it has just been.
fn created_at(call: &Call<'_>, document: &Document) -> Value {
    let time = document.text("created_at");
    if call.body["created"] != true {
        return time.into();
    }
    let micros = call.now.0.rem_euclid(1000) * 1000 + 457;
    time.replace(".000000", &format!(".{micros:06}")).into()
}

/// The links of a thing: with the service's version in the path, and without.
fn links(call: &Call<'_>, collection: &str, id: &str) -> Value {
    let (origin, home) = (&call.origin, call.service.home);
    let project = call.segment("own_project");
    json!([
        { "rel": "self", "href": call.url(&format!("/{project}/{collection}/{id}")) },
        { "rel": "bookmark", "href": format!("{origin}{home}/{project}/{collection}/{id}") },
    ])
}
