//! Messages: what Cinder tells a project about what went wrong afterwards.

use serde_json::{Value, json};

use super::{links, query};
use crate::call::{Call, Refusal};
use crate::kind::{Delete, Field, Filter, Kind, Listing, Pages, Scope};
use crate::seed::new_id;
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/{own_project}/messages", Handler::List(&MESSAGE)).since(3, 3),
    Route::get("/{own_project}/messages/{id}", Handler::Show(&MESSAGE)).since(3, 3),
    Route::delete("/{own_project}/messages/{id}", Handler::Delete(&MESSAGE)).since(3, 3),
];

static MESSAGE: Kind = Kind {
    name: "volume_message",
    one: "message",
    many: "messages",
    scope: Scope::Project,
    missing: |id| Refusal::not_found(format!("Message {id} could not be found.")),
    fields: &[
        Field::made("id", |_, message| message.id.clone().into()),
        Field::new("event_id"),
        Field::new("user_message"),
        Field::made("message_level", |_, _| "ERROR".into()),
        Field::new("created_at"),
        Field::new("guaranteed_until"),
        Field::new("request_id"),
        Field::made("links", |call, message| links(call, "messages", &message.id)),
        Field::made("resource_type", |_, _| Value::from("VOLUME")),
        Field::new("resource_uuid"),
    ],
    brief: &[],
    listing: Listing {
        filters: &[
            Filter::equal("resource_uuid"),
            Filter::equal("event_id"),
            Filter::equal("request_id"),
            Filter::by("resource_type", |_, _, kind| kind == "VOLUME"),
            Filter::by("message_level", |_, _, level| level == "ERROR"),
        ],
        check: |call| {
            let known =
                ["resource_uuid", "resource_type", "event_id", "request_id", "message_level"];
            query::check(call, &known)
        },
        order: query::order,
        pages: Pages::Cinder { max: 1000 },
        path: "/messages",
    },
    create: None,
    update: None,
    delete: Some(Delete::AT_ONCE),
};

/// How long Cinder keeps a message, in days.
const KEPT: u64 = 30;

/// Tells the project why something became of a volume.
pub(super) fn note(
    call: &Call<'_>,
    volume: &Document,
    event: &str,
    reason: &str,
) -> Result<(), Refusal> {
    let until = call.now.after(std::time::Duration::from_secs(KEPT * 24 * 60 * 60));
    let fields = json!({
        "event_id": event, "user_message": reason, "resource_uuid": volume.id,
        "created_at": call.now.micros_without_zone(),
        "guaranteed_until": until.micros_without_zone(), "request_id": call.request_id,
    });
    let message = Document::of(MESSAGE.name, &volume.owner, &new_id(), fields);
    Ok(call.transaction.insert(&message)?)
}
