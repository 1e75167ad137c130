//! Lists are filtered where the things are: only what fits is sent.

use infomaniak_cloud::Kind;
use infomaniak_cloud::compute::{NicWord, Visible};
use infomaniak_cloud::resource::Several;
use serde_json::json;

use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::{IMAGE, INSTANCE};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("instances by name, status, flavor, image, address, tags and time", instances)
            .proves(&["list_instances"])
            .refuses(Kind::NotFound, &["list_instances"])
            .refuses(Kind::Invalid, &["list_instances"]),
        Case::new("a page of instances at a time", pages).proves(&["list_instances"]),
        Case::new("what only administrators may ask for is refused to others", administrators)
            .proves(&["list_instances"])
            .refuses(Kind::Denied, &["list_instances"]),
        Case::new("images by name, status, visibility, property and tag", images)
            .proves(&["list_images"]),
        Case::new("flavors by what they have at least", flavors).proves(&["list_flavors"]),
    ]
}

async fn instances(context: &Context) -> Outcome {
    let target = &context.target;
    let compute = context.cloud()?.compute();
    let name = context.name(&INSTANCE, "filtered");
    let create = compute.create_instance(&name, target.flavor, target.image, target.network);
    let made = create.tags(["blue", "green"]).await?;
    let address = made.addresses[target.network][0].addr.clone();
    let named = || compute.list_instances().name(format!("^{name}$"));
    let created = made.created_at.clone().unwrap();
    let fitting = [
        named(),
        named().status("active"),
        named().flavor(target.flavor),
        named().image(target.image),
        named().ip(address.as_str()),
        named().ip(&address[2..]),
        named().availability_zone(target.zone),
        named().tags(["blue", "green"]),
        named().tags_any(["blue", "red"]),
        named().not_tags(["blue", "red"]),
        named().not_tags_any(["red"]),
        named().changes_since(created.as_str()),
    ];
    for call in fitting {
        let shown = format!("{call:?}");
        let found = call.await?;
        let ids: Vec<_> = found.iter().map(|instance| instance.id.as_str()).collect();
        assert_eq!(ids, [made.id.as_str()], "{shown}");
    }
    let others = [
        named().status("SHUTOFF"),
        named().flavor("a2-ram4-disk50-perf1"),
        named().ip("192.0.2.1"),
        named().ip(format!("^{address}$")),
        named().ip6("fe80"),
        named().key_name("behaviour-none"),
        named().availability_zone("behaviour-none"),
        named().tags(["blue", "red"]),
        named().tags_any(["red"]),
        named().not_tags(["blue", "green"]),
        named().not_tags_any(["blue"]),
        named().changes_before("2001-01-01T00:00:00Z"),
    ];
    for call in others {
        let shown = format!("{call:?}");
        assert!(call.await?.is_empty(), "{shown}");
    }
    let unknown = refused(named().flavor("behaviour-none").await);
    assert_eq!(unknown.kind(), Kind::NotFound, "{unknown:?}");
    for call in [named().status("behaviour"), named().changes_since("yesterday")] {
        let error = refused(call.await);
        assert_eq!((error.kind(), error.status()), (Kind::Invalid, Some(400)), "{error:?}");
    }
    Ok(())
}

async fn pages(context: &Context) -> Outcome {
    let target = &context.target;
    let compute = context.cloud()?.compute();
    let name = context.name(&INSTANCE, "paged");
    for index in 1..=3 {
        context.claim(&INSTANCE, &format!("{name}-{index}"));
    }
    let create = compute.create_instance(&name, target.flavor, target.image, Several::none());
    // Waited for: Nova lists those that are not scheduled yet before all others.
    create.nics([NicWord::None]).several(3).await?;
    let named = || compute.list_instances().name(name.as_str());
    let all: Vec<_> = named().await?.into_iter().map(|instance| instance.id).collect();
    assert_eq!(all.len(), 3);
    let seen = context.watch();
    let first = named().limit(2u64).await?;
    assert_eq!(seen.requests().len(), 1, "{:?}", seen.requests());
    let rest = named().marker(first[1].id.as_str()).await?;
    let paged: Vec<_> = first.into_iter().chain(rest).map(|instance| instance.id).collect();
    assert_eq!(paged, all);
    Ok(())
}

async fn administrators(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    for call in [compute.list_instances().all_projects(true), compute.list_instances().host("h")] {
        assert_eq!(refused(call.await).kind(), Kind::Denied);
    }
    let admin = context.cloud_of(context.target.admin)?.compute();
    let server = context.target.server;
    let all = admin.list_instances().all_projects(true).name(server).await?;
    assert!(all.iter().any(|instance| instance.name == server), "{all:?}");
    let nowhere = admin.list_instances().all_projects(true).host("behaviour-no-such-host");
    assert!(nowhere.await?.is_empty());
    Ok(())
}

async fn images(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let name = context.name(&IMAGE, "filtered");
    let map = |value: serde_json::Value| value.as_object().unwrap().clone();
    let create = compute.create_image(&name).tags(["blue", "green"]);
    let made = create.property(map(json!({ "os_distro": "debian" }))).await?;
    let named = || compute.list_images().name(name.as_str());
    let fitting = [
        named(),
        named().status("queued"),
        named().visibility(Visible::Shared),
        named().visibility(Visible::All),
        named().property(map(json!({ "os_distro": "debian" }))),
        named().tags(["blue", "green"]),
    ];
    for call in fitting {
        let shown = format!("{call:?}");
        let found = call.await?;
        let ids: Vec<_> = found.iter().map(|image| image.id.as_str()).collect();
        assert_eq!(ids, [made.id.as_str()], "{shown}");
    }
    let others = [
        named().status("active"),
        named().visibility(Visible::Public),
        named().property(map(json!({ "os_distro": "ubuntu" }))),
        named().tags(["blue", "red"]),
        named().hidden(true),
    ];
    for call in others {
        let shown = format!("{call:?}");
        assert!(call.await?.is_empty(), "{shown}");
    }
    let public = compute.list_images().visibility(Visible::Public).limit(1u64).await?;
    assert_eq!(public.len(), 1, "{public:?}");
    Ok(())
}

async fn flavors(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let all = compute.list_flavors().await?;
    let large = compute.list_flavors().min_ram(8192u64).min_disk(50u64).await?;
    let count = all.iter().filter(|flavor| flavor.ram >= 8192 && flavor.disk >= 50).count();
    assert!(large.iter().all(|flavor| flavor.ram >= 8192 && flavor.disk >= 50), "{large:?}");
    assert!(count > 0 && large.len() == count, "{} of {count}", large.len());
    let first = compute.list_flavors().limit(2u64).await?;
    assert_eq!(first.len(), 2);
    let next = compute.list_flavors().limit(1u64).marker(first[1].id.as_str()).await?;
    assert!(next.iter().all(|flavor| first.iter().all(|one| one.id != flavor.id)), "{next:?}");
    Ok(())
}
