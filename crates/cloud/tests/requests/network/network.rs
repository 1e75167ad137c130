//! Networks.

pub(super) const SAID: super::Said = &[
    ("list_networks", "{}", "GET /network/v2.0/networks"),
    ("get_network", r#"{"network_id": "demo-net"}"#, "GET /network/v2.0/networks?name=demo-net"),
    ("get_network", r#"{"network_id": "{net}"}"#, "GET /network/v2.0/networks/{net}"),
];
