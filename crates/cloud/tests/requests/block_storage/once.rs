//! Nothing is done twice. What was created is found again by its mark when Cinder's answer is lost; an
//! attachment by looking at the instance; a quota error is no reason to try again.

use infomaniak_cloud::{Kind, Processed};
use serde_json::{Value, json};

use crate::logs::Logs;
use crate::sample::block_storage::{DATA, HOME, WEEKLY, backup, snapshot, volume};
use crate::sample::{WEB, demo};
use crate::server::{Received, Reply, Server, json_answer, refusal, status};

fn of(method: &str, path: &str) -> String {
    format!("{method} {HOME}{path}")
}

/// The mark that went with a creation.
fn mark(server: &Server, request: &str, one: &str) -> Value {
    server.only(request).json()[one]["metadata"]["ik-create"].clone()
}

/// A small cloud that loses the answer to a creation, and lists what was created with its mark.
async fn losing(
    create: &'static str,
    list: &'static str,
    many: &'static str,
    made: Value,
) -> Server {
    let marked = std::sync::Mutex::new(Value::Null);
    Server::start(move |request: &Received| {
        if request.what() == of("POST", create) {
            let body = request.json();
            let one = body.as_object().and_then(|body| body.values().next()).cloned();
            *marked.lock().unwrap() = one.unwrap_or_default()["metadata"].clone();
            return Reply::Close;
        }
        if request.what() == of("GET", list) {
            let mut made = made.clone();
            made["metadata"] = marked.lock().unwrap().clone();
            let mut other = made.clone();
            other["metadata"] = json!({ "ik-create": "another" });
            other["id"] = "another".into();
            return json_answer(200, json!({ many: [other, made] }));
        }
        demo(request)
    })
    .await
}

#[tokio::test]
async fn a_volume_whose_answer_was_lost_is_found_by_its_mark() {
    let server = losing("/volumes", "/volumes/detail", "volumes", volume("available")).await;
    let made = server.cloud().block_storage().create_volume(10, "data").await.unwrap();
    let create = of("POST", "/volumes");
    assert_eq!((made.id.as_str(), server.count(&create)), (DATA, 1));
    let mark = mark(&server, &create, "volume");
    let filter =
        server.received().iter().find(|r| r.what() == of("GET", "/volumes/detail")).cloned();
    assert!(filter.unwrap().head.contains(mark.as_str().unwrap()), "it is asked for by the mark");
}

#[tokio::test]
async fn a_snapshot_whose_answer_was_lost_is_found_by_its_mark() {
    let server = losing("/snapshots", "/snapshots/detail", "snapshots", snapshot()).await;
    let made = server.cloud().block_storage().create_snapshot(DATA, "monday").await.unwrap();
    assert_eq!((made.name.as_str(), server.count(&of("POST", "/snapshots"))), ("monday", 1));
}

#[tokio::test]
async fn a_backup_whose_answer_was_lost_is_found_by_its_mark() {
    let server = losing("/backups", "/backups/detail", "backups", backup()).await;
    let made = server.cloud().block_storage().create_backup(DATA, "weekly").await.unwrap();
    assert_eq!((made.id.as_str(), server.count(&of("POST", "/backups"))), (WEEKLY, 1));
}

#[tokio::test]
async fn a_volume_that_is_not_found_again_leaves_the_question_open() {
    let server = Server::start(|request: &Received| match request.what() {
        what if what == of("POST", "/volumes") => status(504),
        what if what == of("GET", "/volumes/detail") => json_answer(200, json!({ "volumes": [] })),
        _ => demo(request),
    })
    .await;
    let lost = server.cloud().block_storage().create_volume(10, "data").await.unwrap_err();
    assert_ne!(lost.processed(), Processed::No);
    let create = of("POST", "/volumes");
    let mark = mark(&server, &create, "volume");
    assert!(lost.hint().unwrap().contains(mark.as_str().unwrap()), "{lost:?}");
    assert_eq!(server.count(&create), 1);
}

