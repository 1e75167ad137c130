//! Application credentials: a user's power over one project, for programs.

use serde_json::{Map, Value, json};

use super::{hex, people};
use crate::call::{Call, Refusal, Reply};
use crate::check::{Member, NAME, Shape, TEXT};
use crate::kind::{self, Create, Delete, Field, Filter, Kind, Listing, Scope};
use crate::seed::insert;
use crate::service::{Handler, Route};
use crate::store::{Document, Transaction};
use crate::time::Moment;

const COLLECTION: &str = "/users/{user}/application_credentials";
const ONE: &str = "/users/{user}/application_credentials/{id}";

pub(super) const ROUTES: &[Route] = &[
    Route::get(COLLECTION, Handler::Read(|call| own(call, "list", kind::list))),
    Route::post(COLLECTION, Handler::Write(|call| own(call, "create", kind::create))),
    Route::get(ONE, Handler::Read(|call| own(call, "get", kind::show))),
    Route::delete(ONE, Handler::Write(|call| own(call, "delete", kind::delete))),
];

static APPLICATION_CREDENTIAL: Kind = Kind {
    scope: Scope::User,
    missing: |id| Refusal::not_found(format!("Could not find Application Credential: {id}.")),
    fields: &[
        Field::made("id", people::id),
        Field::new("name"),
        Field::new("description"),
        Field::made("user_id", |_, document| document.owner.clone().into()),
        Field::new("project_id"),
        Field::made("system", |_, _| Value::Null),
        Field::new("expires_at"),
        Field::new("unrestricted"),
        Field::new("roles"),
        Field::made("links", links),
    ],
    listing: Listing {
        filters: &[Filter::equal("name")],
        ..people::described("", "", "", "").listing
    },
    create: Some(Create {
        status: 201,
        body: &Shape::Object(&[Member::new("application_credential", BODY).required()]),
        quota: None,
        make,
        answer: Some(with_secret),
    }),
    delete: Some(Delete::AT_ONCE),
    ..people::described(
        "application_credential",
        "application_credential",
        "application_credentials",
        "/application_credentials",
    )
};

const BODY: Shape = Shape::Open(BODY_MEMBERS);

const BODY_MEMBERS: &[Member] = &[
    Member::new("name", NAME).required(),
    Member::new("description", Shape::Types(&[TEXT, Shape::Null])),
    Member::new("secret", Shape::Types(&[TEXT, Shape::Null])),
    Member::new("expires_at", Shape::Types(&[TEXT, Shape::Null])),
    Member::new("unrestricted", Shape::OneOf(&[Shape::Boolean, Shape::Null])),
    Member::new(
        "roles",
        Shape::List {
            of: &Shape::Object(&[Member::new("id", NAME), Member::new("name", NAME)]),
            min: 0,
            max: usize::MAX,
            unique: false,
        },
    ),
    Member::new("project_id", NAME),
    Member::new("access_rules", Shape::List { of: &Shape::Any, min: 0, max: 0, unique: false }),
];

