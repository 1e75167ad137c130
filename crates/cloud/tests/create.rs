//! Creating an instance, once. When Nova's answer is lost, the instance is found again by its tag
//! and never created a second time; when it is not found, the error says so and names the tag. What
//! does not exist is noticed before anything is created.

use futures_util::future::join_all;
use infomaniak_cloud::compute::CreateInstance;
use infomaniak_cloud::operation::Call;
use infomaniak_cloud::{Cloud, Kind, Processed};
use serde_json::json;

use crate::sample::{self, WEB, demo};
use crate::server::{Received, Reply, Server, answer, json_answer, refusal, status};

const LIST: &str = "GET /compute/v2.1/servers/detail";
const CREATE: &str = "POST /compute/v2.1/servers";
const SHOW: &str = "GET /compute/v2.1/servers/11111111-1111-4111-8111-111111111111";

fn create(cloud: &Cloud) -> Call<CreateInstance> {
    cloud.compute().create_instance("web", "a1-ram2-disk20-perf1", "Debian 12 bookworm", "demo-net")
}

fn tag_of(server: &Server) -> String {
    server.only(CREATE).json()["server"]["tags"][0].as_str().unwrap().to_string()
}

#[tokio::test]
async fn a_lost_answer_is_made_up_for_by_the_tag() {
    let lost = [
        Reply::Close,
        Reply::Reset,
        json_answer(202, json!({ "server": { "id": WEB } })).cut(7),
        answer(202, "text/html", "<html>a proxy's page</html>"),
        status(202),
        status(500),
        status(502),
        status(504),
    ];
    let outcomes = lost.map(async |reply| {
        let played = reply.clone();
        let server = Server::start(move |request: &Received| match (request.what(), request.nth) {
            (CREATE, _) => played.clone(),
            // Nova may still be at work on it.
            (LIST, 0) => json_answer(200, json!({ "servers": [] })),
            _ => demo(request),
        })
        .await;
        let instance = create(&server.cloud()).await.unwrap();
        assert_eq!((instance.id.as_str(), server.count(CREATE)), (WEB, 1), "{reply:?}");
        let looked = format!("{LIST}?tags={}", tag_of(&server));
        assert_eq!(server.count(&looked), 2);
    });
    join_all(outcomes).await;
}

#[tokio::test]
async fn a_lost_answer_that_nothing_is_found_for_leaves_the_question_open() {
    let lost = [
        (Reply::Close, Kind::Transport),
        (status(503), Kind::Unavailable),
        (answer(202, "text/html", "<html>a proxy's page</html>"), Kind::Decode),
    ];
    let outcomes = lost.map(async |(reply, kind)| {
        let server = Server::start(move |request: &Received| match request.what() {
            CREATE => reply.clone(),
            LIST => json_answer(200, json!({ "servers": [] })),
            _ => demo(request),
        })
        .await;
        let error = create(&server.cloud()).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_ne!(error.processed(), Processed::No);
        let hint = error.hint().unwrap();
        assert!(hint.contains("not known") && hint.contains(&tag_of(&server)), "{hint}");
        assert_eq!((server.count(CREATE), server.count(LIST)), (1, 4));
    });
    join_all(outcomes).await;
}

#[tokio::test]
async fn looking_goes_on_when_a_look_fails() {
    let server = Server::start(|request: &Received| match (request.what(), request.nth) {
        (CREATE, _) | (LIST, 0..4) => status(504),
        _ => demo(request),
    })
    .await;
    assert_eq!(create(&server.cloud()).await.unwrap().id, WEB);
    assert_eq!(server.count(CREATE), 1);
}

#[tokio::test]
async fn a_refusal_is_final_and_nothing_is_looked_for() {
    let server = Server::start(|request: &Received| match request.what() {
        CREATE => refusal(403, "forbidden", "Quota exceeded for cores: Requested 1"),
        _ => demo(request),
    })
    .await;
    let error = create(&server.cloud()).await.unwrap_err();
    assert_eq!((error.kind(), error.processed()), (Kind::Quota, Processed::No));
    assert_eq!((server.count(CREATE), server.count(LIST)), (1, 0));
}

#[tokio::test]
async fn a_server_in_error_is_reported_with_novas_reason() {
    let server = Server::start(|request: &Received| match (request.what(), request.nth) {
        (SHOW, 0) => json_answer(200, json!({ "server": sample::server(WEB, "web", "BUILD") })),
        (SHOW, _) => {
            let mut failed = sample::server(WEB, "web", "ERROR");
            failed["fault"] = json!({ "code": 500, "message": "No valid host was found." });
            json_answer(200, json!({ "server": failed }))
        }
        _ => demo(request),
    })
    .await;
    let error = create(&server.cloud()).await.unwrap_err();
    assert_eq!((error.kind(), error.processed()), (Kind::Failed, Processed::Yes));
    assert_eq!((error.resource(), error.operation()), (Some(WEB), Some("create_instance")));
    let message = error.message();
    assert!(message.contains("No valid host was found") && message.contains(WEB), "{message}");
    assert_eq!(server.count("DELETE"), 0, "it stays behind");
}

