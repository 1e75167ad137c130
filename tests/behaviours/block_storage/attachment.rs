//! Volumes go to instances and come back, through Nova.

use infomaniak_cloud::Kind;

use super::volume;
use crate::case::{Case, Outcome, refused};
use crate::compute::instance;
use crate::context::Context;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("W1: it is attached, in use, and detached again", there_and_back)
            .proves(&[
                "attach_volume",
                "detach_volume",
                "list_volume_attachments",
                "get_volume_attachment",
            ])
            .refuses(Kind::Invalid, &["attach_volume", "delete_volume"])
            .refuses(Kind::NotFound, &["detach_volume", "get_volume_attachment"]),
        Case::new("attaching sends one request, detaching two", counted)
            .proves(&["attach_volume", "detach_volume"]),
        Case::new("in use it grows, is snapshotted and backed up by force", in_use)
            .proves(&["attach_volume", "extend_volume", "create_snapshot", "create_backup"])
            .refuses(Kind::Invalid, &["create_backup"]),
        Case::new("it goes with its instance if it is told to, and else stays", goes)
            .proves(&["attach_volume", "get_volume"])
            .refuses(Kind::NotFound, &["get_volume"]),
    ]
}

async fn there_and_back(context: &Context) -> Outcome {
    let storage = context.cloud()?.block_storage();
    let web = instance(context, "with volume").await?;
    let made = volume(context, "attached").await?;
    storage.attach_volume(&made.name, &web.name).await?;
    let seen = storage.get_volume(&made).await?;
    assert!(seen.status == "in-use" && seen.is_attached_to(&web.id), "{seen:?}");
    let attached = storage.list_volume_attachments(&web.name).await?;
    assert_eq!(attached.len(), 1, "{attached:?}");
    assert_eq!((&attached[0].volume_id, &attached[0].server_id), (&made.id, &web.id));
    let device = attached[0].device.as_deref().unwrap_or_default();
    assert!(device.starts_with("/dev/"), "{attached:?}");
    assert_eq!(storage.get_volume_attachment(&web, &made).await?.device.as_deref(), Some(device));
    let server = context.openstack_json(&["server", "show", &web.id])?;
    assert!(server["volumes_attached"].to_string().contains(&made.id), "{server}");

    let again = refused(storage.attach_volume(&made, &web).await);
    assert_eq!(again.kind(), Kind::Invalid, "{again:?}");
    assert_eq!(refused(storage.delete_volume(&made).await).kind(), Kind::Invalid);

    storage.detach_volume(&made.name, &web.name).await?;
    let seen = storage.get_volume(&made).await?;
    assert!(seen.status == "available" && seen.attachments.is_empty(), "{seen:?}");
    let nowhere = refused(storage.detach_volume(&made, &web).await);
    assert_eq!(nowhere.kind(), Kind::NotFound, "{nowhere:?}");
    assert!(nowhere.message().contains("not attached"), "{nowhere:?}");
    let nowhere = storage.get_volume_attachment(&web, &made);
    assert_eq!(refused(nowhere.await).kind(), Kind::NotFound);
    Ok(())
}

async fn counted(context: &Context) -> Outcome {
    let storage = context.cloud()?.block_storage();
    let web = instance(context, "counted").await?;
    let made = volume(context, "counted").await?;
    let path = format!("/v2.1/servers/{}/os-volume_attachments", web.id);
    let seen = context.watch();
    storage.attach_volume(&made, &web).wait(false).await?;
    assert_eq!(seen.requests(), [format!("POST compute {path}")]);
    for _ in 0..100 {
        if storage.get_volume(&made).await?.status == "in-use" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    let seen = context.watch();
    storage.detach_volume(&made, &web).wait(false).await?;
    let one = format!("DELETE compute {path}/{}", made.id);
    assert_eq!(seen.requests(), [format!("GET compute {path}"), one]);
    Ok(())
}

async fn in_use(context: &Context) -> Outcome {
    use crate::things::{BACKUP, SNAPSHOT};

    let storage = context.cloud()?.block_storage();
    let web = instance(context, "in use").await?;
    let made = volume(context, "in use").await?;
    storage.attach_volume(&made, &web).device("/dev/vdc").await?;
    storage.extend_volume(&made, 2).await?;
    let seen = storage.get_volume(&made).await?;
    assert_eq!((seen.size, seen.status.as_str()), (2, "in-use"));
    for force in [false, true] {
        let name = context.name(&SNAPSHOT, "in use");
        let snapshot = storage.create_snapshot(&made, &name).force(force).await?;
        assert_eq!(snapshot.status, "available", "W31: force={force}");
        storage.delete_snapshot(&snapshot).wait(true).await?;
    }
    let name = context.name(&BACKUP, "in use");
    let unforced = refused(storage.create_backup(&made, &name).await);
    assert_eq!(unforced.kind(), Kind::Invalid, "{unforced:?}");
    let backup = storage.create_backup(&made, &name).force(true).wait(true).await?;
    assert_eq!(backup.status, "available");
    storage.detach_volume(&made, &web).await?;
    Ok(())
}

async fn goes(context: &Context) -> Outcome {
    let cloud = context.cloud()?;
    let storage = cloud.block_storage();
    let web = instance(context, "going").await?;
    let (going, staying) = (volume(context, "going").await?, volume(context, "staying").await?);
    storage.attach_volume(&going, &web).delete_on_termination(true).await?;
    storage.attach_volume(&staying, &web).await?;
    cloud.compute().delete_instance(&web).wait(true).await?;
    for _ in 0..100 {
        let gone = storage.get_volume(&going).await.is_err_and(|e| e.kind() == Kind::NotFound);
        if gone && storage.get_volume(&staying).await?.status == "available" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    assert_eq!(refused(storage.get_volume(&going).await).kind(), Kind::NotFound);
    assert_eq!(storage.get_volume(&staying).await?.status, "available");
    Ok(())
}
