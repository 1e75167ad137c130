//! Several things at once: an instance's addresses, the network as a whole, a network with what hangs
//! on it.

use infomaniak_cloud::Kind;
use infomaniak_cloud::network::HostRoute;

use super::network_with;
use super::router::OUTSIDE;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::load_balancer::{balancer, listener, pool};
use crate::things::{FLOATING_IP, INSTANCE, PORT, ROUTER, TRUNK};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("a server's fixed and floating addresses are told in one look", addresses)
            .proves(&["list_server_addresses"])
            .refuses(Kind::NotFound, &["list_server_addresses"]),
        Case::new("the network is drawn, with nine requests however much there is", topology)
            .proves(&["show_topology"]),
        Case::new("a network goes with all that nobody would miss, and says with what", cascade)
            .proves(&["delete_network"])
            .refuses(Kind::NotFound, &["delete_network"]),
        Case::new("with instances on it, they are named and nothing of it goes", cascade_refused)
            .proves(&["delete_network"])
            .refuses(Kind::Conflict, &["delete_network"]),
        Case::new("with another network's trunk on it, nothing of it goes", cascade_trunk)
            .proves(&["delete_network"])
            .refuses(Kind::Conflict, &["delete_network"]),
    ]
}

async fn addresses(context: &Context) -> Outcome {
    let cloud = context.cloud()?;
    let server = context.target.server;
    let found = cloud.network().list_server_addresses(server).await?;
    let seen = context.openstack_json(&["server", "show", server])?;
    let theirs = seen["addresses"][context.target.network].as_array().unwrap();
    let mut ours: Vec<_> = found.iter().map(|one| one.address.as_str()).collect();
    let mut theirs: Vec<_> = theirs.iter().filter_map(|one| one.as_str()).collect();
    ours.sort_unstable();
    theirs.sort_unstable();
    assert_eq!(ours, theirs);
    assert_eq!((found[0].kind.as_str(), found[1].kind.as_str()), ("floating", "fixed"));
    assert_eq!(found[0].fixed_address.as_ref(), Some(&found[1].address));
    assert!(found.iter().all(|one| one.network == context.target.network), "{found:?}");
    let by_ik = context.ik(&["server", "ip", server, "-f", "value", "-c", "address"])?.good()?;
    assert_eq!(by_ik.lines().next(), Some(found[0].address.as_str()));
    let nobody = cloud.network().list_server_addresses("behaviour-nobody");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    Ok(())
}

