//! Taking away what was said: what is left is what goes without saying.

use infomaniak_cloud::Kind;
use infomaniak_cloud::load_balancer::SessionPersistence;
use serde_json::json;

use super::{balancer, listener, pool};
use crate::case::{Case, Outcome, refused};
use crate::context::Context;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("of a load balancer and its listener", listening)
            .proves(&["unset_loadbalancer", "unset_listener"])
            .refuses(Kind::Invalid, &["unset_loadbalancer", "unset_listener"])
            .refuses(Kind::NotFound, &["unset_loadbalancer", "unset_listener"]),
        Case::new("of a pool, its members and what asks them", pooled)
            .proves(&["unset_pool", "unset_pool_member", "unset_health_monitor"])
            .refuses(Kind::Invalid, &["unset_pool", "unset_pool_member", "unset_health_monitor"])
            .refuses(Kind::Invalid, &["set_health_monitor"])
            .refuses(Kind::NotFound, &["unset_pool", "unset_pool_member"])
            .refuses(Kind::NotFound, &["unset_health_monitor"]),
        Case::new("of a policy and its rule, with the openstack client's words", ruled)
            .proves(&["unset_l7_policy", "unset_l7_rule"])
            .refuses(Kind::Invalid, &["unset_l7_policy", "unset_l7_rule"])
            .refuses(Kind::NotFound, &["unset_l7_policy", "unset_l7_rule"]),
        Case::new("an administrator says how much a project may have, and takes it back", quota)
            .proves(&["set_loadbalancer_quota", "unset_loadbalancer_quota"])
            .proves(&["reset_loadbalancer_quota", "list_loadbalancer_quotas"])
            .proves(&["get_loadbalancer_quota", "get_loadbalancer_default_quota"])
            .refuses(Kind::Invalid, &["set_loadbalancer_quota", "unset_loadbalancer_quota"])
            .refuses(Kind::Denied, &["set_loadbalancer_quota", "unset_loadbalancer_quota"])
            .refuses(Kind::Denied, &["reset_loadbalancer_quota", "get_loadbalancer_quota"]),
    ]
}

async fn listening(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (of, _) = balancer(context, "unsaid", "10.131.0.0/24").await?;
    cloud.set_loadbalancer(&of).description("d").tags(["a", "b"]).await?;
    cloud.unset_loadbalancer(&of.name).description(true).tags(["a", "never there"]).await?;
    let shown = cloud.get_loadbalancer(&of).await?;
    assert_eq!((shown.description.as_deref(), &shown.tags[..]), (Some(""), &["b".to_string()][..]));
    let before = shown.updated_at;
    // What is not there needs no removal.
    cloud.unset_loadbalancer(&of).tags(["never there"]).await?;
    assert_eq!(cloud.get_loadbalancer(&of).await?.updated_at, before);
    cloud.unset_loadbalancer(&of).all_tags(true).await?;
    assert!(cloud.get_loadbalancer(&of).await?.tags.is_empty());
    assert_eq!(refused(cloud.unset_loadbalancer(&of).await).kind(), Kind::Invalid);
    let nowhere = cloud.unset_loadbalancer("behaviour-nowhere").name(true);
    assert_eq!(refused(nowhere.await).kind(), Kind::NotFound);

    let (web, servers) =
        (listener(context, &of, "web", 80).await?, pool(context, &of, "servers").await?);
    let usual = cloud.get_listener(&web).await?;
    let headers = json!({ "X-Forwarded-For": "true" }).as_object().cloned().unwrap_or_default();
    let set = cloud.set_listener(&web).connection_limit(7).timeout_client_data(7_u64);
    let set = set.timeout_member_connect(7_u64).timeout_member_data(7_u64).insert_headers(headers);
    set.default_pool(&servers).allowed_cidrs(["192.0.2.0/24"]).tags(["a"]).await?;
    assert_eq!(cloud.get_listener(&web).await?.default_pool_id.as_ref(), Some(&servers.id));
    let unset = cloud.unset_listener(&web).connection_limit(true).timeout_client_data(true);
    let unset = unset.timeout_member_connect(true).timeout_member_data(true).insert_headers(true);
    unset.default_pool(true).allowed_cidrs(true).all_tags(true).await?;
    let mut shown = cloud.get_listener(&web).await?;
    shown.updated_at.clone_from(&usual.updated_at);
    assert_eq!(serde_json::to_value(shown)?, serde_json::to_value(usual)?);
    let seen = context.openstack_json(&["loadbalancer", "listener", "show", &web.id])?;
    assert_eq!(
        (&seen["connection_limit"], &seen["timeout_client_data"], &seen["default_pool_id"]),
        (&json!(-1), &json!(50_000), &json!(null))
    );
    assert_eq!(refused(cloud.unset_listener(&web).await).kind(), Kind::Invalid);
    let nowhere = cloud.unset_listener("behaviour-nowhere").name(true);
    assert_eq!(refused(nowhere.await).kind(), Kind::NotFound);
    Ok(())
}

