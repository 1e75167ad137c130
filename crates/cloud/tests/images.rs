//! Data of images: sent once and compared, received whole or not at all. Whatever goes wrong, nothing
//! half is left behind silently, neither in the cloud nor on the disk.

use infomaniak_cloud::{Kind, Processed};
use serde_json::{Value, json};

use crate::record;
use crate::sample::{self, DEBIAN, demo};
use crate::server::{Received, Reply, Server, answer, json_answer, status};

const DATA: &str = "hello image";
/// SHA-512 of the data.
const DIGEST: &str = "a129ae015ca66bad61900fd30d1312f2229283d72ffc4f69583b274050fa61b53fd5eb1681918f681c20c1961be5112007d6a99852b706065c01c6713e6f5d97";

const CREATE: &str = "POST /image/v2/images";
const DEBIAN_DATA: &str = "GET /image/v2/images/22222222-2222-4222-8222-222222222222/file";

fn image(id: &str, status: &str, digest: &str) -> Value {
    let mut image = sample::image(id, "mine");
    image["status"] = status.into();
    image["size"] = DATA.len().into();
    image["os_hash_algo"] = "sha512".into();
    image["os_hash_value"] = digest.into();
    image
}

/// What a test's Glance does: with the creation, with the data, and how the image looks then.
#[derive(Clone)]
struct Glance {
    creates: Option<Reply>,
    takes: Reply,
    shows: (&'static str, &'static str),
}

fn good() -> Glance {
    Glance { creates: None, takes: status(204), shows: ("active", DIGEST) }
}

impl Glance {
    async fn start(self) -> Server {
        Server::start(move |request: &Received| {
            let id = request.what().split('/').nth(4).unwrap_or_default();
            match request.what().split(' ').next() {
                Some("POST") if request.what() == CREATE => {
                    let id = request.json()["id"].as_str().unwrap_or_default().to_string();
                    let usual = json_answer(201, image(&id, "queued", ""));
                    self.creates.clone().unwrap_or(usual)
                }
                Some("PUT") => self.takes.clone(),
                Some("GET") if self.shows.0.is_empty() => status(404),
                Some("GET") => json_answer(200, image(id, self.shows.0, self.shows.1)),
                Some("DELETE") => status(204),
                _ => demo(request),
            }
        })
        .await
    }
}

fn file(folder: &tempfile::TempDir, data: &str) -> String {
    let path = folder.path().join("disk.img");
    std::fs::write(&path, data).unwrap();
    path.display().to_string()
}

#[tokio::test]
async fn data_is_sent_as_it_is_and_compared() {
    let folder = record::folder().unwrap();
    let server = good().start().await;
    let compute = server.cloud().compute();
    let made = compute
        .create_image("mine")
        .file(file(&folder, DATA))
        .property(json!({ "os": "x" }).as_object().unwrap().clone())
        .tags(["t"])
        .await
        .unwrap();
    let asked = server.only(CREATE).json();
    assert_eq!(
        asked,
        json!({ "os": "x", "id": made.id, "name": "mine", "disk_format": "raw",
            "container_format": "bare", "tags": ["t"] })
    );
    let put = server.only("PUT ");
    assert_eq!(put.line(), format!("PUT /image/v2/images/{}/file", made.id));
    assert_eq!(put.header("content-type"), Some("application/octet-stream"));
    assert_eq!(put.header("content-length"), Some("11"));
    assert_eq!(put.body, DATA);
    assert_eq!(server.count("DELETE"), 0);
}

#[tokio::test]
async fn a_creation_whose_answer_is_lost_is_looked_for_by_its_own_id() {
    let folder = record::folder().unwrap();
    let server = Glance { creates: Some(Reply::Close), ..good() }.start().await;
    let made = server.cloud().compute().create_image("mine").file(file(&folder, DATA)).await;
    assert_eq!(made.unwrap().id, server.only(CREATE).json()["id"]);

    let nothing = Glance { creates: Some(Reply::Close), shows: ("", ""), ..good() };
    let server = nothing.start().await;
    let error = server.cloud().compute().create_image("mine").await.unwrap_err();
    assert!(error.hint().unwrap().contains("not created"), "{error:?}");
    assert_eq!(server.count(CREATE), 1);
}