async fn topology(context: &Context) -> Outcome {
    let (of, subnet) = balancer(context, "drawn", "10.84.0.0/24").await?;
    let cloud = context.cloud()?;
    let network = cloud.network();
    let made = network.get_network(subnet.network_id.as_str()).await?;
    let router = network.create_router(context.name(&ROUTER, "drawn")).external_network(OUTSIDE);
    network.add_router_interface(&router.await?, &subnet).await?;
    let floating = network.allocate_floating_ip(OUTSIDE).port(of.vip_port_id.as_deref().unwrap());
    let floating = floating.description(context.name(&FLOATING_IP, "drawn")).await?;
    listener(context, &of, "web", 80).await?;
    let servers = pool(context, &of, "servers").await?;
    network.add_pool_member(&servers, "10.84.0.9", 80_u16).await?;
    let watch = context.watch();
    let seen = cloud.network().show_topology().await?;
    let requests = watch.requests();
    assert_eq!(requests.len(), 9, "{requests:?}");
    let named = |name: &str| seen.networks.iter().find(|network| network.name == name).unwrap();
    assert_eq!(named(&made.name).subnets[0].cidr, subnet.cidr);
    let balancers = &named(&made.name).load_balancers;
    assert_eq!((balancers.len(), &balancers[0].id), (1, &of.id));
    let drawn = &balancers[0];
    assert_eq!(
        (&drawn.addresses, &drawn.floating_ips),
        (&vec![of.vip_address.clone()], &vec![floating.floating_ip_address.clone()])
    );
    assert_eq!((&drawn.listeners[..], drawn.pools.len()), (&["HTTP:80".to_string()][..], 1));
    assert_eq!((&drawn.pools[0].id, drawn.pools[0].members), (&servers.id, 1));
    let servers = &named(context.target.network).servers;
    let web = servers.iter().find(|server| server.name == context.target.server).unwrap();
    assert!(!web.addresses.is_empty() && !web.floating_ips.is_empty(), "{web:?}");

    let tree = context.ik(&["network", "topology"])?.good()?;
    assert!(tree.contains(&format!("network {}\n", made.name)), "{tree}");
    assert!(tree.contains(&format!("subnet {} {}", subnet.name, subnet.cidr)), "{tree}");
    assert!(tree.contains(&format!("server {} {}", web.name, web.addresses[0])), "{tree}");
    let lines = [
        format!(
            "load balancer {} {} <- {} ({})\n",
            of.name, of.vip_address, floating.floating_ip_address, drawn.operating_status
        ),
        "listener HTTP:80\n".into(),
        format!("pool {}: 1 member\n", drawn.pools[0].name),
    ];
    for line in lines {
        assert!(tree.contains(&line), "no {line} in {tree}");
    }
    for (format, beginning) in [("svg", "<svg "), ("mermaid", "graph LR"), ("dot", "graph network")]
    {
        let drawing = context.ik(&["network", "topology", "-f", format])?.good()?;
        assert!(drawing.starts_with(beginning) && drawing.contains(&made.name), "{drawing}");
        assert!(drawing.contains(&of.vip_address) && drawing.contains("HTTP:80"), "{drawing}");
    }
    let json = context.ik(&["network", "topology", "-f", "json"])?.json()?;
    assert!(json["networks"].as_array().unwrap().len() >= 2, "{json}");
    context.ik(&["network", "list", "-f", "svg"])?.refused(Kind::Invalid)?;
    Ok(())
}

async fn cascade(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (made, subnet) = network_with(context, "cascade", "10.85.0.0/24").await?;
    let port = async |stem| cloud.create_port(&made, context.name(&PORT, stem)).await;
    let (led, forwarded) = tokio::try_join!(port("led"), port("forwarded"))?;
    let (parent, part) = tokio::try_join!(port("parent"), port("part"))?;
    let trunk = context.name(&TRUNK, "cascade");
    let sub = format!("port={},segmentation-type=vlan,segmentation-id=7", part.id);
    let create = ["network", "trunk", "create", &trunk, "--parent-port", &parent.id];
    context.openstack(&[&create[..], &["--subport", &sub]].concat())?;
    let router = cloud.create_router(context.name(&ROUTER, "cascade")).external_network(OUTSIDE);
    let router = router.await?;
    cloud.add_router_interface(&router, &subnet).await?;
    // What leads to a neighbour stays.
    let (_, beside) = network_with(context, "beside", "10.86.0.0/24").await?;
    cloud.add_router_interface(&router, &beside).await?;
    let kept = route("10.10.0.0/16", "10.86.0.9");
    let routes = [route("10.9.0.0/16", "10.85.0.9"), kept.clone()];
    cloud.add_router_routes(&router).routes(routes).await?;
    let tag = || context.name(&FLOATING_IP, "cascade");
    let floating = cloud.allocate_floating_ip(OUTSIDE).port(&led).description(tag()).await?;
    let forwarding = cloud.allocate_floating_ip(OUTSIDE).description(tag()).await?;
    cloud.create_port_forwarding(&forwarding, &forwarded, "2222", "22").await?;

    let inside = &forwarded.fixed_ips[0].ip_address;
    let outside = (&floating.floating_ip_address, &forwarding.floating_ip_address);
    let done = context.ik(&["network", "delete", &made.name, "--cascade", "--yes"])?;
    for line in [
        format!("floating IP {}: leads nowhere", outside.0),
        format!("port forwarding tcp 2222 to {inside} of {}: deleted", outside.1),
        format!("router {}: no route to 10.9.0.0/16 by 10.85.0.9", router.name),
        format!("trunk {trunk}: deleted"),
        format!("port {} {inside}: deleted", forwarded.name),
        "router interface 10.85.0.1: removed".into(),
        format!("subnet {} 10.85.0.0/24: deleted", subnet.name),
        format!("network {}: deleted", made.name),
    ] {
        assert!(done.stderr.contains(&format!("goes: {line}\n")), "{line}: {done:?}");
    }
    done.good()?;
    assert_eq!(refused(cloud.get_network(&made).await).kind(), Kind::NotFound);
    assert_eq!(refused(cloud.get_port(&part).await).kind(), Kind::NotFound);
    assert_eq!(refused(cloud.get_subnet(&subnet).await).kind(), Kind::NotFound);
    assert_eq!(refused(cloud.get_trunk(&trunk).await).kind(), Kind::NotFound);
    assert_eq!(cloud.get_floating_ip(&floating).await?.port_id, None);
    assert!(cloud.get_floating_ip(&forwarding).await?.port_forwardings.is_empty());
    let left = cloud.get_router(&router).await?;
    assert_eq!(left.routes, [kept]);
    let interfaces: Vec<_> = left.interfaces.iter().map(|one| &one.subnet_id).collect();
    assert_eq!(interfaces, [&beside.id]);
    // By its id, it may be gone already; a name that nothing has may be a mistake.
    cloud.delete_network(&made).cascade(true).await?;
    let gone = cloud.delete_network(&made.name).cascade(true);
    assert_eq!(refused(gone.await).kind(), Kind::NotFound);
    Ok(())
}

