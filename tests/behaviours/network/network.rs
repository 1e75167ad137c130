//! Networks as another client sees them.

use infomaniak_cloud::Kind;
use serde_json::json;

use super::{network, network_with};
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::{NET, PORT, PREFIX};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("the project's and the outer ones are listed, and shown by name", looked_at)
            .proves(&["list_networks", "get_network"])
            .refuses(Kind::NotFound, &["get_network"]),
        Case::new("it is made, changed, tagged and deleted", whole_life)
            .proves(&["create_network", "set_network", "unset_network", "delete_network"])
            .proves(&["list_networks"])
            .refuses(Kind::Invalid, &["set_network", "unset_network"])
            .refuses(Kind::NotFound, &["set_network", "unset_network", "delete_network"]),
        Case::new("what the cloud does not allow is refused, and nothing is made", refusals)
            .refuses(Kind::Invalid, &["create_network"])
            .refuses(Kind::Denied, &["create_network"]),
        Case::new("a port on it is in the way of its deletion", in_use)
            .proves(&["delete_network"])
            .refuses(Kind::Conflict, &["delete_network"]),
        Case::new("what the project may have and has is listed", quotas)
            .proves(&["list_network_quotas"]),
        Case::new("ik makes, changes and deletes one with the openstack client's flags", by_ik)
            .proves(&["create_network", "set_network", "get_network", "delete_network"]),
    ]
}

async fn looked_at(context: &Context) -> Outcome {
    let network = context.cloud()?.network();
    let listed = network.list_networks().await?;
    let seen = context.openstack_json(&["network", "list", "--long"])?;
    let mut ours: Vec<_> = listed.iter().map(|one| (one.name.as_str(), one.is_external)).collect();
    let theirs = seen.as_array().unwrap().iter();
    let mut theirs: Vec<_> =
        theirs.map(|one| (one["Name"].as_str().unwrap(), one["Router Type"] == true)).collect();
    // Other cases make and delete networks of their own meanwhile.
    for names in [&mut ours, &mut theirs] {
        names.retain(|(name, _)| !name.starts_with(PREFIX));
        names.sort_unstable();
    }
    assert_eq!(ours, theirs);

    let shown = network.get_network(context.target.network).await?;
    let seen = context.openstack_json(&["network", "show", context.target.network])?;
    assert_eq!(seen["id"], shown.id.as_str());
    assert_eq!(seen["mtu"], shown.mtu.unwrap());
    assert_eq!(seen["project_id"], shown.project_id.unwrap().as_str());
    let nobody = network.get_network("behaviour-nobody");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    Ok(())
}