#[tokio::test]
async fn what_does_not_exist_is_noticed_before_anything_is_created() {
    let server = Server::start(demo).await;
    let cloud = server.cloud();
    let cases = [
        (["none", "Debian 12 bookworm", "demo-net"], "there is no flavor `none`"),
        (["f1", "none", "demo-net"], "there is no image `none`"),
        (["f1", "Debian 12 bookworm", "none"], "there is no network `none`"),
    ];
    for ([flavor, image, network], message) in cases {
        let create = cloud.compute().create_instance("web", flavor, image, network);
        let error = create.await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (Kind::NotFound, message));
        assert_eq!((error.resource(), error.processed()), (Some("none"), Processed::No));
    }
    assert_eq!(server.count("POST /compute"), 0);
}

#[tokio::test]
async fn nulls_are_never_sent() {
    let server = Server::start(demo).await;
    create(&server.cloud()).await.unwrap();
    let body = server.only(CREATE).body;
    assert!(!body.contains("null"), "{body}");
}

#[tokio::test]
async fn each_creation_has_a_tag_of_its_own() {
    let server = Server::start(demo).await;
    let cloud = server.cloud();
    create(&cloud).await.unwrap();
    create(&cloud).await.unwrap();
    let creations = server.received().into_iter().filter(|request| request.line() == CREATE);
    let tags: Vec<_> = creations.map(|r| r.json()["server"]["tags"][0].clone()).collect();
    assert_eq!(tags.len(), 2);
    assert_ne!(tags[0], tags[1]);
}

#[tokio::test]
async fn extra_fields_cannot_contradict_the_arguments_or_create_several() {
    let server = Server::start(demo).await;
    let cloud = server.cloud();
    for (field, kind) in
        [("name", Kind::Invalid), ("flavorRef", Kind::Invalid), ("max_count", Kind::Unsupported)]
    {
        let extra = json!({ field: 2 }).as_object().unwrap().clone();
        let error = create(&cloud).extra(extra).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{field}");
        assert!(error.message().contains(field), "{error}");
    }
    assert_eq!(server.count("POST /compute"), 0);
}

#[tokio::test]
async fn a_key_pair_whose_answer_was_lost_is_not_created_twice() {
    let server = Server::start(|request: &Received| match request.what() {
        "POST /compute/v2.1/os-keypairs" => Reply::Close,
        "GET /compute/v2.1/os-keypairs/ann" => json_answer(
            200,
            json!({ "keypair": { "name": "ann", "fingerprint": "aa:bb",
                "public_key": "ssh-ed25519 AAAA ann" } }),
        ),
        _ => demo(request),
    })
    .await;
    let compute = server.cloud().compute();
    let imported = compute.create_keypair("ann").public_key("ssh-ed25519 AAAA ann\n");
    assert_eq!(imported.await.unwrap().fingerprint, "aa:bb");
    assert_eq!(server.count("POST /compute"), 1);

    // Of a pair that the cloud generated, the private half is gone with the answer.
    let error = compute.create_keypair("ann").await.unwrap_err();
    assert_eq!((error.kind(), error.processed()), (Kind::Failed, Processed::Maybe));
    assert!(error.message().contains("private key"), "{error}");
    let error = compute.create_keypair("ann").public_key("ssh-rsa other").await.unwrap_err();
    assert_eq!((error.kind(), error.processed()), (Kind::Conflict, Processed::No));
    assert_eq!(server.count("POST /compute"), 3);
}

#[tokio::test]
async fn of_several_each_look_is_one_list_and_the_failed_are_told_with_their_reason() {
    let ids: Vec<String> = (0..3).map(|n| format!("{n}{}", &WEB[1..])).collect();
    let known = ids.clone();
    let server = Server::start(move |request: &Received| {
        let list = |status: [&str; 3]| {
            let one = |(n, status): (usize, &&str)| {
                sample::server(&known[n], &format!("web-{}", n + 1), status)
            };
            let servers: Vec<_> = status.iter().enumerate().map(one).collect();
            json_answer(200, json!({ "servers": servers }))
        };
        match (request.what(), request.nth) {
            (LIST, 0) => json_answer(200, json!({ "servers": [] })),
            (LIST, 1) => list(["BUILD", "ACTIVE", "BUILD"]),
            (LIST, _) => list(["ACTIVE", "ACTIVE", "ERROR"]),
            (what, _) if what == format!("GET /compute/v2.1/servers/{}", known[2]) => {
                let mut failed = sample::server(&known[2], "web-3", "ERROR");
                failed["fault"] = json!({ "code": 500, "message": "No valid host was found." });
                json_answer(200, json!({ "server": failed }))
            }
            _ => demo(request),
        }
    })
    .await;
    let error = create(&server.cloud()).several(3).await.unwrap_err();
    assert_eq!((error.kind(), error.processed()), (Kind::Failed, Processed::Yes));
    let expected = "1 of 3 instances went wrong; web-3 in ERROR: No valid host was found.";
    assert_eq!(error.message(), expected);
    let made = error.done().unwrap().as_array().unwrap();
    let made: Vec<_> = made.iter().map(|record| record["id"].as_str().unwrap()).collect();
    assert_eq!(made, ids);
    assert_eq!((server.count(CREATE), server.count(LIST)), (1, 3));
    assert_eq!(server.count("GET /compute/v2.1/servers/"), 3 + 1);
}

#[tokio::test]
async fn several_whose_answer_was_lost_are_found_and_not_created_again() {
    let server = Server::start(|request: &Received| match request.what() {
        CREATE => Reply::Close,
        _ => demo(request),
    })
    .await;
    let made = create(&server.cloud()).several(1).await.unwrap();
    assert_eq!((made.len(), made[0].id.as_str(), server.count(CREATE)), (1, WEB, 1));
}
