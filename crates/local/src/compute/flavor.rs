//! Flavors: the sizes that instances come in. They come with the cloud, under Infomaniak's names;
//! administrators can make others.

mod manage;

use serde_json::json;

use super::links;
use super::query::{self, Query};
use crate::call::{Call, Refusal, Reply};
use crate::check::Shape;
use crate::kind::{Create, Delete, Field, Filter, Kind, Listing, Order, Pages, Scope};
use crate::seed::{insert, new_id};
use crate::service::{Handler, Route};
use crate::store::{Document, Transaction};

pub(super) const ROUTES: &[Route] = &[
    Route::get("/flavors", Handler::ListBriefly(&FLAVOR)),
    Route::get("/flavors/detail", Handler::List(&FLAVOR)),
    Route::post("/flavors", Handler::Write(manage::create)),
    Route::get("/flavors/{id}", Handler::Show(&FLAVOR)),
    Route::delete("/flavors/{id}", Handler::Write(manage::delete)),
    Route::post("/flavors/{id}/action", Handler::Write(manage::change_access)),
    Route::get("/flavors/{id}/os-flavor-access", Handler::Read(manage::list_access)),
    Route::get("/flavors/{id}/os-extra_specs", Handler::Read(extra_specs)),
    Route::get("/flavors/{id}/os-extra_specs/{key}", Handler::Read(extra_spec)),
];

pub(super) static FLAVOR: Kind = Kind {
    name: "flavor",
    one: "flavor",
    many: "flavors",
    scope: Scope::By(is_usable),
    missing: |id| Refusal::not_found(format!("Flavor {id} could not be found.")),
    fields: &[
        Field::made("id", |_, flavor| flavor.id.clone().into()),
        Field::new("name"),
        Field::new("ram"),
        Field::new("disk"),
        Field::made("swap", |call, _| if call.version < (2, 75) { "".into() } else { 0.into() }),
        Field::made("OS-FLV-EXT-DATA:ephemeral", |_, _| 0.into()),
        Field::made("OS-FLV-DISABLED:disabled", |_, _| false.into()),
        Field::new("vcpus"),
        Field::made("os-flavor-access:is_public", |_, flavor| is_public(flavor).into()),
        Field::made("rxtx_factor", |_, _| 1.0.into()),
        Field::made("links", |call, flavor| links(call, "flavors", &flavor.id)),
        Field::new("description").since(2, 55),
        Field::made("extra_specs", |_, _| json!({})).since(2, 61),
    ],
    brief: &["id", "name", "links", "description"],
    listing: Listing {
        filters: &[
            Filter::by("minRam", |_, flavor, least| at_least(flavor, "ram", least)),
            Filter::by("minDisk", |_, flavor, least| at_least(flavor, "disk", least)),
            Filter::by("is_public", |_, _, _| true), // see `is_usable`
        ],
        check,
        order,
        pages: Pages::Nova { max: 1000 },
        path: "/flavors",
    },
    create: Some(Create {
        status: 200,
        body: &manage::CREATE,
        quota: None,
        make: manage::make,
        answer: None,
    }),
    update: None,
    delete: Some(Delete { status: 202, ..Delete::AT_ONCE }),
};

const QUERY: Query = Query {
    parameters: &[
        query::number("limit"),
        query::text("marker"),
        query::text("is_public"),
        query::text("minRam"),
        query::text("minDisk"),
        query::parameter("sort_key", &Shape::Words(SORTS)),
        query::parameter("sort_dir", &Shape::Words(&["asc", "desc"])),
    ],
    underscores: false,
};

/// The names of columns of Nova's database.
const SORTS: &[&str] = &[
    "created_at",
    "description",
    "disabled",
    "ephemeral_gb",
    "flavorid",
    "id",
    "is_public",
    "memory_mb",
    "name",
    "root_gb",
    "rxtx_factor",
    "swap",
    "updated_at",
    "vcpu_weight",
    "vcpus",
];

fn check(call: &Call<'_>) -> Result<(), Refusal> {
    QUERY.check(call)?;
    for name in ["minRam", "minDisk"] {
        if let Some(value) = call.parameter(name).filter(|value| value.parse::<i64>().is_err()) {
            return Err(Refusal::bad_request(format!("Invalid {name} filter [{value}]")));
        }
    }
    Ok(())
}

/// Just one key counts, the last.
#[expect(clippy::unnecessary_wraps)] // it stands where other orders may be refused
fn order(call: &Call<'_>) -> Result<Order, Refusal> {
    let key = call.parameter("sort_key").unwrap_or("flavorid");
    Ok(vec![(key.to_string(), call.parameter("sort_dir") == Some("desc"))])
}

fn is_public(flavor: &Document) -> bool {
    flavor.get("is_public") != false
}

/// Members may use the public flavors and those that their project was given; administrators see
/// all, but in a list only what they ask for: public, private, or (`None`) both.
fn is_usable(call: &Call<'_>, flavor: &Document) -> bool {
    if !call.who.is_admin() {
        let mut projects = flavor.get("projects").as_array().into_iter().flatten();
        return is_public(flavor)
            || projects.any(|project| project.as_str() == Some(&call.who.project));
    }
    if !call.segment("id").is_empty() || call.parameter("marker").is_some() {
        return true;
    }
    match call.parameter("is_public").map(str::to_ascii_lowercase).as_deref() {
        Some("none") => true,
        Some(wanted) => is_public(flavor) == crate::check::truth(&wanted.into()),
        None => is_public(flavor),
    }
}

fn at_least(flavor: &Document, field: &str, least: &str) -> bool {
    least.parse().is_ok_and(|least: i64| flavor.get(field).as_i64() >= Some(least))
}

/// `GET /flavors/{id}/os-extra_specs`
fn extra_specs(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    FLAVOR.find(call, call.segment("id"))?;
    Ok(Reply::ok(json!({ "extra_specs": {} })))
}

/// `GET /flavors/{id}/os-extra_specs/{key}`
fn extra_spec(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let flavor = FLAVOR.find(call, call.segment("id"))?;
    Err(Refusal::not_found(format!(
        "Flavor {} has no extra specs with key {}.",
        flavor.id,
        call.segment("key")
    )))
}

/// The flavors of a fresh cloud: `a1-ram2-disk20-perf1` and its like.
pub(super) fn seed(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    for (vcpus, ram) in [(1, 2), (1, 4), (2, 4), (4, 8), (8, 16)] {
        for (disk, performance) in [(0, 1), (20, 1), (20, 2), (50, 1)] {
            let name = format!("a{vcpus}-ram{ram}-disk{disk}-perf{performance}");
            let fields = json!({
                "name": name, "vcpus": vcpus, "ram": ram * 1024, "disk": disk,
            });
            insert(transaction, FLAVOR.name, "", &new_id(), fields)?;
        }
    }
    Ok(())
}
