//! Instances are found by their names, whatever characters these have.
//!
//! Nova takes the name filter of a listing for a regular expression in its database's dialect, and
//! lets names be nearly anything, not unique, and even look like ids.

use infomaniak_cloud::compute::Instance;
use infomaniak_cloud::session::Request;
use infomaniak_cloud::session::service::COMPUTE;
use infomaniak_cloud::{Kind, Named};
use serde_json::json;
use uuid::Uuid;

use super::{instance, instance_called};
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::INSTANCE;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it is found by any name that Nova allows", any_name).proves(&[
            "create_instance",
            "get_instance",
            "delete_instance",
        ]),
        Case::new("a name that looks like an id is a name all the same", like_an_id).proves(&[
            "get_instance",
            "stop_instance",
            "terminate_instance",
        ]),
        Case::new("a part of a name, or another case of it, is not the name", not_quite)
            .refuses(Kind::NotFound, &["get_instance"]),
        Case::new("of two with the same name none is touched", two_of_a_name)
            .refuses(
                Kind::Ambiguous,
                &[
                    "get_instance",
                    "start_instance",
                    "stop_instance",
                    "reboot_instance",
                    "delete_instance",
                    "terminate_instance",
                ],
            )
            .proves(&["create_instance", "get_instance"]),
        Case::new("an empty name, or one that is a path, addresses nothing", no_name)
            .refuses(Kind::Invalid, &["get_instance", "delete_instance", "terminate_instance"])
            .refuses(Kind::NotFound, &["get_instance"]),
        Case::new("a name that Nova does not allow is refused with Nova's reason", not_allowed)
            .refuses(Kind::Invalid, &["create_instance"]),
    ]
}

/// Each is completed by a random suffix.
const NAMES: &[&str] = &[
    "two words",
    "a/b",
    "../up",
    "it's",
    "say \"x\"",
    "a.b*c",
    "(x|y)+[z]{2}",
    "back\\dslash",
    "%like_",
    "^start$",
    "日本 été",
    "?a=1&b#c",
    "100%25",
    "-flag",
    "ÅNGSTRÖM",
];

async fn any_name(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    // Nova makes a host name of it, in which Neutron does not take accents (nor Latin-1 at all).
    let first = claimed(context, "<\"a\" 'b' /c\\ (d|e)* 日>");
    let made = instance_called(context, &first).await?;
    assert_eq!(made.name, first);
    assert_eq!(compute.get_instance(&first).await?.id, made.id);
    for stem in NAMES {
        let name = claimed(context, stem);
        rename(context, &made.id, &name).await?;
        let found = compute.get_instance(&name).await?;
        assert_eq!((found.id.as_str(), found.name.as_str()), (made.id.as_str(), name.as_str()));
    }
    let last = claimed(context, "last [1]");
    rename(context, &made.id, &last).await?;
    compute.delete_instance(&last).wait(true).await?;
    assert_eq!(refused(compute.get_instance(&made.id).await).kind(), Kind::NotFound);
    Ok(())
}

fn claimed(context: &Context, stem: &str) -> String {
    let name = format!("{stem} {}", &Uuid::new_v4().simple().to_string()[..8]);
    context.claim(&INSTANCE, &name);
    name
}

/// The library has no operation for it yet.
async fn rename(context: &Context, id: &str, name: &str) -> Outcome {
    let request = Request::new(&COMPUTE, "PUT".parse()?, &["servers", id]);
    let request = request.json(json!({ "server": { "name": name } }));
    context.cloud()?.send(request).await?;
    Ok(())
}

async fn like_an_id(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let name = Uuid::new_v4().to_string();
    context.claim(&INSTANCE, &name);
    let made = instance_called(context, &name).await?;
    assert_ne!(made.id, name);
    assert_eq!(compute.get_instance(&name).await?.id, made.id);
    compute.stop_instance(&name).wait(true).await?;
    assert_eq!(compute.get_instance(&made).await?.status, "SHUTOFF");
    compute.terminate_instance(&name).await?;
    Ok(())
}

async fn not_quite(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let server = context.target.server;
    for name in [&server[1..], &server[..server.len() - 1], &server.to_uppercase(), ".*", "%", ".+"]
    {
        let error = refused(compute.get_instance(name).await);
        assert_eq!(error.kind(), Kind::NotFound, "{name}: {error:?}");
        assert_eq!(error.resource(), Some(name));
    }
    let error = refused(compute.get_instance(server.to_uppercase()).await);
    let hint = error.hint().unwrap_or_default();
    assert!(hint.contains("case-sensitive") || hint.contains(server), "{error:?}");
    Ok(())
}

async fn two_of_a_name(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let first = instance(context, "twin").await?;
    let second = instance_called(context, &first.name).await?;
    let name = &first.name;
    let errors = [
        refused(compute.get_instance(name).await),
        refused(compute.start_instance(name).await),
        refused(compute.stop_instance(name).await),
        refused(compute.reboot_instance(name).await),
        refused(compute.delete_instance(name).await),
        refused(compute.delete_instance(name).force(true).await),
        refused(compute.terminate_instance(name).await),
    ];
    for error in errors {
        assert_eq!(error.kind(), Kind::Ambiguous, "{error:?}");
        let hint = error.hint().unwrap_or_default();
        assert!(hint.contains(&first.id) && hint.contains(&second.id), "{error:?}");
    }
    for twin in [&first, &second] {
        let seen = compute.get_instance(twin).await?;
        assert_eq!((seen.status.as_str(), seen.task_state), ("ACTIVE", None));
    }
    Ok(())
}

async fn no_name(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let seen = context.watch();
    for error in [
        refused(compute.get_instance("").await),
        refused(compute.delete_instance("").await),
        refused(compute.terminate_instance("").await),
    ] {
        assert_eq!(error.kind(), Kind::Invalid, "{error:?}");
    }
    assert_eq!(seen.requests(), [""; 0]);
    let up: Named<Instance> = "../os-keypairs".into();
    for name in [up, ".".into(), "..".into(), "/".into()] {
        assert_eq!(refused(compute.get_instance(name).await).kind(), Kind::NotFound);
    }
    Ok(())
}

async fn not_allowed(context: &Context) -> Outcome {
    let target = &context.target;
    let compute = context.cloud()?.compute();
    for name in [" space before", "line\nbreak", "", &"x".repeat(256)] {
        let create = compute.create_instance(name, target.flavor, target.image, target.network);
        let error = refused(create.await);
        assert_eq!((error.kind(), error.status()), (Kind::Invalid, Some(400)), "{error:?}");
        assert!(error.message().contains("name"), "{error:?}");
    }
    Ok(())
}
