//! Trunks, which another client makes.

use infomaniak_cloud::Kind;

use super::network_with;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::{PORT, TRUNK};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("they are listed, and shown by name with their ports", looked_at)
            .proves(&["list_trunks", "get_trunk"])
            .refuses(Kind::NotFound, &["get_trunk"]),
    ]
}

async fn looked_at(context: &Context) -> Outcome {
    let cloud = context.cloud()?.network();
    let (net, _) = network_with(context, "trunk", "10.94.0.0/24").await?;
    let parent = cloud.create_port(&net, context.name(&PORT, "parent")).await?;
    let part = cloud.create_port(&net, context.name(&PORT, "part")).await?;
    let name = context.name(&TRUNK, "uplink");
    let sub = format!("port={},segmentation-type=vlan,segmentation-id=101", part.id);
    let create = ["network", "trunk", "create", &name, "--parent-port", &parent.id];
    context.openstack(&[&create[..], &["--subport", &sub]].concat())?;

    let shown = cloud.get_trunk(&name).await?;
    assert_eq!((&shown.port_id, shown.is_admin_state_up), (&parent.id, true));
    assert_eq!((&shown.sub_ports[0].port_id, shown.sub_ports[0].segmentation_id), (&part.id, 101));
    let listed = cloud.list_trunks().await?;
    assert!(listed.iter().any(|one| one.id == shown.id), "{listed:?}");
    let by_ik = context.ik(&["network", "trunk", "show", &name, "-f", "json"])?.json()?;
    assert_eq!(by_ik["id"], shown.id.as_str());
    assert_eq!(refused(cloud.get_trunk("behaviour-nobody").await).kind(), Kind::NotFound);
    Ok(())
}
