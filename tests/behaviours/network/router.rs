//! Routers as another client sees them.

use infomaniak_cloud::Kind;
use infomaniak_cloud::network::{FixedIp, HostRoute};
use serde_json::json;

use super::network_with;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::{FLOATING_IP, PORT, ROUTER, SUBNET};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it is made with a gateway by name, changed, tagged and deleted", whole_life)
            .proves(&["create_router", "get_router", "list_routers", "set_router", "unset_router"])
            .proves(&["delete_router"])
            .refuses(Kind::Invalid, &["set_router", "unset_router"])
            .refuses(Kind::NotFound, &["get_router", "set_router", "delete_router"]),
        Case::new("without the network it shall lead to, none is made", no_gateway)
            .refuses(Kind::NotFound, &["create_router", "set_router"])
            .refuses(Kind::Invalid, &["create_router"]),
        Case::new("it is put into subnets by subnet or port, and taken out", interfaces)
            .proves(&["add_router_interface", "remove_router_interface", "get_router"])
            .proves(&["add_router_port", "remove_router_port"])
            .refuses(Kind::NotFound, &["add_router_interface"])
            .refuses(Kind::Conflict, &["add_router_interface", "delete_router"]),
        Case::new("static routes lead to its neighbours", routes)
            .proves(&["set_router", "unset_router", "add_router_routes", "remove_router_routes"])
            .refuses(Kind::Invalid, &["set_router", "add_router_routes", "remove_router_routes"]),
        Case::new("a cascade lets go of everything first, and says what", cascade)
            .proves(&["delete_router"])
            .refuses(Kind::Conflict, &["delete_router", "remove_router_interface"]),
        Case::new("ik makes one with the openstack client's words", by_ik).proves(&[
            "create_router",
            "add_router_interface",
            "set_router",
            "get_router",
            "unset_router",
            "remove_router_interface",
            "delete_router",
        ]),
    ]
}

/// The network that floating IPs come from.
pub(super) const OUTSIDE: &str = "ext-floating1";

async fn whole_life(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let made = cloud
        .create_router(context.name(&ROUTER, "before"))
        .external_network(OUTSIDE)
        .description("grüezi")
        .tags(["a"])
        .await?;
    let outside = cloud.get_network(OUTSIDE).await?;
    let gateway = made.external_gateway.clone().unwrap_or_default();
    assert_eq!(gateway["network_id"], outside.id.as_str());
    let seen = context.openstack_json(&["router", "show", &made.id])?;
    assert_eq!(seen["external_gateway_info"]["network_id"], outside.id.as_str());
    assert_eq!((&seen["description"], &seen["tags"]), (&json!("grüezi"), &json!(["a"])));

    let name = context.name(&ROUTER, "after");
    let set = cloud.set_router(&made).name(&name).is_admin_state_up(false).tags(["b"]);
    set.external_network("ext-net1").await?;
    let shown = cloud.get_router(&name).await?;
    assert_eq!((&shown.id, shown.is_admin_state_up), (&made.id, Some(false)));
    let gateway = shown.external_gateway.unwrap_or_default();
    assert_eq!(gateway["network_id"], cloud.get_network("ext-net1").await?.id.as_str());
    let listed = cloud.list_routers().tags(["a", "b"]).await?;
    assert_eq!(listed.iter().map(|one| &one.id).collect::<Vec<_>>(), [&made.id]);

    cloud.unset_router(&name).external_gateway(true).tags(["a"]).await?;
    let left = cloud.get_router(&made).await?;
    assert_eq!((left.external_gateway, &left.tags[..]), (None, &["b".to_string()][..]));
    // What is not there counts as removed.
    cloud.unset_router(&name).external_gateway(true).all_tags(true).await?;
    assert_eq!(refused(cloud.set_router(&made).await).kind(), Kind::Invalid);
    assert_eq!(refused(cloud.set_router(&made).enable_snat(true).await).kind(), Kind::Invalid);
    assert_eq!(refused(cloud.unset_router(&made).await).kind(), Kind::Invalid);

    cloud.delete_router(&name).await?;
    assert_eq!(refused(cloud.get_router(&made).await).kind(), Kind::NotFound);
    // By its id, it may be gone already; a name that nothing has may be a mistake.
    cloud.delete_router(&made).await?;
    cloud.delete_router(&made).cascade(true).await?;
    assert_eq!(refused(cloud.delete_router(&name).await).kind(), Kind::NotFound);
    assert_eq!(refused(cloud.delete_router(&name).cascade(true).await).kind(), Kind::NotFound);
    assert_eq!(refused(cloud.set_router(&name).name("x").await).kind(), Kind::NotFound);
    Ok(())
}

