//! Whole balancers: made by one command, from flags or a file, and looked at.

use infomaniak_cloud::Kind;
use serde_json::json;

use super::balancer;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::network::network_with;
use crate::things::{INSTANCE, LOAD_BALANCER};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("ik makes listener, pool, members and monitor in one command", by_flags)
            .proves(&["create_loadbalancer", "get_loadbalancer_status"]),
        Case::new("ik makes one as a file describes it", by_file)
            .proves(&["create_loadbalancer", "list_l7_policies", "list_l7_rules"])
            .refuses(Kind::Invalid, &["create_loadbalancer"]),
        Case::new("what is wrong with a description is said before anything is made", wrong)
            .refuses(Kind::Invalid, &["create_loadbalancer"])
            .refuses(Kind::NotFound, &["create_loadbalancer"]),
        Case::new("what went through it, what there may be and by whom, is told", looks)
            .proves(&["get_loadbalancer_stats", "get_listener_stats"])
            .proves(&["get_loadbalancer_quota", "list_loadbalancer_providers"])
            .refuses(Kind::NotFound, &["get_loadbalancer_stats", "get_loadbalancer_status"]),
        Case::new("one that is there is shown instead of made once more", or_show)
            .proves(&["create_loadbalancer"]),
        Case::new("one that was stopped half-way is gone on with", half_way)
            .proves(&["create_loadbalancer"])
            .refuses(Kind::Invalid, &["create_loadbalancer"]),
    ]
}

