//! Networks.

use serde_json::{Value, json};

use super::{described, missing};
use crate::call::Call;
use crate::kind::{Field, Kind, Scope};
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/networks", Handler::List(&NETWORK)),
    Route::get("/networks/{id}", Handler::Show(&NETWORK)),
];

pub(super) static NETWORK: Kind = Kind {
    scope: Scope::And(|_, network| is_shared(network) || is_external(network)),
    fields: &[
        Field::made("id", |_, network| network.id.clone().into()),
        Field::new("name"),
        Field::made("tenant_id", |_, network| network.owner.clone().into()),
        Field::new("admin_state_up"),
        Field::new("mtu"),
        Field::new("status"),
        Field::new("subnets"),
        Field::new("shared"),
        Field::new("availability_zone_hints"),
        Field::made("availability_zones", |_, _| json!([])),
        Field::made("ipv4_address_scope", |_, _| Value::Null),
        Field::made("ipv6_address_scope", |_, _| Value::Null),
        Field::new("router:external"),
        Field::new("description"),
        Field::new("port_security_enabled"),
        Field::made("qos_policy_id", |_, _| Value::Null),
        Field::new("dns_domain"),
        Field::new("is_default").only(|_, network| is_external(network)),
        Field::new("tags"),
        Field::new("created_at"),
        Field::new("updated_at"),
        Field::new("revision_number"),
        Field::made("project_id", |_, network| network.owner.clone().into()),
        Field::new("provider:network_type").only(admin),
        Field::new("provider:physical_network").only(admin),
        Field::new("provider:segmentation_id").only(admin),
    ],
    ..described("network", "networks", "/networks", |id| missing("NetworkNotFound", "Network", id))
};

pub(super) fn admin(call: &Call<'_>, _: &Document) -> bool {
    call.who.is_admin()
}

/// Whether every project may put ports into it.
pub(super) fn is_shared(network: &Document) -> bool {
    network.get("shared") == true
}

/// Whether it leads to the world.
pub(super) fn is_external(network: &Document) -> bool {
    network.get("router:external") == true
}

/// The subnets of a network.
pub(super) fn subnets(call: &Call<'_>, network: &Document) -> rusqlite::Result<Vec<Document>> {
    let ids = network.get("subnets").as_array().into_iter().flatten().filter_map(Value::as_str);
    let found = ids.map(|id| call.transaction.find(super::subnet::SUBNET.name, id));
    Ok(found.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect())
}
