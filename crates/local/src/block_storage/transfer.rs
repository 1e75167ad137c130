//! Transfers of volumes to other projects: an offer, the key that opens it, and who takes it.

use serde_json::{Value, json};

use super::snapshot::SNAPSHOT;
use super::volume::{NAME_OR_NULL, VOLUME, accepted, become_now};
use super::{created_at, invalid_volume, links, mark_created, query};
use crate::call::{Call, Refusal, Reply};
use crate::check::{Member, Shape, TEXT, truth};
use crate::kind::{self, Field, Filter, Kind, Listing, Pages, Scope};
use crate::seed::new_id;
use crate::service::{Handler, Route};
use crate::store::Document;

/// The newer path, and the older one.
pub(super) const ROUTES: &[Route] = &[
    Route::get("/{own_project}/volume-transfers", Handler::ListBriefly(&TRANSFER)),
    Route::get("/{own_project}/volume-transfers/detail", Handler::List(&TRANSFER)),
    Route::post("/{own_project}/volume-transfers", Handler::Write(create)),
    Route::get("/{own_project}/volume-transfers/{id}", Handler::Show(&TRANSFER)),
    Route::delete("/{own_project}/volume-transfers/{id}", Handler::Write(delete)),
    Route::post("/{own_project}/volume-transfers/{id}/accept", Handler::Write(accept)),
    Route::get("/{own_project}/os-volume-transfer", Handler::ListBriefly(&TRANSFER)),
    Route::get("/{own_project}/os-volume-transfer/detail", Handler::List(&TRANSFER)),
    Route::post("/{own_project}/os-volume-transfer", Handler::Write(create)),
    Route::get("/{own_project}/os-volume-transfer/{id}", Handler::Show(&TRANSFER)),
    Route::delete("/{own_project}/os-volume-transfer/{id}", Handler::Write(delete)),
    Route::post("/{own_project}/os-volume-transfer/{id}/accept", Handler::Write(accept)),
];

static TRANSFER: Kind = Kind {
    name: "volume_transfer",
    one: "transfer",
    many: "transfers",
    scope: Scope::Project,
    missing: |id| Refusal::not_found(format!("Transfer {id} could not be found.")),
    fields: &[
        Field::made("id", |_, transfer| transfer.id.clone().into()),
        Field::made("created_at", created_at),
        Field::new("name"),
        Field::new("volume_id"),
        Field::new("auth_key").only(|call, _| !call.body.is_null()),
        Field::made("links", |call, transfer| links(call, "os-volume-transfer", &transfer.id)),
        Field::new("no_snapshots").since(3, 55),
        Field::made("destination_project_id", |_, _| Value::Null).since(3, 57),
        Field::made("source_project_id", |_, one| one.owner.clone().into()).since(3, 57),
        Field::made("accepted", |_, _| false.into()).since(3, 57),
    ],
    brief: &["id", "volume_id", "name", "links"],
    listing: Listing {
        filters: &[Filter::equal("name"), Filter::equal("volume_id")],
        check: |_| Ok(()),
        order: query::order,
        pages: Pages::Cinder { max: 1000 },
        path: "/volume-transfers",
    },
    create: None,
    update: None,
    delete: None,
};

const CREATE: Shape = Shape::Object(&[Member::new(
    "transfer",
    Shape::Object(&[
        Member::new("volume_id", Shape::Id).required(),
        Member::new("name", NAME_OR_NULL),
        Member::new("no_snapshots", Shape::Truth).since(3, 55),
    ]),
)
.required()]);

/// `POST /volume-transfers`
fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let body = kind::take_body(call, &TRANSFER, &CREATE)?;
    let mut volume = VOLUME.find(call, body["volume_id"].as_str().unwrap_or_default())?;
    if volume.text("status") != "available" {
        return Err(invalid_volume("status must be available"));
    }
    let fields = json!({
        "created_at": call.now.micros_without_zone(), "name": body.get("name"),
        "volume_id": volume.id, "auth_key": &crate::identity::hex()[..16],
        "no_snapshots": body.get("no_snapshots").is_some_and(truth),
    });
    let transfer = Document::of(TRANSFER.name, &call.who.project, &new_id(), fields);
    call.transaction.insert(&transfer)?;
    become_now(call, &mut volume, "awaiting-transfer");
    call.transaction.update(&volume)?;
    // The only answer with the key is the one to whoever sent a body.
    mark_created(call);
    Ok(Reply::wrapped(202, TRANSFER.one, TRANSFER.view(call, &transfer)))
}

const ACCEPT: Shape = Shape::Object(&[Member::new(
    "accept",
    Shape::Object(&[Member::new(
        "auth_key",
        Shape::Types(&[TEXT, Shape::Integer { min: 0, max: i64::MAX }]),
    )
    .required()]),
)
.required()]);

/// `POST /volume-transfers/{id}/accept`: by whoever has the key.
fn accept(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    (call.service.check)(call, &ACCEPT)?;
    let id = call.segment("id");
    let found = call.transaction.find(TRANSFER.name, id)?;
    let transfer = found.ok_or_else(|| (TRANSFER.missing)(id))?;
    let key = &call.body["accept"]["auth_key"];
    let key = key.as_str().map_or_else(|| key.to_string(), str::to_string);
    if transfer.text("auth_key") != key {
        return Err(Refusal::bad_request(format!(
            "Invalid auth key: Attempt to transfer {id} with invalid auth key."
        )));
    }
    let volume = call.transaction.find(VOLUME.name, transfer.text("volume_id"))?;
    let mut volume = volume.ok_or_else(|| (VOLUME.missing)(transfer.text("volume_id")))?;
    let before = volume.owner.clone();
    become_now(call, &mut volume, "available");
    volume.set("user_id", call.who.user.as_str());
    give(call, volume)?;
    if transfer.get("no_snapshots") == false {
        let mut snapshots = call.transaction.all(SNAPSHOT.name, Some(&before))?;
        snapshots.retain(|one| one.text("volume_id") == transfer.text("volume_id"));
        snapshots.into_iter().try_for_each(|snapshot| give(call, snapshot))?;
    }
    call.transaction.remove(&transfer)?;
    Ok(Reply::wrapped(
        202,
        TRANSFER.one,
        json!({
            "id": transfer.id, "volume_id": transfer.get("volume_id"), "name": transfer.get("name"),
            "links": links(call, "os-volume-transfer", &transfer.id),
        }),
    ))
}

/// Lets a thing belong to the caller's project.
fn give(call: &Call<'_>, mut thing: Document) -> Result<(), Refusal> {
    call.transaction.remove(&thing)?;
    thing.owner.clone_from(&call.who.project);
    Ok(call.transaction.insert(&thing)?)
}

/// `DELETE /volume-transfers/{id}`
fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let transfer = TRANSFER.find(call, call.segment("id"))?;
    if let Some(mut volume) = call.transaction.find(VOLUME.name, transfer.text("volume_id"))? {
        become_now(call, &mut volume, "available");
        call.transaction.update(&volume)?;
    }
    call.transaction.remove(&transfer)?;
    Ok(accepted())
}