/// Lets `serve` answer if the path is about the caller.
fn own(
    call: &mut Call<'_>,
    verb: &str,
    serve: fn(&mut Call<'_>, &Kind) -> Result<Reply, Refusal>,
) -> Result<Reply, Refusal> {
    if call.segment("user") != call.who.user {
        let many = if verb == "list" { "s" } else { "" };
        return Err(people::lacks(&format!("{verb}_application_credential{many}")));
    }
    if call.who.restricted && matches!(verb, "create" | "delete") {
        return Err(Refusal::forbidden(
            "You are not authorized to perform the requested action: Using method \
             'application_credential' is not allowed for managing additional application \
             credentials..",
        ));
    }
    serve(call, &APPLICATION_CREDENTIAL)
}

fn links(call: &Call<'_>, document: &Document) -> Value {
    json!({ "self": call.url(&format!("/application_credentials/{}", document.id)) })
}

fn make(call: &mut Call<'_>, mut body: Map<String, Value>) -> Result<Document, Refusal> {
    let name = body["name"].as_str().unwrap_or_default();
    let same = call.transaction.named(APPLICATION_CREDENTIAL.name, name)?;
    if same.iter().any(|other| other.owner == call.who.user) {
        return Err(Refusal::conflict(format!(
            "Conflict occurred attempting to store application_credential - Duplicate entry found \
             with name {name}."
        )));
    }
    let known = |name: &&String| BODY_MEMBERS.iter().any(|member| member.name == name.as_str());
    if let Some(unknown) = body.keys().find(|name| !known(name)) {
        return Err(Refusal::bad_request(format!(
            "'{unknown}' is an invalid keyword argument for ApplicationCredentialModel"
        )));
    }
    let roles = roles(call, body.get("roles"))?;
    let expires = match body.get("expires_at").and_then(Value::as_str) {
        Some(text) => Some(expiry(call, text)?),
        None => None,
    };
    let secret = match body.remove("secret") {
        Some(Value::String(secret)) => secret,
        _ => secret(),
    };
    let fields = json!({
        "name": body["name"],
        "description": body.get("description"),
        "project_id": call.who.project,
        "expires_at": expires.map(Moment::micros_without_zone),
        "expires": expires.map(|moment| moment.0),
        "unrestricted": body.get("unrestricted"),
        "roles": roles,
        "secret": secret,
    });
    Ok(Document::of(APPLICATION_CREDENTIAL.name, &call.who.user, &hex(), fields))
}

/// The roles that were asked for, all of which the caller has to have; without a wish, all of them.
fn roles(call: &Call<'_>, asked: Option<&Value>) -> Result<Vec<Value>, Refusal> {
    let asked = asked.and_then(Value::as_array).filter(|asked| !asked.is_empty());
    let Some(asked) = asked else {
        let names = call.who.roles.iter();
        return names.map(|name| role(call, &json!({ "name": name }))).collect();
    };
    let mut roles = Vec::new();
    for wish in asked {
        let role = role(call, wish)?;
        let name = role["name"].as_str().unwrap_or_default();
        if !call.who.roles.iter().any(|own| own == name) {
            return Err(Refusal::bad_request(
                "Invalid application credential: Cannot create an application credential with \
                 unassigned role",
            ));
        }
        roles.push(role);
    }
    Ok(roles)
}

/// A role as it stands in a credential.
fn role(call: &Call<'_>, wish: &Value) -> Result<Value, Refusal> {
    let name = wish["name"].as_str().unwrap_or_default();
    let found = match wish["id"].as_str() {
        Some(id) => call.transaction.find(people::ROLE.name, id)?,
        None => call.transaction.named(people::ROLE.name, name)?.into_iter().next(),
    };
    let role = found.ok_or_else(|| Refusal::not_found(format!("Role {name} is not defined")))?;
    let mut view = people::ROLE.view(call, &role);
    if let Some(view) = view.as_object_mut() {
        view.shift_remove("links");
    }
    Ok(view)
}

fn expiry(call: &Call<'_>, text: &str) -> Result<Moment, Refusal> {
    let moment =
        Moment::parse(text).ok_or_else(|| super::incorrect("Timestamp not in expected format."))?;
    if moment <= call.now {
        return Err(super::incorrect("The 'expires_at' must not be before now."));
    }
    Ok(moment)
}

/// The answer to a creation: the only one that has the secret in it.
fn with_secret(call: &Call<'_>, document: &Document) -> Reply {
    let mut view = APPLICATION_CREDENTIAL.view(call, document);
    view["secret"] = document.get("secret").clone();
    Reply::wrapped(201, "application_credential", view)
}

/// The credential that a login proves to know.
pub(super) fn proven(call: &Call<'_>, proof: &Value) -> Result<Document, Refusal> {
    if call.body["auth"].get("scope").is_some() {
        return Err(Refusal::new(
            401,
            "Error authenticating with application credential: Application credentials cannot \
             request a scope.",
        )
        .extra("identity", json!({})));
    }
    let credential = find(call, proof)?;
    let expires = credential.get("expires").as_i64();
    let good = proof.get("secret") == Some(credential.get("secret"));
    if !good || expires.is_some_and(|expires| expires <= call.now.0) {
        return Err(Refusal::unauthorized());
    }
    Ok(credential)
}

/// By id, or by name and user.
fn find(call: &Call<'_>, proof: &Value) -> Result<Document, Refusal> {
    let text = |name: &str| proof.get(name).and_then(Value::as_str);
    let unknown =
        |what: &str| Refusal::not_found(format!("Could not find Application Credential: {what}."));
    if let Some(id) = text("id") {
        let found = call.transaction.find(APPLICATION_CREDENTIAL.name, id)?;
        return found.ok_or_else(|| unknown(id));
    }
    let name = text("name").unwrap_or_default();
    let claimed = proof.get("user").ok_or_else(Refusal::unauthorized)?;
    let user = super::login::find_user(call, claimed)?.ok_or_else(Refusal::unauthorized)?;
    let named = call.transaction.named(APPLICATION_CREDENTIAL.name, name)?;
    named.into_iter().find(|found| found.owner == user.id).ok_or_else(|| unknown(name))
}

/// A new secret: 64 random bytes, as many as Keystone's have.
pub(crate) fn secret() -> String {
    use base64::Engine;
    let bytes: Vec<u8> = (0..4).flat_map(|_| uuid::Uuid::new_v4().into_bytes()).collect();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Makes the credential that a fresh cloud has; its id.
pub(crate) fn seed_application_credential(
    transaction: &Transaction<'_>,
    tenant: &super::Seeded,
    secret: &str,
) -> rusqlite::Result<String> {
    let mut roles = Vec::new();
    for name in people::with_implied(vec!["member"]) {
        for role in transaction.named(people::ROLE.name, &name)? {
            roles.push(json!({
                "id": role.id, "name": name, "domain_id": null, "description": null,
                "options": role.get("options"),
            }));
        }
    }
    let id = hex();
    let fields = json!({
        "name": "local", "description": "comes with the local cloud", "roles": roles,
        "project_id": tenant.project, "expires_at": null, "unrestricted": null, "secret": secret,
    });
    insert(transaction, APPLICATION_CREDENTIAL.name, &tenant.user, &id, fields)?;
    Ok(id)
}
