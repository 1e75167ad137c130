//! Network (Neutron): networks with their subnets, ports, and the security groups around them.
//!
//! A [`Plug`] is how compute connects a server; everything else is the wire.

mod agent;
mod attribute;
mod claim;
mod extension;
mod floating_ip;
mod listing;
mod networks;
mod plug;
mod port;
mod port_forwarding;
mod quota;
mod resource;
mod router;
mod security_group;
mod seed;
mod subnet;
mod subnet_pool;
mod tags;
mod trunk;
mod value;
mod version;
pub(crate) mod vip;

use crate::call::Refusal;
use crate::service::{Service, as_neutron, check_schema};

pub(crate) use plug::{
    Plug, addresses_now, addresses_of, change_group, check_security_groups, default_networks, plug,
    ports_of, security_groups_of, tag_interface, unplug, unplug_port,
};
pub(crate) use security_group::rule::of_group as rules_of_group;
pub(crate) use seed::seed;

pub(crate) static SERVICE: Service = Service {
    kind: "network",
    name: "neutron",
    home: "/network",
    path: "/network/v2.0",
    aliases: &[],
    listed: "/network",
    microversions: None,
    check: check_schema,
    not_json: None,
    malformed: || Refusal::bad_request("Body contains invalid data"),
    refusal: as_neutron,
    over_quota: |name, _, _| {
        Refusal::conflict(format!("Quota exceeded for resources: ['{name}'].")).named("OverQuota")
    },
    path_first: false,
    answers_head: false,
    wrong_method: |_, _| {
        let message = "The server could not comply with the request since it is either malformed or \
                       otherwise incorrect.";
        Refusal::new(405, message).named("HTTPMethodNotAllowed")
    },
    no_route: as_neutron,
    elsewhere: None,
    type_of_nothing: None,
    ids_for_known: false,
    request_id: &["x-openstack-request-id"],
    vary: &[],
    versions: version::ROUTES,
    routes: &[
        version::RESOURCES,
        networks::ROUTES,
        subnet::ROUTES,
        port::ROUTES,
        security_group::ROUTES,
        security_group::rule::ROUTES,
        subnet_pool::ROUTES,
        router::ROUTES,
        tags::ROUTES,
        floating_ip::ROUTES,
        port_forwarding::ROUTES,
        trunk::ROUTES,
        agent::ROUTES,
        quota::ROUTES,
        extension::ROUTES,
    ],
};

/// A refusal for something that is not there: `Network x could not be found.`
fn missing(name: &'static str, what: &str, id: &str) -> Refusal {
    Refusal::not_found(format!("{what} {id} could not be found.")).named(name)
}
