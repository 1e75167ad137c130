//! Several things at once: an instance's addresses, the network as a whole, a network with what hangs
//! on it.

use infomaniak_cloud::Kind;

use super::network_with;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::{PORT, ROUTER};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("a server's fixed and floating addresses are told in one look", addresses)
            .proves(&["list_server_addresses"])
            .refuses(Kind::NotFound, &["list_server_addresses"]),
        Case::new("the network is drawn, with six requests however much there is", topology)
            .proves(&["show_topology"]),
        Case::new("a network goes with its ports, subnets and interfaces of routers", cascade)
            .proves(&["delete_network"]),
        Case::new("with an instance on it, nothing of it goes", cascade_refused)
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
    let (made, subnet) = network_with(context, "drawn", "10.84.0.0/24").await?;
    let cloud = context.cloud()?;
    let watch = context.watch();
    let seen = cloud.network().show_topology().await?;
    let requests = watch.requests();
    assert_eq!(requests.len(), 6, "{requests:?}");
    let of = |name: &str| seen.networks.iter().find(|network| network.name == name).unwrap();
    assert_eq!(of(&made.name).subnets[0].cidr, subnet.cidr);
    let servers = &of(context.target.network).servers;
    let web = servers.iter().find(|server| server.name == context.target.server).unwrap();
    assert!(!web.addresses.is_empty() && !web.floating_ips.is_empty(), "{web:?}");

    let tree = context.ik(&["network", "topology"])?.good()?;
    assert!(tree.contains(&format!("network {}\n", made.name)), "{tree}");
    assert!(tree.contains(&format!("subnet {} {}", subnet.name, subnet.cidr)), "{tree}");
    assert!(tree.contains(&format!("server {} {}", web.name, web.addresses[0])), "{tree}");
    for (format, beginning) in [("svg", "<svg "), ("mermaid", "graph LR"), ("dot", "graph network")]
    {
        let drawing = context.ik(&["network", "topology", "-f", format])?.good()?;
        assert!(drawing.starts_with(beginning) && drawing.contains(&made.name), "{drawing}");
    }
    let json = context.ik(&["network", "topology", "-f", "json"])?.json()?;
    assert!(json["networks"].as_array().unwrap().len() >= 2, "{json}");
    context.ik(&["network", "list", "-f", "svg"])?.refused(Kind::Invalid)?;
    Ok(())
}

async fn cascade(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (made, subnet) = network_with(context, "cascade", "10.85.0.0/24").await?;
    let port = cloud.create_port(&made, context.name(&PORT, "cascade")).await?;
    let router = context.name(&ROUTER, "cascade");
    context.openstack(&["router", "create", &router])?;
    context.openstack(&["router", "add", "subnet", &router, &subnet.id])?;
    let done = context.ik(&["network", "delete", &made.name, "--cascade", "--yes"])?;
    for line in [format!("port {}", port.name), format!("subnet {}", subnet.name)] {
        assert!(done.stderr.contains(&format!("goes: {line}")), "{done:?}");
    }
    assert!(done.stderr.contains("goes: interface 10.85.0.1 of router"), "{done:?}");
    done.good()?;
    assert_eq!(refused(cloud.get_network(&made).await).kind(), Kind::NotFound);
    assert_eq!(refused(cloud.get_port(&port).await).kind(), Kind::NotFound);
    assert_eq!(refused(cloud.get_subnet(&subnet).await).kind(), Kind::NotFound);
    context.openstack(&["router", "delete", &router])?;
    Ok(())
}

async fn cascade_refused(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (made, subnet) = network_with(context, "in use", "10.86.0.0/24").await?;
    let loose = cloud.create_port(&made, context.name(&PORT, "loose")).await?;
    let instance = "5a5a5a5a-5a5a-4a5a-8a5a-5a5a5a5a5a5a";
    let used = cloud.create_port(&made, context.name(&PORT, "used"));
    let used = used.device_id(instance).device_owner("compute:nova").await?;
    let error = refused(cloud.delete_network(&made).cascade(true).await);
    assert_eq!(error.kind(), Kind::Conflict);
    assert!(error.message().contains(&format!("instance {instance}")), "{error:?}");
    for port in [&loose, &used] {
        assert_eq!(cloud.get_port(port).await?.id, port.id);
    }
    assert_eq!(cloud.get_subnet(&subnet).await?.id, subnet.id);
    Ok(())
}
