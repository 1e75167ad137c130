//! Compute (Nova): instances and what they are made of.

mod flavor;
mod keypair;
mod name;
mod policy;
mod query;
mod quota;
mod server;
mod server_group;
mod version;
mod zone;

use crate::call::{Call, Refusal};
use crate::service::{Microversions, Service, as_nova, as_page, check_schema};
use crate::store::Transaction;
use crate::time::Moment;

pub(crate) static SERVICE: Service = Service {
    kind: "compute",
    name: "nova",
    home: "/compute",
    path: "/compute/v2.1",
    aliases: &[],
    listed: "/compute/v2.1",
    microversions: Some(Microversions {
        name: "compute",
        lowest: (2, 1),
        highest: (2, 93),
        older_header: Some("x-openstack-nova-api-version"),
        own_request_id: None,
    }),
    check: check_schema,
    not_json: None,
    malformed: || Refusal::bad_request("Malformed request body"),
    refusal: as_nova,
    over_quota,
    path_first: false,
    answers_head: false,
    wrong_method: |_, _| Refusal::not_found("The resource could not be found."),
    no_route: as_page,
    elsewhere: Some(&version::ELSEWHERE),
    type_of_nothing: Some("application/json"),
    ids_for_known: false,
    request_id: &["x-openstack-request-id", "x-compute-request-id"],
    vary: &["OpenStack-API-Version", "X-OpenStack-Nova-API-Version"],
    versions: version::ROUTES,
    routes: &[
        flavor::ROUTES,
        keypair::ROUTES,
        policy::ROUTES,
        quota::ROUTES,
        server::ROUTES,
        server_group::ROUTES,
        zone::ROUTES,
    ],
};

fn over_quota(name: &str, used: i64, limit: i64) -> Refusal {
    Refusal::forbidden(match name {
        "key_pairs" => "Quota exceeded, too many key pairs.".into(),
        "server_groups" => "Quota exceeded, too many server groups.".to_string(),
        _ => format!(
            "Quota exceeded for {name}: Requested 1, but already used {used} of {limit} {name}"
        ),
    })
}

/// The links of a thing: with the service's version in the path, and without.
fn links(call: &Call<'_>, collection: &str, id: &str) -> serde_json::Value {
    let home = format!("{}{}", call.origin, call.service.home);
    serde_json::json!([
        { "rel": "self", "href": call.url(&format!("/{collection}/{id}")) },
        { "rel": "bookmark", "href": format!("{home}/{collection}/{id}") },
    ])
}

/// What a fresh cloud has.
pub(crate) fn seed(transaction: &Transaction<'_>, _: Moment) -> rusqlite::Result<()> {
    flavor::seed(transaction)
}
