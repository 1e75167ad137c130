//! Volumes come and go as another client sees them.

use infomaniak_cloud::Kind;
use serde_json::{Map, json};

use super::volume;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::{SNAPSHOT, VOLUME};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it is made, listed, shown and deleted as another client sees it", whole_life)
            .proves(&["create_volume", "list_volumes", "get_volume", "delete_volume"])
            .refuses(Kind::NotFound, &["get_volume", "delete_volume"]),
        Case::new("it is made from a snapshot, an image and another volume", from_others)
            .proves(&["create_volume", "create_snapshot", "delete_volume"])
            .refuses(Kind::NotFound, &["create_volume"])
            .refuses(Kind::Invalid, &["create_volume"]),
        Case::new("W69: it can be used when its creation returns, unless told not to wait", waits)
            .proves(&["create_volume", "get_volume"]),
        Case::new("the list follows its pages", pages).proves(&["list_volumes"]),
    ]
}

async fn whole_life(context: &Context) -> Outcome {
    let target = &context.target;
    let storage = context.cloud()?.block_storage();
    let name = context.name(&VOLUME, "whole life");
    let property = Map::from_iter([("owner".to_string(), json!("ann")), ("n".into(), json!(7))]);
    let made = storage
        .create_volume(2, &name)
        .description("by a case")
        .volume_type("CEPH_1_perf2")
        .availability_zone(target.zone)
        .property(property)
        .await?;
    assert_eq!((made.name.as_str(), made.size, made.status.as_str()), (&*name, 2, "available"));
    assert_eq!(made.volume_type.as_deref(), Some("CEPH_1_perf2"));
    assert_eq!(made.availability_zone.as_deref(), Some(target.zone));
    assert!(!made.bootable && !made.encrypted && made.attachments.is_empty(), "{made:?}");
    assert_eq!((made.metadata["owner"].as_str(), made.metadata["n"].as_str()), ("ann", "7"));

    let seen = context.openstack_json(&["volume", "show", &made.id])?;
    assert_eq!((&seen["name"], &seen["size"]), (&json!(name), &json!(2)), "{seen}");
    assert_eq!(
        (&seen["type"], &seen["description"]),
        (&json!("CEPH_1_perf2"), &json!("by a case"))
    );
    assert_eq!(storage.get_volume(&name).await?.id, made.id);
    let listed = storage.list_volumes().await?;
    assert!(listed.iter().any(|other| other.id == made.id), "{listed:?}");

    storage.delete_volume(&name).wait(true).await?;
    assert_eq!(refused(storage.get_volume(&made.id).await).kind(), Kind::NotFound);
    // By its id, it may be gone already; a name that nothing has may be a mistake.
    storage.delete_volume(&made.id).await?;
    assert_eq!(refused(storage.delete_volume(&name).await).kind(), Kind::NotFound);
    Ok(())
}

async fn from_others(context: &Context) -> Outcome {
    let target = &context.target;
    let storage = context.cloud()?.block_storage();
    let origin = volume(context, "origin").await?;
    let snapshot = context.name(&SNAPSHOT, "origin");
    let snapshot = storage.create_snapshot(&origin, &snapshot).await?;

    let name = context.name(&VOLUME, "from snapshot");
    // As large as what it is made from, if no size is given.
    let made = storage.create_volume(0, &name).snapshot_id(&snapshot.name).await?;
    assert_eq!((made.size, made.snapshot_id.as_deref()), (1, Some(snapshot.id.as_str())));
    let name = context.name(&VOLUME, "from image");
    let image = storage.create_volume(2, &name).image_id(target.image).await?;
    assert!(image.bootable && image.status == "available", "{image:?}");
    let name = context.name(&VOLUME, "from volume");
    let copy = storage.create_volume(2, &name).source(&image).await?;
    assert_eq!((copy.source_volid.as_deref(), copy.bootable), (Some(image.id.as_str()), true));

    let seen = context.watch();
    let name = context.name(&VOLUME, "from nothing");
    let unknown = storage.create_volume(1, &name).snapshot_id("behaviour-no-such-snapshot");
    assert_eq!(refused(unknown.await).kind(), Kind::NotFound);
    let two = storage.create_volume(1, &name).snapshot_id(&snapshot).image_id(target.image);
    assert_eq!(refused(two.await).kind(), Kind::Invalid);
    assert_eq!(refused(storage.create_volume(0, &name).await).kind(), Kind::Invalid);
    let sent = seen.requests();
    assert!(!sent.iter().any(|request| request.starts_with("POST")), "{sent:?}");
    // Its snapshots go with it, if they are told to.
    storage.delete_volume(&origin).purge(true).await?;
    Ok(())
}

async fn waits(context: &Context) -> Outcome {
    let storage = context.cloud()?.block_storage();
    let name = context.name(&VOLUME, "not waited for");
    let made = storage.create_volume(1, &name).wait(false).await?;
    let seen = context.watch();
    assert!(["creating", "available"].contains(&made.status.as_str()), "{made:?}");
    assert!(volume(context, "waited for").await?.status == "available");
    let looks = seen.requests();
    assert!(looks.iter().filter(|request| request.starts_with("GET")).count() > 0, "{looks:?}");
    let after = storage.get_volume(&made.id).wait(true).await?;
    assert_eq!((after.id, after.status.as_str()), (made.id, "available"));
    Ok(())
}

async fn pages(context: &Context) -> Outcome {
    use infomaniak_cloud::page::Pages;
    use infomaniak_cloud::session::Request;
    use infomaniak_cloud::session::service::BLOCK_STORAGE;

    // Two of one name: of other cases' volumes, one that ends a page may go before the next is asked
    // for.
    let name = context.name(&VOLUME, "page");
    let cloud = context.cloud()?;
    let volumes = cloud.block_storage();
    let (first, second) =
        (volumes.create_volume(1, &name).await?, volumes.create_volume(1, &name).await?);
    let seen = context.watch();
    let list = Request::get(&BLOCK_STORAGE, &["volumes", "detail"]);
    let list = list.query("limit", "1").query("name", &name);
    let all = Pages::<serde_json::Value>::new(&cloud, list, "volumes").all().await?;
    assert_eq!(all.len(), 2, "{all:?}");
    for volume in [&first, &second] {
        assert!(all.iter().any(|one| one["id"] == volume.id.as_str()), "{all:?}");
    }
    assert!(seen.requests().len() > all.len(), "each page has one volume");
    assert!(cloud.block_storage().list_volumes().await?.len() >= 2);
    Ok(())
}
