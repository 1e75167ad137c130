//! Members of pools as another client sees them.

use infomaniak_cloud::Kind;

use super::{balancer, pool};
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::INSTANCE;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it is added, found, changed, tagged and removed", whole_life)
            .proves(&["add_pool_member", "get_pool_member", "list_pool_members"])
            .proves(&["set_pool_member", "remove_pool_member"])
            .refuses(Kind::Invalid, &["set_pool_member"])
            .refuses(Kind::Conflict, &["add_pool_member"])
            .refuses(Kind::Ambiguous, &["get_pool_member"])
            .refuses(Kind::NotFound, &["add_pool_member", "get_pool_member"])
            .refuses(Kind::NotFound, &["remove_pool_member", "list_pool_members"]),
        Case::new("a server by name stands for its address in the balancer's subnet", a_server)
            .proves(&["add_pool_member"])
            .refuses(Kind::NotFound, &["add_pool_member"]),
        Case::new("ik adds and removes one with the openstack client's words", by_ik)
            .proves(&["add_pool_member", "set_pool_member", "list_pool_members"])
            .proves(&["remove_pool_member"]),
    ]
}

async fn whole_life(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (of, subnet) = balancer(context, "members", "10.110.0.0/24").await?;
    let servers = pool(context, &of, "servers").await?;
    let add = |last: u8| cloud.add_pool_member(&servers.name, format!("10.110.0.{last}"), 80_u16);
    let made = add(9).name("before").weight(3_u32).subnet_id(&subnet).tags(["a"]).await?;
    assert_eq!((&made.address[..], made.port, made.weight), ("10.110.0.9", 80, Some(3)));
    let seen =
        context.openstack_json(&["loadbalancer", "member", "show", &servers.id, &made.id])?;
    assert_eq!((&seen["weight"], &seen["subnet_id"]), (&3.into(), &subnet.id.as_str().into()));

    let set = cloud.set_pool_member(&servers, "before").name("after").weight(0_u32).tags(["b"]);
    set.backup(true).monitor_port(81_u16).await?;
    let shown = cloud.get_pool_member(&servers.name, "after").await?;
    assert_eq!((&shown.id, shown.weight, shown.backup), (&made.id, 0, Some(true)));
    assert_eq!(
        (shown.monitor_port, &shown.tags[..]),
        (Some(81), &["a", "b"].map(String::from)[..])
    );
    assert_eq!(refused(cloud.set_pool_member(&servers, "after").await).kind(), Kind::Invalid);

    // An address and port is taken once; a name is not.
    assert_eq!(refused(add(9).await).kind(), Kind::Conflict);
    add(10).name("after").await?;
    let both = refused(cloud.get_pool_member(&servers, "after").await);
    assert_eq!(both.kind(), Kind::Ambiguous);
    assert!(both.hint().is_some_and(|hint| hint.contains("10.110.0.10")), "{both:?}");
    let listed = cloud.list_pool_members(&servers.name).await?;
    let mut addresses: Vec<_> = listed.iter().map(|one| one.address.as_str()).collect();
    addresses.sort_unstable();
    assert_eq!(addresses, ["10.110.0.10", "10.110.0.9"]);

    cloud.remove_pool_member(&servers.name, made.id.as_str()).await?;
    cloud.remove_pool_member(&servers, made.id.as_str()).await?;
    let gone = cloud.get_pool_member(&servers, made.id.as_str());
    assert_eq!(refused(gone.await).kind(), Kind::NotFound);
    let nobody = cloud.remove_pool_member(&servers, "behaviour-nobody");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    let nowhere = cloud.add_pool_member("behaviour-nowhere", "10.110.0.9", 80_u16);
    assert_eq!(refused(nowhere.await).kind(), Kind::NotFound);
    let nowhere = cloud.list_pool_members("behaviour-nowhere");
    assert_eq!(refused(nowhere.await).kind(), Kind::NotFound);
    Ok(())
}

async fn a_server(context: &Context) -> Outcome {
    let cloud = context.cloud()?;
    let (of, subnet) = balancer(context, "served", "10.111.0.0/24").await?;
    let servers = pool(context, &of, "servers").await?;
    let (target, name) = (&context.target, context.name(&INSTANCE, "member"));
    let network = subnet.network_id.as_str();
    let create = cloud.compute().create_instance(&name, target.flavor, target.image, network);
    let server = create.wait(true).await?;
    let seen = cloud.network().list_server_addresses(&server).await?;
    let network = cloud.network();
    let made = network.add_pool_member(&servers, &name, 80_u16).name(&name).await?;
    assert_eq!(made.address, seen[0].address);
    // The member's server is elsewhere, and has that said.
    let elsewhere = refused(network.add_pool_member(&servers, target.server, 80_u16).await);
    assert_eq!(elsewhere.kind(), Kind::NotFound);
    assert!(elsewhere.message().contains("has no address in the subnet"), "{elsewhere:?}");
    let nobody = network.add_pool_member(&servers, "behaviour-nobody", 80_u16);
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    Ok(())
}

async fn by_ik(context: &Context) -> Outcome {
    let (of, _) = balancer(context, "ik's members", "10.112.0.0/24").await?;
    let servers = pool(context, &of, "servers").await?;
    let member = |verb: &str, rest: &[&str]| {
        let words = ["loadbalancer", "member", verb, servers.name.as_str()];
        context.ik(&[&words[..], rest].concat())
    };
    let add = ["--name", "m", "--address", "10.112.0.9", "--protocol-port", "80", "-f", "json"];
    let made = member("create", &add)?.json()?;
    assert_eq!((&made["address"], &made["port"]), (&"10.112.0.9".into(), &80.into()));
    member("set", &["m", "--weight", "7"])?.good()?;
    let listed = member("list", &["-f", "json"])?.json()?;
    assert_eq!((&listed[0]["id"], &listed[0]["weight"]), (&made["id"], &7.into()));
    member("delete", &["m", "--yes"])?.good()?;
    assert_eq!(member("list", &["-f", "json"])?.json()?, serde_json::json!([]));
    Ok(())
}
