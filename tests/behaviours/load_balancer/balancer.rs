//! Load balancers as another client sees them.

use infomaniak_cloud::Kind;
use serde_json::json;

use super::{balancer, listener, pool};
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::network::network_with;
use crate::things::LOAD_BALANCER;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it is made, found, changed, tagged and deleted", whole_life)
            .proves(&["create_loadbalancer", "get_loadbalancer", "list_loadbalancers"])
            .proves(&["set_loadbalancer", "delete_loadbalancer", "delete_subnet"])
            .refuses(Kind::Invalid, &["create_loadbalancer", "set_loadbalancer"])
            .refuses(Kind::NotFound, &["create_loadbalancer", "get_loadbalancer"])
            .refuses(Kind::NotFound, &["set_loadbalancer", "delete_loadbalancer"]),
        Case::new("W69: changes follow each other at once and meet no conflict", at_once)
            .proves(&["create_loadbalancer", "create_listener", "create_pool"])
            .proves(&["add_pool_member", "set_loadbalancer", "delete_loadbalancer"]),
        Case::new("what belongs to it is in the way, or goes with it, after it was said", cascade)
            .proves(&["delete_loadbalancer"])
            .refuses(Kind::Conflict, &["delete_loadbalancer"]),
        Case::new("an administrator has it built anew", failover)
            .proves(&["failover_loadbalancer"])
            .refuses(Kind::Denied, &["failover_loadbalancer"]),
        Case::new("a deadline ends the wait, and says what it waits for", late)
            .refuses(Kind::TimedOut, &["create_loadbalancer"]),
    ]
}

async fn whole_life(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (_, subnet) = network_with(context, "balanced", "10.101.0.0/24").await?;
    let name = context.name(&LOAD_BALANCER, "before");
    let create = cloud.create_loadbalancer(&name, &subnet.name).vip_address("10.101.0.7");
    let made = create.description("grüezi").tags(["a"]).await?;
    assert_eq!((made.name.as_str(), made.vip_address.as_str()), (name.as_str(), "10.101.0.7"));
    assert_eq!(made.provisioning_status, "ACTIVE", "it waits until it is there");
    let seen = context.openstack_json(&["loadbalancer", "show", &made.id])?;
    assert_eq!(
        (&seen["vip_subnet_id"], &seen["description"]),
        (&json!(subnet.id), &json!("grüezi"))
    );

    let after = context.name(&LOAD_BALANCER, "after");
    cloud.set_loadbalancer(&name).name(&after).is_admin_state_up(false).tags(["b"]).await?;
    let shown = cloud.get_loadbalancer(&after).wait(true).await?;
    assert_eq!((&shown.id, shown.is_admin_state_up), (&made.id, Some(false)));
    assert_eq!(shown.tags, ["a", "b"]);
    let listed = cloud.list_loadbalancers().vip_subnet(&subnet).tags(["a", "b"]).await?;
    assert_eq!(listed.iter().map(|one| &one.id).collect::<Vec<_>>(), [&made.id]);
    assert!(cloud.list_loadbalancers().name(&name).await?.is_empty());
    cloud.set_loadbalancer(&made).no_other_tags(true).await?;
    assert!(cloud.get_loadbalancer(&made).await?.tags.is_empty());
    assert_eq!(refused(cloud.set_loadbalancer(&made).await).kind(), Kind::Invalid);

    cloud.delete_loadbalancer(&after).await?;
    // It is gone, and with it what its address was in the way of.
    assert_eq!(refused(cloud.get_loadbalancer(&made).await).kind(), Kind::NotFound);
    cloud.delete_subnet(&subnet).await?;
    // By its id, it may be gone already; a name that nothing has may be a mistake.
    cloud.delete_loadbalancer(&made).await?;
    assert_eq!(refused(cloud.delete_loadbalancer(&after).await).kind(), Kind::NotFound);
    assert_eq!(refused(cloud.set_loadbalancer(&after).name("x").await).kind(), Kind::NotFound);
    let nowhere = cloud.create_loadbalancer(&name, "behaviour-nowhere");
    assert_eq!(refused(nowhere.await).kind(), Kind::NotFound);
    let nowhere = infomaniak_cloud::resource::Maybe::none();
    assert_eq!(refused(cloud.create_loadbalancer(&name, nowhere).await).kind(), Kind::Invalid);
    assert!(cloud.list_loadbalancers().name(&name).await?.is_empty());
    Ok(())
}

