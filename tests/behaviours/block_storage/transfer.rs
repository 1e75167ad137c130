//! Volumes go from one project to another, with a key that only its owner is told.

use infomaniak_cloud::Kind;
use infomaniak_cloud::operation::Text;

use super::volume;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::record;
use crate::things::{TRANSFER, VOLUME};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("a volume goes to another project", given)
            .proves(&[
                "create_volume_transfer",
                "list_volume_transfers",
                "get_volume_transfer",
                "accept_volume_transfer",
            ])
            .refuses(Kind::Invalid, &["accept_volume_transfer", "create_volume_transfer"])
            .refuses(Kind::NotFound, &["get_volume"]),
        Case::new("an offer is withdrawn", withdrawn)
            .proves(&["create_volume_transfer", "delete_volume_transfer"])
            .refuses(Kind::NotFound, &["get_volume_transfer", "accept_volume_transfer"]),
    ]
}

async fn given(context: &Context) -> Outcome {
    let target = &context.target;
    let ours = context.cloud()?.block_storage();
    let theirs = context.cloud_of(target.stranger)?.block_storage();
    let made = volume(context, "given").await?;
    context.claim_at(target.stranger, &VOLUME, &made.name);
    let name = context.name(&TRANSFER, "gift");
    let offer = ours.create_volume_transfer(&made.name).name(name.as_str()).await?;
    record::secret(offer.auth_key.expose());
    assert_eq!((&offer.volume_id, &offer.name), (&made.id, &name));
    assert!(!format!("{offer:?}").contains(offer.auth_key.expose()), "the key is not to be seen");
    assert_eq!(ours.get_volume_transfer(&name).await?.id, offer.id);
    let listed = ours.list_volume_transfers().await?;
    assert!(listed.iter().any(|other| other.id == offer.id), "{listed:?}");
    // Nobody can use it in the meantime.
    assert_eq!(ours.get_volume(&made).await?.status, "awaiting-transfer");
    assert_eq!(refused(ours.create_volume_transfer(&made).await).kind(), Kind::Invalid);

    let wrong = refused(theirs.accept_volume_transfer(&offer.id, "0123456789abcdef").await);
    assert_eq!(wrong.kind(), Kind::Invalid, "{wrong:?}");
    let key = Text(offer.auth_key.expose().to_string());
    let taken = theirs.accept_volume_transfer(&offer.id, key).await?;
    assert_eq!(taken.volume_id, made.id);
    for _ in 0..50 {
        if theirs.get_volume(&made.id).await.is_ok_and(|volume| volume.status == "available") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    assert_eq!(theirs.get_volume(&made.name).await?.id, made.id);
    assert_eq!(refused(ours.get_volume(&made.id).await).kind(), Kind::NotFound);
    theirs.delete_volume(&made.id).wait(true).await?;
    Ok(())
}

async fn withdrawn(context: &Context) -> Outcome {
    let storage = context.cloud()?.block_storage();
    let made = volume(context, "kept").await?;
    let name = context.name(&TRANSFER, "not given");
    let offer = storage.create_volume_transfer(&made).name(name.as_str()).await?;
    record::secret(offer.auth_key.expose());
    storage.delete_volume_transfer(&name).await?;
    assert_eq!(refused(storage.get_volume_transfer(&name).await).kind(), Kind::NotFound);
    // By its id, it may be gone already.
    storage.delete_volume_transfer(&offer.id).await?;
    let key = Text(offer.auth_key.expose().to_string());
    let late = refused(storage.accept_volume_transfer(&offer.id, key).await);
    assert_eq!(late.kind(), Kind::NotFound, "{late:?}");
    assert_eq!(storage.get_volume(&made).await?.status, "available");
    Ok(())
}
