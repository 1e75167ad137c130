//! Load balancers.

use serde_json::{Value, json};

use super::attribute::{
    Attribute, DESCRIPTION, ENABLED, NAME, PROJECT, TAGS, TENANT, Type, nothing, yes,
};
use super::body::{Form, missing_argument};
use super::noun::{self, Body, Column, ID, Noun, change};
use super::{
    authorize, check_deletion, check_parameters, denied, graph, health_monitor, ids, invalid,
    l7policy, l7rule, listener, member, pool, quota, state, vip,
};
use crate::call::{Call, Refusal, Reply};
use crate::check::truth;
use crate::kind::Field;
use crate::service::{Handler, Route};
use crate::store::Document;
use crate::time::Moment;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/loadbalancers", Handler::Read(|call| BALANCER.list(call))),
    Route::post("/loadbalancers", Handler::Write(create)),
    Route::put("/loadbalancers", Handler::Read(|_| Err(missing_argument("id")))),
    Route::delete("/loadbalancers", Handler::Read(|_| Err(missing_argument("id")))),
    Route::get("/loadbalancers/{id}", Handler::Read(|call| BALANCER.show(call))),
    Route::put("/loadbalancers/{id}", Handler::Write(update)),
    Route::delete("/loadbalancers/{id}", Handler::Write(delete)),
    Route::put("/loadbalancers/{id}/failover", Handler::Write(failover)),
];

const FIELDS: &[Field] = &[
    ID,
    Field::new("name"),
    Field::new("description"),
    Field::new("provisioning_status"),
    Field::new("operating_status"),
    Field::new("admin_state_up"),
    noun::PROJECT,
    Field::new("created_at"),
    Field::new("updated_at"),
    Field::new("vip_address"),
    Field::new("vip_port_id"),
    Field::new("vip_subnet_id"),
    Field::new("vip_network_id"),
    Field::new("additional_vips"),
    Field::new("listeners"),
    Field::new("pools"),
    Field::new("provider"),
    Field::new("flavor_id"),
    Field::new("vip_qos_policy_id"),
    Field::new("tags"),
    Field::new("availability_zone"),
    noun::TENANT,
];

pub(super) static BALANCER: Noun = Noun {
    kind: noun::kind("load_balancer", "loadbalancer", "loadbalancers", FIELDS),
    called: "Load Balancer",
    columns: &[
        Column::new("id"),
        Column::new("project_id"),
        Column::new("name"),
        Column::new("description"),
        Column::new("provisioning_status"),
        Column::new("operating_status"),
        noun::ENABLED,
        Column::new("created_at"),
        Column::new("updated_at"),
        Column::new("provider"),
        Column::new("flavor_id"),
        Column::new("availability_zone"),
        Column::new("vip_address"),
        Column::new("vip_port_id"),
        Column::new("vip_subnet_id"),
        Column::new("vip_network_id"),
        Column::new("vip_qos_policy_id"),
    ],
};

const ADDITIONAL_VIP: &[Attribute] = &[
    Attribute::new("subnet_id", Type::Id).required(),
    Attribute::new("ip_address", Type::Address),
];

const POST: Form = Form {
    argument: "load_balancer",
    key: "loadbalancer",
    first: "project_id",
    attributes: &[
        NAME,
        DESCRIPTION,
        ENABLED.or(yes),
        Attribute::new("vip_address", Type::Address),
        Attribute::new("vip_port_id", Type::Id),
        Attribute::new("vip_subnet_id", Type::Id),
        Attribute::new("vip_network_id", Type::Id),
        Attribute::new("vip_qos_policy_id", Type::Id),
        Attribute::new("additional_vips", Type::List(&Type::Object(ADDITIONAL_VIP))).or(nothing),
        PROJECT,
        Attribute::new("listeners", Type::List(&Type::Object(listener::WITHIN))).or(nothing),
        Attribute::new("pools", Type::List(&Type::Object(pool::WITHIN))).or(nothing),
        Attribute::new("provider", Type::Text(64)),
        TAGS,
        Attribute::new("flavor_id", Type::Id),
        Attribute::new("availability_zone", Type::Text(255)),
        TENANT,
    ],
};

const PUT: Form = Form {
    argument: "load_balancer",
    key: "loadbalancer",
    first: "vip_qos_policy_id",
    attributes: &[NAME, DESCRIPTION, Attribute::new("vip_qos_policy_id", Type::Id), ENABLED, TAGS],
};

/// The one provider.
pub(super) const PROVIDER: &str = "amphora";

