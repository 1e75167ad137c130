//! Pools as another client sees them.

use infomaniak_cloud::Kind;
use infomaniak_cloud::load_balancer::SessionPersistence;

use super::{balancer, listener};
use crate::case::{Case, Outcome, refused};
use crate::context::Context;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it is made, found, changed, tagged and deleted", whole_life)
            .proves(&["create_pool", "get_pool", "list_pools", "set_pool", "delete_pool"])
            .refuses(Kind::Invalid, &["create_pool", "set_pool"])
            .refuses(Kind::NotFound, &["create_pool", "get_pool", "delete_pool"]),
    ]
}

async fn whole_life(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (of, _) = balancer(context, "pooled", "10.109.0.0/24").await?;
    let web = listener(context, &of, "web", 80).await?;
    let create = |name: &str| cloud.create_pool(name, "http", "round_robin");
    let keep = |how: &str| SessionPersistence {
        r#type: how.into(),
        cookie_name: None,
        persistence_timeout: None,
        persistence_granularity: None,
    };
    let made = create("before").listener_id(&web.name).session_persistence(keep("HTTP_COOKIE"));
    let made = made.tags(["a"]).await?;
    assert_eq!((&made.protocol[..], &made.lb_algorithm[..]), ("HTTP", "ROUND_ROBIN"));
    assert_eq!(
        (made.loadbalancer_id.as_ref(), &made.listeners),
        (Some(&of.id), &vec![web.id.clone()])
    );
    assert_eq!(cloud.get_listener(&web).await?.default_pool_id.as_ref(), Some(&made.id));
    let seen = context.openstack_json(&["loadbalancer", "pool", "show", &made.id])?;
    assert!(seen["session_persistence"].to_string().contains("HTTP_COOKIE"), "{seen}");

    let name = format!("after {}", of.name);
    let set = cloud.set_pool(&made).name(&name).lb_algorithm("least_connections").tags(["b"]);
    set.session_persistence(keep("SOURCE_IP")).await?;
    let shown = cloud.get_pool(&name).await?;
    assert_eq!((&shown.id, &shown.lb_algorithm[..]), (&made.id, "LEAST_CONNECTIONS"));
    assert_eq!(shown.session_persistence, Some(keep("SOURCE_IP")));
    assert_eq!(shown.tags, ["a", "b"]);
    let spare = create("spare").loadbalancer_id(&of.name).await?;
    let mut listed = cloud.list_pools().loadbalancer_id(&of).await?;
    listed.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(listed.iter().map(|one| &one.id).collect::<Vec<_>>(), [&made.id, &spare.id]);

    assert_eq!(refused(cloud.set_pool(&made).await).kind(), Kind::Invalid);
    assert_eq!(refused(create("nobody's").await).kind(), Kind::Invalid);
    let unheard = cloud.create_pool("unheard", "HTTP", "AT_WILL").loadbalancer_id(&of);
    assert_eq!(refused(unheard.await).kind(), Kind::Invalid);
    let nowhere = create("nowhere").listener_id("behaviour-nowhere");
    assert_eq!(refused(nowhere.await).kind(), Kind::NotFound);

    cloud.delete_pool(&name).await?;
    assert_eq!(refused(cloud.get_pool(&made).await).kind(), Kind::NotFound);
    assert_eq!(cloud.get_listener(&web).await?.default_pool_id, None);
    cloud.delete_pool(&made).await?;
    assert_eq!(refused(cloud.delete_pool(&name).await).kind(), Kind::NotFound);
    Ok(())
}
