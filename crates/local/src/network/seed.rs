//! The networks of a fresh cloud, and the router between one of them and the world.

use serde_json::{Value, json};

use super::networks::NETWORK;
use super::subnet::{SUBNET, range};
use super::{resource, router, value};
use crate::identity::Seeded;
use crate::seed::TENANTS;
use crate::store::{Document, Transaction};
use crate::time::Moment;

/// A network to be made, with its subnet.
struct Plan {
    name: &'static str,
    /// The subnet's name.
    subnet: &'static str,
    /// Who it belongs to, as in `clouds.yaml`.
    tenant: &'static str,
    cidr: &'static str,
    name_servers: &'static [&'static str],
    shared: bool,
    /// The physical network behind it, if it leads to the world.
    physical: Option<&'static str>,
    /// The router that leads from it to where floating addresses come from.
    router: Option<&'static str>,
}

/// As Infomaniak has them: a network to get floating addresses from, one to be in the world directly,
/// and those of the tenants.
const PLANS: &[Plan] = &[
    Plan {
        name: "ext-floating1",
        subnet: "ext-floating1-subnet",
        tenant: "admin",
        cidr: "203.0.113.0/24",
        name_servers: &[],
        shared: false,
        physical: Some("floating"),
        router: None,
    },
    Plan {
        name: "ext-net1",
        subnet: "ext-net1-subnet",
        tenant: "admin",
        cidr: "198.51.100.0/24",
        name_servers: &[],
        shared: true,
        physical: Some("direct"),
        router: None,
    },
    Plan {
        name: "demo-net",
        subnet: "demo-subnet",
        tenant: "demo",
        cidr: "10.11.0.0/16",
        name_servers: &["9.9.9.9"],
        shared: false,
        physical: None,
        router: Some("demo-router"),
    },
    Plan {
        name: "full-net",
        subnet: "full-subnet",
        tenant: "demo-full",
        cidr: "10.13.0.0/24",
        name_servers: &[],
        shared: false,
        physical: None,
        router: None,
    },
];

/// Makes the networks of a fresh cloud. `tenants`: as [`TENANTS`] has them.
pub(crate) fn seed(
    transaction: &Transaction<'_>,
    now: Moment,
    tenants: &[Seeded],
) -> rusqlite::Result<()> {
    let mut outside = None;
    for plan in PLANS {
        let owner = TENANTS.iter().zip(tenants).find(|(tenant, _)| tenant.cloud == plan.tenant);
        let Some((_, owner)) = owner else { continue };
        let Some(made) = make(transaction, now, plan, &owner.project)? else { continue };
        let Some(outside) = &outside else {
            outside = Some(made);
            continue;
        };
        if let Some(name) = plan.router {
            let inside = (&made.0, &made.1);
            router::seed(transaction, now, name, inside, (&outside.0, &outside.1))?;
        }
    }
    Ok(())
}

/// The network, and its subnet.
fn make(
    transaction: &Transaction<'_>,
    now: Moment,
    plan: &Plan,
    owner: &str,
) -> rusqlite::Result<Option<(Document, Document)>> {
    let Some(cidr) = value::network(plan.cidr) else { return Ok(None) };
    let external = plan.physical.is_some();
    let network = json!({
        "name": plan.name, "admin_state_up": true, "mtu": if external { 1500 } else { 1450 },
        "status": "ACTIVE", "subnets": [], "shared": plan.shared, "availability_zone_hints": [],
        "router:external": external, "description": "", "port_security_enabled": true,
        "dns_domain": "", "is_default": false,
        "provider:network_type": if external { "flat" } else { "vxlan" },
        "provider:physical_network": plan.physical,
        "provider:segmentation_id": if external { None } else { Some(super::networks::segment()) },
    });
    let fields = |value: Value| value.as_object().cloned().unwrap_or_default();
    let mut network = resource::document(NETWORK, owner, now, 2, fields(network));
    let gateway = range::first_host(cidr);
    let subnet = json!({
        "name": plan.subnet, "network_id": network.id, "ip_version": 4,
        // Nobody answers to DHCP where only floating addresses come from.
        "enable_dhcp": !external || plan.shared, "gateway_ip": gateway, "cidr": plan.cidr,
        "allocation_pools": range::write(&range::pools(cidr, Some(gateway))), "host_routes": [],
        "dns_nameservers": plan.name_servers, "description": "", "service_types": [],
    });
    let subnet = resource::document(SUBNET, owner, now, 0, fields(subnet));
    network.set("subnets", json!([subnet.id]));
    transaction.insert(&network)?;
    transaction.insert(&subnet)?;
    Ok(Some((network, subnet)))
}
