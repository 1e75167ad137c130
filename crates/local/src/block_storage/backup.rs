//! Backups of volumes, and what is restored from them.

use serde_json::{Map, Value, json};

use super::snapshot::SNAPSHOT;
use super::volume::{
    self, METADATA_OR_NULL, NAME_OR_NULL, Origin, VOLUME, accepted, become_now, later,
};
use super::{disallowed, invalid_volume, links, query, quota};
use crate::call::{Call, Refusal, Reply};
use crate::check::{Member, Shape, truth};
use crate::kind::{self, Field, Filter, Kind, Listing, Pages, Scope};
use crate::seed::new_id;
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/{own_project}/backups", Handler::ListBriefly(&BACKUP)),
    Route::get("/{own_project}/backups/detail", Handler::List(&BACKUP)),
    Route::post("/{own_project}/backups", Handler::Write(create)),
    Route::get("/{own_project}/backups/{id}", Handler::Show(&BACKUP)),
    Route::delete("/{own_project}/backups/{id}", Handler::Write(delete)),
    Route::post("/{own_project}/backups/{id}/restore", Handler::Write(restore)),
    Route::post("/{own_project}/backups/{id}/action", Handler::Write(act)),
];

pub(super) static BACKUP: Kind = Kind {
    name: "volume_backup",
    one: "backup",
    many: "backups",
    scope: Scope::Project,
    missing: |id| Refusal::not_found(format!("Backup {id} could not be found.")),
    fields: &[
        Field::made("id", |_, backup| backup.id.clone().into()),
        Field::new("status"),
        Field::new("size"),
        Field::new("object_count"),
        Field::made("availability_zone", |_, _| Value::Null),
        Field::made("container", |_, backup| container(&backup.id).into()),
        Field::new("created_at"),
        Field::new("updated_at"),
        Field::new("name"),
        Field::new("description"),
        Field::new("fail_reason"),
        Field::new("volume_id"),
        Field::made("links", |call, backup| links(call, "backups", &backup.id)),
        Field::made("is_incremental", |_, backup| (!backup.get("parent").is_null()).into()),
        Field::made("has_dependent_backups", has_dependents),
        Field::new("snapshot_id"),
        Field::new("data_timestamp"),
        Field::new("metadata").since(3, 43),
        Field::made("os-backup-project-attr:project_id", |_, backup| backup.owner.clone().into())
            .since(3, 18)
            .only(|call, _| call.who.is_admin()),
        Field::new("user_id").since(3, 56).only(|call, _| call.who.is_admin()),
    ],
    brief: &["id", "name", "links"],
    listing: Listing {
        filters: &[Filter::equal("name"), Filter::equal("status"), Filter::equal("volume_id")],
        check: |call| query::check(call, &["name", "status", "volume_id"]),
        order: query::order,
        pages: Pages::Cinder { max: 1000 },
        path: "/backups",
    },
    create: None,
    update: None,
    delete: None,
};

/// Where its content is: a folder, as the simplest of Cinder's ways to keep it has it.
fn container(id: &str) -> String {
    format!("{}/{}/{id}", &id[..2.min(id.len())], &id[2.min(id.len())..4.min(id.len())])
}

fn has_dependents(call: &Call<'_>, backup: &Document) -> Value {
    dependents(call, backup).is_ok_and(|count| count > 0).into()
}

/// How many backups need this one.
fn dependents(call: &Call<'_>, backup: &Document) -> Result<usize, Refusal> {
    let all = call.transaction.all(BACKUP.name, Some(&backup.owner))?;
    Ok(all.iter().filter(|other| other.text("parent") == backup.id).count())
}

const CREATE: Shape = Shape::Object(&[Member::new(
    "backup",
    Shape::Object(&[
        Member::new("volume_id", Shape::Id).required(),
        Member::new("container", NAME_OR_NULL),
        Member::new("description", NAME_OR_NULL),
        Member::new("incremental", Shape::Truth),
        Member::new("force", Shape::Truth),
        Member::new("name", NAME_OR_NULL),
        Member::new("snapshot_id", Shape::OneOf(&[Shape::Id, Shape::Null])),
        Member::new("metadata", METADATA_OR_NULL).since(3, 43),
        Member::new("availability_zone", NAME_OR_NULL).since(3, 51),
    ]),
)
.required()]);