async fn by_flags(context: &Context) -> Outcome {
    let cloud = context.cloud()?;
    let (network, subnet) = network_with(context, "by flags", "10.115.0.0/24").await?;
    let (target, server) = (&context.target, context.name(&INSTANCE, "member"));
    let create = cloud.compute().create_instance(&server, target.flavor, target.image, &network);
    create.wait(true).await?;
    let address = cloud.network().list_server_addresses(server.as_str()).await?.remove(0).address;

    let name = context.name(&LOAD_BALANCER, "by flags");
    let made = context.ik(&[
        "loadbalancer",
        "create",
        &name,
        "--subnet",
        &subnet.name,
        "--listener",
        "HTTP:80",
        "--member",
        &server,
        "--member",
        "10.115.0.200:8080",
        "--monitor",
        "HTTP:/health",
        "--algorithm",
        "LEAST_CONNECTIONS",
        "-f",
        "json",
    ])?;
    assert_eq!(made.json()?["provisioning_status"], "ACTIVE");
    let cloud = cloud.network();
    let pools = cloud.list_pools().loadbalancer_id(&name).await?;
    let [pool] = &pools[..] else { panic!("{pools:?}") };
    assert_eq!((&pool.lb_algorithm[..], pool.listeners.len()), ("LEAST_CONNECTIONS", 1));
    let mut members = cloud.list_pool_members(pool).await?;
    members.sort_by_key(|one| one.protocol_port);
    let members: Vec<_> = members.iter().map(|one| (&one.address[..], one.protocol_port)).collect();
    assert_eq!(members, [(address.as_str(), 80), ("10.115.0.200", 8080)]);
    let monitor = cloud.list_health_monitors().pool_id(pool).await?.remove(0);
    assert_eq!((&monitor.r#type[..], monitor.url_path.as_deref()), ("HTTP", Some("/health")));

    let tree = context.ik(&["loadbalancer", "status", "show", &name])?.good()?;
    for line in [
        format!("load balancer {name} "),
        format!("listener {name}-http-80 "),
        format!("pool {name}-pool "),
        "health monitor HTTP".to_string(),
        format!("member {server} {address}:80 "),
    ] {
        assert!(tree.contains(&line), "no `{line}` in\n{tree}");
    }
    Ok(())
}

const DESCRIPTION: &str = "
listeners:
  - name: web
    protocol: HTTP
    port: 80
    default_pool: servers
    insert_headers: {X-Forwarded-For: true}
    l7policies:
      - action: REDIRECT_TO_POOL
        redirect_pool: old
        rules: [{type: PATH, compare_type: STARTS_WITH, value: /old}]
  - {name: mail, protocol: TCP, port: 25, default_pool: mail}
pools:
  - name: servers
    protocol: HTTP
    members: ['10.116.0.11', '10.116.0.12:8080', {address: 10.116.0.13, port: 81, weight: 3}]
    healthmonitor: {type: HTTP, url_path: /health, delay: 4, timeout: 2}
    session_persistence: {type: SOURCE_IP}
  - {name: old, protocol: HTTP, lb_algorithm: SOURCE_IP, members: ['10.116.0.14']}
  - {name: mail, protocol: TCP, healthmonitor: {type: TCP}}
";

async fn by_file(context: &Context) -> Outcome {
    let (_, subnet) = network_with(context, "by file", "10.116.0.0/24").await?;
    let name = context.name(&LOAD_BALANCER, "by file");
    let path = context.path("lb.yaml");
    let file = path.to_string_lossy();
    let create = ["loadbalancer", "create", &name, "--subnet", &subnet.name, "--file", &file];
    std::fs::write(&path, DESCRIPTION.replace("SOURCE_IP}", "SOURCE_IP, cooky: x}"))?;
    let why = context.ik(&create)?.refused(Kind::Invalid)?;
    assert!(why.contains("pools[0].session_persistence") && why.contains("cooky"), "{why}");
    std::fs::write(&path, DESCRIPTION)?;
    context.ik(&create)?.good()?;

    let cloud = context.cloud()?.network();
    let listeners = cloud.list_listeners().loadbalancer_id(&name).await?;
    let web = listeners.iter().find(|one| one.name == "web").unwrap();
    assert_eq!(
        (listeners.len(), web.insert_headers.get("X-Forwarded-For")),
        (2, Some(&json!("true")))
    );
    let pools = cloud.list_pools().loadbalancer_id(&name).await?;
    let of = |name: &str| pools.iter().find(|one| one.name == name).unwrap();
    assert_eq!(web.default_pool_id.as_ref(), Some(&of("servers").id));
    assert_eq!(of("old").lb_algorithm, "SOURCE_IP");
    let mut members = cloud.list_pool_members(of("servers")).await?;
    members.sort_by(|a, b| a.address.cmp(&b.address));
    let members: Vec<_> = members.iter().map(|one| (one.protocol_port, one.weight)).collect();
    assert_eq!(members, [(80, 1), (8080, 1), (81, 3)]);
    // All of it is there, and can be changed: nothing is stuck.
    let still = |status: &Option<String>| status.as_deref() == Some("ACTIVE");
    assert!(listeners.iter().all(|one| still(&one.provisioning_status)), "{listeners:?}");
    assert!(pools.iter().all(|one| still(&one.provisioning_status)), "{pools:?}");
    cloud.set_pool(of("servers")).description("changed").await?;
    let policies = cloud.list_l7_policies().listener_id(web).await?;
    assert_eq!(policies[0].redirect_pool_id.as_ref(), Some(&of("old").id));
    assert_eq!(cloud.list_l7_rules(&policies[0]).await?[0].value, "/old");
    assert_eq!(cloud.list_health_monitors().pool_id(of("mail")).await?[0].r#type, "TCP");
    Ok(())
}

async fn wrong(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (_, subnet) = network_with(context, "wrong", "10.117.0.0/24").await?;
    let name = context.name(&LOAD_BALANCER, "wrong");
    let create = || cloud.create_loadbalancer(&name, &subnet);
    let error = refused(create().file("listeners: [{protocol: HTTP, port: 70000}]").await);
    assert_eq!(error.kind(), Kind::Invalid);
    assert!(error.message().contains("listeners[0].port"), "{error:?}");
    let nobody = create().listeners(["HTTP:80"]).members(["behaviour-nobody"]);
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    // Servers have to be where the balancer is.
    let elsewhere = create().listeners(["HTTP:80"]).members([context.target.server]);
    assert_eq!(refused(elsewhere.await).kind(), Kind::NotFound);
    assert!(cloud.list_loadbalancers().name(&name).await?.is_empty());
    Ok(())
}

async fn looks(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (of, _) = balancer(context, "looked at", "10.118.0.0/24").await?;
    let web = super::listener(context, &of, "web", 80).await?;
    assert_eq!(cloud.get_loadbalancer_stats(&of.name).await?.active_connections, 0);
    assert_eq!(cloud.get_listener_stats(&web.name).await?.bytes_in, 0);
    assert!(cloud.get_loadbalancer_quota().await?.load_balancer.is_some());
    assert!(cloud.list_loadbalancer_providers().await?.iter().any(|one| one.name == "amphora"));
    let nobody = cloud.get_loadbalancer_stats("behaviour-nobody");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    let nobody = cloud.get_loadbalancer_status("behaviour-nobody");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    Ok(())
}

async fn or_show(context: &Context) -> Outcome {
    let (of, subnet) = balancer(context, "there", "10.119.0.0/24").await?;
    let again = ["loadbalancer", "create", &of.name, "--subnet", &subnet.name, "--or-show"];
    let shown = context.ik(&[&again[..], &["-f", "json"]].concat())?.json()?;
    assert_eq!(shown["id"], of.id.as_str());
    let named = context.cloud()?.network().list_loadbalancers().name(&of.name).await?;
    assert_eq!(named.len(), 1);
    Ok(())
}

/// The description that was meant, where some of it is there already.
async fn half_way(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (of, subnet) = balancer(context, "half way", "10.120.0.0/24").await?;
    let pool = cloud.create_pool("servers", "HTTP", "ROUND_ROBIN").loadbalancer_id(&of).await?;
    let resting = cloud.add_pool_member(&pool, "10.120.0.11", 80_u16).weight(0_u32).await?;
    let web = cloud.create_listener(&of, "web", "HTTP", 80_u16).default_pool(&pool).await?;
    let meant = DESCRIPTION.replace("10.116.", "10.120.");
    let create = || cloud.create_loadbalancer(&of.name, &subnet).file(meant.clone());
    let refusal = refused(create().wait(false).await);
    assert_eq!(refusal.kind(), Kind::Invalid, "{refusal:?}");

    for _ in 0..2 {
        assert_eq!(create().or_show(true).await?.id, of.id);
        let listeners = cloud.list_listeners().loadbalancer_id(&of).await?;
        let pools = cloud.list_pools().loadbalancer_id(&of).await?;
        assert_eq!((listeners.len(), pools.len()), (2, 3));
        assert!(listeners.iter().any(|one| one.id == web.id), "{listeners:?}");
        assert!(pools.iter().any(|one| one.id == pool.id), "{pools:?}");
        assert_eq!(cloud.list_pool_members(&pool).await?.len(), 3);
        // Going on does not give traffic to a member that somebody took it from.
        assert_eq!(cloud.get_pool_member(&pool, &resting.id).await?.weight, 0);
        assert_eq!(cloud.list_health_monitors().pool_id(&pool).await?.len(), 1);
        let policies = cloud.list_l7_policies().listener_id(&web).await?;
        assert_eq!(policies.len(), 1);
        assert_eq!(cloud.list_l7_rules(&policies[0]).await?.len(), 1);
    }
    Ok(())
}
