//! The network client's sentinels: load balancers.

use std::collections::BTreeSet;

use infomaniak_cloud::contract::InfomaniakNetworkClient;
use serde_json::json;

use super::fails;
use crate::logs::Logs;
use crate::sample::SUBNET;
use crate::sample::load_balancer::{BALANCER, L7_RULE, LISTENER, MEMBER, MONITOR, POLICY, POOL};

/// Calls each operation on load balancers, which fails; gives their names.
pub(super) async fn failing(
    client: &InfomaniakNetworkClient,
    logs: &Logs,
) -> BTreeSet<&'static str> {
    let (nothing, none) = (json!([]), json!(null));
    fails! { client, logs;
        list_loadbalancers() gives nothing;
        get_loadbalancer(BALANCER) gives none;
        create_loadbalancer("web-lb", SUBNET) gives none;
        set_loadbalancer(BALANCER).name("www") gives false;
        unset_loadbalancer(BALANCER).name(true) gives false;
        delete_loadbalancer(BALANCER) gives false;
        failover_loadbalancer(BALANCER) gives false;
        list_listeners() gives nothing;
        get_listener(LISTENER) gives none;
        create_listener(BALANCER, "web", "HTTP", 80_u16) gives none;
        set_listener(LISTENER).name("www") gives false;
        unset_listener(LISTENER).name(true) gives false;
        delete_listener(LISTENER) gives false;
        list_pools() gives nothing;
        get_pool(POOL) gives none;
        create_pool("web", "HTTP", "ROUND_ROBIN").listener_id(LISTENER) gives none;
        set_pool(POOL).name("www") gives false;
        unset_pool(POOL).name(true) gives false;
        delete_pool(POOL) gives false;
        list_pool_members(POOL) gives nothing;
        get_pool_member(POOL, MEMBER) gives none;
        add_pool_member(POOL, "10.0.0.7", 80_u16) gives none;
        set_pool_member(POOL, MEMBER).weight(2_u32) gives false;
        unset_pool_member(POOL, MEMBER).weight(true) gives false;
        remove_pool_member(POOL, MEMBER) gives false;
        list_health_monitors() gives nothing;
        get_health_monitor(MONITOR) gives none;
        create_health_monitor(POOL, "HTTP", 5_u64, 3_u64) gives none;
        set_health_monitor(MONITOR).name("www") gives false;
        unset_health_monitor(MONITOR).name(true) gives false;
        delete_health_monitor(MONITOR) gives false;
        get_loadbalancer_stats(BALANCER) gives none;
        get_listener_stats(LISTENER) gives none;
        get_loadbalancer_status(BALANCER) gives none;
        list_loadbalancer_quotas() gives nothing;
        get_loadbalancer_quota() gives none;
        get_loadbalancer_default_quota() gives none;
        set_loadbalancer_quota("p").pool(2) gives false;
        unset_loadbalancer_quota("p").pool(true) gives false;
        reset_loadbalancer_quota("p") gives false;
        list_loadbalancer_providers() gives nothing;
        list_l7_policies() gives nothing;
        get_l7_policy(POLICY) gives none;
        create_l7_policy(LISTENER).action("REJECT") gives none;
        set_l7_policy(POLICY).name("www") gives false;
        unset_l7_policy(POLICY).name(true) gives false;
        delete_l7_policy(POLICY) gives false;
        list_l7_rules(POLICY) gives nothing;
        get_l7_rule(POLICY, L7_RULE) gives none;
        create_l7_rule(POLICY, "PATH", "STARTS_WITH", "/api") gives none;
        set_l7_rule(POLICY, L7_RULE).value("/v2") gives false;
        unset_l7_rule(POLICY, L7_RULE).invert(true) gives false;
        delete_l7_rule(POLICY, L7_RULE) gives false;
    }
}
