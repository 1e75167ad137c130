//! What a subnet's addresses may look like: its range, its gateway, the pools for its ports.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Map, Value, json};

use super::address::{Pool, address, number, parse};
use crate::call::Refusal;
use crate::network::value::{invalid, network};

/// How many name servers a subnet may have.
const MOST_NAME_SERVERS: usize = 5;
/// How many routes.
const MOST_ROUTES: usize = 20;

pub(in crate::network) fn bad(message: &str) -> Refusal {
    Refusal::bad_request(format!("Bad subnets request: {message}.")).named("BadRequest")
}

/// The range that a request asks for.
pub(in crate::network) fn choose_cidr(body: &Map<String, Value>) -> Result<IpNet, Refusal> {
    let cidr = body.get("cidr").and_then(Value::as_str).and_then(network);
    if cidr.is_some() && body.contains_key("prefixlen") {
        return Err(bad("cidr and prefixlen must not be supplied together"));
    }
    if body.get("use_default_subnetpool").is_some_and(|wish| *wish == true) {
        let version = &body["ip_version"];
        return Err(bad(&format!("No default subnetpool found for IPv{version}")));
    }
    let cidr =
        cidr.ok_or_else(|| bad("a subnetpool must be specified in the absence of a cidr"))?;
    Ok(cidr.trunc())
}

/// Checks what a request says about a subnet of this range. `dhcp_may_begin`: it is not on yet.
pub(in crate::network) fn check(
    body: &Map<String, Value>,
    cidr: IpNet,
    dhcp_may_begin: bool,
) -> Result<(), Refusal> {
    let version = &body["ip_version"];
    check_version(version, &cidr.to_string(), "cidr")?;
    if dhcp_may_begin && body.get("enable_dhcp").is_some_and(|wish| *wish == true) {
        check_dhcp(cidr)?;
    }
    if let Some(text) = body.get("gateway_ip").and_then(Value::as_str) {
        check_version(version, text, "gateway_ip")?;
        if text.parse().is_ok_and(|gateway| is_no_gateway(cidr, gateway)) {
            return Err(invalid("Gateway is not valid on subnet"));
        }
    }
    check_lists(body, version)?;
    let mode = |name: &str| body.get(name).and_then(Value::as_str);
    let (router, address) = (mode("ipv6_ra_mode"), mode("ipv6_address_mode"));
    if *version == 4 {
        let named = [("ipv6_ra_mode", router), ("ipv6_address_mode", address)];
        return match named.iter().find(|(_, mode)| mode.is_some()) {
            Some((name, _)) => Err(invalid(format!("{name} is not valid when ip_version is 4"))),
            None => Ok(()),
        };
    }
    check_modes(cidr, router, address, body.get("enable_dhcp"))
}

fn check_version(version: &Value, text: &str, name: &str) -> Result<(), Refusal> {
    let own = if text.contains(':') { 6 } else { 4 };
    if *version == own {
        return Ok(());
    }
    Err(invalid(format!("{name} '{text}' does not match the ip_version '{version}'")))
}

/// DHCP needs some room, and addresses that can be given out.
fn check_dhcp(cidr: IpNet) -> Result<(), Refusal> {
    if cidr.max_prefix_len() - cidr.prefix_len() < 2 {
        return Err(invalid(
            "Subnet has a prefix length that is incompatible with DHCP service enabled",
        ));
    }
    let first = cidr.network();
    if first.is_multicast() {
        return Err(invalid("Multicast IP subnet is not supported if enable_dhcp is True"));
    }
    if first.is_loopback() {
        return Err(invalid("Loopback IP subnet is not supported if enable_dhcp is True"));
    }
    if first.is_ipv4() && first.is_unspecified() {
        return Err(invalid(
            "First IP '0.0.0.0' of network is not supported if enable_dhcp is True.",
        ));
    }
    Ok(())
}

fn check_lists(body: &Map<String, Value>, version: &Value) -> Result<(), Refusal> {
    let list = |name: &str| body.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let servers = list("dns_nameservers");
    if servers.len() > MOST_NAME_SERVERS {
        let message = format!(
            "Unable to complete operation for new subnet. The number of DNS nameservers exceeds the \
             limit {MOST_NAME_SERVERS}."
        );
        return Err(Refusal::bad_request(message).named("DNSNameServersExhausted"));
    }
    for server in &servers {
        check_version(version, &text(server), "dns_nameserver")?;
    }
    let routes = list("host_routes");
    if routes.len() > MOST_ROUTES {
        let message = format!(
            "Unable to complete operation for new subnet. The number of host routes exceeds the \
             limit {MOST_ROUTES}."
        );
        return Err(Refusal::bad_request(message).named("HostRoutesExhausted"));
    }
    for route in &routes {
        check_version(version, &text(&route["nexthop"]), "nexthop")?;
        check_version(version, &text(&route["destination"]), "destination")?;
    }
    Ok(())
}

