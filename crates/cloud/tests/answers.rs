//! Answers that are not what was hoped for: cut, empty, foreign, of another shape. Each becomes an
//! error that says what came, and of refusals in every service's manner the kind, the words and
//! the request id are understood.

use futures_util::future::join_all;
use infomaniak_cloud::session::Request;
use infomaniak_cloud::session::service::{COMPUTE, IDENTITY, IMAGE, NETWORK};
use infomaniak_cloud::{Error, Kind, Processed};
use serde_json::json;

use crate::sample::{WEB, demo};
use crate::server::{Received, Reply, Server, answer, json_answer, refusal, status};

const LIST: &str = "GET /compute/v2.1/servers/detail";

async fn listing(reply: Reply) -> (Server, Result<usize, Error>) {
    let server = Server::start(move |request: &Received| match request.what() {
        LIST => reply.clone(),
        _ => demo(request),
    })
    .await;
    let listed = server.cloud().compute().list_instances().await.map(|list| list.len());
    (server, listed)
}

/// A gzip stream of one stored block, as RFC 1951 and 1952 have it.
fn gzip(text: &[u8]) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap();
    let mut stream = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1];
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend(text);
    let crc = text.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    });
    stream.extend((!crc).to_le_bytes());
    stream.extend(u32::from(length).to_le_bytes());
    stream
}

fn gzipped(body: Vec<u8>) -> Reply {
    answer(200, "application/json", body).header("content-encoding", "gzip")
}

