//! An instance gets another flavor, another disk, and gives an image of its own.

use infomaniak_cloud::Kind;

use super::instance;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::IMAGE;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("resized it can be confirmed, or gets its flavor back", resized)
            .proves(&["resize_instance", "confirm_resize", "revert_resize"])
            .refuses(Kind::Conflict, &["confirm_resize", "revert_resize"])
            .refuses(Kind::NotFound, &["resize_instance"]),
        Case::new("rebuilt it keeps its id and addresses", rebuilt)
            .proves(&["rebuild_instance"])
            .refuses(Kind::NotFound, &["rebuild_instance"]),
        Case::new("an image is made of it, which another client sees", imaged)
            .proves(&["snapshot_instance", "get_image"])
            .refuses(Kind::NotFound, &["snapshot_instance"]),
    ]
}

const LARGER: &str = "a2-ram4-disk50-perf1";

async fn resized(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let made = instance(context, "resized").await?;
    let flavor = async || Ok::<_, crate::case::Failure>(compute.get_instance(&made).await?.flavor);
    assert_eq!(refused(compute.confirm_resize(&made).await).kind(), Kind::Conflict);
    assert_eq!(refused(compute.revert_resize(&made).await).kind(), Kind::Conflict);
    let unknown = compute.resize_instance(&made, "behaviour-no-such-flavor");
    assert_eq!(refused(unknown.await).kind(), Kind::NotFound);

    compute.resize_instance(&made.name, LARGER).wait(true).await?;
    assert_eq!(compute.get_instance(&made).await?.status, "VERIFY_RESIZE");
    compute.revert_resize(&made).wait(true).await?;
    assert_eq!(flavor().await?.as_deref(), Some(context.target.flavor));

    compute.resize_instance(&made, LARGER).wait(true).await?;
    compute.confirm_resize(&made.name).wait(true).await?;
    assert_eq!(flavor().await?.as_deref(), Some(LARGER));
    assert_eq!(compute.get_instance(&made).await?.status, "ACTIVE");
    Ok(())
}

async fn rebuilt(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let made = instance(context, "rebuilt").await?;
    compute.rebuild_instance(&made.name).wait(true).await?;
    compute.rebuild_instance(&made).image(context.target.image).wait(true).await?;
    let after = compute.get_instance(&made).await?;
    assert_eq!((after.status.as_str(), after.image), ("ACTIVE", made.image.clone()));
    let address =
        |addresses: &std::collections::BTreeMap<_, Vec<infomaniak_cloud::compute::Address>>| {
            addresses.values().flatten().map(|address| address.addr.clone()).collect::<Vec<_>>()
        };
    assert_eq!(address(&after.addresses), address(&made.addresses));
    let unknown = compute.rebuild_instance(&made).image("behaviour-no-such-image");
    assert_eq!(refused(unknown.await).kind(), Kind::NotFound);
    Ok(())
}

async fn imaged(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let made = instance(context, "imaged").await?;
    let name = context.name(&IMAGE, "of instance");
    let snapshot = compute.snapshot_instance(&made).name(&name).wait(true).await?;
    let image = compute.get_image(&name).await?;
    assert_eq!((image.id.as_str(), image.status.as_str()), (snapshot.image_id.as_str(), "active"));
    let seen = context.openstack_json(&["image", "show", &image.id])?;
    assert_eq!(seen["visibility"], "private");
    let nobody = compute.snapshot_instance("behaviour-nobody");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    Ok(())
}
