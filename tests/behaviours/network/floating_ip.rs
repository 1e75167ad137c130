//! Floating IPs, and single ports of them, as another client sees them.

use infomaniak_cloud::Kind;
use infomaniak_cloud::network::{FloatingIp, Port};
use infomaniak_cloud::resource::Maybe;
use serde_json::json;

use super::network_with;
use super::router::OUTSIDE;
use crate::case::{Case, Outcome, refused};
use crate::compute;
use crate::context::Context;
use crate::things::{FLOATING_IP, PORT, ROUTER};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it is allocated by the network's name, led to a port, and released", whole_life)
            .proves(&["allocate_floating_ip", "list_floating_ips", "get_floating_ip"])
            .proves(&["associate_floating_ip", "disassociate_floating_ip", "release_floating_ip"])
            .refuses(Kind::NotFound, &["get_floating_ip", "release_floating_ip"])
            .refuses(Kind::NotFound, &["disassociate_floating_ip", "associate_floating_ip"])
            .refuses(Kind::Invalid, &["associate_floating_ip"]),
        Case::new("from a network that is not there, or leads nowhere, none is allocated", nowhere)
            .refuses(Kind::NotFound, &["allocate_floating_ip"])
            .refuses(Kind::Invalid, &["allocate_floating_ip"]),
        Case::new("what no router reaches is said to be so", unreachable)
            .refuses(Kind::Conflict, &["associate_floating_ip"]),
        Case::new("it leads directly to a server, by name", to_server)
            .proves(&["allocate_floating_ip", "associate_floating_ip", "add_server_floating_ip"])
            .proves(&["remove_server_floating_ip"])
            .refuses(Kind::Conflict, &["remove_server_floating_ip"])
            .refuses(Kind::NotFound, &["add_server_floating_ip"]),
        Case::new("it is found by its address with one request", by_address)
            .proves(&["get_floating_ip", "release_floating_ip"]),
        Case::new("single ports of it lead inside", forwardings)
            .proves(&["create_port_forwarding", "list_port_forwardings", "get_port_forwarding"])
            .proves(&["delete_port_forwarding"])
            .refuses(Kind::Invalid, &["create_port_forwarding"])
            .refuses(Kind::NotFound, &["get_port_forwarding", "list_port_forwardings"])
            .refuses(Kind::Conflict, &["release_floating_ip"]),
        Case::new("ik speaks of it in the openstack client's words", by_ik).proves(&[
            "allocate_floating_ip",
            "associate_floating_ip",
            "disassociate_floating_ip",
            "create_port_forwarding",
            "list_port_forwardings",
            "delete_port_forwarding",
            "release_floating_ip",
        ]),
    ]
}

async fn allocate(context: &Context, stem: &str) -> Outcome<FloatingIp> {
    let note = context.name(&FLOATING_IP, stem);
    Ok(context.cloud()?.network().allocate_floating_ip(OUTSIDE).description(&note).await?)
}

/// A port in a network from which a router leads outside.
async fn reached(context: &Context, stem: &str, range: &str) -> Outcome<Port> {
    let cloud = context.cloud()?.network();
    let (net, subnet) = network_with(context, stem, range).await?;
    let router = cloud.create_router(context.name(&ROUTER, stem)).external_network(OUTSIDE);
    cloud.add_router_interface(&router.await?, &subnet).await?;
    Ok(cloud.create_port(&net, context.name(&PORT, stem)).await?)
}