/// How hosts get their IPv6 addresses: as the router says, and as the addresses are made.
fn check_modes(
    cidr: IpNet,
    router: Option<&str>,
    address: Option<&str>,
    dhcp: Option<&Value>,
) -> Result<(), Refusal> {
    if (router.is_some() || address.is_some()) && dhcp.is_some_and(|dhcp| *dhcp == false) {
        return Err(invalid(
            "ipv6_ra_mode or ipv6_address_mode cannot be set when enable_dhcp is set to False",
        ));
    }
    if let (Some(router), Some(address)) = (router, address)
        && router != address
    {
        return Err(invalid(format!(
            "ipv6_ra_mode set to '{router}' with ipv6_address_mode set to '{address}' is not valid. \
             If both attributes are set, they must be the same value"
        )));
    }
    let automatic = |mode: Option<&str>| matches!(mode, Some("slaac" | "dhcpv6-stateless"));
    if (automatic(router) || automatic(address)) && cidr.prefix_len() != 64 {
        return Err(invalid(format!(
            "Invalid CIDR {cidr} for IPv6 address mode. OpenStack uses the EUI-64 address format, \
             which requires the prefix to be /64"
        )));
    }
    Ok(())
}

/// The first address that a host may have: with IPv6 that is the network's own.
pub(in crate::network) fn first_host(cidr: IpNet) -> IpAddr {
    match cidr {
        IpNet::V4(cidr) => address(number(cidr.network().into()) + 1, true),
        IpNet::V6(cidr) => cidr.network().into(),
    }
}

/// Whether an IPv4 address in the range is that of the network itself, or of all its hosts.
pub(in crate::network) fn is_no_gateway(cidr: IpNet, gateway: IpAddr) -> bool {
    gateway.is_ipv4()
        && cidr.contains(&gateway)
        && (gateway == cidr.network() || gateway == cidr.broadcast())
}

/// The first and the last address that ports may have.
fn usable(cidr: IpNet) -> (u128, u128) {
    let (first, last) = (number(cidr.network()), number(cidr.broadcast()));
    match cidr {
        IpNet::V4(cidr) if cidr.prefix_len() <= 30 => (first + 1, last - 1),
        IpNet::V6(cidr) if cidr.prefix_len() < 128 => (first + 1, last),
        _ => (first, last),
    }
}

/// The pools of a subnet for which none are asked: everything around the gateway.
pub(in crate::network) fn pools(cidr: IpNet, gateway: Option<IpAddr>) -> Vec<Pool> {
    let v4 = matches!(cidr, IpNet::V4(_));
    let (first, last) = usable(cidr);
    let pool = |first, last| Pool { start: address(first, v4), end: address(last, v4) };
    let gateway = gateway.filter(|gateway| gateway.is_ipv4() == v4).map(number);
    let Some(gateway) = gateway.filter(|gateway| (first..=last).contains(gateway) && first < last)
    else {
        return vec![pool(first, last)];
    };
    let mut pools = Vec::new();
    if gateway > first {
        pools.push(pool(first, gateway - 1));
    }
    if gateway < last {
        pools.push(pool(gateway + 1, last));
    }
    pools
}

/// Reads pools from a request.
pub(in crate::network) fn read_pools(value: &Value) -> Result<Vec<Pool>, Refusal> {
    let read = |pool: &Value| -> Result<Pool, Refusal> {
        let (start, end): (Option<IpAddr>, Option<IpAddr>) =
            (parse(&pool["start"]), parse(&pool["end"]));
        match (start, end) {
            (Some(start), Some(end))
                if start.is_ipv4() == end.is_ipv4() && number(start) <= number(end) =>
            {
                Ok(Pool { start, end })
            }
            _ => Err(invalid_pool(crate::check::python(pool))),
        }
    };
    value.as_array().into_iter().flatten().map(read).collect()
}

fn invalid_pool(pool: impl std::fmt::Display) -> Refusal {
    Refusal::bad_request(format!("The allocation pool {pool} is not valid."))
        .named("InvalidAllocationPool")
}

