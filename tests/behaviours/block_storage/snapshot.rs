//! Snapshots come and go as another client sees them.

use infomaniak_cloud::Kind;
use serde_json::{Map, json};

use super::volume;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::SNAPSHOT;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("W90: it is made, listed, shown, changed and deleted", whole_life)
            .proves(&[
                "create_snapshot",
                "list_snapshots",
                "get_snapshot",
                "set_snapshot",
                "delete_snapshot",
            ])
            .refuses(Kind::NotFound, &["get_snapshot", "delete_snapshot", "create_snapshot"])
            .refuses(Kind::Invalid, &["set_snapshot", "delete_volume"]),
    ]
}

async fn whole_life(context: &Context) -> Outcome {
    let storage = context.cloud()?.block_storage();
    let made = volume(context, "snapshotted").await?;
    let name = context.name(&SNAPSHOT, "monday");
    let snapshot = storage.create_snapshot(&made.name, &name).description("by a case").await?;
    assert_eq!((snapshot.status.as_str(), snapshot.size), ("available", 1));
    assert_eq!(snapshot.volume_id, made.id);
    assert_eq!(storage.get_snapshot(&name).await?.id, snapshot.id);
    let seen = context.openstack_json(&["volume", "snapshot", "show", &snapshot.id])?;
    assert_eq!((&seen["name"], &seen["volume_id"]), (&json!(name), &json!(made.id)), "{seen}");
    let listed = storage.list_snapshots().await?;
    assert!(listed.iter().any(|other| other.id == snapshot.id), "{listed:?}");

    let other = context.name(&SNAPSHOT, "tuesday");
    let property = Map::from_iter([("day".to_string(), json!("tuesday"))]);
    storage.set_snapshot(&name).name(other.as_str()).property(property).await?;
    let after = storage.get_snapshot(&other).await?;
    assert_eq!((after.id.as_str(), after.metadata["day"].as_str()), (&*snapshot.id, "tuesday"));
    assert_eq!(refused(storage.set_snapshot(&other).await).kind(), Kind::Invalid);

    // As long as there is a snapshot of it, a volume stays.
    assert_eq!(refused(storage.delete_volume(&made).await).kind(), Kind::Invalid);
    storage.delete_snapshot(&other).wait(true).await?;
    assert_eq!(refused(storage.get_snapshot(&snapshot.id).await).kind(), Kind::NotFound);
    storage.delete_snapshot(&snapshot.id).await?;
    assert_eq!(refused(storage.delete_snapshot(&other).await).kind(), Kind::NotFound);
    let unknown = storage.create_snapshot("behaviour-no-such-volume", &other);
    assert_eq!(refused(unknown.await).kind(), Kind::NotFound);
    storage.delete_volume(&made).await?;
    Ok(())
}