async fn whole_life(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let port = reached(context, "led", "10.90.0.0/24").await?;
    let made = allocate(context, "led").await?;
    assert_eq!((&made.port_id, &made.fixed_ip_address), (&None, &None));
    cloud.associate_floating_ip(&made.floating_ip_address, port.name.as_str()).await?;
    let shown = cloud.get_floating_ip(&made).await?;
    let inside = &port.fixed_ips[0].ip_address;
    assert_eq!(
        (shown.port_id.as_ref(), shown.fixed_ip_address.as_ref()),
        (Some(&port.id), Some(inside))
    );
    let seen = context.openstack_json(&["floating", "ip", "show", &made.id])?;
    assert_eq!(seen["fixed_ip_address"], inside.as_str());
    let listed = cloud.list_floating_ips().port(&port).await?;
    assert_eq!(listed.iter().map(|one| &one.id).collect::<Vec<_>>(), [&made.id]);
    let tagged = cloud.associate_floating_ip(&made, Maybe::none()).tags(["a"]);
    tagged.description(made.description.as_deref().unwrap_or_default()).await?;
    assert_eq!(cloud.get_floating_ip(&made).await?.port_id.as_ref(), Some(&port.id));
    // Taking a tag leaves it where it leads.
    cloud.disassociate_floating_ip(&made).tags(["a"]).await?;
    let untagged = cloud.get_floating_ip(&made).await?;
    assert_eq!((untagged.port_id.as_ref(), untagged.tags.len()), (Some(&port.id), 0));

    cloud.disassociate_floating_ip(&made.floating_ip_address).await?;
    let left = cloud.get_floating_ip(&made).await?;
    assert_eq!((left.port_id, left.router_id), (None, None));
    cloud.disassociate_floating_ip(&made).await?;
    let nothing = cloud.associate_floating_ip(&made, Maybe::none());
    assert_eq!(refused(nothing.await).kind(), Kind::Invalid);
    let both = cloud.associate_floating_ip(&made, &port).server(context.target.server);
    assert_eq!(refused(both.await).kind(), Kind::Invalid);
    let nobody = cloud.associate_floating_ip(&made, "behaviour-nobody");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);

    let at_once = context.name(&FLOATING_IP, "at once");
    let second = cloud.allocate_floating_ip(OUTSIDE).port(&port).description(&at_once).await?;
    assert_eq!(second.port_id.as_ref(), Some(&port.id));
    cloud.release_floating_ip(&second).await?;
    cloud.release_floating_ip(&made.floating_ip_address).await?;
    cloud.release_floating_ip(&made).await?;
    let none = Kind::NotFound;
    assert_eq!(refused(cloud.get_floating_ip(&made).await).kind(), none);
    assert_eq!(refused(cloud.disassociate_floating_ip(&made).await).kind(), none);
    assert_eq!(refused(cloud.release_floating_ip("198.51.100.250").await).kind(), none);
    Ok(())
}

async fn nowhere(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let note = context.name(&FLOATING_IP, "nowhere");
    let nobody = cloud.allocate_floating_ip("behaviour-nowhere").description(&note);
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    let inside = cloud.allocate_floating_ip(context.target.network).description(&note);
    assert_eq!(refused(inside.await).kind(), Kind::Invalid);
    let all = cloud.list_floating_ips().await?;
    assert!(all.iter().all(|one| one.description.as_ref() != Some(&note)), "{all:?}");
    Ok(())
}

async fn unreachable(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (net, _) = network_with(context, "island", "10.91.0.0/24").await?;
    let port = cloud.create_port(&net, context.name(&PORT, "island")).await?;
    let made = allocate(context, "island").await?;
    let error = refused(cloud.associate_floating_ip(&made, &port).await);
    assert_eq!(error.kind(), Kind::Conflict, "{error:?}");
    assert!(error.hint().unwrap_or_default().contains("ik router add subnet"), "{error:?}");
    Ok(())
}

async fn to_server(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let server = compute::instance(context, "led to").await?;
    let made = allocate(context, "server's").await?;
    cloud.add_server_floating_ip(&server.name, &made.floating_ip_address).await?;
    let led = cloud.get_floating_ip(&made).await?;
    let port = cloud.list_ports().server(&server).await?.swap_remove(0);
    assert_eq!(led.port_id.as_ref(), Some(&port.id));
    assert_eq!(led.fixed_ip_address.as_ref(), Some(&port.fixed_ips[0].ip_address));
    // One that leads elsewhere is left alone.
    let other = cloud.remove_server_floating_ip(context.target.server, &made);
    assert_eq!(refused(other.await).kind(), Kind::Conflict);
    cloud.remove_server_floating_ip(&server.name, &made).await?;
    cloud.remove_server_floating_ip(&server, &made).await?;
    assert_eq!(cloud.get_floating_ip(&made).await?.port_id, None);

    cloud.associate_floating_ip(&made, Maybe::none()).server(server.name.as_str()).await?;
    assert_eq!(cloud.get_floating_ip(&made).await?.port_id.as_ref(), Some(&port.id));
    cloud.release_floating_ip(&made).await?;
    let note = context.name(&FLOATING_IP, "with it");
    let address = port.fixed_ips[0].ip_address.as_str();
    let with = cloud.allocate_floating_ip(OUTSIDE).server(&server).fixed_ip_address(address);
    let with = with.description(&note).await?;
    assert_eq!(with.port_id.as_ref(), Some(&port.id));
    let absent = cloud.add_server_floating_ip(&server, &with).fixed_ip_address("192.0.2.9");
    assert_eq!(refused(absent.await).kind(), Kind::NotFound);
    let nobody = cloud.add_server_floating_ip("behaviour-nobody", &with);
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    Ok(())
}

