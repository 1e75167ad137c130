//! Volumes.

mod action;
mod create;
mod delete;
mod metadata;

use serde_json::{Map, Value, json};

use super::{NO_BODY, STEP, ZONE, created_at, links, query};
use crate::call::{Call, Refusal, Reply};
use crate::check::{Member, Shape, TEXT};
use crate::kind::{Field, Filter, Kind, Listing, Pages, Scope, Update};
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) use create::{Origin, build};
pub(super) use delete::begin as begin_deletion;
pub(super) use metadata::{METADATA, METADATA_OR_NULL, Target};

pub(super) const ROUTES: &[Route] = &[
    Route::get("/{own_project}/volumes", Handler::ListBriefly(&VOLUME)),
    Route::get("/{own_project}/volumes/detail", Handler::List(&VOLUME)),
    Route::post("/{own_project}/volumes", Handler::Write(create::create)),
    Route::get("/{own_project}/volumes/{id}", Handler::Show(&VOLUME)),
    Route::put("/{own_project}/volumes/{id}", Handler::Write(update)),
    Route::delete("/{own_project}/volumes/{id}", Handler::Write(delete::delete)),
    Route::post("/{own_project}/volumes/{id}/action", Handler::Write(action::act)),
    Route::get("/{own_project}/volumes/{id}/metadata", Handler::Read(|call| OF.show(call))),
    Route::post("/{own_project}/volumes/{id}/metadata", Handler::Write(|call| OF.extend(call))),
    Route::put("/{own_project}/volumes/{id}/metadata", Handler::Write(|call| OF.replace(call))),
    Route::get("/{own_project}/volumes/{id}/metadata/{key}", Handler::Read(|call| OF.one(call))),
    Route::put("/{own_project}/volumes/{id}/metadata/{key}", Handler::Write(|call| OF.set(call))),
    Route::delete(
        "/{own_project}/volumes/{id}/metadata/{key}",
        Handler::Write(|call| OF.remove(call)),
    ),
];

const OF: Target = Target { kind: &VOLUME, noun: "Volume" };

pub(super) static VOLUME: Kind = Kind {
    name: "volume",
    one: "volume",
    many: "volumes",
    scope: Scope::Project,
    missing: |id| Refusal::not_found(format!("Volume {id} could not be found.")),
    fields: FIELDS,
    brief: &["id", "name", "links"],
    listing: Listing {
        filters: &[
            Filter::equal("name"),
            Filter::equal("status"),
            Filter::equal("bootable"),
            Filter::equal("availability_zone"),
            Filter::equal("size"),
            Filter::by("metadata", query::has_metadata),
        ],
        check: |call| query::check(call, FILTERS),
        order: query::order,
        pages: Pages::Cinder { max: 1000 },
        path: "/volumes",
    },
    create: None,
    update: Some(Update { body: &UPDATE, change }),
    delete: None,
};

const FILTERS: &[&str] = &[
    "name",
    "status",
    "metadata",
    "bootable",
    "migration_status",
    "availability_zone",
    "group_id",
    "size",
    "created_at",
    "updated_at",
    "consumes_quota",
];

const FIELDS: &[Field] = &[
    Field::made("id", |_, volume| volume.id.clone().into()),
    Field::new("status"),
    Field::new("size"),
    Field::made("availability_zone", |_, _| ZONE.into()),
    Field::made("created_at", created_at),
    Field::new("updated_at"),
    Field::new("name"),
    Field::new("description"),
    Field::new("volume_type"),
    Field::new("snapshot_id"),
    Field::new("source_volid"),
    Field::made("metadata", metadata),
    Field::made("links", |call, volume| links(call, "volumes", &volume.id)),
    Field::new("user_id"),
    Field::made("bootable", |_, volume| volume.get("bootable").to_string().into()),
    Field::made("encrypted", |_, _| false.into()),
    Field::made("replication_status", |_, _| Value::Null),
    Field::made("consistencygroup_id", |_, _| Value::Null),
    Field::made("multiattach", |_, _| false.into()),
    Field::made("attachments", attachments),
    Field::made("migration_status", |_, _| Value::Null).only(is_for_admin),
    Field::made("group_id", |_, _| Value::Null).since(3, 13),
    Field::made("provider_id", |_, _| Value::Null).since(3, 21).only(is_for_admin),
    Field::made("shared_targets", |_, volume| volume.get("service").is_null().into()).since(3, 48),
    Field::new("service_uuid").from("service").since(3, 48),
    Field::made("cluster_name", |_, _| Value::Null).since(3, 61).only(is_for_admin),
    Field::new("volume_type_id").since(3, 63),
    Field::made("consumes_quota", |_, _| true.into()).since(3, 65),
    Field::made("os-vol-tenant-attr:tenant_id", |_, volume| volume.owner.clone().into())
        .only(is_get),
    Field::made("os-vol-mig-status-attr:migstat", |_, _| Value::Null).only(is_get_for_admin),
    Field::made("os-vol-mig-status-attr:name_id", |_, _| Value::Null).only(is_get_for_admin),
    Field::new("os-vol-host-attr:host").from("host").only(is_get_for_admin),
    Field::new("volume_image_metadata")
        .from("image")
        .only(|call, volume| is_get(call, volume) && !volume.get("image").is_null()),
];

