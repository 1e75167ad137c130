//! L7 policies and their rules as another client sees them.

use infomaniak_cloud::Kind;
use serde_json::json;

use super::{balancer, listener, pool};
use crate::case::{Case, Outcome, refused};
use crate::context::Context;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("policies are made, found, ordered, changed and deleted", policies)
            .proves(&["create_l7_policy", "get_l7_policy", "list_l7_policies", "set_l7_policy"])
            .proves(&["delete_l7_policy"])
            .refuses(Kind::Invalid, &["create_l7_policy", "set_l7_policy"])
            .refuses(Kind::NotFound, &["create_l7_policy", "get_l7_policy", "set_l7_policy"])
            .refuses(Kind::NotFound, &["delete_l7_policy"]),
        Case::new("rules are made, listed, changed and deleted", rules)
            .proves(&["create_l7_rule", "get_l7_rule", "list_l7_rules", "set_l7_rule"])
            .proves(&["delete_l7_rule"])
            .refuses(Kind::Invalid, &["create_l7_rule", "set_l7_rule"])
            .refuses(Kind::NotFound, &["create_l7_rule", "get_l7_rule", "list_l7_rules"])
            .refuses(Kind::NotFound, &["set_l7_rule"]),
        Case::new("ik makes policies and rules", by_ik)
            .proves(&["create_l7_policy", "create_l7_rule", "list_l7_policies", "list_l7_rules"])
            .proves(&["set_l7_policy", "set_l7_rule", "delete_l7_rule", "delete_l7_policy"])
            .refuses(Kind::Invalid, &["create_l7_policy"]),
    ]
}

async fn policies(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (of, _) = balancer(context, "ruled", "10.121.0.0/24").await?;
    let web = listener(context, &of, "web", 80).await?;
    let api = pool(context, &of, "api").await?;

    let create = |name: &str| cloud.create_l7_policy(&web).name(format!("{name} of {}", of.name));
    let to_api = create("api").redirect_pool(&api.name).tags(["a"]).await?;
    assert_eq!(to_api.action, "REDIRECT_TO_POOL");
    assert_eq!(
        (to_api.redirect_pool_id.as_ref(), to_api.listener_id.as_ref(), to_api.position),
        (Some(&api.id), Some(&web.id), Some(1))
    );
    let closed = create("closed").action("reject").position(1_u32).await?;
    assert_eq!((closed.action.as_str(), closed.position), ("REJECT", Some(1)));
    // The first that matches counts: this one came before the other.
    assert_eq!(cloud.get_l7_policy(&to_api.name).await?.position, Some(2));
    let seen = context.openstack_json(&["loadbalancer", "l7policy", "show", &to_api.id])?;
    assert_eq!((&seen["position"], &seen["redirect_pool_id"]), (&json!(2), &json!(api.id)));

    let set = cloud.set_l7_policy(&to_api).action("REDIRECT_PREFIX").tags(["b"]);
    set.redirect_prefix("https://www.example.com").redirect_http_code(301_u16).await?;
    let shown = cloud.get_l7_policy(&to_api).await?;
    assert_eq!((shown.action.as_str(), shown.redirect_http_code), ("REDIRECT_PREFIX", Some(301)));
    assert_eq!(shown.tags, ["a", "b"]);
    let mut listed = cloud.list_l7_policies().listener_id(&web.name).await?;
    listed.sort_by_key(|policy| policy.position);
    assert_eq!(listed.iter().map(|one| &one.id).collect::<Vec<_>>(), [&closed.id, &to_api.id]);

    assert_eq!(refused(cloud.set_l7_policy(&to_api).await).kind(), Kind::Invalid);
    assert_eq!(refused(create("aimless").await).kind(), Kind::Invalid);
    let torn = create("torn").redirect_pool(&api).redirect_url("https://www.example.com");
    assert_eq!(refused(torn.await).kind(), Kind::Invalid);
    let nowhere = cloud.create_l7_policy("behaviour-nowhere").action("REJECT");
    assert_eq!(refused(nowhere.await).kind(), Kind::NotFound);
    let nobody = cloud.set_l7_policy("behaviour-nowhere").name("x");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);

    cloud.delete_l7_policy(&closed.name).await?;
    assert_eq!(refused(cloud.get_l7_policy(&closed).await).kind(), Kind::NotFound);
    assert_eq!(cloud.get_l7_policy(&to_api).await?.position, Some(1));
    cloud.delete_l7_policy(&closed).await?;
    assert_eq!(refused(cloud.delete_l7_policy(&closed.name).await).kind(), Kind::NotFound);
    Ok(())
}

