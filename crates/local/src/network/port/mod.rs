//! Ports: what connects a server to a network.

mod fixed_ip;
mod life;
mod option;

use serde_json::{Value, json};

use super::attribute::{Attribute, Guard, Wish, Wrong, fields};
use super::networks::{self, NETWORK, admin, admin_only, anyone, empty, yes};
use super::resource::{self, Resource};
use super::{listing, missing, tags, trunk, value};
use crate::call::{Call, Refusal};
use crate::kind::{Field, Kind, Scope};
use crate::service::{Handler, Route};
use crate::store::Document;

pub(super) use life::{add_automatic_address, bind, create, keep, of_device, remove};
pub(super) use option::fixed_ips as check_fixed_ips;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/ports", Handler::Read(|call| listing::list(call, &PORTS))),
    Route::post("/ports", Handler::Write(|call| PORTS.create(call))),
    Route::get("/ports/{id}", Handler::Read(|call| PORTS.show(call))),
    Route::put("/ports/{id}", Handler::Write(|call| PORTS.update(call))),
    Route::delete("/ports/{id}", Handler::Write(|call| PORTS.delete(call))),
];

/// The domain of all ports' names.
const DOMAIN: &str = "local.example.";

const ATTRIBUTES: &[Attribute] = &[
    Attribute::id(),
    Attribute::new("name").or(empty).put().validate(value::text_255).filter().sort(),
    Attribute::new("network_id").required().validate(value::uuid).filter().sort(),
    Attribute::owner("tenant_id"),
    Attribute::new("mac_address").optional().put().validate(mac).guard(mac_guard).filter().sort(),
    Attribute::new("admin_state_up").or(yes).put().convert(value::boolean).filter().sort(),
    Attribute::new("status").filter().sort(),
    Attribute::new("device_id").or(empty).put().validate(value::text_255).filter().sort(),
    Attribute::new("device_owner")
        .or(empty)
        .put()
        .validate(value::text_255)
        .guard(device_guard)
        .filter()
        .sort(),
    Attribute::new("fixed_ips")
        .optional()
        .put()
        .validate(option::fixed_ips)
        .guard(address_guard)
        .filter_by(option::fixed_ip_filter, |_, port, filters| {
            option::has_fixed_ip(port.get("fixed_ips"), filters)
        }),
    Attribute::new("allowed_address_pairs")
        .optional()
        .put()
        .convert(value::list)
        .validate(option::address_pairs)
        .guard(NETWORK_OWNER),
    Attribute::new("extra_dhcp_opts").or(|| Value::Null).put().validate(option::dhcp_options),
    Attribute::new("security_groups")
        .optional()
        .put()
        .convert(value::list)
        .validate(value::uuids)
        .filter_by(value::any, |_, port, wanted| {
            let own = port.get("security_groups").as_array();
            own.is_some_and(|own| own.iter().any(|id| wanted.contains(id)))
        }),
    Attribute::new("description").or(empty).put().validate(value::text_255).filter(),
    Attribute::new("binding:vnic_type")
        .or(|| "normal".into())
        .put()
        .validate(|value| value::one_of(value, CARDS))
        .guard(anyone),
    Attribute::new("binding:profile")
        .only(admin)
        .optional()
        .put()
        .validate(value::object_or_null)
        .guard(admin_only),
    Attribute::new("binding:host_id").only(admin).optional().put().guard(admin_only).filter(),
    Attribute::new("binding:vif_type").only(admin),
    Attribute::new("binding:vif_details").only(admin),
    Attribute::new("port_security_enabled")
        .optional()
        .put()
        .convert(value::boolean)
        .guard(NETWORK_OWNER),
    Attribute::new("qos_policy_id")
        .or(|| Value::Null)
        .put()
        .validate(value::uuid_or_null)
        .guard(anyone),
    Attribute::made("qos_network_policy_id", |_, _| Value::Null),
    Attribute::new("dns_name")
        .or(empty)
        .put()
        .convert(value::lower_case)
        .validate(value::host_name),
    Attribute::made("dns_assignment", |_, port| dns_assignment(port)),
    Attribute::new("numa_affinity_policy").hidden().or(|| Value::Null).put().validate(affinity),
    Attribute::new("device_profile").hidden().or(|| Value::Null).validate(value::text_or_null),
    Attribute::made("trunk_details", trunk::details).only(|_, port| trunk::is_parent(port)),
    Attribute::made("resource_request", |_, _| Value::Null).only(admin),
    tags::TAGS.or(|| json!([])).validate(value::texts),
    tags::ANY,
    tags::NOT,
    tags::NOT_ANY,
    Attribute::new("created_at"),
    Attribute::new("updated_at"),
    Attribute::new("revision_number").filter(),
    Attribute::owner("project_id"),
];

