//! Lost answers of Neutron, which takes no mark with a creation: what was made is told by what was
//! asked for, by the server's clock, and by what the session has made before.

use infomaniak_cloud::{Kind, Processed};
use infomaniak_local::Fault;

use crate::stage::{Stage, refused};

#[tokio::test]
async fn networks_subnets_and_ports_whose_answers_are_lost_are_found_again() {
    let stage = Stage::open().await;
    let cloud = stage.cloud();
    let network = cloud.network();
    // One of the same name, made just before, is not taken for the new one.
    let first = network.create_network("front").await.unwrap();
    stage.plan(1, "POST", "/networks", &Fault::ResetAfter);
    let second = network.create_network("front").await.unwrap();
    assert_ne!(first.id, second.id);
    stage.plan(1, "POST", "/subnets", &Fault::Cut(7));
    let subnet = network.create_subnet(&second, "v4", "10.9.0.0/24").await.unwrap();
    assert_eq!((&subnet.network_id, subnet.cidr.as_str()), (&second.id, "10.9.0.0/24"));
    stage.plan(1, "POST", "/ports", &Fault::ResetAfter);
    let port = network.create_port(&second, "p").await.unwrap();
    assert_eq!((&port.network_id, port.fixed_ips.len()), (&second.id, 1));

    assert_eq!(network.list_networks().name("front").await.unwrap().len(), 2);
    assert_eq!(network.list_subnets().network(&second).await.unwrap().len(), 1);
    assert_eq!(network.list_ports().network(&second).await.unwrap().len(), 1);
    for (create, times) in [("networks", 2), ("subnets", 1), ("ports", 1)] {
        assert_eq!(stage.tap.count(&format!("POST /network/v2.0/{create}")), times, "{create}");
    }
}

#[tokio::test]
async fn a_network_that_was_not_made_is_not_made_twice_either() {
    let stage = Stage::open().await;
    let cloud = stage.cloud();
    stage.plan(1, "POST", "/networks", &Fault::ResetBefore);
    let error = refused(cloud.network().create_network("front").await);
    assert_eq!((error.kind(), error.processed()), (Kind::Transport, Processed::Maybe));
    let hint = error.hint().unwrap();
    assert!(hint.contains("not known") && hint.contains("`front`"), "{hint}");
    assert_eq!(stage.tap.count("POST /network/v2.0/networks"), 1);
    assert!(cloud.network().list_networks().name("front").await.unwrap().is_empty());
}

#[tokio::test]
async fn routers_groups_rules_pools_addresses_and_forwardings_are_made_once() {
    let stage = Stage::open().await;
    let cloud = stage.cloud();
    let network = cloud.network();
    let inside = network.create_network("inside").await.unwrap();
    let subnet = network.create_subnet(&inside, "inside", "10.9.0.0/24").await.unwrap();
    let port = network.create_port(&inside, "inside").await.unwrap();

    stage.plan(1, "POST", "/routers", &Fault::ResetAfter);
    let router = network.create_router("edge").external_network("ext-floating1").await.unwrap();
    stage.plan(1, "PUT", "/add_router_interface", &Fault::ResetAfter);
    network.add_router_interface(&router, &subnet).await.unwrap();
    stage.plan(1, "POST", "/security-groups", &Fault::Cut(7));
    let group = network.create_security_group("web").await.unwrap();
    stage.plan(1, "POST", "/security-group-rules", &Fault::ResetAfter);
    let rule = network.add_security_group_rule(&group).port("ssh");
    let rule = rule.await.unwrap();
    assert_eq!((&rule.security_group_id, rule.port_range_min), (&group.id, Some(22)));
    stage.plan(1, "POST", "/subnetpools", &Fault::ResetAfter);
    let pool = network.create_subnet_pool("pool").prefixes(["10.40.0.0/16"]).await.unwrap();
    stage.plan(1, "POST", "/floatingips", &Fault::ResetAfter);
    let address = network.allocate_floating_ip("ext-floating1").await.unwrap();
    stage.plan(1, "POST", "/port_forwardings", &Fault::ResetAfter);
    let led = network.create_port_forwarding(&address, &port, 22, 22).await.unwrap();

    let ids = |found: Vec<String>, made: &str| assert_eq!(found, [made], "one, and this one");
    let list = network.list_routers().await.unwrap();
    let ours = list.into_iter().filter(|one| one.name == "edge");
    ids(ours.map(|one| one.id).collect(), &router.id);
    let list = network.list_security_groups().await.unwrap();
    let ours = list.into_iter().filter(|one| one.name == "web");
    ids(ours.map(|one| one.id).collect(), &group.id);
    let list = network.list_subnet_pools().await.unwrap();
    ids(list.into_iter().map(|one| one.id).collect(), &pool.id);
    let list = network.list_floating_ips().await.unwrap();
    ids(list.into_iter().map(|one| one.id).collect(), &address.id);
    let list = network.list_port_forwardings(&address).await.unwrap();
    ids(list.into_iter().map(|one| one.id).collect(), &led.id);
    let rules = network.list_security_group_rules().security_group_id(&group).await.unwrap();
    assert_eq!(rules.iter().filter(|one| one.port_range_min == Some(22)).count(), 1);
    for create in
        ["routers", "security-groups", "security-group-rules", "subnetpools", "floatingips"]
    {
        assert_eq!(stage.tap.count(&format!("POST /network/v2.0/{create}")), 1, "{create}");
    }
}
