//! What a new instance is attached to, and what else may be said about it.

use infomaniak_cloud::Kind;
use infomaniak_cloud::compute::{CreateInstance, GroupPolicy, NicCard, NicWord};
use infomaniak_cloud::operation::Call;
use infomaniak_cloud::resource::{Maybe, Several};
use serde_json::json;
use uuid::Uuid;

use super::instance::show;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::{INSTANCE, PORT, SERVER_GROUP};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new(
            "it has a card in each network, at each port, with the addresses asked for",
            wired,
        )
        .proves(&["create_instance"]),
        Case::new("it may have no network at all", without_network).proves(&["create_instance"]),
        Case::new("of several networks Nova does not choose", several_to_choose_from)
            .refuses(Kind::Conflict, &["create_instance"]),
        Case::new("group, properties, tags, host name and drive are as asked for", described)
            .proves(&["create_instance"]),
        Case::new("what contradicts itself is refused before anything is sent", contradictions)
            .refuses(Kind::Invalid, &["create_instance"]),
        Case::new(
            "a port or group that does not exist is noticed before anything is created",
            absent,
        )
        .refuses(Kind::NotFound, &["create_instance"]),
    ]
}

/// A creation with nothing said about networks.
fn create(context: &Context, stem: &str) -> Outcome<Call<CreateInstance>> {
    let (target, name) = (&context.target, context.name(&INSTANCE, stem));
    let compute = context.cloud()?.compute();
    Ok(compute.create_instance(name, target.flavor, target.image, Several::none()))
}

async fn wired(context: &Context) -> Outcome {
    let network = context.target.network;
    let port = context.name(&PORT, "front");
    let made = context.openstack(&["port", "create", &port, "--network", network, "-f", "json"])?;
    let made: serde_json::Value = serde_json::from_str(&made)?;
    let [a, b, ..] = Uuid::new_v4().into_bytes();
    let chosen = format!("10.11.{}.{}", 200 + a % 50, 1 + b % 250);

    let target = &context.target;
    let name = context.name(&INSTANCE, "wired");
    let compute = context.cloud()?.compute();
    let card = NicCard {
        net_id: Some(network.into()),
        v4_fixed_ip: Some(chosen.clone()),
        tag: Some("back".into()),
        ..NicCard::default()
    };
    let wired = compute
        .create_instance(&name, target.flavor, target.image, [network, network])
        .ports([port.as_str()])
        .nics([card])
        .await?;
    let addresses: Vec<_> = wired.addresses[network].iter().map(|a| a.addr.as_str()).collect();
    assert_eq!(addresses.len(), 4, "{addresses:?}");
    assert!(addresses.contains(&chosen.as_str()), "{addresses:?}");
    let of_port = made["fixed_ips"][0]["ip_address"].as_str().unwrap();
    assert!(addresses.contains(&of_port), "{addresses:?}");
    let seen = context.openstack_json(&["port", "show", &port])?;
    assert_eq!(seen["device_id"], wired.id.as_str());
    Ok(())
}

async fn without_network(context: &Context) -> Outcome {
    let made = create(context, "alone")?.nics([NicWord::None]).await?;
    assert!(made.addresses.is_empty(), "{made:?}");
    Ok(())
}

async fn several_to_choose_from(context: &Context) -> Outcome {
    for call in [create(context, "any")?, create(context, "any")?.nics([NicWord::Auto])] {
        let error = refused(call.await);
        assert_eq!((error.kind(), error.status()), (Kind::Conflict, Some(409)), "{error:?}");
        assert!(error.hint().unwrap().contains("--network"), "{error:?}");
    }
    Ok(())
}

async fn described(context: &Context) -> Outcome {
    let group = context.name(&SERVER_GROUP, "of instance");
    let compute = context.cloud()?.compute();
    compute.create_server_group(&group).policy(GroupPolicy::SoftAffinity).await?;
    let property = json!({ "purpose": "proof", "level": 7 });
    let made = create(context, "described")?
        .nics([NicWord::None])
        .server_group(&group)
        .hint(json!({ "build_near_host_ip": "127.0.0.1" }).as_object().unwrap().clone())
        .property(property.as_object().unwrap().clone())
        .description("made by a case")
        .tags(["of-my-own"])
        .hostname("guest-name")
        .config_drive(true)
        .await?;
    let seen = show(context, &made.id)?;
    assert_eq!(seen["properties"], json!({ "purpose": "proof", "level": "7" }));
    assert_eq!(seen["description"], "made by a case");
    assert!(seen["tags"].as_array().unwrap().contains(&json!("of-my-own")), "{seen}");
    assert_eq!(seen["OS-EXT-SRV-ATTR:hostname"], "guest-name");
    assert_eq!(seen["config_drive"], "True");
    let group = compute.get_server_group(&group).await?;
    assert_eq!(group.members, [made.id.as_str()]);
    Ok(())
}

async fn contradictions(context: &Context) -> Outcome {
    let network = context.target.network;
    let compute = context.cloud()?.compute();
    let card = |net: Option<&str>, port: Option<&str>| NicCard {
        net_id: net.map(Into::into),
        port_id: port.map(Into::into),
        ..NicCard::default()
    };
    let both = NicCard {
        v4_fixed_ip: Some("10.11.0.9".into()),
        v6_fixed_ip: Some("2001:db8::9".into()),
        ..card(Some(network), None)
    };
    let nothing = compute.create_instance("x", "f", Maybe::none(), network);
    let no_image =
        compute.create_instance("x", "f", Maybe::none(), network).boot_from_volume(20u64);
    for call in [nothing, no_image] {
        let seen = context.watch();
        assert_eq!(refused(call.await).kind(), Kind::Invalid);
        assert_eq!(seen.requests(), [""; 0]);
    }
    let calls = [
        create(context, "two words")?.nics([NicWord::None, NicWord::Auto]),
        create(context, "word and port")?.nics([NicWord::None]).ports(["p"]),
        create(context, "nowhere")?.nics([card(None, None)]),
        create(context, "both")?.nics([card(Some(network), Some("p"))]),
        create(context, "two addresses")?.nics([both]),
    ];
    for call in calls {
        let seen = context.watch();
        assert_eq!(refused(call.await).kind(), Kind::Invalid);
        assert!(!seen.requests().iter().any(|request| request.starts_with("POST compute")));
    }
    Ok(())
}

async fn absent(context: &Context) -> Outcome {
    let calls = [
        create(context, "no port")?.ports(["behaviour-no-such-port"]),
        create(context, "no group")?.server_group("behaviour-no-such-group"),
        create(context, "no network")?
            .nics([NicCard { net_id: Some("behaviour-none".into()), ..NicCard::default() }]),
    ];
    for call in calls {
        let seen = context.watch();
        let error = refused(call.await);
        assert_eq!(error.kind(), Kind::NotFound, "{error:?}");
        assert!(error.message().contains("behaviour-no"), "{error:?}");
        assert!(!seen.requests().iter().any(|request| request.starts_with("POST compute")));
    }
    Ok(())
}