fn route(destination: &str, gateway: &str) -> HostRoute {
    HostRoute { destination: destination.into(), gateway: gateway.into() }
}

async fn cascade_refused(context: &Context) -> Outcome {
    let cloud = context.cloud()?;
    let (made, subnet) = network_with(context, "in use", "10.87.0.0/24").await?;
    let loose = cloud.network().create_port(&made, context.name(&PORT, "loose")).await?;
    let target = &context.target;
    let names = [context.name(&INSTANCE, "used"), context.name(&INSTANCE, "used")];
    for name in &names {
        cloud.compute().create_instance(name, target.flavor, target.image, &made).await?;
    }
    let error = refused(cloud.network().delete_network(&made).cascade(true).await);
    assert_eq!(error.kind(), Kind::Conflict);
    for name in &names {
        assert!(error.message().contains(&format!("instance {name}")), "{error:?}");
    }
    let said = context.ik(&["network", "delete", &made.name, "--cascade", "--yes"])?;
    said.refused(Kind::Conflict)?;
    assert_eq!(cloud.network().get_port(&loose).await?.id, loose.id);
    assert_eq!(cloud.network().get_subnet(&subnet).await?.id, subnet.id);
    for name in &names {
        cloud.compute().delete_instance(name).wait(true).await?;
    }
    cloud.network().delete_network(&made).cascade(true).await?;
    assert_eq!(refused(cloud.network().get_port(&loose).await).kind(), Kind::NotFound);
    Ok(())
}

/// A port of a trunk that goes over another network is somebody's work.
async fn cascade_trunk(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (here, _) = network_with(context, "part", "10.88.0.0/24").await?;
    let (there, _) = network_with(context, "parent", "10.89.0.0/24").await?;
    let part = cloud.create_port(&here, context.name(&PORT, "part")).await?;
    let parent = cloud.create_port(&there, context.name(&PORT, "parent")).await?;
    let trunk = context.name(&TRUNK, "elsewhere");
    let sub = format!("port={},segmentation-type=vlan,segmentation-id=7", part.id);
    let create = ["network", "trunk", "create", &trunk, "--parent-port", &parent.id];
    context.openstack(&[&create[..], &["--subport", &sub]].concat())?;
    let error = refused(cloud.delete_network(&here).cascade(true).await);
    assert_eq!(error.kind(), Kind::Conflict);
    assert!(error.message().contains(&format!("trunk {trunk}")), "{error:?}");
    assert_eq!(cloud.get_port(&part).await?.id, part.id);
    cloud.delete_network(&there).cascade(true).await?;
    cloud.delete_network(&here).cascade(true).await?;
    Ok(())
}