/// Nothing waits by itself here; each change finds the balancer at work on the one before.
async fn at_once(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (_, subnet) = network_with(context, "at once", "10.102.0.0/24").await?;
    let name = context.name(&LOAD_BALANCER, "at once");
    let made = cloud.create_loadbalancer(&name, &subnet).wait(false).await?;
    let listener = cloud.create_listener(&made, "a", "HTTP", 80_u16).wait(false).await?;
    let pool = cloud.create_pool("a", "HTTP", "ROUND_ROBIN").listener_id(&listener);
    let pool = pool.wait(false).await?;
    for last in 11..14 {
        let member = cloud.add_pool_member(&pool, format!("10.102.0.{last}"), 80_u16);
        member.wait(false).await?;
    }
    cloud.set_loadbalancer(&made).description("d").wait(false).await?;
    cloud.delete_loadbalancer(&made).cascade(true).await?;
    assert!(cloud.list_loadbalancers().name(&name).await?.is_empty());
    Ok(())
}

async fn cascade(context: &Context) -> Outcome {
    let (made, _) = balancer(context, "cascade", "10.103.0.0/24").await?;
    listener(context, &made, "web", 80).await?;
    let cloud = context.cloud()?.network();
    let pool = pool(context, &made, "servers").await?;
    cloud.add_pool_member(&pool, "10.103.0.9", 80_u16).await?;
    let error = refused(cloud.delete_loadbalancer(&made).await);
    assert_eq!(error.kind(), Kind::Conflict);
    assert!(error.hint().is_some_and(|hint| hint.contains("--cascade")), "{error:?}");

    let done = context.ik(&["loadbalancer", "delete", &made.name, "--cascade", "--yes"])?;
    for told in [
        &format!("listener web of {} HTTP 80", made.name),
        &format!("pool servers of {} with a member", made.name),
        &format!("load balancer {} {}", made.name, made.vip_address),
    ] {
        assert!(done.stderr.contains(told), "no `{told}` in {done:?}");
    }
    done.good()?;
    assert!(cloud.list_loadbalancers().name(&made.name).await?.is_empty());
    assert!(cloud.list_pools().name(&pool.name).await?.is_empty());
    Ok(())
}

async fn failover(context: &Context) -> Outcome {
    let (made, subnet) = balancer(context, "anew", "10.104.0.0/24").await?;
    let own = context.cloud()?.network().failover_loadbalancer(&made);
    assert_eq!(refused(own.await).kind(), Kind::Denied);
    let admin = context.cloud_of(context.target.admin)?.network();
    // Whether it comes to a good end is another matter: the testbed has nothing to build it from.
    admin.failover_loadbalancer(&made).wait(false).await?;
    // In whatever state it is then, it can be deleted.
    let cloud = context.cloud()?.network();
    cloud.delete_loadbalancer(&made).await?;
    // Where building it anew has failed, Octavia leaves a port behind.
    for port in cloud.list_ports().network(subnet.network_id.as_str()).await? {
        cloud.delete_port(&port).await?;
    }
    Ok(())
}

async fn late(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (_, subnet) = network_with(context, "late", "10.105.0.0/24").await?;
    let create = cloud.create_loadbalancer(context.name(&LOAD_BALANCER, "late"), &subnet);
    let error = refused(create.timeout(std::time::Duration::from_millis(900)).await);
    assert_eq!(error.kind(), Kind::TimedOut, "{error:?}");
    Ok(())
}
