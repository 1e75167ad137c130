//! Instances are started, stopped, rebooted and deleted; what does not fit their state is refused.

use std::time::Duration;

use infomaniak_cloud::Kind;
use infomaniak_cloud::compute::RebootType;

use super::instance;
use super::instance::becomes;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it stops and starts, and what it is already is a conflict", stop_and_start)
            .proves(&["stop_instance", "start_instance"])
            .refuses(Kind::Conflict, &["stop_instance", "start_instance", "reboot_instance"]),
        Case::new("without waiting, stop and start return while they work", unwaited).proves(&[
            "stop_instance",
            "start_instance",
            "get_instance",
        ]),
        Case::new("it reboots, softly or hard, and hard even when stopped", reboot)
            .proves(&["reboot_instance", "stop_instance"]),
        Case::new("deleted by name it is gone, and by id it may be gone already", delete)
            .proves(&["delete_instance"])
            .refuses(Kind::NotFound, &["delete_instance", "get_instance"]),
        Case::new("deleted without waiting it goes by itself", delete_unwaited)
            .proves(&["delete_instance"])
            .refuses(Kind::NotFound, &["get_instance"]),
        Case::new(
            "forced or terminated it is gone, and being gone already is a failure",
            terminate,
        )
        .proves(&["delete_instance", "terminate_instance"])
        .refuses(Kind::NotFound, &["delete_instance", "terminate_instance"]),
        Case::new("what is not there cannot be acted on", nothing_there).refuses(
            Kind::NotFound,
            &["start_instance", "stop_instance", "reboot_instance", "get_instance"],
        ),
        Case::new("a deadline ends an action before anything else does", deadline)
            .refuses(Kind::TimedOut, &["stop_instance"]),
    ]
}

async fn stop_and_start(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let made = instance(context, "on and off").await?;
    let error = refused(compute.start_instance(&made).await);
    assert_eq!((error.kind(), error.status()), (Kind::Conflict, Some(409)), "{error:?}");

    compute.stop_instance(&made.name).wait(true).await?;
    let stopped = compute.get_instance(&made).await?;
    assert_eq!((stopped.status.as_str(), stopped.task_state), ("SHUTOFF", None));
    let error = refused(compute.stop_instance(&made.name).await);
    assert_eq!((error.kind(), error.status()), (Kind::Conflict, Some(409)), "{error:?}");
    assert!(error.message().contains("stopped"), "{error:?}");
    assert_eq!(refused(compute.reboot_instance(&made).await).kind(), Kind::Conflict);

    compute.start_instance(&made.name).wait(true).await?;
    assert_eq!(context.openstack_json(&["server", "show", &made.id])?["status"], "ACTIVE");
    Ok(())
}

async fn unwaited(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let made = instance(context, "unwaited").await?;
    let seen = context.watch();
    compute.stop_instance(&made).await?;
    assert_eq!(seen.requests(), [format!("POST compute /v2.1/servers/{}/action", made.id)]);
    becomes(&compute, &made.id, "SHUTOFF").await?;
    let seen = context.watch();
    compute.start_instance(&made).await?;
    assert_eq!(seen.requests().len(), 1);
    becomes(&compute, &made.id, "ACTIVE").await?;
    Ok(())
}

async fn reboot(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let made = instance(context, "reboot").await?;
    compute.reboot_instance(&made.name).wait(true).await?;
    compute.reboot_instance(&made).reboot_type(RebootType::Hard).wait(true).await?;
    compute.stop_instance(&made).wait(true).await?;
    compute.reboot_instance(&made).reboot_type(RebootType::Hard).wait(true).await?;
    assert_eq!(compute.get_instance(&made).await?.status, "ACTIVE");
    let actions = context.openstack_json(&["server", "event", "list", &made.id])?;
    let reboots = actions.as_array().unwrap().iter().filter(|event| event["Action"] == "reboot");
    assert_eq!(reboots.count(), 3, "{actions}");
    Ok(())
}

async fn delete(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let made = instance(context, "delete").await?;
    compute.delete_instance(&made.name).wait(true).await?;
    assert_eq!(refused(compute.get_instance(&made).await).kind(), Kind::NotFound);
    assert!(context.openstack_json(&["server", "show", &made.id]).is_err());

    let seen = context.watch();
    compute.delete_instance(&made).await?;
    compute.delete_instance(&made).wait(true).await?;
    let notes = seen.lines("infomaniak_cloud::note");
    assert!(notes.iter().all(|note| note.message.contains("gone already")), "{notes:?}");
    assert_eq!(notes.len(), 2);

    let error = refused(compute.delete_instance(&made.name).await);
    assert_eq!(error.kind(), Kind::NotFound, "{error:?}");
    Ok(())
}

async fn delete_unwaited(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let made = instance(context, "delete").await?;
    let seen = context.watch();
    compute.delete_instance(&made).await?;
    assert_eq!(seen.requests(), [format!("DELETE compute /v2.1/servers/{}", made.id)]);
    for _ in 0..60 {
        match compute.get_instance(&made).await {
            Ok(_) => tokio::time::sleep(Duration::from_millis(500)).await,
            Err(error) => {
                assert_eq!(error.kind(), Kind::NotFound, "{error:?}");
                return Ok(());
            }
        }
    }
    panic!("it is still there");
}

async fn terminate(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let (forced, terminated) =
        tokio::join!(instance(context, "force"), instance(context, "terminate"));
    let (forced, terminated) = (forced?, terminated?);
    compute.delete_instance(&forced.name).force(true).wait(true).await?;
    compute.terminate_instance(&terminated.name).wait(true).await?;
    for gone in [&forced, &terminated] {
        let error = refused(compute.delete_instance(gone).force(true).await);
        assert_eq!((error.kind(), error.status()), (Kind::NotFound, Some(404)), "{error:?}");
        assert_eq!(refused(compute.terminate_instance(gone).await).kind(), Kind::NotFound);
    }
    Ok(())
}

async fn nothing_there(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    for name in ["behaviour-none", "00000000-0000-4000-8000-000000000000"] {
        for error in [
            refused(compute.start_instance(name).wait(true).await),
            refused(compute.stop_instance(name).wait(true).await),
            refused(compute.reboot_instance(name).wait(true).await),
            refused(compute.get_instance(name).await),
        ] {
            assert_eq!(error.kind(), Kind::NotFound, "{error:?}");
            assert!(error.message().contains(name), "{error:?}");
        }
    }
    Ok(())
}

async fn deadline(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let call = compute.stop_instance("behaviour-none").timeout(Duration::ZERO);
    let error = refused(call.await);
    assert_eq!(error.kind(), Kind::TimedOut, "{error:?}");
    assert_eq!(error.operation(), Some("stop_instance"));
    Ok(())
}