async fn whole_life(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let name = context.name(&NET, "life");
    let made = cloud
        .create_network(&name)
        .description("grüezi")
        .mtu(1400_u32)
        .is_port_security_enabled(false)
        .tags(["blue", "hot"])
        .await?;
    let seen = context.openstack_json(&["network", "show", &made.id])?;
    assert_eq!((&seen["name"], &seen["mtu"]), (&json!(name), &json!(1400)));
    assert_eq!((&seen["description"], &seen["tags"]), (&json!("grüezi"), &json!(["blue", "hot"])));
    assert_eq!((&seen["port_security_enabled"], &seen["shared"]), (&json!(false), &json!(false)));
    let mut tags = cloud.get_network(&made).await?.tags;
    tags.sort();
    assert_eq!(tags, made.tags);

    let other = context.name(&NET, "other");
    cloud
        .set_network(&name)
        .name(&other)
        .description("")
        .mtu(1300_u32)
        .is_admin_state_up(false)
        .is_port_security_enabled(true)
        .tags(["cold"])
        .await?;
    let seen = context.openstack_json(&["network", "show", &other])?;
    assert_eq!((&seen["id"], &seen["mtu"]), (&json!(made.id), &json!(1300)));
    assert_eq!(seen["description"], "");
    assert_eq!(seen["admin_state_up"].to_string().to_uppercase(), "FALSE");
    let tagged = cloud.list_networks().tags(["blue", "cold"]).await?;
    assert_eq!(tagged.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [&made.id]);
    let named = cloud.list_networks().name(&other).is_external(false).is_shared(false).await?;
    assert_eq!(named.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [&made.id]);
    assert!(cloud.list_networks().name(&other).is_external(true).await?.is_empty());

    cloud.unset_network(&made).tags(["blue", "never there"]).await?;
    assert!(cloud.list_networks().tags(["blue", "cold"]).await?.is_empty());
    cloud.set_network(&made).no_other_tags(true).tags(["last"]).await?;
    assert_eq!(cloud.get_network(&made).await?.tags, ["last"]);
    cloud.unset_network(&made).all_tags(true).await?;
    assert_eq!(cloud.get_network(&made).await?.tags, [""; 0]);

    assert_eq!(refused(cloud.set_network(&made).await).kind(), Kind::Invalid);
    assert_eq!(refused(cloud.unset_network(&made).await).kind(), Kind::Invalid);
    let nobody = cloud.set_network("behaviour-nobody").name("x");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    let nobody = cloud.unset_network("behaviour-nobody").tags(["x"]);
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    cloud.delete_network(&other).await?;
    cloud.delete_network(&made).await?; // by its id, it may be gone already
    let nobody = cloud.delete_network("behaviour-nobody");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    Ok(())
}

async fn refusals(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let name = context.name(&NET, "refused");
    let large = cloud.create_network(&name).mtu(9000_u32);
    assert_eq!(refused(large.await).kind(), Kind::Invalid);
    let shared = cloud.create_network(&name).is_shared(true);
    assert_eq!(refused(shared.await).kind(), Kind::Denied);
    assert!(cloud.list_networks().name(&name).await?.is_empty());
    Ok(())
}

async fn in_use(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (made, _) = network_with(context, "used", "10.77.0.0/24").await?;
    let port = cloud.create_port(&made, context.name(&PORT, "in the way")).await?;
    let error = refused(cloud.delete_network(&made).await);
    assert_eq!(error.kind(), Kind::Conflict);
    assert!(error.message().contains(&port.id), "{error:?}");
    cloud.delete_port(&port).await?;
    cloud.delete_network(&made).await?;
    // Its subnet went with it.
    assert!(cloud.list_subnets().network(made.id.as_str()).await?.is_empty());
    Ok(())
}

async fn quotas(context: &Context) -> Outcome {
    network(context, "counted").await?;
    let quotas = context.cloud()?.network().list_network_quotas().await?;
    let of = |name: &str| quotas.iter().find(|quota| quota.name == name).unwrap();
    assert!(of("network").in_use >= 2, "{quotas:?}");
    let seen = context.openstack_json(&["quota", "show"])?;
    for (ours, theirs) in [("network", "networks"), ("subnet", "subnets"), ("port", "ports")] {
        assert_eq!(seen[theirs], of(ours).limit, "{ours}");
    }
    Ok(())
}

async fn by_ik(context: &Context) -> Outcome {
    let name = context.name(&NET, "ik's");
    let create = ["network", "create", &name, "--mtu", "1400", "--disable", "--tag", "a"];
    let rest = ["--disable-port-security", "--description", "d", "-f", "json"];
    let made = context.ik(&[&create[..], &rest[..]].concat())?.json()?;
    assert_eq!((&made["is_admin_state_up"], &made["mtu"]), (&json!(false), &json!(1400)));
    let set = ["network", "set", &name, "--enable", "--no-tag", "--tag", "b"];
    context.ik(&set)?.good()?;
    let shown = context.ik(&["network", "show", &name, "-f", "json"])?.json()?;
    assert_eq!((&shown["is_admin_state_up"], &shown["tags"]), (&json!(true), &json!(["b"])));
    context.ik(&["network", "delete", &name, "--yes"])?.good()?;
    Ok(())
}
