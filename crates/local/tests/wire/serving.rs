//! Serving: many at a time, others in the same folder, and the end.

use futures_util::future::join;
use infomaniak_local::Local;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::common::{Cloud, cloud};

const KEYPAIRS: &str = "/compute/v2.1/os-keypairs";
const IMAGES: &str = "/image/v2/images";

#[tokio::test]
async fn who_looks_does_not_wait_for_another_process_that_changes_for_long() {
    let cloud = cloud().await;
    let demo = cloud.login("demo").await;
    let other = rusqlite::Connection::open(cloud.folder.path().join("cloud.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let change = demo.ask("POST", KEYPAIRS, json!({ "keypair": { "name": "ann" } }));
    let look = async {
        let looked = demo.get(KEYPAIRS).await;
        other.execute_batch("COMMIT").unwrap();
        looked
    };
    let (changed, looked) = join(change, look).await;
    assert_eq!((looked.status, looked.json()), (200, json!({ "keypairs": [] })));
    assert_eq!(changed.status, 200, "{changed:?}");
}

#[tokio::test]
async fn an_answer_under_way_is_finished_before_the_end() {
    let cloud = cloud().await;
    let demo = cloud.login("demo").await;
    let image = json!({ "name": "x", "disk_format": "raw", "container_format": "bare" });
    let image = demo.ask("POST", IMAGES, image).await.json();
    let path = format!("{IMAGES}/{}/file", image["id"].as_str().unwrap());
    let kind = [("content-type", "application/octet-stream")];
    let sent = demo.send("PUT", &path, &kind, vec![7; 32 << 20]).await;
    assert_eq!(sent.status, 204);

    let mut reader = TcpStream::connect(cloud.address()).await.unwrap();
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: local\r\nx-auth-token: {}\r\n\r\n", demo.token);
    reader.write_all(request.as_bytes()).await.unwrap();
    let mut answer = vec![0; 1];
    reader.read_exact(&mut answer).await.unwrap();
    let address = cloud.address();
    let Cloud { serving, folder: _folder, .. } = cloud;
    let (read, ()) = join(reader.read_to_end(&mut answer), serving.end()).await;
    assert!(read.unwrap() > 32 << 20);
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n") && answer.ends_with(&[7; 1000]));
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn what_is_served_no_more_does_not_hold_the_folder() {
    let cloud = cloud().await;
    let _idle = TcpStream::connect(cloud.address()).await.unwrap();
    cloud.login("demo").await;
    let Cloud { local, serving, folder, .. } = cloud;
    drop((local, serving));
    let path = folder.path().to_path_buf();
    tokio::task::spawn_blocking(move || Local::reset(&path)).await.unwrap().unwrap();
}
