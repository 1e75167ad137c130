//! Doing things again that were done already: what is there is shown, not made a second time.

use infomaniak_cloud::compute::Instance;
use infomaniak_cloud::network::PortRange;
use infomaniak_cloud::operation::Text;
use infomaniak_cloud::{Error, Kind, Processed};

use crate::case::{Case, Group, Outcome, refused};
use crate::compute::PUBLIC_KEY;
use crate::context::Context;
use crate::things::{
    FLAVOR, FLOATING_IP, IMAGE, INSTANCE, KEYPAIR, LOAD_BALANCER, NET, PORT, ROUTER,
    SECURITY_GROUP, SERVER_GROUP, SNAPSHOT, SUBNET, SUBNET_POOL, VOLUME,
};

/// The network that floating IPs come from.
const OUTSIDE: &str = "ext-floating1";

pub(crate) fn groups() -> Vec<Group> {
    let cases = vec![
        Case::new("networks and what goes with them are made once", network)
            .proves(&["create_network", "create_subnet", "create_port", "create_router"])
            .proves(&["create_subnet_pool", "create_security_group", "add_security_group_rule"])
            .proves(&["allocate_floating_ip", "create_port_forwarding", "create_server_group"])
            .proves(&["create_keypair"])
            .refuses(Kind::Conflict, &["create_subnet", "create_keypair"]),
        Case::new("of two of the same name, none is shown", two)
            .refuses(Kind::Ambiguous, &["create_network", "allocate_floating_ip"])
            .refuses(Kind::Invalid, &["create_network", "allocate_floating_ip"]),
        Case::new("servers and volumes are made once, and waited for", server)
            .proves(&["create_instance", "create_volume", "attach_volume", "create_snapshot"])
            .proves(&["allocate_floating_ip"]),
        Case::new("a load balancer and its parts are made once, and waited for", balancer)
            .proves(&["create_loadbalancer", "create_listener", "create_pool", "add_pool_member"])
            .proves(&["create_l7_policy", "create_l7_rule"])
            .refuses(Kind::Conflict, &["create_listener", "create_pool", "delete_network"])
            .refuses(Kind::Invalid, &["create_l7_policy"]),
        Case::new("a server in ERROR is neither shown as good nor made again", failed)
            .refuses(Kind::Failed, &["create_instance"]),
        Case::new("ik does it with --or-show", by_ik)
            .proves(&["create_network", "add_security_group_rule"]),
        Case::new("of several servers the missing ones are made", several)
            .proves(&["create_instances", "delete_instance"])
            .refuses(Kind::Ambiguous, &["create_instances"]),
        Case::new("an image is made once, and given its data if it has none", image)
            .proves(&["create_image"])
            .refuses(Kind::Conflict, &["create_image"])
            .refuses(Kind::Invalid, &["create_image"]),
    ];
    vec![Group { name: "what is there already", cases }]
}

/// Makes it twice: by the ids, it is one.
macro_rules! twice {
    ($call:expr) => {{
        let first = $call.or_show(true).await?;
        let second = $call.or_show(true).await?;
        assert_eq!(first.id, second.id);
        second
    }};
}

