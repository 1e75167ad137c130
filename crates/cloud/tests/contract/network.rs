//! The network client's sentinels.

use infomaniak_cloud::contract::InfomaniakNetworkClient;
use infomaniak_cloud::network::HostRoute;
use serde_json::json;

use super::{all, fails, load_balancer, refusing};
use crate::logs::Logs;
use crate::sample::{
    FLOATING_IP, FORWARDING, NET, OUTSIDE, PORT, ROUTER, RULE, SECURITY_GROUP, SUBNET, SUBNET_POOL,
    TRUNK, WEB,
};

fn route() -> HostRoute {
    HostRoute { destination: "10.9.0.0/16".into(), gateway: "10.0.0.3".into() }
}

#[tokio::test]
async fn every_operation_fails_with_its_sentinel_and_one_line() {
    let server = refusing().await;
    let client = InfomaniakNetworkClient::new(server.cloud());
    let logs = Logs::collect();
    let (nothing, none) = (json!([]), json!(null));
    let mut tried = fails! { client, logs;
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
        list_routers() gives nothing;
        get_router(ROUTER) gives none;
        create_router("front").external_network(OUTSIDE) gives none;
        delete_router(ROUTER) gives false;
        add_router_interface(ROUTER, SUBNET) gives false;
        remove_router_interface(ROUTER, SUBNET) gives false;
        add_router_port(ROUTER, PORT) gives false;
        remove_router_port(ROUTER, PORT) gives false;
        set_router(ROUTER).name("back") gives false;
        unset_router(ROUTER).external_gateway(true) gives false;
        add_router_routes(ROUTER).routes([route()]) gives false;
        remove_router_routes(ROUTER).routes([route()]) gives false;
        list_security_groups() gives nothing;
        get_security_group(SECURITY_GROUP) gives none;
        create_security_group("web") gives none;
        set_security_group(SECURITY_GROUP).name("www") gives false;
        unset_security_group(SECURITY_GROUP).all_tags(true) gives false;
        delete_security_group(SECURITY_GROUP) gives false;
        add_security_group_rule(SECURITY_GROUP).port("ssh") gives none;
        list_security_group_rules() gives nothing;
        get_security_group_rule(RULE) gives none;
        delete_security_group_rule(RULE) gives false;
        list_floating_ips() gives nothing;
        get_floating_ip(FLOATING_IP) gives none;
        allocate_floating_ip(OUTSIDE) gives none;
        associate_floating_ip(FLOATING_IP, PORT) gives false;
        disassociate_floating_ip(FLOATING_IP) gives false;
        release_floating_ip(FLOATING_IP) gives false;
        add_server_floating_ip(WEB, FLOATING_IP) gives false;
        remove_server_floating_ip(WEB, FLOATING_IP) gives false;
        list_port_forwardings(FLOATING_IP) gives nothing;
        get_port_forwarding(FLOATING_IP, FORWARDING) gives none;
        create_port_forwarding(FLOATING_IP, PORT, 2222, "ssh") gives none;
        delete_port_forwarding(FLOATING_IP, FORWARDING) gives false;
        list_trunks() gives nothing;
        get_trunk(TRUNK) gives none;
    };
    tried.extend(load_balancer::failing(&client, &logs).await);
    assert_eq!(tried, all("network"));
}
