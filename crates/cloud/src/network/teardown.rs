//! Teardown: what hangs on a thing goes before it, in the order in which Neutron lets it go.
//!
//! A plan is a list of [`Step`]s: shown before anybody is asked, then taken one after the other. What
//! is gone already when its turn comes counts as done, so that a teardown can be taken up again.

mod network;
mod router;

use std::fmt;

use reqwest::Method;
use serde_json::{Value, json};

use super::floating_ip::{FloatingIp, ForwardedPort};
use super::port::Port;
use super::router::Router;
use crate::cloud::Cloud;
use crate::error::{Kind, Result};
use crate::resource::{Named, Resource, or_gone};
use crate::session::Request;
use crate::session::service::NETWORK;

/// A thing that other things hang on.
pub(super) trait Torn: Resource {
    /// All that has to happen for it to go, its own deletion last.
    ///
    /// # Errors
    /// [`Kind::Conflict`] if something is in the way that people work with.
    fn plan(&self, cloud: &Cloud) -> impl Future<Output = Result<Vec<Step>>> + Send;
}

/// What will happen, for a person.
pub(super) async fn foretell<T: Torn>(cloud: &Cloud, named: &Named<T>) -> Result<Vec<String>> {
    match named.find(cloud).await {
        // What the deletion makes of that, it says itself.
        Err(error) if error.kind() == Kind::NotFound => Ok(Vec::new()),
        found => {
            let steps = Box::pin(found?.plan(cloud)).await?;
            Ok(steps.iter().map(ToString::to_string).collect())
        }
    }
}

/// Removes a thing with all that hangs on it; the first step that fails ends it.
pub(super) async fn tear_down<T: Torn>(cloud: &Cloud, named: &Named<T>) -> Result<()> {
    let found = match named.find(cloud).await {
        // Gone already: a name is refused as without the cascade.
        Err(error) if error.kind() == Kind::NotFound => return named.delete(cloud).await,
        found => found?,
    };
    for step in Box::pin(found.plan(cloud)).await? {
        step.take(cloud).await?;
    }
    Ok(())
}

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
    fn delete<T: Resource>(thing: &T) -> Self {
        Self::delete_at(thing, "")
    }

    /// A thing is deleted of which an address or a range says more than its name.
    fn delete_at<T: Resource>(thing: &T, place: &str) -> Self {
        let name = if thing.name().is_empty() { thing.id() } else { thing.name() };
        let line = format!("{} {name} {place}", T::NOUN);
        Step {
            line: format!("{}: deleted", line.trim_end()),
            request: Request::delete(&NETWORK, &[T::PATH, thing.id()]),
        }
    }

    /// A floating IP leads nowhere any more; it stays allocated.
    fn dissociate(floating_ip: &FloatingIp) -> Self {
        let body = json!({ "floatingip": { "port_id": null } });
        let path = [FloatingIp::PATH, &floating_ip.id];
        Step {
            line: format!("floating IP {}: leads nowhere", floating_ip.floating_ip_address),
            request: Request::new(&NETWORK, Method::PUT, &path).json(body),
        }
    }

    /// A forwarding of a floating IP is deleted.
    fn stop_forwarding(floating_ip: &FloatingIp, forwarding: &ForwardedPort) -> Self {
        let of = [FloatingIp::PATH, &floating_ip.id, "port_forwardings", &forwarding.id];
        let address = &floating_ip.floating_ip_address;
        Step {
            line: format!("port forwarding {forwarding} of {address}: deleted"),
            request: Request::delete(&NETWORK, &of),
        }
    }

    /// A router leaves a subnet.
    fn disconnect(router: &str, interface: &Port) -> Self {
        let addresses: Vec<_> =
            interface.fixed_ips.iter().map(|fixed| fixed.ip_address.as_str()).collect();
        let path = [Router::PATH, router, "remove_router_interface"];
        Step {
            line: format!("router interface {}: removed", addresses.join(", ")),
            request: Request::new(&NETWORK, Method::PUT, &path)
                .json(json!({ "port_id": interface.id })),
        }
    }

    /// A router changes; `change` is what its path ends with, nothing for a common update.
    fn change(router: &Router, what: &str, change: &[&str], attributes: &Value) -> Self {
        let path = [&[Router::PATH, &router.id], change].concat();
        Step {
            line: format!("router {}: {what}", router.name),
            request: Request::new(&NETWORK, Method::PUT, &path)
                .json(json!({ "router": attributes })),
        }
    }

    async fn take(&self, cloud: &Cloud) -> Result<()> {
        or_gone(cloud.send(self.request.clone()).await.map(drop), "this", &self.line)
    }
}

/// What has to happen before nothing that is `meant` leads from a floating IP any more.
fn no_longer_led<'f>(
    floating_ip: &'f FloatingIp,
    meant: impl Fn(&str) -> bool + 'f,
) -> impl Iterator<Item = Step> + 'f {
    let leads = floating_ip.fixed_ip_address.as_deref().is_some_and(&meant);
    let forwardings = floating_ip.port_forwardings.iter();
    let forwardings = forwardings.filter(move |forwarding| meant(&forwarding.internal_ip_address));
    let stops = forwardings.map(|forwarding| Step::stop_forwarding(floating_ip, forwarding));
    stops.chain(leads.then(|| Step::dissociate(floating_ip)))
}
