//! What is changed on an instance while it runs is seen by another client; what was done is told.

use infomaniak_cloud::Kind;
use serde_json::{Map, Value, json};

use super::instance;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::INSTANCE;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("name, metadata and tags are set and taken away", set_and_unset)
            .proves(&["set_instance", "unset_instance"])
            .refuses(Kind::Invalid, &["set_instance", "unset_instance"])
            .refuses(Kind::NotFound, &["set_instance", "unset_instance"]),
        Case::new("what was done to it is listed, the latest first", events)
            .proves(&["list_instance_events", "stop_instance"])
            .refuses(Kind::NotFound, &["list_instance_events"]),
        Case::new("its console tells its last lines", console)
            .proves(&["get_console_log"])
            .refuses(Kind::NotFound, &["get_console_log"]),
        Case::new("its console has an address", console_url)
            .proves(&["get_console_url"])
            .refuses(Kind::NotFound, &["get_console_url"]),
    ]
}

async fn set_and_unset(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let made = instance(context, "before").await?;
    let name = context.name(&INSTANCE, "after");
    let property: Map<String, Value> =
        json!({"role": "web", "shard": 3}).as_object().cloned().unwrap_or_default();
    compute
        .set_instance(&made)
        .name(&name)
        .description("grüezi")
        .property(property)
        .tags(["blue", "hot"])
        .await?;
    let seen = context.openstack_json(&["server", "show", &made.id])?;
    assert_eq!(seen["name"], name.as_str());
    assert_eq!(seen["properties"], json!({"role": "web", "shard": "3"}));
    let version = ["--os-compute-api-version", "2.26"];
    let detailed =
        context.openstack_json(&[&version[..], &["server", "show", &made.id]].concat())?;
    assert_eq!(detailed["description"], "grüezi");
    assert!(detailed["tags"].to_string().contains("blue"), "{detailed}");

    let unset = compute.unset_instance(&made).description(true);
    unset.properties(["shard", "never there"]).tags(["blue"]).await?;
    let detailed =
        context.openstack_json(&[&version[..], &["server", "show", &made.id]].concat())?;
    assert_eq!(detailed["properties"], json!({"role": "web"}));
    assert_eq!(detailed["description"], Value::Null);
    assert!(!detailed["tags"].to_string().contains("blue"), "{detailed}");
    assert!(detailed["tags"].to_string().contains("hot"), "{detailed}");

    assert_eq!(refused(compute.set_instance(&made).await).kind(), Kind::Invalid);
    assert_eq!(refused(compute.unset_instance(&made).await).kind(), Kind::Invalid);
    let nobody = compute.set_instance("behaviour-nobody").name("x");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    let nobody = compute.unset_instance("behaviour-nobody").tags(["x"]);
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    Ok(())
}

async fn events(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let made = instance(context, "eventful").await?;
    compute.stop_instance(&made).wait(true).await?;
    let events = compute.list_instance_events(&made.name).await?;
    let actions: Vec<_> = events.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(actions, ["stop", "create"]);
    assert!(events.iter().all(|event| event.request_id.starts_with("req-")), "{events:?}");
    let nobody = compute.list_instance_events("behaviour-nobody");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    Ok(())
}

async fn console(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let made = instance(context, "talking").await?;
    let all = compute.get_console_log(&made).await?.output;
    assert!(all.lines().count() > 1, "{all:?}");
    let last = compute.get_console_log(&made.name).lines(1_u32).await?.output;
    assert!(last.lines().count() <= all.lines().count(), "{last:?}");
    let nobody = compute.get_console_log("behaviour-nobody");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    Ok(())
}

async fn console_url(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let made = instance(context, "shown").await?;
    let console = compute.get_console_url(&made.name).await?;
    assert_eq!((console.protocol.as_str(), console.r#type.as_str()), ("vnc", "novnc"));
    assert!(console.url.starts_with("http"), "{console:?}");
    let nobody = compute.get_console_url("behaviour-nobody");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    Ok(())
}
