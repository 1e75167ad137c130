//! Images themselves.

use serde_json::{Map, Value, json};

use super::{broken, check_owner, denied, find, is_owner, query, schema, without_body};
use crate::call::{Call, Refusal, Reply};
use crate::http::Asked;
use crate::kind::{Field, Kind, Listing, Pages, Scope, show as show_kind};
use crate::service::{Handler, Route, Stream};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/images", Handler::List(&IMAGE)),
    Route::post("/images", Handler::Write(create)),
    Route::get("/images/{id}", Handler::Read(show)),
    Route::patch("/images/{id}", Handler::Write(super::patch::update)),
    Route::delete("/images/{id}", Handler::Stream(Stream::Discard)),
    Route::get("/images/{id}/file", Handler::Stream(Stream::Download)),
    Route::put("/images/{id}/file", Handler::Stream(Stream::Upload)),
];

/// An image. Its owner is a field, because administrators may change it; what its owner calls
/// properties is under `properties`, who it is shared with under `members`.
pub(super) static IMAGE: Kind = Kind {
    name: "image",
    one: "",
    many: "images",
    scope: Scope::And(|call, image| {
        is_owner(call, image)
            || matches!(image.text("visibility"), "public" | "community")
            || super::member::status_of(image, &call.who.project).is_some()
    }),
    missing: |id| Refusal::not_found(format!("No image found with ID {id}")),
    fields: &[
        Field::spread("properties"),
        Field::new("name"),
        Field::new("disk_format"),
        Field::new("container_format"),
        Field::new("visibility"),
        Field::new("size"),
        Field::new("virtual_size"),
        Field::new("status"),
        Field::new("checksum"),
        Field::new("protected"),
        Field::new("min_ram"),
        Field::new("min_disk"),
        Field::new("owner"),
        Field::new("os_hidden"),
        Field::new("os_hash_algo"),
        Field::new("os_hash_value"),
        Field::made("id", |_, image| image.id.clone().into()),
        Field::new("created_at"),
        Field::new("updated_at"),
        Field::new("tags"),
        Field::made("self", |_, image| format!("/v2/images/{}", image.id).into()),
        Field::made("file", |_, image| format!("/v2/images/{}/file", image.id).into()),
        Field::made("schema", |_, _| "/v2/schemas/image".into()),
        Field::made("stores", |_, _| super::store::NAME.into())
            .only(|_, image| image.text("status") == "active"),
    ],
    brief: &[],
    listing: Listing {
        filters: &[],
        check: |_| Ok(()),
        order: query::order,
        pages: Pages::Glance(&query::QUERY),
        path: "/images",
    },
    create: None,
    update: None,
    delete: None,
};

/// Whether there is data to download.
pub(super) fn has_data(image: &Document) -> bool {
    !image.get("checksum").is_null()
}

/// Fields that a body never has.
const PATHS: &[&str] = &["direct_url", "self", "file", "schema", "stores"];
/// Fields that Glance sets.
const READ_ONLY: &[&str] =
    &["created_at", "updated_at", "status", "checksum", "size", "virtual_size"];
/// Fields that are not properties, though one would be taken for them.
const HASHES: &[&str] = &["os_hash_algo", "os_hash_value"];
/// Names that properties cannot have.
const RESERVED: &[&str] = &["location", "deleted", "deleted_at"];
/// Beginning of the names that Glance has for itself.
const OWN: &str = "os_glance_";
/// How many tags, and how many properties, an image may have.
const MOST: usize = 128;
/// What an image has if nobody says, and what may be said.
const GIVEN: &[&str] = &[
    "name",
    "disk_format",
    "container_format",
    "visibility",
    "protected",
    "min_ram",
    "min_disk",
    "owner",
    "os_hidden",
    "tags",
];

/// The fields of a new image.
pub(super) fn blank(call: &Call<'_>) -> Map<String, Value> {
    let now = call.now.seconds();
    let fields = json!({
        "name": null, "disk_format": null, "container_format": null, "visibility": "shared",
        "size": null, "virtual_size": null, "status": "queued", "checksum": null,
        "protected": false, "min_ram": 0, "min_disk": 0, "owner": call.who.project,
        "os_hidden": false, "os_hash_algo": null, "os_hash_value": null, "created_at": now,
        "updated_at": now, "tags": [], "properties": {}, "members": [],
    });
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// `GET /images/{id}`
fn show(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    without_body(call)?;
    show_kind(call, &IMAGE)
}

/// `POST /images`
fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut body = schema::read_image(call)?;
    if let Some(name) = PATHS.iter().find(|name| body.contains_key(**name)) {
        return Err(read_only(name));
    }
    schema::check(&body)?;
    let id = match body.shift_remove("id") {
        Some(Value::String(id)) => id,
        _ => crate::seed::new_id(),
    };
    let (own, properties): (Map<_, _>, Map<_, _>) = body.into_iter().partition(|(name, _)| {
        [GIVEN, READ_ONLY, HASHES].iter().any(|names| names.contains(&name.as_str()))
    });
    check_names(&properties)?;
    check_new(call, &own, &properties)?;
    if call.transaction.find(IMAGE.name, &id)?.is_some() {
        return Err(Refusal::conflict(format!("Image ID {id} already exists!")));
    }
    let mut image = Document::new(IMAGE.name, "", &id, blank(call));
    for (name, value) in own.into_iter().filter(|(name, _)| GIVEN.contains(&name.as_str())) {
        set(call, &mut image, &name, value)?;
    }
    image.set("properties", properties);
    check_count(&image)?;
    call.transaction.insert(&image)?;
    Ok(Reply::new(201, IMAGE.view(call, &image))
        .header("location", call.url(&format!("/images/{id}")))
        .header("openstack-image-store-ids", super::store::ALL))
}

