//! Addresses: which are free in a subnet, and which one a port gets.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::IpNet;
use serde_json::Value;

use crate::network::claim;
use crate::store::{Document, Transaction};

/// A port gets one of so many free addresses by chance, as it is with Neutron: two clients at the
/// same time seldom want the same.
const CHOICE: u128 = 1000;
/// So often that is tried before one address is looked at after the other.
const LOOKS: u32 = 64;

/// The first and the last address of a range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::network) struct Pool {
    pub(in crate::network) start: IpAddr,
    pub(in crate::network) end: IpAddr,
}

impl std::fmt::Display for Pool {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}-{}", self.start, self.end)
    }
}

impl Pool {
    fn size(self) -> u128 {
        number(self.end).saturating_sub(number(self.start)).saturating_add(1)
    }

    fn nth(self, index: u128) -> IpAddr {
        address(number(self.start).saturating_add(index), self.start.is_ipv4())
    }
}

/// An address as a number.
pub(in crate::network) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// A number as an address.
pub(in crate::network) fn address(number: u128, v4: bool) -> IpAddr {
    match u32::try_from(number) {
        Ok(number) if v4 => Ipv4Addr::from_bits(number).into(),
        _ => Ipv6Addr::from_bits(number).into(),
    }
}

/// The pools of a subnet.
pub(in crate::network) fn pools(subnet: &Document) -> Vec<Pool> {
    let pools = subnet.get("allocation_pools").as_array().into_iter().flatten();
    pools
        .filter_map(|pool| Some(Pool { start: parse(&pool["start"])?, end: parse(&pool["end"])? }))
        .collect()
}

/// The addresses of a subnet.
pub(in crate::network) fn cidr(subnet: &Document) -> Option<IpNet> {
    parse(subnet.get("cidr"))
}

pub(in crate::network) fn parse<T: FromStr>(value: &Value) -> Option<T> {
    value.as_str()?.parse().ok()
}

/// A free address of the subnet's pools.
pub(in crate::network) fn choose(
    transaction: &Transaction<'_>,
    subnet: &Document,
) -> rusqlite::Result<Option<IpAddr>> {
    choose_but(transaction, subnet, |_| false)
}

/// A free address of the subnet's pools that is not `taken` either.
pub(in crate::network) fn choose_but(
    transaction: &Transaction<'_>,
    subnet: &Document,
    taken: impl Fn(&IpAddr) -> bool,
) -> rusqlite::Result<Option<IpAddr>> {
    let pools = pools(subnet);
    let size = pools.iter().fold(0, |sum: u128, pool| sum.saturating_add(pool.size()));
    let used = transaction.count(claim::ADDRESS, &subnet.id)?;
    // Half of it is free, unless the pools are nearly full.
    let used = u128::from(used.unsigned_abs());
    let window = size.min(CHOICE.saturating_add(used.saturating_mul(2)));
    if window == 0 {
        return Ok(None);
    }
    let by_chance = (0..LOOKS).map(|_| uuid::Uuid::new_v4().as_u128() % window);
    for index in by_chance.chain(0..window) {
        let Some(address) = nth(&pools, index) else { break };
        if taken(&address) {
            continue;
        }
        let what = address.to_string();
        if claim::holder(transaction, claim::ADDRESS, &subnet.id, &what)?.is_none() {
            return Ok(Some(address));
        }
    }
    Ok(None)
}

fn nth(pools: &[Pool], mut index: u128) -> Option<IpAddr> {
    for pool in pools {
        if index < pool.size() {
            return Some(pool.nth(index));
        }
        index -= pool.size();
    }
    None
}

/// A free MAC address of the network: `fa:16:3e:...`, as OpenStack gives them.
pub(in crate::network) fn choose_mac(
    transaction: &Transaction<'_>,
    network: &str,
) -> rusqlite::Result<String> {
    loop {
        let bytes = *uuid::Uuid::new_v4().as_bytes();
        let mac = format!("fa:16:3e:{:02x}:{:02x}:{:02x}", bytes[0], bytes[1], bytes[2]);
        if claim::holder(transaction, claim::MAC, network, &mac)?.is_none() {
            return Ok(mac);
        }
    }
}
