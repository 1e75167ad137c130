//! Listeners as another client sees them.

use infomaniak_cloud::Kind;
use serde_json::json;

use super::{balancer, listener, pool};
use crate::case::{Case, Outcome, refused};
use crate::context::Context;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it is made, found, changed, tagged and deleted", whole_life)
            .proves(&["create_listener", "get_listener", "set_listener"])
            .proves(&["delete_listener"])
            .refuses(Kind::Invalid, &["create_listener", "set_listener"])
            .refuses(Kind::Conflict, &["create_listener"])
            .refuses(Kind::NotFound, &["get_listener", "set_listener", "delete_listener"]),
        Case::new("W17, W18: those of one load balancer are listed, and know it", of_one)
            .proves(&["list_listeners"]),
        Case::new("certificates are named by where the key manager keeps them", certificates)
            .refuses(Kind::Invalid, &["create_listener"]),
    ]
}

async fn whole_life(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (of, _) = balancer(context, "listening", "10.106.0.0/24").await?;
    let servers = pool(context, &of, "servers").await?;
    let create = cloud.create_listener(&of.name, "before", "http", 8080_u16);
    let made = create.default_pool(&servers).connection_limit(100).tags(["a"]).await?;
    assert_eq!((made.protocol.as_str(), made.protocol_port), ("HTTP", 8080));
    assert_eq!(made.default_pool_id.as_ref(), Some(&servers.id));
    let seen = context.openstack_json(&["loadbalancer", "listener", "show", &made.id])?;
    assert_eq!((&seen["connection_limit"], &seen["loadbalancers"]), (&json!(100), &json!(of.id)));

    let name = format!("after {}", of.name);
    let set = cloud.set_listener(&made).name(&name).timeout_client_data(60_000_u64).tags(["b"]);
    set.allowed_cidrs(["192.0.2.0/24"]).await?;
    let shown = cloud.get_listener(&name).await?;
    assert_eq!((&shown.id, shown.timeout_client_data), (&made.id, Some(60_000)));
    assert_eq!(
        (&shown.tags[..], &shown.allowed_cidrs[..]),
        (&["a", "b"].map(String::from)[..], &["192.0.2.0/24".to_string()][..])
    );
    assert_eq!(refused(cloud.set_listener(&made).await).kind(), Kind::Invalid);

    // A port is taken once; a protocol has to be one.
    let again = cloud.create_listener(&of, "again", "HTTP", 8080_u16);
    assert_eq!(refused(again.await).kind(), Kind::Conflict);
    let unheard = cloud.create_listener(&of, "unheard", "GOPHER", 70_u16);
    assert_eq!(refused(unheard.await).kind(), Kind::Invalid);

    cloud.delete_listener(&name).await?;
    assert_eq!(refused(cloud.get_listener(&made).await).kind(), Kind::NotFound);
    cloud.delete_listener(&made).await?;
    assert_eq!(refused(cloud.delete_listener(&name).await).kind(), Kind::NotFound);
    assert_eq!(refused(cloud.set_listener(&name).name("x").await).kind(), Kind::NotFound);
    Ok(())
}

async fn of_one(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (one, subnet) = balancer(context, "one", "10.107.0.0/24").await?;
    let name = context.name(&crate::things::LOAD_BALANCER, "other");
    let other = cloud.create_loadbalancer(&name, &subnet).await?;
    let ours = listener(context, &one, "ours", 80).await?;
    listener(context, &other, "theirs", 80).await?;
    let listed = cloud.list_listeners().loadbalancer_id(&one.name).await?;
    assert_eq!(listed.iter().map(|one| &one.id).collect::<Vec<_>>(), [&ours.id]);
    assert_eq!(listed[0].loadbalancer_id.as_ref(), Some(&one.id));
    let all = cloud.list_listeners().await?;
    assert!(all.iter().any(|listener| listener.loadbalancer_id.as_ref() == Some(&other.id)));
    Ok(())
}

async fn certificates(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (of, _) = balancer(context, "certified", "10.108.0.0/24").await?;
    let create = || cloud.create_listener(&of, "safe", "TERMINATED_HTTPS", 443_u16);
    let without = refused(create().await);
    assert_eq!(without.kind(), Kind::Invalid);
    // Neither cloud has a key manager with one in it.
    let nowhere = create().default_tls_container_ref("http://127.0.0.1:9311/v1/containers/none");
    let error =
        refused(nowhere.sni_container_refs(["http://127.0.0.1:9311/v1/containers/no"]).await);
    assert_eq!(error.kind(), Kind::Invalid);
    assert!(error.message().contains("containers/no"), "{error:?}");
    assert!(cloud.list_listeners().loadbalancer_id(&of).await?.is_empty());
    Ok(())
}
