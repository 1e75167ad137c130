//! Teardown: what hangs on a thing goes before it, in the order in which Neutron lets it go.
//!
//! A plan is a list of [`Step`]s: shown before anybody is asked, then taken one after the other. What
//! is gone already when its turn comes counts as done, so that a teardown can be taken up again.

use std::fmt;

use reqwest::Method;
use serde_json::{Value, json};

use super::floating_ip::FloatingIp;
use super::port::Port;
use super::router::{INTERFACE, Router};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::page::Pages;
use crate::resource::{Resource, or_gone};
use crate::session::Request;
use crate::session::service::NETWORK;

/// One thing that goes, or lets go of another.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// What will have happened, for a person: `floating IP 203.0.113.9: leads nowhere`.
    line: String,
    request: Request,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

impl Step {
    /// A thing is deleted.
    pub(super) fn delete<T: Resource>(thing: &T) -> Self {
        let name = if thing.name().is_empty() { thing.id() } else { thing.name() };
        Step {
            line: format!("{} {name}: deleted", T::NOUN),
            request: Request::delete(&NETWORK, &[T::PATH, thing.id()]),
        }
    }

    /// A floating IP leads nowhere any more; it stays allocated.
    pub(super) fn dissociate(floating_ip: &FloatingIp) -> Self {
        let body = json!({ "floatingip": { "port_id": null } });
        let path = [FloatingIp::PATH, &floating_ip.id];
        Step {
            line: format!("floating IP {}: leads nowhere", floating_ip.floating_ip_address),
            request: Request::new(&NETWORK, Method::PUT, &path).json(body),
        }
    }

    /// The forwardings of a floating IP are deleted.
    fn stop_forwarding(floating_ip: &FloatingIp) -> impl Iterator<Item = Self> + '_ {
        floating_ip.port_forwardings.iter().map(|forwarding| Step {
            line: format!(
                "port forwarding {forwarding} of {}: deleted",
                floating_ip.floating_ip_address
            ),
            request: Request::delete(
                &NETWORK,
                &[FloatingIp::PATH, &floating_ip.id, "port_forwardings", &forwarding.id],
            ),
        })
    }

    /// A router leaves a subnet.
    pub(super) fn disconnect(router: &str, interface: &Port) -> Self {
        let addresses: Vec<_> =
            interface.fixed_ips.iter().map(|fixed| fixed.ip_address.as_str()).collect();
        let path = [Router::PATH, router, "remove_router_interface"];
        Step {
            line: format!("router interface {}: removed", addresses.join(", ")),
            request: Request::new(&NETWORK, Method::PUT, &path)
                .json(json!({ "port_id": interface.id })),
        }
    }

    fn change(router: &Router, what: &str, attributes: &Value) -> Self {
        Step {
            line: format!("router {}: {what}", router.name),
            request: Request::new(&NETWORK, Method::PUT, &[Router::PATH, &router.id])
                .json(json!({ "router": attributes })),
        }
    }

    async fn take(&self, cloud: &Cloud) -> Result<()> {
        or_gone(cloud.send(self.request.clone()).await.map(drop), "this", &self.line)
    }
}

/// Takes the steps, one after the other; the first that fails ends it.
pub(super) async fn take(cloud: &Cloud, steps: &[Step]) -> Result<()> {
    for step in steps {
        step.take(cloud).await?;
    }
    Ok(())
}

/// What has to happen before a router goes: four requests, however much hangs on it.
pub(super) async fn before_router(cloud: &Cloud, router: &Router) -> Result<Vec<Step>> {
    let ports = Request::get(&NETWORK, Port::LIST)
        .query("device_id", &router.id)
        .query("device_owner", INTERFACE);
    let floating_ips = Request::get(&NETWORK, FloatingIp::LIST).query("router_id", &router.id);
    let (ports, floating_ips) = tokio::try_join!(
        Pages::<Port>::new(cloud, ports, Port::MANY).all(),
        Pages::<FloatingIp>::new(cloud, floating_ips, FloatingIp::MANY).all(),
    )?;
    let mut steps: Vec<_> = floating_ips.iter().flat_map(no_longer_led).collect();
    if !router.routes.is_empty() {
        steps.push(Step::change(router, "no static routes", &json!({ "routes": [] })));
    }
    steps.extend(ports.iter().map(|port| Step::disconnect(&router.id, port)));
    if router.external_gateway.is_some() {
        let none = json!({ "external_gateway_info": null });
        steps.push(Step::change(router, "no gateway", &none));
    }
    Ok(steps)
}

/// What has to happen before nothing leads from a floating IP any more.
pub(super) fn no_longer_led(floating_ip: &FloatingIp) -> Vec<Step> {
    let mut steps: Vec<_> = Step::stop_forwarding(floating_ip).collect();
    if floating_ip.port_id.is_some() {
        steps.push(Step::dissociate(floating_ip));
    }
    steps
}
