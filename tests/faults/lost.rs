//! Answers that are lost. A connection that is reset leaves open whether the request was processed: a
//! creation is never sent a second time; what was made is found again, and where nothing was made the
//! error says how to find out.

use futures_util::future::join_all;
use infomaniak_cloud::compute::Instance;
use infomaniak_cloud::{Cloud, Kind, Processed, Result};
use infomaniak_local::Fault;

use crate::stage::{Stage, refused};

const CREATE: &str = "POST /compute/v2.1/servers";
const CREATE_KEYPAIR: &str = "POST /compute/v2.1/os-keypairs";

const FLAVOR: &str = "a1-ram2-disk20-perf1";
const IMAGE: &str = "Debian 12 bookworm";
const NETWORK: &str = "demo-net";

async fn create(cloud: &Cloud, name: &str) -> Result<Instance> {
    cloud.compute().create_instance(name, FLAVOR, IMAGE, NETWORK).await
}

/// Ids of the instances there are, asked for by another client.
async fn instances(stage: &Stage) -> Vec<String> {
    let listed = stage.cloud().compute().list_instances().await.unwrap();
    listed.into_iter().map(|instance| instance.id).collect()
}

#[tokio::test]
async fn an_instance_whose_answer_is_lost_is_found_again_and_returned() {
    let lost = [
        Fault::ResetAfter,
        Fault::Cut(0),
        Fault::Cut(7),
        Fault::Gzip(20),
        // What comes is JSON, but the id is not in it.
        Fault::Rewrite { find: "\"id\"".into(), replace: "\"lost\"".into() },
    ];
    let outcomes = lost.map(async |fault| {
        let stage = Stage::open().await;
        stage.plan(1, "POST", "/servers", &fault);
        let instance = create(&stage.cloud(), "web").await.unwrap();
        assert_eq!((instance.name.as_str(), instance.status.as_str()), ("web", "ACTIVE"));
        assert_eq!(instances(&stage).await, [instance.id], "{fault:?}");
        assert_eq!(stage.tap.count(CREATE), 1, "{fault:?}");
    });
    join_all(outcomes).await;
}

#[tokio::test]
async fn of_several_whose_answers_are_lost_each_finds_its_own() {
    let stage = Stage::open().await;
    stage.plan(5, "POST", "/servers", &Fault::ResetAfter);
    let cloud = stage.cloud();
    // The same name for all: it is no name by which they are found.
    let created = join_all((0..5).map(|_| create(&cloud, "web"))).await;
    let mut ids: Vec<_> = created.into_iter().map(|instance| instance.unwrap().id).collect();
    let mut there = instances(&stage).await;
    ids.sort_unstable();
    there.sort_unstable();
    assert_eq!(ids, there);
    assert_eq!((ids.len(), stage.tap.count(CREATE)), (5, 5));
}

#[tokio::test]
async fn an_instance_that_was_not_made_is_not_made_twice_either() {
    let stage = Stage::open().await;
    let cloud = stage.cloud();
    stage.plan(1, "POST", "/servers", &Fault::ResetBefore);
    let error = refused(create(&cloud, "web").await);
    assert_eq!((error.kind(), error.processed()), (Kind::Transport, Processed::Maybe));
    assert!(error.message().contains("reset"), "the cause is told: {error}");
    let hint = error.hint().unwrap();
    assert!(
        hint.contains("not known") && hint.contains("ik server list --tag ik-create-"),
        "{hint}"
    );
    assert_eq!(stage.tap.count(CREATE), 1);
    assert_eq!(instances(&stage).await, [""; 0]);
    // It is the person's decision to try again.
    create(&cloud, "web").await.unwrap();
    assert_eq!(instances(&stage).await.len(), 1);
}

