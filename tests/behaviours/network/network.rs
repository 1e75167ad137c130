//! Networks as another client sees them.

use infomaniak_cloud::Kind;

use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::PREFIX;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("the project's and the outer ones are listed, and shown by name", looked_at)
            .proves(&["list_networks", "get_network"])
            .refuses(Kind::NotFound, &["get_network"]),
    ]
}

async fn looked_at(context: &Context) -> Outcome {
    let network = context.cloud()?.network();
    let listed = network.list_networks().await?;
    let seen = context.openstack_json(&["network", "list", "--long"])?;
    let mut ours: Vec<_> = listed.iter().map(|one| (one.name.as_str(), one.is_external)).collect();
    let theirs = seen.as_array().unwrap().iter();
    let mut theirs: Vec<_> =
        theirs.map(|one| (one["Name"].as_str().unwrap(), one["Router Type"] == true)).collect();
    // Other cases make and delete networks of their own meanwhile.
    for names in [&mut ours, &mut theirs] {
        names.retain(|(name, _)| !name.starts_with(PREFIX));
        names.sort_unstable();
    }
    assert_eq!(ours, theirs);

    let shown = network.get_network(context.target.network).await?;
    let seen = context.openstack_json(&["network", "show", context.target.network])?;
    assert_eq!(seen["id"], shown.id.as_str());
    assert_eq!(seen["mtu"], shown.mtu.unwrap());
    assert_eq!(seen["project_id"], shown.project_id.unwrap().as_str());
    let nobody = network.get_network("behaviour-nobody");
    assert_eq!(refused(nobody.await).kind(), Kind::NotFound);
    Ok(())
}
