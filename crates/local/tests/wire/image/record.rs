//! What is said of images, to whom, and how it is changed.

use serde_json::{Value, json};

use super::{list, make, names, patch, show, upload};
use crate::common::cloud;

#[tokio::test]
async fn changes_are_made_all_or_none() {
    let cloud = cloud().await;
    let demo = cloud.login("demo").await;
    let id = make(&demo, json!({ "mine": "old" })).await;
    let before = show(&demo, &id).await;
    let answer = patch(
        &demo,
        &id,
        json!([
            { "op": "replace", "path": "/name", "value": "y" },
            { "op": "remove", "path": "/nothing" },
        ]),
    )
    .await;
    assert_eq!(answer.status, 409);
    assert!(answer.text().contains("Property nothing does not exist."));
    assert_eq!(show(&demo, &id).await, before);
    let answer = patch(
        &demo,
        &id,
        json!([
            { "op": "replace", "path": "/name", "value": "y" },
            { "op": "add", "path": "/a~1b", "value": "new" },
            { "op": "remove", "path": "/mine" },
        ]),
    )
    .await;
    let image = answer.json();
    assert_eq!((&image["name"], &image["a/b"]), (&json!("y"), &json!("new")));
    assert_eq!(image.get("mine"), None);
}

#[tokio::test]
async fn what_cannot_be_changed_is_refused() {
    let cloud = cloud().await;
    let demo = cloud.login("demo").await;
    let id = make(&demo, json!({})).await;
    let replace =
        |path: &str, value: Value| json!([{ "op": "replace", "path": path, "value": value }]);
    for (changes, status) in [
        (replace("/status", json!("active")), 403),
        (replace("/visibility", json!("public")), 403),
        (replace("/owner", json!("x")), 403),
        (replace("/os_glance_x", json!("x")), 403),
        (replace("/min_ram", json!(-1)), 400),
        (replace("/min_ram", json!("1")), 400),
        (replace("/mine", json!("x")), 409),
        (json!([{ "op": "remove", "path": "/name" }]), 403),
        (json!([{ "op": "move", "path": "/name" }]), 400),
        (json!({}), 400),
    ] {
        let answer = patch(&demo, &id, changes.clone()).await;
        assert_eq!(answer.status, status, "{changes}: {}", answer.text());
    }
    let path = format!("/image/v2/images/{id}");
    let answer = demo.ask("PATCH", &path, json!([])).await;
    assert_eq!(answer.status, 415);
    assert!(answer.header("accept-patch").contains("openstack-images-v2.1-json-patch"));
}

#[tokio::test]
async fn images_are_seen_by_those_they_are_for() {
    let cloud = cloud().await;
    let (demo, other) = (cloud.login("demo").await, cloud.login("demo2").await);
    let private = make(&demo, json!({ "name": "private", "visibility": "private" })).await;
    let community = make(&demo, json!({ "name": "community", "visibility": "community" })).await;
    let shared = make(&demo, json!({ "name": "shared" })).await;
    let path = |id: &str| format!("/image/v2/images/{id}");
    assert_eq!(other.get(&path(&private)).await.status, 404);
    assert_eq!(other.get(&path(&shared)).await.status, 404);
    assert_eq!(other.get(&path(&community)).await.status, 200);
    assert_eq!(list(&other, "name=community").await, Vec::<String>::new());
    assert_eq!(list(&other, "visibility=community").await, ["community"]);
    assert_eq!(list(&demo, "name=community").await, ["community"]);
    assert_eq!(cloud.login("admin").await.get(&path(&private)).await.status, 200);

    let members = format!("{}/members", path(&shared));
    let member = format!("{members}/{}", other.project);
    let answer = demo.ask("POST", &members, json!({ "member": other.project })).await;
    assert_eq!((answer.status, &answer.json()["status"]), (200, &json!("pending")));
    assert_eq!(other.get(&path(&shared)).await.status, 200);
    assert_eq!(list(&other, "name=shared").await, Vec::<String>::new());
    assert_eq!(demo.ask("PUT", &member, json!({ "status": "accepted" })).await.status, 403);
    assert_eq!(other.ask("PUT", &member, json!({ "status": "accepted" })).await.status, 200);
    assert_eq!(list(&other, "name=shared").await, ["shared"]);
    let taken = patch(&other, &shared, json!([{ "op": "remove", "path": "/x" }])).await;
    assert_eq!(taken.status, 403);
    assert_eq!(demo.ask("DELETE", &member, Value::Null).await.status, 204);
    assert_eq!(other.get(&path(&shared)).await.status, 404);
}

