//! What Cinder refuses, at once or afterwards, is told as what it is.

use infomaniak_cloud::Kind;

use super::volume;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::{SNAPSHOT, VOLUME};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("beyond the quota is a quota error, and is asked for once", over_quota)
            .refuses(Kind::Quota, &["create_volume", "extend_volume"]),
        Case::new("one that no host has room for ends with Cinder's reason", no_room)
            .refuses(Kind::Failed, &["create_volume"])
            .proves(&["delete_volume"]),
        Case::new("force is for administrators", force)
            .refuses(Kind::Denied, &["delete_volume", "delete_snapshot"])
            .proves(&["delete_volume", "delete_snapshot"]),
        Case::new("two of a name are an error that lists both", two_of_a_name)
            .refuses(Kind::Ambiguous, &["get_volume", "delete_volume", "extend_volume"]),
        Case::new("another project's volume is not found", not_mine)
            .refuses(Kind::NotFound, &["get_volume"]),
    ]
}

async fn over_quota(context: &Context) -> Outcome {
    let storage = context.cloud()?.block_storage();
    let name = context.name(&VOLUME, "too much");
    let seen = context.watch();
    let error = refused(storage.create_volume(200_000, &name).await);
    assert_eq!((error.kind(), error.status(), error.attempts()), (Kind::Quota, Some(413), 1));
    let sent = seen.requests();
    let asked = sent.iter().filter(|request| request.starts_with("POST block-storage"));
    assert_eq!(asked.count(), 1, "{sent:?}");
    let made = volume(context, "small").await?;
    let error = refused(storage.extend_volume(&made, 200_000).await);
    assert_eq!((error.kind(), error.attempts()), (Kind::Quota, 1), "{error:?}");
    Ok(())
}

async fn no_room(context: &Context) -> Outcome {
    // Where nobody else makes volumes, for which there would be no quota left.
    let admin = context.target.admin;
    let quota =
        |limit| context.openstack_as(admin, &["quota", "set", "--gigabytes", limit, "admin"]);
    quota("200000")?;
    let storage = context.cloud_of(admin)?.block_storage();
    let name = context.name_at(admin, &VOLUME, "no room");
    let error = refused(storage.create_volume(99_000, &name).await);
    assert_eq!(error.kind(), Kind::Failed, "{error:?}");
    assert!(error.message().contains("weighted backend"), "{error:?}");
    let Some(id) = error.resource() else { panic!("{error:?} does not say which") };
    storage.delete_volume(id).wait(true).await?;
    quota("1000")?;
    Ok(())
}

async fn force(context: &Context) -> Outcome {
    let storage = context.cloud()?.block_storage();
    let made = volume(context, "forced").await?;
    let name = context.name(&SNAPSHOT, "forced");
    let snapshot = storage.create_snapshot(&made, &name).await?;
    let denied = storage.delete_snapshot(&snapshot).force(true);
    assert_eq!(refused(denied.await).kind(), Kind::Denied);
    let denied = storage.delete_volume(&made).force(true);
    assert_eq!(refused(denied.await).kind(), Kind::Denied);
    let admin = context.cloud_of(context.target.admin)?.block_storage();
    admin.delete_snapshot(&snapshot.id).force(true).wait(true).await?;
    admin.delete_volume(&made.id).force(true).wait(true).await?;
    Ok(())
}

async fn two_of_a_name(context: &Context) -> Outcome {
    let storage = context.cloud()?.block_storage();
    let first = volume(context, "twin").await?;
    let second = storage.create_volume(1, &first.name).await?;
    for error in [
        refused(storage.get_volume(&first.name).await),
        refused(storage.delete_volume(&first.name).await),
        refused(storage.extend_volume(&first.name, 9).await),
    ] {
        assert_eq!(error.kind(), Kind::Ambiguous, "{error:?}");
        let hint = error.hint().unwrap_or_default();
        assert!(hint.contains(&first.id) && hint.contains(&second.id), "{error:?}");
    }
    Ok(())
}

async fn not_mine(context: &Context) -> Outcome {
    let made = volume(context, "mine").await?;
    let stranger = context.cloud_of(context.target.stranger)?.block_storage();
    for name in [&made.id, &made.name] {
        assert_eq!(refused(stranger.get_volume(name).await).kind(), Kind::NotFound);
    }
    Ok(())
}
