//! Security groups and their rules as another client sees them.

use infomaniak_cloud::Kind;
use infomaniak_cloud::network::Direction;
use serde_json::json;

use super::network_with;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::{PORT, SECURITY_GROUP};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it is made, changed, tagged and deleted", whole_life)
            .proves(&["create_security_group", "get_security_group", "list_security_groups"])
            .proves(&["set_security_group", "unset_security_group", "delete_security_group"])
            .refuses(Kind::Invalid, &["set_security_group", "unset_security_group"])
            .refuses(Kind::NotFound, &["get_security_group", "set_security_group"])
            .refuses(Kind::NotFound, &["unset_security_group", "delete_security_group"]),
        Case::new("one that a port has, or every project, stays", in_use)
            .refuses(Kind::Conflict, &["delete_security_group", "create_security_group"]),
        Case::new("more than the quota allows is refused once, with the way to look", over_quota)
            .refuses(Kind::Quota, &["create_security_group"]),
        Case::new("rules are added, listed, shown and removed", rules)
            .proves(&["add_security_group_rule", "list_security_group_rules"])
            .proves(&["get_security_group_rule", "delete_security_group_rule"])
            .refuses(Kind::Conflict, &["add_security_group_rule"])
            .refuses(Kind::NotFound, &["get_security_group_rule", "add_security_group_rule"])
            .refuses(Kind::NotFound, &["list_security_group_rules"])
            .refuses(Kind::Invalid, &["add_security_group_rule"]),
        Case::new("a rule says what the API says, and nothing it does not", as_told)
            .proves(&["add_security_group_rule", "list_security_group_rules"]),
        Case::new("ik adds rules by the names of services", by_ik).proves(&[
            "create_security_group",
            "add_security_group_rule",
            "list_security_group_rules",
            "get_security_group_rule",
            "delete_security_group_rule",
            "set_security_group",
            "delete_security_group",
        ]),
    ]
}

async fn whole_life(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let made = cloud.create_security_group(context.name(&SECURITY_GROUP, "before"));
    let made = made.description("grüezi").tags(["a"]).await?;
    // It lets everything out, in both versions of IP.
    assert_eq!((made.rules_count, made.rules.len()), (2, 2));
    let seen = context.openstack_json(&["security", "group", "show", &made.id])?;
    assert_eq!((&seen["description"], &seen["tags"]), (&json!("grüezi"), &json!(["a"])));
    let name = context.name(&SECURITY_GROUP, "after");
    cloud.set_security_group(&made).name(&name).description("").tags(["b"]).await?;
    let shown = cloud.get_security_group(&name).await?;
    assert_eq!((&shown.id, shown.description.as_str()), (&made.id, ""));
    cloud.unset_security_group(&made).tags(["a"]).await?;
    let listed = cloud.list_security_groups().tags(["b"]).await?;
    let ours: Vec<_> = listed.iter().filter(|one| one.id == made.id).collect();
    assert_eq!((ours.len(), ours[0].rules_count), (1, 2));
    assert_eq!(refused(cloud.set_security_group(&made).await).kind(), Kind::Invalid);
    assert_eq!(refused(cloud.unset_security_group(&made).await).kind(), Kind::Invalid);
    cloud.delete_security_group(&name).await?;
    cloud.delete_security_group(&made).await?;
    let none = Kind::NotFound;
    assert_eq!(refused(cloud.get_security_group(&made).await).kind(), none);
    assert_eq!(refused(cloud.set_security_group(&name).name("x").await).kind(), none);
    assert_eq!(refused(cloud.unset_security_group(&name).all_tags(true).await).kind(), none);
    assert_eq!(refused(cloud.delete_security_group(&name).await).kind(), none);
    Ok(())
}

async fn over_quota(context: &Context) -> Outcome {
    let (full, _alone) = context.full_project().await?;
    let network = full.network();
    let quotas = network.list_network_quotas().await?;
    let quota = quotas.iter().find(|quota| quota.name == "security_group").unwrap();
    for n in quota.in_use..quota.limit {
        let name = context.name_at(context.target.full, &SECURITY_GROUP, &format!("full {n}"));
        network.create_security_group(name).await?;
    }
    let one_more = context.name_at(context.target.full, &SECURITY_GROUP, "one more");
    let error = refused(network.create_security_group(&one_more).await);
    assert_eq!((error.kind(), error.status(), error.attempts()), (Kind::Quota, Some(409), 1));
    assert_eq!(error.code(), Some("OverQuota"), "{error:?}");
    assert!(error.message().contains("security_group"), "{error:?}");
    assert!(error.hint().is_some_and(|hint| hint.contains("ik network quota list")), "{error:?}");
    assert_eq!(refused(network.get_security_group(&one_more).await).kind(), Kind::NotFound);
    Ok(())
}

async fn in_use(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let group = cloud.create_security_group(context.name(&SECURITY_GROUP, "used")).await?;
    let (net, _) = network_with(context, "groups", "10.89.0.0/24").await?;
    let port = cloud.create_port(&net, context.name(&PORT, "grouped"));
    let port = port.security_groups([&group]).await?;
    assert_eq!(refused(cloud.delete_security_group(&group).await).kind(), Kind::Conflict);
    cloud.delete_port(&port).await?;
    cloud.delete_security_group(&group).await?;
    assert_eq!(refused(cloud.delete_security_group("default").await).kind(), Kind::Conflict);
    assert_eq!(refused(cloud.create_security_group("default").await).kind(), Kind::Conflict);
    Ok(())
}

