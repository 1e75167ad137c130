//! Clouds that are older than the library. Their range of microversions is asked for once, then
//! known to every later process; the best of it is used; and what needs more is an error that says
//! so, not a feature that is silently missing.

use infomaniak_cloud::session::service::COMPUTE;
use infomaniak_cloud::session::{Microversion, Request};
use infomaniak_cloud::{Cloud, Config, Kind, Processed};
use serde_json::json;

use crate::record;
use crate::sample::demo;
use crate::server::{Received, Reply, Server, json_answer};

const LOGIN: &str = "POST /v3/auth/tokens";
const LIST: &str = "GET /compute/v2.1/servers/detail";
const ASK: &str = "GET /compute/v2.1/";

/// Plays a Nova that offers 2.1 to 2.`newest`.
fn older(request: &Received, newest: u16, then: impl Fn(&Received) -> Reply) -> Reply {
    if request.what().ends_with("/compute/v2.1/") {
        let version = json!({ "id": "v2.1", "status": "CURRENT",
            "version": format!("2.{newest}"), "min_version": "2.1" });
        return json_answer(200, json!({ "version": version }));
    }
    let asked = request.header("openstack-api-version").and_then(|version| {
        version.strip_prefix("compute 2.").and_then(|minor| minor.parse::<u16>().ok())
    });
    if asked.is_some_and(|asked| asked > newest) {
        let detail = "Version is not supported by the API.";
        return json_answer(406, json!({ "errors": [{ "status": 406, "detail": detail }] }));
    }
    then(request)
}

fn versions(server: &Server, what: &str) -> Vec<String> {
    let requests = server.received().into_iter().filter(|request| request.what() == what);
    requests.map(|r| r.header("openstack-api-version").unwrap().to_string()).collect()
}

#[tokio::test]
async fn the_range_is_asked_for_once_and_known_to_later_processes() {
    let server = Server::start(|request: &Received| older(request, 60, demo)).await;
    let folder = record::folder().unwrap();
    let cloud = server.cloud_with_cache(folder.path());
    cloud.compute().list_instances().await.unwrap();
    assert_eq!(server.lines(), [LOGIN, LIST, ASK, LIST]);
    cloud.compute().list_instances().await.unwrap();
    server.cloud_with_cache(folder.path()).compute().list_instances().await.unwrap();
    assert_eq!(server.lines(), [LOGIN, LIST, ASK, LIST, LIST, LIST]);
    let lower = "compute 2.60";
    assert_eq!(versions(&server, LIST), ["compute 2.91", lower, lower, lower]);
    let asked = &server.received()[2];
    assert!(asked.header("x-auth-token").is_some(), "older Novas want to know who asks");
}

#[tokio::test]
async fn many_requests_at_once_ask_once() {
    let server = Server::start(|request: &Received| older(request, 60, demo)).await;
    let cloud = server.cloud();
    let requests = (0..20).map(|_| cloud.compute().list_instances().into_future());
    for instances in futures_util::future::join_all(requests).await {
        assert_eq!(instances.unwrap().len(), 1);
    }
    assert_eq!(server.lines().iter().filter(|line| *line == ASK).count(), 1);
}

#[tokio::test]
async fn regions_of_different_age_do_not_share_what_was_learnt() {
    let server = Server::start(|request: &Received| {
        if request.what().contains("/dc4/") {
            return older(request, 95, |_| json_answer(200, json!({ "servers": [] })));
        }
        older(request, 60, demo)
    })
    .await;
    let folder = record::folder().unwrap();
    let of = |region: &str| {
        let cache = Some(folder.path().into());
        Cloud::new(Config { cache, region: Some(region.into()), ..server.config() })
    };
    of("dc3-a").compute().list_instances().await.unwrap();
    of("dc4-a").compute().list_instances().await.unwrap();
    of("dc3-a").compute().list_instances().await.unwrap();
    let other = "GET /dc4/compute/v2.1/servers/detail";
    assert_eq!(versions(&server, other), ["compute 2.91"]);
    assert_eq!(server.logins(), 1, "a token is good in all regions");
    assert_eq!(server.lines()[4..], [other, LIST]);
}

#[tokio::test]
async fn an_argument_that_needs_a_newer_cloud_is_refused_clearly() {
    let server = Server::start(|request: &Received| older(request, 50, demo)).await;
    let create = server.cloud();
    let create = create.compute().create_instance("web", "f1", "Debian 12 bookworm", "demo-net");
    let error = create.await.unwrap_err();
    assert_eq!((error.kind(), error.processed()), (Kind::Unsupported, Processed::No));
    assert_eq!(
        error.message(),
        "a tag on a new instance needs compute 2.52; this cloud offers 2.1 to 2.50"
    );
    assert_eq!(server.count("POST /compute"), 0);
}

#[tokio::test]
async fn a_request_may_need_more_than_the_library_usually_asks_for() {
    let server = Server::start(|request: &Received| older(request, 95, demo)).await;
    let list = || Request::get(&COMPUTE, &["servers", "detail"]);
    let cloud = server.cloud();
    cloud.send(list().needs(Microversion(2, 94), "something new")).await.unwrap();
    let error = cloud.send(list().needs(Microversion(2, 96), "the newest")).await.unwrap_err();
    assert_eq!(error.message(), "the newest needs compute 2.96; this cloud offers 2.1 to 2.95");
    assert_eq!(versions(&server, LIST), ["compute 2.94", "compute 2.96"]);
}

#[tokio::test]
async fn a_cloud_too_old_for_the_library_is_told_so() {
    let server = Server::start(|request: &Received| older(request, 38, demo)).await;
    let error = server.cloud().compute().list_instances().await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unsupported);
    assert_eq!(error.message(), "this library needs compute 2.47; this cloud offers 2.1 to 2.38");
}

#[tokio::test]
async fn a_service_that_refuses_versions_and_does_not_say_which_it_has_is_an_error() {
    let server = Server::start(|request: &Received| match request.what() {
        LOGIN => Reply::Usual,
        _ => json_answer(406, json!({})),
    })
    .await;
    let error = server.cloud().compute().list_instances().await.unwrap_err();
    assert_eq!((error.kind(), error.service()), (Kind::Unsupported, Some("compute")));
    assert_eq!(server.lines(), [LOGIN, LIST, ASK]);
}
