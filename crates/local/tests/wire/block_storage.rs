//! Volumes: their states with time, who owns them, what they are counted as, and what becomes of them
//! when their instance goes.

use std::time::Duration;

use infomaniak_local::Local;
use serde_json::{Value, json};

use crate::common::{Login, cloud};

/// Where the tenant's volumes are.
fn path(login: &Login<'_>, below: &str) -> String {
    format!("/volume/v3/{}{below}", login.project)
}

async fn make(login: &Login<'_>, many: &str, one: &str, wish: Value) -> Value {
    let answer = login.ask("POST", &path(login, many), json!({ one: wish })).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    answer.json()[one].clone()
}

async fn volume(login: &Login<'_>, size: i64) -> String {
    let made = make(login, "/volumes", "volume", json!({ "size": size, "name": "data" })).await;
    let id = made["id"].as_str().unwrap().to_string();
    becomes(login, &format!("/volumes/{id}"), "volume", "available").await;
    id
}

/// Looks until the thing has this status; nothing: until it is gone.
async fn becomes(login: &Login<'_>, below: &str, one: &str, status: &str) -> Value {
    for _ in 0..200 {
        let answer = login.get(&path(login, below)).await;
        if answer.status == 404 && status.is_empty() {
            return Value::Null;
        }
        if answer.status == 200 && answer.json()[one]["status"] == status {
            return answer.json()[one].clone();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{below} does not become '{status}'");
}

/// An instance without a network.
async fn server(login: &Login<'_>) -> String {
    let id = async |path: &str, many: &str, name: &str| {
        let all = login.get(path).await.json();
        let found = all[many].as_array().unwrap().iter().find(|one| one["name"] == name);
        found.unwrap()["id"].as_str().unwrap().to_string()
    };
    let flavor = id("/compute/v2.1/flavors", "flavors", "a1-ram2-disk20-perf1").await;
    let image = id("/image/v2/images", "images", "Debian 12 bookworm").await;
    let wish = json!({ "server": {
        "name": "web", "flavorRef": flavor, "imageRef": image, "networks": "none",
    } });
    let version = [("content-type", "application/json"), VERSION];
    let made = login.send("POST", "/compute/v2.1/servers", &version, wish.to_string()).await.json();
    let id = made["server"]["id"].as_str().unwrap().to_string();
    for _ in 0..200 {
        let shown = login.get(&format!("/compute/v2.1/servers/{id}")).await.json();
        if shown["server"]["status"] == "ACTIVE" {
            return id;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the instance does not become ACTIVE");
}

const VERSION: (&str, &str) = ("openstack-api-version", "compute 2.91");

async fn attach(login: &Login<'_>, server: &str, volume: &str, goes: bool) -> u16 {
    let path = format!("/compute/v2.1/servers/{server}/os-volume_attachments");
    let wish = json!({ "volumeAttachment": { "volumeId": volume, "delete_on_termination": goes } });
    let headers = [("content-type", "application/json"), VERSION];
    login.send("POST", &path, &headers, wish.to_string()).await.status
}

#[tokio::test]
async fn the_project_in_the_path_has_to_be_the_callers() {
    let cloud = cloud().await;
    let (ours, theirs) = (cloud.login("demo").await, cloud.login("demo2").await);
    let id = volume(&ours, 1).await;
    let wrong = theirs.get(&path(&ours, &format!("/volumes/{id}"))).await;
    assert_eq!(
        (wrong.status, wrong.json()["badRequest"]["message"].as_str()),
        (400, Some("Malformed request url"))
    );
    assert_eq!(theirs.get(&path(&theirs, &format!("/volumes/{id}"))).await.status, 404);
}

#[tokio::test]
async fn a_volume_is_there_for_the_next_who_opens_the_folder() {
    let cloud = cloud().await;
    let login = cloud.login("demo2").await;
    let made = make(&login, "/volumes", "volume", json!({ "size": 1, "name": "kept" })).await;
    assert_eq!(made["status"], "creating");
    // Another process opens it; time has passed all the same.
    let other = Local::open(cloud.folder.path()).unwrap();
    drop(other);
    let below = format!("/volumes/{}", made["id"].as_str().unwrap());
    assert_eq!(becomes(&login, &below, "volume", "available").await["name"], "kept");
}

#[tokio::test]
async fn a_volume_is_at_one_instance_only_however_many_want_it() {
    let cloud = cloud().await;
    let login = cloud.login("demo2").await;
    let (id, web, db) = (volume(&login, 1).await, server(&login).await, server(&login).await);
    let wishes = (0..8).map(|n| attach(&login, if n % 2 == 0 { &web } else { &db }, &id, false));
    let statuses = futures_util::future::join_all(wishes).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 400].contains(status)), "{statuses:?}");
    let below = format!("/volumes/{id}");
    let seen = becomes(&login, &below, "volume", "in-use").await;
    assert_eq!(seen["attachments"].as_array().unwrap().len(), 1, "{seen}");
    assert_eq!(login.ask("DELETE", &path(&login, &below), Value::Null).await.status, 400);
}

#[tokio::test]
async fn volumes_are_given_back_or_go_with_their_instance() {
    let cloud = cloud().await;
    let login = cloud.login("demo2").await;
    let (going, staying) = (volume(&login, 1).await, volume(&login, 1).await);
    let web = server(&login).await;
    for (id, goes) in [(&going, true), (&staying, false)] {
        assert_eq!(attach(&login, &web, id, goes).await, 200);
        becomes(&login, &format!("/volumes/{id}"), "volume", "in-use").await;
    }
    let path = format!("/compute/v2.1/servers/{web}");
    assert_eq!(login.ask("DELETE", &path, Value::Null).await.status, 204);
    becomes(&login, &format!("/volumes/{going}"), "volume", "").await;
    let kept = becomes(&login, &format!("/volumes/{staying}"), "volume", "available").await;
    assert_eq!(kept["attachments"], json!([]));
}

#[tokio::test]
async fn beyond_the_quota_is_413_with_no_time_to_wait() {
    let cloud = cloud().await;
    let (login, admin) = (cloud.login("demo2").await, cloud.login("admin").await);
    let set = path(&admin, &format!("/os-quota-sets/{}", login.project));
    let limits = json!({ "quota_set": { "volumes": 1, "gigabytes": 3 } });
    assert_eq!(admin.ask("PUT", &set, limits.clone()).await.status, 200);
    let own = path(&login, &format!("/os-quota-sets/{}", login.project));
    assert_eq!(login.ask("PUT", &own, limits).await.status, 403);

    let id = volume(&login, 2).await;
    for size in [1, 2] {
        let wish = json!({ "volume": { "size": size } });
        let over = login.ask("POST", &path(&login, "/volumes"), wish).await;
        assert_eq!((over.status, over.header("retry-after")), (413, "0"), "{over:?}");
        assert_eq!(over.json()["overLimit"]["retryAfter"], "0");
    }
    // A snapshot counts, too: 2 of 3 GiB are used, and it would take 2 more.
    let wish = json!({ "snapshot": { "volume_id": id } });
    assert_eq!(login.ask("POST", &path(&login, "/snapshots"), wish).await.status, 413);
    let more = json!({ "os-extend": { "new_size": 4 } });
    let action = path(&login, &format!("/volumes/{id}/action"));
    assert_eq!(login.ask("POST", &action, more).await.status, 413);
}

#[tokio::test]
async fn a_transfer_takes_the_snapshots_along_and_is_taken_once() {
    let cloud = cloud().await;
    let (ours, theirs) = (cloud.login("demo").await, cloud.login("demo2").await);
    let id = volume(&ours, 1).await;
    let snapshot = make(&ours, "/snapshots", "snapshot", json!({ "volume_id": id })).await;
    let below = format!("/snapshots/{}", snapshot["id"].as_str().unwrap());
    becomes(&ours, &below, "snapshot", "available").await;
    let offer = make(&ours, "/os-volume-transfer", "transfer", json!({ "volume_id": id })).await;
    let shown = format!("/os-volume-transfer/{}", offer["id"].as_str().unwrap());
    let shown = ours.get(&path(&ours, &shown)).await.json();
    assert_eq!(shown["transfer"].get("auth_key"), None, "the key is told once");

    let accept = format!("/os-volume-transfer/{}/accept", offer["id"].as_str().unwrap());
    let key = json!({ "accept": { "auth_key": offer["auth_key"] } });
    let accept = path(&theirs, &accept);
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(theirs.ask("POST", &accept, key.clone()).await.status);
    }
    assert_eq!(statuses, [202, 404, 404]);
    assert_eq!(theirs.get(&path(&theirs, &format!("/volumes/{id}"))).await.status, 200);
    assert_eq!(theirs.get(&path(&theirs, &below)).await.status, 200);
    assert_eq!(ours.get(&path(&ours, &below)).await.status, 404);
}