async fn network(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let net = context.name(&NET, "again");
    // Whoever made it was stopped before it had its tags.
    let bare = cloud.create_network(&net).await?;
    let made = twice!(cloud.create_network(&net).tags(["front"]));
    assert_eq!((&made.id, &made.tags[..]), (&bare.id, &["front".to_string()][..]));
    let subnet = context.name(&SUBNET, "again");
    let range = twice!(cloud.create_subnet(&made, &subnet, "10.70.0.0/24"));
    let other = cloud.create_subnet(&made, &subnet, "10.71.0.0/24").or_show(true);
    assert_eq!(refused(other.await).kind(), Kind::Conflict);
    // The same name in another network is another subnet.
    let beside = cloud.create_network(context.name(&NET, "beside")).await?;
    let other = cloud.create_subnet(&beside, &subnet, "10.71.0.0/24").or_show(true).await?;
    assert_eq!(other.network_id, beside.id);

    let name = context.name(&PORT, "again");
    let port = twice!(cloud.create_port(&made, &name));
    let name = context.name(&ROUTER, "again");
    let router = twice!(cloud.create_router(&name).external_network(OUTSIDE));
    cloud.add_router_interface(&router, &range).await?;
    let name = context.name(&SUBNET_POOL, "again");
    twice!(cloud.create_subnet_pool(&name).prefixes(["10.72.0.0/16"]));
    let name = context.name(&SECURITY_GROUP, "again");
    let group = twice!(cloud.create_security_group(&name));
    let rule = || cloud.add_security_group_rule(&group);
    let ssh = || rule().port(PortRange::from("ssh"));
    twice!(ssh());
    // Written in other ways, they let the same through.
    twice!(ssh().remote_ip_prefix("192.0.2.7"));
    let host = ssh().remote_ip_prefix("192.0.2.7/32").or_show(true).await?;
    let everybody = ssh().remote_ip_prefix("0.0.0.0/0").or_show(true).await?;
    assert_ne!(host.id, everybody.id);
    twice!(rule().protocol("icmp").remote_group_id(&group));
    let described = ssh().description("again").or_show(true).await?;
    let rules = cloud.list_security_group_rules().security_group_id(&group).await?;
    assert_eq!(rules.iter().filter(|rule| rule.direction == "ingress").count(), 3, "{rules:?}");
    assert!(rules.iter().any(|rule| rule.id == described.id));

    let note = context.name(&FLOATING_IP, "led again");
    let led = twice!(cloud.allocate_floating_ip(OUTSIDE).port(&port).description(&note));
    assert_eq!(led.port_id.as_deref(), Some(port.id.as_str()));
    let note = context.name(&FLOATING_IP, "again");
    let shared = twice!(cloud.allocate_floating_ip(OUTSIDE).description(&note));
    assert_ne!(shared.id, led.id);
    let inside = cloud.create_port(&made, context.name(&PORT, "inside")).await?;
    twice!(cloud.create_port_forwarding(&shared, &inside, 2222, "ssh"));
    twice!(cloud.create_port_forwarding(&shared, &inside, "8000:8010", "9000:9010"));

    let compute = context.cloud()?.compute();
    let name = context.name(&SERVER_GROUP, "again");
    twice!(compute.create_server_group(&name));
    let name = context.name(&KEYPAIR, "again");
    let import = || compute.create_keypair(&name).public_key(Text::from(PUBLIC_KEY));
    let first = import().or_show(true).await?;
    assert_eq!(import().or_show(true).await?.fingerprint, first.fingerprint);
    // The private key of one that is there cannot be had.
    let generated = refused(compute.create_keypair(&name).or_show(true).await);
    assert_eq!(generated.kind(), Kind::Conflict);
    Ok(())
}

async fn two(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let name = context.name(&NET, "twins");
    let twins = (cloud.create_network(&name).await?, cloud.create_network(&name).await?);
    let error = refused(cloud.create_network(&name).or_show(true).await);
    assert_eq!(error.kind(), Kind::Ambiguous);
    let hint = error.hint().unwrap_or_default();
    assert!(hint.contains(&twins.0.id) && hint.contains(&twins.1.id), "{hint}");
    assert_eq!(refused(cloud.create_network("").or_show(true).await).kind(), Kind::Invalid);

    let nothing = cloud.allocate_floating_ip(OUTSIDE).or_show(true);
    assert_eq!(refused(nothing.await).kind(), Kind::Invalid);
    let note = context.name(&FLOATING_IP, "twins");
    let twin = || cloud.allocate_floating_ip(OUTSIDE).description(&note);
    tokio::try_join!(twin().into_future(), twin().into_future())?;
    assert_eq!(refused(twin().or_show(true).await).kind(), Kind::Ambiguous);
    Ok(())
}

