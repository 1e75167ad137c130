//! Snapshots of volumes.

use serde_json::{Map, Value, json};

use super::volume::{
    self, METADATA_OR_NULL, NAME_OR_NULL, Target, VOLUME, accepted, become_now, checked, later,
};
use super::{created_at, disallowed, invalid_volume, mark_created, query, quota};
use crate::call::{Call, Refusal, Reply};
use crate::check::{Member, Shape, truth};
use crate::kind::{self, Field, Filter, Kind, Listing, Pages, Scope};
use crate::seed::new_id;
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/{own_project}/snapshots", Handler::ListBriefly(&SNAPSHOT)),
    Route::get("/{own_project}/snapshots/detail", Handler::List(&SNAPSHOT)),
    Route::post("/{own_project}/snapshots", Handler::Write(create)),
    Route::get("/{own_project}/snapshots/{id}", Handler::Show(&SNAPSHOT)),
    Route::put("/{own_project}/snapshots/{id}", Handler::Write(update)),
    Route::delete("/{own_project}/snapshots/{id}", Handler::Write(delete)),
    Route::post("/{own_project}/snapshots/{id}/action", Handler::Write(act)),
    Route::get("/{own_project}/snapshots/{id}/metadata", Handler::Read(|call| OF.show(call))),
    Route::post("/{own_project}/snapshots/{id}/metadata", Handler::Write(|call| OF.extend(call))),
    Route::put("/{own_project}/snapshots/{id}/metadata", Handler::Write(|call| OF.replace(call))),
    Route::get("/{own_project}/snapshots/{id}/metadata/{key}", Handler::Read(|call| OF.one(call))),
    Route::put("/{own_project}/snapshots/{id}/metadata/{key}", Handler::Write(|call| OF.set(call))),
    Route::delete(
        "/{own_project}/snapshots/{id}/metadata/{key}",
        Handler::Write(|call| OF.remove(call)),
    ),
];

const OF: Target = Target { kind: &SNAPSHOT, noun: "Snapshot" };

pub(super) static SNAPSHOT: Kind = Kind {
    name: "volume_snapshot",
    one: "snapshot",
    many: "snapshots",
    scope: Scope::Project,
    missing: |id| Refusal::not_found(format!("Snapshot {id} could not be found.")),
    fields: &[
        Field::made("id", |_, snapshot| snapshot.id.clone().into()),
        Field::made("created_at", created_at),
        Field::new("updated_at"),
        Field::new("name"),
        Field::new("description"),
        Field::new("volume_id"),
        Field::new("status"),
        Field::new("size"),
        Field::new("metadata"),
        Field::made("group_snapshot_id", |_, _| Value::Null).since(3, 14),
        Field::new("user_id").since(3, 41),
        Field::made("consumes_quota", |_, _| true.into()).since(3, 65),
        Field::made("os-extended-snapshot-attributes:project_id", |_, snapshot| {
            snapshot.owner.clone().into()
        })
        .only(|call, _| call.body.is_null()),
        Field::made("os-extended-snapshot-attributes:progress", progress)
            .only(|call, _| call.body.is_null()),
    ],
    brief: &[
        "id",
        "created_at",
        "updated_at",
        "name",
        "description",
        "volume_id",
        "status",
        "size",
        "metadata",
    ],
    listing: Listing {
        filters: &[
            Filter::equal("name"),
            Filter::equal("status"),
            Filter::equal("volume_id"),
            Filter::by("metadata", query::has_metadata),
        ],
        check: |call| query::check(call, FILTERS),
        order: query::order,
        pages: Pages::Cinder { max: 1000 },
        path: "/snapshots",
    },
    create: None,
    update: None,
    delete: None,
};

const FILTERS: &[&str] =
    &["name", "status", "volume_id", "metadata", "availability_zone", "consumes_quota"];

fn progress(_: &Call<'_>, snapshot: &Document) -> Value {
    if snapshot.text("status") == "creating" { "0%".into() } else { "100%".into() }
}

const CREATE: Shape = Shape::Object(&[Member::new(
    "snapshot",
    Shape::Object(&[
        Member::new("name", NAME_OR_NULL),
        Member::new("display_name", NAME_OR_NULL),
        Member::new("description", NAME_OR_NULL),
        Member::new("volume_id", Shape::OneOf(&[Shape::Id, Shape::Null])).required(),
        Member::new("force", Shape::Truth),
        Member::new("metadata", METADATA_OR_NULL),
    ]),
)
.required()]);