#[tokio::test]
async fn a_key_pair_whose_answer_is_lost_is_found_again() {
    let stage = Stage::open().await;
    let cloud = stage.cloud();
    let compute = cloud.compute();
    let public_key = compute.create_keypair("first").await.unwrap().public_key;
    let import = |name| compute.create_keypair(name).public_key(&public_key);

    stage.plan(1, "POST", "/os-keypairs", &Fault::ResetAfter);
    assert_eq!(import("imported").await.unwrap().name, "imported");

    // Of a pair that the cloud generated, half is gone with the answer.
    stage.plan(1, "POST", "/os-keypairs", &Fault::ResetAfter);
    let error = refused(compute.create_keypair("generated").await);
    assert_eq!((error.kind(), error.processed()), (Kind::Failed, Processed::Maybe));
    assert!(error.hint().unwrap().contains("delete it"), "{error:?}");

    stage.plan(1, "POST", "/os-keypairs", &Fault::ResetBefore);
    let error = refused(import("not made").await);
    assert_eq!((error.kind(), error.processed()), (Kind::Transport, Processed::Maybe));

    assert_eq!(stage.tap.count(CREATE_KEYPAIR), 1 + 3);
    let mut names = stage.keypairs().await;
    names.sort_unstable();
    assert_eq!(names, ["first", "generated", "imported"]);
}

#[tokio::test]
async fn a_read_is_simply_tried_again() {
    let stage = Stage::open().await;
    for fault in [Fault::ResetBefore, Fault::ResetAfter] {
        stage.plan(3, "GET", "/os-keypairs", &fault);
        stage.cloud().compute().list_keypairs().await.unwrap();
    }
}

#[tokio::test]
async fn a_deletion_whose_answer_is_lost_is_done() {
    let stage = Stage::open().await;
    let cloud = stage.cloud();
    cloud.compute().create_keypair("ann").await.unwrap();
    stage.plan(1, "DELETE", "/os-keypairs", &Fault::ResetAfter);
    cloud.compute().delete_keypair("ann").await.unwrap();
    assert_eq!(stage.keypairs().await, [""; 0]);
}

#[tokio::test]
async fn an_action_whose_answer_is_lost_is_not_repeated() {
    let stage = Stage::open().await;
    let cloud = stage.cloud();
    let web = create(&cloud, "web").await.unwrap();
    for fault in [Fault::ResetBefore, Fault::ResetAfter] {
        let before = stage.tap.requests().len();
        stage.plan(1, "POST", "/action", &fault);
        let error = refused(cloud.compute().reboot_instance(&web).await);
        assert_eq!((error.kind(), error.processed()), (Kind::Transport, Processed::Maybe));
        assert!(error.hint().unwrap().contains("look before"), "{error:?}");
        assert_eq!(stage.tap.requests().len() - before, 1);
    }
}

#[tokio::test]
async fn ik_shows_the_instance_that_it_found_again_and_tells_what_it_does_not_know() {
    let stage = Stage::open().await;
    let create = ["server", "create", "web", "--flavor", FLAVOR, "--image", IMAGE];
    let create = [&create[..], &["--network", NETWORK, "-f", "json"]].concat();
    stage.plan(1, "POST", "/servers", &Fault::ResetAfter);
    let ran = stage.ik(&create).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let shown: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let there = instances(&stage).await;
    assert_eq!(there, [shown["id"].as_str().unwrap()]);

    stage.plan(1, "POST", "/servers", &Fault::ResetBefore);
    let ran = stage.ik(&create).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(14), ""), "{ran:?}");
    assert!(ran.stderr.contains("hint: it is not known"), "{ran:?}");
    assert_eq!(instances(&stage).await, there);

    stage.plan(1, "POST", "/os-keypairs", &Fault::ResetAfter);
    let ran = stage.ik(&["keypair", "create", "ann"]).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    assert!(ran.stderr.contains("delete it and create it again"), "{ran:?}");
    assert_eq!((stage.tap.count(CREATE), stage.tap.count(CREATE_KEYPAIR)), (2, 1));
}
