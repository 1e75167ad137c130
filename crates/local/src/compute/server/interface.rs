//! Interfaces: the ports that an instance has, and how it gets and loses one while it runs.

use serde_json::{Value, json};

use super::action::{check_lock, not_while};
use super::{SERVER, event, shape, state};
use crate::call::{Call, Refusal, Reply};
use crate::check::{Member, Shape};
use crate::network::{self as neutron, Plug};
use crate::store::Document;

const ATTACH: Shape = Shape::Object(&[Member::new(
    "interfaceAttachment",
    Shape::Object(&[
        Member::new("net_id", Shape::Id),
        Member::new("port_id", Shape::Id),
        Member::new("fixed_ips", FIXED_IPS),
        Member::new("tag", shape::TAG).since(2, 49),
    ]),
)]);

const FIXED_IPS: Shape = Shape::List { of: &FIXED_IP, min: 1, max: 1, unique: true };
const FIXED_IP: Shape = Shape::Object(&[Member::new(
    "ip_address",
    Shape::Format { name: "ip-address", fits: |text| text.parse::<std::net::IpAddr>().is_ok() },
)
.required()]);

fn server(call: &Call<'_>) -> Result<Document, Refusal> {
    SERVER.find(call, call.segment("id"))
}

fn view(call: &Call<'_>, port: &Document) -> Value {
    let mut attachment = json!({
        "net_id": port.get("network_id"),
        "port_id": port.id,
        "mac_addr": port.get("mac_address"),
        "port_state": port.get("status"),
        "fixed_ips": port.get("fixed_ips"),
    });
    if call.version >= (2, 70) {
        attachment["tag"] = port.get("interface_tag").clone();
    }
    attachment
}

/// `GET /servers/{id}/os-interface`; Nova asks Neutron, which lists by id.
pub(super) fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = server(call)?;
    let mut ports = neutron::ports_of(call, &server.id)?;
    ports.sort_by(|one, other| one.id.cmp(&other.id));
    let attachments: Vec<_> = ports.iter().map(|port| view(call, port)).collect();
    Ok(Reply::ok(json!({ "interfaceAttachments": attachments })))
}

/// `GET /servers/{id}/os-interface/{port}`
pub(super) fn show(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = server(call)?;
    let id = call.segment("port");
    let port = neutron::ports_of(call, &server.id)?.into_iter().find(|port| port.id == id);
    let port =
        port.ok_or_else(|| Refusal::not_found(format!("Port id {id} could not be found.")))?;
    Ok(Reply::ok(json!({ "interfaceAttachment": view(call, &port) })))
}

/// `POST /servers/{id}/os-interface`
pub(super) fn attach(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    (call.service.check)(call, &ATTACH)?;
    let wish = call.body["interfaceAttachment"].take();
    let text = |value: &Value| value.as_str().map(str::to_string);
    let (network, port) = (text(&wish["net_id"]), text(&wish["port_id"]));
    let fixed_ip = text(&wish["fixed_ips"][0]["ip_address"]);
    if network.is_some() && port.is_some() {
        return Err(Refusal::bad_request("Must not input both network_id and port_id"));
    }
    if fixed_ip.is_some() && network.is_none() {
        return Err(Refusal::bad_request("Must input network_id when request IP address"));
    }
    let mut server = server(call)?;
    check(call, &server, "attach_interface")?;
    let network = match (network, &port) {
        (None, None) => only_network(call)?,
        (network, _) => network,
    };
    let plug = Plug { network, port, fixed_ip: fixed_ip.clone(), security_groups: Vec::new() };
    let name = server.text("hostname").to_string();
    let port =
        neutron::plug(call, &plug, &server.id, &name).map_err(|refusal| refused(refusal, &plug))?;
    let port = neutron::tag_interface(call, port, &wish["tag"])?;
    event::note(call, &server.id, "attach_interface")?;
    renew_addresses(call, &mut server)?;
    Ok(Reply::ok(json!({ "interfaceAttachment": view(call, &port) })))
}

/// `DELETE /servers/{id}/os-interface/{port}`; it is accepted whatever the port is.
pub(super) fn detach(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut server = server(call)?;
    check(call, &server, "detach_interface")?;
    let port = call.segment("port").to_string();
    neutron::unplug_port(call, &server.id, &port)?;
    event::note(call, &server.id, "detach_interface")?;
    renew_addresses(call, &mut server)?;
    Ok(Reply::empty(202))
}

fn renew_addresses(call: &Call<'_>, server: &mut Document) -> Result<(), Refusal> {
    server.set("addresses", neutron::addresses_now(call, &server.id)?);
    Ok(call.transaction.update(server)?)
}

/// What Nova says here where it says something else of a new instance.
fn refused(refusal: Refusal, plug: &Plug) -> Refusal {
    match (&plug.port, &plug.fixed_ip) {
        (Some(_), _) if refusal.message.ends_with("could not be found.") => {
            Refusal::not_found(refusal.message)
        }
        (_, Some(address)) if refusal.message.contains("already in use") => {
            Refusal::conflict(format!("Fixed IP {address} is already in use."))
        }
        (None, Some(_)) if refusal.status == 500 => {
            unexpected("nova.exception_Remote.InvalidInput_Remote")
        }
        (None, None) if refusal.message.ends_with("could not be found.") => {
            unexpected("oslo_messaging.rpc.client.RemoteError")
        }
        _ => refusal,
    }
}

/// Nova asks its compute host, and does not understand what that answers.
fn unexpected(class: &str) -> Refusal {
    let report = "Please report this at http://bugs.launchpad.net/nova/ and attach the Nova API log if \
                  possible.";
    Refusal::new(500, format!("Unexpected API Error. {report}\n<class '{class}'>"))
}

/// The project's only network, where none is named.
fn only_network(call: &Call<'_>) -> Result<Option<String>, Refusal> {
    let networks =
        neutron::default_networks(call).map_err(|several| Refusal::bad_request(several.message))?;
    Ok(networks.first().map(|network| network.id.clone()))
}

/// Whether the instance is at rest, and nobody has locked it.
fn check(call: &Call<'_>, server: &Document, verb: &str) -> Result<(), Refusal> {
    check_lock(call, server)?;
    if !["active", "paused", "stopped"].contains(&state(server, "vm_state")) {
        return Err(not_while(verb, server, "vm_state"));
    }
    if !state(server, "task_state").is_empty() {
        return Err(not_while(verb, server, "task_state"));
    }
    Ok(())
}
