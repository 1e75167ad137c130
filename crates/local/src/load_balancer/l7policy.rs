//! Policies: what a listener does with requests that fit their rules, in the order of their positions.

use serde_json::{Value, json};

use super::attribute::{
    Attribute, DESCRIPTION, ENABLED, NAME, PROJECT, TAGS, TENANT, Type, is_url, yes,
};
use super::body::{Form, missing_argument};
use super::noun::{self, Body, Column, ID, Noun, change};
use super::{
    action, authorize, check_deletion, check_parameters, ids, l7rule, listener, listener_check,
    missing, pool, quota, reference, state,
};
use crate::call::{Call, Refusal, Reply};
use crate::kind::Field;
use crate::service::{Handler, Route};
use crate::store::Document;
use crate::time::Moment;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/l7policies", Handler::Read(|call| POLICY.list(call))),
    Route::post("/l7policies", Handler::Write(create)),
    Route::put("/l7policies", Handler::Read(|_| Err(missing_argument("id")))),
    Route::delete("/l7policies", Handler::Read(|_| Err(missing_argument("id")))),
    Route::get("/l7policies/{id}", Handler::Read(|call| POLICY.show(call))),
    Route::put("/l7policies/{id}", Handler::Write(update)),
    Route::delete("/l7policies/{id}", Handler::Write(delete)),
];

const FIELDS: &[Field] = &[
    ID,
    Field::new("name"),
    Field::new("description"),
    Field::new("provisioning_status"),
    Field::new("operating_status"),
    Field::new("admin_state_up"),
    noun::PROJECT,
    Field::new("action"),
    Field::new("listener_id"),
    Field::new("redirect_pool_id"),
    Field::new("redirect_url"),
    Field::new("redirect_prefix"),
    Field::new("position"),
    Field::new("rules"),
    Field::new("created_at"),
    Field::new("updated_at"),
    Field::new("tags"),
    Field::new("redirect_http_code"),
    noun::TENANT,
];

pub(super) static POLICY: Noun = Noun {
    kind: noun::kind("lb_l7policy", "l7policy", "l7policies", FIELDS),
    called: "L7 Policy",
    columns: &[
        Column::new("id"),
        Column::new("project_id"),
        Column::new("name"),
        Column::new("description"),
        Column::new("listener_id"),
        Column::new("action"),
        Column::new("redirect_pool_id"),
        Column::new("redirect_url"),
        Column::new("redirect_prefix"),
        Column::new("redirect_http_code"),
        Column::new("position"),
        noun::ENABLED,
        Column::new("provisioning_status"),
        Column::new("operating_status"),
        Column::new("created_at"),
        Column::new("updated_at"),
    ],
};

const ACTIONS: Type =
    Type::Words(&["REJECT", "REDIRECT_TO_URL", "REDIRECT_TO_POOL", "REDIRECT_PREFIX"]);
const URL: Type = Type::Fitting(is_url, "Value must be a valid URL string");
/// Behind all others.
const LAST: i64 = 2_147_483_647;
const POSITION: Type = Type::Integer { min: 1, max: LAST };
const CODES: Type = Type::Numbers(&[301, 302, 303, 307, 308]);

/// What can be said of a policy when it is made.
macro_rules! new_policy {
    ($pool:expr, $($more:expr),*) => {
        &[
            NAME,
            DESCRIPTION,
            ENABLED.or(yes),
            $($more,)*
            Attribute::new("action", ACTIONS).required(),
            $pool,
            Attribute::new("redirect_url", URL),
            Attribute::new("redirect_prefix", URL),
            Attribute::new("position", POSITION).or(|| LAST.into()),
            Attribute::new("rules", Type::List(&Type::Object(l7rule::WITHIN))),
            TAGS,
            Attribute::new("redirect_http_code", CODES),
        ]
    };
}

/// A policy within the request for its listener.
pub(super) const WITHIN: &[Attribute] =
    new_policy![Attribute::new("redirect_pool", Type::Object(pool::WITHIN)),];

const POST: Form = Form {
    argument: "l7policy_",
    key: "l7policy",
    first: "listener_id",
    attributes: new_policy![
        Attribute::new("redirect_pool_id", Type::Id),
        PROJECT,
        TENANT,
        Attribute::new("listener_id", Type::Id).required()
    ],
};

const PUT: Form = Form {
    argument: "l7policy_",
    key: "l7policy",
    first: "to_dict",
    attributes: &[
        NAME,
        DESCRIPTION,
        ENABLED,
        Attribute::new("action", ACTIONS),
        Attribute::new("redirect_pool_id", Type::Id),
        Attribute::new("redirect_url", URL),
        Attribute::new("redirect_prefix", URL),
        Attribute::new("position", POSITION),
        TAGS,
        Attribute::new("redirect_http_code", CODES),
    ],
};

/// Whether a policy leads anywhere: it is on, and has rules.
pub(super) fn leads(policy: &Document) -> bool {
    policy.get("admin_state_up") == true && ids(policy.get("rules")).next().is_some()
}

/// Refuses a pool to redirect to that is not there, or does not go with the listener.
fn check_pool(call: &Call<'_>, listener: &Document, body: &Body) -> Result<(), Refusal> {
    let Some(id) = body.get("redirect_pool_id").and_then(Value::as_str) else { return Ok(()) };
    let pool = pool::POOL.get(call, id)?;
    listener_check::check_pair(listener.text("protocol"), pool.text("protocol"))?;
    if pool.get("load_balancer_id") != listener.get("load_balancer_id") {
        return Err(missing("Pool", id));
    }
    Ok(())
}

