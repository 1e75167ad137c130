//! `POST /volumes/{id}/action`

use serde_json::{Value, json};

use super::delete::begin;
use super::{VOLUME, become_now, later};
use crate::block_storage::{disallowed, invalid_input, invalid_volume, quota, volume_type};
use crate::call::{Call, Refusal, Reply};
use crate::check::{Member, Shape, TEXT, integer, truth};
use crate::store::Document;

/// Something that can be done with a volume.
struct Action {
    /// The key of the body.
    name: &'static str,
    body: Shape,
    /// The rule that keeps it for administrators, if one does.
    policy: Option<&'static str>,
    what: fn(&mut Call<'_>, Document, &Value) -> Result<Reply, Refusal>,
}

const ACTIONS: &[Action] = &[
    Action {
        name: "os-extend",
        body: Shape::Object(&[Member::new("new_size", Shape::Size { or_null: false }).required()]),
        policy: None,
        what: extend,
    },
    Action {
        name: "os-set_bootable",
        body: Shape::Object(&[Member::new("bootable", Shape::Truth).required()]),
        policy: None,
        what: set_bootable,
    },
    Action {
        name: "os-update_readonly_flag",
        body: Shape::Object(&[Member::new("readonly", Shape::Truth).required()]),
        policy: None,
        what: set_read_only,
    },
    Action {
        name: "os-retype",
        body: Shape::Object(&[
            Member::new("new_type", TEXT).required(),
            Member::new("migration_policy", Shape::Words(&["on-demand", "never"])),
        ]),
        policy: None,
        what: retype,
    },
    Action {
        name: "os-force_delete",
        body: Shape::Any,
        policy: Some("volume_extension:volume_admin_actions:force_delete"),
        what: |call, volume, _| begin(call, volume).map(|()| Reply::empty(202)),
    },
    Action {
        name: "os-reset_status",
        body: Shape::Open(&[]),
        policy: Some("volume_extension:volume_admin_actions:reset_status"),
        what: reset_status,
    },
];

pub(super) fn act(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let body = std::mem::take(&mut call.body);
    let wish = body.as_object().and_then(|body| body.iter().next());
    let Some((name, argument)) = wish else {
        return Err(Refusal::bad_request("Malformed request body"));
    };
    let Some(action) = ACTIONS.iter().find(|action| action.name == name) else {
        return Err(Refusal::bad_request(format!(
            "There is no such action: {name}. Verify the request body and Content-Type header and try again."
        )));
    };
    action.body.check(argument, call.version).map_err(|mut violation| {
        if violation.path.is_empty() {
            violation.path.push(action.name.to_string());
        }
        Refusal::bad_request(violation.message())
    })?;
    let volume = VOLUME.find(call, call.segment("id"))?;
    if let Some(rule) = action.policy.filter(|_| !call.who.is_admin()) {
        return Err(disallowed(rule));
    }
    (action.what)(call, volume, argument)
}

fn extend(call: &mut Call<'_>, mut volume: Document, wish: &Value) -> Result<Reply, Refusal> {
    let wanted = integer(&wish["new_size"]).unwrap_or_default();
    let size = volume.get("size").as_i64().unwrap_or_default();
    if wanted <= size {
        return Err(invalid_input(&format!(
            "New size for extend must be greater than current size. (current: {size}, extended: \
             {wanted})."
        )));
    }
    let status = volume.text("status").to_string();
    if status != "available" && (status != "in-use" || call.version < (3, 42)) {
        return Err(invalid_volume(&format!(
            "Volume {} status must be '{{'status': 'available'}}' to extend, currently {status}.",
            volume.id
        )));
    }
    quota::refuse_growth(call, wanted - size)?;
    become_now(call, &mut volume, "extending");
    later(call, &mut volume, 2, json!({ "status": status, "size": wanted }));
    call.transaction.update(&volume)?;
    Ok(Reply::empty(202))
}

fn set_bootable(call: &mut Call<'_>, mut volume: Document, wish: &Value) -> Result<Reply, Refusal> {
    volume.set("bootable", truth(&wish["bootable"]));
    call.transaction.update(&volume)?;
    Ok(Reply::empty(200))
}

fn set_read_only(
    call: &mut Call<'_>,
    mut volume: Document,
    wish: &Value,
) -> Result<Reply, Refusal> {
    let status = volume.text("status");
    if status != "available" {
        return Err(invalid_volume(&format!(
            "Volume {} status must be available to update readonly flag, but current status is: \
             {status}.",
            volume.id
        )));
    }
    let read_only = if truth(&wish["readonly"]) { "True" } else { "False" };
    volume.set("readonly", read_only);
    call.transaction.update(&volume)?;
    Ok(Reply::empty(202))
}

fn retype(call: &mut Call<'_>, mut volume: Document, wish: &Value) -> Result<Reply, Refusal> {
    let kind = volume_type::find(call, wish["new_type"].as_str().unwrap_or_default())?;
    let status = volume.text("status").to_string();
    if !matches!(status.as_str(), "available" | "in-use")
        || volume.text("volume_type_id") == kind.id
    {
        return Err(invalid_volume(
            "Retype needs volume to be in available or in-use state, not be part of an active \
             migration or a consistency group, requested type has to be different that the one from \
             the volume, and for in-use volumes front-end qos specs cannot change.",
        ));
    }
    become_now(call, &mut volume, "retyping");
    let mut after = json!({ "status": status });
    // Moving is the only way here: all types are on storage of their own.
    if wish["migration_policy"] == "on-demand" {
        after["volume_type"] = kind.get("name").clone();
        after["volume_type_id"] = kind.id.clone().into();
    }
    later(call, &mut volume, 3, after);
    call.transaction.update(&volume)?;
    Ok(Reply::empty(202))
}

fn reset_status(call: &mut Call<'_>, mut volume: Document, wish: &Value) -> Result<Reply, Refusal> {
    if let Some(status) = wish["status"].as_str() {
        become_now(call, &mut volume, status);
        call.transaction.update(&volume)?;
    }
    Ok(Reply::empty(202))
}
