//! Flavors are listed as another client sees them.

use serde_json::{Value, json};

use crate::case::{Case, Outcome};
use crate::context::Context;

pub(super) fn cases() -> Vec<Case> {
    vec![Case::new("all are listed, as another client sees them", listed).proves(&["list_flavors"])]
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
