//! Floating IPs: addresses of the world that lead to a port.

use serde_json::json;

use super::attribute::{Attribute, fields};
use super::resource::{self, Resource, looked_at};
use super::{listing, tags, value};
use crate::call::Refusal;
use crate::kind::Field;
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("/floatingips", Handler::Read(|call| listing::list(call, &FLOATING_IPS))),
    Route::get("/floatingips/{id}", Handler::Read(|call| FLOATING_IPS.show(call))),
];

const ATTRIBUTES: &[Attribute] = &[
    Attribute::id(),
    Attribute::owner("tenant_id"),
    Attribute::new("floating_ip_address").filter().sort(),
    Attribute::new("floating_network_id").filter().sort(),
    Attribute::new("router_id").filter().sort(),
    Attribute::new("port_id").filter(),
    Attribute::new("fixed_ip_address").filter().sort(),
    Attribute::new("status").filter().sort(),
    Attribute::new("description").validate(value::text_255).filter(),
    Attribute::new("qos_policy_id"),
    Attribute::new("port_details"),
    Attribute::new("dns_domain"),
    Attribute::new("dns_name"),
    Attribute::made("port_forwardings", |_, _| json!([])),
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

static FLOATING_IPS: Resource = looked_at(
    resource::kind("floatingip", "floatingips", "/floatingips", &FIELDS, |id| {
        Refusal::not_found(format!("Floating IP {id} could not be found"))
            .named("FloatingIPNotFound")
    }),
    ATTRIBUTES,
);
