//! Identity (Keystone): logins, tokens, the catalog, and who there is.

mod application_credential;
mod catalog;
mod login;
mod people;
mod token;
mod version;

use serde_json::json;
use uuid::Uuid;

use crate::call::Refusal;
use crate::seed::{REGION, TENANTS, insert};
use crate::service::{Body, Service, as_keystone, as_page, check_schema};
use crate::store::Transaction;

pub(crate) use application_credential::{secret, seed_application_credential};
pub(crate) use token::{expire, who};

pub(crate) static SERVICE: Service = Service {
    kind: "identity",
    name: "keystone",
    home: "/identity",
    path: "/identity/v3",
    listed: "/identity/v3",
    microversions: None,
    check: check_schema,
    not_json: |_| {
        Refusal::bad_request(
            "Expecting to find application/json in Content-Type header. The server could not \
             comply with the request since it is either malformed or otherwise incorrect. The \
             client is assumed to be in error.",
        )
    },
    malformed: || {
        Refusal::bad_request(
            "Expecting to find valid JSON in request body. The server could not comply with the \
             request since it is either malformed or otherwise incorrect. The client is assumed \
             to be in error.",
        )
    },
    refusal: as_keystone,
    over_quota: |name, _, limit| {
        Refusal::forbidden(format!("The limit of {limit} {name} is reached."))
    },
    no_route: |refusal| match refusal.status {
        405 => Body::json(&json!({ "message": refusal.message })),
        _ => as_page(refusal),
    },
    request_id: &["x-openstack-request-id"],
    versions: version::ROUTES,
    routes: &[token::ROUTES, catalog::ROUTES, people::ROUTES, application_credential::ROUTES],
};

/// The only domain.
pub(crate) const DOMAIN: &str = "default";

/// A tenant as it was made.
pub(crate) struct Seeded {
    pub(crate) project: String,
    pub(crate) user: String,
}

/// Roles that a tenant's user has, and those the administrator has in addition.
const MEMBER_ROLES: &[&str] = &["member", "reader", "load-balancer_member"];

/// Makes the domain, the roles, and the tenants with their users.
pub(crate) fn seed(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<Seeded>> {
    for role in MEMBER_ROLES.iter().chain(&["admin"]) {
        let id = hex();
        let fields = json!({ "name": role, "domain_id": null, "description": null, "options": {} });
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
        let fields = json!({
            "name": tenant.project, "domain_id": DOMAIN, "description": "", "enabled": true,
            "parent_id": DOMAIN, "is_domain": false, "tags": [], "options": {},
        });
        insert(transaction, people::PROJECT.name, "", &project, fields)?;
        let mut roles = MEMBER_ROLES.to_vec();
        if tenant.cloud == "admin" {
            roles.push("admin");
        }
        let fields = json!({
            "name": tenant.user, "domain_id": DOMAIN, "enabled": true, "password_expires_at": null,
            "options": {}, "password": tenant.password, "projects": { &project: roles },
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