/// What a backup is made of: the volume, maybe as a snapshot has it.
struct Source {
    volume: Document,
    snapshot: Option<Document>,
}

/// `POST /backups`
fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let body = kind::take_body(call, &BACKUP, &CREATE)?;
    let wants = |name: &str| body.get(name).is_some_and(truth);
    let mut source = source(call, &body, wants("force"))?;
    let size = source.volume.get("size").as_i64().unwrap_or_default();
    quota::refuse_more(call, "backups", size)?;
    let parent = if wants("incremental") { Some(latest(call, &source.volume.id)?) } else { None };
    let text = |field: &str| body.get(field).cloned().unwrap_or_default();
    let now = call.now.micros_without_zone();
    let taken = source.snapshot.as_ref().map(|snapshot| snapshot.get("created_at").clone());
    let fields = json!({
        "status": "creating", "size": size, "object_count": 0, "created_at": now,
        "updated_at": null, "name": text("name"), "description": text("description"),
        "fail_reason": null, "volume_id": source.volume.id,
        "snapshot_id": source.snapshot.as_ref().map(|snapshot| snapshot.id.clone()),
        "data_timestamp": taken.unwrap_or_else(|| now.into()), "parent": parent,
        "metadata": body.get("metadata").filter(|given| given.is_object()).cloned()
            .unwrap_or_else(|| json!({})),
        "user_id": call.who.user, "of_name": source.volume.get("name"),
        "of_metadata": source.volume.get("metadata"),
        "image": source.volume.get("image"),
    });
    let mut backup = Document::of(BACKUP.name, &call.who.project, &new_id(), fields);
    later(call, &mut backup, 4, json!({ "status": "available", "object_count": size }));
    call.transaction.insert(&backup)?;
    let busy = source.snapshot.as_mut().unwrap_or(&mut source.volume);
    let before = busy.text("status").to_string();
    become_now(call, busy, "backing-up");
    later(call, busy, 4, json!({ "status": before }));
    call.transaction.update(busy)?;
    Ok(Reply::wrapped(
        202,
        BACKUP.one,
        json!({
            "id": backup.id, "name": backup.get("name"), "links": links(call, "backups", &backup.id),
        }),
    ))
}

fn source(call: &Call<'_>, body: &Map<String, Value>, force: bool) -> Result<Source, Refusal> {
    let volume = VOLUME.find(call, body["volume_id"].as_str().unwrap_or_default())?;
    if let Some(id) = body.get("snapshot_id").and_then(Value::as_str) {
        let snapshot = SNAPSHOT.find(call, id)?;
        if snapshot.text("volume_id") != volume.id {
            return Err(invalid_volume(&format!(
                "Volume {} does not match with snapshot.volume_id {}.",
                volume.id,
                snapshot.text("volume_id")
            )));
        }
        if snapshot.text("status") != "available" {
            return Err(Refusal::bad_request(format!(
                "Invalid snapshot: Snapshot to be backed up must be available, but the current \
                 status is \"{}\".",
                snapshot.text("status")
            )));
        }
        return Ok(Source { volume, snapshot: Some(snapshot) });
    }
    match volume.text("status") {
        "available" => {}
        "in-use" if force => {}
        "in-use" => {
            return Err(invalid_volume("Backing up an in-use volume must use the force flag."));
        }
        status => {
            return Err(invalid_volume(&format!(
                "Volume to be backed up must be available or in-use, but the current status is \
                 \"{status}\"."
            )));
        }
    }
    Ok(Source { volume, snapshot: None })
}

/// The latest backup of a volume, from which an incremental one goes on.
fn latest(call: &Call<'_>, volume: &str) -> Result<String, Refusal> {
    let mut all = call.transaction.all(BACKUP.name, Some(&call.who.project))?;
    all.retain(|backup| backup.text("volume_id") == volume && backup.text("status") == "available");
    let latest = all.into_iter().next();
    latest.map(|backup| backup.id).ok_or_else(|| {
        Refusal::bad_request("Invalid backup: No backups available to do an incremental backup.")
    })
}

const RESTORE: Shape = Shape::Object(&[Member::new(
    "restore",
    Shape::Types(&[
        Shape::Null,
        Shape::Object(&[
            Member::new("name", NAME_OR_NULL),
            Member::new("volume_id", Shape::OneOf(&[Shape::Id, Shape::Null])),
        ]),
    ]),
)
.required()]);

