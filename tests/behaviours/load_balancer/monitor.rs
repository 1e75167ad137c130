//! Health monitors as another client sees them.

use infomaniak_cloud::Kind;

use super::{balancer, pool};
use crate::case::{Case, Outcome, refused};
use crate::context::Context;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("W18: a health monitor is made, knows its pool, is changed and deleted", monitor)
            .proves(&["create_health_monitor", "get_health_monitor", "list_health_monitors"])
            .proves(&["set_health_monitor", "delete_health_monitor"])
            .refuses(Kind::Invalid, &["create_health_monitor", "set_health_monitor"])
            .refuses(Kind::Conflict, &["create_health_monitor"])
            .refuses(Kind::NotFound, &["get_health_monitor", "delete_health_monitor"]),
    ]
}

async fn monitor(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (of, _) = balancer(context, "monitored", "10.113.0.0/24").await?;
    let servers = pool(context, &of, "servers").await?;
    let create = || cloud.create_health_monitor(&servers.name, "http", 5_u64, 3_u64);
    let name = format!("health of {}", of.name);
    let made = create().name(&name).url_path("/health").expected_codes("200-204").tags(["a"]);
    let made = made.await?;
    assert_eq!((&made.r#type[..], made.delay, made.timeout, made.max_retries), ("HTTP", 5, 3, 3));
    assert_eq!(made.pool_id.as_ref(), Some(&servers.id));
    let seen = context.openstack_json(&["loadbalancer", "healthmonitor", "show", &made.id])?;
    assert_eq!(
        (&seen["url_path"], &seen["expected_codes"]),
        (&"/health".into(), &"200-204".into())
    );

    let set = cloud.set_health_monitor(&name).delay(10_u64).monitor_timeout(7_u64).tags(["b"]);
    set.max_retries_down(4_u32).await?;
    let shown = cloud.get_health_monitor(&name).await?;
    assert_eq!((shown.delay, shown.timeout, shown.max_retries_down), (10, 7, Some(4)));
    assert_eq!(shown.tags, ["a", "b"]);
    let listed = cloud.list_health_monitors().pool_id(&servers).await?;
    assert_eq!(listed.iter().map(|one| &one.id).collect::<Vec<_>>(), [&made.id]);
    assert_eq!(listed[0].pool_id.as_ref(), Some(&servers.id));
    assert_eq!(cloud.get_pool(&servers).await?.healthmonitor_id.as_ref(), Some(&made.id));

    // A pool has one; a kind has to be one; and something has to be said.
    assert_eq!(refused(create().await).kind(), Kind::Conflict);
    let unheard = cloud.create_health_monitor(&servers, "GUESS", 5_u64, 3_u64);
    assert_eq!(refused(unheard.await).kind(), Kind::Invalid);
    assert_eq!(refused(cloud.set_health_monitor(&name).await).kind(), Kind::Invalid);

    cloud.delete_health_monitor(&name).await?;
    assert_eq!(refused(cloud.get_health_monitor(&made).await).kind(), Kind::NotFound);
    cloud.delete_health_monitor(&made).await?;
    assert_eq!(refused(cloud.delete_health_monitor(&name).await).kind(), Kind::NotFound);
    Ok(())
}
