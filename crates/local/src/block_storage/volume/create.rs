//! `POST /volumes`: from nothing, a snapshot, an image, a volume or a backup.

use serde_json::{Map, Value, json};

use super::{METADATA_OR_NULL, NAME_OR_NULL, VOLUME, checked, later};
use crate::block_storage::{
    HOST, MALFORMED, ZONE, invalid_input, invalid_volume, mark_created, quota, volume_type,
};
use crate::call::{Call, Refusal, Reply};
use crate::check::{Member, Shape, integer};
use crate::image;
use crate::seed::new_id;
use crate::store::Document;

const CREATE: Shape = Shape::Object(&[
    Member::new("volume", Shape::Open(FIELDS)).until(3, 53).required(),
    Member::new("volume", Shape::Object(FIELDS)).since(3, 53).required(),
    Member::new("OS-SCH-HNT:scheduler_hints", Shape::Any),
]);

const FIELDS: &[Member] = &[
    Member::new("name", NAME_OR_NULL),
    Member::new("description", NAME_OR_NULL),
    Member::new("display_name", NAME_OR_NULL),
    Member::new("display_description", NAME_OR_NULL),
    Member::new("volume_type", SHORT_OR_NULL),
    Member::new("metadata", METADATA_OR_NULL),
    Member::new("snapshot_id", ID_OR_NULL),
    Member::new("source_volid", ID_OR_NULL),
    Member::new("consistencygroup_id", ID_OR_NULL),
    Member::new("size", Shape::Size { or_null: true }),
    Member::new("availability_zone", SHORT_OR_NULL),
    Member::new("multiattach", Shape::Truth),
    Member::new("image_id", SHORT_OR_NULL),
    Member::new("imageRef", SHORT_OR_NULL),
    Member::new("group_id", SHORT_OR_NULL).since(3, 13),
    Member::new("backup_id", ID_OR_NULL).since(3, 47),
];

const SHORT_OR_NULL: Shape = Shape::Types(&[Shape::Text { min: 0, max: 255 }, Shape::Null]);
const ID_OR_NULL: Shape = Shape::OneOf(&[Shape::Id, Shape::Null]);

/// The largest volume that the one host has room for, in GiB.
const ROOM: i64 = 90_000;

/// What a volume is made from.
pub(in crate::block_storage) enum Origin {
    Nothing,
    Snapshot(Document),
    Volume(Document),
    Image(Document),
    Backup(Document),
}

pub(super) fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let body = crate::kind::take_body(call, &VOLUME, &CREATE)?;
    let kind = match body.get("volume_type").and_then(Value::as_str).filter(|name| !name.is_empty())
    {
        Some(name) => Some(volume_type::find(call, name)?),
        None => None,
    };
    let origin = origin(call, &body)?;
    let size = size(&body, &origin)?;
    if let Some(zone) = body.get("availability_zone").and_then(Value::as_str)
        && zone != ZONE
    {
        return Err(Refusal::bad_request(format!("Availability zone '{zone}' is invalid.")));
    }
    let text = |field: &str| -> Result<Value, Refusal> {
        let given = body.get(field).or_else(|| body.get(&format!("display_{field}")));
        match given.and_then(Value::as_str) {
            Some(text) => Ok(checked(field, text)?.into()),
            None => Ok(Value::Null),
        }
    };
    let (name, description) = (text("name")?, text("description")?);
    let mut volume = build(call, size, kind, &origin)?;
    volume.set("name", name);
    volume.set("description", description);
    if let Some(metadata) = body.get("metadata").filter(|metadata| metadata.is_object()) {
        volume.set("metadata", metadata.clone());
    }
    call.transaction.insert(&volume)?;
    mark_created(call);
    Ok(Reply::wrapped(202, VOLUME.one, VOLUME.view(call, &volume)))
}

/// A new volume of the caller's project, which is not kept yet.
pub(in crate::block_storage) fn build(
    call: &Call<'_>,
    size: i64,
    kind: Option<Document>,
    origin: &Origin,
) -> Result<Document, Refusal> {
    let kind = match kind {
        Some(kind) => kind,
        None => type_of(call, origin)?,
    };
    quota::refuse_more(call, "volumes", size)?;
    let id = |of: &Document| Value::from(of.id.clone());
    let (snapshot, source) = match origin {
        Origin::Snapshot(snapshot) => (id(snapshot), Value::Null),
        Origin::Volume(volume) => (Value::Null, id(volume)),
        _ => (Value::Null, Value::Null),
    };
    let fields = json!({
        "status": "creating", "size": size, "created_at": call.now.micros_without_zone(),
        "updated_at": null, "name": null, "description": null, "volume_type": kind.get("name"),
        "volume_type_id": kind.id, "snapshot_id": snapshot, "source_volid": source, "metadata": {},
        "user_id": call.who.user, "bootable": false, "attachments": [], "service": null,
        "host": null, "image": null,
    });
    let mut volume = Document::of(VOLUME.name, &call.who.project, &new_id(), fields);
    if size > ROOM {
        fail(call, &mut volume)?;
        return Ok(volume);
    }
    let placed = format!("{HOST}@{0}#{0}", kind.get("backend").as_str().unwrap_or("perf1"));
    let mut ready = json!({
        "status": "available", "service": service_of(&kind), "host": placed,
    });
    let mut steps = 1;
    match origin {
        Origin::Image(image) => {
            later(call, &mut volume, 1, json!({ "status": "downloading" }));
            steps = 3;
            ready["bootable"] = true.into();
            ready["image"] = image_metadata(image);
        }
        Origin::Snapshot(of) | Origin::Volume(of) => {
            ready["bootable"] = of.get("bootable").clone();
            ready["image"] = of.get("image").clone();
        }
        Origin::Nothing | Origin::Backup(_) => {}
    }
    later(call, &mut volume, steps, ready);
    Ok(volume)
}