#[tokio::test]
async fn an_attachment_whose_answer_was_lost_is_looked_for() {
    let path = format!("/compute/v2.1/servers/{WEB}/os-volume_attachments");
    let (post, look) = (format!("POST {path}"), format!("GET {path}/{DATA}"));
    for is_there in [true, false] {
        let (lost, asked) = (post.clone(), look.clone());
        let server = Server::start(move |request: &Received| match request.what() {
            what if what == lost => Reply::Close,
            what if what == asked && !is_there => refusal(404, "itemNotFound", "not attached"),
            _ => demo(request),
        })
        .await;
        let attached = server.cloud().block_storage().attach_volume(DATA, WEB).wait(false).await;
        assert_eq!(attached.is_ok(), is_there, "{attached:?}");
        assert_eq!((server.count(&post), server.count(&look)), (1, 1));
    }
}

#[tokio::test]
async fn w1_a_volume_that_is_elsewhere_is_not_detached() {
    let path = format!("/compute/v2.1/servers/{WEB}/os-volume_attachments");
    let list = format!("GET {path}");
    let server = Server::start(move |request: &Received| match request.what() {
        what if what == list => json_answer(
            200,
            json!({ "volumeAttachments": [
            { "volumeId": "another", "serverId": WEB, "device": "/dev/vdb" }
        ] }),
        ),
        _ => demo(request),
    })
    .await;
    let error = server.cloud().block_storage().detach_volume(DATA, WEB).await.unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound, "{error:?}");
    assert_eq!(server.count("DELETE"), 0);
}

#[tokio::test]
async fn w69_an_error_state_ends_the_wait_with_cinders_reason() {
    let server = Server::start(|request: &Received| match request.what() {
        what if what == of("GET", &format!("/volumes/{DATA}")) => {
            json_answer(200, json!({ "volume": volume("error") }))
        }
        what if what == of("GET", "/messages") => json_answer(
            200,
            json!({ "messages": [
            { "user_message": "older", "created_at": "2026-11-21T03:00:00.000000" },
            { "user_message": "no room", "created_at": "2026-11-21T04:00:00.000000" },
        ] }),
        ),
        _ => demo(request),
    })
    .await;
    let error = server.cloud().block_storage().create_volume(10, "data").await.unwrap_err();
    assert_eq!((error.kind(), error.resource()), (Kind::Failed, Some(DATA)));
    assert!(error.message().ends_with("no room"), "{error:?}");
    assert_eq!(server.count("DELETE"), 0, "it stays behind");
}

#[tokio::test]
async fn over_the_quota_is_asked_for_once_although_cinder_says_to_retry() {
    let server = Server::start(|request: &Received| match request.what() {
        what if what == of("POST", "/volumes") => json_answer(
            413,
            json!({ "overLimit": {
            "code": 413, "retryAfter": "0",
            "message": "VolumeLimitExceeded: Maximum number of volumes allowed (10) exceeded."
        } }),
        )
        .header("retry-after", "0"),
        _ => demo(request),
    })
    .await;
    let error = server.cloud().block_storage().create_volume(10, "data").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (Kind::Quota, 1));
    assert_eq!(server.count(&of("POST", "/volumes")), 1);
}

#[tokio::test]
async fn the_key_of_a_transfer_is_told_to_its_caller_alone() {
    let server = Server::start(demo).await;
    let logs = Logs::collect();
    let storage = server.cloud().block_storage();
    let offer = storage.create_volume_transfer(DATA).await.unwrap();
    let key = offer.auth_key.expose().to_string();
    assert_eq!(key, "0123456789abcdef");
    storage.accept_volume_transfer(&offer.id, key.as_str()).await.unwrap();
    assert!(!format!("{offer:?}").contains(&key));
    for line in logs.take("infomaniak_cloud") {
        assert!(!line.contains(&key), "{line}");
    }
}
