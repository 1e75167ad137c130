//! 401 in mid-run. However many calls find their token expired, one token is asked for, and no
//! call fails.

use futures_util::future::join_all;
use infomaniak_cloud::page::Pages;
use infomaniak_cloud::session::Request;
use infomaniak_cloud::session::service::COMPUTE;
use infomaniak_cloud::{Kind, Processed};
use infomaniak_local::Fault;
use serde_json::Value;

use crate::stage::{LIST, LOGIN, Stage, refused, status};

/// Fifty listings at once, after one that got the token which then expires.
async fn fifty(stage: &Stage) {
    let cloud = stage.cloud();
    let compute = cloud.compute();
    compute.list_keypairs().await.unwrap();
    stage.plan(1, "GET", "/os-keypairs", &Fault::ExpiredToken);
    for listed in join_all((0..50).map(|_| compute.list_keypairs().into_future())).await {
        listed.unwrap();
    }
}

#[tokio::test]
async fn fifty_calls_that_find_their_token_expired_ask_for_one() {
    let stage = Stage::open().await;
    fifty(&stage).await;
    assert_eq!(stage.tap.count(LOGIN), 2, "the first, and one for all fifty");
    // How many are refused depends on when the new token comes; all fifty end with it, each sent with
    // it once.
    let lists: Vec<_> =
        stage.tap.requests().into_iter().filter(|request| request.line() == LIST).collect();
    let tokens: Vec<_> = lists.iter().map(|list| list.header("x-auth-token").unwrap()).collect();
    let (old, new) = (tokens[0], tokens[tokens.len() - 1]);
    assert_ne!(old, new);
    let sent_with = |token| tokens.iter().filter(|sent| **sent == token).count();
    let (refused, answered) = (sent_with(old) - 1, sent_with(new));
    assert!((1..=50).contains(&refused), "{refused}");
    assert_eq!((answered, 1 + refused + answered), (50, tokens.len()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nor_do_fifty_calls_on_several_threads_ask_for_more() {
    let stage = Stage::open().await;
    fifty(&stage).await;
    assert_eq!(stage.tap.count(LOGIN), 2);
}

#[tokio::test]
async fn a_token_that_expires_between_two_pages_loses_nothing() {
    let stage = Stage::open().await;
    let cloud = stage.cloud();
    for name in ["a", "b", "c"] {
        cloud.compute().create_keypair(name).await.unwrap();
    }
    let paged = Request::get(&COMPUTE, &["os-keypairs"]).query("limit", "1");
    let mut pages = std::pin::pin!(Pages::<Value>::new(&cloud, paged, "keypairs").stream());
    let mut listed = Vec::new();
    while let Some(pair) = futures_util::StreamExt::next(&mut pages).await {
        listed.push(pair.unwrap()["keypair"]["name"].clone());
        if listed.len() == 1 {
            stage.plan(1, "GET", "/os-keypairs", &Fault::ExpiredToken);
        }
    }
    listed.sort_by_key(Value::to_string);
    assert_eq!(listed, ["a", "b", "c"]);
    assert_eq!(stage.tap.count(LOGIN), 2);
}

#[tokio::test]
async fn a_creation_that_is_refused_for_its_token_is_done_once() {
    let stage = Stage::open().await;
    let cloud = stage.cloud();
    cloud.compute().list_keypairs().await.unwrap();
    stage.plan(1, "POST", "/os-keypairs", &Fault::ExpiredToken);
    let keypair = cloud.compute().create_keypair("ann").await.unwrap();
    assert!(keypair.private_key.is_some());
    assert_eq!(stage.tap.count(LOGIN), 2);
    assert_eq!(stage.tap.count("POST /compute/v2.1/os-keypairs"), 2);
    assert_eq!(stage.keypairs().await, ["ann"]);
}

#[tokio::test]
async fn a_cloud_that_refuses_the_new_token_too_is_not_asked_for_ever() {
    let stage = Stage::open().await;
    stage.plan(9, "GET", "/os-keypairs", &status(401, &[], None));
    let error = refused(stage.cloud().compute().list_keypairs().await);
    assert_eq!((error.kind(), error.processed()), (Kind::Unauthenticated, Processed::No));
    assert_eq!((stage.tap.count(LOGIN), stage.tap.count(LIST)), (2, 2));
}

#[tokio::test]
async fn ik_renews_the_token_that_it_had_kept() {
    let stage = Stage::open().await;
    let list = ["keypair", "list", "-f", "json"];
    assert_eq!(stage.ik(&list).await.code, Some(0));
    stage.plan(1, "", "/os-keypairs", &Fault::ExpiredToken);
    let ran = stage.ik(&list).await;
    assert_eq!((ran.code, ran.stdout.trim()), (Some(0), "[]"), "{ran:?}");
    assert_eq!(stage.ik(&list).await.code, Some(0));
    assert_eq!((stage.tap.count(LOGIN), stage.tap.count(LIST)), (2, 1 + 2 + 1));
}