async fn server(context: &Context) -> Outcome {
    let (target, cloud) = (&context.target, context.cloud()?);
    let name = context.name(&INSTANCE, "again");
    let create =
        || cloud.compute().create_instance(&name, target.flavor, target.image, target.network);
    let begun = create().wait(false).await?;
    assert_eq!(begun.status, "BUILD");
    let made = create().or_show(true).await?;
    assert_eq!((&made.id, made.status.as_str()), (&begun.id, "ACTIVE"));
    cloud.compute().stop_instance(&made).wait(true).await?;
    // It is not for this command to start it.
    assert_eq!(create().or_show(true).await?.status, "SHUTOFF");

    let volumes = cloud.block_storage();
    let volume = context.name(&VOLUME, "again");
    let create_volume = || volumes.create_volume(1, &volume);
    let begun = create_volume().wait(false).await?;
    let found = create_volume().or_show(true).await?;
    assert_eq!((&found.id, found.status.as_str()), (&begun.id, "available"));
    let snapshot = context.name(&SNAPSHOT, "again");
    twice!(volumes.create_snapshot(&found, &snapshot));
    let attach = || volumes.attach_volume(&volume, &name).or_show(true);
    attach().await?;
    attach().await?;
    let found = create_volume().or_show(true).await?;
    assert_eq!((&found.id, found.status.as_str()), (&begun.id, "in-use"));

    let note = context.name(&FLOATING_IP, "again");
    let lead = || {
        let lead = cloud.network().allocate_floating_ip(OUTSIDE);
        lead.server(name.as_str()).description(&note)
    };
    let led = twice!(lead());
    assert!(led.port_id.is_some());
    volumes.detach_volume(&volume, &name).await?;
    // What is about to go is not there any more.
    cloud.compute().delete_instance(&made).await?;
    let second = create().or_show(true).await?;
    assert_ne!(second.id, made.id);
    Ok(())
}

async fn balancer(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let net = cloud.create_network(context.name(&NET, "balanced")).await?;
    let subnet = context.name(&SUBNET, "balanced");
    let subnet = cloud.create_subnet(&net, &subnet, "10.73.0.0/24").await?;
    let name = context.name(&LOAD_BALANCER, "again");
    let create = || cloud.create_loadbalancer(&name, &subnet);
    let begun = create().wait(false).await?;
    assert_eq!(begun.provisioning_status, "PENDING_CREATE");
    let made = create().or_show(true).await?;
    assert_eq!((&made.id, made.provisioning_status.as_str()), (&begun.id, "ACTIVE"));
    let listen = |port: u16| cloud.create_listener(&made, &name, "HTTP", port);
    let begun = listen(80).wait(false).await?;
    let listener = listen(80).or_show(true).await?;
    assert_eq!(
        (&listener.id, listener.provisioning_status.as_deref()),
        (&begun.id, Some("ACTIVE"))
    );
    let other = listen(81).or_show(true);
    assert_eq!(refused(other.await).kind(), Kind::Conflict);
    let pool = |protocol| cloud.create_pool(&name, protocol, "ROUND_ROBIN").listener_id(&listener);
    let made_pool = twice!(pool("http"));
    assert_eq!(refused(pool("TCP").or_show(true).await).kind(), Kind::Conflict);
    let member = twice!(cloud.add_pool_member(&made_pool, "10.73.0.9", 80u16));
    let other = cloud.add_pool_member(&made_pool, "10.73.0.9", 81u16).or_show(true).await?;
    assert_ne!(other.id, member.id);
    let policy = twice!(cloud.create_l7_policy(&listener).name(&name).action("REJECT"));
    let rule = |value: &str| cloud.create_l7_rule(&policy, "path", "starts_with", value);
    let first = twice!(rule("/a"));
    assert_ne!(rule("/b").or_show(true).await?.id, first.id);
    let nameless = cloud.create_l7_policy(&listener).action("REJECT").or_show(true);
    assert_eq!(refused(nameless.await).kind(), Kind::Invalid);
    // Whoever works with a network keeps it.
    let error = refused(cloud.delete_network(&net).cascade(true).await);
    assert_eq!(error.kind(), Kind::Conflict);
    assert!(error.message().contains(&format!("load balancer {name}")), "{error:?}");
    cloud.delete_loadbalancer(&made).cascade(true).await?;
    cloud.delete_network(&net).cascade(true).await?;
    Ok(())
}

