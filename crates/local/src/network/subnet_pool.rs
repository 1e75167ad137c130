//! Subnet pools: ranges that subnets can be cut from. This cloud has none.

use super::attribute::{Attribute, fields};
use super::resource::{self, Resource, looked_at};
use super::{listing, missing, tags, value};
use crate::kind::Field;
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("/subnetpools", Handler::Read(|call| listing::list(call, &SUBNET_POOLS))),
    Route::get("/subnetpools/{id}", Handler::Read(|call| SUBNET_POOLS.show(call))),
];

const ATTRIBUTES: &[Attribute] = &[
    Attribute::id(),
    Attribute::new("name").filter().sort(),
    Attribute::owner("tenant_id"),
    Attribute::new("default_prefixlen").convert(value::integer).filter().sort(),
    Attribute::new("min_prefixlen").convert(value::integer).filter().sort(),
    Attribute::new("max_prefixlen").convert(value::integer).filter().sort(),
    Attribute::new("is_default").convert(value::boolean).filter().sort(),
    Attribute::new("shared").convert(value::boolean).filter().sort(),
    Attribute::new("prefixes"),
    Attribute::new("ip_version").filter().sort(),
    Attribute::new("default_quota").convert(value::integer).filter().sort(),
    Attribute::new("address_scope_id").filter().sort(),
    Attribute::new("description").filter(),
    tags::TAGS,
    tags::ANY,
    tags::NOT,
    tags::NOT_ANY,
    Attribute::new("created_at"),
    Attribute::new("updated_at"),
    Attribute::new("revision_number").filter(),
    Attribute::owner("project_id"),
];

static FIELDS: [Field; ATTRIBUTES.len()] = fields(ATTRIBUTES);

static SUBNET_POOLS: Resource = looked_at(
    resource::kind("subnetpool", "subnetpools", "/subnetpools", &FIELDS, |id| {
        missing("SubnetPoolNotFound", "Subnet pool", id)
    }),
    ATTRIBUTES,
);
