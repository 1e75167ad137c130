//! Tokens: given out for a login, presented with every request.

use serde_json::{Value, json};

use super::{catalog, hex, login, people};
use crate::call::{Call, Refusal, Reply, Who};
use crate::service::{Handler, Route};
use crate::store::{Document, Transaction};
use crate::time::Moment;

/// How long a token is good for.
const LIFETIME: std::time::Duration = std::time::Duration::from_secs(24 * 3600);

const KIND: &str = "token";

/// What all tokens begin with.
const START: &str = "gAAAAA";

pub(super) const ROUTES: &[Route] = &[
    Route::post("/auth/tokens", Handler::Write(create)).open(),
    Route::get("/auth/tokens", Handler::Read(show)),
    Route::delete("/auth/tokens", Handler::Write(revoke)),
];

/// Who a token belongs to, if it is good.
pub(crate) fn who(
    transaction: &Transaction<'_>,
    token: &str,
    now: Moment,
) -> Result<Option<Who>, Refusal> {
    let Some(token) = find(transaction, token, now)? else { return Ok(None) };
    let roles = token.get("roles").as_array().into_iter().flatten();
    Ok(Some(Who {
        user: token.text("user").into(),
        user_name: token.text("user_name").into(),
        project: token.text("project").into(),
        project_name: token.text("project_name").into(),
        roles: roles.filter_map(Value::as_str).map(str::to_string).collect(),
        restricted: token.get("application_credential")["restricted"] == true,
    }))
}

/// A token that has not expired.
pub(super) fn find(
    transaction: &Transaction<'_>,
    token: &str,
    now: Moment,
) -> Result<Option<Document>, Refusal> {
    let found = transaction.find(KIND, token)?;
    Ok(found.filter(|token| token.get("expires").as_i64().is_some_and(|expires| expires > now.0)))
}

/// Makes a token one that has expired, whoever has it.
pub(crate) fn expire(transaction: &Transaction<'_>, token: &str) -> Result<(), Refusal> {
    if let Some(mut token) = transaction.find(KIND, token)? {
        token.set("expires", 0);
        transaction.update(&token)?;
    }
    Ok(())
}

/// `POST /auth/tokens`
fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let login = login::read(call)?;
    let secret = format!("{START}{}{}{}", hex(), hex(), hex());
    let expires = login.expires.unwrap_or_else(|| call.now.after(LIFETIME));
    let mut token = Document::of(
        KIND,
        "",
        &secret,
        json!({
            "methods": login.methods, "user": login.who.user, "user_name": login.who.user_name,
            "project": login.who.project, "project_name": login.who.project_name,
            "roles": login.who.roles, "issued": call.now.0, "expires": expires.0,
            "application_credential": login.application_credential, "audit": audit_id(),
        }),
    );
    // Every command logs in anew: nobody shall find all those tokens here for ever.
    token.gone_later(expires);
    call.transaction.insert(&token)?;
    let body = json!({ "token": view(call, &token)? });
    Ok(Reply::new(201, body).header("x-subject-token", secret))
}

/// `GET /auth/tokens`
fn show(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let token = subject(call, "validate_token")?;
    let reply = Reply::ok(json!({ "token": view(call, &token)? }));
    Ok(reply.header("x-subject-token", token.id))
}

/// `DELETE /auth/tokens`
fn revoke(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let token = subject(call, "revoke_token")?;
    call.transaction.remove(&token)?;
    Ok(Reply::empty(204))
}

/// The token that is asked about.
fn subject(call: &Call<'_>, permission: &str) -> Result<Document, Refusal> {
    let text = call.headers.get("x-subject-token").and_then(|token| token.to_str().ok());
    if text.is_none() {
        return Err(people::lacks(permission));
    }
    let text = text.unwrap_or_default();
    let token = find(call.transaction, text, call.now)?;
    let token = token.ok_or_else(|| {
        let is_known = text.starts_with(START);
        Refusal::not_found(if is_known {
            "Failed to validate token"
        } else {
            "Could not recognize Fernet token"
        })
    })?;
    if token.text("user") != call.who.user && !call.who.is_admin() {
        return Err(people::lacks(permission));
    }
    Ok(token)
}

/// What a token is known by where it must not be shown itself.
fn audit_id() -> String {
    use base64::Engine;
    let id = uuid::Uuid::new_v4();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(id.as_bytes())
}

fn view(call: &Call<'_>, token: &Document) -> Result<Value, Refusal> {
    let domain = people::domain();
    let time = |field: &str| Moment(token.get(field).as_i64().unwrap_or_default()).micros();
    let mut view = json!({
        "methods": token.get("methods"),
        "user": {
            "domain": domain, "id": token.get("user"), "name": token.get("user_name"),
            "password_expires_at": null,
        },
        "audit_ids": [token.get("audit")],
        "expires_at": time("expires"),
        "issued_at": time("issued"),
    });
    if !token.text("project").is_empty() {
        view["project"] = json!({
            "domain": domain, "id": token.get("project"), "name": token.get("project_name"),
        });
        view["is_domain"] = false.into();
        let mut roles = Vec::new();
        for name in token.get("roles").as_array().into_iter().flatten() {
            let name = name.as_str().unwrap_or_default();
            let role = call.transaction.named("role", name)?;
            let id = role.first().map(|role| role.id.clone());
            roles.push(json!({ "id": id, "name": name }));
        }
        view["roles"] = roles.into();
        if !call.query.iter().any(|(name, _)| name == "nocatalog") {
            view["catalog"] = catalog::catalog(&call.origin, token.text("project"));
        }
    }
    if let Value::Object(credential) = token.get("application_credential") {
        view["application_credential"] = credential.clone().into();
    }
    Ok(view)
}
