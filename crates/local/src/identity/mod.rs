//! Identity (Keystone): logins, tokens, the catalog, and who there is.

mod application_credential;
mod catalog;
mod login;
mod people;
mod token;
mod version;

use serde_json::json;
use uuid::Uuid;

use crate::call::{Call, Refusal};
use crate::check::{Member, Shape};
use crate::seed::{REGION, TENANTS, insert};
use crate::service::{Body, Service, as_keystone};
use crate::store::Transaction;

pub(crate) use application_credential::{secret, seed_application_credential};
pub(crate) use token::{expire, who};

pub(crate) static SERVICE: Service = Service {
    kind: "identity",
    name: "keystone",
    home: "/identity",
    path: "/identity/v3",
    aliases: &[],
    listed: "/identity/v3",
    microversions: None,
    check,
    not_json: Some(|_| expected("application/json", "Content-Type header")),
    malformed,
    refusal: as_keystone,
    over_quota: |name, _, limit| {
        Refusal::forbidden(format!("The limit of {limit} {name} is reached."))
    },
    path_first: true,
    answers_head: true,
    wrong_method: |_, known| {
        let head = if known.contains(&"GET") { ", HEAD" } else { "" };
        Refusal::new(405, "The method is not allowed for the requested URL.")
            .header("allow", format!("OPTIONS, {}{head}", known.join(", ")))
    },
    no_route: |refusal| match refusal.status {
        405 => Body::json(&json!({ "message": refusal.message })),
        _ => Body::text("text/html; charset=utf-8", NO_PAGE),
    },
    elsewhere: None,
    type_of_nothing: None,
    ids_for_known: false,
    request_id: &["x-openstack-request-id"],
    vary: &["X-Auth-Token"],
    versions: version::ROUTES,
    routes: &[token::ROUTES, catalog::ROUTES, people::ROUTES, application_credential::ROUTES],
};

/// Something is missing in a request.
fn expected(what: &str, place: &str) -> Refusal {
    incorrect(&format!("Expecting to find {what} in {place}."))
}

/// A request that cannot be right.
fn incorrect(why: &str) -> Refusal {
    Refusal::bad_request(format!(
        "{why} The server could not comply with the request since it is either malformed or \
         otherwise incorrect. The client is assumed to be in error."
    ))
}

fn malformed() -> Refusal {
    expected("valid JSON", "request body")
}

/// Checks what is under the body's one key; a body without it is as good as an empty one.
fn check(call: &Call<'_>, shape: &Shape) -> Result<(), Refusal> {
    let Shape::Object([Member { name, shape, .. }]) = shape else { return Ok(()) };
    check_below(call, name, shape)
}

/// Checks what the body has under a key.
fn check_below(call: &Call<'_>, key: &str, shape: &Shape) -> Result<(), Refusal> {
    if !call.body.is_object() && !call.body.is_null() {
        return Err(malformed());
    }
    let nothing = json!({});
    let inner = call.body.get(key).unwrap_or(&nothing);
    shape
        .check(inner, call.version)
        .map_err(|violation| Refusal::bad_request(violation.message_with_path()))
}

/// What Keystone's framework says of a path that it does not have.
const NO_PAGE: &str = "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n\
    <h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL \
    manually please check your spelling and try again.</p>\n";

/// The only domain.
pub(crate) const DOMAIN: &str = "default";

/// A tenant as it was made.
pub(crate) struct Seeded {
    pub(crate) project: String,
    pub(crate) user: String,
}

/// The roles, and those that come with each.
const ROLES: &[(&str, &[&str])] = &[
    ("reader", &[]),
    ("load-balancer_member", &[]),
    ("member", &["reader", "load-balancer_member"]),
    ("admin", &["member", "reader", "load-balancer_member"]),
];

/// Makes the domain, the roles, and the tenants with their users.
pub(crate) fn seed(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<Seeded>> {
    for (role, _) in ROLES {
        let id = hex();
        // Those that Keystone's own installation makes cannot be changed.
        let options = match *role {
            "load-balancer_member" => json!({}),
            _ => json!({ "immutable": true }),
        };
        let fields =
            json!({ "name": role, "domain_id": null, "description": null, "options": options });
        insert(transaction, people::ROLE.name, "", &id, fields)?;
    }
    let fields = json!({
        "name": "Default", "description": "The default domain", "enabled": true, "tags": [],
        "options": {},
    });
    insert(transaction, people::DOMAINS.name, "", DOMAIN, fields)?;
    let fields = json!({ "description": "", "parent_region_id": null });
    insert(transaction, people::REGION.name, "", REGION, fields)?;
    let mut seeded = Vec::new();
    for tenant in TENANTS {
        let (project, user) = (hex(), hex());
        let description = match tenant.cloud {
            "admin" => "Bootstrap project for initializing the cloud.",
            _ => "",
        };
        let fields = json!({
            "name": tenant.project, "domain_id": DOMAIN, "description": description,
            "enabled": true, "parent_id": DOMAIN, "is_domain": false, "tags": [], "options": {},
        });
        insert(transaction, people::PROJECT.name, "", &project, fields)?;
        let role = if tenant.cloud == "admin" { "admin" } else { "member" };
        let fields = json!({
            "name": tenant.user, "domain_id": DOMAIN, "enabled": true, "password_expires_at": null,
            "options": {}, "password": tenant.password, "projects": { &project: [role] },
        });
        insert(transaction, people::USER.name, "", &user, fields)?;
        seeded.push(Seeded { project, user });
    }
    Ok(seeded)
}

/// A new id as Keystone gives them: a UUID without hyphens.
pub(crate) fn hex() -> String {
    Uuid::new_v4().simple().to_string()
}
