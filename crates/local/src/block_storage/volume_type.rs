//! Volume types: they come with the cloud, under Infomaniak's names.

use serde_json::{Value, json};

use super::disallowed;
use crate::call::{Call, Refusal, Reply};
use crate::kind::{self, Field, Kind, Listing, Pages, Scope};
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/{own_project}/types", Handler::List(&VOLUME_TYPE)),
    Route::post("/{own_project}/types", Handler::Read(|_| refuse("create"))),
    Route::get("/{own_project}/types/{id}", Handler::Read(show)),
    Route::put("/{own_project}/types/{id}", Handler::Read(|_| refuse("update"))),
    Route::delete("/{own_project}/types/{id}", Handler::Read(|_| refuse("delete"))),
];

pub(super) static VOLUME_TYPE: Kind = Kind {
    name: "volume_type",
    one: "volume_type",
    many: "volume_types",
    scope: Scope::All,
    missing: |id| Refusal::not_found(format!("Volume type {id} could not be found.")),
    fields: &[
        Field::made("id", |_, kind| kind.id.clone().into()),
        Field::new("name"),
        Field::made("is_public", |_, _| true.into()),
        Field::new("description"),
        Field::made("extra_specs", extra_specs),
        Field::made("qos_specs_id", |_, _| Value::Null).only(|call, _| call.who.is_admin()),
        Field::made("os-volume-type-access:is_public", |_, _| true.into())
            .only(|call, _| call.segment("id") != "default"),
    ],
    brief: &[],
    listing: Listing {
        filters: &[],
        check: |_| Ok(()),
        order: kind::newest_first,
        pages: Pages::None,
        path: "/types",
    },
    create: None,
    update: None,
    delete: None,
};

/// The type of a volume for which none was asked.
pub(super) const DEFAULT: &str = "CEPH_1_perf1";

/// What a fresh cloud has: name, description, where its volumes are.
pub(super) const TYPES: &[(&str, Option<&str>, Option<&str>)] = &[
    ("__DEFAULT__", Some("Default Volume Type"), None),
    ("CEPH_1_perf2", None, Some("perf2")),
    ("CEPH_1_perf1", None, Some("perf1")),
];

/// Where the volumes of a type are is the provider's to know.
fn extra_specs(call: &Call<'_>, kind: &Document) -> Value {
    match kind.get("backend").as_str().filter(|_| call.who.is_admin()) {
        Some(backend) => json!({ "volume_backend_name": backend }),
        None => json!({}),
    }
}

fn refuse(what: &str) -> Result<Reply, Refusal> {
    Err(disallowed(&format!("volume_extension:type_{what}")))
}

/// `GET /types/{id}`; `default` names the one that volumes have for which none was asked.
fn show(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    if call.segment("id") == "default" {
        let kind = find(call, DEFAULT)?;
        let view = VOLUME_TYPE.view(call, &kind);
        return Ok(Reply::wrapped(200, VOLUME_TYPE.one, view));
    }
    kind::show(call, &VOLUME_TYPE)
}

/// The type with this name or id.
pub(super) fn find(call: &Call<'_>, name: &str) -> Result<Document, Refusal> {
    if uuid::Uuid::try_parse(name).is_ok() {
        return VOLUME_TYPE.find(call, name);
    }
    let found = call.transaction.named(VOLUME_TYPE.name, name)?.into_iter().next();
    found.ok_or_else(|| {
        Refusal::not_found(format!("Volume type with name {name} could not be found."))
    })
}
