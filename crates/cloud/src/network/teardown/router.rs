//! What hangs on a router: floating IPs that it leads, static routes, its places in subnets, its way
//! out.

use serde_json::json;

use super::{Step, Torn, no_longer_led};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::network::router::{INTERFACE, Router};
use crate::network::{FloatingIp, Port};
use crate::page::Pages;
use crate::resource::Resource;
use crate::session::Request;
use crate::session::service::NETWORK;

impl Torn for Router {
    /// Two requests, however much hangs on it.
    async fn plan(&self, cloud: &Cloud) -> Result<Vec<Step>> {
        let ports = Request::get(&NETWORK, Port::LIST)
            .query("device_id", &self.id)
            .query("device_owner", INTERFACE);
        let floating_ips = Request::get(&NETWORK, FloatingIp::LIST).query("router_id", &self.id);
        let (ports, floating_ips) = tokio::try_join!(
            Pages::<Port>::new(cloud, ports, Port::MANY).all(),
            Pages::<FloatingIp>::new(cloud, floating_ips, FloatingIp::MANY).all(),
        )?;
        let all = |_: &str| true;
        let mut steps: Vec<_> =
            floating_ips.iter().flat_map(|one| no_longer_led(one, all)).collect();
        if !self.routes.is_empty() {
            steps.push(Step::change(self, "no static routes", &[], &json!({ "routes": [] })));
        }
        steps.extend(ports.iter().map(|port| Step::disconnect(&self.id, port)));
        if self.external_gateway.is_some() {
            let none = json!({ "external_gateway_info": null });
            steps.push(Step::change(self, "no gateway", &[], &none));
        }
        steps.push(Step::delete(self));
        Ok(steps)
    }
}
