//! Logging in: who proves to be whom, and for which project.

use serde_json::{Value, json};

use super::{DOMAIN, application_credential, expected, people, token};
use crate::call::{Call, Refusal, Who};
use crate::check::{Member, Shape, TEXT};
use crate::store::Document;
use crate::time::Moment;

/// A login that succeeded.
pub(super) struct Login {
    pub(super) methods: Vec<String>,
    pub(super) who: Who,
    /// What the token says about the application credential it was given out for.
    pub(super) application_credential: Value,
    /// When the login ends that this one continues.
    pub(super) expires: Option<Moment>,
}

/// What a login is written in, as far as Keystone looks before it reads it.
const AUTH: Shape = Shape::Open(&[
    Member::new(
        "identity",
        Shape::Open(&[
            Member::new(
                "methods",
                Shape::List { of: &TEXT, min: 0, max: usize::MAX, unique: false },
            )
            .required(),
            Member::new("password", Shape::Open(&[Member::new("user", USER)])),
            Member::new("token", Shape::Open(&[Member::new("id", TEXT).required()])),
        ]),
    )
    .required(),
    Member::new("scope", Shape::Types(&[SCOPE, TEXT])),
]);

const USER: Shape = Shape::Open(&[
    Member::new("id", TEXT),
    Member::new("name", TEXT),
    Member::new("password", TEXT),
    Member::new("domain", ID_OR_NAME),
]);

const SCOPE: Shape = Shape::Open(&[
    Member::new(
        "project",
        Shape::Open(&[
            Member::new("id", TEXT),
            Member::new("name", TEXT),
            Member::new("domain", ID_OR_NAME),
        ]),
    ),
    Member::new("domain", ID_OR_NAME),
]);

const ID_OR_NAME: Shape = Shape::Open(&[Member::new("id", TEXT), Member::new("name", TEXT)]);

/// Reads the body of `POST /auth/tokens` and checks what it claims.
pub(super) fn read(call: &Call<'_>) -> Result<Login, Refusal> {
    if !call.body.is_object() && !call.body.is_null() {
        return Err(super::malformed());
    }
    let auth = call.body.get("auth").ok_or_else(|| expected("auth", "request body"))?;
    super::check_below(call, "auth", &AUTH)?;
    let identity = &auth["identity"];
    let methods = identity["methods"].as_array().into_iter().flatten();
    let methods: Vec<String> = methods.filter_map(Value::as_str).map(Into::into).collect();
    let mut proofs = Vec::new();
    for method in &methods {
        let proof = identity.get(method).ok_or_else(|| expected(method, "identity"))?;
        proofs.push((method.as_str(), proof));
    }
    let scope = auth.get("scope").filter(|scope| scope.is_object());
    let mut login = None;
    for (method, proof) in proofs {
        login = Some(match method {
            "password" => by_password(call, proof, scope)?,
            "token" => by_token(call, proof, scope)?,
            "application_credential" => by_application_credential(call, proof)?,
            _ => {
                let message = "Attempted to authenticate with an unsupported method.";
                let methods = json!({ "methods": ["password", "token", "application_credential"] });
                return Err(Refusal::new(401, message).extra("identity", methods));
            }
        });
    }
    let mut login = login.ok_or_else(Refusal::unauthorized)?;
    login.methods = methods;
    Ok(login)
}

fn by_password(call: &Call<'_>, proof: &Value, scope: Option<&Value>) -> Result<Login, Refusal> {
    let claimed = proof.get("user").ok_or_else(|| expected("user", "None"))?;
    let user = find_user(call, claimed)?.ok_or_else(Refusal::unauthorized)?;
    let password = claimed.get("password").and_then(Value::as_str);
    if password != Some(user.text("password")) || user.get("enabled") != true {
        return Err(Refusal::unauthorized());
    }
    scoped(call, &user, scope)
}

