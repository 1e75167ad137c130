//! 429 and 503. Whoever asks for patience gets it; a read is tried again; a creation is tried again
//! only when the cloud says that it did nothing.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use infomaniak_cloud::{Kind, Processed};
use jiff::{SignedDuration, Timestamp};

use crate::stage::{LIST, Stage, refused, status};

const CREATE: &str = "POST /compute/v2.1/os-keypairs";

/// Meets `status` once, and goes on after as long a pause as it asks for.
async fn obeys(code: u16, method: &str, retry_after: &str) {
    let stage = Stage::open().await;
    let cloud = stage.cloud();
    cloud.compute().list_keypairs().await.unwrap();
    let before = stage.tap.requests().len();
    let busy = status(code, &[("retry-after", retry_after)], None);
    stage.plan(1, method, "/os-keypairs", &busy);
    let begun = Instant::now();
    if method == "GET" {
        cloud.compute().list_keypairs().await.unwrap();
    } else {
        let keypair = cloud.compute().create_keypair("ann").await.unwrap();
        assert!(keypair.private_key.is_some(), "the answer itself, not a pair found again");
        assert_eq!(stage.keypairs().await, ["ann"]);
    }
    // The longest pause that is not asked for is shorter.
    assert!(begun.elapsed() >= Duration::from_millis(900), "{method} after {code} {retry_after}");
    let asked = stage.tap.requests();
    let asked = asked[before..].iter().filter(|request| request.line().starts_with(method));
    assert!(asked.count() >= 2);
}

#[tokio::test]
async fn retry_after_is_obeyed_in_seconds() {
    let cases = [(429, "GET"), (503, "GET"), (429, "POST"), (503, "POST")];
    join_all(cases.map(|(code, method)| obeys(code, method, "1"))).await;
}

#[tokio::test]
async fn retry_after_is_obeyed_as_a_date() {
    for (code, method) in [(429, "GET"), (503, "GET"), (429, "POST"), (503, "POST")] {
        // Such dates have whole seconds: this one is at least two seconds away, a second of which
        // may pass before it is read.
        let date = Timestamp::now() + SignedDuration::from_secs(3);
        obeys(code, method, &date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()).await;
    }
}

#[tokio::test]
async fn whoever_asks_for_more_than_a_minute_is_reported_at_once() {
    let stage = Stage::open().await;
    stage.plan(9, "GET", "/os-keypairs", &status(429, &[("retry-after", "61")], None));
    let error = refused(stage.cloud().compute().list_keypairs().await);
    assert_eq!((error.kind(), error.processed()), (Kind::RateLimited, Processed::No));
    assert_eq!(stage.tap.count(LIST), 1);
}

#[tokio::test]
async fn a_503_is_tried_again_for_a_read_and_reported_for_a_creation() {
    let stage = Stage::open().await;
    let busy = status(503, &[], None);
    let cloud = stage.cloud();
    stage.plan(1, "GET", "/os-keypairs", &busy);
    cloud.compute().list_keypairs().await.unwrap();
    assert_eq!(stage.tap.count(LIST), 2);

    stage.plan(1, "POST", "/os-keypairs", &busy);
    let error = refused(cloud.compute().create_keypair("ann").await);
    assert_eq!((error.kind(), error.processed()), (Kind::Unavailable, Processed::Maybe));
    assert_eq!((error.status(), error.service()), (Some(503), Some("compute")));
    assert!(error.request_id().is_some_and(|id| id.starts_with("req-")), "{error}");
    assert_eq!(stage.tap.count(CREATE), 1, "it may have been processed");
    assert_eq!(stage.keypairs().await, [""; 0]);
}

#[tokio::test]
async fn a_login_is_tried_again() {
    let stage = Stage::open().await;
    stage.plan(1, "POST", "/auth/tokens", &status(503, &[], None));
    stage.cloud().compute().list_keypairs().await.unwrap();
}

#[tokio::test]
async fn trouble_that_does_not_pass_is_told_with_the_number_of_attempts() {
    let stage = Stage::open().await;
    stage.plan(9, "GET", "/os-keypairs", &status(503, &[("retry-after", "0")], None));
    let ran = stage.ik(&["keypair", "list"]).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(11), ""), "{ran:?}");
    assert!(ran.stderr.contains("compute 503, 4 attempts"), "{ran:?}");
    assert!(ran.stderr.contains("hint: "), "{ran:?}");
    assert_eq!(stage.tap.count(LIST), 4);
}