#[tokio::test]
async fn data_whose_answer_is_lost_may_have_arrived() {
    let folder = record::folder().unwrap();
    let server = Glance { takes: Reply::Close, ..good() }.start().await;
    let made = server.cloud().compute().create_image("mine").file(file(&folder, DATA)).await;
    assert_eq!(made.unwrap().status, "active");
    assert_eq!((server.count("PUT"), server.count("DELETE")), (1, 0));
}

#[tokio::test]
async fn what_did_not_arrive_whole_is_removed_again() {
    let folder = record::folder().unwrap();
    let other = "00000000";
    for glance in [
        Glance { takes: Reply::Close, shows: ("queued", ""), ..good() },
        Glance { takes: Reply::Reset, shows: ("queued", ""), ..good() },
        Glance { takes: status(413), shows: ("queued", ""), ..good() },
        Glance { takes: status(503), shows: ("queued", ""), ..good() },
        Glance { shows: ("active", other), ..good() },
    ] {
        let server = glance.start().await;
        let error = server.cloud().compute().create_image("mine").file(file(&folder, DATA)).await;
        let error = error.unwrap_err();
        assert!(error.hint().unwrap().contains("nothing is left behind"), "{error:?}");
        assert_eq!(error.processed(), Processed::No, "{error:?}");
        assert_eq!((server.count("PUT"), server.count("DELETE")), (1, 1));
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_noticed_before_anything_is_created() {
    let folder = record::folder().unwrap();
    let server = good().start().await;
    let compute = server.cloud().compute();
    let absent = folder.path().join("absent").display().to_string();
    let directory = folder.path().display().to_string();
    for (path, why) in
        [(file(&folder, ""), "empty"), (absent, "No such file"), (directory, "a folder")]
    {
        let error = compute.create_image("mine").file(path).await.unwrap_err();
        assert_eq!((error.kind(), error.processed()), (Kind::Invalid, Processed::No));
        assert!(error.message().contains(why), "{error:?}");
    }
    assert_eq!(server.lines(), [""; 0]);
}

/// A Glance that has the data of an image, with this digest, and gives it like this.
async fn giving(data: Reply, digest: &'static str) -> Server {
    Server::start(move |request: &Received| match request.what() {
        DEBIAN_DATA => data.clone(),
        what if what.starts_with("GET /image/v2/images/") => {
            json_answer(200, image(DEBIAN, "active", digest))
        }
        _ => demo(request),
    })
    .await
}

#[tokio::test]
async fn what_is_saved_is_whole_or_not_there() {
    let octets = |data: &str| answer(200, "application/octet-stream", data.to_string());
    let folder = record::folder().unwrap();
    let path = folder.path().join("saved.img");
    let save = async |server: Server| {
        let saved = server.cloud().compute().save_image(DEBIAN, path.display().to_string()).await;
        let entries = std::fs::read_dir(folder.path()).unwrap().count();
        (saved, std::fs::read_to_string(&path).unwrap_or_default(), entries)
    };
    for (data, digest) in
        [(octets("hello imagf"), DIGEST), (octets(DATA).cut(5), DIGEST), (status(204), DIGEST)]
    {
        let (saved, there, entries) = save(giving(data, digest).await).await;
        assert!(saved.is_err());
        assert_eq!((there.as_str(), entries), ("", 0));
    }
    let (saved, there, entries) = save(giving(octets(DATA), DIGEST).await).await;
    saved.unwrap();
    assert_eq!((there.as_str(), entries), (DATA, 1));

    // What was there before stays when the next one fails.
    let (saved, there, entries) = save(giving(octets("hello imagf"), DIGEST).await).await;
    assert!(saved.unwrap_err().message().contains("not what Glance says"));
    assert_eq!((there.as_str(), entries), (DATA, 1));
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_noticed_before_the_data_is_asked_for() {
    let folder = record::folder().unwrap();
    let server = giving(status(204), DIGEST).await;
    let nowhere = folder.path().join("no/such/folder").display().to_string();
    for path in [nowhere, folder.path().display().to_string()] {
        let error = server.cloud().compute().save_image(DEBIAN, path).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Invalid, "{error:?}");
    }
    assert_eq!(server.count(DEBIAN_DATA), 0);
}
