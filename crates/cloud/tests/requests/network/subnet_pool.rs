//! Subnet pools and quotas.

pub(super) const SAID: super::Said = &[
    ("list_subnet_pools", "{}", "GET /network/v2.0/subnetpools"),
    (
        "get_subnet_pool",
        r#"{"subnet_pool": "offices"}"#,
        "GET /network/v2.0/subnetpools?name=offices",
    ),
    (
        "create_subnet_pool",
        r#"{"name": "offices", "prefixes": ["10.64.0.0/16"], "default_prefixlen": 24,
            "min_prefixlen": 20, "max_prefixlen": 28, "default_quota": 4096}"#,
        r#"POST /network/v2.0/subnetpools
         content-type: application/json
         {"subnetpool":{"name":"offices","prefixes":["10.64.0.0/16"],"default_prefixlen":24,"min_prefixlen":20,"max_prefixlen":28,"default_quota":4096}}"#,
    ),
    (
        "set_subnet_pool",
        r#"{"subnet_pool": "{pool}", "prefixes": ["10.65.0.0/16"], "description": "d"}"#,
        r#"GET /network/v2.0/subnetpools/{pool}
         PUT /network/v2.0/subnetpools/{pool}
         content-type: application/json
         {"subnetpool":{"description":"d","prefixes":["10.64.0.0/16","10.65.0.0/16"]}}"#,
    ),
    (
        "unset_subnet_pool",
        r#"{"subnet_pool": "{pool}", "tags": ["x"]}"#,
        "GET /network/v2.0/subnetpools/{pool}
         DELETE /network/v2.0/subnetpools/{pool}/tags/x",
    ),
    (
        "delete_subnet_pool",
        r#"{"subnet_pool": "{pool}"}"#,
        "DELETE /network/v2.0/subnetpools/{pool}",
    ),
    ("list_network_quotas", "{}", "GET /network/v2.0/quotas/project-id/details.json"),
];
