//! Waiting for many: a listing is looked at instead of each, and never one from before the change.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use infomaniak_cloud::Kind;
use serde_json::{Value, json};
use tokio::sync::Barrier;
use uuid::Uuid;

use crate::sample;
use crate::server::{Received, Reply, Server, json_answer, refusal, status};

const LIST: &str = "GET /compute/v2.1/servers/detail";
const MANY: usize = 20;

fn id(index: usize) -> String {
    Uuid::from_u128(index as u128).to_string()
}

/// An instance that is being stopped in the first listings, and stopped from the third on.
fn stopping(index: usize, listings: usize) -> Value {
    let mut server = sample::server(&id(index), "web", "SHUTOFF");
    if listings < 2 {
        server["status"] = "ACTIVE".into();
        server["OS-EXT-STS:task_state"] = "powering-off".into();
    }
    server
}

/// Plays `MANY` instances of which the last is gone after the first listing. All answers to
/// actions are given at the same time.
async fn many() -> Server {
    let barrier = Arc::new(Barrier::new(MANY));
    let listings = AtomicUsize::new(0);
    Server::start(move |request: &Received| {
        let seen = listings.load(Ordering::SeqCst);
        if request.what() == LIST {
            listings.fetch_add(1, Ordering::SeqCst);
            let listed = if seen == 0 { MANY } else { MANY - 1 };
            let servers: Vec<_> = (0..listed).map(|index| stopping(index, seen)).collect();
            return json_answer(200, json!({ "servers": servers }));
        }
        if request.what().ends_with("/action") {
            return Reply::Together(barrier.clone(), Box::new(status(202)));
        }
        match (0..MANY).find(|index| request.what().ends_with(&id(*index))) {
            Some(index) if index + 1 == MANY && seen > 0 => {
                refusal(404, "itemNotFound", "Instance could not be found.")
            }
            Some(index) => json_answer(200, json!({ "server": stopping(index, seen) })),
            None => Reply::Usual,
        }
    })
    .await
}

#[tokio::test]
async fn many_waits_look_at_a_listing() {
    let server = many().await;
    let cloud = server.cloud();
    let stops = (0..MANY).map(|index| {
        let call = cloud.compute().stop_instance(id(index)).wait(true);
        async move { call.await }
    });
    let mut outcomes = join_all(stops).await;

    let gone = outcomes.pop().unwrap().unwrap_err();
    assert_eq!(gone.kind(), Kind::NotFound, "{gone}");
    assert!(gone.message().contains("deleted meanwhile"), "{gone}");
    for outcome in outcomes {
        outcome.unwrap();
    }

    // Alone, each would have been looked at three times.
    let looks = server.count("GET /compute/v2.1/servers/");
    assert!(looks < MANY, "{looks} looks: {:?}", server.lines());
}

#[tokio::test]
async fn one_wait_looks_at_its_own_instance() {
    let server = Server::start(sample::demo).await;
    server.cloud().compute().start_instance(sample::WEB).wait(true).await.unwrap();
    assert_eq!(server.count(LIST), 0);
}
