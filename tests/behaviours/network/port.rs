//! Ports as another client sees them.

use infomaniak_cloud::Kind;
use infomaniak_cloud::network::{AddressPair, FixedIp};
use serde_json::json;

use super::network_with;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::{PORT, SECURITY_GROUP};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it is made, changed, tagged and deleted", whole_life)
            .proves(&["create_port", "get_port", "list_ports", "set_port", "unset_port"])
            .proves(&["delete_port"])
            .refuses(Kind::Invalid, &["set_port", "unset_port", "create_port"])
            .refuses(Kind::NotFound, &["get_port", "set_port", "unset_port", "delete_port"])
            .refuses(Kind::NotFound, &["create_port", "list_ports"]),
        Case::new("an address that another port has is refused", address_taken)
            .proves(&["create_port"])
            .refuses(Kind::Conflict, &["create_port"]),
        Case::new("those of a server are found by its name", of_a_server).proves(&["list_ports"]),
        Case::new("ik makes one with the openstack client's flags", by_ik).proves(&[
            "create_port",
            "set_port",
            "unset_port",
            "get_port",
            "delete_port",
        ]),
    ]
}

fn at(address: &str) -> FixedIp {
    FixedIp { ip_address: Some(address.into()), subnet: None }
}

fn pair(address: &str) -> AddressPair {
    AddressPair { ip_address: address.into(), mac_address: None }
}

async fn whole_life(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (made, subnet) = network_with(context, "ports", "10.81.0.0/24").await?;
    let group = context.name(&SECURITY_GROUP, "of a port");
    context.openstack(&["security", "group", "create", &group])?;
    let wanted =
        FixedIp { subnet: Some(subnet.name.as_str().into()), ip_address: Some("10.81.0.9".into()) };
    let port = cloud
        .create_port(&made.name, context.name(&PORT, "before"))
        .fixed_ips([wanted])
        .security_groups([group.as_str()])
        .mac_address("fa:16:3e:81:00:09")
        .allowed_address_pairs([pair("10.81.0.200")])
        .description("grüezi")
        .tags(["a"])
        .await?;
    let seen = context.openstack_json(&["port", "show", &port.id])?;
    assert_eq!(seen["fixed_ips"], json!([{ "subnet_id": subnet.id, "ip_address": "10.81.0.9" }]));
    assert_eq!(seen["mac_address"], "fa:16:3e:81:00:09");
    assert_eq!(seen["security_group_ids"], json!(port.security_groups));
    let pairs = json!([{ "mac_address": "fa:16:3e:81:00:09", "ip_address": "10.81.0.200" }]);
    assert_eq!((&seen["allowed_address_pairs"], &seen["description"]), (&pairs, &json!("grüezi")));

    let name = context.name(&PORT, "after");
    cloud
        .set_port(&port)
        .name(&name)
        .fixed_ips([at("10.81.0.10")])
        .security_groups(["default"])
        .allowed_address_pairs([pair("10.81.0.201")])
        .is_admin_state_up(false)
        .tags(["b"])
        .await?;
    let shown = cloud.get_port(&name).await?;
    assert_eq!((&shown.id, shown.is_admin_state_up), (&port.id, false));
    let mut addresses: Vec<_> = shown.fixed_ips.iter().map(|ip| ip.ip_address.as_str()).collect();
    addresses.sort_unstable();
    assert_eq!(addresses, ["10.81.0.10", "10.81.0.9"]);
    assert_eq!((shown.security_groups.len(), shown.allowed_address_pairs.len()), (2, 2));
    let listed = cloud.list_ports().network(made.name.as_str()).ip_address("10.81.0.10").await?;
    assert_eq!(listed.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [&port.id]);

    let unset = cloud.unset_port(&name).fixed_ips([at("10.81.0.10")]).tags(["a"]);
    unset.security_groups([group.as_str()]).allowed_address_pairs([pair("10.81.0.201")]).await?;
    let left = cloud.get_port(&port).await?;
    assert_eq!((left.fixed_ips.len(), left.security_groups.len()), (1, 1));
    assert_eq!((left.allowed_address_pairs.len(), &left.tags[..]), (1, &["b".to_string()][..]));
    let set =
        cloud.set_port(&port).no_other_security_groups(true).no_other_allowed_address_pairs(true);
    set.is_port_security_enabled(false).await?;
    assert_eq!(cloud.get_port(&port).await?.is_port_security_enabled, Some(false));

    assert_eq!(refused(cloud.set_port(&port).await).kind(), Kind::Invalid);
    assert_eq!(refused(cloud.unset_port(&port).await).kind(), Kind::Invalid);
    let both = cloud.create_port(&made, "x").no_fixed_ips(true).fixed_ips([at("10.81.0.11")]);
    assert_eq!(refused(both.await).kind(), Kind::Invalid);
    cloud.delete_port(&name).await?;
    let (kind, none) = (Kind::NotFound, "behaviour-nobody");
    assert_eq!(refused(cloud.get_port(&port).await).kind(), kind);
    assert_eq!(refused(cloud.set_port(none).name("x").await).kind(), kind);
    assert_eq!(refused(cloud.unset_port(none).all_tags(true).await).kind(), kind);
    assert_eq!(refused(cloud.delete_port(none).await).kind(), kind);
    assert_eq!(refused(cloud.create_port(none, "x").await).kind(), kind);
    assert_eq!(refused(cloud.list_ports().network(none).await).kind(), kind);
    Ok(())
}