/// W66: by the address filter, not by looking through all of them.
async fn by_address(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let made = allocate(context, "found").await?;
    let watch = context.watch();
    assert_eq!(cloud.get_floating_ip(&made.floating_ip_address).await?.id, made.id);
    let requests = watch.requests();
    let [only] = &requests[..] else { panic!("{requests:?}") };
    assert!(only.contains(&format!("floating_ip_address={}", made.floating_ip_address)), "{only}");
    cloud.release_floating_ip(&made.floating_ip_address).await?;
    Ok(())
}

async fn forwardings(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let port = reached(context, "shared", "10.92.0.0/24").await?;
    let made = allocate(context, "shared").await?;
    let ssh =
        cloud.create_port_forwarding(&made.floating_ip_address, port.name.as_str(), 2222, "ssh");
    let ssh = ssh.description("d").await?;
    let inside = &port.fixed_ips[0].ip_address;
    assert_eq!((ssh.external_port, ssh.internal_port), (Some(2222), Some(22)));
    assert_eq!((&ssh.internal_ip_address, ssh.protocol.as_str()), (inside, "tcp"));
    let range = cloud.create_port_forwarding(&made, &port, "8000:8010", "9000:9010");
    let range = range.protocol("udp").internal_ip_address(inside.as_str()).await?;
    assert_eq!(
        (range.external_port, range.external_port_range.as_deref()),
        (None, Some("8000:8010"))
    );
    let listed = cloud.list_port_forwardings(&made).await?;
    assert_eq!(listed.len(), 2);
    let seen = ["floating", "ip", "port", "forwarding", "show", &made.id, &ssh.id];
    let seen = context.openstack_json(&seen)?;
    assert_eq!((&seen["external_port"], &seen["description"]), (&json!(2222), &json!("d")));
    assert_eq!(cloud.get_port_forwarding(&made, &ssh.id).await?.id, ssh.id);
    let twice = cloud.create_port_forwarding(&made, &port, 2222, 23);
    assert_eq!(refused(twice.await).kind(), Kind::Invalid);
    let wrong = cloud.create_port_forwarding(&made, &port, "x", 23);
    assert_eq!(refused(wrong.await).kind(), Kind::Invalid);
    assert_eq!(refused(cloud.release_floating_ip(&made).await).kind(), Kind::Conflict);
    for one in [&ssh, &range, &ssh] {
        cloud.delete_port_forwarding(&made, &one.id).await?;
    }
    assert_eq!(refused(cloud.get_port_forwarding(&made, &ssh.id).await).kind(), Kind::NotFound);
    cloud.release_floating_ip(&made).await?;
    assert_eq!(refused(cloud.list_port_forwardings(&made).await).kind(), Kind::NotFound);
    Ok(())
}

async fn by_ik(context: &Context) -> Outcome {
    let port = reached(context, "ik's led", "10.93.0.0/24").await?;
    let note = context.name(&FLOATING_IP, "ik's");
    let create = ["floating", "ip", "create", OUTSIDE, "--description", &note, "-f", "json"];
    let made = context.ik(&create)?.json()?;
    let address = made["floating_ip_address"].as_str().unwrap();
    context.ik(&["floating", "ip", "set", "--port", &port.name, address])?.good()?;
    let show = ["floating", "ip", "show", address, "-f", "json"];
    assert_eq!(context.ik(&show)?.json()?["port_id"], port.id.as_str());
    context.ik(&["floating", "ip", "unset", "--port", address, "--yes"])?.good()?;
    assert_eq!(context.ik(&show)?.json()?["port_id"], json!(null));
    let forwarding = ["floating", "ip", "port", "forwarding"];
    let create = ["create", address, "--port", &port.name, "--internal-protocol-port", "ssh"];
    let rest = ["--external-protocol-port", "2222", "--protocol", "tcp", "-f", "json"];
    let made = context.ik(&[&forwarding[..], &create[..], &rest[..]].concat())?.json()?;
    let list = [&forwarding[..], &["list", address, "-f", "json"]].concat();
    assert_eq!(context.ik(&list)?.json()?[0]["id"], made["id"]);
    let id = made["id"].as_str().unwrap();
    context.ik(&[&forwarding[..], &["delete", address, id, "--yes"]].concat())?.good()?;
    context.ik(&["floating", "ip", "delete", address, "--yes"])?.good()?;
    Ok(())
}