#[tokio::test]
async fn only_administrators_make_images_public() {
    let cloud = cloud().await;
    let body = json!({ "name": "x", "visibility": "public" });
    let answer = cloud.login("demo").await.ask("POST", "/image/v2/images", body.clone()).await;
    assert_eq!(answer.status, 403);
    assert!(answer.text().contains("publicize_image"));
    let answer = cloud.login("admin").await.ask("POST", "/image/v2/images", body).await;
    assert_eq!(answer.status, 201);
}

#[tokio::test]
async fn an_instance_boots_from_what_its_project_sees() {
    let cloud = cloud().await;
    let (demo, other) = (cloud.login("demo").await, cloud.login("demo2").await);
    let id = make(&other, json!({ "visibility": "private" })).await;
    upload(&other, &id, "x").await;
    let flavors = demo.get("/compute/v2.1/flavors").await.json();
    let flavors = flavors["flavors"].as_array().unwrap();
    let flavor = flavors.iter().find(|flavor| flavor["name"] == "a1-ram2-disk20-perf1").unwrap();
    let boot = async |image: &str| {
        let server = json!({ "server": {
            "name": "x", "imageRef": image, "flavorRef": flavor["id"], "networks": "none",
        } });
        let headers =
            [("content-type", "application/json"), ("openstack-api-version", "compute 2.37")];
        demo.send("POST", "/compute/v2.1/servers", &headers, server.to_string()).await
    };
    let answer = boot(&id).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("Can not find requested image"), "{}", answer.text());
    let images = demo.get("/image/v2/images?name=Debian%2012%20bookworm").await.json();
    let public = images["images"][0]["id"].as_str().unwrap();
    let answer = boot(public).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
}

#[tokio::test]
async fn lists_are_chosen_ordered_and_paged() {
    let cloud = cloud().await;
    let demo = cloud.login("demo").await;
    for (name, format, tags) in [
        ("b", "raw", json!(["red"])),
        ("a", "qcow2", json!(["red", "blue"])),
        ("c,d", "raw", json!([])),
    ] {
        make(&demo, json!({ "name": name, "disk_format": format, "tags": tags, "set": "L" })).await;
    }
    for (query, expected) in [
        ("set=L", vec!["c,d", "a", "b"]),
        ("set=L&sort=name:asc", vec!["a", "b", "c,d"]),
        (
            "set=L&sort_key=disk_format&sort_dir=asc&sort_key=name&sort_dir=desc",
            vec!["a", "c,d", "b"],
        ),
        ("set=L&name=in:%22c,d%22,a", vec!["c,d", "a"]),
        ("set=L&tag=red", vec!["a", "b"]),
        ("set=L&tag=red&tag=blue", vec!["a"]),
        ("set=L&status=active", vec![]),
        ("set=L&disk_format=raw", vec!["c,d", "b"]),
        ("set=L&limit=0", vec![]),
        ("set=M", vec![]),
        ("size_min=1&size_max=2000&name=Debian%2012%20bookworm", vec!["Debian 12 bookworm"]),
    ] {
        assert_eq!(list(&demo, query).await, expected, "{query}");
    }
    let mut seen = Vec::new();
    let mut next = Some("/v2/images?set=L&limit=1&sort=name:asc".to_string());
    while let Some(path) = next {
        let answer = demo.get(&format!("/image{path}")).await;
        seen.extend(names(&answer));
        next = answer.json()["next"].as_str().map(str::to_string);
    }
    assert_eq!(seen, ["a", "b", "c,d"]);
    for query in ["sort=size:up", "sort_key=owner", "visibility=x", "limit=x", "marker=x"] {
        let answer = demo.get(&format!("/image/v2/images?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
    }
}

#[tokio::test]
async fn refusals_are_pages_in_the_form_that_is_accepted() {
    let cloud = cloud().await;
    let demo = cloud.login("demo").await;
    for (accept, kind, beginning) in [
        ("*/*", "text/html; charset=UTF-8", "<html>\n <head>\n  <title>404 Not Found</title>"),
        ("application/json", "application/json", "{\"message\":\"No image found with ID x<br />"),
        ("text/plain", "text/plain; charset=UTF-8", "404 Not Found\n\nNo image found with ID x"),
    ] {
        let answer = demo.send("GET", "/image/v2/images/x", &[("accept", accept)], "").await;
        assert_eq!((answer.status, answer.header("content-type")), (404, kind));
        assert!(answer.text().starts_with(beginning), "{}", answer.text());
    }
    let answer = demo.ask("PUT", "/image/v2/images", Value::Null).await;
    assert_eq!((answer.status, answer.header("allow")), (405, "GET, POST"));
    let answer = demo.get("/image").await;
    assert_eq!((answer.status, &answer.json()["versions"][0]["id"]), (300, &json!("v2.15")));
    assert_eq!(demo.get("/image/versions").await.status, 200);
}
