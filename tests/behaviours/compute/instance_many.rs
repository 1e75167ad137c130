//! Many instances alike are made by one request, and waited for by one list at a time.

use infomaniak_cloud::compute::{GroupPolicy, Instance};
use infomaniak_cloud::{Kind, Processed};

use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::{INSTANCE, SERVER_GROUP};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("they cost one POST, and one list for each look at them", requests)
            .proves(&["create_instances"]),
        Case::new("without waiting all of them are given back at once", without_waiting)
            .proves(&["create_instances"]),
        Case::new("more than the quota allows are refused as a whole", over_quota)
            .refuses(Kind::Quota, &["create_instances"]),
        Case::new("those that go wrong are told with the reason, and none is lost", gone_wrong)
            .refuses(Kind::Failed, &["create_instances"]),
        Case::new("none at all are refused before anything is sent", none)
            .refuses(Kind::Invalid, &["create_instances"]),
    ]
}

/// A name of which so many instances will be made.
fn name(context: &Context, stem: &str, count: usize) -> String {
    let name = context.name(&INSTANCE, stem);
    for index in 1..=count {
        context.claim(&INSTANCE, &format!("{name}-{index}"));
    }
    name
}

async fn requests(context: &Context) -> Outcome {
    let target = &context.target;
    let name = name(context, "many", 4);
    let compute = context.cloud()?.compute();
    let seen = context.watch();
    let made =
        compute.create_instances(&name, target.flavor, target.image, target.network, 4).await?;
    let requests = seen.requests();
    assert!(made.iter().all(|instance| instance.status == "ACTIVE"), "{made:?}");
    let names: Vec<_> = made.iter().map(|instance| instance.name.clone()).collect();
    assert_eq!(names, [1, 2, 3, 4].map(|index| format!("{name}-{index}")));
    let addresses: std::collections::HashSet<_> =
        made.iter().map(|instance| instance.addresses[target.network][0].addr.as_str()).collect();
    assert_eq!(addresses.len(), 4);

    let count = |start: &str| requests.iter().filter(|r| r.starts_with(start)).count();
    assert_eq!(count("POST compute"), 1, "{requests:#?}");
    let looks = count("GET compute /v2.1/servers/detail?tags=ik-create-");
    assert_eq!(looks, count("GET compute /v2.1/servers"), "{requests:#?}");
    let rounds = seen.lines("infomaniak_cloud::wait");
    let rounds = rounds.iter().filter(|line| line.field("status").is_some()).count();
    // The look that finds them ready is no round of waiting any more.
    assert_eq!(looks, rounds + 1, "{requests:#?}");
    Ok(())
}

async fn without_waiting(context: &Context) -> Outcome {
    let target = &context.target;
    let name = name(context, "at once", 3);
    let compute = context.cloud()?.compute();
    let call = compute.create_instance(&name, target.flavor, target.image, target.network);
    let made = call.wait(false).several(3).await?;
    assert_eq!(made.len(), 3, "{made:?}");
    let seen =
        context.openstack(&["server", "list", "--name", &name, "-f", "value", "-c", "ID"])?;
    let mut seen: Vec<_> = seen.lines().collect();
    let mut ids: Vec<_> = made.iter().map(|instance| instance.id.as_str()).collect();
    seen.sort_unstable();
    ids.sort_unstable();
    assert_eq!(ids, seen);
    Ok(())
}

async fn over_quota(context: &Context) -> Outcome {
    let target = &context.target;
    let (full, _guard) = context.full_project().await?;
    let compute = full.compute();
    let name = context.name_at(target.full, &INSTANCE, "over");
    let call = compute.create_instances(&name, target.flavor, target.image, target.full_network, 2);
    let error = refused(call.await);
    assert_eq!((error.kind(), error.processed()), (Kind::Quota, Processed::No), "{error:?}");
    let left = compute.list_instances().await?;
    assert!(!left.iter().any(|instance| instance.name.starts_with(&name)), "{left:?}");
    Ok(())
}

async fn gone_wrong(context: &Context) -> Outcome {
    let target = &context.target;
    let group = context.name(&SERVER_GROUP, "apart");
    let name = name(context, "apart", 2);
    let compute = context.cloud()?.compute();
    compute.create_server_group(&group).policy(GroupPolicy::AntiAffinity).await?;
    // Both clouds have a single host, on which two may not be.
    let call = compute.create_instance(&name, target.flavor, target.image, target.network);
    let error = refused(call.server_group(&group).several(2).await);
    assert_eq!((error.kind(), error.processed()), (Kind::Failed, Processed::Yes), "{error:?}");
    assert!(error.message().contains("No valid host"), "{error:?}");
    let made: Vec<Instance> = serde_json::from_value(error.done().unwrap().clone())?;
    assert_eq!(made.len(), 2, "{made:?}");
    assert!(made.iter().any(|instance| instance.status == "ERROR"), "{made:?}");
    Ok(())
}

async fn none(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let seen = context.watch();
    let error = refused(compute.create_instances("x", "f", "i", "n", 0).await);
    assert_eq!(error.kind(), Kind::Invalid, "{error:?}");
    assert_eq!(seen.requests(), [""; 0]);
    Ok(())
}
