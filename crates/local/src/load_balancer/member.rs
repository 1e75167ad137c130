//! Members: the servers of a pool.

use serde_json::Value;

use super::attribute::{Attribute, ENABLED, NAME, PORT, PROJECT, TAGS, TENANT, Type, no, yes};
use super::body::{Form, missing_argument};
use super::noun::{self, Body, Column, ID, Noun, change};
use super::state::{self, Taken};
use super::{
    authorize, check_deletion, check_parameters, ids, invalid_option, listener, listing, missing,
    pool, quota, vip,
};
use crate::call::{Call, Refusal, Reply};
use crate::check::truth;
use crate::kind::Field;
use crate::network::vip as network;
use crate::service::{Handler, Route};
use crate::store::Document;
use crate::time::Moment;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/pools/{pool}/members", Handler::Read(list)),
    Route::post("/pools/{pool}/members", Handler::Write(create)),
    Route::put("/pools/{pool}/members", Handler::Write(replace)),
    Route::delete("/pools/{pool}/members", Handler::Read(|_| Err(missing_argument("id")))),
    Route::get("/pools/{pool}/members/{id}", Handler::Read(show)),
    Route::put("/pools/{pool}/members/{id}", Handler::Write(update)),
    Route::delete("/pools/{pool}/members/{id}", Handler::Write(delete)),
];

const FIELDS: &[Field] = &[
    ID,
    Field::new("name"),
    Field::new("operating_status"),
    Field::new("provisioning_status"),
    Field::new("admin_state_up"),
    Field::new("address"),
    Field::new("protocol_port"),
    Field::new("weight"),
    Field::new("backup"),
    Field::new("subnet_id"),
    noun::PROJECT,
    Field::new("created_at"),
    Field::new("updated_at"),
    Field::new("monitor_address"),
    Field::new("monitor_port"),
    Field::new("tags"),
    noun::TENANT,
];

pub(super) static MEMBER: Noun = Noun {
    kind: noun::kind("lb_member", "member", "members", FIELDS),
    called: "Member",
    columns: &[
        Column::new("id"),
        Column::new("project_id"),
        Column::new("name"),
        Column::new("pool_id"),
        Column::new("address").stored("ip_address"),
        Column::new("protocol_port"),
        Column::new("weight"),
        Column::new("backup"),
        noun::ENABLED,
        Column::new("subnet_id"),
        Column::new("operating_status"),
        Column::new("provisioning_status"),
        Column::new("created_at"),
        Column::new("updated_at"),
        Column::new("monitor_address"),
        Column::new("monitor_port"),
    ],
};

const WEIGHT: Attribute = Attribute::new("weight", Type::Integer { min: 0, max: 256 });
const BACKUP: Attribute = Attribute::new("backup", Type::Truth);
const MONITOR_PORT: Attribute = Attribute::new("monitor_port", PORT);
const MONITOR_ADDRESS: Attribute = Attribute::new("monitor_address", Type::Address);

/// A member within the request for its pool.
pub(super) const WITHIN: &[Attribute] = &[
    NAME,
    ENABLED.or(yes),
    Attribute::new("address", Type::Address).required(),
    Attribute::new("protocol_port", PORT).required(),
    WEIGHT.or(|| 1.into()),
    BACKUP.or(no),
    Attribute::new("subnet_id", Type::Id),
    MONITOR_PORT,
    MONITOR_ADDRESS,
    TAGS,
];

const NEW: &[Attribute] = &[
    NAME,
    ENABLED.or(yes),
    Attribute::new("address", Type::Address).required(),
    Attribute::new("protocol_port", PORT).required(),
    WEIGHT.or(|| 1.into()),
    BACKUP.or(no),
    Attribute::new("subnet_id", Type::Id),
    PROJECT,
    MONITOR_PORT,
    MONITOR_ADDRESS,
    TAGS,
    TENANT,
];

const POST: Form =
    Form { argument: "member_", key: "member", first: "project_id", attributes: NEW };

