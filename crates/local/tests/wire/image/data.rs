//! The data of images: uploads and downloads.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{download, list, make, patch, show, upload};
use crate::common::{Cloud, Login, cloud};

/// Sends the beginning of an upload, and waits until the image shows it.
async fn begin_upload(cloud: &Cloud, login: &Login<'_>, id: &str) -> TcpStream {
    let mut connection = TcpStream::connect(cloud.address()).await.unwrap();
    let head = format!(
        "PUT /image/v2/images/{id}/file HTTP/1.1\r\nHost: x\r\nX-Auth-Token: {}\r\n\
         Content-Type: application/octet-stream\r\nContent-Length: 10\r\n\r\n01234",
        login.token
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    wait_for(login, id, "saving").await;
    connection
}

async fn wait_for(login: &Login<'_>, id: &str, status: &str) {
    while show(login, id).await["status"] != status {
        tokio::task::yield_now().await;
    }
}

/// The files that the cloud keeps image data in.
fn files(cloud: &Cloud) -> Vec<String> {
    let entries = std::fs::read_dir(cloud.folder.path().join("images")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn a_fresh_cloud_has_images_with_data() {
    let cloud = cloud().await;
    let demo = cloud.login("demo").await;
    let answer = demo.get("/image/v2/images?name=Debian%2012%20bookworm").await;
    let image = answer.json()["images"][0].clone();
    assert_eq!(image["visibility"], "public");
    assert_eq!(image["status"], "active");
    assert_eq!(image["os_distro"], "debian");
    assert_eq!(image["hw_scsi_model"], "virtio-scsi");
    let data = download(&demo, image["id"].as_str().unwrap(), &[]).await;
    assert_eq!(data.status, 200);
    assert_eq!(data.header("content-md5"), image["checksum"]);
    assert_eq!(image["size"], data.body.len());
    assert!(list(&demo, "").await.len() > 3);
}

#[tokio::test]
async fn data_comes_back_whole_and_in_parts() {
    let cloud = cloud().await;
    let demo = cloud.login("demo").await;
    let id = make(&demo, json!({})).await;
    let image = show(&demo, &id).await;
    assert_eq!((&image["status"], &image["size"]), (&json!("queued"), &Value::Null));
    assert_eq!(image.get("stores"), None);
    assert_eq!(download(&demo, &id, &[]).await.status, 204);

    assert_eq!(upload(&demo, &id, "0123456789").await.status, 204);
    let image = show(&demo, &id).await;
    assert_eq!(image["status"], "active");
    assert_eq!(image["size"], 10);
    assert_eq!(image["virtual_size"], 10);
    assert_eq!(image["checksum"], "781e5e245d69b566979b86e28d23f2c7");
    assert_eq!(image["os_hash_algo"], "sha512");
    assert_eq!(image["stores"], "file");

    let whole = download(&demo, &id, &[]).await;
    assert_eq!((whole.status, whole.text()), (200, "0123456789"));
    assert_eq!(whole.header("content-length"), "10");
    let part = download(&demo, &id, &[("range", "bytes=2-4")]).await;
    assert_eq!((part.status, part.text()), (206, "234"));
    assert_eq!(part.header("content-range"), "bytes 2-4/10");
    assert_eq!(download(&demo, &id, &[("range", "bytes=10-")]).await.status, 416);

    let again = upload(&demo, &id, "x").await;
    assert_eq!(again.status, 409);
    assert!(again.text().contains("from active to saving is not allowed"));
}

#[tokio::test]
async fn data_may_be_larger_than_any_body_of_json() {
    let cloud = cloud().await;
    let demo = cloud.login("demo").await;
    let id = make(&demo, json!({})).await;
    let data: Vec<u8> = (0..9 << 20).map(|index: u32| index.to_le_bytes()[1]).collect();
    assert_eq!(upload(&demo, &id, data.clone()).await.status, 204);
    assert_eq!(show(&demo, &id).await["size"], data.len());
    assert!(download(&demo, &id, &[]).await.body == data);
}

#[tokio::test]
async fn an_image_without_formats_takes_no_data() {
    let cloud = cloud().await;
    let demo = cloud.login("demo").await;
    let id = make(&demo, json!({ "disk_format": null })).await;
    let answer = upload(&demo, &id, "x").await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("Property disk_format must be set prior to saving data."));
    let path = format!("/image/v2/images/{id}/file");
    let answer = demo.send("PUT", &path, &[("content-type", "text/plain")], "x").await;
    assert_eq!(answer.status, 415);
    assert_eq!(show(&demo, &id).await["status"], "queued");
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_a_queued_image() {
    let cloud = cloud().await;
    let demo = cloud.login("demo").await;
    let id = make(&demo, json!({})).await;
    let before = files(&cloud).len();
    let connection = begin_upload(&cloud, &demo, &id).await;
    assert_eq!(files(&cloud).len(), before + 1);
    assert_eq!(upload(&demo, &id, "x").await.status, 409);
    assert_eq!(download(&demo, &id, &[]).await.status, 204);
    drop(connection);
    wait_for(&demo, &id, "queued").await;
    assert_eq!(files(&cloud).len(), before);
    assert_eq!(upload(&demo, &id, "0123456789").await.status, 204);
    assert_eq!(download(&demo, &id, &[]).await.text(), "0123456789");
}

#[tokio::test]
async fn an_image_deleted_while_it_is_uploaded_is_gone() {
    let cloud = cloud().await;
    let demo = cloud.login("demo").await;
    let id = make(&demo, json!({})).await;
    let before = files(&cloud).len();
    let mut connection = begin_upload(&cloud, &demo, &id).await;
    let path = format!("/image/v2/images/{id}");
    assert_eq!(demo.ask("DELETE", &path, Value::Null).await.status, 204);
    connection.write_all(b"56789").await.unwrap();
    let mut answer = [0; 12];
    connection.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 410");
    assert_eq!(demo.get(&path).await.status, 404);
    assert_eq!(files(&cloud).len(), before);
}

#[tokio::test]
async fn what_is_deleted_leaves_no_file_and_what_is_protected_stays() {
    let cloud = cloud().await;
    let demo = cloud.login("demo").await;
    let id = make(&demo, json!({ "protected": true })).await;
    upload(&demo, &id, "x").await;
    let path = format!("/image/v2/images/{id}");
    let refused = demo.ask("DELETE", &path, Value::Null).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text().contains("is protected and cannot be deleted."));
    patch(&demo, &id, json!([{ "op": "replace", "path": "/protected", "value": false }])).await;
    assert!(files(&cloud).contains(&id));
    assert_eq!(demo.ask("DELETE", &path, Value::Null).await.status, 204);
    assert!(!files(&cloud).contains(&id));
    assert_eq!(demo.ask("DELETE", &path, Value::Null).await.status, 404);
}

#[tokio::test]
async fn two_who_have_the_folder_open_see_the_same_data() {
    let cloud = cloud().await;
    let demo = cloud.login("demo").await;
    let id = make(&demo, json!({})).await;
    let other = infomaniak_local::Local::open(cloud.folder.path()).unwrap();
    let serving = other.serve("127.0.0.1:0").await.unwrap();
    assert_eq!(upload(&demo, &id, "0123456789").await.status, 204);
    let address = serving.url();
    let mut connection = TcpStream::connect(address.trim_start_matches("http://")).await.unwrap();
    let head = format!(
        "GET /image/v2/images/{id}/file HTTP/1.1\r\nHost: x\r\nX-Auth-Token: {}\r\n\
         Connection: close\r\n\r\n",
        demo.token
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("\r\n\r\n0123456789"), "{answer}");
}

#[tokio::test]
async fn nobody_downloads_what_is_deactivated() {
    let cloud = cloud().await;
    let demo = cloud.login("demo").await;
    let id = make(&demo, json!({})).await;
    let action = |verb: &str| format!("/image/v2/images/{id}/actions/{verb}");
    assert_eq!(demo.ask("POST", &action("deactivate"), Value::Null).await.status, 403);
    upload(&demo, &id, "x").await;
    assert_eq!(demo.ask("POST", &action("deactivate"), Value::Null).await.status, 204);
    assert_eq!(show(&demo, &id).await["status"], "deactivated");
    assert_eq!(download(&demo, &id, &[]).await.status, 403);
    assert_eq!(demo.ask("POST", &action("reactivate"), Value::Null).await.status, 204);
    assert_eq!(download(&demo, &id, &[]).await.text(), "x");
}