/// `POST /snapshots`
fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let body = kind::take_body(call, &SNAPSHOT, &CREATE)?;
    let since_366 = call.version >= (3, 66);
    let force = body.get("force").map(truth);
    if since_366 && force == Some(false) {
        return Err(Refusal::bad_request(
            "Since microversion 3.66 the 'force' flag is invalid for this request.  For backward \
             compatability, however, when the 'force' flag is passed with a value evaluating to True, \
             it is silently ignored.",
        ));
    }
    let volume = VOLUME.find(call, body["volume_id"].as_str().unwrap_or_default())?;
    check(&volume, since_366 || force == Some(true))?;
    let size = volume.get("size").as_i64().unwrap_or_default();
    quota::refuse_more(call, "snapshots", size)?;
    let text = |field: &str| match body.get(field).and_then(Value::as_str) {
        Some(text) => checked(field, text).map(Value::from),
        None => Ok(Value::Null),
    };
    let metadata = body.get("metadata").filter(|given| given.is_object()).cloned();
    let fields = json!({
        "created_at": call.now.micros_without_zone(), "updated_at": null, "name": text("name")?,
        "description": text("description")?, "volume_id": volume.id, "status": "creating",
        "size": size, "metadata": metadata.unwrap_or_else(|| json!({})), "user_id": call.who.user,
        "bootable": volume.get("bootable"), "image": volume.get("image"),
    });
    let mut snapshot = Document::of(SNAPSHOT.name, &call.who.project, &new_id(), fields);
    later(call, &mut snapshot, 2, json!({ "status": "available" }));
    call.transaction.insert(&snapshot)?;
    mark_created(call);
    Ok(Reply::wrapped(202, SNAPSHOT.one, SNAPSHOT.view(call, &snapshot)))
}

/// Whether a snapshot can be made of a volume in its state.
fn check(volume: &Document, even_in_use: bool) -> Result<(), Refusal> {
    let from: &[&str] = if even_in_use { &["available", "in-use"] } else { &["available"] };
    let status = volume.text("status");
    match status {
        "error" => Err(invalid_volume(
            "The snapshot cannot be created when the volume is in error status.",
        )),
        status if from.contains(&status) => Ok(()),
        status => Err(invalid_volume(&format!(
            "Volume {} status must be {}, but current status is: {status}.",
            volume.id,
            from.join(", ")
        ))),
    }
}

const UPDATE: Shape = Shape::Object(&[Member::new(
    "snapshot",
    Shape::Object(&[
        Member::new("name", NAME_OR_NULL),
        Member::new("description", NAME_OR_NULL),
        Member::new("display_name", NAME_OR_NULL),
        Member::new("display_description", NAME_OR_NULL),
    ]),
)
.required()]);

/// `PUT /snapshots/{id}`
fn update(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut snapshot = SNAPSHOT.find(call, call.segment("id"))?;
    let body = kind::take_body(call, &SNAPSHOT, &UPDATE)?;
    for (name, value) in body {
        let field = name.strip_prefix("display_").unwrap_or(&name);
        let text = value.as_str().map(|text| checked(field, text)).transpose()?;
        snapshot.set(field, text);
    }
    snapshot.set("updated_at", call.now.micros_without_zone());
    call.transaction.update(&snapshot)?;
    call.body = json!({});
    Ok(Reply::wrapped(200, SNAPSHOT.one, SNAPSHOT.view(call, &snapshot)))
}

/// `DELETE /snapshots/{id}`
fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let snapshot = SNAPSHOT.find(call, call.segment("id"))?;
    if !matches!(snapshot.text("status"), "available" | "error") {
        return Err(Refusal::bad_request(
            "Invalid snapshot: Snapshot status must be available or error and must not be part of a \
             group.",
        ));
    }
    volume::begin_deletion(call, snapshot)?;
    Ok(accepted())
}

/// `POST /snapshots/{id}/action`: for administrators.
fn act(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let body: Map<String, Value> = call.body.as_object().cloned().unwrap_or_default();
    let mut snapshot = SNAPSHOT.find(call, call.segment("id"))?;
    let rule = |name: &str| format!("volume_extension:snapshot_admin_actions:{name}");
    match body.iter().next() {
        Some((name, _)) if name == "os-force_delete" => {
            if !call.who.is_admin() {
                return Err(disallowed(&rule("force_delete")));
            }
            volume::begin_deletion(call, snapshot)?;
            Ok(Reply::empty(202))
        }
        Some((name, wish)) if name == "os-reset_status" => {
            if !call.who.is_admin() {
                return Err(disallowed(&rule("reset_status")));
            }
            become_now(call, &mut snapshot, wish["status"].as_str().unwrap_or("error"));
            call.transaction.update(&snapshot)?;
            Ok(Reply::empty(202))
        }
        Some((name, _)) => Err(Refusal::bad_request(format!(
            "There is no such action: {name}. Verify the request body and Content-Type header and try again."
        ))),
        None => Err(Refusal::bad_request("Malformed request body")),
    }
}
