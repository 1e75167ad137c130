//! Requests of a caller's own making, and what is known about a login.

use infomaniak_cloud::Kind;
use infomaniak_cloud::session::service::{COMPUTE, IMAGE, Service};
use infomaniak_cloud::session::{Microversion, Request};
use serde_json::json;

use crate::record;
use crate::server::{Received, Reply, Server, answer, json_answer, status};

async fn sent(service: &'static Service, method: &str, path: &str) -> Received {
    let server = Server::start(|request: &Received| match request.what() {
        "POST /v3/auth/tokens" => Reply::Usual,
        _ => json_answer(200, json!({})),
    })
    .await;
    let request = Request::typed(service, method, path).unwrap();
    server.cloud().send(request.header("x-more", "1")).await.unwrap();
    server.received().remove(1)
}

#[tokio::test]
async fn a_path_stands_below_the_version_or_begins_with_another() {
    for (service, path, line) in [
        (&COMPUTE, "/servers/a%2Fb", "GET /compute/v2.1/servers/a%2Fb"),
        (&COMPUTE, "servers?name=a+b&limit=1", "GET /compute/v2.1/servers?name=a+b&limit=1"),
        (&COMPUTE, "/v2/servers", "GET /compute/v2/servers"),
        (&IMAGE, "/v1/", "GET /image/v1/"),
    ] {
        let received = sent(service, "get", path).await;
        assert_eq!((received.line(), received.header("x-more")), (line, Some("1")), "{path}");
    }
    let climbing = Request::typed(&COMPUTE, "GET", "/servers/../os-keypairs").unwrap();
    let server = Server::start(|_: &Received| Reply::Usual).await;
    assert_eq!(server.cloud().send(climbing).await.unwrap_err().kind(), Kind::Invalid);
    assert_eq!(Request::typed(&COMPUTE, "G T", "/").unwrap_err().kind(), Kind::Invalid);
}

#[tokio::test]
async fn content_and_microversion_are_the_callers() {
    let server = Server::start(|request: &Received| match request.what() {
        "POST /compute/v2.1/things" => json_answer(406, json!({})),
        _ => Reply::Usual,
    })
    .await;
    let request = Request::typed(&COMPUTE, "POST", "/things").unwrap();
    let request = request.content("a,b", "text/csv").microversion(Microversion(2, 60));
    let error = server.cloud().send(request).await.unwrap_err();
    assert_eq!(error.status(), Some(406));
    // Another version than the one asked for is not what the caller wants.
    let received = server.only("POST /compute/v2.1/things");
    assert_eq!(received.header("openstack-api-version"), Some("compute 2.60"));
    assert_eq!((received.header("content-type"), &*received.body), (Some("text/csv"), "a,b"));
}

#[tokio::test]
async fn an_opened_answer_is_read_piece_by_piece_and_may_break_off() {
    for cut in [None, Some(100_000)] {
        let server = Server::start(move |request: &Received| match (request.what(), cut) {
            ("GET /image/v2/large", None) => answer(200, "text/plain", vec![b'x'; 300_000]),
            ("GET /image/v2/large", Some(length)) => {
                answer(200, "text/plain", vec![b'x'; 300_000]).cut(length)
            }
            _ => Reply::Usual,
        })
        .await;
        let mut response = server.cloud().open(Request::get(&IMAGE, &["large"])).await.unwrap();
        assert!(response.body().is_empty());
        let (mut length, mut pieces) = (0, 0);
        let end = loop {
            match response.chunk().await {
                Ok(Some(chunk)) => (length, pieces) = (length + chunk.len(), pieces + 1),
                Ok(None) => break None,
                Err(error) => break Some(error.kind()),
            }
        };
        assert_eq!(end, cut.map(|_| Kind::Transport));
        assert_eq!(length, cut.unwrap_or(300_000));
        assert!(pieces > 1);
    }
}

#[tokio::test]
async fn the_catalog_is_known_from_the_login() {
    let server = Server::start(|_: &Received| Reply::Usual).await;
    let cloud = server.cloud();
    let compute = cloud.catalog_service("compute").await.unwrap();
    assert_eq!(compute.url, Some(format!("{}/compute/v2.1", server.url())));
    assert!(cloud.catalog().await.unwrap().iter().any(|service| service.r#type == "image"));
    let error = cloud.catalog_service("compte").await.unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound);
    assert!(error.hint().unwrap().starts_with("is `compute` meant? "), "{error:?}");
    assert_eq!(server.lines(), ["POST /v3/auth/tokens"]);
}

#[tokio::test]
async fn logging_out_ends_the_token_and_forgets_it() {
    let server = Server::start(|request: &Received| match request.what() {
        "DELETE /v3/auth/tokens" => status(204),
        _ => Reply::Usual,
    })
    .await;
    let folder = record::folder().unwrap();
    assert!(!server.cloud_with_cache(folder.path()).log_out().await.unwrap());
    assert_eq!(server.lines(), [""; 0]);
    server.cloud_with_cache(folder.path()).login().await.unwrap();
    assert!(server.cloud_with_cache(folder.path()).log_out().await.unwrap());
    let ended = server.only("DELETE /v3/auth/tokens");
    assert_eq!(ended.header("x-subject-token"), Some("gAAAAA-token-1"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    server.cloud_with_cache(folder.path()).login().await.unwrap();
    assert_eq!(server.lines().len(), 3);
}