/// Checks the names that a client gives to properties.
fn check_names(properties: &Map<String, Value>) -> Result<(), Refusal> {
    for name in properties.keys() {
        if name.chars().count() > 255 {
            let message = "Custom property should not be greater than 255 characters.";
            return Err(Refusal::bad_request(message));
        }
        if is_reserved(name) {
            return Err(denied(format!("Attribute '{name}' is reserved.")));
        }
    }
    Ok(())
}

/// Checks whose the image is to be, and what only Glance may say of it.
fn check_new(
    call: &Call<'_>,
    own: &Map<String, Value>,
    properties: &Map<String, Value>,
) -> Result<(), Refusal> {
    if let Some(owner) = own.get("owner")
        && !call.who.is_admin()
        && *owner != call.who.project.as_str()
    {
        let owner = owner.as_str().unwrap_or("None");
        return Err(Refusal::forbidden(format!(
            "You are not permitted to create images owned by '{owner}'."
        )));
    }
    if let Some(visibility) = own.get("visibility") {
        check_visibility(call, visibility)?;
    }
    if let Some(name) = READ_ONLY.iter().find(|name| own.contains_key(**name)) {
        return Err(read_only(name));
    }
    if properties.contains_key("locations") {
        return Err(Refusal::forbidden("Attribute 'locations' is reserved."));
    }
    Ok(())
}

/// Only administrators make images public.
fn check_visibility(call: &Call<'_>, visibility: &Value) -> Result<(), Refusal> {
    if visibility == "public" && !call.who.is_admin() {
        let message = "You are not authorized to complete publicize_image action.";
        return Err(Refusal::forbidden(message));
    }
    Ok(())
}

/// Whether Glance has this name for itself.
pub(super) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name) || name.starts_with(OWN)
}

/// Whether this is a field of every image, rather than a property.
pub(super) fn is_own(name: &str) -> bool {
    GIVEN.contains(&name)
}

/// Whether a client cannot change the field.
pub(super) fn is_read_only(name: &str) -> bool {
    let paths = PATHS.contains(&name) && name != "stores";
    paths || name == "id" || READ_ONLY.contains(&name) || HASHES.contains(&name)
}

pub(super) fn read_only(name: &str) -> Refusal {
    Refusal::forbidden(format!("Attribute '{name}' is read-only."))
}

/// Sets a field of every image to what a client wants.
pub(super) fn set(
    call: &Call<'_>,
    image: &mut Document,
    name: &str,
    value: Value,
) -> Result<(), Refusal> {
    match name {
        "visibility" => check_visibility(call, &value)?,
        "min_disk" | "min_ram" => match value.as_i64() {
            Some(number) if number < 0 => {
                return Err(Refusal::bad_request(format!(
                    "Invalid value '{number}' for parameter '{name}': Cannot be a negative value"
                )));
            }
            Some(number) if number <= i64::from(i32::MAX) => {}
            _ => {
                return Err(Refusal::bad_request(format!(
                    "'{name}' value out of range, must not exceed {}.",
                    i32::MAX
                )));
            }
        },
        "disk_format" | "container_format" if image.text("status") != "queued" => {
            return Err(Refusal::forbidden(format!(
                "Attribute {name} can be only replaced for a queued image."
            )));
        }
        "tags" => return set_tags(image, &value),
        _ => {}
    }
    image.set(name, value);
    Ok(())
}

/// Sets the tags, each once.
pub(super) fn set_tags(image: &mut Document, tags: &Value) -> Result<(), Refusal> {
    let mut unique: Vec<Value> = Vec::new();
    for tag in tags.as_array().into_iter().flatten() {
        if !unique.contains(tag) {
            unique.push(tag.clone());
        }
    }
    check_most("tags", unique.len())?;
    image.set("tags", unique);
    Ok(())
}

/// Refuses more properties than an image may have.
pub(super) fn check_count(image: &Document) -> Result<(), Refusal> {
    check_most("properties", image.get("properties").as_object().map_or(0, Map::len))
}

fn check_most(what: &str, count: usize) -> Result<(), Refusal> {
    if count <= MOST {
        return Ok(());
    }
    Err(Refusal::new(
        413,
        format!(
            "The limit has been exceeded on the number of allowed image {what}. Attempted: {count}, \
             Maximum: {MOST}"
        ),
    ))
}

/// `DELETE /images/{id}`: its data goes when it is certain that the image is gone.
pub(super) fn delete(asked: Asked) -> Result<Reply, Refusal> {
    let store = asked.store.clone();
    let id = asked.write(|call| {
        without_body(call)?;
        let image = find(call, |id| format!("Failed to find image {id} to delete"))?;
        check_owner(call, &image)?;
        if image.get("protected") == true {
            return Err(Refusal::forbidden(format!(
                "Image {} is protected and cannot be deleted.",
                image.id
            )));
        }
        call.transaction.remove(&image)?;
        Ok(image.id)
    })?;
    match std::fs::remove_file(store.image_file(&id)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(broken()),
        _ => Ok(super::done()),
    }
}