/// `POST /l7policies`
fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check_parameters(call, &[])?;
    let mut body = POST.read(call)?;
    let id = body.shift_remove("listener_id").unwrap_or_default();
    let mut listener = listener::LISTENER.get(call, id.as_str().unwrap_or_default())?;
    authorize(call, &listener.owner)?;
    listener_check::check_children(listener.text("protocol"))?;
    check_pool(call, &listener, &body)?;
    quota::check(call, &POLICY, &listener.owner)?;
    action::tidy(&mut body, true)?;
    let taken = state::take(call, listener.text("load_balancer_id"))?;
    state::update_until(call, &mut listener, taken.end);
    // Octavia takes these, and fails over them.
    let rules = body.shift_remove("rules").unwrap_or_default();
    let policy = make(call, &mut listener, body, taken.end)?;
    if rules.as_array().is_some_and(|rules| !rules.is_empty()) {
        return Err(Refusal::new(500, "'dict' object has no attribute '_sa_instance_state'"));
    }
    call.transaction.update(&listener)?;
    Ok(POLICY.reply(call, 201, &policy))
}

/// Makes a policy of a listener, which is there at `end`. What it says has been tidied.
pub(super) fn make(
    call: &Call<'_>,
    listener: &mut Document,
    mut body: Body,
    end: Moment,
) -> Result<Document, Refusal> {
    let position = body.shift_remove("position").and_then(|value| value.as_i64());
    let mut policy = POLICY.document(call, &listener.owner, body);
    policy.set("listener_id", listener.id.clone());
    policy.set("rules", json!([]));
    state::create_until(&mut policy, end);
    let others = ids(listener.get("l7policies")).count();
    let place = index(position.unwrap_or(LAST)).min(others);
    policy.set("position", place + 1);
    call.transaction.insert(&policy)?;
    if let Some(Value::Array(list)) = listener.fields.get_mut("l7policies") {
        list.insert(place, reference(&policy.id));
    }
    number(call, listener)?;
    let pool = policy.text("redirect_pool_id").to_string();
    pool::refer(call, &pool, "l7policies", &policy.id)?;
    Ok(policy)
}

/// Where a position is in a list.
fn index(position: i64) -> usize {
    usize::try_from(position - 1).unwrap_or_default()
}

/// Tells the policies of a listener their positions.
fn number(call: &Call<'_>, listener: &Document) -> Result<(), Refusal> {
    for (index, id) in ids(listener.get("l7policies")).enumerate() {
        let Some(mut policy) = call.transaction.find(POLICY.kind.name, id)? else { continue };
        let position = Value::from(index + 1);
        if *policy.get("position") != position {
            policy.set("position", position);
            call.transaction.update(&policy)?;
        }
    }
    Ok(())
}

/// `PUT /l7policies/{id}`
fn update(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check_parameters(call, &[])?;
    let mut body = PUT.read(call)?;
    let mut policy = POLICY.own(call)?;
    let mut listener = listener::LISTENER.get(call, policy.text("listener_id"))?;
    action::tidy(&mut body, false)?;
    check_pool(call, &listener, &body)?;
    let taken = state::take(call, listener.text("load_balancer_id"))?;
    state::update_until(call, &mut listener, taken.end);
    if let Some(wish) = body.shift_remove("position").and_then(|wish| wish.as_i64())
        && let Some(Value::Array(list)) = listener.fields.get_mut("l7policies")
    {
        list.retain(|one| one["id"] != *policy.id);
        let place = index(wish).min(list.len());
        list.insert(place, reference(&policy.id));
        policy.set("position", place + 1);
    }
    call.transaction.update(&listener)?;
    let old = policy.text("redirect_pool_id").to_string();
    noun::clear_tags(&mut body);
    change(&mut policy, body);
    let new = policy.text("redirect_pool_id").to_string();
    if old != new {
        pool::drop_reference(call, &old, "l7policies", &policy.id)?;
        pool::refer(call, &new, "l7policies", &policy.id)?;
    }
    state::update_until(call, &mut policy, taken.end);
    call.transaction.update(&policy)?;
    number(call, &listener)?;
    Ok(POLICY.reply(call, 200, &policy))
}

/// `DELETE /l7policies/{id}`
fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check_deletion(call, &[])?;
    let mut policy = POLICY.own(call)?;
    let mut listener = listener::LISTENER.get(call, policy.text("listener_id"))?;
    let taken = state::take(call, listener.text("load_balancer_id"))?;
    state::update_until(call, &mut listener, taken.end);
    state::forget_at(&mut listener, "l7policies", &policy.id, taken.end);
    call.transaction.update(&listener)?;
    for mut rule in l7rule::RULE.all(call, ids(policy.get("rules")))? {
        rule.gone_later(taken.end);
        call.transaction.update(&rule)?;
    }
    let own = policy.get("position").as_i64().unwrap_or_default();
    for mut other in POLICY.all(call, ids(listener.get("l7policies")))? {
        let position = other.get("position").as_i64().unwrap_or_default();
        if position > own {
            other.set_later(taken.end, json!({ "position": position - 1 }));
            call.transaction.update(&other)?;
        }
    }
    let pool = policy.text("redirect_pool_id").to_string();
    pool::forget_at(call, &pool, "l7policies", &policy.id, taken.end)?;
    state::delete_until(call, &mut policy, taken.end);
    call.transaction.update(&policy)?;
    Ok(Reply::empty(204))
}
