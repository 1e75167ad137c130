//! Backups are made, whole and in part, and restored to new volumes and over others.

use infomaniak_cloud::Kind;
use serde_json::json;

use super::volume;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::{BACKUP, SNAPSHOT, VOLUME};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("W90: it is made, whole and in part, listed, shown and deleted", whole_life)
            .proves(&["create_backup", "list_backups", "get_backup", "delete_backup"])
            .refuses(Kind::NotFound, &["get_backup", "delete_backup"])
            .refuses(Kind::Invalid, &["create_backup", "delete_backup"])
            .refuses(Kind::Denied, &["delete_backup"]),
        Case::new("W19: it is restored with neither volume nor name, and with each", restored)
            .proves(&["restore_backup", "create_backup", "get_volume"])
            .refuses(Kind::NotFound, &["restore_backup"]),
        Case::new("it is made of a snapshot", of_snapshot).proves(&["create_backup"]),
    ]
}

async fn whole_life(context: &Context) -> Outcome {
    let storage = context.cloud()?.block_storage();
    let made = volume(context, "backed up").await?;
    let (whole, part) = (context.name(&BACKUP, "whole"), context.name(&BACKUP, "part"));
    let early = storage.create_backup(&made, &part).incremental(true);
    assert_eq!(refused(early.await).kind(), Kind::Invalid, "there is none to go on from");
    let first = storage.create_backup(&made.name, &whole).await?;
    assert!(["creating", "available"].contains(&first.status.as_str()), "{first:?}");
    let first = storage.get_backup(&first).wait(true).await?;
    assert_eq!((first.status.as_str(), &first.volume_id), ("available", &made.id));
    let second = storage.create_backup(&made, &part).incremental(true).wait(true).await?;
    assert!(second.is_incremental, "{second:?}");
    let shown = storage.get_backup(&whole).await?;
    assert!(shown.id == first.id && shown.has_dependent_backups, "{shown:?}");
    let seen = context.openstack_json(&["volume", "backup", "show", &second.id])?;
    assert_eq!((&seen["name"], &seen["volume_id"]), (&json!(part), &json!(made.id)), "{seen}");
    let listed = storage.list_backups().await?;
    assert!(listed.iter().any(|other| other.id == first.id), "{listed:?}");

    assert_eq!(refused(storage.delete_backup(&first).await).kind(), Kind::Invalid);
    let forced = storage.delete_backup(&second).force(true);
    assert_eq!(refused(forced.await).kind(), Kind::Denied);
    storage.delete_backup(&part).wait(true).await?;
    storage.delete_backup(&first).wait(true).await?;
    assert_eq!(refused(storage.get_backup(&first.id).await).kind(), Kind::NotFound);
    storage.delete_backup(&first.id).await?;
    assert_eq!(refused(storage.delete_backup(&whole).await).kind(), Kind::NotFound);
    Ok(())
}

async fn restored(context: &Context) -> Outcome {
    let storage = context.cloud()?.block_storage();
    let made = volume(context, "restored").await?;
    let name = context.name(&BACKUP, "restored");
    let backup = storage.create_backup(&made, &name).wait(true).await?;

    let anew = storage.restore_backup(&name).wait(true).await?;
    assert_ne!(anew.volume_id, made.id);
    // The cloud named it, after the volume that was backed up: it goes away as that does.
    let seen = storage.get_volume(&anew.volume_id).await?;
    assert_eq!((seen.status.as_str(), &seen.name), ("available", &made.name));

    let called = context.name(&VOLUME, "restored by name");
    let named = storage.restore_backup(&backup).name(called.as_str()).wait(true).await?;
    assert_eq!(storage.get_volume(&named.volume_id).await?.name, called);

    let over = storage.restore_backup(&backup).volume_id(&made.id).wait(true).await?;
    assert_eq!(over.volume_id, made.id);
    assert_eq!(storage.get_volume(&made.id).await?.status, "available");

    let unknown = storage.restore_backup("behaviour-no-such-backup");
    assert_eq!(refused(unknown.await).kind(), Kind::NotFound);
    Ok(())
}

async fn of_snapshot(context: &Context) -> Outcome {
    let storage = context.cloud()?.block_storage();
    let made = volume(context, "of snapshot").await?;
    let snapshot = context.name(&SNAPSHOT, "of snapshot");
    let snapshot = storage.create_snapshot(&made, &snapshot).await?;
    let name = context.name(&BACKUP, "of snapshot");
    let backup = storage.create_backup(&made, &name).snapshot(&snapshot.name).wait(true).await?;
    assert_eq!(backup.snapshot_id.as_deref(), Some(snapshot.id.as_str()), "{backup:?}");
    Ok(())
}
