//! Key pairs: each user's own. Nova keeps the public half; what it generates, it gives out once.

use serde_json::{Map, Value, json};
use ssh_key::rand_core::OsRng;
use ssh_key::{Algorithm, LineEnding, PrivateKey, PublicKey};

use super::query::{self, Query};
use super::{name, policy};
use crate::call::{Call, Refusal, Reply};
use crate::check::{Member, NAME, Shape, TEXT};
use crate::kind::{self, Field, Kind, Listing, Pages, Scope};
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/os-keypairs", Handler::Read(list)),
    Route::post("/os-keypairs", Handler::Write(create)),
    Route::get("/os-keypairs/{id}", Handler::Read(show)),
    Route::delete("/os-keypairs/{id}", Handler::Write(delete)),
];

pub(super) static KEYPAIR: Kind = Kind {
    name: "keypair",
    one: "keypair",
    many: "keypairs",
    scope: Scope::User,
    missing: |id| Refusal::not_found(format!("Keypair {id} not found")),
    fields: &[
        Field::new("name"),
        Field::new("public_key"),
        Field::new("fingerprint"),
        Field::made("user_id", |_, pair| pair.owner.clone().into()),
        Field::new("created_at"),
        Field::made("deleted", |_, _| false.into()),
        Field::made("deleted_at", |_, _| Value::Null),
        Field::made("id", |_, pair| pair.number().into()),
        Field::made("updated_at", |_, _| Value::Null),
        Field::new("type").since(2, 2),
    ],
    brief: &["name", "public_key", "fingerprint", "type"],
    listing: Listing {
        filters: &[],
        check: |call| QUERY.check(call),
        order: |_| Ok(vec![("name".into(), false)]),
        pages: Pages::Nova { max: 1000 },
        path: "/os-keypairs",
    },
    create: None,
    update: None,
    delete: None,
};

const CREATE: Shape = Shape::Object(&[Member::new("keypair", BODY).required()]);
const BODY: Shape = Shape::Object(&[
    Member::new("name", NAME).required(),
    Member::new("public_key", TEXT).until(2, 92),
    Member::new("public_key", TEXT).since(2, 92).required(),
    Member::new("type", Shape::Words(&["ssh", "x509"])).since(2, 2),
    Member::new("user_id", TEXT).since(2, 10),
]);

const QUERY: Query = Query {
    parameters: &[
        query::number("limit").since(2, 35),
        query::text("marker").since(2, 35),
        query::text("user_id").since(2, 10),
    ],
    underscores: false,
};

/// `GET /os-keypairs`: each under a key of its own, all of them before 2.35.
fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let user = asked_user(call);
    ask_as(call, user.as_deref(), "index")?;
    if call.version < (2, 35) {
        call.query.retain(|(name, _)| !matches!(name.as_str(), "limit" | "marker"));
    }
    if let Some(marker) = call.parameter("marker").filter(|marker| !marker.is_empty())
        && find(call, marker)?.is_none()
    {
        return Err(Refusal::bad_request(format!("Marker {marker} could not be found.")));
    }
    kind::list_wrapped(call, &KEYPAIR)
}

/// Lets an administrator ask as another user, and nobody else.
fn ask_as(call: &mut Call<'_>, user: Option<&str>, rule: &str) -> Result<(), Refusal> {
    let Some(user) = user.filter(|_| call.version >= (2, 10)) else { return Ok(()) };
    if user != call.who.user && !call.who.is_admin() {
        return Err(policy::disallowed(&format!("os-keypairs:{rule}")));
    }
    call.who.user = user.to_string();
    Ok(())
}

fn asked_user(call: &Call<'_>) -> Option<String> {
    call.parameter("user_id").filter(|user| !user.is_empty()).map(str::to_string)
}

/// `POST /os-keypairs`. The answer is the only place that a generated private key ever is.
fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let body = kind::take_body(call, &KEYPAIR, &CREATE)?;
    ask_as(call, body.get("user_id").and_then(Value::as_str), "create")?;
    crate::quota::check(call, &KEYPAIR, "key_pairs")?;
    let (pair, private) = make(call, &body)?;
    call.transaction.insert(&pair)?;
    let mut view = KEYPAIR.view(call, &pair);
    if let Some(fields) = view.as_object_mut() {
        fields.retain(|name, _| {
            matches!(name.as_str(), "name" | "public_key" | "fingerprint" | "user_id" | "type")
        });
    }
    if let Some(private) = private {
        view["private_key"] = private.into();
    }
    let status = if call.version < (2, 2) { 200 } else { 201 };
    Ok(Reply::wrapped(status, "keypair", view))
}

