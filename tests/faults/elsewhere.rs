//! Answers that lead elsewhere. Links to a next page are followed within the cloud only, and never in
//! circles; redirects to another origin are not followed: neither token nor secret is seen there. (That
//! https is not left for http is proven among the wire tests of TLS, `crates/cloud/tests/tls.rs`: the
//! local cloud does not speak TLS.)

use infomaniak_cloud::page::Pages;
use infomaniak_cloud::session::Request;
use infomaniak_cloud::session::service::COMPUTE;
use infomaniak_cloud::{Cloud, Kind, Processed, Result};
use infomaniak_local::Fault;
use serde_json::Value;

use crate::stage::{LIST, LOGIN, Stage, refused, status};
use crate::tap::Tap;

/// A cloud with three key pairs.
async fn three() -> (Stage, Cloud) {
    let stage = Stage::open().await;
    let cloud = stage.cloud();
    for name in ["a", "b", "c"] {
        cloud.compute().create_keypair(name).await.unwrap();
    }
    (stage, cloud)
}

/// Lists them one by one.
async fn list(cloud: &Cloud) -> Result<Vec<Value>> {
    let paged = Request::get(&COMPUTE, &["os-keypairs"]).query("limit", "1");
    Pages::new(cloud, paged, "keypairs").all().await
}

#[tokio::test]
async fn a_next_link_to_another_host_is_followed_at_home() {
    let (stage, cloud) = three().await;
    let other = Tap::alone().await;
    for elsewhere in [other.url(), "https://inside.example:8774".into(), "http://[::1]:1".into()] {
        let rewrite = Fault::Rewrite { find: stage.tap.url(), replace: elsewhere };
        stage.plan(4, "GET", "/os-keypairs", &rewrite);
        let before = stage.tap.count(LIST);
        assert_eq!(list(&cloud).await.unwrap().len(), 3);
        stage.clear_faults();
        assert!(stage.tap.count(LIST) - before >= 3);
    }
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn a_list_that_comes_back_to_where_it_was_is_an_error() {
    let (stage, cloud) = three().await;
    assert_eq!(list(&cloud).await.unwrap().len(), 3);
    let pages: Vec<_> = stage
        .tap
        .requests()
        .into_iter()
        .filter(|request| request.line().starts_with(LIST))
        .collect();
    let [_, second, third, ..] = &pages[..] else { panic!("{pages:?}") };
    // The second page names itself as the next.
    let (find, replace) = (third.query().to_string(), second.query().to_string());
    stage.plan(9, "GET", "/os-keypairs", &Fault::Rewrite { find, replace });
    let error = refused(list(&cloud).await);
    assert_eq!(error.kind(), Kind::Decode);
    assert!(error.message().contains("does not advance"), "{error}");
    assert_eq!(stage.tap.count(LIST), pages.len() + 2);
}

#[tokio::test]
async fn a_redirect_within_the_cloud_is_followed_with_all_that_belongs_to_it() {
    let stage = Stage::open().await;
    let cloud = stage.cloud();
    for (code, name) in [(301, "a"), (302, "b"), (303, "c"), (307, "d"), (308, "e")] {
        let here = status(code, &[("location", "/compute/v2.1/os-keypairs")], None);
        stage.plan(1, "POST", "/os-keypairs", &here);
        let keypair = cloud.compute().create_keypair(name).await.unwrap();
        assert!(keypair.private_key.is_some(), "{code}");
    }
    assert_eq!(stage.keypairs().await.len(), 5);
}

#[tokio::test]
async fn another_origin_sees_neither_token_nor_secret() {
    let stage = Stage::open().await;
    let other = Tap::alone().await;
    let port = other.url().rsplit_once(':').unwrap().1.to_string();
    let elsewhere = [
        format!("{}/compute/v2.1/os-keypairs", other.url()),
        // The same machine by another name, and an address that leaves out the scheme.
        format!("http://localhost:{port}/"),
        format!("//127.0.0.1:{port}/"),
    ];
    for code in [301, 302, 303, 307, 308] {
        for location in &elsewhere {
            let redirect = status(code, &[("location", location)], Some(""));
            let cloud = stage.cloud();
            for (method, path) in [("GET", "/os-keypairs"), ("POST", "/os-keypairs")] {
                stage.plan(1, method, path, &redirect);
                let error = match method {
                    "GET" => refused(cloud.compute().list_keypairs().await),
                    _ => refused(cloud.compute().create_keypair("ann").await),
                };
                assert_eq!((error.kind(), error.processed()), (Kind::Failed, Processed::No));
                assert!(error.message().contains("another origin"), "{error}");
            }
            stage.plan(1, "POST", "/auth/tokens", &redirect);
            let error = refused(stage.cloud().compute().list_keypairs().await);
            assert_eq!((error.kind(), error.service()), (Kind::Failed, Some("identity")));
        }
    }
    assert_eq!(other.connections(), 0);
    assert_eq!(stage.tap.count(LOGIN), 15 + 15);
    assert_eq!(stage.keypairs().await, [""; 0]);
}

#[tokio::test]
async fn ik_does_not_go_there_either_and_says_why() {
    let stage = Stage::open().await;
    let other = Tap::alone().await;
    stage.plan(1, "GET", "/os-keypairs", &status(302, &[("location", &other.url())], None));
    let ran = stage.ik(&["keypair", "list"]).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    assert!(ran.stderr.contains(&other.url()) && ran.stderr.contains("hint: "), "{ran:?}");
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn a_tap_sees_who_comes() {
    let stage = Stage::open().await;
    let other = Tap::alone().await;
    let mut config = stage.cloud().config().clone();
    config.endpoint_overrides.insert("compute".into(), other.url());
    let patience = std::time::Duration::from_millis(300);
    let error = refused(Cloud::new(config).with_timeout(patience).compute().list_keypairs().await);
    assert_eq!(error.kind(), Kind::TimedOut, "{error}");
    assert!(other.connections() > 0);
    assert!(other.requests()[0].header("x-auth-token").is_some());
}
