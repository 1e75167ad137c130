//! Load balancers: that their states outlive the program, that nothing is left of what is refused, and
//! that all of a balancer goes with it.

use std::time::Duration;

use infomaniak_local::Local;
use serde_json::{Value, json};

use crate::common::{Login, cloud};

const BALANCERS: &str = "/load-balancer/v2/lbaas/loadbalancers";

/// The lists in which nothing must be left.
const LISTS: &[(&str, &str)] = &[
    (BALANCERS, "loadbalancers"),
    ("/load-balancer/v2/lbaas/listeners", "listeners"),
    ("/load-balancer/v2/lbaas/pools", "pools"),
    ("/load-balancer/v2/lbaas/healthmonitors", "healthmonitors"),
    ("/load-balancer/v2/lbaas/l7policies", "l7policies"),
    ("/network/v2.0/ports", "ports"),
];

/// A balancer with one of everything, in a new network.
async fn wish(login: &Login<'_>) -> Value {
    let network = json!({ "network": { "name": "net" } });
    let network = login.ask("POST", "/network/v2.0/networks", network).await.json();
    let subnet = json!({ "subnet": {
        "network_id": network["network"]["id"], "ip_version": 4, "cidr": "10.5.0.0/24",
    } });
    let subnet = login.ask("POST", "/network/v2.0/subnets", subnet).await.json();
    json!({ "loadbalancer": { "vip_subnet_id": subnet["subnet"]["id"], "listeners": [{
        "protocol": "HTTP", "protocol_port": 80,
        "default_pool": {
            "name": "pool", "protocol": "HTTP", "lb_algorithm": "ROUND_ROBIN",
            "members": [{ "address": "10.5.0.9", "protocol_port": 80 }],
            "healthmonitor": { "type": "TCP", "delay": 5, "timeout": 3, "max_retries": 2 },
        },
        "l7policies": [{
            "action": "REJECT",
            "rules": [{ "type": "PATH", "compare_type": "EQUAL_TO", "value": "/" }],
        }],
    }] } })
}

async fn make(login: &Login<'_>) -> Value {
    let answer = login.ask("POST", BALANCERS, wish(login).await).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["loadbalancer"].clone()
}

/// Looks until a balancer has this status; nothing: until it is gone.
async fn becomes(login: &Login<'_>, id: &Value, status: &str) {
    let path = format!("{BALANCERS}/{}", id.as_str().unwrap());
    for _ in 0..500 {
        let answer = login.get(&path).await;
        if answer.status == 404 && status.is_empty() {
            return;
        }
        if answer.status == 200 && answer.json()["loadbalancer"]["provisioning_status"] == status {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the balancer does not become '{status}'");
}

/// How many of each there are.
async fn counts(login: &Login<'_>) -> Vec<usize> {
    let mut counts = Vec::new();
    for (path, many) in LISTS {
        counts.push(login.get(path).await.json()[many].as_array().unwrap().len());
    }
    counts
}

#[tokio::test]
async fn a_balancer_that_is_being_built_outlives_the_program() {
    let mut cloud = cloud().await;
    let made = make(&cloud.login("demo2").await).await;
    assert_eq!(made["provisioning_status"], "PENDING_CREATE");
    let local = Local::open(cloud.folder.path()).unwrap();
    let serving = local.serve("127.0.0.1:0").await.unwrap();
    std::mem::replace(&mut cloud.serving, serving).end().await;
    drop(std::mem::replace(&mut cloud.local, local));
    let login = cloud.login("demo2").await;
    becomes(&login, &made["id"], "ACTIVE").await;
    assert_eq!(counts(&login).await, [1; LISTS.len()]);
    let status = format!("{BALANCERS}/{}/status", made["id"].as_str().unwrap());
    let status = login.get(&status).await.json().to_string();
    assert_eq!(status.matches("PENDING").count(), 0, "{status}");
}

#[tokio::test]
async fn all_of_a_balancer_goes_with_it() {
    let cloud = cloud().await;
    let login = cloud.login("demo2").await;
    let made = make(&login).await;
    becomes(&login, &made["id"], "ACTIVE").await;
    let path = format!("{BALANCERS}/{}?cascade=true", made["id"].as_str().unwrap());
    assert_eq!(login.ask("DELETE", &path, Value::Null).await.status, 204);
    becomes(&login, &made["id"], "").await;
    assert_eq!(counts(&login).await, [0; LISTS.len()]);
}

#[tokio::test]
async fn nothing_is_left_of_a_balancer_that_is_refused() {
    let cloud = cloud().await;
    let login = cloud.login("demo2").await;
    let mut wish = wish(&login).await;
    wish["loadbalancer"]["listeners"][0]["l7policies"][0]["rules"][0]["value"] = "".into();
    let answer = login.ask("POST", BALANCERS, wish).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(counts(&login).await, [0; LISTS.len()]);
}

#[tokio::test]
async fn while_one_thing_happens_to_a_balancer_nothing_else_does() {
    let cloud = cloud().await;
    let login = cloud.login("demo2").await;
    let made = make(&login).await;
    let (id, lbaas) = (made["id"].as_str().unwrap(), "/load-balancer/v2/lbaas");
    let listener = made["listeners"][0]["id"].as_str().unwrap();
    let pool = made["pools"][0]["id"].as_str().unwrap();
    let balancer_waits = format!("Load Balancer {id} is immutable and cannot be updated.");
    let pool_waits = format!("Pool {pool} is immutable and cannot be updated.");
    let member = json!({ "member": { "address": "10.5.0.8", "protocol_port": 80 } });
    let other = json!({ "listener": {
        "loadbalancer_id": id, "protocol": "TCP", "protocol_port": 81,
    } });
    for (method, path, body, wanted) in [
        ("POST", "/listeners".into(), other, &balancer_waits),
        ("PUT", format!("/listeners/{listener}"), json!({ "listener": {} }), &balancer_waits),
        ("DELETE", format!("/listeners/{listener}"), Value::Null, &balancer_waits),
        ("PUT", format!("/pools/{pool}"), json!({ "pool": {} }), &balancer_waits),
        ("POST", format!("/pools/{pool}/members"), member, &pool_waits),
        ("PUT", format!("/pools/{pool}/members"), json!({ "members": [] }), &pool_waits),
        (
            "DELETE",
            format!("/loadbalancers/{id}?cascade=true"),
            Value::Null,
            &format!("Invalid state PENDING_CREATE of loadbalancer resource {id}"),
        ),
    ] {
        let answer = login.ask(method, &format!("{lbaas}{path}"), body).await;
        assert_eq!(answer.status, 409, "{method} {path}: {answer:?}");
        assert_eq!(answer.json()["faultstring"], **wanted, "{method} {path}");
    }
    becomes(&login, &made["id"], "ACTIVE").await;
    // A change of a child makes the balancer wait again.
    let path = format!("{lbaas}/listeners/{listener}");
    let changed = login.ask("PUT", &path, json!({ "listener": { "name": "web" } })).await;
    assert_eq!((changed.status, &changed.json()["listener"]["name"]), (200, &json!("web")));
    let again = login.ask("DELETE", &path, Value::Null).await;
    assert_eq!(again.json()["faultstring"], *balancer_waits);
    becomes(&login, &made["id"], "ACTIVE").await;
    assert_eq!(login.ask("DELETE", &path, Value::Null).await.status, 204);
}
