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