fn show(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let user = asked_user(call);
    ask_as(call, user.as_deref(), "show")?;
    find(call, call.segment("id"))?.ok_or_else(|| missing(call))?;
    kind::show(call, &KEYPAIR)
}

fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let user = asked_user(call);
    ask_as(call, user.as_deref(), "delete")?;
    let pair = find(call, call.segment("id"))?.ok_or_else(|| missing(call))?;
    call.transaction.remove(&pair)?;
    Ok(Reply::empty(if call.version < (2, 2) { 202 } else { 204 }))
}

fn missing(call: &Call<'_>) -> Refusal {
    let (name, user) = (call.segment("id"), &call.who.user);
    Refusal::not_found(format!("Keypair {name} not found for user {user}"))
}

/// The caller's key pair of this name.
pub(super) fn find(call: &Call<'_>, name: &str) -> Result<Option<Document>, Refusal> {
    Ok(call.transaction.find_of(KEYPAIR.name, &call.who.user, name)?)
}

/// The key pair, and its private half if it had to be generated.
fn make(call: &Call<'_>, body: &Map<String, Value>) -> Result<(Document, Option<String>), Refusal> {
    let name = body["name"].as_str().unwrap_or_default();
    check_name(call, body)?;
    if find(call, name)?.is_some() {
        return Err(Refusal::conflict(format!("Key pair '{name}' already exists.")));
    }
    let kind = body.get("type").and_then(Value::as_str).unwrap_or("ssh");
    if kind != "ssh" {
        return Err(Refusal::bad_request(
            "Keypair data is invalid: the local cloud keeps SSH keys only",
        ));
    }
    let (public, private) = match body.get("public_key").and_then(Value::as_str) {
        Some(public) => (public.to_string(), None),
        None => generate()?,
    };
    let fields = json!({
        "name": name, "public_key": public, "fingerprint": fingerprint(&public)?, "type": kind,
        "created_at": call.now.micros_without_zone(),
    });
    Ok((Document::of(KEYPAIR.name, &call.who.user, name, fields), private))
}

fn check_name(call: &Call<'_>, body: &Map<String, Value>) -> Result<(), Refusal> {
    let name = body["name"].as_str().unwrap_or_default();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ');
    let is_wider = |c: char| is_plain(c) || matches!(c, '@' | '.');
    let (fits, characters) = if call.version < (2, 92) {
        (
            name.chars().all(is_plain),
            "[_- 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ]",
        )
    } else {
        (
            name.chars().all(is_wider),
            "[@._- 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ]",
        )
    };
    if fits {
        return name::check(body.get("name"));
    }
    Err(Refusal::bad_request(format!(
        "An invalid 'name' value was provided. The name must be: Only expected characters: {characters}"
    )))
}

/// A new key: its public half, and its private half in OpenSSH's format. Nova makes RSA keys; these
/// are Ed25519, because no maintained Rust library makes RSA keys in constant time.
fn generate() -> Result<(String, Option<String>), Refusal> {
    let failed =
        |error: ssh_key::Error| Refusal::new(500, format!("no key was generated: {error}"));
    let mut key = PrivateKey::random(&mut OsRng, Algorithm::Ed25519).map_err(failed)?;
    key.set_comment("Generated-by-Nova");
    let public = key.public_key().to_openssh().map_err(failed)?;
    let private = key.to_openssh(LineEnding::LF).map_err(failed)?;
    Ok((public, Some(private.to_string())))
}

/// MD5 of the key, as pairs of digits with colons.
fn fingerprint(public: &str) -> Result<String, Refusal> {
    use md5::Digest;
    let invalid =
        || Refusal::bad_request("Keypair data is invalid: failed to generate fingerprint");
    let key = PublicKey::from_openssh(public).map_err(|_| invalid())?;
    let bytes = key.to_bytes().map_err(|_| invalid())?;
    let pairs: Vec<_> = md5::Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(pairs.join(":"))
}
