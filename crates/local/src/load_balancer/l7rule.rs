//! Rules: which requests a policy is for.

use serde_json::Value;

use super::attribute::{Attribute, ENABLED, PROJECT, Pattern, TAGS, TENANT, Type, no, yes};
use super::body::{Form, missing_argument};
use super::noun::{self, Body, Column, ID, Noun, change};
use super::state::{self, Taken};
use super::{
    authorize, check_deletion, check_parameters, ids, l7policy, listener, listing, missing, quota,
    rule,
};
use crate::call::{Call, Refusal, Reply};
use crate::kind::Field;
use crate::service::{Handler, Route};
use crate::store::Document;
use crate::time::Moment;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/l7policies/{policy}/rules", Handler::Read(list)),
    Route::post("/l7policies/{policy}/rules", Handler::Write(create)),
    Route::put("/l7policies/{policy}/rules", Handler::Read(|_| Err(missing_argument("id")))),
    Route::delete("/l7policies/{policy}/rules", Handler::Read(|_| Err(missing_argument("id")))),
    Route::get("/l7policies/{policy}/rules/{id}", Handler::Read(show)),
    Route::put("/l7policies/{policy}/rules/{id}", Handler::Write(update)),
    Route::delete("/l7policies/{policy}/rules/{id}", Handler::Write(delete)),
];

const FIELDS: &[Field] = &[
    ID,
    Field::new("type"),
    Field::new("compare_type"),
    Field::new("key"),
    Field::new("value"),
    Field::new("invert"),
    Field::new("provisioning_status"),
    Field::new("operating_status"),
    Field::new("created_at"),
    Field::new("updated_at"),
    noun::PROJECT,
    Field::new("admin_state_up"),
    Field::new("tags"),
    noun::TENANT,
];

pub(super) static RULE: Noun = Noun {
    kind: noun::kind("lb_l7rule", "rule", "rules", FIELDS),
    called: "L7 Rule",
    columns: &[
        Column::new("id"),
        Column::new("project_id"),
        Column::new("l7policy_id"),
        Column::new("type"),
        Column::new("compare_type"),
        Column::new("key"),
        Column::new("value"),
        Column::new("invert"),
        noun::ENABLED,
        Column::new("provisioning_status"),
        Column::new("operating_status"),
        Column::new("created_at"),
        Column::new("updated_at"),
    ],
};

const TYPES: Type = Type::Words(&[
    "HOST_NAME",
    "PATH",
    "FILE_TYPE",
    "HEADER",
    "COOKIE",
    "SSL_CONN_HAS_CERT",
    "SSL_VERIFY_RESULT",
    "SSL_DN_FIELD",
]);
const COMPARISONS: Type =
    Type::Words(&["REGEX", "STARTS_WITH", "ENDS_WITH", "CONTAINS", "EQUAL_TO"]);
/// A text in one line, which may be ended.
const LINE: Type = Type::Pattern(Pattern {
    min: 0,
    max: 255,
    shown: r"^[^\r\n]*$",
    fits: |text| !text.strip_suffix('\n').unwrap_or(text).contains(['\r', '\n']),
});

/// A rule within the request for its policy.
pub(super) const WITHIN: &[Attribute] = &[
    Attribute::new("type", TYPES).required(),
    Attribute::new("compare_type", COMPARISONS).required(),
    Attribute::new("key", Type::Text(255)),
    Attribute::new("value", Type::Text(255)).required(),
    Attribute::new("invert", Type::Truth).or(no),
    ENABLED.or(yes),
    TAGS,
];

const POST: Form = Form {
    argument: "rule_",
    key: "rule",
    first: "project_id",
    attributes: &[
        Attribute::new("type", TYPES).required(),
        Attribute::new("compare_type", COMPARISONS).required(),
        Attribute::new("key", LINE),
        Attribute::new("value", LINE).required(),
        Attribute::new("invert", Type::Truth).or(no),
        ENABLED.or(yes),
        PROJECT,
        TAGS,
        TENANT,
    ],
};

const PUT: Form = Form {
    argument: "l7rule_",
    key: "rule",
    first: "invert",
    attributes: &[
        Attribute::new("type", TYPES),
        Attribute::new("compare_type", COMPARISONS),
        Attribute::new("key", LINE),
        Attribute::new("value", LINE),
        Attribute::new("invert", Type::Truth),
        ENABLED,
        TAGS,
    ],
};