async fn failed(context: &Context) -> Outcome {
    let target = &context.target;
    let flavor = context.name_at(target.admin, &FLAVOR, "too big");
    let admin = |arguments: &[&str]| context.openstack_as(target.admin, arguments);
    // No host has a disk of 700 TB.
    admin(&["flavor", "create", "--private", "--ram", "64", "--disk", "700000", &flavor])?;
    admin(&["flavor", "set", "--project", target.project, &flavor])?;
    let compute = context.cloud()?.compute();
    let name = context.name(&INSTANCE, "failed");
    let create = || compute.create_instance(&name, flavor.as_str(), target.image, target.network);
    let first: Error = refused(create().await);
    let again: Error = refused(create().or_show(true).await);
    assert_eq!((again.kind(), again.processed()), (Kind::Failed, Processed::Yes), "{again:?}");
    assert_eq!(again.resource(), first.resource());
    assert!(again.hint().unwrap_or_default().contains("delete it"), "{again:?}");
    compute.delete_instance(first.resource().unwrap_or_default()).wait(true).await?;
    Ok(())
}

async fn by_ik(context: &Context) -> Outcome {
    let name = context.name(&NET, "ik's again");
    let create = ["network", "create", &name, "--or-show", "-f", "json"];
    let (first, second) = (context.ik(&create)?, context.ik(&create)?);
    assert!(second.stderr.contains("was there already"), "{second:?}");
    assert!(!first.stderr.contains("was there already"), "{first:?}");
    assert_eq!(first.json()?["id"], second.json()?["id"]);
    let group = context.name(&SECURITY_GROUP, "ik's again");
    context.ik(&["security", "group", "create", &group, "--or-show"])?.good()?;
    let rule = ["security", "group", "rule", "create", &group, "--port", "ssh", "-f", "json"];
    context.ik(&rule)?.good()?;
    context.ik(&[&rule[..], &["--or-show"]].concat())?.good()?;
    Ok(())
}

async fn several(context: &Context) -> Outcome {
    let (target, cloud) = (&context.target, context.cloud()?.compute());
    let name = context.name(&INSTANCE, "several");
    for number in 1..=3 {
        context.claim(&INSTANCE, &format!("{name}-{number}"));
    }
    let make = |count| {
        let (flavor, image, network) = (target.flavor, target.image, target.network);
        cloud.create_instances(&name, flavor, image, network, count).or_show(true)
    };
    let ids = |made: &[Instance]| made.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
    let (both, seen) = (make(2).await?, context.watch());
    let again = make(2).await?;
    assert_eq!(ids(&both), ids(&again));
    assert_eq!(seen.requests().len(), 1, "{:?}", seen.requests());

    cloud.delete_instance(&both[0]).wait(true).await?;
    let three = make(3).await?;
    let names: Vec<_> = three.iter().map(|one| one.name.clone()).collect();
    assert_eq!(names, [1, 2, 3].map(|number| format!("{name}-{number}")));
    assert_eq!(three[1].id, both[1].id);
    assert!(three.iter().all(|one| one.status == "ACTIVE"), "{three:?}");

    let twin = format!("{name}-2");
    cloud.create_instance(&twin, target.flavor, target.image, target.network).wait(false).await?;
    assert_eq!(refused(make(2).await).kind(), Kind::Ambiguous);
    Ok(())
}

async fn image(context: &Context) -> Outcome {
    let cloud = context.cloud()?.compute();
    let name = context.name(&IMAGE, "again");
    let file = context.path("disk.raw");
    std::fs::write(&file, vec![7; 100_000])?;
    let make = || cloud.create_image(&name).file(file.to_string_lossy()).or_show(true);
    // Whoever made it was stopped before its data went.
    let bare = cloud.create_image(&name).await?;
    assert_eq!(bare.status, "queued");
    let shown = cloud.create_image(&name).or_show(true).await?;
    assert_eq!((&shown.id, shown.status.as_str()), (&bare.id, "queued"));
    let missing = cloud.create_image(&name).file("/nowhere/disk.raw").or_show(true);
    assert_eq!(refused(missing.await).kind(), Kind::Invalid);
    let whole = make().await?;
    assert_eq!((&whole.id, whole.status.as_str()), (&bare.id, "active"));
    assert_eq!(whole.size, Some(100_000));

    let seen = context.watch();
    assert_eq!(make().await?.id, bare.id);
    assert!(seen.requests().iter().all(|one| one.starts_with("GET ")), "{:?}", seen.requests());
    let other = refused(make().disk_format("qcow2").await);
    assert_eq!(other.kind(), Kind::Conflict);
    assert!(other.message().contains("disk format is raw, not qcow2"), "{other}");
    Ok(())
}
