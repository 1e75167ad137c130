//! Instances: what Nova calls servers.
//!
//! A server's document keeps its state in Nova's own three fields (`vm_state`, `task_state`,
//! `power_state`); the status that clients see is made of them ([`status`]).

mod action;
mod console;
mod create;
mod delete;
mod disk;
mod event;
mod filter;
mod interface;
mod network;
mod part;
mod shape;
mod status;
mod update;
mod view;
mod volume;

use std::time::Duration;

use serde_json::Value;

use crate::call::{Call, Refusal};
use crate::kind::{Field, Kind, Listing, Pages, Scope, Update};
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/servers", Handler::ListBriefly(&SERVER)),
    Route::get("/servers/detail", Handler::List(&SERVER)),
    Route::post("/servers", Handler::Write(create::create)),
    Route::get("/servers/{id}", Handler::Show(&SERVER)),
    Route::put("/servers/{id}", Handler::Write(update::update)),
    Route::delete("/servers/{id}", Handler::Write(delete::delete)),
    Route::post("/servers/{id}/action", Handler::Write(action::act)),
    Route::post("/servers/{id}/remote-consoles", Handler::Write(console::open)).since(2, 6),
    Route::get("/servers/{id}/os-instance-actions", Handler::Read(event::list)),
    Route::get("/servers/{id}/os-instance-actions/{request}", Handler::Read(event::show)),
    Route::get("/servers/{id}/ips", Handler::Read(part::addresses)),
    Route::get("/servers/{id}/ips/{network}", Handler::Read(part::addresses_of)),
    Route::get("/servers/{id}/os-interface", Handler::Read(interface::list)),
    Route::post("/servers/{id}/os-interface", Handler::Write(interface::attach)),
    Route::get("/servers/{id}/os-interface/{port}", Handler::Read(interface::show)),
    Route::delete("/servers/{id}/os-interface/{port}", Handler::Write(interface::detach)),
    Route::get("/servers/{id}/os-security-groups", Handler::Read(part::security_groups)),
    Route::get("/servers/{id}/os-volume_attachments", Handler::Read(volume::list)),
    Route::post("/servers/{id}/os-volume_attachments", Handler::Write(volume::attach)),
    Route::get("/servers/{id}/os-volume_attachments/{volume}", Handler::Read(volume::show)),
    Route::put("/servers/{id}/os-volume_attachments/{volume}", Handler::Write(volume::update)),
    Route::delete("/servers/{id}/os-volume_attachments/{volume}", Handler::Write(volume::detach)),
    Route::get("/servers/{id}/metadata", Handler::Read(part::metadata)),
    Route::put("/servers/{id}/metadata", Handler::Write(part::replace_metadata)),
    Route::post("/servers/{id}/metadata", Handler::Write(part::extend_metadata)),
    Route::get("/servers/{id}/metadata/{key}", Handler::Read(part::one_of_metadata)),
    Route::put("/servers/{id}/metadata/{key}", Handler::Write(part::set_metadata)),
    Route::delete("/servers/{id}/metadata/{key}", Handler::Write(part::remove_metadata)),
    Route::get("/servers/{id}/tags", Handler::Read(part::tags)).since(2, 26),
    Route::put("/servers/{id}/tags", Handler::Write(part::replace_tags)).since(2, 26),
    Route::delete("/servers/{id}/tags", Handler::Write(part::clear_tags)).since(2, 26),
    Route::get("/servers/{id}/tags/{tag}", Handler::Read(part::has_tag)).since(2, 26),
    Route::put("/servers/{id}/tags/{tag}", Handler::Write(part::add_tag)).since(2, 26),
    Route::delete("/servers/{id}/tags/{tag}", Handler::Write(part::remove_tag)).since(2, 26),
];

pub(in crate::compute) static SERVER: Kind = Kind {
    name: "server",
    one: "server",
    many: "servers",
    scope: Scope::Project,
    missing: |id| Refusal::not_found(format!("Instance {id} could not be found.")),
    fields: view::FIELDS,
    brief: &["id", "name", "links"],
    listing: Listing {
        filters: filter::FILTERS,
        check: filter::check,
        order: filter::order,
        pages: Pages::Nova { max: 1000 },
        path: "/servers",
    },
    create: None,
    update: Some(Update { body: &shape::UPDATE, change: update::change }),
    delete: None,
};

/// Where instances live: the one zone, and the one host in it.
pub(in crate::compute) const ZONE: &str = "dc3-a-04";
pub(in crate::compute) const HOST: &str = "compute1";

/// How long each step of an instance's life takes. Nothing really runs, but clients have to see the
/// states they would see.
const STEP: Duration = Duration::from_millis(60);

/// The state an instance is in.
fn state<'d>(server: &'d Document, field: &str) -> &'d str {
    server.text(field)
}

/// Plans the changes that come by themselves, one step after the other.
fn plan(call: &Call<'_>, server: &mut Document, steps: &[Value]) {
    server.later.clear();
    let mut at = call.now;
    for step in steps {
        at = at.after(STEP);
        let mut change = step.clone();
        change["updated"] = at.seconds().into();
        server.set_later(at, change);
    }
}

/// A field of the document under its own name on the wire.
const fn own(name: &'static str, source: &'static str) -> Field {
    Field::new(name).from(source)
}
