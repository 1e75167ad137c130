//! Static routes of a router: to which of its neighbours goes what is for another network.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::{ROUTER, ROUTERS, subnets};
use crate::call::{Call, Refusal, Reply};
use crate::check::python;
use crate::network::subnet::address;
use crate::network::{port, resource, value};
use crate::store::Document;

/// Refuses routes whose next hop is not a neighbour of the router, or the router itself.
pub(super) fn check(call: &Call<'_>, router: &Document, routes: &[Value]) -> Result<(), Refusal> {
    let refuse = |why: &str| {
        let message = format!("Invalid format for routes: {}, {why}", python(&routes.into()));
        Err(Refusal::bad_request(message).named("InvalidRoutes"))
    };
    let subnets = subnets(call, router)?;
    let mut own: Vec<IpAddr> = Vec::new();
    for port in port::of_device(call, &router.id)? {
        let fixed = port.get("fixed_ips").as_array().cloned().unwrap_or_default();
        own.extend(fixed.iter().filter_map(|fixed| address::parse::<IpAddr>(&fixed["ip_address"])));
    }
    for route in routes {
        let hop: Option<IpAddr> = address::parse(&route["nexthop"]);
        let Some(hop) = hop else { continue };
        if !subnets.iter().any(|(_, range)| range.contains(&hop)) {
            return refuse("the nexthop is not connected with router");
        }
        if own.contains(&hop) {
            return refuse("the nexthop is used by router");
        }
    }
    Ok(())
}

/// The order in which Neutron's database has them.
pub(super) fn sort(routes: &mut [Value]) {
    let text = |route: &Value, name: &str| route[name].as_str().unwrap_or_default().to_string();
    routes.sort_by_key(|route| (text(route, "destination"), text(route, "nexthop")));
}

/// Refuses that the router leaves a subnet in which a route's next hop is.
pub(super) fn check_unused(
    router: &Document,
    subnet: &str,
    range: ipnet::IpNet,
) -> Result<(), Refusal> {
    let routes = router.get("routes").as_array().into_iter().flatten();
    let hops = routes.into_iter().filter_map(|route| address::parse::<IpAddr>(&route["nexthop"]));
    if !hops.into_iter().any(|hop| range.contains(&hop)) {
        return Ok(());
    }
    let message = format!(
        "Router interface for subnet {subnet} on router {} cannot be deleted, as it is required by \
         one or more routes.",
        router.id
    );
    Err(Refusal::conflict(message).named("RouterInterfaceInUseByRoute"))
}

/// `PUT /routers/{id}/add_extraroutes`
pub(super) fn add(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    change(call, |routes, wishes| {
        routes.extend(wishes.into_iter().filter(|wish| !routes.contains(wish)).collect::<Vec<_>>());
    })
}

/// `PUT /routers/{id}/remove_extraroutes`
pub(super) fn remove(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    change(call, |routes, wishes| routes.retain(|route| !wishes.contains(route)))
}

fn change(
    call: &mut Call<'_>,
    change: impl FnOnce(&mut Vec<Value>, Vec<Value>),
) -> Result<Reply, Refusal> {
    let mut router = ROUTER.find(call, call.segment("id"))?;
    // Neutron stumbles over anything else.
    let Some(Value::Array(wishes)) = call.body["router"].get("routes").cloned() else {
        return Err(value::internal());
    };
    let before = router.get("routes").as_array().cloned().unwrap_or_default();
    let mut routes = before.clone();
    change(&mut routes, wishes);
    check(call, &router, &routes)?;
    sort(&mut routes);
    if routes != before {
        router.set("routes", routes);
        resource::touch(call, &mut router);
        call.transaction.update(&router)?;
    }
    // Here Neutron shows a router as it has it inside.
    let mut view = ROUTERS.kind.view(call, &router);
    let gateway = port::of_device(call, &router.id)?
        .into_iter()
        .find(|port| port.text("device_owner") == super::GATEWAY)
        .map(|port| port.id);
    let inside = json!({
        "gw_port_id": gateway, "distributed": false, "ha": false, "ha_vr_id": 0,
    });
    if let (Value::Object(view), Value::Object(inside)) = (&mut view, inside) {
        view.extend(inside);
    }
    Ok(Reply::wrapped(200, ROUTER.one, view))
}