/// Pools as they are on the wire.
pub(in crate::network) fn write(pools: &[Pool]) -> Value {
    pools.iter().map(|pool| json!({ "start": pool.start, "end": pool.end })).collect()
}

/// Pools lie in their subnet, and not in each other.
pub(in crate::network) fn check_pools(pools: &[Pool], cidr: IpNet) -> Result<(), Refusal> {
    let (first, last) = usable(cidr);
    for pool in pools {
        if pool.start.is_ipv4() != cidr.network().is_ipv4() {
            return Err(invalid_pool(pool));
        }
        if number(pool.start) < first || number(pool.end) > last {
            let message =
                format!("The allocation pool {pool} spans beyond the subnet cidr {cidr}.");
            return Err(Refusal::bad_request(message).named("OutOfBoundsAllocationPool"));
        }
    }
    for (index, left) in pools.iter().enumerate() {
        let overlaps = |right: &&Pool| {
            number(left.start) <= number(right.end) && number(right.start) <= number(left.end)
        };
        if let Some(right) = pools[index + 1..].iter().find(overlaps) {
            let message =
                format!("Found overlapping allocation pools: {left} {right} for subnet {cidr}.");
            return Err(Refusal::conflict(message).named("OverlappingAllocationPools"));
        }
    }
    Ok(())
}

/// The gateway's address is not one to be given out.
pub(in crate::network) fn check_gateway(
    gateway: Option<IpAddr>,
    pools: &[Pool],
) -> Result<(), Refusal> {
    let Some(gateway) = gateway else { return Ok(()) };
    let holds = |pool: &&Pool| {
        pool.start.is_ipv4() == gateway.is_ipv4()
            && (number(pool.start)..=number(pool.end)).contains(&number(gateway))
    };
    match pools.iter().find(holds) {
        Some(pool) => Err(Refusal::conflict(format!(
            "Gateway ip {gateway} conflicts with allocation pool {pool}."
        ))
        .named("GatewayConflictWithAllocationPools")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pools_of(cidr: &str, gateway: &str) -> Vec<String> {
        let pools = pools(cidr.parse().unwrap(), gateway.parse().ok());
        pools.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn pools_leave_out_the_gateway_and_what_no_host_can_have() {
        let all = ["10.0.0.2-10.0.0.254"];
        assert_eq!(pools_of("10.0.0.0/24", "10.0.0.1"), all);
        assert_eq!(pools_of("10.0.0.0/24", ""), ["10.0.0.1-10.0.0.254"]);
        assert_eq!(pools_of("10.0.0.0/24", "10.9.9.9"), ["10.0.0.1-10.0.0.254"]);
        let around = ["10.0.0.1-10.0.0.99", "10.0.0.101-10.0.0.254"];
        assert_eq!(pools_of("10.0.0.0/24", "10.0.0.100"), around);
        assert_eq!(pools_of("10.0.0.0/30", "10.0.0.1"), ["10.0.0.2-10.0.0.2"]);
        assert_eq!(pools_of("10.0.0.0/32", "10.0.0.1"), ["10.0.0.0-10.0.0.0"]);
        let all = ["fd00::1-fd00::ffff:ffff:ffff:ffff"];
        assert_eq!(pools_of("fd00::/64", "fd00::"), all);
    }

    #[test]
    fn the_network_and_all_its_hosts_are_no_gateways() {
        let cidr = "10.0.0.0/24".parse().unwrap();
        for (gateway, expected) in
            [("10.0.0.0", true), ("10.0.0.255", true), ("10.0.0.9", false), ("10.0.1.0", false)]
        {
            assert_eq!(is_no_gateway(cidr, gateway.parse().unwrap()), expected, "{gateway}");
        }
        assert!(!is_no_gateway("fd00::/64".parse().unwrap(), "fd00::".parse().unwrap()));
    }

    #[test]
    fn pools_that_touch_do_not_overlap() {
        let read = |pools: Value| read_pools(&pools).unwrap();
        let cidr = "10.0.0.0/24".parse().unwrap();
        let beside = read(json!([
            { "start": "10.0.0.2", "end": "10.0.0.9" }, { "start": "10.0.0.10", "end": "10.0.0.20" },
        ]));
        assert!(check_pools(&beside, cidr).is_ok());
        let over = read(json!([
            { "start": "10.0.0.2", "end": "10.0.0.10" }, { "start": "10.0.0.10", "end": "10.0.0.20" },
        ]));
        let refusal = check_pools(&over, cidr).unwrap_err();
        assert_eq!(refusal.name, Some("OverlappingAllocationPools"));
    }
}