const PUT: Form = Form {
    argument: "member_",
    key: "member",
    first: "backup",
    attributes: &[NAME, ENABLED, WEIGHT, BACKUP, MONITOR_PORT, MONITOR_ADDRESS, TAGS],
};

const BATCH: Form = Form { argument: "members_", key: "members", first: "", attributes: NEW };

/// The pool that the path names. Where there is none, Octavia does not get to its own refusals.
fn pool_of(call: &Call<'_>) -> Result<Document, Refusal> {
    let id = call.segment("pool");
    let found = call.transaction.find(pool::POOL.kind.name, id)?;
    found.ok_or_else(|| missing("Pool", id).named("Bad Request"))
}

/// The member that the path names, in the pool that it names.
fn own(call: &Call<'_>) -> Result<(Document, Document), Refusal> {
    let pool = pool_of(call)?;
    let member = MEMBER.own(call)?;
    if member.text("pool_id") == pool.id {
        return Ok((pool, member));
    }
    Err(missing("Member", &member.id))
}

/// `GET /pools/{pool}/members`
fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let pool = pool_of(call)?;
    listing::check(call)?;
    authorize(call, &pool.owner)?;
    listing::list(call, &MEMBER, MEMBER.all(call, ids(pool.get("members")))?)
}

/// `GET /pools/{pool}/members/{id}`
fn show(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let (_, member) = own(call)?;
    Ok(MEMBER.reply(call, 200, &member))
}

/// Takes the balancer of a pool, with the pool and the listeners that lead to it.
pub(super) fn take(call: &Call<'_>, pool: &mut Document) -> Result<Taken, Refusal> {
    if pool.text("provisioning_status") != "ACTIVE" {
        return Err(state::immutable("Pool", &pool.id));
    }
    let taken = state::take(call, pool.text("load_balancer_id"))?;
    let listeners = pool::listeners(call, pool)?;
    taken.touch(call, &listener::LISTENER, listeners.iter().map(String::as_str))?;
    state::update_until(call, pool, taken.end);
    call.transaction.update(pool)?;
    Ok(taken)
}

pub(super) fn check_address(body: &Body) -> Result<(), Refusal> {
    match body["address"].as_str() {
        Some(reserved @ "169.254.169.254") => Err(invalid_option(reserved, "member address")),
        _ => Ok(()),
    }
}

fn check_subnet(call: &Call<'_>, body: &Body) -> Result<(), Refusal> {
    match body.get("subnet_id").and_then(Value::as_str) {
        Some(id) => network::subnet(call, id).map(drop).map_err(|_| vip::unknown("Subnet", id)),
        None => Ok(()),
    }
}

/// `POST /pools/{pool}/members`
fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut pool = pool_of(call)?;
    check_parameters(call, &[])?;
    let body = POST.read(call)?;
    authorize(call, &pool.owner)?;
    check_address(&body)?;
    check_subnet(call, &body)?;
    quota::check(call, &MEMBER, &pool.owner)?;
    let taken = take(call, &mut pool)?;
    let member = make(call, &mut pool, body, taken.end)?;
    call.transaction.update(&pool)?;
    Ok(MEMBER.reply(call, 201, &member))
}

/// Makes a member of a pool, which is there at `end`.
pub(super) fn make(
    call: &Call<'_>,
    pool: &mut Document,
    mut body: Body,
    end: Moment,
) -> Result<Document, Refusal> {
    for other in MEMBER.all(call, ids(pool.get("members")))? {
        if is_at(&other, &body) {
            return Err(Refusal::conflict(format!(
                "Another member on this pool is already using ip {} on protocol_port {}",
                other.text("address"),
                other.get("protocol_port")
            )));
        }
    }
    fill(&mut body);
    let mut member = MEMBER.document(call, &pool.owner, body);
    member.set("pool_id", pool.id.clone());
    let is_watched = !pool.get("healthmonitor_id").is_null();
    member.set("operating_status", if is_watched { "OFFLINE" } else { "NO_MONITOR" });
    state::create_until(&mut member, end);
    call.transaction.insert(&member)?;
    state::add(pool, "members", &member.id);
    Ok(member)
}

