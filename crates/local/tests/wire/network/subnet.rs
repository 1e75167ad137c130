//! Subnets.

use serde_json::json;

use super::{ask, delete, home, id, look, make};
use crate::common::cloud;

#[tokio::test]
async fn a_subnet_is_part_of_its_network() {
    let cloud = cloud().await;
    let login = cloud.login("demo2").await;
    let (network, subnet) = home(&login, "10.1.0.0/24").await;
    let wishes = json!({ "network_id": network, "ip_version": 4, "cidr": "10.1.0.128/25" });
    let refused = ask(&login, "POST", "/subnets", "subnet", wishes).await;
    assert_eq!(refused, Err((400, json!("InvalidInput"))));
    let wishes = json!({ "network_id": network, "ip_version": 4, "cidr": "10.1.1.0/24" });
    let second = id(&make(&login, "subnet", wishes).await);
    let shown = look(&login, &format!("/networks/{network}"), "network").await;
    assert_eq!(shown["subnets"], json!([second, subnet]));
    delete(&login, &format!("/subnets/{second}")).await.unwrap();
    let shown = look(&login, &format!("/networks/{network}"), "network").await;
    assert_eq!(shown["subnets"], json!([subnet]));
    delete(&login, &format!("/networks/{network}")).await.unwrap();
    let gone = delete(&login, &format!("/subnets/{subnet}")).await;
    assert_eq!(gone, Err((404, json!("SubnetNotFound"))));
}

#[tokio::test]
async fn a_subnet_that_is_used_stays_and_so_does_its_network() {
    let cloud = cloud().await;
    let login = cloud.login("demo2").await;
    let (network, subnet) = home(&login, "10.1.0.0/24").await;
    let port = id(&make(&login, "port", json!({ "network_id": network })).await);
    let used = delete(&login, &format!("/subnets/{subnet}")).await;
    assert_eq!(used, Err((409, json!("SubnetInUse"))));
    let used = delete(&login, &format!("/networks/{network}")).await;
    assert_eq!(used, Err((409, json!("NetworkInUse"))));
    delete(&login, &format!("/ports/{port}")).await.unwrap();
    delete(&login, &format!("/subnets/{subnet}")).await.unwrap();
    delete(&login, &format!("/networks/{network}")).await.unwrap();
}

#[tokio::test]
async fn automatic_addresses_come_and_go_with_their_subnet() {
    let cloud = cloud().await;
    let login = cloud.login("demo2").await;
    let (network, _) = home(&login, "10.1.0.0/24").await;
    let mac = "00:11:22:33:44:55";
    let port = make(&login, "port", json!({ "network_id": network, "mac_address": mac })).await;
    let first = port["fixed_ips"].clone();
    let wishes = json!({
        "network_id": network, "ip_version": 6, "cidr": "fd00::/64", "ipv6_ra_mode": "slaac",
        "ipv6_address_mode": "slaac",
    });
    let subnet = id(&make(&login, "subnet", wishes).await);
    let path = format!("/ports/{}", id(&port));
    let both = look(&login, &path, "port").await["fixed_ips"].clone();
    let automatic = json!({ "subnet_id": subnet, "ip_address": "fd00::211:22ff:fe33:4455" });
    assert_eq!(both, json!([first[0], automatic]));
    delete(&login, &format!("/subnets/{subnet}")).await.unwrap();
    assert_eq!(look(&login, &path, "port").await["fixed_ips"], first);
}
