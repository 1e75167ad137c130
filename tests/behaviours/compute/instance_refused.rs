//! Instances that cannot be: what is missing, forbidden, too much or too big is told as such, and
//! nothing is left behind that was not announced.

use infomaniak_cloud::compute::CreateInstance;
use infomaniak_cloud::operation::Call;
use infomaniak_cloud::{Error, Kind, Processed};
use serde_json::{Map, Value, json};

use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::{FLAVOR, INSTANCE};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new(
            "flavor, image or network that is missing is named, and nothing is sent",
            missing,
        )
        .refuses(Kind::NotFound, &["create_instance"]),
        Case::new("a wrong zone, key pair or security group is refused in Nova's words", wrong)
            .refuses(Kind::Invalid, &["create_instance"]),
        Case::new("what the member may not do is denied", denied)
            .refuses(Kind::Denied, &["create_instance"]),
        Case::new("further fields that contradict or multiply are refused unsent", contradictions)
            .refuses(Kind::Invalid, &["create_instance"])
            .refuses(Kind::Unsupported, &["create_instance"]),
        Case::new("one that no host can take ends in ERROR, with Nova's reason", no_host)
            .refuses(Kind::Failed, &["create_instance"])
            .proves(&["get_instance", "delete_instance"]),
        Case::new("a full quota is told as such, and there is room again after a deletion", full)
            .refuses(Kind::Quota, &["create_instance"])
            .proves(&["create_instance", "delete_instance"]),
    ]
}

async fn missing(context: &Context) -> Outcome {
    let target = &context.target;
    let compute = context.cloud()?.compute();
    let name = context.name(&INSTANCE, "never");
    let seen = context.watch();
    let (f, i, n) = (target.flavor, target.image, target.network);
    let no_id = "00000000-0000-4000-8000-000000000000";
    // In this order, as the contract has it: of several that are missing the first is told.
    for (flavor, image, network, what) in [
        ("none", i, n, "flavor `none`"),
        (no_id, i, n, "flavor `00000000"),
        (f, "none", n, "image `none`"),
        (f, no_id, n, "image `00000000"),
        (f, i, "none", "network `none`"),
        (f, i, no_id, "network `00000000"),
        ("none", "none", "none", "flavor `none`"),
        (f, "none", "none", "image `none`"),
    ] {
        let error = refused(compute.create_instance(&name, flavor, image, network).await);
        assert_eq!((error.kind(), error.processed()), (Kind::NotFound, Processed::No), "{error:?}");
        assert!(error.message().contains(what), "{what}: {error:?}");
    }
    assert_eq!(posts(&seen.requests()), [""; 0]);
    Ok(())
}

fn posts(requests: &[String]) -> Vec<&str> {
    let posts = requests.iter().filter(|request| request.starts_with("POST compute"));
    posts.map(String::as_str).collect()
}

/// A creation in which everything is in order so far.
fn creation(context: &Context, stem: &str) -> Outcome<Call<CreateInstance>> {
    let target = &context.target;
    let name = context.name(&INSTANCE, stem);
    let compute = context.cloud()?.compute();
    Ok(compute.create_instance(name, target.flavor, target.image, target.network))
}

async fn wrong(context: &Context) -> Outcome {
    let new = || creation(context, "wrong");
    for (call, word) in [
        (new()?.availability_zone("mars-1"), "availability zone"),
        (new()?.key_name("no such key"), "key_name"),
        (new()?.security_groups(["no such group"]), "no such group"),
        (new()?.extra(extra(&json!({"metadata": {"a": 1}}))), "is not of type"),
        (new()?.user_data("x".repeat(65_536)), "user_data"),
    ] {
        let error = refused(call.await);
        assert_eq!((error.kind(), error.status()), (Kind::Invalid, Some(400)), "{word}: {error:?}");
        assert!(error.message().contains(word), "{word}: {error:?}");
        assert!(error.request_id().is_some_and(|id| id.starts_with("req-")), "{error:?}");
        assert_eq!(error.processed(), Processed::No);
    }
    Ok(())
}

fn extra(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

async fn denied(context: &Context) -> Outcome {
    let zone = format!("{}:compute1", context.target.zone); // naming the host is the operator's
    let error = refused(creation(context, "denied")?.availability_zone(zone).await);
    assert_eq!((error.kind(), error.status()), (Kind::Denied, Some(403)), "{error:?}");
    assert!(error.hint().unwrap().contains("roles"), "{error:?}");
    assert!(error.message().contains("forced_host"), "{error:?}");
    Ok(())
}

async fn contradictions(context: &Context) -> Outcome {
    let seen = context.watch();
    for (field, kind) in [
        (json!({"imageRef": "x"}), Kind::Invalid),
        (json!({"name": "x"}), Kind::Invalid),
        (json!({"min_count": 2}), Kind::Unsupported),
        (json!({"max_count": 2}), Kind::Unsupported),
    ] {
        let error: Error = refused(creation(context, "contradiction")?.extra(extra(&field)).await);
        assert_eq!(error.kind(), kind, "{field}: {error:?}");
    }
    assert_eq!(posts(&seen.requests()), [""; 0]);
    Ok(())
}

async fn no_host(context: &Context) -> Outcome {
    let target = &context.target;
    let flavor = context.name_at(target.admin, &FLAVOR, "too big");
    let admin = |arguments: &[&str]| context.openstack_as(target.admin, arguments);
    // No host has a disk of 700 TB.
    admin(&["flavor", "create", "--private", "--ram", "64", "--disk", "700000", &flavor])?;
    admin(&["flavor", "set", "--project", target.project, &flavor])?;
    let compute = context.cloud()?.compute();
    let name = context.name(&INSTANCE, "no host");
    let create = compute.create_instance(&name, flavor.as_str(), target.image, target.network);
    let error = refused(create.await);
    assert_eq!((error.kind(), error.processed()), (Kind::Failed, Processed::Yes), "{error:?}");
    assert!(error.message().contains("No valid host was found"), "{error:?}");
    let id = error.resource().unwrap_or_default();
    assert_eq!(compute.get_instance(&name).await?.id, id);
    let left = compute.get_instance(id).await?;
    assert_eq!(left.status, "ERROR");
    let fault = left.fault.unwrap().message;
    assert!(error.message().contains(&fault), "{fault}: {error:?}");
    compute.delete_instance(id).wait(true).await?;
    Ok(())
}

async fn full(context: &Context) -> Outcome {
    let target = &context.target;
    let (cloud, _alone) = context.full_project().await?;
    let compute = cloud.compute();
    let name = context.name_at(target.full, &INSTANCE, "only one");
    let create = |name: &str| {
        compute.create_instance(name, target.flavor, target.image, target.full_network)
    };
    let first = create(&name).await?;
    let other = context.name_at(target.full, &INSTANCE, "one too many");
    let error = refused(create(&other).await);
    assert_eq!((error.kind(), error.status()), (Kind::Quota, Some(403)), "{error:?}");
    assert!(error.hint().unwrap().contains("quota"), "{error:?}");
    assert_eq!(error.processed(), Processed::No);
    compute.delete_instance(&first).wait(true).await?;
    let second = create(&other).wait(false).await?;
    compute.delete_instance(&second).wait(true).await?;
    Ok(())
}
