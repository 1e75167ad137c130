//! The network client's sentinels.

use infomaniak_cloud::contract::InfomaniakNetworkClient;
use serde_json::json;

use super::{all, fails, refusing};
use crate::logs::Logs;
use crate::sample::{NET, PORT, SUBNET, SUBNET_POOL, WEB};

#[tokio::test]
async fn every_operation_fails_with_its_sentinel_and_one_line() {
    let server = refusing().await;
    let client = InfomaniakNetworkClient::new(server.cloud());
    let logs = Logs::collect();
    let (nothing, none) = (json!([]), json!(null));
    let tried = fails! { client, logs;
        list_networks() gives nothing;
        get_network(NET) gives none;
        create_network("front") gives none;
        set_network(NET).name("back") gives false;
        unset_network(NET).all_tags(true) gives false;
        delete_network(NET) gives false;
        list_subnets() gives nothing;
        get_subnet(SUBNET) gives none;
        create_subnet(NET, "v4", "10.0.0.0/24") gives none;
        set_subnet(SUBNET).name("v4") gives false;
        unset_subnet(SUBNET).gateway_ip(true) gives false;
        delete_subnet(SUBNET) gives false;
        list_ports() gives nothing;
        get_port(PORT) gives none;
        create_port(NET, "p") gives none;
        set_port(PORT).name("q") gives false;
        unset_port(PORT).all_tags(true) gives false;
        delete_port(PORT) gives false;
        list_subnet_pools() gives nothing;
        get_subnet_pool(SUBNET_POOL) gives none;
        create_subnet_pool("offices").prefixes(["10.64.0.0/16"]) gives none;
        set_subnet_pool(SUBNET_POOL).name("labs") gives false;
        unset_subnet_pool(SUBNET_POOL).all_tags(true) gives false;
        delete_subnet_pool(SUBNET_POOL) gives false;
        list_network_quotas() gives nothing;
        list_server_addresses(WEB) gives nothing;
        show_topology() gives none;
    };
    assert_eq!(tried, all("network"));
}
