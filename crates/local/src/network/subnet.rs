//! Subnets: the ranges of addresses that a network has.

use serde_json::{Value, json};

use super::{described, missing};
use crate::kind::{Field, Kind, Scope};
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("/subnets", Handler::List(&SUBNET)),
    Route::get("/subnets/{id}", Handler::Show(&SUBNET)),
];

pub(super) static SUBNET: Kind = Kind {
    // Those of shared networks, but not those of external ones.
    scope: Scope::And(|_, subnet| subnet.get("shared") == true),
    fields: &[
        Field::made("id", |_, subnet| subnet.id.clone().into()),
        Field::new("name"),
        Field::made("tenant_id", |_, subnet| subnet.owner.clone().into()),
        Field::new("network_id"),
        Field::new("ip_version"),
        Field::made("subnetpool_id", |_, _| Value::Null),
        Field::new("enable_dhcp"),
        Field::new("ipv6_ra_mode"),
        Field::new("ipv6_address_mode"),
        Field::new("gateway_ip"),
        Field::new("cidr"),
        Field::new("allocation_pools"),
        Field::new("host_routes"),
        Field::new("dns_nameservers"),
        Field::new("description"),
        Field::made("service_types", |_, _| json!([])),
        Field::new("tags"),
        Field::new("created_at"),
        Field::new("updated_at"),
        Field::new("revision_number"),
        Field::made("project_id", |_, subnet| subnet.owner.clone().into()),
    ],
    ..described("subnet", "subnets", "/subnets", |id| missing("SubnetNotFound", "Subnet", id))
};
