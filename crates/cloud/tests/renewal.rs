//! Tokens that the cloud no longer accepts. The login is renewed once and by one request only,
//! however many find the token refused; the refused request is sent again once; and credentials
//! that are wrong are reported, not tried again.

use std::sync::Arc;

use infomaniak_cloud::{Kind, Processed};
use tokio::sync::Barrier;

use crate::record;
use crate::sample::{WEB, demo};
use crate::server::{Received, Reply, SECRET, Server, json_answer};

const LIST: &str = "GET /compute/v2.1/servers/detail";
const LOGIN: &str = "POST /v3/auth/tokens";

fn unauthorized() -> Reply {
    json_answer(
        401,
        serde_json::json!({ "error": { "code": 401, "title": "Unauthorized",
            "message": "The request you have made requires authentication." } }),
    )
}

/// Accepts every token but the first.
fn first_token_revoked(request: &Received) -> Reply {
    match request.header("x-auth-token") {
        Some("gAAAAA-token-1") => unauthorized(),
        _ => demo(request),
    }
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_and_the_request_sent_again() {
    let server = Server::start(first_token_revoked).await;
    assert_eq!(server.cloud().compute().list_instances().await.unwrap().len(), 1);
    assert_eq!(server.lines(), [LOGIN, LIST, LOGIN, LIST]);
}

#[tokio::test]
async fn a_refused_post_is_sent_again_as_it_was() {
    let server = Server::start(first_token_revoked).await;
    server.cloud().compute().start_instance(WEB).await.unwrap();
    let posts = server.received();
    let [_, first, _, second] = &posts[..] else { panic!("{:?}", server.lines()) };
    assert_eq!((first.line(), &first.body), (second.line(), &second.body));
    assert_eq!(second.header("x-auth-token"), Some("gAAAAA-token-2"));
}

#[tokio::test]
async fn fifty_requests_that_find_the_token_refused_log_in_once() {
    let barrier = Arc::new(Barrier::new(50));
    let server = Server::start(move |request: &Received| match request.header("x-auth-token") {
        Some("gAAAAA-token-1") if request.nth > 0 => {
            Reply::Together(barrier.clone(), Box::new(unauthorized()))
        }
        _ => demo(request),
    })
    .await;
    let cloud = server.cloud();
    cloud.compute().list_instances().await.unwrap();
    let requests = (0..50).map(|_| cloud.compute().list_instances().into_future());
    for instances in futures_util::future::join_all(requests).await {
        assert_eq!(instances.unwrap().len(), 1);
    }
    assert_eq!((server.logins(), server.count(LIST)), (2, 1 + 50 + 50));
}

#[tokio::test]
async fn fifty_requests_of_a_new_session_log_in_once() {
    let server = Server::start(demo).await;
    let cloud = server.cloud();
    let requests = (0..50).map(|_| cloud.compute().list_instances().into_future());
    for instances in futures_util::future::join_all(requests).await {
        assert_eq!(instances.unwrap().len(), 1);
    }
    assert_eq!((server.logins(), server.count(LIST)), (1, 50));
}

#[tokio::test]
async fn a_renewed_token_serves_all_processes() {
    let server = Server::start(|request: &Received| match request.header("x-auth-token") {
        Some("gAAAAA-token-1") if request.nth > 0 => unauthorized(),
        _ => demo(request),
    })
    .await;
    let folder = record::folder().unwrap();
    let (one, other) =
        (server.cloud_with_cache(folder.path()), server.cloud_with_cache(folder.path()));
    // Both have the token that is about to be revoked; one of them finds out first.
    one.compute().list_instances().await.unwrap();
    assert_eq!(other.project_id().await.unwrap().as_deref(), Some("project-id"));
    one.compute().list_instances().await.unwrap();
    assert_eq!(server.logins(), 2);
    other.compute().list_instances().await.unwrap();
    server.cloud_with_cache(folder.path()).compute().list_instances().await.unwrap();
    assert_eq!(server.logins(), 2, "the others take the token of the one");
    assert_eq!(server.count(LIST), 1 + 2 + 2 + 1);
}

#[tokio::test]
async fn a_new_token_that_is_refused_too_is_reported() {
    let server = Server::start(|request: &Received| match request.what() {
        LIST => unauthorized().header("x-openstack-request-id", "req-9"),
        _ => demo(request),
    })
    .await;
    let error = server.cloud().compute().list_instances().await.unwrap_err();
    assert_eq!((error.kind(), error.processed()), (Kind::Unauthenticated, Processed::No));
    assert_eq!((error.service(), error.request_id()), (Some("compute"), Some("req-9")));
    assert!(error.hint().is_some());
    assert_eq!(server.lines(), [LOGIN, LIST, LOGIN, LIST]);
}

#[tokio::test]
async fn a_wrong_secret_is_reported_after_one_request() {
    let server = Server::start(|_: &Received| unauthorized()).await;
    let folder = record::folder().unwrap();
    let cloud = server.cloud_with_cache(folder.path());
    let error = cloud.compute().list_instances().await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unauthenticated);
    assert_eq!((error.service(), error.status()), (Some("identity"), Some(401)));
    let hint = error.hint().unwrap();
    assert!(hint.contains("secret") && hint.contains(&cloud.config().source), "{hint}");
    assert!(!format!("{error} {error:?}").contains(SECRET));
    assert_eq!(server.lines(), [LOGIN]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is cached");
}
