//! The small cloud's Neutron.

use serde_json::json;

use super::{NET, network};
use crate::server::{Received, Reply, json_answer};

/// Neutron's part of the script.
pub(super) fn answer(request: &Received) -> Reply {
    let ok = |body| json_answer(200, body);
    match request.what().replace(NET, "{net}").as_str() {
        "GET /network/v2.0/networks" => ok(json!({ "networks": [network(NET, "demo-net")] })),
        "GET /network/v2.0/networks/{net}" => ok(json!({ "network": network(NET, "demo-net") })),
        _ => Reply::Usual,
    }
}
