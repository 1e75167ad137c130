//! Instances are put to rest and woken, in every way there is; a lock keeps them as they are.

use infomaniak_cloud::Kind;

use super::instance;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it is paused and goes on, suspended and resumes", paused_and_suspended)
            .proves(&["pause_instance", "unpause_instance", "suspend_instance", "resume_instance"])
            .refuses(Kind::Conflict, &["unpause_instance", "resume_instance"]),
        Case::new("shelved it leaves its host, unshelved it is back", shelved)
            .proves(&["shelve_instance", "unshelve_instance"])
            .refuses(Kind::Conflict, &["unshelve_instance"]),
        Case::new("rescued it boots another image, unrescued its own", rescued)
            .proves(&["rescue_instance", "unrescue_instance"])
            .refuses(Kind::Conflict, &["unrescue_instance"]),
        Case::new("locked it cannot be stopped until it is unlocked", locked)
            .proves(&["lock_instance", "unlock_instance", "stop_instance"])
            .refuses(Kind::Conflict, &["stop_instance"]),
    ]
}

async fn paused_and_suspended(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let made = instance(context, "paused").await?;
    assert_eq!(refused(compute.unpause_instance(&made).await).kind(), Kind::Conflict);
    compute.pause_instance(&made.name).wait(true).await?;
    assert_eq!(compute.get_instance(&made).await?.status, "PAUSED");
    compute.unpause_instance(&made).wait(true).await?;
    assert_eq!(refused(compute.resume_instance(&made).await).kind(), Kind::Conflict);
    compute.suspend_instance(&made).wait(true).await?;
    assert_eq!(context.openstack_json(&["server", "show", &made.id])?["status"], "SUSPENDED");
    compute.resume_instance(&made.name).wait(true).await?;
    assert_eq!(compute.get_instance(&made).await?.status, "ACTIVE");
    Ok(())
}

async fn shelved(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let made = instance(context, "shelved").await?;
    assert_eq!(refused(compute.unshelve_instance(&made).await).kind(), Kind::Conflict);
    compute.shelve_instance(&made).wait(true).await?;
    assert!(compute.get_instance(&made).await?.status.starts_with("SHELVED"));
    compute.unshelve_instance(&made.name).wait(true).await?;
    assert_eq!(compute.get_instance(&made).await?.status, "ACTIVE");
    Ok(())
}

async fn rescued(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let made = instance(context, "rescued").await?;
    assert_eq!(refused(compute.unrescue_instance(&made).await).kind(), Kind::Conflict);
    compute.rescue_instance(&made.name).image(context.target.image).wait(true).await?;
    assert_eq!(compute.get_instance(&made).await?.status, "RESCUE");
    compute.unrescue_instance(&made).wait(true).await?;
    assert_eq!(compute.get_instance(&made).await?.status, "ACTIVE");
    Ok(())
}

async fn locked(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let made = instance(context, "locked").await?;
    compute.lock_instance(&made.name).reason("the accounts are being closed").await?;
    let error = refused(compute.stop_instance(&made).await);
    assert_eq!(error.kind(), Kind::Conflict, "{error:?}");
    assert!(error.message().contains("locked"), "{error:?}");
    compute.unlock_instance(&made).await?;
    compute.stop_instance(&made).wait(true).await?;
    Ok(())
}