#[tokio::test]
async fn a_compressed_answer_is_read() {
    let (_, listed) = listing(gzipped(gzip(br#"{"servers": []}"#))).await;
    assert_eq!(listed.unwrap(), 0);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_asked_for_again_and_then_reported() {
    let whole = gzip(br#"{"servers": []}"#);
    let broken = [
        json_answer(200, json!({ "servers": [] })).cut(5),
        gzipped(whole.clone()).cut(20),
        gzipped(whole[..20].to_vec()),
    ];
    let outcomes = broken.map(async |reply| {
        let (server, listed) = listing(reply).await;
        let error = listed.unwrap_err();
        assert_eq!((error.kind(), error.processed()), (Kind::Transport, Processed::No));
        assert!(error.message().contains("broke off"), "{error}");
        assert_eq!((error.attempts(), server.count(LIST)), (4, 4));
    });
    join_all(outcomes).await;
}

#[tokio::test]
async fn a_page_of_html_with_status_200_is_recognized() {
    let (_, listed) = listing(answer(200, "text/html", "<html><h1>Maintenance</h1></html>")).await;
    let error = listed.unwrap_err();
    assert_eq!((error.kind(), error.service()), (Kind::Decode, Some("compute")));
    assert_eq!(
        error.to_string(),
        "list instances: an HTML page came instead of JSON (compute 200)"
    );
    assert!(error.hint().unwrap().contains("proxy"));
}

#[tokio::test]
async fn an_empty_body_is_called_empty() {
    let (_, listed) = listing(status(200)).await;
    let error = listed.unwrap_err();
    assert_eq!(error.kind(), Kind::Decode);
    assert_eq!(error.message(), "the answer is empty");
}

#[tokio::test]
async fn a_wrong_shape_is_reported_with_the_place() {
    let shapes = [
        (r#"{"servers": [{"id": "a", "name": 5}]}"#, "servers[0].name"),
        (r#"{"servers": {"id": "a"}}"#, "servers"),
        (r#"{"flavors": []}"#, "servers"),
        (r#"{"servers": [{"id": "a"}, "#, "line 1"),
        (r#"{"servers": []} and more"#, "trailing"),
        (r"[]", "`servers`"),
    ];
    for (body, place) in shapes {
        let (_, listed) = listing(answer(200, "application/json", body)).await;
        let error = listed.unwrap_err();
        assert_eq!(error.kind(), Kind::Decode, "{body}");
        assert!(error.message().contains(place), "{body}: {error}");
    }
}

#[tokio::test]
async fn what_was_done_but_not_understood_counts_as_done() {
    let server = Server::start(|request: &Received| match request.what() {
        "POST /compute/v2.1/servers/x/action" => answer(200, "text/html", "<p>"),
        _ => demo(request),
    })
    .await;
    let action = Request::post(&COMPUTE, &["servers", "x", "action"], json!({}));
    let response = server.cloud().send(action).await.unwrap();
    let error = response.json::<serde_json::Value>().unwrap_err();
    assert_eq!((error.kind(), error.processed()), (Kind::Decode, Processed::Yes));
}

#[tokio::test]
async fn something_that_is_not_keystone_is_told_apart() {
    for reply in [
        answer(200, "text/html", "<html>It works!</html>"),
        status(404),
        json_answer(201, json!({ "token": {} })),
        json_answer(201, json!([])).header("x-subject-token", "t"),
    ] {
        let played = reply.clone();
        let server = Server::start(move |_: &Received| played.clone()).await;
        let error = server.cloud().compute().list_instances().await.unwrap_err();
        assert_eq!(error.kind(), Kind::Config, "{reply:?}");
        assert!(error.message().contains(&server.url()), "{error}");
        assert!(error.hint().unwrap().contains("v3"), "{error:?}");
    }
}

#[tokio::test]
async fn refusals_of_every_service_are_understood() {
    let glance = "<html>\n <head>\n  <title>404 Not Found</title>\n </head>\n <body>\n  \
        <h1>404 Not Found</h1>\n  No image found with ID none<br /><br />\n\n\n </body>\n</html>";
    let cases = [
        (
            Request::get(&COMPUTE, &["servers", "none"]),
            json_answer(
                404,
                json!({ "itemNotFound": { "code": 404, "message": "Instance none not found." } }),
            )
            .header("x-compute-request-id", "req-1")
            .header("x-openstack-request-id", "req-1"),
            (Kind::NotFound, Some("itemNotFound"), "compute 404"),
            "Instance none not found",
        ),
        (
            Request::get(&IMAGE, &["images", "none"]),
            answer(404, "text/html; charset=UTF-8", glance)
                .header("x-openstack-request-id", "req-1"),
            (Kind::NotFound, None, "image 404"),
            "No image found with ID none",
        ),
        (
            Request::get(&IDENTITY, &["users"]),
            json_answer(
                403,
                json!({ "error": { "code": 403, "title": "Forbidden",
                    "message": "You are not authorized to perform the requested action." } }),
            )
            .header("x-openstack-request-id", "req-1"),
            (Kind::Denied, None, "identity 403"),
            "You are not authorized to perform the requested action",
        ),
        (
            Request::post(&NETWORK, &["networks"], json!({})),
            json_answer(
                409,
                json!({ "NeutronError": { "type": "OverQuota", "detail": "",
                    "message": "Quota exceeded for resources: ['network']." } }),
            )
            .header("x-openstack-request-id", "req-1"),
            (Kind::Quota, Some("OverQuota"), "network 409"),
            "Quota exceeded for resources: ['network']",
        ),
        (
            Request::delete(&NETWORK, &["networks", "busy"]),
            json_answer(
                409,
                json!({ "NeutronError": { "type": "NetworkInUse", "detail": "",
                    "message": "Unable to complete operation on network busy." } }),
            )
            .header("x-openstack-request-id", "req-1"),
            (Kind::Conflict, Some("NetworkInUse"), "network 409"),
            "Unable to complete operation on network busy",
        ),
    ];
    for (request, reply, (kind, code, place), message) in cases {
        let server = Server::start(move |request: &Received| match request.what() {
            "POST /v3/auth/tokens" => Reply::Usual,
            _ => reply.clone(),
        })
        .await;
        let error = server.cloud().send(request).await.unwrap_err();
        assert_eq!((error.kind(), error.code(), error.message()), (kind, code, message));
        assert_eq!((error.request_id(), error.processed()), (Some("req-1"), Processed::No));
        assert_eq!(error.to_string(), format!("{message} ({place}, req-1)"));
    }
}

#[tokio::test]
async fn a_refusal_without_words_names_the_request() {
    let server = Server::start(|request: &Received| match request.what() {
        "POST /v3/auth/tokens" => Reply::Usual,
        _ => status(400),
    })
    .await;
    let error = server.cloud().compute().start_instance(WEB).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Invalid);
    let address = format!("{}/compute/v2.1/servers/{WEB}/action", server.url());
    assert_eq!(error.message(), format!("POST {address} was answered with 400 Bad Request"));
}

#[tokio::test]
async fn a_refusal_says_what_to_do_next() {
    for (code, advice) in [
        (403, "roles"),
        (404, "case-sensitive"),
        (409, "busy"),
        (429, "fewer requests"),
        (500, "operator"),
        (503, "try again later"),
    ] {
        let said = refusal(code, "x", "No.").header("x-openstack-request-id", "req-1");
        let (_, listed) = listing(said.header("retry-after", "0")).await;
        let error = listed.unwrap_err();
        assert!(error.hint().is_some_and(|hint| hint.contains(advice)), "{code}: {error:?}");
    }
}

#[tokio::test]
async fn a_login_that_is_refused_without_words_tells_the_status() {
    for (code, kind, words) in [
        (503, Kind::Unavailable, "503 Service Unavailable"),
        (401, Kind::Unauthenticated, "401 Unauthorized"),
    ] {
        let server =
            Server::start(move |_: &Received| status(code).header("retry-after", "0")).await;
        let error = server.cloud().compute().list_instances().await.unwrap_err();
        assert_eq!((error.kind(), error.service()), (kind, Some("identity")));
        assert!(error.message().ends_with(words), "{error}");
        assert!(error.message().contains(&server.url()), "{error}");
        assert!(error.hint().is_some());
    }
}
