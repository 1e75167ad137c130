//! A running instance gets and loses ports, networks, addresses and security groups.

use infomaniak_cloud::Kind;
use uuid::Uuid;

use super::instance;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::things::{PORT, SECURITY_GROUP};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("it is attached to networks and ports, and detached again", attached)
            .proves(&["add_network", "add_fixed_ip", "add_port", "remove_port", "remove_network"])
            .refuses(Kind::NotFound, &["add_network", "add_port", "remove_network", "remove_port"])
            .refuses(Kind::Conflict, &["add_fixed_ip"]),
        Case::new("security groups are added to it and removed", grouped)
            .proves(&["add_security_group", "remove_security_group"])
            .refuses(Kind::NotFound, &["add_security_group", "remove_security_group"]),
    ]
}

async fn attached(context: &Context) -> Outcome {
    let network = context.target.network;
    let port = context.name(&PORT, "of instance");
    context.openstack(&["port", "create", &port, "--network", network])?;
    let compute = context.cloud()?.compute();
    let made = instance(context, "attached").await?;
    let [a, b, ..] = Uuid::new_v4().into_bytes();
    let chosen = format!("10.11.{}.{}", 200 + a % 50, 1 + b % 250);
    let addresses = async || {
        let instance = compute.get_instance(&made).await?;
        let all = instance.addresses.values().flatten().map(|address| address.addr.clone());
        Ok::<_, crate::case::Failure>(all.collect::<Vec<_>>())
    };

    let second = compute.add_network(&made.name, network).tag("second").await?;
    let fixed = compute.add_fixed_ip(&made, network).fixed_ip_address(chosen.as_str()).await?;
    assert_eq!(fixed.fixed_ips[0].ip_address, chosen);
    let third = compute.add_port(&made, port.as_str()).await?;
    let now = addresses().await?;
    assert_eq!(now.len(), 4, "{now:?}");
    for interface in [&second, &fixed, &third] {
        assert!(now.contains(&interface.fixed_ips[0].ip_address), "{now:?}");
    }
    let again = compute.add_fixed_ip(&made, network).fixed_ip_address(chosen.as_str());
    assert_eq!(refused(again.await).kind(), Kind::Conflict);

    compute.remove_port(&made, port.as_str()).wait(true).await?;
    let left = context.openstack_json(&["port", "show", &port])?;
    assert_eq!(left["device_id"], "", "it was there before, and stays");
    let error = refused(compute.remove_port(&made, port.as_str()).await);
    assert_eq!(error.kind(), Kind::NotFound, "{error:?}");
    compute.remove_network(&made, network).wait(true).await?;
    // Neutron knows. Nova's own memory of the addresses may stay behind for minutes: the next change
    // of an interface overtakes it.
    let left = context.openstack_json(&["port", "list", "--server", &made.id])?;
    assert_eq!(left, serde_json::json!([]));
    let nothing = [
        refused(compute.remove_network(&made, network).await),
        refused(compute.add_network(&made, "behaviour-none").await),
        refused(compute.add_port(&made, "behaviour-none").await),
    ];
    for error in nothing {
        assert_eq!(error.kind(), Kind::NotFound, "{error:?}");
    }
    Ok(())
}

async fn grouped(context: &Context) -> Outcome {
    let group = context.name(&SECURITY_GROUP, "of instance");
    context.openstack(&["security", "group", "create", &group])?;
    let compute = context.cloud()?.compute();
    let made = instance(context, "grouped").await?;
    compute.add_security_group(&made.name, group.as_str()).await?;
    let mut groups = compute.get_instance(&made).await?.security_groups;
    groups.sort_unstable();
    assert_eq!(groups, [group.as_str(), "default"]);
    compute.remove_security_group(&made, group.as_str()).await?;
    assert_eq!(compute.get_instance(&made).await?.security_groups, ["default"]);
    for error in [
        refused(compute.add_security_group(&made, "behaviour-none").await),
        refused(compute.remove_security_group(&made, "behaviour-none").await),
    ] {
        assert_eq!(error.kind(), Kind::NotFound, "{error:?}");
    }
    Ok(())
}