/// No host has room for it.
fn fail(call: &Call<'_>, volume: &mut Document) -> Result<(), Refusal> {
    let reason = "schedule allocate volume:Could not find any available weighted backend.";
    later(call, volume, 1, json!({ "status": "error" }));
    crate::block_storage::message::note(call, volume, "VOLUME_VOLUME_001_003", reason)
}

/// The type of what it is made from, or the cloud's default.
fn type_of(call: &Call<'_>, origin: &Origin) -> Result<Document, Refusal> {
    match origin {
        Origin::Volume(volume) => volume_type::find(call, volume.text("volume_type_id")),
        Origin::Snapshot(snapshot) => {
            let volume = VOLUME.find(call, snapshot.text("volume_id"))?;
            volume_type::find(call, volume.text("volume_type_id"))
        }
        _ => volume_type::find(call, volume_type::DEFAULT),
    }
}

/// An id that the storage of a type always has.
fn service_of(kind: &Document) -> String {
    let name = kind.get("backend").as_str().unwrap_or("perf1").as_bytes();
    let mut bytes = [0x5a_u8; 16];
    for (at, byte) in name.iter().enumerate() {
        bytes[at % 16] ^= byte.wrapping_mul(31);
    }
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

fn image_metadata(image: &Document) -> Value {
    let mut metadata = Map::new();
    metadata.insert("signature_verified".into(), "False".into());
    for (key, value) in image.get("properties").as_object().into_iter().flatten() {
        metadata.insert(key.clone(), value.clone());
    }
    metadata.insert("image_id".into(), image.id.clone().into());
    metadata.insert("image_name".into(), image.get("name").clone());
    for field in ["checksum", "container_format", "disk_format", "min_disk", "min_ram", "size"] {
        let value = image.get(field);
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_string);
        metadata.insert(field.into(), text.into());
    }
    metadata.into()
}

fn origin(call: &Call<'_>, body: &Map<String, Value>) -> Result<Origin, Refusal> {
    let text = |field: &str| body.get(field).and_then(Value::as_str);
    if let Some(id) = text("snapshot_id") {
        let snapshot = crate::block_storage::snapshot::SNAPSHOT.find(call, id)?;
        if !matches!(snapshot.text("status"), "available" | "backing-up") {
            return Err(Refusal::bad_request(
                "Invalid snapshot: Originating snapshot status must be one of 'available, \
                 backing-up' values",
            ));
        }
        return Ok(Origin::Snapshot(snapshot));
    }
    if let Some(id) = text("source_volid") {
        let volume = VOLUME.find(call, id)?;
        if !matches!(volume.text("status"), "available" | "in-use") {
            return Err(invalid_volume(
                "Originating source volume status must be one of 'available, in-use' values",
            ));
        }
        return Ok(Origin::Volume(volume));
    }
    if let Some(id) = text("imageRef").or_else(|| text("image_id")).filter(|id| !id.is_empty()) {
        return find_image(call, id).map(Origin::Image);
    }
    if let Some(id) = text("backup_id") {
        let backup = crate::block_storage::backup::BACKUP.find(call, id)?;
        return Ok(Origin::Backup(backup));
    }
    Ok(Origin::Nothing)
}

fn find_image(call: &Call<'_>, id: &str) -> Result<Document, Refusal> {
    let image = image::find_for_boot(call, id)?.ok_or_else(|| {
        Refusal::bad_request("Invalid image identifier or unable to access requested image.")
    })?;
    if image.text("status") != "active" {
        return Err(invalid_input(&format!("Image {id} is not active.")));
    }
    Ok(image)
}

/// The size in GiB: the one that was asked for, or that of what it is made from.
fn size(body: &Map<String, Value>, origin: &Origin) -> Result<i64, Refusal> {
    let asked = body.get("size").and_then(integer);
    let number = |of: &Document, field: &str| of.get(field).as_i64().unwrap_or_default();
    let own = match origin {
        Origin::Snapshot(of) | Origin::Volume(of) | Origin::Backup(of) => Some(number(of, "size")),
        Origin::Nothing | Origin::Image(_) => None,
    };
    let size = asked.or(own).ok_or_else(|| Refusal::bad_request(MALFORMED))?;
    let least = match origin {
        Origin::Image(image) => number(image, "min_disk"),
        _ => own.unwrap_or_default(),
    };
    if size >= least {
        return Ok(size);
    }
    Err(invalid_input(&match origin {
        Origin::Image(_) => {
            format!("Volume size {size}GB cannot be smaller than the image minDisk size {least}GB.")
        }
        Origin::Volume(_) => format!(
            "Volume size '{size}'GB cannot be smaller than original volume size  {least}GB. They \
             must be >= original volume size."
        ),
        Origin::Backup(_) => format!(
            "Volume size {size}GB cannot be smaller than the backup size {least}GB. It must be >= \
             backup size."
        ),
        _ => format!(
            "Volume size '{size}'GB cannot be smaller than the snapshot size {least}GB. They must \
             be >= original snapshot size."
        ),
    }))
}
