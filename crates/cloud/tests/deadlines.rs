//! Deadlines. Whatever a call is doing when its time is up (waiting for an answer, for a login, for
//! the cloud to finish, or to try again), it ends, and says whether the cloud may have acted.

use std::time::{Duration, Instant};

use infomaniak_cloud::session::config::Timeouts;
use infomaniak_cloud::{Cloud, Kind, Processed};
use serde_json::json;

use crate::sample::{self, WEB, demo};
use crate::server::{Received, Reply, Server, json_answer, refusal};

const LIST: &str = "GET /compute/v2.1/servers/detail";
const CREATE: &str = "POST /compute/v2.1/servers";
const LOGIN: &str = "POST /v3/auth/tokens";
const SHOW: &str = "GET /compute/v2.1/servers/11111111-1111-4111-8111-111111111111";
const ACTION: &str = "POST /compute/v2.1/servers/11111111-1111-4111-8111-111111111111/action";

const SOON: Duration = Duration::from_millis(300);
/// Far less than any other limit involved, and long enough for a machine under load.
const FAR_FROM_OTHERS: Duration = Duration::from_secs(5);

async fn silent_at(what: &'static [&'static str]) -> Server {
    Server::start(
        move |request: &Received| {
            if what.contains(&request.what()) { Reply::Silence } else { demo(request) }
        },
    )
    .await
}

#[tokio::test]
async fn a_silent_server_does_not_outlast_the_deadline() {
    let server = silent_at(&[LIST, ACTION]).await;
    let started = Instant::now();
    let cloud = server.cloud();
    cloud.project_id().await.unwrap();
    let read = cloud.with_timeout(SOON).compute().list_instances().await.unwrap_err();
    assert_eq!((read.kind(), read.processed()), (Kind::TimedOut, Processed::No));
    let post = cloud.with_timeout(SOON).compute().start_instance(WEB).await.unwrap_err();
    assert_eq!((post.kind(), post.processed()), (Kind::TimedOut, Processed::Maybe));
    assert_eq!((server.count(LIST), server.count(ACTION)), (1, 1));
    assert!(started.elapsed() < FAR_FROM_OTHERS);
}

#[tokio::test]
async fn nothing_is_sent_once_the_deadline_has_passed() {
    let server = Server::start(demo).await;
    let late = server.cloud().with_timeout(Duration::ZERO);
    let error = late.compute().create_keypair("late").await.unwrap_err();
    assert_eq!((error.kind(), error.processed()), (Kind::TimedOut, Processed::No));
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn a_call_may_have_a_deadline_of_its_own() {
    let server = silent_at(&[LIST]).await;
    let error = server.cloud().compute().list_instances().timeout(SOON).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (Kind::TimedOut, Some("list_instances")));
}

#[tokio::test]
async fn the_earlier_of_two_deadlines_counts() {
    let server = silent_at(&[LIST]).await;
    let started = Instant::now();
    let cloud = server.cloud().with_timeout(SOON).with_timeout(Duration::from_secs(60));
    let error = cloud.compute().list_instances().await.unwrap_err();
    assert_eq!(error.kind(), Kind::TimedOut);
    assert!(started.elapsed() < FAR_FROM_OTHERS);
}

#[tokio::test]
async fn a_silent_login_does_not_outlast_the_deadline_even_if_another_call_made_it() {
    let server = silent_at(&[LOGIN]).await;
    let cloud = server.cloud();
    let patient = tokio::spawn({
        let call = cloud.compute().list_instances();
        async move { call.await }
    });
    server.until(LOGIN, 1).await;
    let started = Instant::now();
    let error = cloud.with_timeout(SOON).compute().list_instances().await.unwrap_err();
    assert_eq!((error.kind(), error.processed()), (Kind::TimedOut, Processed::No));
    assert!(started.elapsed() < FAR_FROM_OTHERS);
    assert_eq!(server.logins(), 1);
    patient.abort();
}

#[tokio::test]
async fn silence_ends_a_request_without_any_deadline() {
    let server = silent_at(&[LIST, ACTION]).await;
    let mut config = server.config();
    config.timeouts = Timeouts { read: SOON, ..config.timeouts };
    let cloud = Cloud::new(config);
    let read = cloud.compute().list_instances().await.unwrap_err();
    assert_eq!((read.kind(), read.processed()), (Kind::TimedOut, Processed::No));
    assert!(read.message().contains("fell silent"), "{read}");
    let post = cloud.compute().start_instance(WEB).await.unwrap_err();
    assert_eq!((post.kind(), post.processed()), (Kind::TimedOut, Processed::Maybe));
    assert_eq!((server.count(LIST), server.count(ACTION)), (1, 1), "silence is not repeated");
}

