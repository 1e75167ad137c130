//! What a project may choose from, and how much of it.

use infomaniak_cloud::Kind;

use super::volume;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("volume types are listed and shown", types)
            .proves(&["list_volume_types", "get_volume_type"])
            .refuses(Kind::NotFound, &["get_volume_type"]),
        Case::new("the availability zone is listed", zones).proves(&["list_volume_zones"]),
        Case::new("the quotas say what is used", quotas).proves(&["get_volume_quotas"]),
    ]
}

async fn types(context: &Context) -> Outcome {
    let storage = context.cloud()?.block_storage();
    let listed = storage.list_volume_types().await?;
    let names: Vec<_> = listed.iter().map(|kind| kind.name.as_str()).collect();
    assert!(names.contains(&"CEPH_1_perf1") && names.contains(&"CEPH_1_perf2"), "{names:?}");
    let shown = storage.get_volume_type("CEPH_1_perf2").await?;
    assert!(listed.iter().any(|kind| kind.id == shown.id) && shown.is_public);
    let error = refused(storage.get_volume_type("CEPH_1_perf9").await);
    assert_eq!(error.kind(), Kind::NotFound);
    assert!(error.hint().unwrap_or_default().contains("CEPH_1_perf"), "{error:?}");
    Ok(())
}

async fn zones(context: &Context) -> Outcome {
    let zones = context.cloud()?.block_storage().list_volume_zones().await?;
    assert!(zones.iter().any(|zone| zone.name == context.target.zone && zone.state), "{zones:?}");
    Ok(())
}

async fn quotas(context: &Context) -> Outcome {
    let storage = context.cloud()?.block_storage();
    volume(context, "counted").await?;
    let quotas = storage.get_volume_quotas().await?;
    let quota = |name: &str| quotas.iter().find(|quota| quota.name == name).unwrap();
    assert_eq!((quota("volumes").limit, quota("gigabytes").limit), (1000, 100_000));
    assert!(quota("volumes").in_use >= 1 && quota("gigabytes").in_use >= 1, "{quotas:?}");
    assert!(quota("volumes_CEPH_1_perf1").in_use >= 1, "{quotas:?}");
    Ok(())
}
