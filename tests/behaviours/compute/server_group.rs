//! Server groups come and go as another client sees them.

use infomaniak_cloud::Kind;
use infomaniak_cloud::compute::GroupPolicy;

use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::SERVER_GROUP;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it is made, listed, shown and deleted", whole_life)
            .proves(&[
                "create_server_group",
                "list_server_groups",
                "get_server_group",
                "delete_server_group",
            ])
            .refuses(Kind::NotFound, &["get_server_group", "delete_server_group"]),
    ]
}

async fn whole_life(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let name = context.name(&SERVER_GROUP, "group");
    let made = compute.create_server_group(&name).policy(GroupPolicy::AntiAffinity).await?;
    assert_eq!((made.name.as_str(), made.policy.as_str()), (name.as_str(), "anti-affinity"));
    assert_eq!(compute.get_server_group(&name).await?.id, made.id);
    let listed = compute.list_server_groups().await?;
    assert!(listed.iter().any(|group| group.id == made.id), "{listed:?}");
    let seen = context.openstack_json(&["server", "group", "show", &made.id])?;
    assert_eq!(seen["name"], name.as_str());
    compute.delete_server_group(&name).await?;
    assert_eq!(refused(compute.get_server_group(&made.id).await).kind(), Kind::NotFound);
    // By its id, it may be gone already; a name that nothing has may be a mistake.
    compute.delete_server_group(&made.id).await?;
    assert_eq!(refused(compute.delete_server_group(&name).await).kind(), Kind::NotFound);
    Ok(())
}