/// `POST /loadbalancers`
fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check_parameters(call, &[])?;
    let mut body = POST.read(call)?;
    let project = body.get("project_id").filter(|project| !project.is_null());
    let project = project.or(body.get("tenant_id")).and_then(Value::as_str);
    let project = project.unwrap_or(&call.who.project).to_string();
    authorize(call, &project)?;
    let place = vip::choose(call, &mut body)?;
    check_provider(&body)?;
    quota::check(call, &BALANCER, &project)?;
    if body.get("tags").is_some_and(repeats) {
        return Err(Refusal::conflict("Already an entity with that specified id."));
    }
    let mut take = |name: &str| body.shift_remove(name).unwrap_or_default();
    let (listeners, pools) = (take("listeners"), take("pools"));
    body.insert("provider".into(), PROVIDER.into());
    let end = state::built(call);
    let mut balancer = BALANCER.document(call, &project, body);
    for many in ["listeners", "pools"] {
        balancer.set(many, json!([]));
    }
    state::create_until(&mut balancer, end);
    vip::allocate(call, &mut balancer, &place)?;
    call.transaction.insert(&balancer)?;
    let parts = graph::make(call, &mut balancer, listeners, pools, end)?;
    call.transaction.update(&balancer)?;
    let mut view = BALANCER.kind.view(call, &balancer);
    view["listeners"] = parts.listeners(call)?;
    view["pools"] = parts.pools(call)?;
    Ok(Reply::wrapped(201, BALANCER.kind.one, view))
}

fn check_provider(body: &Body) -> Result<(), Refusal> {
    if body.contains_key("flavor_id") {
        return Err(invalid("Invalid flavor_id."));
    }
    if body.contains_key("availability_zone") {
        return Err(invalid("Invalid availability zone."));
    }
    match body.get("provider").and_then(Value::as_str) {
        None | Some(PROVIDER) => Ok(()),
        Some(other) => Err(Refusal::bad_request(format!("Provider '{other}' is not enabled."))),
    }
}

/// Whether a list has something twice.
fn repeats(list: &Value) -> bool {
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().enumerate().any(|(index, item)| items[..index].contains(item))
}

/// `PUT /loadbalancers/{id}`
fn update(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check_parameters(call, &[])?;
    let body = PUT.read(call)?;
    let balancer = BALANCER.own(call)?;
    if let Some(policy) = body.get("vip_qos_policy_id").and_then(Value::as_str) {
        return Err(vip::unknown("qos_policy", policy));
    }
    let mut balancer = state::take_itself(call, &balancer)?.balancer;
    change(&mut balancer, body);
    call.transaction.update(&balancer)?;
    Ok(BALANCER.reply(call, 200, &balancer))
}

/// `DELETE /loadbalancers/{id}`
fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    check_deletion(call, &["cascade"])?;
    let cascade = call.parameter("cascade").is_some_and(|text| truth(&text.into()));
    let balancer = BALANCER.own(call)?;
    let has_children =
        ["listeners", "pools"].iter().any(|many| ids(balancer.get(many)).next().is_some());
    if has_children && !cascade {
        let id = &balancer.id;
        return Err(invalid(format!("Cannot delete Load Balancer {id} - it has children")));
    }
    let mut balancer = state::take_itself(call, &balancer)?.balancer;
    balancer.later.clear();
    let end = state::end_of_deletion(call);
    remove_children(call, &balancer, end)?;
    vip::release(call, &balancer)?;
    state::delete_balancer(call, &mut balancer, end)?;
    Ok(Reply::empty(204))
}

/// Lets all that belongs to a balancer be gone at `end`; until then it stays as it is.
fn remove_children(call: &Call<'_>, balancer: &Document, end: Moment) -> Result<(), Refusal> {
    let mut gone = Vec::new();
    for listener in listener::LISTENER.all(call, ids(balancer.get("listeners")))? {
        for policy in l7policy::POLICY.all(call, ids(listener.get("l7policies")))? {
            gone.extend(l7rule::RULE.all(call, ids(policy.get("rules")))?);
            gone.push(policy);
        }
        gone.push(listener);
    }
    for pool in pool::POOL.all(call, ids(balancer.get("pools")))? {
        gone.extend(member::MEMBER.all(call, ids(pool.get("members")))?);
        gone.extend(health_monitor::of_pool(call, &pool)?);
        gone.push(pool);
    }
    for mut document in gone {
        document.gone_later(end);
        call.transaction.update(&document)?;
    }
    Ok(())
}

/// `PUT /loadbalancers/{id}/failover`
fn failover(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let balancer = BALANCER.get(call, call.segment("id"))?;
    if !call.who.is_admin() {
        return Err(denied());
    }
    state::take_itself(call, &balancer)?;
    Ok(Reply::empty(202))
}
