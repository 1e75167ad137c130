//! Who there is: domains, projects, users, roles, regions. They come with the cloud, and are not
//! made by its users: at Infomaniak the account's own manager does that.

use serde_json::{Value, json};

use super::{DOMAIN, ROLES};
use crate::call::{Call, Refusal, Reply};
use crate::check::truth;
use crate::kind::{self, Field, Filter, Kind, Listing, Pages, Scope};
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/auth/projects", Handler::Read(own_projects)),
    Route::get("/users/{id}/projects", Handler::Read(projects_of_user)),
    Route::get("/auth/domains", Handler::Read(no_domains)),
    Route::get("/auth/system", Handler::Read(no_system)),
    Route::get("/role_assignments", Handler::Read(assignments)),
    Route::get("/projects", Handler::Read(|call| list(call, &PROJECT))),
    Route::get("/projects/{id}", Handler::Read(|call| show(call, &PROJECT, is_own_project))),
    Route::get("/users", Handler::Read(|call| list(call, &USER))),
    Route::get("/users/{id}", Handler::Read(|call| show(call, &USER, is_own_user))),
    Route::get("/roles", Handler::Read(|call| list(call, &ROLE))),
    Route::get("/roles/{id}", Handler::Read(|call| show(call, &ROLE, |_, _| false))),
    Route::get("/domains", Handler::Read(|call| list(call, &DOMAINS))),
    Route::get("/domains/{id}", Handler::Read(|call| show(call, &DOMAINS, is_the_domain))),
    Route::post("/projects", Handler::Read(|_| Err(lacks("create_project")))),
    Route::patch("/projects/{id}", Handler::Read(|_| Err(lacks("update_project")))),
    Route::delete("/projects/{id}", Handler::Read(|_| Err(lacks("delete_project")))),
    Route::post("/users", Handler::Read(|_| Err(lacks("create_user")))),
    Route::patch("/users/{id}", Handler::Read(|_| Err(lacks("update_user")))),
    Route::delete("/users/{id}", Handler::Read(|_| Err(lacks("delete_user")))),
    Route::post("/roles", Handler::Read(|_| Err(lacks("create_role")))),
    Route::patch("/roles/{id}", Handler::Read(|_| Err(lacks("update_role")))),
    Route::delete("/roles/{id}", Handler::Read(|_| Err(lacks("delete_role")))),
    Route::get("/regions", Handler::List(&REGION)),
    Route::get("/regions/{id}", Handler::Show(&REGION)),
];

pub(super) static PROJECT: Kind = Kind {
    fields: &[
        Field::made("id", id),
        Field::new("name"),
        Field::new("domain_id"),
        Field::new("description"),
        Field::new("enabled"),
        Field::new("parent_id"),
        Field::new("is_domain"),
        Field::new("tags"),
        Field::new("options"),
        Field::made("links", |call, document| links(call, "projects", document)),
    ],
    missing: |id| Refusal::not_found(format!("Could not find project: {id}.")),
    ..described("project", "project", "projects", "/projects")
};

pub(super) static USER: Kind = Kind {
    fields: &[
        Field::made("id", id),
        Field::new("name"),
        Field::new("domain_id"),
        Field::new("enabled"),
        Field::new("password_expires_at"),
        Field::new("options"),
        Field::made("links", |call, document| links(call, "users", document)),
    ],
    missing: |id| Refusal::not_found(format!("Could not find user: {id}.")),
    ..described("user", "user", "users", "/users")
};

pub(super) static ROLE: Kind = Kind {
    fields: &[
        Field::made("id", id),
        Field::new("name"),
        Field::new("domain_id"),
        Field::new("description"),
        Field::new("options"),
        Field::made("links", |call, document| links(call, "roles", document)),
    ],
    missing: |id| Refusal::not_found(format!("Could not find role: {id}.")),
    ..described("role", "role", "roles", "/roles")
};

pub(super) static DOMAINS: Kind = Kind {
    fields: &[
        Field::made("id", id),
        Field::new("name"),
        Field::new("description"),
        Field::new("enabled"),
        Field::new("tags"),
        Field::new("options"),
        Field::made("links", |call, document| links(call, "domains", document)),
    ],
    missing: |id| Refusal::not_found(format!("Could not find domain: {id}.")),
    ..described("domain", "domain", "domains", "/domains")
};

pub(super) static REGION: Kind = Kind {
    fields: &[
        Field::made("id", id),
        Field::new("description"),
        Field::new("parent_region_id"),
        Field::made("links", |call, document| links(call, "regions", document)),
    ],
    missing: |id| Refusal::not_found(format!("Could not find region: {id}.")),
    ..described("region", "region", "regions", "/regions")
};

const FILTERS: &[Filter] =
    &[Filter::equal("name"), Filter::equal("enabled"), Filter::equal("domain_id")];

/// What all of Keystone's kinds have in common.
pub(super) const fn described(
    name: &'static str,
    one: &'static str,
    many: &'static str,
    path: &'static str,
) -> Kind {
    Kind {
        name,
        one,
        many,
        scope: Scope::All,
        missing: |id| Refusal::not_found(id),
        fields: &[],
        brief: &[],
        listing: Listing {
            filters: FILTERS,
            check: |_| Ok(()),
            order: kind::newest_first,
            pages: Pages::Keystone,
            path,
        },
        create: None,
        update: None,
        delete: None,
    }
}

pub(super) fn id(_: &Call<'_>, document: &Document) -> Value {
    document.id.clone().into()
}

