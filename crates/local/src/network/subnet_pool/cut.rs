//! Cutting subnets from a pool: which of its ranges are free, and which one a new subnet gets.

use ipnet::IpNet;
use serde_json::{Map, Value, json};

use super::{SUBNET_POOL, length, read_prefixes};
use crate::call::{Call, Refusal};
use crate::network::subnet::range::bad;
use crate::network::value;
use crate::seed::insert;
use crate::store::Document;

/// A subnet that was cut from a pool: a document of its own, whose owner is the pool.
const PIECE: &str = "network:piece";

/// The pool that a new subnet shall be cut from, if it names one.
pub(in crate::network) fn named(
    call: &Call<'_>,
    body: &Map<String, Value>,
) -> Result<Option<Document>, Refusal> {
    if body.get("cidr").is_some_and(|cidr| !cidr.is_null()) && body.contains_key("prefixlen") {
        return Err(bad("cidr and prefixlen must not be supplied together"));
    }
    let Some(id) = body.get("subnetpool_id").and_then(Value::as_str) else { return Ok(None) };
    let pool = SUBNET_POOL.find(call, id)?;
    if *pool.get("ip_version") != body["ip_version"] {
        let (wanted, is) = (&body["ip_version"], pool.get("ip_version"));
        return Err(bad(&format!("Cannot allocate IPv{wanted} subnet from IPv{is} subnet pool")));
    }
    Ok(Some(pool))
}

/// The range that a new subnet gets: the one it names, or the first that is free.
pub(in crate::network) fn cut(
    call: &Call<'_>,
    pool: &Document,
    body: &Map<String, Value>,
) -> Result<IpNet, Refusal> {
    let named = body.get("cidr").and_then(Value::as_str).and_then(value::network);
    if named.is_none() && body.get("allocation_pools").is_some() {
        return Err(bad("allocation_pools allowed only for specific subnet requests."));
    }
    let wanted = match named {
        Some(range) => range.prefix_len(),
        None => length(body.get("prefixlen"))
            .or_else(|| length(Some(pool.get("default_prefixlen"))))
            .unwrap_or_default(),
    };
    check_length(pool, wanted)?;
    let free = free(call, pool)?;
    let range = match named {
        Some(range) => {
            let range = range.trunc();
            let is_free = free.iter().any(|free| free.contains(&range));
            is_free.then_some(range).ok_or_else(|| {
                failed("Cannot allocate requested subnet from the available set of prefixes")
            })?
        }
        None => free
            .iter()
            .filter(|free| free.prefix_len() <= wanted)
            .find_map(|free| free.subnets(wanted).ok()?.next())
            .ok_or_else(|| {
                failed(&format!("Insufficient prefix space to allocate subnet size /{wanted}"))
            })?,
    };
    check_quota(call, pool, range)?;
    Ok(range)
}

fn failed(why: &str) -> Refusal {
    Refusal::new(500, format!("Failed to allocate subnet: {why}.")).named("SubnetAllocationError")
}

/// A pool says how large and how small subnets may be.
fn check_length(pool: &Document, wanted: u8) -> Result<(), Refusal> {
    let bound = |name: &str| length(Some(pool.get(name))).unwrap_or_default();
    let refuse = |name: &'static str, word: &str, bound: u8| {
        let message = format!(
            "Unable to allocate subnet with prefix length {wanted}, {word} allowed prefix is {bound}."
        );
        Err(Refusal::bad_request(message).named(name))
    };
    let (min, max) = (bound("min_prefixlen"), bound("max_prefixlen"));
    if wanted < min {
        return refuse("MinPrefixSubnetAllocationError", "minimum", min);
    }
    if wanted > max {
        return refuse("MaxPrefixSubnetAllocationError", "maximum", max);
    }
    Ok(())
}

/// The ranges of a pool that no subnet has, in the order of their addresses.
fn free(call: &Call<'_>, pool: &Document) -> Result<Vec<IpNet>, Refusal> {
    let taken = pieces(call, &pool.id)?;
    let mut free = Vec::new();
    for prefix in read_prefixes(pool.get("prefixes"))? {
        without(prefix, &taken, &mut free);
    }
    Ok(free)
}

/// What is left of a range without those that are taken: it is halved until it is free or gone.
fn without(range: IpNet, taken: &[IpNet], left: &mut Vec<IpNet>) {
    if taken.iter().any(|taken| taken.contains(&range)) {
        return;
    }
    if !taken.iter().any(|taken| range.contains(taken)) {
        left.push(range);
        return;
    }
    for half in range.subnets(range.prefix_len() + 1).into_iter().flatten() {
        without(half, taken, left);
    }
}

fn pieces(call: &Call<'_>, pool: &str) -> Result<Vec<IpNet>, Refusal> {
    let pieces = call.transaction.all(PIECE, Some(pool))?;
    Ok(pieces.iter().filter_map(|piece| piece.text("cidr").parse().ok()).collect())
}

/// What a project may take from a pool is counted in addresses, with IPv6 in networks of 64 bits.
fn check_quota(call: &Call<'_>, pool: &Document, range: IpNet) -> Result<(), Refusal> {
    let Some(most) = pool.get("default_quota").as_u64() else { return Ok(()) };
    let units = |range: &IpNet| {
        let unit = if range.network().is_ipv4() { 32 } else { 64 };
        1_u64.checked_shl(u32::from(unit - range.prefix_len().min(unit))).unwrap_or(u64::MAX)
    };
    let used = pieces(call, &pool.id)?.iter().map(units).fold(0, u64::saturating_add);
    if used.saturating_add(units(&range)) > most {
        let message = "Per-tenant subnet pool prefix quota exceeded.";
        return Err(Refusal::conflict(message).named("SubnetPoolQuotaExceeded"));
    }
    Ok(())
}

/// Notes that a subnet has its range.
pub(in crate::network) fn take(call: &Call<'_>, subnet: &Document) -> Result<(), Refusal> {
    let pool = subnet.text("subnetpool_id");
    if pool.is_empty() {
        return Ok(());
    }
    let fields = json!({ "cidr": subnet.text("cidr") });
    Ok(insert(call.transaction, PIECE, pool, &subnet.id, fields)?)
}

/// Notes that a subnet's range is free again.
pub(in crate::network) fn give_back(call: &Call<'_>, subnet: &Document) -> Result<(), Refusal> {
    let pool = subnet.text("subnetpool_id");
    if pool.is_empty() {
        return Ok(());
    }
    Ok(call.transaction.remove(&Document::of(PIECE, pool, &subnet.id, json!({})))?)
}

pub(super) fn is_in_use(call: &Call<'_>, pool: &Document) -> Result<bool, Refusal> {
    Ok(call.transaction.count(PIECE, &pool.id)? > 0)
}
