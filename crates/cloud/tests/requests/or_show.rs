//! What is said where it is looked first whether the thing is there: one list and no creation if it is,
//! besides what its place or its goal has to be found by.

use super::says_by;

/// Creations of what the small cloud has, with their arguments, and all that comes of them.
const SAID: &[(&str, &str, &str)] = &[
    (
        "create_network",
        r#"{"name": "demo-net"}"#,
        "GET /network/v2.0/networks?project_id=project-id&name=demo-net",
    ),
    (
        "create_network",
        r#"{"name": "demo-net", "tags": ["x"]}"#,
        "GET /network/v2.0/networks?project_id=project-id&name=demo-net
         PUT /network/v2.0/networks/{net}/tags/x
         GET /network/v2.0/networks/{net}",
    ),
    (
        "create_subnet",
        r#"{"name": "demo-subnet", "network_id": "{net}", "cidr": "10.0.0.0/24"}"#,
        "GET /network/v2.0/subnets?project_id=project-id&name=demo-subnet&network_id={net}",
    ),
    (
        "create_port",
        r#"{"name": "front", "network": "{net}"}"#,
        "GET /network/v2.0/ports?project_id=project-id&name=front&network_id={net}",
    ),
    (
        "create_router",
        r#"{"name": "front", "external_network": "outside"}"#,
        "GET /network/v2.0/routers?project_id=project-id&name=front",
    ),
    (
        "create_security_group",
        r#"{"name": "web"}"#,
        "GET /network/v2.0/security-groups?project_id=project-id&name=web",
    ),
    (
        "create_subnet_pool",
        r#"{"name": "offices", "prefixes": ["10.64.0.0/16"]}"#,
        "GET /network/v2.0/subnetpools?project_id=project-id&name=offices",
    ),
    (
        "add_security_group_rule",
        r#"{"security_group_id": "{group}", "port": "ssh"}"#,
        "GET /network/v2.0/security-group-rules?security_group_id={group}&direction=ingress",
    ),
    (
        "allocate_floating_ip",
        r#"{"external_network": "outside", "port": "{port}"}"#,
        "GET /network/v2.0/floatingips?project_id=project-id&floating_network_id={outside}
         GET /network/v2.0/networks?name=outside",
    ),
    (
        "create_port_forwarding",
        r#"{"floating_ip": "{fip}", "internal_port_id": "{port}", "external_port": "2222",
            "internal_port": "22"}"#,
        "GET /network/v2.0/floatingips/{fip}/port_forwardings
         GET /network/v2.0/ports/{port}",
    ),
    (
        "create_instance",
        r#"{"name": "web", "flavor": "f1", "image": "Debian 12 bookworm", "network": "{net}"}"#,
        "GET /compute/v2.1/servers/detail?name=%5Eweb%24
         openstack-api-version: compute 2.91",
    ),
    (
        "create_instances",
        r#"{"name": "web", "flavor": "f1", "image": "Debian 12 bookworm", "network": "{net}", "count": 1}"#,
        "GET /compute/v2.1/servers/detail?name=%5Eweb
         openstack-api-version: compute 2.91",
    ),
    (
        "create_image",
        r#"{"name": "Debian 12 bookworm"}"#,
        "GET /image/v2/images/22222222-2222-4222-8222-222222222222
         GET /image/v2/images?name=Debian+12+bookworm&owner=project-id",
    ),
    (
        "create_keypair",
        r#"{"name": "ann", "public_key": "ssh-ed25519 AAAA ann"}"#,
        "GET /compute/v2.1/os-keypairs/ann
         openstack-api-version: compute 2.91",
    ),
    (
        "create_server_group",
        r#"{"name": "apart"}"#,
        "GET /compute/v2.1/os-server-groups
         openstack-api-version: compute 2.91",
    ),
    (
        "create_volume",
        r#"{"name": "data", "size": 1}"#,
        "GET /volume/v3/project-id/volumes/detail?name=data
         openstack-api-version: volume 3.70",
    ),
    (
        "create_snapshot",
        r#"{"name": "monday", "volume_id": "data"}"#,
        "GET /volume/v3/project-id/snapshots/detail?name=monday
         openstack-api-version: volume 3.70",
    ),
    (
        "create_backup",
        r#"{"name": "weekly", "volume_id": "data"}"#,
        "GET /volume/v3/project-id/backups/detail?name=weekly
         openstack-api-version: volume 3.70",
    ),
    (
        "attach_volume",
        r#"{"volume_id": "data", "instance_id": "web", "wait": false}"#,
        "GET /compute/v2.1/servers/{web}/os-volume_attachments/66666666-6666-4666-8666-666666666666
         openstack-api-version: compute 2.91
         GET /compute/v2.1/servers/detail?name=%5Eweb%24
         openstack-api-version: compute 2.91
         GET /volume/v3/project-id/volumes/detail?name=data
         openstack-api-version: volume 3.70",
    ),
    (
        "create_health_monitor",
        r#"{"pool_id": "{members}", "monitor_type": "http", "delay": 5, "timeout": 3}"#,
        "GET /balancer/v2.0/lbaas/healthmonitors/{monitor}
         GET /balancer/v2.0/lbaas/pools/{members}",
    ),
    (
        "create_loadbalancer",
        r#"{"name": "web-lb", "subnet_id": "demo-subnet"}"#,
        "GET /balancer/v2.0/lbaas/loadbalancers?project_id=project-id&name=web-lb",
    ),
    (
        "create_listener",
        r#"{"loadbalancer_id": "{balancer}", "name": "web", "protocol": "HTTP", "port": 80}"#,
        "GET /balancer/v2.0/lbaas/listeners?project_id=project-id&name=web&load_balancer_id={balancer}",
    ),
    (
        "create_pool",
        r#"{"name": "web-pool", "protocol": "HTTP", "lb_algorithm": "ROUND_ROBIN",
            "loadbalancer_id": "{balancer}"}"#,
        "GET /balancer/v2.0/lbaas/pools?project_id=project-id&name=web-pool&loadbalancer_id={balancer}",
    ),
    (
        "add_pool_member",
        r#"{"pool_id": "{members}", "address": "10.0.0.7", "port": 80}"#,
        "GET /balancer/v2.0/lbaas/pools/{members}
         GET /balancer/v2.0/lbaas/pools/{members}/members
         GET /balancer/v2.0/lbaas/pools/{members}/members/{member}",
    ),
    (
        "create_l7_policy",
        r#"{"listener_id": "{listener}", "name": "to-api", "action": "REJECT"}"#,
        "GET /balancer/v2.0/lbaas/l7policies?project_id=project-id&name=to-api&listener_id={listener}",
    ),
    (
        "create_l7_rule",
        r#"{"l7_policy_id": "{policy}", "rule_type": "PATH", "compare_type": "STARTS_WITH",
            "value": "/api", "wait": false}"#,
        "GET /balancer/v2.0/lbaas/l7policies/{policy}
         GET /balancer/v2.0/lbaas/l7policies/{policy}/rules
         GET /balancer/v2.0/lbaas/l7policies/{policy}/rules/{l7rule}",
    ),
];

#[tokio::test]
async fn what_is_there_costs_a_look_and_is_not_created() {
    for (method, arguments, said) in SAID {
        let description = infomaniak_cloud::operations().find(|one| one.method == *method).unwrap();
        says_by(description.or_show.unwrap(), method, arguments, said).await;
    }
}

#[test]
fn no_operation_that_can_tell_what_is_there_is_missing_here() {
    let able = infomaniak_cloud::operations().filter(|operation| operation.or_show.is_some());
    let missing: Vec<_> = able
        .map(|operation| operation.method)
        .filter(|method| !SAID.iter().any(|(said, ..)| said == method))
        .collect();
    assert_eq!(missing, [""; 0]);
}
