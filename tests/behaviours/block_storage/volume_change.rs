//! Volumes grow, and are called and behave otherwise.

use infomaniak_cloud::Kind;
use infomaniak_cloud::block_storage::RetypePolicy;
use serde_json::{Map, json};

use super::volume;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::VOLUME;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it grows and never shrinks, for which nothing is sent", grows)
            .proves(&["extend_volume", "get_volume"])
            .refuses(Kind::Invalid, &["extend_volume"])
            .refuses(Kind::NotFound, &["extend_volume"]),
        Case::new("W90: its name, description, properties and nature change", changes)
            .proves(&["set_volume", "unset_volume", "get_volume"])
            .refuses(Kind::Invalid, &["set_volume", "unset_volume"])
            .refuses(Kind::NotFound, &["set_volume", "unset_volume"]),
        Case::new("W90: it gets another type", retyped)
            .proves(&["set_volume", "get_volume"])
            .refuses(Kind::NotFound, &["set_volume"]),
    ]
}

async fn grows(context: &Context) -> Outcome {
    let storage = context.cloud()?.block_storage();
    let made = volume(context, "grows").await?;
    storage.extend_volume(&made.name, 3).await?;
    assert_eq!(storage.get_volume(&made).await?.size, 3);
    let seen = context.watch();
    for size in [3, 1] {
        let error = refused(storage.extend_volume(&made, size).await);
        assert_eq!(error.kind(), Kind::Invalid, "{error:?}");
        assert!(error.message().contains("3 GiB"), "{error:?}");
    }
    assert!(seen.requests().iter().all(|request| request.starts_with("GET")));
    let unknown = storage.extend_volume("behaviour-no-such-volume", 5);
    assert_eq!(refused(unknown.await).kind(), Kind::NotFound);
    Ok(())
}

async fn changes(context: &Context) -> Outcome {
    let storage = context.cloud()?.block_storage();
    let made = volume(context, "changes").await?;
    let name = context.name(&VOLUME, "changed");
    let property = Map::from_iter([("owner".to_string(), json!("ann"))]);
    storage
        .set_volume(&made.name)
        .name(name.as_str())
        .description("changed")
        .property(property)
        .bootable(true)
        .read_only(true)
        .await?;
    let after = storage.get_volume(&name).await?;
    assert_eq!((after.id.as_str(), after.description.as_deref()), (&*made.id, Some("changed")));
    assert_eq!((after.metadata["owner"].as_str(), after.bootable), ("ann", true));
    assert_eq!(after.metadata.get("readonly").map(String::as_str), Some("True"), "{after:?}");

    storage.set_volume(&made).read_only(false).bootable(false).await?;
    storage.unset_volume(&made).description(true).properties(["owner", "never there"]).await?;
    let after = storage.get_volume(&made).await?;
    assert!(!after.bootable && after.description.is_none(), "{after:?}");
    assert!(!after.metadata.contains_key("owner"), "{after:?}");

    let unknown = "behaviour-no-such-volume";
    assert_eq!(refused(storage.set_volume(&made).await).kind(), Kind::Invalid);
    assert_eq!(refused(storage.unset_volume(&made).await).kind(), Kind::Invalid);
    assert_eq!(refused(storage.set_volume(unknown).name("x").await).kind(), Kind::NotFound);
    let unset = storage.unset_volume(unknown).description(true);
    assert_eq!(refused(unset.await).kind(), Kind::NotFound);
    Ok(())
}

async fn retyped(context: &Context) -> Outcome {
    let storage = context.cloud()?.block_storage();
    let made = volume(context, "retyped").await?;
    assert_eq!(made.volume_type.as_deref(), Some("CEPH_1_perf1"));
    storage
        .set_volume(&made)
        .volume_type("CEPH_1_perf2")
        .retype_policy(RetypePolicy::OnDemand)
        .wait(true)
        .await?;
    assert_eq!(storage.get_volume(&made).await?.volume_type.as_deref(), Some("CEPH_1_perf2"));
    let unknown = storage.set_volume(&made).volume_type("behaviour-no-such-type");
    assert_eq!(refused(unknown.await).kind(), Kind::NotFound);
    Ok(())
}
