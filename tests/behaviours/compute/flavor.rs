//! Flavors are listed as another client sees them.

use infomaniak_cloud::Kind;
use serde_json::{Value, json};

use crate::case::{Case, Outcome, refused};
use crate::context::Context;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("all are listed, as another client sees them", listed).proves(&["list_flavors"]),
        Case::new("one is shown, by name and by id", shown)
            .proves(&["get_flavor"])
            .refuses(Kind::NotFound, &["get_flavor"]),
    ]
}

async fn listed(context: &Context) -> Outcome {
    let flavors = context.cloud()?.compute().list_flavors().await?;
    let mut ours: Vec<Value> = flavors
        .iter()
        .filter(|flavor| flavor.is_public) // cases make private ones meanwhile
        .map(|flavor| {
            json!({
                "ID": flavor.id, "Name": flavor.name, "RAM": flavor.ram, "Disk": flavor.disk,
                "Ephemeral": 0, "VCPUs": flavor.vcpus, "Is Public": flavor.is_public,
            })
        })
        .collect();
    let seen = context.openstack_json(&["flavor", "list"])?;
    let mut theirs = seen.as_array().unwrap().clone();
    theirs.retain(|flavor| flavor["Is Public"] == true);
    for list in [&mut ours, &mut theirs] {
        list.sort_by_key(|flavor| flavor["ID"].to_string());
    }
    assert!(ours.len() > 5, "{ours:?}");
    assert_eq!(ours, theirs);
    Ok(())
}

async fn shown(context: &Context) -> Outcome {
    let compute = context.cloud()?.compute();
    let by_name = compute.get_flavor(context.target.flavor).await?;
    let by_id = compute.get_flavor(&by_name.id).await?;
    assert_eq!((by_id.name, by_id.ram), (by_name.name, by_name.ram));
    let error = refused(compute.get_flavor("a1-ram2-disk20-perf9").await);
    assert_eq!(error.kind(), Kind::NotFound, "{error:?}");
    Ok(())
}
