//! Ports, and what servers do with them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{ask, delete, home, id, look, make, names};
use crate::common::{Login, cloud};

fn ip(port: &Value) -> &str {
    port["fixed_ips"][0]["ip_address"].as_str().unwrap()
}

#[tokio::test]
async fn every_address_is_given_out_once_and_again_when_it_is_free() {
    let cloud = cloud().await;
    let login = cloud.login("demo2").await;
    let (network, _) = home(&login, "10.1.0.0/29").await;
    let mut ports = Vec::new();
    for _ in 0..5 {
        ports.push(make(&login, "port", json!({ "network_id": network })).await);
    }
    let given: BTreeSet<_> = ports.iter().map(ip).collect();
    assert_eq!(Vec::from_iter(given), ["10.1.0.2", "10.1.0.3", "10.1.0.4", "10.1.0.5", "10.1.0.6"]);
    let one_more = json!({ "network_id": network });
    let refused = ask(&login, "POST", "/ports", "port", one_more.clone()).await;
    assert_eq!(refused, Err((409, json!("IpAddressGenerationFailure"))));
    delete(&login, &format!("/ports/{}", id(&ports[3]))).await.unwrap();
    assert_eq!(ip(&make(&login, "port", one_more).await), ip(&ports[3]));
}

#[tokio::test]
async fn a_changed_port_lets_go_of_what_it_had() {
    let cloud = cloud().await;
    let login = cloud.login("demo2").await;
    let (network, _) = home(&login, "10.1.0.0/24").await;
    let with = |ip: &str| json!({ "network_id": network, "fixed_ips": [{ "ip_address": ip }] });
    let port = make(&login, "port", with("10.1.0.9")).await;
    let taken = ask(&login, "POST", "/ports", "port", with("10.1.0.9")).await;
    assert_eq!(taken, Err((409, json!("IpAddressAlreadyAllocated"))));
    let path = format!("/ports/{}", id(&port));
    let wishes = json!({ "fixed_ips": [{ "ip_address": "10.1.0.10" }], "device_id": "a" });
    ask(&login, "PUT", &path, "port", wishes).await.unwrap();
    make(&login, "port", with("10.1.0.9")).await;
    let taken = ask(&login, "POST", "/ports", "port", with("10.1.0.10")).await;
    assert_eq!(taken, Err((409, json!("IpAddressAlreadyAllocated"))));
    ask(&login, "PUT", &path, "port", json!({ "device_id": "b" })).await.unwrap();
    assert_eq!(look(&login, "/ports?device_id=a", "ports").await, json!([]));
    assert_eq!(look(&login, "/ports?device_id=b", "ports").await[0]["id"], id(&port));
    let copy = json!({ "network_id": network, "mac_address": port["mac_address"] });
    let taken = ask(&login, "POST", "/ports", "port", copy).await;
    assert_eq!(taken, Err((409, json!("MacAddressInUse"))));
}

#[tokio::test]
async fn several_ports_are_made_together_or_not_at_all() {
    let cloud = cloud().await;
    let login = cloud.login("demo2").await;
    let (network, _) = home(&login, "10.1.0.0/24").await;
    let one = json!({ "network_id": network, "fixed_ips": [{ "ip_address": "10.1.0.9" }] });
    let body = json!({ "ports": [one, one] });
    let answer = login.ask("POST", "/network/v2.0/ports", body).await;
    assert_eq!(answer.status, 409);
    assert_eq!(look(&login, "/ports", "ports").await, json!([]));
    make(&login, "port", one).await;
}

/// Makes a server of the demo tenant and waits until it is ACTIVE.
async fn server(login: &Login<'_>, networks: Value) -> Value {
    let flavors = login.get("/compute/v2.1/flavors").await.json();
    let mut flavors = flavors["flavors"].as_array().unwrap().iter();
    let flavor = flavors.find(|flavor| flavor["name"] == "a1-ram2-disk20-perf1").unwrap();
    let images = login.get("/image/v2/images?name=Debian%2012%20bookworm").await.json();
    let body = json!({ "server": {
        "name": "web", "flavorRef": flavor["id"],
        "imageRef": images["images"][0]["id"], "networks": networks,
    } });
    let body = serde_json::to_vec(&body).unwrap();
    let version = ("openstack-api-version", "compute 2.90");
    let headers = [("content-type", "application/json"), version];
    let answer = login.send("POST", "/compute/v2.1/servers", &headers, body).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    let path = format!("/compute/v2.1/servers/{}", id(&answer.json()["server"]));
    loop {
        let server = login.send("GET", &path, &[version], "").await.json()["server"].clone();
        match server["status"].as_str().unwrap() {
            "ACTIVE" => return server,
            "BUILD" => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            other => panic!("the server is {other}"),
        }
    }
}

async fn terminate(login: &Login<'_>, server: &Value) {
    let path = format!("/compute/v2.1/servers/{}", id(server));
    assert_eq!(login.ask("DELETE", &path, Value::Null).await.status, 204);
    while login.get(&path).await.status != 404 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_server_has_a_port_and_takes_it_along() {
    let cloud = cloud().await;
    let login = cloud.login("demo").await;
    let network = id(&look(&login, "/networks?name=demo-net", "networks").await[0]);
    let server = server(&login, json!([{ "uuid": network }])).await;
    let ports = look(&login, &format!("/ports?device_id={}", id(&server)), "ports").await;
    let port = &ports[0];
    assert_eq!(ports.as_array().unwrap().len(), 1);
    assert_eq!((&port["status"], &port["dns_name"]), (&json!("ACTIVE"), &json!("web")));
    assert!(port["device_owner"].as_str().unwrap().starts_with("compute:"));
    let address = &server["addresses"]["demo-net"][0];
    assert_eq!(address["addr"], ip(port));
    assert_eq!(address["OS-EXT-IPS-MAC:mac_addr"], port["mac_address"]);
    terminate(&login, &server).await;
    let left = format!("/ports?id={}", id(port));
    assert_eq!(look(&login, &left, "ports").await, json!([]));
}

#[tokio::test]
async fn a_port_that_was_given_to_a_server_is_free_again() {
    let cloud = cloud().await;
    let login = cloud.login("demo").await;
    let network = id(&look(&login, "/networks?name=demo-net", "networks").await[0]);
    let port = make(&login, "port", json!({ "network_id": network, "name": "given" })).await;
    let server = server(&login, json!([{ "port": id(&port) }])).await;
    assert_eq!(server["addresses"]["demo-net"][0]["addr"], ip(&port));
    terminate(&login, &server).await;
    let ports = look(&login, "/ports?device_owner=", "ports").await;
    assert_eq!(names(&ports), ["given"]);
    let free = json!({ "device_id": "", "device_owner": "", "status": "DOWN", "dns_name": "" });
    for (field, value) in free.as_object().unwrap() {
        assert_eq!(ports[0][field], *value, "{field}");
    }
    assert_eq!(ip(&ports[0]), ip(&port));
}