fn by_token(call: &Call<'_>, proof: &Value, scope: Option<&Value>) -> Result<Login, Refusal> {
    let id = proof["id"].as_str().unwrap_or_default();
    let token = token::find(call.transaction, id, call.now)?
        .ok_or_else(|| Refusal::not_found("Could not recognize Fernet token"))?;
    let user = call.transaction.find(people::USER.name, token.text("user"))?;
    let mut login = scoped(call, &user.ok_or_else(Refusal::unauthorized)?, scope)?;
    login.expires = token.get("expires").as_i64().map(Moment);
    Ok(login)
}

fn by_application_credential(call: &Call<'_>, proof: &Value) -> Result<Login, Refusal> {
    let credential = application_credential::proven(call, proof)?;
    let user = call.transaction.find(people::USER.name, &credential.owner)?;
    let user = user.filter(|user| user.get("enabled") == true).ok_or_else(Refusal::unauthorized)?;
    let project = find_project(call, &json!({ "id": credential.get("project_id") }))?
        .ok_or_else(Refusal::unauthorized)?;
    let roles = credential.get("roles").as_array().into_iter().flatten();
    let roles = roles.filter_map(|role| role["name"].as_str()).map(str::to_string).collect();
    Ok(Login {
        methods: Vec::new(),
        who: who(&user, Some(&project), roles),
        application_credential: json!({
            "id": credential.id,
            "name": credential.get("name"),
            "restricted": credential.get("unrestricted") != true,
        }),
        expires: None,
    })
}

/// The login of a user for the project that the scope names; for none without a scope.
fn scoped(call: &Call<'_>, user: &Document, scope: Option<&Value>) -> Result<Login, Refusal> {
    let login = |who| Login {
        methods: Vec::new(),
        who,
        application_credential: Value::Null,
        expires: None,
    };
    let Some(scope) = scope else { return Ok(login(who(user, None, Vec::new()))) };
    let claimed = scope.get("project").ok_or_else(Refusal::unauthorized)?;
    let project = find_project(call, claimed)?.ok_or_else(Refusal::unauthorized)?;
    let roles = people::roles_of(user, &project.id).ok_or_else(Refusal::unauthorized)?;
    Ok(login(who(user, Some(&project), roles)))
}

fn who(user: &Document, project: Option<&Document>, roles: Vec<String>) -> Who {
    Who {
        user: user.id.clone(),
        user_name: user.text("name").into(),
        project: project.map(|project| project.id.clone()).unwrap_or_default(),
        project_name: project.map(|project| project.text("name").into()).unwrap_or_default(),
        roles,
        restricted: false,
    }
}

/// The user that `{"id": ...}` or `{"name": ..., "domain": ...}` means.
pub(super) fn find_user(call: &Call<'_>, claimed: &Value) -> Result<Option<Document>, Refusal> {
    find(call, people::USER.name, claimed)
}

fn find_project(call: &Call<'_>, claimed: &Value) -> Result<Option<Document>, Refusal> {
    let found = find(call, people::PROJECT.name, claimed)?;
    Ok(found.filter(|project| project.get("enabled") == true))
}

fn find(call: &Call<'_>, kind: &'static str, claimed: &Value) -> Result<Option<Document>, Refusal> {
    if let Some(id) = claimed.get("id").and_then(Value::as_str) {
        return Ok(call.transaction.find(kind, id)?);
    }
    let Some(name) = claimed.get("name").and_then(Value::as_str) else { return Ok(None) };
    let Some(domain) = claimed.get("domain") else {
        return Err(expected("domain", kind));
    };
    let domain = domain.get("id").or_else(|| domain.get("name")).and_then(Value::as_str);
    if !domain.is_some_and(|domain| domain.eq_ignore_ascii_case(DOMAIN)) {
        return Ok(None);
    }
    // Keystone compares names as its database does: without regard to case.
    let named = call.transaction.all(kind, None)?;
    Ok(named.into_iter().find(|document| document.text("name").eq_ignore_ascii_case(name)))
}
