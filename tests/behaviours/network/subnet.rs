//! Subnets as another client sees them.

use infomaniak_cloud::Kind;
use infomaniak_cloud::network::{AllocationPool, HostRoute, Ipv6Mode};
use serde_json::json;

use super::{network, network_with};
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::{NET, PORT, SUBNET};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("its gateway is the first address unless another, or none, is given", gateways)
            .proves(&["create_subnet", "get_subnet", "list_subnets", "delete_subnet"])
            .refuses(Kind::NotFound, &["get_subnet", "create_subnet", "delete_subnet"]),
        Case::new("name servers, routes and ranges are added and taken away", changed)
            .proves(&["create_subnet", "set_subnet", "unset_subnet"])
            .refuses(Kind::Invalid, &["set_subnet", "unset_subnet"])
            .refuses(Kind::NotFound, &["set_subnet", "unset_subnet"]),
        Case::new("a range that overlaps another of its network is refused", overlaps)
            .refuses(Kind::Invalid, &["create_subnet"]),
        Case::new("an address in use is in the way of its deletion", in_use)
            .proves(&["delete_subnet"])
            .refuses(Kind::Conflict, &["delete_subnet"]),
        Case::new("with IPv6 instances make their addresses themselves, if wanted", with_ipv6)
            .proves(&["create_subnet", "create_port", "list_subnets"]),
        Case::new("ik makes one with the openstack client's flags", by_ik)
            .proves(&["create_subnet", "set_subnet", "unset_subnet", "get_subnet"])
            .refuses(Kind::Invalid, &["create_subnet"]),
    ]
}

fn pool(start: &str, end: &str) -> AllocationPool {
    AllocationPool { start: start.into(), end: end.into() }
}

fn route(destination: &str, gateway: &str) -> HostRoute {
    HostRoute { destination: destination.into(), gateway: gateway.into() }
}

async fn gateways(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let made = network(context, "gateways").await?;
    let name = || context.name(&SUBNET, "gateway");
    let chosen = cloud.create_subnet(&made.name, name(), "10.71.0.0/24").await?;
    let given = cloud.create_subnet(&made, name(), "10.71.1.0/24").gateway_ip("10.71.1.9").await?;
    let none = cloud.create_subnet(&made, name(), "10.71.2.0/24").gateway_ip("none").await?;
    let seen = |id: &str| context.openstack_json(&["subnet", "show", id]);
    assert_eq!(seen(&chosen.id)?["gateway_ip"], "10.71.0.1");
    assert_eq!(seen(&given.id)?["gateway_ip"], "10.71.1.9");
    assert_eq!(seen(&none.id)?["gateway_ip"], json!(null));
    let gateways = [&chosen, &given, &none].map(|subnet| subnet.gateway_ip.as_deref());
    assert_eq!(gateways, [Some("10.71.0.1"), Some("10.71.1.9"), None]);

    let shown = cloud.get_subnet(&chosen.name).await?;
    assert_eq!((&shown.id, &shown.network_id), (&chosen.id, &made.id));
    assert_eq!(shown.allocation_pools, [pool("10.71.0.2", "10.71.0.254")]);
    let listed = cloud.list_subnets().network(made.name.as_str()).ip_version(4_u32).await?;
    assert_eq!(listed.len(), 3);
    assert!(listed.iter().all(|subnet| subnet.is_dhcp_enabled));
    let named = cloud.list_subnets().name(&given.name).await?;
    assert_eq!(named.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [&given.id]);

    cloud.delete_subnet(&chosen.name).await?;
    cloud.delete_subnet(&chosen).await?; // by its id, it may be gone already
    let (kind, none) = (Kind::NotFound, "behaviour-nobody");
    assert_eq!(refused(cloud.get_subnet(&chosen).await).kind(), kind);
    assert_eq!(refused(cloud.delete_subnet(none).await).kind(), kind);
    assert_eq!(refused(cloud.create_subnet(none, name(), "10.71.9.0/24").await).kind(), kind);
    Ok(())
}