/// W41: a router without the gateway that was asked for is not what was asked for.
async fn no_gateway(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let name = context.name(&ROUTER, "nowhere");
    let nowhere = cloud.create_router(&name).external_network("behaviour-nowhere");
    assert_eq!(refused(nowhere.await).kind(), Kind::NotFound);
    let nobody = "11111111-2222-4333-8444-555555555555";
    let nowhere = cloud.create_router(&name).external_network(nobody);
    assert_eq!(refused(nowhere.await).kind(), Kind::NotFound);
    let inside = cloud.create_router(&name).external_network(context.target.network);
    let error = refused(inside.await);
    assert_eq!(error.kind(), Kind::Invalid);
    assert!(error.message().contains("does not lead outside"), "{error:?}");
    assert!(cloud.list_routers().name(&name).await?.is_empty());

    let made = cloud.create_router(&name).await?;
    let nowhere = cloud.set_router(&made).name("x").external_network("behaviour-nowhere");
    assert_eq!(refused(nowhere.await).kind(), Kind::NotFound);
    assert_eq!(cloud.get_router(&made).await?.name, name);
    Ok(())
}

async fn interfaces(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (net, first) = network_with(context, "interfaces", "10.84.0.0/24").await?;
    let second = context.name(&SUBNET, "interfaces");
    let second = cloud.create_subnet(&net, &second, "10.85.0.0/24").await?;
    let router = cloud.create_router(context.name(&ROUTER, "interfaces")).await?;

    cloud.add_router_interface(&router.name, &first.name).await?;
    // Once more is as good.
    cloud.add_router_interface(&router, &first).await?;
    let port = cloud.create_port(&net, context.name(&PORT, "router's"));
    let fixed = FixedIp { subnet: Some((&second).into()), ip_address: Some("10.85.0.9".into()) };
    let port = port.fixed_ips([fixed]).await?;
    cloud.add_router_port(&router.name, &port.name).await?;
    cloud.add_router_port(&router, &port).await?;
    let shown = cloud.get_router(&router).await?;
    let mut addresses: Vec<_> =
        shown.interfaces.iter().map(|one| one.ip_address.as_str()).collect();
    addresses.sort_unstable();
    assert_eq!(addresses, ["10.84.0.1", "10.85.0.9"]);
    let seen = context.openstack_json(&["router", "show", &router.id])?;
    assert_eq!(seen["interfaces_info"].as_array().map(Vec::len), Some(2), "{seen}");

    // Another's address is not taken from it.
    let other = cloud.create_router(context.name(&ROUTER, "second")).await?;
    let taken = refused(cloud.add_router_interface(&other, &first).await);
    assert_eq!(taken.kind(), Kind::Conflict, "{taken:?}");
    let nobody = cloud.add_router_interface(&router, "behaviour-nobody");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    assert_eq!(refused(cloud.delete_router(&router).await).kind(), Kind::Conflict);

    cloud.remove_router_interface(&router.name, &first.name).await?;
    cloud.remove_router_interface(&router, &first).await?;
    cloud.remove_router_port(&router, &port).await?;
    cloud.remove_router_port(&router, &port).await?;
    assert!(cloud.get_router(&router).await?.interfaces.is_empty());
    cloud.delete_router(&router).await?;
    Ok(())
}

fn route(destination: &str, gateway: &str) -> HostRoute {
    HostRoute { destination: destination.into(), gateway: gateway.into() }
}

