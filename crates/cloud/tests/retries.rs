//! Trying again. A server that asks for patience gets it; a read is repeated when it may help; and
//! a request that may have been processed is never sent a second time. Retries are bounded: in
//! number, in time, and by the session's budget.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use infomaniak_cloud::session::Request;
use infomaniak_cloud::session::service::COMPUTE;
use infomaniak_cloud::{Cloud, Kind, Processed};
use serde_json::json;

use crate::sample::{WEB, demo};
use crate::server::{Received, Reply, Server, answer, json_answer, login, refusal, status};

const LIST: &str = "GET /compute/v2.1/servers/detail";
const ACTION: &str = "POST /compute/v2.1/servers/11111111-1111-4111-8111-111111111111/action";

/// A server that gives `reply` to the first request for the list and to the first action.
async fn once(reply: Reply) -> Server {
    Server::start(move |request: &Received| match request.what() {
        LIST | ACTION if request.nth == 0 => reply.clone(),
        _ => demo(request),
    })
    .await
}

/// A server that gives `reply` to every request for the list and to every action.
async fn always(reply: Reply) -> Server {
    Server::start(move |request: &Received| match request.what() {
        LIST | ACTION => reply.clone(),
        _ => demo(request),
    })
    .await
}

fn busy(code: u16, retry_after: &str) -> Reply {
    refusal(code, "busy", "Come back later.").header("retry-after", retry_after)
}

#[tokio::test]
async fn reads_are_repeated_after_passing_failures() {
    for reply in [status(408), status(429), status(500), status(502), status(503), status(504)] {
        let server = once(reply.clone()).await;
        let instances = server.cloud().compute().list_instances().await;
        assert_eq!(instances.map(|list| list.len()).unwrap(), 1, "{reply:?}");
        assert_eq!(server.count(LIST), 2, "{reply:?}");
    }
}

#[tokio::test]
async fn a_post_is_not_repeated_when_it_may_have_been_processed() {
    for code in [500, 502, 503, 504] {
        let server = once(status(code)).await;
        let error = server.cloud().compute().start_instance(WEB).await.unwrap_err();
        assert_eq!((error.status(), error.processed()), (Some(code), Processed::Maybe));
        assert_eq!((server.count(ACTION), error.attempts()), (1, 1), "{code}");
    }
}

#[tokio::test]
async fn a_post_is_repeated_when_the_server_says_that_it_did_nothing_yet() {
    for reply in [busy(429, "0"), busy(503, "0"), status(429)] {
        let server = once(reply.clone()).await;
        server.cloud().compute().start_instance(WEB).await.unwrap();
        assert_eq!(server.count(ACTION), 2, "{reply:?}");
    }
}

#[tokio::test]
async fn retry_after_is_obeyed_in_seconds_and_as_a_date() {
    let in_seconds: fn() -> String = || "1".into();
    // Such dates have whole seconds: this one is at least one second away.
    let as_a_date: fn() -> String = || {
        let date = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(2);
        jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date).unwrap()
    };
    let outcomes = [in_seconds, as_a_date].map(async |retry_after| {
        let server = Server::start(move |request: &Received| match request.what() {
            LIST if request.nth == 0 => busy(503, &retry_after()),
            _ => demo(request),
        })
        .await;
        let started = Instant::now();
        server.cloud().compute().list_instances().await.unwrap();
        // The longest pause that is not asked for is shorter.
        assert!(started.elapsed() >= Duration::from_millis(900), "{:?}", started.elapsed());
        assert_eq!(server.count(LIST), 2);
    });
    join_all(outcomes).await;
}

#[tokio::test]
async fn a_server_that_asks_for_more_than_a_minute_is_reported_at_once() {
    let server = always(busy(429, "61")).await;
    let error = server.cloud().compute().list_instances().await.unwrap_err();
    assert_eq!((error.kind(), error.processed()), (Kind::RateLimited, Processed::No));
    assert_eq!((server.count(LIST), error.attempts()), (1, 1));
}

#[tokio::test]
async fn an_error_says_how_often_it_was_tried() {
    let server = always(busy(503, "0")).await;
    let error = server.cloud().compute().list_instances().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (Kind::Unavailable, 4));
    assert_eq!(server.count(LIST), 4);
    assert_eq!(error.to_string(), "list instances: Come back later (compute 503, 4 attempts)");
}