/// Puts the usual in the place of `null`.
fn fill(body: &mut Body) {
    for (name, default) in [("weight", Value::from(1)), ("backup", false.into())] {
        if body.get(name).is_some_and(Value::is_null) {
            body.insert(name.into(), default);
        }
    }
}

/// Whether a member is where a request says.
fn is_at(member: &Document, body: &Body) -> bool {
    ["address", "protocol_port"].iter().all(|name| member.get(name) == &body[*name])
}

/// `PUT /pools/{pool}/members/{id}`
fn update(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    pool_of(call)?;
    check_parameters(call, &[])?;
    let mut body = PUT.read(call)?;
    let (mut pool, mut member) = own(call)?;
    let taken = take(call, &mut pool)?;
    fill(&mut body);
    change(&mut member, body);
    state::update_until(call, &mut member, taken.end);
    call.transaction.update(&member)?;
    Ok(MEMBER.reply(call, 200, &member))
}

/// `DELETE /pools/{pool}/members/{id}`
fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    pool_of(call)?;
    check_deletion(call, &[])?;
    let (mut pool, mut member) = own(call)?;
    let taken = take(call, &mut pool)?;
    state::delete_until(call, &mut member, taken.end);
    call.transaction.update(&member)?;
    state::forget_at(&mut pool, "members", &member.id, taken.end);
    call.transaction.update(&pool)?;
    Ok(Reply::empty(204))
}

/// `PUT /pools/{pool}/members`: these are the members from now on; or are added to them.
fn replace(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut pool = pool_of(call)?;
    check_parameters(call, &["additive_only"])?;
    let adds = call.parameter("additive_only").is_some_and(|text| truth(&text.into()));
    let wishes = BATCH.read_list(call)?;
    authorize(call, &pool.owner)?;
    let old = MEMBER.all(call, ids(pool.get("members")))?;
    let taken_for_nothing = wishes.is_empty() && old.is_empty();
    if taken_for_nothing {
        return check_idle(call, &pool);
    }
    let taken = take(call, &mut pool)?;
    let is_wanted = |member: &Document| wishes.iter().any(|wish| is_at(member, wish));
    let (kept, unwanted): (Vec<_>, Vec<_>) = old.into_iter().partition(is_wanted);
    let mut going = Vec::new();
    for mut member in unwanted.into_iter().filter(|_| !adds) {
        state::delete_until(call, &mut member, taken.end);
        call.transaction.update(&member)?;
        going.push(member.id);
    }
    for mut wish in wishes {
        if let Some(member) = kept.iter().find(|member| is_at(member, &wish)) {
            let mut member = member.clone();
            fill(&mut wish);
            change(&mut member, wish);
            state::update_until(call, &mut member, taken.end);
            call.transaction.update(&member)?;
            continue;
        }
        check_address(&wish)?;
        check_subnet(call, &wish)?;
        quota::check(call, &MEMBER, &pool.owner)?;
        make(call, &mut pool, wish, taken.end)?;
    }
    state::forget_all_at(&mut pool, "members", &going, taken.end);
    call.transaction.update(&pool)?;
    Ok(Reply::empty(202))
}

/// Nothing is to be changed; nevertheless the balancer must not be busy.
fn check_idle(call: &Call<'_>, pool: &Document) -> Result<Reply, Refusal> {
    if pool.text("provisioning_status") != "ACTIVE" {
        return Err(state::immutable("Pool", &pool.id));
    }
    let id = pool.text("load_balancer_id");
    let balancer = state::find(call, id)?;
    if balancer.text("provisioning_status") != "ACTIVE" {
        return Err(state::immutable("Load Balancer", id));
    }
    Ok(Reply::empty(202))
}
