//! Ports: what connects a server to a network.

use serde_json::{Map, Value, json};

use super::attribute::{Attribute, Guard, Wish, fields};
use super::fixed_ip::{self, Taker};
use super::network::{self, NETWORK, admin, admin_only, anyone, empty, yes};
use super::resource::{self, Resource};
use super::{address, claim, listing, missing, port_option, security_group, tags, value};
use crate::call::{Call, Refusal};
use crate::kind::{Field, Kind, Scope};
use crate::service::{Handler, Route};
use crate::store::Document;

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
        .validate(port_option::fixed_ips)
        .guard(address_guard)
        .filter_by(port_option::fixed_ip_filter, |_, port, filters| {
            port_option::has_fixed_ip(port.get("fixed_ips"), filters)
        }),
    Attribute::new("allowed_address_pairs")
        .optional()
        .put()
        .convert(value::list)
        .validate(port_option::address_pairs)
        .guard(NETWORK_OWNER),
    Attribute::new("extra_dhcp_opts").or(|| Value::Null).put().validate(port_option::dhcp_options),
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
    Attribute::new("device_profile").hidden().or(|| Value::Null).validate(value::text_or_null),
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
        let network = network::open_to(call, project, id, "port")?;
        create(call, project, &network, body)
    },
    update: change,
    delete: remove,
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

