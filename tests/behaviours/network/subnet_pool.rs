//! Subnet pools: subnets are cut from them.

use infomaniak_cloud::Kind;
use infomaniak_cloud::network::Cidr;
use serde_json::json;

use super::network;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::{SUBNET, SUBNET_POOL};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it is made, changed, tagged and deleted; subnets are cut from it", whole_life)
            .proves(&["create_subnet_pool", "set_subnet_pool", "unset_subnet_pool"])
            .proves(&["get_subnet_pool", "list_subnet_pools", "delete_subnet_pool"])
            .proves(&["create_subnet"])
            .refuses(Kind::NotFound, &["get_subnet_pool", "delete_subnet_pool"])
            .refuses(Kind::Invalid, &["create_subnet_pool", "delete_subnet_pool"]),
        Case::new("when it is used up, that is said at once", used_up)
            .proves(&["create_subnet"])
            .refuses(Kind::Conflict, &["create_subnet"]),
    ]
}

async fn whole_life(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let name = context.name(&SUBNET_POOL, "pool");
    assert_eq!(refused(cloud.create_subnet_pool(&name).await).kind(), Kind::Invalid);
    let pool = cloud.create_subnet_pool(&name).prefixes(["10.91.0.0/16"]).default_prefixlen(24_u32);
    let pool = pool.description("d").tags(["a"]).await?;
    let seen = context.openstack_json(&["subnet", "pool", "show", &pool.id])?;
    assert_eq!((&seen["prefixes"], &seen["tags"]), (&json!(["10.91.0.0/16"]), &json!(["a"])));

    let made = network(context, "pooled").await?;
    let subnet = cloud
        .create_subnet(&made, context.name(&SUBNET, "pooled"), Cidr::chosen())
        .subnet_pool(name.as_str())
        .await?;
    assert_eq!(
        (subnet.cidr.as_str(), subnet.subnet_pool_id.as_ref()),
        ("10.91.0.0/24", Some(&pool.id))
    );
    assert_eq!(subnet.gateway_ip.as_deref(), Some("10.91.0.1"));
    assert_eq!(refused(cloud.delete_subnet_pool(&pool).await).kind(), Kind::Invalid);

    let set = cloud.set_subnet_pool(&name).prefixes(["10.93.0.0/16"]).default_prefixlen(26_u32);
    set.tags(["b"]).await?;
    cloud.unset_subnet_pool(&name).tags(["a"]).await?;
    let shown = cloud.get_subnet_pool(&name).await?;
    assert_eq!((shown.prefixes.len(), shown.default_prefixlen), (2, 26));
    assert_eq!(shown.tags, ["b"]);
    assert!(cloud.list_subnet_pools().await?.iter().any(|one| one.id == pool.id));
    cloud.delete_subnet(&subnet).await?;
    cloud.delete_subnet_pool(&name).await?;
    assert_eq!(refused(cloud.get_subnet_pool(&pool).await).kind(), Kind::NotFound);
    assert_eq!(refused(cloud.delete_subnet_pool(&name).await).kind(), Kind::NotFound);
    Ok(())
}

async fn used_up(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let name = context.name(&SUBNET_POOL, "small pool");
    let pool = cloud.create_subnet_pool(&name).prefixes(["10.92.0.0/24"]).default_prefixlen(25_u32);
    pool.await?;
    let made = network(context, "used up").await?;
    for range in ["10.92.0.0/25", "10.92.0.128/25"] {
        let subnet = cloud.create_subnet(&made, context.name(&SUBNET, "cut"), Cidr::chosen());
        assert_eq!(subnet.subnet_pool(name.as_str()).await?.cidr, range);
    }
    let third = cloud.create_subnet(&made, context.name(&SUBNET, "cut"), Cidr::chosen());
    let error = refused(third.subnet_pool(name.as_str()).await);
    assert_eq!(error.kind(), Kind::Conflict);
    assert!(error.message().contains("Insufficient prefix space"), "{error:?}");
    Ok(())
}