/// `POST /backups/{id}/restore`
fn restore(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    (call.service.check)(call, &RESTORE)?;
    let wish = call.body["restore"].take();
    let mut backup = BACKUP.find(call, call.segment("id"))?;
    if backup.text("status") != "available" {
        return Err(Refusal::bad_request("Invalid backup: Backup status must be available"));
    }
    let size = backup.get("size").as_i64().unwrap_or_default();
    let (mut volume, is_new) = match wish["volume_id"].as_str() {
        Some(id) => (VOLUME.find(call, id)?, false),
        None => (volume::build(call, size, None, &Origin::Nothing)?, true),
    };
    if !is_new {
        check_target(&volume, size)?;
    }
    let name = wish["name"].as_str().map(str::to_string);
    if is_new {
        let usual = format!("restore_backup_{}", backup.id);
        volume.set("name", name.clone().unwrap_or(usual));
        volume.set("description", "auto-created_from_restore_from_backup");
        volume.hurry();
    }
    let answer = json!({
        "backup_id": backup.id, "volume_id": volume.id, "volume_name": volume.get("name"),
    });
    become_now(call, &mut volume, "restoring-backup");
    let after = restored(&backup, &volume, is_new && name.is_none());
    later(call, &mut volume, 4, after);
    if is_new {
        call.transaction.insert(&volume)?;
    } else {
        call.transaction.update(&volume)?;
    }
    become_now(call, &mut backup, "restoring");
    later(call, &mut backup, 4, json!({ "status": "available" }));
    call.transaction.update(&backup)?;
    Ok(Reply::wrapped(202, "restore", answer))
}

fn check_target(volume: &Document, size: i64) -> Result<(), Refusal> {
    if volume.text("status") != "available" {
        return Err(invalid_volume("Volume to be restored to must be available"));
    }
    let own = volume.get("size").as_i64().unwrap_or_default();
    if own < size {
        return Err(invalid_volume(&format!(
            "volume size {own} is too small to restore backup of size {size}."
        )));
    }
    Ok(())
}

/// What a volume is once a backup is restored to it: it has the metadata of the one that was backed
/// up, and also its name if nobody chose another.
fn restored(backup: &Document, volume: &Document, takes_name: bool) -> Value {
    let mut metadata = backup.get("of_metadata").as_object().cloned().unwrap_or_default();
    metadata.insert("src_backup_id".into(), backup.id.clone().into());
    let name = if takes_name { backup.get("of_name") } else { volume.get("name") };
    json!({
        "status": "available", "metadata": metadata, "name": name,
        "bootable": !backup.get("image").is_null(), "image": backup.get("image"),
    })
}

/// `DELETE /backups/{id}`
fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let backup = BACKUP.find(call, call.segment("id"))?;
    if !matches!(backup.text("status"), "available" | "error") {
        let why = "Invalid backup: Backup status must be available or error";
        return Err(Refusal::bad_request(why));
    }
    if dependents(call, &backup)? > 0 {
        let why = "Invalid backup: Incremental backups exist for this backup.";
        return Err(Refusal::bad_request(why));
    }
    volume::begin_deletion(call, backup)?;
    Ok(Reply::empty(202))
}

/// `POST /backups/{id}/action`: for administrators.
fn act(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let body = call.body.as_object().cloned().unwrap_or_default();
    let mut backup = BACKUP.find(call, call.segment("id"))?;
    let rule = |name: &str| format!("volume_extension:backup_admin_actions:{name}");
    match body.iter().next() {
        Some((name, _)) if name == "os-force_delete" => {
            if !call.who.is_admin() {
                return Err(disallowed(&rule("force_delete")));
            }
            volume::begin_deletion(call, backup)?;
            Ok(accepted())
        }
        Some((name, wish)) if name == "os-reset_status" => {
            if !call.who.is_admin() {
                return Err(disallowed(&rule("reset_status")));
            }
            become_now(call, &mut backup, wish["status"].as_str().unwrap_or("error"));
            call.transaction.update(&backup)?;
            Ok(Reply::empty(202))
        }
        Some((name, _)) => Err(Refusal::bad_request(format!(
            "There is no such action: {name}. Verify the request body and Content-Type header and try again."
        ))),
        None => Err(Refusal::bad_request("Malformed request body")),
    }
}