static FIELDS: [Field; ATTRIBUTES.len()] = fields(ATTRIBUTES);

pub(super) static PORTS: Resource = Resource {
    kind: Kind {
        // Besides their own, people see the ports in their networks.
        scope: Scope::And(|call, port| port.text("network_owner") == call.who.project),
        ..resource::kind("port", "ports", "/ports", &FIELDS, |id| {
            missing("PortNotFound", "Port", id)
        })
    },
    attributes: ATTRIBUTES,
    older: false,
    strict_marker: true,
    index: Some(("device_id", of_device)),
    create: |call, project, body| {
        let id = body["network_id"].as_str().unwrap_or_default();
        let network = networks::open_to(call, project, id, "port")?;
        create(call, project, &network, body)
    },
    update: life::change,
    delete: life::delete,
};

pub(super) static PORT: &Kind = &PORTS.kind;

/// Kinds of cards that a port can be.
const CARDS: &[&str] = &[
    "normal",
    "direct",
    "macvtap",
    "baremetal",
    "direct-physical",
    "virtio-forwarder",
    "smart-nic",
    "vdpa",
    "accelerator-direct",
    "accelerator-direct-physical",
    "remote-managed",
];

/// Who owns the network, and administrators.
const NETWORK_OWNER: Guard = |call, wish| {
    if call.who.is_admin() {
        return Ok(true);
    }
    let network = call.transaction.find(NETWORK.name, wish.text("network_id"))?;
    Ok(network.is_some_and(|network| network.owner == call.who.project))
};

/// In others' networks people may choose the subnet, but not the address.
fn address_guard(call: &Call<'_>, wish: &Wish<'_>) -> Result<bool, Refusal> {
    let wishes = wish.body.get("fixed_ips").and_then(Value::as_array).into_iter().flatten();
    let exact = wishes.into_iter().any(|wish| wish.get("ip_address").is_some());
    if exact { NETWORK_OWNER(call, wish) } else { Ok(true) }
}

/// A port has its MAC address for good.
fn mac_guard(call: &Call<'_>, wish: &Wish<'_>) -> Result<bool, Refusal> {
    if wish.before.is_some() { admin_only(call, wish) } else { NETWORK_OWNER(call, wish) }
}

/// The network's own devices are for the network's owner.
fn device_guard(call: &Call<'_>, wish: &Wish<'_>) -> Result<bool, Refusal> {
    if is_trusted(wish.text("device_owner")) { NETWORK_OWNER(call, wish) } else { Ok(true) }
}

/// Devices of the network itself need no protection from it.
fn is_trusted(device_owner: &str) -> bool {
    device_owner.starts_with("network:")
}

/// How near a port's card has to be to the processor.
fn affinity(value: &Value) -> Result<(), Wrong> {
    let words = ["required", "preferred", "legacy"];
    if value.is_null() { Ok(()) } else { value::one_of(value, &words) }
}

/// `null` for any.
fn mac(value: &Value) -> Result<(), Wrong> {
    if value.is_null() { Ok(()) } else { value::mac(value) }
}

/// The names under which the port's addresses are known.
fn dns_assignment(port: &Document) -> Value {
    let name = port.text("dns_name").trim_end_matches('.');
    let assignment = |fixed: &Value| {
        let ip = fixed["ip_address"].as_str().unwrap_or_default();
        let host = match name {
            "" => format!("host-{}", ip.replace(['.', ':'], "-")),
            name => name.to_string(),
        };
        json!({ "ip_address": ip, "hostname": host, "fqdn": format!("{host}.{DOMAIN}") })
    };
    port.get("fixed_ips").as_array().into_iter().flatten().map(assignment).collect()
}