async fn rules(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (of, _) = balancer(context, "matched", "10.122.0.0/24").await?;
    let web = listener(context, &of, "web", 80).await?;
    let policy = cloud.create_l7_policy(&web).action("REJECT").await?;

    let made = cloud.create_l7_rule(&policy, "path", "starts_with", "/api").tags(["a"]).await?;
    assert_eq!((made.r#type.as_str(), made.compare_type.as_str()), ("PATH", "STARTS_WITH"));
    let header = cloud.create_l7_rule(&policy, "HEADER", "EQUAL_TO", "yes");
    let header = header.key("X-Test").invert(true).await?;
    assert_eq!((header.key.as_deref(), header.invert), (Some("X-Test"), true));
    let seen =
        context.openstack_json(&["loadbalancer", "l7rule", "show", &policy.id, &header.id])?;
    assert_eq!((&seen["key"], &seen["invert"]), (&json!("X-Test"), &json!(true)), "{seen}");
    let mut listed: Vec<_> =
        cloud.list_l7_rules(&policy).await?.into_iter().map(|one| one.id).collect();
    let mut both = vec![made.id.clone(), header.id.clone()];
    listed.sort();
    both.sort();
    assert_eq!(listed, both);
    assert_eq!(cloud.get_l7_policy(&policy).await?.rules.len(), 2);

    cloud.set_l7_rule(&policy, &made.id).value("/v2").tags(["b"]).await?;
    let shown = cloud.get_l7_rule(&policy, &made.id).await?;
    assert_eq!((shown.value.as_str(), &shown.tags[..]), ("/v2", &["a", "b"].map(String::from)[..]));
    assert_eq!(refused(cloud.set_l7_rule(&policy, &made.id).await).kind(), Kind::Invalid);
    let unheard = cloud.create_l7_rule(&policy, "MOOD", "EQUAL_TO", "good");
    assert_eq!(refused(unheard.await).kind(), Kind::Invalid);

    let nobody = "behaviour-nobody";
    let nowhere = cloud.create_l7_rule(nobody, "PATH", "EQUAL_TO", "/");
    assert_eq!(refused(nowhere.await).kind(), Kind::NotFound);
    assert_eq!(refused(cloud.list_l7_rules(nobody).await).kind(), Kind::NotFound);
    cloud.delete_l7_rule(&policy, &made.id).await?;
    assert_eq!(refused(cloud.get_l7_rule(&policy, &made.id).await).kind(), Kind::NotFound);
    let gone = cloud.set_l7_rule(&policy, &made.id).value("/");
    assert_eq!(refused(gone.await).kind(), Kind::NotFound);
    // What is gone already counts as deleted, with its policy, too.
    cloud.delete_l7_rule(&policy, &made.id).await?;
    cloud.delete_l7_policy(&policy).await?;
    cloud.delete_l7_rule(&policy, &header.id).await?;
    Ok(())
}

async fn by_ik(context: &Context) -> Outcome {
    let (of, _) = balancer(context, "spoken", "10.123.0.0/24").await?;
    let web = listener(context, &of, "web", 80).await?;
    let name = format!("closed of {}", of.name);
    let create = ["loadbalancer", "l7policy", "create", &web.name, "--name", &name];
    context.ik(&create)?.refused(Kind::Invalid)?;
    let reject = [&create[..], &["--action", "REJECT", "-f", "json"]].concat();
    assert_eq!(context.ik(&reject)?.json()?["action"], "REJECT");
    let rule = ["loadbalancer", "l7rule", "create", &name, "--type", "HOST_NAME"];
    let rule = [&rule[..], &["--compare-type", "ENDS_WITH", "--value", "old.example"]].concat();
    let rule = context.ik(&[&rule[..], &["-f", "value", "-c", "id"]].concat())?.good()?;
    let rule = rule.trim();
    let set = ["loadbalancer", "l7rule", "set", &name, rule, "--value", "older.example"];
    context.ik(&set)?.good()?;
    let listed = context.ik(&["loadbalancer", "l7rule", "list", &name, "-f", "json"])?.json()?;
    assert_eq!((&listed[0]["value"], &listed[1]), (&json!("older.example"), &json!(null)));
    context.ik(&["loadbalancer", "l7policy", "set", &name, "--disable"])?.good()?;
    let list = ["loadbalancer", "l7policy", "list", "--listener", &web.name, "-f", "json"];
    assert_eq!(context.ik(&list)?.json()?[0]["is_admin_state_up"], false);
    context.ik(&["loadbalancer", "l7rule", "delete", &name, rule, "--yes"])?.good()?;
    context.ik(&["loadbalancer", "l7policy", "delete", &name, "--yes"])?.good()?;
    Ok(())
}
