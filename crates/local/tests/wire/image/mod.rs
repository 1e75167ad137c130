//! Images, as Glance has them.

mod data;
mod record;

use serde_json::{Value, json};

use crate::common::{Answer, Login};

const DATA: (&str, &str) = ("content-type", "application/octet-stream");
const PATCH: (&str, &str) = ("content-type", "application/openstack-images-v2.1-json-patch");

/// Makes an image, queued and without data.
async fn make(login: &Login<'_>, fields: Value) -> String {
    let mut body = json!({ "name": "x", "disk_format": "raw", "container_format": "bare" });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let answer = login.ask("POST", "/image/v2/images", body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().into()
}

async fn upload(login: &Login<'_>, id: &str, data: impl Into<hyper::body::Bytes>) -> Answer {
    login.send("PUT", &format!("/image/v2/images/{id}/file"), &[DATA], data).await
}

async fn download(login: &Login<'_>, id: &str, headers: &[(&str, &str)]) -> Answer {
    login.send("GET", &format!("/image/v2/images/{id}/file"), headers, "").await
}

async fn patch(login: &Login<'_>, id: &str, changes: Value) -> Answer {
    let path = format!("/image/v2/images/{id}");
    login.send("PATCH", &path, &[PATCH], changes.to_string()).await
}

async fn show(login: &Login<'_>, id: &str) -> Value {
    login.get(&format!("/image/v2/images/{id}")).await.json()
}

/// The names in a list.
async fn list(login: &Login<'_>, query: &str) -> Vec<String> {
    let answer = login.get(&format!("/image/v2/images?{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    names(&answer)
}

fn names(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let images = body["images"].as_array().unwrap();
    images.iter().map(|image| image["name"].as_str().unwrap().to_string()).collect()
}