#[tokio::test]
async fn a_quota_that_is_used_up_is_no_reason_to_wait() {
    let server = always(
        json_answer(
            413,
            json!({ "overLimit": { "code": 413, "retryAfter": "0",
                "message": "VolumeLimitExceeded: Maximum number of volumes allowed (1) exceeded" }}),
        )
        .header("retry-after", "0"),
    )
    .await;
    let error = server.cloud().compute().list_instances().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::Quota, Some("overLimit")));
    assert_eq!(server.count(LIST), 1);
}

#[tokio::test]
async fn refusals_are_final() {
    for code in [400, 403, 404, 409, 501] {
        let server = always(status(code)).await;
        let error = server.cloud().compute().list_instances().await.unwrap_err();
        assert_eq!((error.status(), server.count(LIST)), (Some(code), 1));
    }
}

#[tokio::test]
async fn a_connection_that_dies_after_a_post_was_read_is_not_tried_again() {
    for reply in [Reply::Close, Reply::Reset, answer(202, "text/plain", "accepted").cut(3)] {
        let server = once(reply.clone()).await;
        let error = server.cloud().compute().start_instance(WEB).await.unwrap_err();
        assert_eq!((error.kind(), error.processed()), (Kind::Transport, Processed::Maybe));
        assert_eq!(server.count(ACTION), 1, "{reply:?}");
    }
}

#[tokio::test]
async fn a_connection_that_dies_after_a_read_was_sent_is_tried_again() {
    for reply in [Reply::Close, Reply::Reset] {
        let server = once(reply.clone()).await;
        server.cloud().compute().list_instances().await.unwrap();
        assert_eq!(server.count(LIST), 2, "{reply:?}");
    }
}

/// A cloud that is logged in and has no open connection.
async fn logged_in() -> (Server, Cloud) {
    let server = Server::start(|request: &Received| match request.what() {
        "POST /v3/auth/tokens" => login(request, 60).header("connection", "close"),
        _ => demo(request),
    })
    .await;
    let cloud = server.cloud();
    cloud.project_id().await.unwrap();
    (server, cloud)
}

#[tokio::test]
async fn a_connection_that_dies_before_it_was_read_from_is_in_doubt_too() {
    let (server, cloud) = logged_in().await;
    server.leave_unread(1);
    let error = cloud.compute().start_instance(WEB).await.unwrap_err();
    assert_eq!((error.kind(), error.processed()), (Kind::Transport, Processed::Maybe));
    assert_eq!(server.count(ACTION), 0);

    let (server, cloud) = logged_in().await;
    server.leave_unread(2);
    cloud.compute().list_instances().await.unwrap();
    assert_eq!(server.count(LIST), 1);
}

/// An address that nobody listens at.
async fn nowhere() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("127.0.0.1:{}", listener.local_addr().unwrap().port())
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_even_for_a_post() {
    let server = Server::start(demo).await;
    let mut config = server.config();
    let nowhere = nowhere().await;
    config.endpoint_overrides.insert("compute".into(), format!("http://{nowhere}/v2.1"));
    let error = Cloud::new(config).compute().start_instance(WEB).await.unwrap_err();
    assert_eq!((error.kind(), error.processed()), (Kind::Transport, Processed::No));
    assert_eq!(error.attempts(), 4);
    assert!(error.message().contains(&nowhere), "{error}");
    let hint = error.hint().unwrap();
    assert!(hint.contains("reach") && hint.contains("compute_endpoint_override"), "{hint}");
}

#[tokio::test]
async fn a_keystone_that_cannot_be_reached_is_named() {
    let server = Server::start(demo).await;
    let nowhere = nowhere().await;
    let config = server.config().with_auth_url(&format!("http://{nowhere}")).unwrap();
    let error = Cloud::new(config).compute().list_instances().await.unwrap_err();
    assert_eq!((error.kind(), error.service()), (Kind::Transport, Some("identity")));
    assert!(error.message().contains(&nowhere), "{error}");
    assert!(error.hint().unwrap().contains("reach"), "{:?}", error.hint());
}

#[tokio::test]
async fn the_budget_of_a_session_ends_its_retries() {
    let server = always(busy(503, "0")).await;
    let cloud = server.cloud();
    for _ in 0..40 {
        let list = Request::get(&COMPUTE, &["servers", "detail"]);
        assert_eq!(cloud.send(list).await.unwrap_err().kind(), Kind::Unavailable);
    }
    assert_eq!(server.count(LIST), 40 + 100, "a hundred retries, then none");
    server.cloud().compute().list_instances().await.unwrap_err();
    assert_eq!(server.count(LIST), 40 + 100 + 4, "another session has its own budget");
}