async fn changed(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let made = network(context, "changed").await?;
    let subnet = cloud
        .create_subnet(&made, context.name(&SUBNET, "before"), "10.72.0.0/24")
        .dns_nameservers(["9.9.9.9"])
        .host_routes([route("10.9.0.0/16", "10.72.0.3")])
        .allocation_pools([pool("10.72.0.10", "10.72.0.20")])
        .enable_dhcp(false)
        .tags(["a"])
        .await?;
    let name = context.name(&SUBNET, "after");
    cloud
        .set_subnet(&subnet)
        .name(&name)
        .description("grüezi")
        .enable_dhcp(true)
        .gateway_ip("10.72.0.2")
        .dns_nameservers(["1.1.1.1"])
        .host_routes([route("10.8.0.0/16", "10.72.0.4")])
        .allocation_pools([pool("10.72.0.30", "10.72.0.40")])
        .tags(["b"])
        .await?;
    let seen = context.openstack_json(&["subnet", "show", &name])?;
    assert_eq!((&seen["id"], &seen["description"]), (&json!(subnet.id), &json!("grüezi")));
    assert_eq!((&seen["gateway_ip"], &seen["enable_dhcp"]), (&json!("10.72.0.2"), &json!(true)));
    let mut servers: Vec<_> = seen["dns_nameservers"].as_array().unwrap().clone();
    servers.sort_by_key(ToString::to_string);
    assert_eq!(servers, ["1.1.1.1", "9.9.9.9"]);
    assert_eq!(seen["host_routes"].as_array().unwrap().len(), 2);
    assert_eq!(seen["allocation_pools"].as_array().unwrap().len(), 2);

    let unset = cloud.unset_subnet(&name).gateway_ip(true).dns_nameservers(["9.9.9.9"]);
    let unset = unset.host_routes([route("10.9.0.0/16", "10.72.0.3")]);
    unset.allocation_pools([pool("10.72.0.30", "10.72.0.40")]).tags(["a", "x"]).await?;
    let left = cloud.get_subnet(&subnet).await?;
    assert_eq!((left.gateway_ip, left.dns_nameservers), (None, vec!["1.1.1.1".to_string()]));
    assert_eq!(left.host_routes, [route("10.8.0.0/16", "10.72.0.4")]);
    assert_eq!(left.allocation_pools, [pool("10.72.0.10", "10.72.0.20")]);
    assert_eq!(left.tags, ["b"]);
    cloud.set_subnet(&subnet).no_other_dns_nameservers(true).await?;
    assert_eq!(cloud.get_subnet(&subnet).await?.dns_nameservers, [""; 0]);

    assert_eq!(refused(cloud.set_subnet(&subnet).await).kind(), Kind::Invalid);
    assert_eq!(refused(cloud.unset_subnet(&subnet).await).kind(), Kind::Invalid);
    let nobody = cloud.set_subnet("behaviour-nobody").name("x");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    let nobody = cloud.unset_subnet("behaviour-nobody").gateway_ip(true);
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    Ok(())
}

async fn overlaps(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (made, _) = network_with(context, "overlap", "10.73.0.0/24").await?;
    let name = context.name(&SUBNET, "overlapping");
    let again = cloud.create_subnet(&made, &name, "10.73.0.128/25");
    let error = refused(again.await);
    assert_eq!(error.kind(), Kind::Invalid);
    assert!(error.message().contains("overlaps"), "{error:?}");
    let nowhere = cloud.create_subnet(&made, &name, infomaniak_cloud::network::Cidr::chosen());
    assert_eq!(refused(nowhere.await).kind(), Kind::Invalid);
    assert_eq!(cloud.list_subnets().network(made.id.as_str()).await?.len(), 1);
    Ok(())
}

async fn in_use(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (made, subnet) = network_with(context, "subnet in use", "10.74.0.0/24").await?;
    let port = cloud.create_port(&made, context.name(&PORT, "using")).await?;
    assert_eq!(refused(cloud.delete_subnet(&subnet).await).kind(), Kind::Conflict);
    cloud.delete_port(&port).await?;
    cloud.delete_subnet(&subnet).await?;
    Ok(())
}

async fn with_ipv6(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let made = network(context, "six").await?;
    let subnet = cloud
        .create_subnet(&made, context.name(&SUBNET, "six"), "fd00:75::/64")
        .ip_version(6_u32)
        .ipv6_ra_mode(Ipv6Mode::Slaac)
        .ipv6_address_mode(Ipv6Mode::Slaac)
        .await?;
    assert_eq!(subnet.ipv6_ra_mode.as_deref(), Some("slaac"));
    let port = cloud.create_port(&made, context.name(&PORT, "six")).await?;
    let [address] = &port.fixed_ips[..] else { panic!("{port:?}") };
    // Made from the hardware address: ff:fe in its middle.
    assert!(address.ip_address.starts_with("fd00:75::f816:3eff:fe"), "{address:?}");
    let listed = cloud.list_subnets().network(made.id.as_str()).ip_version(6_u32).await?;
    assert_eq!(listed.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [&subnet.id]);
    Ok(())
}

async fn by_ik(context: &Context) -> Outcome {
    let network = context.name(&NET, "of a subnet");
    context.ik(&["network", "create", &network])?.good()?;
    let name = context.name(&SUBNET, "ik's");
    let create = ["subnet", "create", &name, "--network", &network];
    let without = context.ik(&create)?.refused(Kind::Invalid)?;
    assert!(
        without.contains("--subnet-range") || without.contains("range of addresses"),
        "{without}"
    );
    let range = ["--subnet-range", "10.76.0.0/24", "--gateway", "none", "--no-dhcp"];
    let rest = [
        "--allocation-pool",
        "start=10.76.0.10,end=10.76.0.20",
        "--host-route",
        "destination=10.9.0.0/16,gateway=10.76.0.3",
        "--dns-nameserver",
        "9.9.9.9",
        "-f",
        "json",
    ];
    let made = context.ik(&[&create[..], &range[..], &rest[..]].concat())?.json()?;
    assert_eq!((&made["gateway_ip"], &made["is_dhcp_enabled"]), (&json!(null), &json!(false)));
    context.ik(&["subnet", "set", &name, "--gateway", "10.76.0.1", "--dhcp"])?.good()?;
    context.ik(&["subnet", "unset", &name, "--dns-nameserver", "9.9.9.9"])?.good()?;
    let shown = context.ik(&["subnet", "show", &name, "-f", "json"])?.json()?;
    assert_eq!(
        (&shown["gateway_ip"], &shown["dns_nameservers"]),
        (&json!("10.76.0.1"), &json!([]))
    );
    assert_eq!(shown["allocation_pools"], json!([{ "start": "10.76.0.10", "end": "10.76.0.20" }]));
    Ok(())
}