fn is_for_admin(call: &Call<'_>, _: &Document) -> bool {
    call.who.is_admin()
}

/// What is added to a volume that is looked at; an answer to a change does not have it.
fn is_get(call: &Call<'_>, _: &Document) -> bool {
    call.body.is_null()
}

fn is_get_for_admin(call: &Call<'_>, volume: &Document) -> bool {
    is_get(call, volume) && call.who.is_admin()
}

/// Its own, and what Cinder notes there itself.
fn metadata(_: &Call<'_>, volume: &Document) -> Value {
    let mut metadata = volume.get("metadata").as_object().cloned().unwrap_or_default();
    if let Some(read_only) = volume.get("readonly").as_str() {
        metadata.insert("readonly".into(), read_only.into());
    }
    metadata.into()
}

/// Where it is, as administrators see it with the host.
fn attachments(call: &Call<'_>, volume: &Document) -> Value {
    let mut attachments = volume.get("attachments").clone();
    if !call.who.is_admin() {
        for attachment in attachments.as_array_mut().into_iter().flatten() {
            attachment["host_name"] = Value::Null;
        }
    }
    attachments
}

const UPDATE: Shape = Shape::Object(&[Member::new(
    "volume",
    Shape::Object(&[
        Member::new("name", NAME_OR_NULL),
        Member::new("description", NAME_OR_NULL),
        Member::new("display_name", NAME_OR_NULL),
        Member::new("display_description", NAME_OR_NULL),
        Member::new("metadata", METADATA),
    ]),
)
.required()]);

/// A name or a description, which may be none.
pub(super) const NAME_OR_NULL: Shape = Shape::Types(&[TEXT, Shape::Null]);

/// `PUT /volumes/{id}`
fn update(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut volume = VOLUME.find(call, call.segment("id"))?;
    let body = crate::kind::take_body(call, &VOLUME, &UPDATE)?;
    if body.is_empty() && call.version >= (3, 53) {
        return Err(Refusal::bad_request(
            "Invalid input for field/attribute volume. Value: {}. {} is not valid under any of the \
             given schemas",
        ));
    }
    change(call, &mut volume, body)?;
    call.transaction.update(&volume)?;
    // What was sent is still what the answer is to.
    call.body = json!({});
    Ok(Reply::wrapped(200, VOLUME.one, VOLUME.view(call, &volume)))
}

fn change(
    call: &mut Call<'_>,
    volume: &mut Document,
    body: Map<String, Value>,
) -> Result<(), Refusal> {
    for (name, value) in body {
        let field = name.strip_prefix("display_").unwrap_or(&name);
        let value = match value {
            Value::String(text) if field != "metadata" => checked(field, &text)?.into(),
            value => value,
        };
        volume.set(field, value);
    }
    volume.set("updated_at", call.now.micros_without_zone());
    Ok(())
}

/// A name or description without the spaces around it.
pub(super) fn checked(field: &str, text: &str) -> Result<String, Refusal> {
    let length = text.chars().count();
    if length > 255 {
        return Err(Refusal::bad_request(format!(
            "{field} has {length} characters, more than 255."
        )));
    }
    Ok(text.trim().to_string())
}

/// Lets a thing be in this state at once.
pub(super) fn become_now(call: &Call<'_>, thing: &mut Document, status: &str) {
    thing.later.clear();
    thing.set("status", status);
    thing.set("updated_at", call.now.micros_without_zone());
}

/// Lets a thing have this change a few steps from now.
pub(super) fn later(call: &Call<'_>, thing: &mut Document, steps: u32, mut change: Value) {
    let at = call.now.after(STEP * steps);
    change["updated_at"] = at.micros_without_zone().into();
    thing.set_later(at, change);
}

/// An answer without a body, as Cinder's framework types it.
pub(super) fn accepted() -> Reply {
    Reply::empty(202).header("content-type", NO_BODY)
}
