//! The networks of a fresh cloud.

use serde_json::json;

use super::network::NETWORK;
use super::subnet::SUBNET;
use crate::identity::Seeded;
use crate::seed::{TENANTS, new_id};
use crate::store::{Document, Transaction};
use crate::time::Moment;

/// A network to be made, with its subnet.
struct Plan {
    name: &'static str,
    /// Who it belongs to, as in `clouds.yaml`.
    tenant: &'static str,
    /// The address range, without its last number and prefix.
    cidr: &'static str,
    range: (&'static str, &'static str, &'static str),
    shared: bool,
    /// The physical network behind it, if it leads to the world.
    physical: Option<&'static str>,
}

/// As Infomaniak has them: a network to get floating addresses from, one to be in the world directly.
const PLANS: &[Plan] = &[
    Plan {
        name: "ext-floating1",
        tenant: "admin",
        cidr: "203.0.113.0/24",
        range: ("203.0.113.1", "203.0.113.2", "203.0.113.254"),
        shared: false,
        physical: Some("floating"),
    },
    Plan {
        name: "ext-net1",
        tenant: "admin",
        cidr: "198.51.100.0/24",
        range: ("198.51.100.1", "198.51.100.2", "198.51.100.254"),
        shared: true,
        physical: Some("direct"),
    },
    Plan {
        name: "demo-net",
        tenant: "demo",
        cidr: "10.11.0.0/16",
        range: ("10.11.0.1", "10.11.0.2", "10.11.255.254"),
        shared: false,
        physical: None,
    },
    Plan {
        name: "full-net",
        tenant: "demo-full",
        cidr: "10.13.0.0/24",
        range: ("10.13.0.1", "10.13.0.2", "10.13.0.254"),
        shared: false,
        physical: None,
    },
];

/// Makes the networks of a fresh cloud. `tenants`: as [`TENANTS`] has them.
pub(crate) fn seed(
    transaction: &Transaction<'_>,
    now: Moment,
    tenants: &[Seeded],
) -> rusqlite::Result<()> {
    for plan in PLANS {
        let owner = TENANTS.iter().zip(tenants).find(|(tenant, _)| tenant.cloud == plan.tenant);
        let Some((_, owner)) = owner else { continue };
        make(transaction, now, plan, &owner.project)?;
    }
    Ok(())
}

fn make(
    transaction: &Transaction<'_>,
    now: Moment,
    plan: &Plan,
    owner: &str,
) -> rusqlite::Result<()> {
    let (network_id, subnet_id, now) = (new_id(), new_id(), now.seconds());
    let external = plan.physical.is_some();
    let segment = (!external).then(|| 1 + uuid::Uuid::new_v4().as_u128() % 100_000);
    let network = json!({
        "name": plan.name, "admin_state_up": true, "mtu": if external { 1500 } else { 1450 },
        "status": "ACTIVE", "subnets": [subnet_id], "shared": plan.shared,
        "availability_zone_hints": [], "router:external": external, "description": "",
        "port_security_enabled": true, "dns_domain": "", "is_default": false, "tags": [],
        "created_at": now, "updated_at": now, "revision_number": 2,
        "provider:network_type": if external { "flat" } else { "vxlan" },
        "provider:physical_network": plan.physical,
        "provider:segmentation_id": segment.map(|segment| u64::try_from(segment).unwrap_or(1)),
    });
    transaction.insert(&Document::of(NETWORK.name, owner, &network_id, network))?;
    let (gateway, start, end) = plan.range;
    let nameservers = if plan.tenant == "demo" { vec!["9.9.9.9"] } else { Vec::new() };
    let subnet = json!({
        "name": format!("{}-subnet", plan.name.trim_end_matches("-net")),
        "network_id": network_id, "ip_version": 4,
        "enable_dhcp": !external || plan.shared, "gateway_ip": gateway, "cidr": plan.cidr,
        "allocation_pools": [{ "start": start, "end": end }], "host_routes": [],
        "dns_nameservers": nameservers, "description": "", "tags": [], "created_at": now,
        "updated_at": now, "revision_number": 0, "shared": plan.shared,
    });
    transaction.insert(&Document::of(SUBNET.name, owner, &subnet_id, subnet))
}