#[tokio::test]
async fn a_retry_that_would_come_too_late_is_not_waited_for() {
    let server = Server::start(|request: &Received| match request.what() {
        LIST => refusal(503, "busy", "Come back later.").header("retry-after", "30"),
        _ => demo(request),
    })
    .await;
    let started = Instant::now();
    let cloud = server.cloud().with_timeout(Duration::from_secs(10));
    let error = cloud.compute().list_instances().await.unwrap_err();
    // The server's own words say more than that the time was up.
    assert_eq!((error.kind(), error.message()), (Kind::Unavailable, "Come back later"));
    assert_eq!((error.attempts(), server.count(LIST)), (1, 1));
    assert!(started.elapsed() < FAR_FROM_OTHERS);
}

/// An instance that does not get on.
fn powering_on() -> Reply {
    let mut server = sample::server(WEB, "web", "SHUTOFF");
    server["OS-EXT-STS:task_state"] = "powering-on".into();
    json_answer(200, json!({ "server": server }))
}

#[tokio::test]
async fn a_wait_ends_with_the_last_status_seen() {
    let server = Server::start(|request: &Received| match request.what() {
        SHOW => powering_on(),
        _ => demo(request),
    })
    .await;
    let started = Instant::now();
    let cloud = server.cloud().with_timeout(Duration::from_secs(1));
    let error = cloud.compute().start_instance("web").wait(true).await.unwrap_err();
    assert_eq!((error.kind(), error.processed()), (Kind::TimedOut, Processed::Yes));
    let message = error.message();
    assert!(message.contains(&format!("instance `web` ({WEB})")), "{message}");
    assert!(message.contains("still SHUTOFF (powering-on)"), "{message}");
    assert!(error.hint().unwrap().contains("goes on"));
    assert!(server.count(SHOW) >= 2);
    assert!(started.elapsed() < FAR_FROM_OTHERS);
}

#[tokio::test]
async fn a_look_that_hangs_ends_the_wait_all_the_same() {
    let server = silent_at(&[SHOW]).await;
    let cloud = server.cloud().with_timeout(Duration::from_secs(1));
    let error = cloud.compute().start_instance("web").wait(true).await.unwrap_err();
    assert_eq!((error.kind(), error.processed()), (Kind::TimedOut, Processed::Yes));
    assert_eq!(error.resource(), Some(WEB));
}

#[tokio::test]
async fn a_wait_does_not_hang_on_a_look_that_others_are_waiting_for() {
    // Of many waits, one fetches the listing that serves them all.
    let server = Server::start(|request: &Received| match request.what() {
        SHOW => powering_on(),
        LIST => Reply::Silence,
        _ => demo(request),
    })
    .await;
    let compute = server.cloud().compute();
    let patient: Vec<_> = (0..4)
        .map(|_| {
            let call = compute.start_instance(WEB).wait(true);
            tokio::spawn(async move { call.await })
        })
        .collect();
    server.until(LIST, 1).await;
    let started = Instant::now();
    let call = compute.start_instance(WEB).wait(true).timeout(Duration::from_secs(1));
    assert_eq!(call.await.unwrap_err().kind(), Kind::TimedOut);
    assert!(started.elapsed() < FAR_FROM_OTHERS);
    assert_eq!(server.count(LIST), 1);
    patient.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn looking_for_a_lost_creation_ends_too() {
    let server = Server::start(|request: &Received| match (request.what(), request.query()) {
        (CREATE, _) => Reply::Close,
        (LIST, tags) if tags.starts_with("tags=") => json_answer(200, json!({ "servers": [] })),
        _ => demo(request),
    })
    .await;
    let started = Instant::now();
    let cloud = server.cloud().with_timeout(Duration::from_millis(1500));
    let create = cloud.compute().create_instance("web", "f1", "Debian 12 bookworm", "demo-net");
    let error = create.await.unwrap_err();
    assert_eq!(error.processed(), Processed::Maybe);
    assert!(error.hint().unwrap().contains("ik-create-"), "{error:?}");
    assert!(started.elapsed() < Duration::from_millis(2700), "{:?}", started.elapsed());
    assert_eq!((server.count(CREATE), server.count(&format!("{LIST}?tags="))), (1, 2));
}