async fn pooled(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (of, _) = balancer(context, "unpooled", "10.132.0.0/24").await?;
    let servers = pool(context, &of, "servers").await?;
    let keep = SessionPersistence {
        r#type: "SOURCE_IP".into(),
        cookie_name: None,
        persistence_timeout: None,
        persistence_granularity: None,
    };
    cloud.set_pool(&servers).description("d").session_persistence(keep).await?;
    cloud.unset_pool(&servers.name).description(true).session_persistence(true).await?;
    let shown = cloud.get_pool(&servers).await?;
    assert_eq!((shown.description.as_deref(), shown.session_persistence), (Some(""), None));
    assert_eq!(refused(cloud.unset_pool(&servers).await).kind(), Kind::Invalid);
    let nowhere = cloud.unset_pool("behaviour-nowhere").name(true);
    assert_eq!(refused(nowhere.await).kind(), Kind::NotFound);

    let add = cloud.add_pool_member(&servers, "10.132.0.9", 80_u16).name("m").weight(7_u32);
    add.backup(true).monitor_address("10.132.0.8").monitor_port(81_u16).tags(["a"]).await?;
    let unset = cloud.unset_pool_member(&servers, "m").weight(true).backup(true);
    unset.monitor_address(true).monitor_port(true).tags(["a"]).await?;
    let shown = cloud.get_pool_member(&servers, "m").await?;
    assert_eq!((shown.weight, shown.backup, shown.tags.len()), (1, Some(false), 0));
    assert_eq!((shown.monitor_address, shown.monitor_port), (None, None));
    assert_eq!(refused(cloud.unset_pool_member(&servers, "m").await).kind(), Kind::Invalid);
    let nobody = cloud.unset_pool_member(&servers, "behaviour-nobody").name(true);
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);

    let create = cloud.create_health_monitor(&servers, "HTTP", 5_u64, 3_u64).url_path("/health");
    let create = create.expected_codes("204").http_method("HEAD").max_retries_down(7_u32);
    let made = create.http_version("1.1").domain_name("www.example").await?;
    assert_eq!((made.http_version, made.domain_name.as_deref()), (Some(1.1), Some("www.example")));
    let unset = cloud.unset_health_monitor(&made).url_path(true).expected_codes(true);
    let unset = unset.http_method(true).max_retries_down(true);
    unset.http_version(true).domain_name(true).await?;
    let shown = cloud.get_health_monitor(&made).await?;
    assert_eq!(
        (shown.url_path.as_deref(), shown.expected_codes.as_deref(), shown.max_retries_down),
        (Some("/"), Some("200"), Some(3))
    );
    assert_eq!((shown.http_method.as_deref(), shown.http_version), (Some("GET"), None));
    // The name of a host is for HTTP 1.1.
    let lone = cloud.set_health_monitor(&made).domain_name("www.example");
    assert_eq!(refused(lone.await).kind(), Kind::Invalid);
    cloud.set_health_monitor(&made).domain_name("www.example").http_version("1.1").await?;
    assert_eq!(refused(cloud.unset_health_monitor(&made).await).kind(), Kind::Invalid);
    let nowhere = cloud.unset_health_monitor("behaviour-nowhere").name(true);
    assert_eq!(refused(nowhere.await).kind(), Kind::NotFound);
    Ok(())
}

