//! The network service.

mod group;
mod port;
mod subnet;

use serde_json::{Value, json};

use crate::common::{Login, cloud};

const HOME: &str = "/network/v2.0";

/// What is under `key` in the answer to a `GET`.
async fn look(login: &Login<'_>, path: &str, key: &str) -> Value {
    let answer = login.get(&format!("{HOME}{path}")).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.json()[key].clone()
}

/// Makes a thing: `make(login, "network", json!({"name": "x"}))`.
async fn make(login: &Login<'_>, kind: &str, wishes: Value) -> Value {
    let answer = ask(login, "POST", &format!("/{}s", kind.replace('_', "-")), kind, wishes).await;
    answer.unwrap_or_else(|(status, refusal)| panic!("{kind}: {status} {refusal}"))
}

/// Sends a wish: the thing as it is then, or the status and the type of the refusal.
async fn ask(
    login: &Login<'_>,
    method: &str,
    path: &str,
    kind: &str,
    wishes: Value,
) -> Result<Value, (u16, Value)> {
    let answer = login.ask(method, &format!("{HOME}{path}"), json!({ kind: wishes })).await;
    let body = answer.json();
    if answer.status < 300 { Ok(body[kind].clone()) } else { Err(refusal(answer.status, &body)) }
}

fn refusal(status: u16, body: &Value) -> (u16, Value) {
    (status, body["NeutronError"]["type"].clone())
}

/// Deletes a thing: 204, or the type of the refusal.
async fn delete(login: &Login<'_>, path: &str) -> Result<(), (u16, Value)> {
    let answer = login.ask("DELETE", &format!("{HOME}{path}"), Value::Null).await;
    if answer.status == 204 { Ok(()) } else { Err(refusal(answer.status, &answer.json())) }
}

/// A network with a subnet: their ids.
async fn home(login: &Login<'_>, cidr: &str) -> (String, String) {
    let network = id(&make(login, "network", json!({ "name": "home" })).await);
    let wishes = json!({ "network_id": network, "ip_version": 4, "cidr": cidr });
    let subnet = id(&make(login, "subnet", wishes).await);
    (network, subnet)
}

fn id(thing: &Value) -> String {
    thing["id"].as_str().unwrap().to_string()
}

/// The names of listed things, in their order.
fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_fresh_cloud_has_networks_for_its_tenants() {
    let cloud = cloud().await;
    let by_name = "/networks?sort_key=name&sort_dir=asc";
    for (tenant, own) in
        [("demo", Some("demo-net")), ("demo2", None), ("demo-full", Some("full-net"))]
    {
        let login = cloud.login(tenant).await;
        let networks = look(&login, by_name, "networks").await;
        let mut expected = vec!["ext-floating1", "ext-net1"];
        expected.extend(own);
        expected.sort_unstable();
        assert_eq!(names(&networks), expected);
        assert!(networks[0].get("provider:network_type").is_none());
    }
    let admin = cloud.login("admin").await;
    let networks = look(&admin, by_name, "networks").await;
    assert_eq!(names(&networks), ["demo-net", "ext-floating1", "ext-net1", "full-net"]);
    assert_eq!(networks[0]["provider:network_type"], "vxlan");
    let subnets = look(&admin, "/subnets?name=full-subnet", "subnets").await;
    assert_eq!(subnets[0]["cidr"], "10.13.0.0/24");
    assert_eq!(
        subnets[0]["allocation_pools"],
        json!([{ "start": "10.13.0.2", "end": "10.13.0.254" }])
    );
}

#[tokio::test]
async fn a_network_is_its_projects() {
    let cloud = cloud().await;
    let (demo, demo2) = (cloud.login("demo").await, cloud.login("demo2").await);
    let network = make(&demo2, "network", json!({ "name": "mine" })).await;
    assert_eq!(network["project_id"], *demo2.project);
    let path = format!("/networks/{}", id(&network));
    let unknown = Err((404, json!("NetworkNotFound")));
    assert_eq!(ask(&demo, "PUT", &path, "network", json!({ "name": "x" })).await, unknown);
    assert_eq!(delete(&demo, &path).await, Err((404, json!("NetworkNotFound"))));
    let shared = &look(&demo2, "/networks?name=ext-net1", "networks").await[0];
    let path = format!("/networks/{}", id(shared));
    assert_eq!(delete(&demo2, &path).await, Err((403, json!("PolicyNotAuthorized"))));
}

#[tokio::test]
async fn pages_lead_through_everything_and_back() {
    let cloud = cloud().await;
    let login = cloud.login("demo2").await;
    let wishes: Vec<_> = (0..7).map(|number| json!({ "name": format!("n{number}") })).collect();
    let body = json!({ "networks": wishes.clone() });
    let made = login.ask("POST", &format!("{HOME}/networks"), body).await;
    assert_eq!(made.status, 201);
    let own = format!("project_id={}&sort_key=name&sort_dir=desc&limit=3", login.project);
    for (direction, rel) in [("", "next"), ("&page_reverse=True", "previous")] {
        let mut seen = Vec::new();
        let mut path = Some(format!("{HOME}/networks?{own}{direction}"));
        while let Some(page) = path {
            let body = login.get(&page).await.json();
            let mut page: Vec<_> =
                names(&body["networks"]).into_iter().map(str::to_string).collect();
            if rel == "previous" {
                page.reverse();
            }
            seen.extend(page);
            assert!(seen.len() <= wishes.len(), "the pages go in a circle: {seen:?}");
            let links = body["networks_links"].as_array().cloned().unwrap_or_default();
            let link = links.iter().find(|link| link["rel"] == rel).cloned();
            let href = link.map(|link| link["href"].as_str().unwrap().to_string());
            path = href.map(|href| href[href.find(HOME).unwrap()..].to_string());
        }
        if rel == "previous" {
            seen.reverse();
        }
        assert_eq!(seen, ["n6", "n5", "n4", "n3", "n2", "n1", "n0"]);
    }
}

#[tokio::test]
async fn quotas_are_set_by_administrators_and_kept_by_all() {
    let cloud = cloud().await;
    let (admin, login) = (cloud.login("admin").await, cloud.login("demo2").await);
    let path = format!("/quotas/{}", login.project);
    let wish = json!({ "network": 2 });
    let denied = Err((403, json!("PolicyNotAuthorized")));
    assert_eq!(ask(&login, "PUT", &path, "quota", wish.clone()).await, denied);
    assert_eq!(ask(&admin, "PUT", &path, "quota", wish).await.unwrap()["network"], 2);
    let two = json!({ "networks": [{ "name": "a" }, { "name": "b" }, { "name": "c" }] });
    let answer = login.ask("POST", &format!("{HOME}/networks"), two).await;
    assert_eq!(refusal(answer.status, &answer.json()), (409, json!("OverQuota")));
    let details = look(&login, &format!("{path}/details"), "quota").await;
    assert_eq!(details["network"], json!({ "limit": 2, "used": 0, "reserved": 0 }));
    make(&login, "network", json!({ "name": "a" })).await;
    make(&login, "network", json!({ "name": "b" })).await;
    let third = ask(&login, "POST", "/networks", "network", json!({ "name": "c" })).await;
    assert_eq!(third, Err((409, json!("OverQuota"))));
    delete(&admin, &path).await.unwrap();
    make(&login, "network", json!({ "name": "c" })).await;
}