async fn address_taken(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (made, _) = network_with(context, "taken", "10.82.0.0/24").await?;
    let name = || context.name(&PORT, "taken");
    cloud.create_port(&made, name()).fixed_ips([at("10.82.0.9")]).await?;
    let second = cloud.create_port(&made, name()).fixed_ips([at("10.82.0.9")]);
    assert_eq!(refused(second.await).kind(), Kind::Conflict);
    let bare = cloud.create_port(&made, name()).no_fixed_ips(true).no_security_groups(true).await?;
    assert!(bare.fixed_ips.is_empty() && bare.security_groups.is_empty(), "{bare:?}");
    Ok(())
}

/// A port is found by the server it belongs to, as a floating IP needs it (W89).
async fn of_a_server(context: &Context) -> Outcome {
    let cloud = context.cloud()?;
    let ports = cloud.network().list_ports().server(context.target.server).await?;
    let server = cloud.compute().get_instance(context.target.server).await?;
    assert!(!ports.is_empty() && ports.iter().all(|port| port.device_id == server.id), "{ports:?}");
    let addresses: Vec<_> =
        server.addresses.values().flatten().map(|one| one.addr.as_str()).collect();
    for port in &ports {
        let of_port = |ip: &str| port.fixed_ips.iter().any(|fixed| fixed.ip_address == ip);
        assert!(addresses.iter().any(|ip| of_port(ip)), "{port:?} {addresses:?}");
    }
    Ok(())
}

async fn by_ik(context: &Context) -> Outcome {
    let (made, subnet) = network_with(context, "ik's ports", "10.83.0.0/24").await?;
    let name = context.name(&PORT, "ik's");
    let fixed = format!("subnet={},ip-address=10.83.0.9", subnet.name);
    let create = ["port", "create", &name, "--network", &made.name, "--fixed-ip", &fixed];
    let rest = ["--allowed-address", "ip-address=10.83.0.200", "--security-group", "default"];
    let port = context.ik(&[&create[..], &rest[..], &["-f", "json"]].concat())?.json()?;
    assert_eq!(port["fixed_ips"][0]["ip_address"], "10.83.0.9");
    assert_eq!(port["allowed_address_pairs"][0]["ip_address"], "10.83.0.200");
    context.ik(&["port", "set", &name, "--no-allowed-address", "--disable"])?.good()?;
    context.ik(&["port", "unset", &name, "--security-group", "default"])?.good()?;
    let shown = context.ik(&["port", "show", &name, "-f", "json"])?.json()?;
    let bare = (&shown["allowed_address_pairs"], &shown["security_groups"]);
    assert_eq!(bare, (&json!([]), &json!([])));
    assert_eq!(shown["is_admin_state_up"], false);
    context.ik(&["port", "delete", &name, "--yes"])?.good()?;
    Ok(())
}
