//! Server groups: which instances shall, or shall not, share a host. Here is just one host.

use serde_json::{Map, Value, json};

use super::name;
use super::query::{self, Query};
use super::server::SERVER;
use crate::call::{Call, Refusal};
use crate::check::{Member, NAME, Shape};
use crate::kind::{self, Create, Delete, Field, Kind, Listing, Pages, Scope};
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/os-server-groups", Handler::List(&SERVER_GROUP)),
    Route::post("/os-server-groups", Handler::Create(&SERVER_GROUP)),
    Route::get("/os-server-groups/{id}", Handler::Show(&SERVER_GROUP)),
    Route::delete("/os-server-groups/{id}", Handler::Delete(&SERVER_GROUP)),
];

pub(super) static SERVER_GROUP: Kind = Kind {
    name: "server_group",
    one: "server_group",
    many: "server_groups",
    scope: Scope::Project,
    missing: |id| Refusal::not_found(format!("Instance group {id} could not be found.")),
    fields: &[
        Field::made("id", |_, group| group.id.clone().into()),
        Field::new("name"),
        Field::made("policies", |_, group| json!([group.get("policy")])).until(2, 64),
        Field::made("metadata", |_, _| json!({})).until(2, 64),
        Field::new("policy").since(2, 64),
        Field::new("rules").since(2, 64),
        Field::made("members", members),
        Field::made("project_id", |_, group| group.owner.clone().into()).since(2, 13),
        Field::new("user_id").since(2, 13),
    ],
    brief: &[],
    listing: Listing {
        filters: &[],
        check: |call| QUERY.check(call),
        order: kind::newest_first,
        pages: Pages::None,
        path: "/os-server-groups",
    },
    create: Some(Create {
        status: 200,
        body: &Shape::Object(&[Member::new("server_group", BODY).required()]),
        quota: Some("server_groups"),
        make,
        answer: None,
    }),
    update: None,
    delete: Some(Delete::AT_ONCE),
};

const QUERY: Query = Query {
    parameters: &[query::number("limit"), query::number("offset"), query::text("all_projects")],
    underscores: false,
};

const BODY: Shape = Shape::Object(&[
    Member::new("name", NAME).required(),
    Member::new("policies", one_of(&HARD)).until(2, 15).required(),
    Member::new("policies", one_of(&ALL)).since(2, 15).until(2, 64).required(),
    Member::new("policy", ALL).since(2, 64).required(),
    Member::new("rules", RULES).since(2, 64),
]);
const HARD: Shape = Shape::Words(&["anti-affinity", "affinity"]);
const ALL: Shape =
    Shape::Words(&["anti-affinity", "affinity", "soft-anti-affinity", "soft-affinity"]);
const RULES: Shape =
    Shape::Object(&[Member::new("max_server_per_host", Shape::Integer { min: 1, max: i64::MAX })]);

const fn one_of(words: &'static Shape) -> Shape {
    Shape::List { of: words, min: 1, max: 1, unique: true }
}

fn make(call: &mut Call<'_>, body: Map<String, Value>) -> Result<Document, Refusal> {
    name::check(body.get("name"))?;
    let policy = body.get("policy").or_else(|| body.get("policies").and_then(|all| all.get(0)));
    let rules = body.get("rules").cloned().unwrap_or_else(|| json!({}));
    if rules.get("max_server_per_host").is_some()
        && policy.and_then(Value::as_str) != Some("anti-affinity")
    {
        return Err(Refusal::bad_request("Only anti-affinity policy supports rules."));
    }
    let fields = json!({
        "name": body["name"], "policy": policy, "rules": rules, "user_id": call.who.user,
        "joined": [],
    });
    Ok(call.document(SERVER_GROUP.name, fields))
}

/// Those members that still exist.
fn members(call: &Call<'_>, group: &Document) -> Value {
    let joined = group.get("joined").as_array().into_iter().flatten();
    let exists = |id: &&Value| {
        let id = id.as_str().unwrap_or_default();
        call.transaction.find(SERVER.name, id).is_ok_and(|server| server.is_some())
    };
    joined.filter(exists).cloned().collect::<Vec<_>>().into()
}

/// The group that a new instance is to join.
pub(super) fn find_for_server(call: &Call<'_>, id: &str) -> Result<Document, Refusal> {
    SERVER_GROUP.find(call, id).map_err(|missing| Refusal::bad_request(missing.message))
}

/// Notes the instance as a member. Whether the only host may take all of its request: `rest` are
/// still to come. Nova's scheduler places all of a request, or none.
pub(super) fn join(
    call: &Call<'_>,
    group: &Document,
    server: &Document,
    rest: i64,
) -> Result<bool, Refusal> {
    // As it is now: others of the same request have joined.
    let mut group = SERVER_GROUP.find(call, &group.id)?;
    let present = members(call, &group).as_array().map_or(0, Vec::len);
    let most = group.get("rules")["max_server_per_host"].as_i64().unwrap_or(1);
    let in_the_end = i64::try_from(present).unwrap_or(i64::MAX).saturating_add(rest + 1);
    let fits = group.text("policy") != "anti-affinity" || in_the_end <= most;
    let mut joined = group.get("joined").as_array().cloned().unwrap_or_default();
    joined.push(server.id.clone().into());
    group.set("joined", joined);
    call.transaction.update(&group)?;
    Ok(fits)
}
