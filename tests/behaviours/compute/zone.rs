//! Availability zones are listed, with whether they can be used.

use crate::case::{Case, Outcome};
use crate::context::Context;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("those for instances are listed with their state", listed)
            .proves(&["list_availability_zones"]),
    ]
}

async fn listed(context: &Context) -> Outcome {
    let zones = context.cloud()?.compute().list_availability_zones().await?;
    let zones: Vec<_> = zones.iter().map(|zone| (zone.name.as_str(), zone.state)).collect();
    let seen = context.openstack_json(&["availability", "zone", "list", "--compute"])?;
    let theirs = seen.as_array().unwrap().iter();
    let theirs: Vec<_> = theirs
        .map(|zone| (zone["Zone Name"].as_str().unwrap(), zone["Zone Status"] == "available"))
        .collect();
    assert_eq!(zones, theirs);
    assert!(zones.contains(&(context.target.zone, true)), "{zones:?}");
    Ok(())
}