async fn rules(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let group = cloud.create_security_group(context.name(&SECURITY_GROUP, "rules")).await?;
    let ssh =
        cloud.add_security_group_rule(&group.name).port("ssh").remote_ip_prefix("192.0.2.0/24");
    let ssh = ssh.description("admins").await?;
    assert_eq!((ssh.protocol.as_deref(), ssh.port_range_min), (Some("tcp"), Some(22)));
    let own = cloud.add_security_group_rule(&group).protocol("udp").remote_group_id(&group).await?;
    assert_eq!(own.remote_group_id.as_ref(), Some(&group.id));
    let out = cloud.add_security_group_rule(&group).direction(Direction::Egress);
    out.port("8000:8080").protocol("tcp").remote_ip_prefix("2001:db8::/32").await?;

    let twice = cloud.add_security_group_rule(&group).port("ssh").remote_ip_prefix("192.0.2.0/24");
    assert_eq!(refused(twice.await).kind(), Kind::Conflict);
    let bare = cloud.add_security_group_rule(&group).port(80);
    assert_eq!(refused(bare.await).kind(), Kind::Invalid);
    let nobody = cloud.add_security_group_rule("behaviour-nobody").port("ssh");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    let nobody = cloud.add_security_group_rule(&group).remote_group_id("behaviour-nobody");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);

    let listed = cloud.list_security_group_rules().security_group_id(&group.name);
    assert_eq!(listed.await?.len(), 5);
    let into = cloud.list_security_group_rules().security_group_id(&group);
    let into = into.direction(Direction::Ingress).protocol("tcp").await?;
    assert_eq!(into.iter().map(|rule| &rule.id).collect::<Vec<_>>(), [&ssh.id]);
    let seen = context.openstack_json(&["security", "group", "rule", "show", &ssh.id])?;
    assert_eq!(
        (&seen["port_range_max"], &seen["remote_ip_prefix"]),
        (&json!(22), &json!("192.0.2.0/24"))
    );
    assert_eq!(cloud.get_security_group_rule(&ssh).await?.description.as_deref(), Some("admins"));

    cloud.delete_security_group_rule(&ssh).await?;
    cloud.delete_security_group_rule(&ssh).await?;
    assert_eq!(refused(cloud.get_security_group_rule(&ssh).await).kind(), Kind::NotFound);
    assert_eq!(cloud.get_security_group(&group).await?.rules_count, 4);
    let nobody = cloud.list_security_group_rules().security_group_id("behaviour-nobody");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    Ok(())
}

/// W89, and no invented `0.0.0.0/0`: what the API leaves open stays open.
async fn as_told(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let group = cloud.create_security_group(context.name(&SECURITY_GROUP, "told")).await?;
    let open = cloud.add_security_group_rule(&group).protocol("icmp").await?;
    assert_eq!((&open.remote_ip_prefix, &open.remote_group_id), (&None, &None));
    assert_eq!((open.port_range_min, open.port_range_max), (None, None));
    let all = cloud.add_security_group_rule(&group).protocol("ANY").await?;
    assert_eq!((&all.protocol, &all.remote_ip_prefix), (&None, &None));
    let ping = cloud.add_security_group_rule(&group).icmp_type(8u16).icmp_code(0u16);
    let ping = ping.remote_ip_prefix("192.0.2.7").await?;
    assert_eq!((ping.port_range_min, ping.port_range_max), (Some(8), Some(0)));
    let listed = cloud.list_security_group_rules().security_group_id(&group).await?;
    for made in [&open, &all, &ping] {
        let there = listed.iter().find(|rule| rule.id == made.id).unwrap();
        assert_eq!(there.remote_ip_prefix, made.remote_ip_prefix);
        assert_eq!(there.protocol, made.protocol);
    }
    Ok(())
}

async fn by_ik(context: &Context) -> Outcome {
    let name = context.name(&SECURITY_GROUP, "ik's");
    let create = ["security", "group", "create", &name, "--description", "d", "-f", "json"];
    assert_eq!(context.ik(&create)?.json()?["name"], name.as_str());
    let rule = ["security", "group", "rule", "create", &name, "-f", "json"];
    let https = [&rule[..], &["--port", "https", "--remote-ip", "0.0.0.0/0"]].concat();
    let https = context.ik(&https)?.json()?;
    assert_eq!(
        (&https["port_range_min"], &https["remote_ip_prefix"]),
        (&json!(443), &json!("0.0.0.0/0"))
    );
    let range = [&rule[..], &["--dst-port", "8000:8080", "--protocol", "udp", "--egress"]].concat();
    let range = context.ik(&range)?.json()?;
    assert_eq!((&range["port_range_max"], &range["direction"]), (&json!(8080), &json!("egress")));
    let list = ["security", "group", "rule", "list", &name, "--ingress", "-f", "json"];
    let listed = context.ik(&list)?.json()?;
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    let id = https["id"].as_str().unwrap();
    let shown = context.ik(&["security", "group", "rule", "show", id, "-f", "json"])?.json()?;
    assert_eq!(shown["id"], https["id"]);
    context.ik(&["security", "group", "rule", "delete", id, "--yes"])?.good()?;
    context.ik(&["security", "group", "set", &name, "--description", "e"])?.good()?;
    context.ik(&["security", "group", "delete", &name, "--yes"])?.good()?;
    Ok(())
}
