//! Agents, and the zones that they are in: this network needs none.

use super::attribute::{Attribute, fields};
use super::resource::{self, Resource, looked_at};
use super::{listing, missing, value};
use crate::kind::Field;
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("/agents", Handler::Read(|call| listing::list(call, &AGENTS))),
    Route::get("/agents/{id}", Handler::Read(|call| AGENTS.show(call))),
    Route::get("/availability_zones", Handler::Read(|call| listing::list(call, &ZONES))),
];

const AGENT: &[Attribute] = &[
    Attribute::id(),
    Attribute::new("agent_type").filter(),
    Attribute::new("binary").filter(),
    Attribute::new("topic").filter(),
    Attribute::new("host").filter(),
    Attribute::new("admin_state_up").convert(value::boolean).filter(),
    Attribute::new("alive").filter(),
    Attribute::new("configurations"),
    Attribute::new("description").filter(),
    Attribute::new("availability_zone").filter(),
];

static AGENT_FIELDS: [Field; AGENT.len()] = fields(AGENT);

static AGENTS: Resource = looked_at(
    resource::kind("agent", "agents", "/agents", &AGENT_FIELDS, |id| {
        missing("AgentNotFound", "Agent", id)
    }),
    AGENT,
);

const ZONE: &[Attribute] = &[
    Attribute::new("name").filter(),
    Attribute::new("resource").filter(),
    Attribute::new("state").filter(),
];

static ZONE_FIELDS: [Field; ZONE.len()] = fields(ZONE);

static ZONES: Resource = looked_at(
    resource::kind(
        "availability_zone",
        "availability_zones",
        "/availability_zones",
        &ZONE_FIELDS,
        |id| missing("AvailabilityZoneNotFound", "AvailabilityZone", id),
    ),
    ZONE,
);
