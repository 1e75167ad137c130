//! Subnets.

pub(super) const SAID: super::Said = &[
    ("list_subnets", "{}", "GET /network/v2.0/subnets"),
    (
        "list_subnets",
        r#"{"network": "demo-net", "ip_version": 4, "name": "a", "tags": ["x"]}"#,
        "GET /network/v2.0/networks?name=demo-net
         GET /network/v2.0/subnets?network_id={net}&name=a&ip_version=4&tags=x",
    ),
    ("get_subnet", r#"{"subnet_id": "{subnet}"}"#, "GET /network/v2.0/subnets/{subnet}"),
    // Without a word about the gateway Neutron chooses one; null would leave the subnet without (W26).
    (
        "create_subnet",
        r#"{"network_id": "{net}", "name": "v4", "cidr": "10.0.0.0/24"}"#,
        r#"POST /network/v2.0/subnets
         content-type: application/json
         {"subnet":{"network_id":"{net}","name":"v4","cidr":"10.0.0.0/24","ip_version":4,"enable_dhcp":true}}"#,
    ),
    (
        "create_subnet",
        r#"{"network_id": "demo-net", "name": "v4", "cidr": "10.0.0.0/24", "gateway_ip": "none",
            "enable_dhcp": false, "dns_nameservers": ["9.9.9.9"], "description": "d", "tags": ["x"],
            "allocation_pools": [{"start": "10.0.0.5", "end": "10.0.0.9"}],
            "host_routes": [{"destination": "10.9.0.0/16", "gateway": "10.0.0.3"}],
            "extra": {"service_types": ["compute:nova"]}}"#,
        r#"GET /network/v2.0/networks?name=demo-net
         POST /network/v2.0/subnets
         content-type: application/json
         {"subnet":{"network_id":"{net}","name":"v4","cidr":"10.0.0.0/24","ip_version":4,"gateway_ip":null,"enable_dhcp":false,"dns_nameservers":["9.9.9.9"],"allocation_pools":[{"start":"10.0.0.5","end":"10.0.0.9"}],"host_routes":[{"destination":"10.9.0.0/16","nexthop":"10.0.0.3"}],"description":"d","service_types":["compute:nova"]}}
         PUT /network/v2.0/subnets/{subnet}/tags
         content-type: application/json
         {"tags":["x"]}"#,
    ),
    (
        "create_subnet",
        r#"{"network_id": "{net}", "name": "v6", "ip_version": 6, "subnet_pool": "offices",
            "prefixlen": 64, "ipv6_ra_mode": "slaac", "ipv6_address_mode": "slaac"}"#,
        r#"GET /network/v2.0/subnetpools?name=offices
         POST /network/v2.0/subnets
         content-type: application/json
         {"subnet":{"network_id":"{net}","name":"v6","ip_version":6,"enable_dhcp":true,"ipv6_ra_mode":"slaac","ipv6_address_mode":"slaac","subnetpool_id":"{pool}","prefixlen":64}}"#,
    ),
    (
        "set_subnet",
        r#"{"subnet_id": "{subnet}", "name": "b", "gateway_ip": "NONE", "enable_dhcp": false,
            "dns_nameservers": ["1.1.1.1"], "no_other_host_routes": true, "tags": ["x"]}"#,
        r#"GET /network/v2.0/subnets/{subnet}
         PUT /network/v2.0/subnets/{subnet}
         content-type: application/json
         {"subnet":{"name":"b","gateway_ip":null,"enable_dhcp":false,"dns_nameservers":["9.9.9.9","1.1.1.1"],"host_routes":[]}}
         PUT /network/v2.0/subnets/{subnet}/tags/x"#,
    ),
    (
        "unset_subnet",
        r#"{"subnet_id": "{subnet}", "gateway_ip": true, "dns_nameservers": ["9.9.9.9"],
            "host_routes": [{"destination": "10.9.0.0/16", "gateway": "10.0.0.3"}]}"#,
        r#"GET /network/v2.0/subnets/{subnet}
         PUT /network/v2.0/subnets/{subnet}
         content-type: application/json
         {"subnet":{"gateway_ip":null,"dns_nameservers":[],"host_routes":[]}}"#,
    ),
    ("delete_subnet", r#"{"subnet_id": "{subnet}"}"#, "DELETE /network/v2.0/subnets/{subnet}"),
];