/// `null` for any.
fn mac(value: &Value) -> Result<(), super::attribute::Wrong> {
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

/// Makes a port of `project` in `network` and keeps it. `wishes` are its fields as they are on the
/// wire; what they leave out is as usual.
pub(super) fn create(
    call: &Call<'_>,
    project: &str,
    network: &Document,
    mut wishes: Map<String, Value>,
) -> Result<Document, Refusal> {
    network::check_policy(&wishes)?;
    let mac = match wishes.get("mac_address").and_then(Value::as_str) {
        Some(mac) => free_mac(call, network, mac)?,
        None => address::choose_mac(call.transaction, &network.id)?,
    };
    let device_owner = wishes.get("device_owner").and_then(Value::as_str).unwrap_or_default();
    let taker = Taker { network, mac: &mac, device_owner, has: &[] };
    let fixed_ips = fixed_ip::choose(call, &taker, wishes.get("fixed_ips"))?;
    let secured = match wishes.get("port_security_enabled") {
        Some(wish) => *wish == true,
        None if is_trusted(device_owner) => false,
        None => network.get("port_security_enabled") == true,
    };
    let groups = choose_groups(call, project, wishes.get("security_groups"), secured)?;
    let pairs = wishes.remove("allowed_address_pairs").unwrap_or_default();
    check_pairs(&pairs, secured)?;
    let options = wishes.remove("extra_dhcp_opts").unwrap_or_default();
    let fields = json!({
        "name": "", "network_id": network.id, "admin_state_up": true, "status": "DOWN",
        "device_id": "", "device_owner": "", "description": "", "binding:vnic_type": "normal",
        "binding:profile": {}, "dns_name": "", "network_owner": network.owner,
        "network_name": network.text("name"),
    });
    let fields = fields.as_object().cloned().unwrap_or_default();
    let mut port = resource::document(PORT, project, call.now, 1, fields);
    // A port made alone gets its tags later.
    wishes.shift_remove("tags");
    port.fields.extend(wishes);
    port.set("mac_address", mac.clone());
    port.set("fixed_ips", fixed_ips);
    port.set("port_security_enabled", secured);
    port.set("security_groups", groups);
    port.set("allowed_address_pairs", port_option::full_pairs(&pairs, &mac.into()));
    port.set("extra_dhcp_opts", port_option::merge_dhcp_options(&Value::Null, &options));
    bind(&mut port);
    claim::take(call.transaction, &port)?;
    call.transaction.insert(&port)?;
    Ok(port)
}

/// A port with a host is connected to it, and ACTIVE.
pub(super) fn bind(port: &mut Document) {
    let bound = !port.text("binding:host_id").is_empty();
    port.set("binding:host_id", port.text("binding:host_id").to_string());
    port.set("binding:vif_type", if bound { "ovs" } else { "unbound" });
    let details = if bound {
        json!({ "port_filter": true, "bound_drivers": { "0": "local" } })
    } else {
        json!({})
    };
    port.set("binding:vif_details", details);
    port.set("status", if bound { "ACTIVE" } else { "DOWN" });
}

/// The groups of a port: those wished for, else its project's default.
fn choose_groups(
    call: &Call<'_>,
    project: &str,
    wishes: Option<&Value>,
    secured: bool,
) -> Result<Value, Refusal> {
    let wishes = wishes.and_then(Value::as_array);
    match wishes {
        None if secured => {
            let group = security_group::ensure_default(call.transaction, project, call.now)?;
            Ok(json!([group.id]))
        }
        None => Ok(json!([])),
        Some(wishes) if !wishes.is_empty() && !secured => Err(Refusal::bad_request(
            "Port security must be enabled and port must have an IP address in order to use security \
             groups.",
        )
        .named("PortSecurityAndIPRequiredForSecurityGroups")),
        Some(wishes) => {
            for id in wishes.iter().filter_map(Value::as_str) {
                security_group::find_of(call, project, id)?;
            }
            Ok(wishes.clone().into())
        }
    }
}

fn check_pairs(pairs: &Value, secured: bool) -> Result<(), Refusal> {
    if secured || pairs.as_array().is_none_or(Vec::is_empty) {
        return Ok(());
    }
    Err(Refusal::conflict(
        "Port Security must be enabled in order to have allowed address pairs on a port.",
    )
    .named("AddressPairAndPortSecurityRequired"))
}

fn change(
    call: &Call<'_>,
    port: &mut Document,
    mut body: Map<String, Value>,
) -> Result<(), Refusal> {
    network::check_policy(&body)?;
    let before = port.clone();
    let Some(network) = call.transaction.find(NETWORK.name, port.text("network_id"))? else {
        return Err(value::internal());
    };
    if let Some(Value::String(mac)) = body.get("mac_address")
        && mac != port.text("mac_address")
    {
        check_unbound(port, mac)?;
        free_mac(call, &network, mac)?;
    }
    let secured = body.get("port_security_enabled").unwrap_or(port.get("port_security_enabled"));
    let secured = *secured == true;
    let groups = body.get("security_groups").unwrap_or(port.get("security_groups"));
    if !secured && groups.as_array().is_some_and(|groups| !groups.is_empty()) {
        return Err(Refusal::conflict(
            "Port has security group associated. Cannot disable port security or IP address until \
             security group is removed.",
        )
        .named("PortSecurityPortHasSecurityGroup"));
    }
    if let Some(wishes) = body.get("security_groups") {
        choose_groups(call, &port.owner, Some(wishes), secured)?;
    }
    if let Some(wishes) = body.get("fixed_ips") {
        let has = port.get("fixed_ips").as_array().cloned().unwrap_or_default();
        let device_owner = body.get("device_owner").unwrap_or(port.get("device_owner"));
        let taker = Taker {
            network: &network,
            mac: port.text("mac_address"),
            device_owner: device_owner.as_str().unwrap_or_default(),
            has: &has,
        };
        let fixed = fixed_ip::choose(call, &taker, Some(wishes))?;
        body.insert("fixed_ips".into(), fixed.into());
    }
    if let Some(pairs) = body.get("allowed_address_pairs") {
        check_pairs(pairs, secured)?;
        let full = port_option::full_pairs(pairs, port.get("mac_address"));
        body.insert("allowed_address_pairs".into(), full);
    }
    if let Some(options) = body.get("extra_dhcp_opts") {
        let merged = port_option::merge_dhcp_options(port.get("extra_dhcp_opts"), options);
        body.insert("extra_dhcp_opts".into(), merged);
    }
    let host = body.contains_key("binding:host_id");
    port.fields.extend(body);
    if host {
        bind(port);
    }
    claim::release(call.transaction, &before)?;
    Ok(claim::take(call.transaction, port)?)
}

fn check_unbound(port: &Document, mac: &str) -> Result<(), Refusal> {
    let kind = port.text("binding:vif_type");
    if kind == "unbound" {
        return Ok(());
    }
    let message = format!(
        "Unable to complete operation on port {}, port is already bound, port type: {kind}, old_mac \
         {}, new_mac {mac}.",
        port.id,
        port.text("mac_address")
    );
    Err(Refusal::conflict(message).named("PortBound"))
}

/// Keeps a port that was changed otherwise than by a request for it.
pub(super) fn keep(call: &Call<'_>, before: &Document, port: &mut Document) -> Result<(), Refusal> {
    claim::release(call.transaction, before)?;
    claim::take(call.transaction, port)?;
    resource::touch(call, port);
    Ok(call.transaction.update(port)?)
}

/// Gives a port the address that follows from its MAC address.
pub(super) fn add_automatic_address(port: &mut Document, subnet: &Document) {
    let address = fixed_ip::automatic(subnet, port.text("mac_address"));
    if let Some(Value::Array(fixed)) = port.fields.get_mut("fixed_ips") {
        fixed.extend(address);
    }
}

/// Removes a port and gives back what it holds.
pub(super) fn remove(call: &Call<'_>, port: &Document) -> Result<(), Refusal> {
    claim::release(call.transaction, port)?;
    Ok(call.transaction.remove(port)?)
}

/// The ports of a device, oldest first.
pub(super) fn of_device(call: &Call<'_>, device: &str) -> Result<Vec<Document>, Refusal> {
    let mut claims = call.transaction.all(claim::DEVICE, Some(device))?;
    claims.reverse();
    let ports = claims.iter().map(|claim| call.transaction.find(PORT.name, &claim.id));
    Ok(ports.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

fn free_mac(call: &Call<'_>, network: &Document, mac: &str) -> Result<String, Refusal> {
    if claim::holder(call.transaction, claim::MAC, &network.id, mac)?.is_none() {
        return Ok(mac.to_string());
    }
    let message = format!(
        "Unable to complete operation for network {}. The mac address {mac} is in use.",
        network.id
    );
    Err(Refusal::conflict(message).named("MacAddressInUse"))
}
