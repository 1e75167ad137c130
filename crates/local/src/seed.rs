//! What a fresh cloud holds: tenants, roles, flavors, an image, networks, all with Infomaniak's names.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::call::Refusal;
use crate::store::{Document, Store, Transaction};
use crate::time::Moment;
use crate::{block_storage, compute, identity, image, network, quota};

/// The logins of a local cloud.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// One login for each tenant, by the name it has in `clouds.yaml`: `demo`, `demo2`,
    /// `demo-full` (its quota is one server), `admin`.
    pub tenants: Vec<Tenant>,
    /// Id of an application credential of `demo`.
    pub application_credential_id: String,
    /// Its secret.
    pub application_credential_secret: String,
}

/// One project with its user.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// The name in `clouds.yaml`.
    pub cloud: &'static str,
    /// The project's name.
    pub project: &'static str,
    /// The user's name.
    pub user: &'static str,
    /// The user's password.
    pub password: &'static str,
}

/// The region, as Infomaniak calls its first.
pub(crate) const REGION: &str = "dc3-a";

pub(crate) const TENANTS: &[Tenant] = &[
    Tenant { cloud: "demo", project: "PCP-LOCAL01", user: "PCU-LOCAL01", password: "local" },
    Tenant { cloud: "demo2", project: "PCP-LOCAL02", user: "PCU-LOCAL02", password: "local" },
    Tenant { cloud: "demo-full", project: "PCP-LOCAL03", user: "PCU-LOCAL03", password: "local" },
    Tenant { cloud: "admin", project: "admin", user: "admin", password: "local" },
];

/// Where the secret of the first application credential is kept: it opens nothing but this folder.
const KEEPSAKE: &str = "keepsake";

/// Fills a fresh store.
pub(crate) fn fill(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let now = Moment::now();
    let tenants = identity::seed(transaction)?;
    let (demo, admin) = (&tenants[0], &tenants[3]);
    quota::seed(transaction, &tenants)?;
    compute::seed(transaction, now)?;
    image::seed(transaction, now, admin)?;
    block_storage::seed(transaction)?;
    network::seed(transaction, now, &tenants)?;
    let secret = identity::secret();
    let id = identity::seed_application_credential(transaction, demo, &secret)?;
    insert(
        transaction,
        KEEPSAKE,
        "",
        "application_credential",
        json!({ "id": id, "secret": secret }),
    )
}

/// The logins, for whoever has the folder.
pub(crate) fn credentials(store: &Store) -> Result<Credentials, Refusal> {
    let keepsake = store.read(Moment::now(), |transaction| {
        Ok::<_, Refusal>(transaction.find(KEEPSAKE, "application_credential")?)
    })?;
    let keepsake =
        keepsake.ok_or_else(|| Refusal::new(500, "the local cloud has lost its credentials"))?;
    Ok(Credentials {
        tenants: TENANTS.to_vec(),
        application_credential_id: keepsake.text("id").to_string(),
        application_credential_secret: keepsake.text("secret").to_string(),
    })
}

/// Keeps a new document with these fields.
pub(crate) fn insert(
    transaction: &Transaction<'_>,
    kind: &'static str,
    owner: &str,
    id: &str,
    fields: Value,
) -> rusqlite::Result<()> {
    transaction.insert(&Document::of(kind, owner, id, fields))
}

/// A new id: a UUID with hyphens.
pub(crate) fn new_id() -> String {
    Uuid::new_v4().to_string()
}