/// How many rules a policy may have.
const MOST: usize = 50;

/// The policy that the path names. Where there is none, Octavia does not get to its own refusals.
fn policy_of(call: &Call<'_>) -> Result<Document, Refusal> {
    let id = call.segment("policy");
    let found = call.transaction.find(l7policy::POLICY.kind.name, id)?;
    found.ok_or_else(|| missing("L7Policy", id).named("Bad Request"))
}

/// `GET /l7policies/{policy}/rules`
fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let policy = policy_of(call)?;
    listing::check(call)?;
    authorize(call, &policy.owner)?;
    listing::list(call, &RULE, RULE.all(call, ids(policy.get("rules")))?)
}

/// `GET /l7policies/{policy}/rules/{id}`
fn show(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    policy_of(call)?;
    RULE.show(call)
}

/// Takes the balancer of a policy, with the policy and its listener.
fn take(call: &Call<'_>, policy: &mut Document) -> Result<Taken, Refusal> {
    if policy.text("provisioning_status") != "ACTIVE" {
        return Err(state::immutable("L7Policy", &policy.id));
    }
    let listener = listener::LISTENER.get(call, policy.text("listener_id"))?;
    let taken = state::take(call, listener.text("load_balancer_id"))?;
    taken.touch(call, &listener::LISTENER, [listener.id.as_str()].into_iter())?;
    state::update_until(call, policy, taken.end);
    call.transaction.update(policy)?;
    Ok(taken)
}

/// `POST /l7policies/{policy}/rules`
fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut policy = policy_of(call)?;
    check_parameters(call, &[])?;
    let body = POST.read(call)?;
    authorize(call, &policy.owner)?;
    rule::check(&body)?;
    if ids(policy.get("rules")).count() >= MOST {
        return Err(too_many(&policy));
    }
    quota::check(call, &RULE, &policy.owner)?;
    let taken = take(call, &mut policy)?;
    let made = make(call, &mut policy, body, taken.end)?;
    call.transaction.update(&policy)?;
    Ok(RULE.reply(call, 201, &made))
}

pub(super) fn too_many(policy: &Document) -> Refusal {
    Refusal::conflict(format!("Too many rules on L7 policy {}", policy.id))
}

/// Makes a rule of a policy, which is there at `end`.
pub(super) fn make(
    call: &Call<'_>,
    policy: &mut Document,
    body: Body,
    end: Moment,
) -> Result<Document, Refusal> {
    rule::check(&body)?;
    if ids(policy.get("rules")).count() >= MOST {
        return Err(too_many(policy));
    }
    let mut made = RULE.document(call, &policy.owner, body);
    made.set("l7policy_id", policy.id.clone());
    state::create_until(&mut made, end);
    call.transaction.insert(&made)?;
    state::add(policy, "rules", &made.id);
    Ok(made)
}

/// `PUT /l7policies/{policy}/rules/{id}`
fn update(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut policy = policy_of(call)?;
    check_parameters(call, &[])?;
    let mut body = PUT.read(call)?;
    let mut changed = RULE.own(call)?;
    if body.get("invert").is_some_and(Value::is_null) {
        body.insert("invert".into(), false.into());
    }
    let mut wish = changed.fields.clone();
    wish.extend(body.clone());
    rule::check(&wish)?;
    let taken = take(call, &mut policy)?;
    if matches!(wish["type"].as_str(), Some("HOST_NAME" | "PATH" | "FILE_TYPE")) {
        body.insert("key".into(), Value::Null);
    }
    noun::clear_tags(&mut body);
    change(&mut changed, body);
    state::update_until(call, &mut changed, taken.end);
    call.transaction.update(&changed)?;
    Ok(RULE.reply(call, 200, &changed))
}

/// `DELETE /l7policies/{policy}/rules/{id}`
fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut policy = policy_of(call)?;
    check_deletion(call, &[])?;
    let mut rule = RULE.own(call)?;
    let taken = take(call, &mut policy)?;
    state::delete_until(call, &mut rule, taken.end);
    call.transaction.update(&rule)?;
    state::forget_at(&mut policy, "rules", &rule.id, taken.end);
    call.transaction.update(&policy)?;
    Ok(Reply::empty(204))
}