async fn routes(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (_, subnet) = network_with(context, "routes", "10.86.0.0/24").await?;
    let router = cloud.create_router(context.name(&ROUTER, "routes")).await?;
    cloud.add_router_interface(&router, &subnet).await?;
    let far = cloud.set_router(&router).routes([route("10.9.0.0/16", "10.99.0.9")]);
    assert_eq!(refused(far.await).kind(), Kind::Invalid);

    let (a, b) = (route("10.9.0.0/16", "10.86.0.9"), route("10.10.0.0/16", "10.86.0.8"));
    let c = route("10.11.0.0/16", "10.86.0.7");
    cloud.set_router(&router).routes([a.clone()]).await?;
    cloud.set_router(&router.name).routes([b.clone()]).await?;
    cloud.add_router_routes(&router).routes([c.clone(), a.clone()]).await?;
    let routes = async || -> Outcome<Vec<String>> {
        let mut routes: Vec<_> =
            cloud.get_router(&router).await?.routes.into_iter().map(|one| one.gateway).collect();
        routes.sort_unstable();
        Ok(routes)
    };
    assert_eq!(routes().await?, ["10.86.0.7", "10.86.0.8", "10.86.0.9"]);
    cloud.unset_router(&router).routes([b]).await?;
    cloud.remove_router_routes(&router).routes([c.clone()]).await?;
    // What is not there counts as removed.
    cloud.remove_router_routes(&router).routes([c.clone()]).await?;
    assert_eq!(routes().await?, ["10.86.0.9"]);
    cloud.set_router(&router).routes([c]).no_other_routes(true).await?;
    assert_eq!(routes().await?, ["10.86.0.7"]);
    assert_eq!(refused(cloud.add_router_routes(&router).await).kind(), Kind::Invalid);
    assert_eq!(refused(cloud.remove_router_routes(&router).await).kind(), Kind::Invalid);
    cloud.set_router(&router).no_other_routes(true).await?;
    assert_eq!(routes().await?, [""; 0]);
    Ok(())
}

async fn cascade(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (net, subnet) = network_with(context, "cascade", "10.87.0.0/24").await?;
    let router = context.name(&ROUTER, "cascade");
    let router = cloud.create_router(&router).external_network(OUTSIDE).await?;
    cloud.add_router_interface(&router, &subnet).await?;
    cloud.set_router(&router).routes([route("10.9.0.0/16", "10.87.0.9")]).await?;
    let port = cloud.create_port(&net, context.name(&PORT, "cascade")).await?;
    let note = context.name(&FLOATING_IP, "cascade");
    let led = cloud.allocate_floating_ip(OUTSIDE).port(&port).description(&note).await?;
    let note = context.name(&FLOATING_IP, "shared");
    let shared = cloud.allocate_floating_ip(OUTSIDE).description(&note).await?;
    let other = cloud.create_port(&net, context.name(&PORT, "inside")).await?;
    cloud.create_port_forwarding(&shared, &other, 2222, "ssh").await?;

    assert_eq!(refused(cloud.delete_router(&router).await).kind(), Kind::Conflict);
    let busy = cloud.remove_router_interface(&router, &subnet);
    assert_eq!(refused(busy.await).kind(), Kind::Conflict);

    // A person is told before being asked; here nobody is there to be asked.
    let done = context.ik(&["router", "delete", &router.name, "--cascade", "--yes"])?;
    for told in [
        &format!("floating IP {}: leads nowhere", led.floating_ip_address),
        &format!("of {}: deleted", shared.floating_ip_address),
        &format!("router {}: no static routes", router.name),
        "router interface 10.87.0.1: removed",
        &format!("router {}: no gateway", router.name),
    ] {
        assert!(done.stderr.contains(told), "no `{told}` in {done:?}");
    }
    done.good()?;
    assert!(cloud.list_routers().name(&router.name).await?.is_empty());
    let left = cloud.get_floating_ip(&led).await?;
    assert_eq!((left.port_id, left.router_id), (None, None));
    assert!(cloud.list_port_forwardings(&shared).await?.is_empty());
    assert_eq!(cloud.get_port(&port).await?.id, port.id);
    Ok(())
}

async fn by_ik(context: &Context) -> Outcome {
    let (_, subnet) = network_with(context, "ik's routers", "10.88.0.0/24").await?;
    let name = context.name(&ROUTER, "ik's");
    let create = ["router", "create", &name, "--external-gateway", OUTSIDE, "-f", "json"];
    let made = context.ik(&create)?.json()?;
    assert_eq!(made["name"], name.as_str());
    context.ik(&["router", "add", "subnet", &name, &subnet.name])?.good()?;
    let route = "destination=10.9.0.0/16,gateway=10.88.0.9";
    context.ik(&["router", "set", &name, "--route", route, "--description", "d"])?.good()?;
    let shown = context.ik(&["router", "show", &name, "-f", "json"])?.json()?;
    assert_eq!(shown["interfaces"][0]["ip_address"], "10.88.0.1");
    assert_eq!(shown["routes"], json!([{ "destination": "10.9.0.0/16", "gateway": "10.88.0.9" }]));
    context.ik(&["router", "unset", &name, "--route", route, "--external-gateway"])?.good()?;
    context.ik(&["router", "remove", "subnet", &name, &subnet.name, "--yes"])?.good()?;
    context.ik(&["router", "delete", &name, "--yes"])?.good()?;
    assert!(context.cloud()?.network().list_routers().name(&name).await?.is_empty());
    Ok(())
}