fn links(call: &Call<'_>, collection: &str, document: &Document) -> Value {
    json!({ "self": call.url(&format!("/{collection}/{}", document.id)) })
}

/// The roles a user was given in a project, if any.
fn given_roles<'u>(user: &'u Document, project: &str) -> Option<Vec<&'u str>> {
    let roles = user.get("projects").get(project)?.as_array()?;
    Some(roles.iter().filter_map(Value::as_str).collect())
}

/// The roles a user has in a project, with those that come with them, if any.
pub(super) fn roles_of(user: &Document, project: &str) -> Option<Vec<String>> {
    given_roles(user, project).map(with_implied)
}

/// These roles, and those that come with them.
pub(super) fn with_implied(given: Vec<&str>) -> Vec<String> {
    let implied = ROLES.iter().filter(|(name, _)| given.contains(name)).flat_map(|(_, all)| *all);
    let mut roles: Vec<String> = Vec::new();
    for role in given.iter().chain(implied) {
        if !roles.iter().any(|known| known == role) {
            roles.push((*role).to_string());
        }
    }
    roles
}

/// Administrators may see them all; others are told which permission they lack.
fn list(call: &mut Call<'_>, kind: &Kind) -> Result<Reply, Refusal> {
    if !call.who.is_admin() {
        return Err(lacks(&format!("list_{}", kind.many)));
    }
    kind::list(call, kind)
}

/// Administrators may see any, others what `own` says is theirs.
fn show(
    call: &mut Call<'_>,
    kind: &Kind,
    own: fn(&Call<'_>, &str) -> bool,
) -> Result<Reply, Refusal> {
    let id = call.segment("id");
    if !call.who.is_admin() && !own(call, id) {
        // Keystone looks first and asks for permission then.
        return Err(lacks(&format!("get_{}", kind.one)));
    }
    kind::show(call, kind)
}

fn is_own_project(call: &Call<'_>, id: &str) -> bool {
    id == call.who.project
}

fn is_the_domain(_: &Call<'_>, id: &str) -> bool {
    id == DOMAIN
}

fn is_own_user(call: &Call<'_>, id: &str) -> bool {
    id == call.who.user
}

pub(super) fn lacks(permission: &str) -> Refusal {
    Refusal::forbidden(format!(
        "You are not authorized to perform the requested action: identity:{permission}."
    ))
}

/// `GET /auth/projects`
fn own_projects(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    projects(call, &call.who.user, "/auth/projects")
}

/// `GET /users/{id}/projects`
fn projects_of_user(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let id = call.segment("id");
    if id != call.who.user && !call.who.is_admin() {
        return Err(lacks("list_user_projects"));
    }
    projects(call, id, &format!("/users/{id}/projects"))
}

fn projects(call: &Call<'_>, user: &str, path: &str) -> Result<Reply, Refusal> {
    let user = USER.find(call, user)?;
    let mut projects = Vec::new();
    for id in user.get("projects").as_object().into_iter().flat_map(|projects| projects.keys()) {
        projects.push(PROJECT.view(call, &PROJECT.find(call, id)?));
    }
    let links = json!({ "next": null, "self": call.url(path), "previous": null });
    Ok(Reply::ok(json!({ "projects": projects, "links": links })))
}

/// `GET /auth/domains`: nobody has a role in the domain itself.
fn no_domains(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let links = json!({ "next": null, "self": call.url("/auth/domains"), "previous": null });
    Ok(Reply::ok(json!({ "domains": [], "links": links })))
}

/// `GET /auth/system`: nor over the cloud itself.
fn no_system(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    Ok(Reply::ok(json!({ "system": [], "links": { "self": call.url("/auth/system") } })))
}

/// `GET /role_assignments`: who has which role in which project.
fn assignments(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    if !call.who.is_admin() {
        return Err(lacks("list_role_assignments"));
    }
    let named = call.parameter("include_names").is_some_and(|wish| truth(&wish.into()));
    let wanted = |name: &str, id: &str| call.parameter(name).is_none_or(|wanted| wanted == id);
    let brief = |document: &Document, domain: Value| -> Value {
        if !named {
            return json!({ "id": document.id });
        }
        let mut brief = json!({ "id": document.id, "name": document.get("name") });
        if !domain.is_null() {
            brief["domain"] = domain;
        }
        brief
    };
    let mut assignments = Vec::new();
    for user in call.transaction.all(USER.name, None)? {
        if !wanted("user.id", &user.id) {
            continue;
        }
        for id in user.get("projects").as_object().into_iter().flat_map(|all| all.keys()) {
            let project = PROJECT.find(call, id)?;
            if !wanted("scope.project.id", id) {
                continue;
            }
            for name in given_roles(&user, id).unwrap_or_default() {
                let roles = call.transaction.named(ROLE.name, name)?;
                for role in roles.iter().filter(|role| wanted("role.id", &role.id)) {
                    let path = format!("/projects/{id}/users/{}/roles/{}", user.id, role.id);
                    assignments.push(json!({
                        "links": { "assignment": call.url(&path) },
                        "scope": { "project": brief(&project, domain()) },
                        "user": brief(&user, domain()),
                        "role": brief(role, Value::Null),
                    }));
                }
            }
        }
    }
    let links = json!({ "next": null, "self": kind::own_address(call), "previous": null });
    Ok(Reply::ok(json!({ "role_assignments": assignments, "links": links })))
}

/// The domain as a part of other things.
pub(super) fn domain() -> Value {
    json!({ "id": DOMAIN, "name": "Default" })
}