async fn ruled(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (of, _) = balancer(context, "unruled", "10.133.0.0/24").await?;
    let web = listener(context, &of, "web", 80).await?;
    let create = cloud.create_l7_policy(&web).name(format!("away of {}", of.name)).description("d");
    let create = create.redirect_url("https://www.example.com").redirect_http_code(301_u16);
    let policy = create.tags(["a"]).await?;
    let unset = ["loadbalancer", "l7policy", "unset", &policy.name];
    let flags = ["--description", "--redirect-http-code", "--all-tag"];
    context.ik(&[&unset[..], &flags].concat())?.good()?;
    let shown = cloud.get_l7_policy(&policy).await?;
    assert_eq!((shown.description.as_deref(), shown.tags.len()), (Some(""), 0));
    assert_eq!(shown.redirect_http_code, None);
    context.ik(&unset)?.refused(Kind::Invalid)?;
    let nowhere = cloud.unset_l7_policy("behaviour-nowhere").name(true);
    assert_eq!(refused(nowhere.await).kind(), Kind::NotFound);

    let create = cloud.create_l7_rule(&policy, "HEADER", "EQUAL_TO", "yes").key("X-Test");
    let rule = create.invert(true).tags(["a"]).await?;
    let unset = ["loadbalancer", "l7rule", "unset", &policy.name, &rule.id];
    context.ik(&[&unset[..], &["--invert", "--tag", "a"]].concat())?.good()?;
    let shown = cloud.get_l7_rule(&policy, &rule.id).await?;
    assert_eq!((shown.invert, shown.tags.len()), (false, 0));
    // Which header, then?
    context.ik(&[&unset[..], &["--key"]].concat())?.refused(Kind::Invalid)?;
    assert_eq!(refused(cloud.unset_l7_rule(&policy, &rule.id).await).kind(), Kind::Invalid);
    cloud.delete_l7_rule(&policy, &rule.id).await?;
    let gone = cloud.unset_l7_rule(&policy, &rule.id).invert(true);
    assert_eq!(refused(gone.await).kind(), Kind::NotFound);
    Ok(())
}

/// In the stranger's project, with numbers that are in nobody's way.
async fn quota(context: &Context) -> Outcome {
    let stranger = context.cloud_of(context.target.stranger)?.network();
    let admin = context.cloud_of(context.target.admin)?.network();
    let groups = stranger.list_security_groups().await?;
    let project = groups[0].project_id.clone().unwrap_or_default();
    let usual = stranger.get_loadbalancer_default_quota().await?;
    let set = admin.set_loadbalancer_quota(&project).pool(901).l7rule(902);
    set.load_balancer(903).await?;
    let own = stranger.get_loadbalancer_quota().await?;
    assert_eq!((own.pool, own.l7rule, own.load_balancer), (Some(901), Some(902), Some(903)));
    let listed = admin.list_loadbalancer_quotas().project_id(&project).await?;
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!((listed[0].pool, listed[0].member), (Some(901), None), "{listed:?}");
    admin.unset_loadbalancer_quota(&project).pool(true).load_balancer(true).await?;
    let shown = admin.get_loadbalancer_quota().project_id(&project).await?;
    assert_eq!((shown.pool, shown.load_balancer), (usual.pool, usual.load_balancer));
    assert_eq!(shown.l7rule, Some(902));
    admin.reset_loadbalancer_quota(&project).await?;
    let own = stranger.get_loadbalancer_quota().await?;
    assert_eq!(serde_json::to_value(own)?, serde_json::to_value(usual)?);

    for operation in [
        refused(admin.set_loadbalancer_quota(&project).await),
        refused(admin.unset_loadbalancer_quota(&project).await),
    ] {
        assert_eq!(operation.kind(), Kind::Invalid);
    }
    let member = context.cloud()?.network();
    for operation in [
        refused(member.set_loadbalancer_quota(&project).pool(1).await),
        refused(member.unset_loadbalancer_quota(&project).pool(true).await),
        refused(member.reset_loadbalancer_quota(&project).await),
        refused(member.get_loadbalancer_quota().project_id(&project).await),
    ] {
        assert_eq!(operation.kind(), Kind::Denied, "{operation:?}");
    }
    Ok(())
}
