//! Creating a load balancer, with all that shall belong to it.

use serde_json::{Map, Value};

use super::LoadBalancer;
use super::parts::{self, Wanted};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::load_balancer::existing;
use crate::load_balancer::plan::{Flags, Plan};
use crate::load_balancer::server::{addresses, is_address};
use crate::load_balancer::wait::settled;
use crate::network::body::Body;
use crate::network::{Network, Networking, Port, Subnet, id_of, once};
use crate::operation::{Effect, Operation, Text, operation};
use crate::resource::{Maybe, Named};

operation! {
    /// Creates a load balancer, with all that shall belong to it, and waits until it is there.
    ///
    /// With flags, all listeners lead to one pool of these members. Servers stand for their addresses
    /// in the load balancer's subnet. A file says everything, in YAML:
    ///
    /// `listeners: [{name: web, protocol: HTTP, port: 80, default_pool: servers}]`
    ///
    /// `pools: [{name: servers, protocol: HTTP, members: [web, "db:8080"], healthmonitor: {type: HTTP, url_path: /health}}]`
    ///
    /// Keys are Octavia's; listeners have `l7policies`, and these `rules`; pools are called by their
    /// names. All of it is checked before anything is sent, and then created part by part. Should that
    /// be stopped half-way, the same with `--or-show` goes on. Should Octavia's answer be lost, what it
    /// was about is looked for and not created twice.
    ///
    /// Octavia: `POST /v2.0/lbaas/loadbalancers`, then `GET /v2.0/lbaas/loadbalancers/{id}`, and for
    /// the parts `POST /v2.0/lbaas/pools`, `PUT /v2.0/lbaas/pools/{id}/members`,
    /// `POST /v2.0/lbaas/healthmonitors`, `/listeners`, `/l7policies` and `/l7policies/{id}/rules`;
    /// Neutron: `GET /v2.0/ports`.
    ///
    /// ```sh
    /// ik loadbalancer create web-lb --subnet demo-subnet
    /// ik loadbalancer create web-lb --subnet demo-subnet --listener HTTP:80 --member web --member db:8080 --monitor HTTP:/health
    /// ik loadbalancer create web-lb --subnet demo-subnet --file lb.yaml
    /// ```
    Networking::create_loadbalancer as CreateLoadBalancer, "loadbalancer create",
    Effect::Changes,
    (
        /// Name of the new load balancer.
        name: String,
        /// The subnet its address is from, by name or id.
        #[flag("subnet", "vip-subnet-id")]
        subnet_id: Maybe<Subnet>,
    )
    {
        /// A certain address; otherwise the cloud chooses one.
        vip_address: Option<String> = None,
        /// Further fields of Octavia's `loadbalancer` object, sent as they are.
        extra: Map<String, Value> = Map::new(),
        /// What it listens to: `HTTP:80`, `TERMINATED_HTTPS:443`, `TCP:25` ...
        #[flag("listener")]
        listeners: Vec<String> = Vec::new(),
        /// A server, by name or id, or an address, with or without a port: `web`, `db:8080`.
        #[flag("member")]
        members: Vec<String> = Vec::new(),
        /// How members are asked how they do: `HTTP:/health`, `TCP`, `PING` ...
        monitor: Option<String> = None,
        /// Seconds between two questions; otherwise 5.
        monitor_delay: Option<u64> = None,
        /// Seconds to wait for an answer; otherwise 3.
        monitor_timeout: Option<u64> = None,
        /// `ROUND_ROBIN`, `LEAST_CONNECTIONS`, `SOURCE_IP` or `SOURCE_IP_PORT`; otherwise the first.
        #[flag("lb-algorithm", "algorithm")]
        lb_algorithm: Option<String> = None,
        /// Where the key manager keeps the certificate, for `TERMINATED_HTTPS`.
        default_tls_container_ref: Option<String> = None,
        /// Where the key manager keeps certificates for further names.
        #[flag("sni-container-ref", "sni-container-refs")]
        sni_container_refs: Vec<String> = Vec::new(),
        /// All that shall belong to it, in YAML.
        file: Option<Text> = None,
        /// The network its address is from, by name or id, where no subnet is said.
        #[flag("network", "vip-network-id")]
        vip_network: Option<Named<Network>> = None,
        /// A port that has its address, by name or id, where no subnet is said.
        #[flag("port", "vip-port-id")]
        vip_port: Option<Named<Port>> = None,
        /// What people shall know about it.
        description: Option<String> = None,
        /// Who provides it: ik loadbalancer provider list.
        provider: Option<String> = None,
        /// Its flavor, by id.
        #[flag("flavor")]
        flavor_id: Option<String> = None,
        /// Availability zone to create it in.
        availability_zone: Option<String> = None,
        /// Whether it carries traffic.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// Tags to give it.
        tags: Vec<String> = Vec::new(),
        /// Return only when it is there.
        wait: bool = true,
    }
}

impl Operation for CreateLoadBalancer {
    type Output = LoadBalancer;

    const CONTRACTED: Option<&'static [&'static str]> = Some(&["id", "name", "vip_address"]);
    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<LoadBalancer> {
        let plan = self.plan()?;
        let (subnet, network, port) = tokio::try_join!(
            id_of(cloud, self.subnet_id.as_ref()),
            id_of(cloud, self.vip_network.as_ref()),
            id_of(cloud, self.vip_port.as_ref()),
        )?;
        if subnet.is_none() && network.is_none() && port.is_none() {
            return Err(Error::new(Kind::Invalid, "it is not said where the address is from")
                .with_hint("name a subnet"));
        }
        let wanted = in_words(cloud, &plan, subnet.as_deref()).await?;
        let body = Body::new()
            .set("name", self.name.as_str())
            .maybe("vip_subnet_id", subnet)
            .maybe("vip_network_id", network)
            .maybe("vip_port_id", port)
            .maybe("vip_address", self.vip_address.as_ref())
            .maybe("description", self.description.as_ref())
            .maybe("provider", self.provider.as_ref())
            .maybe("flavor_id", self.flavor_id.as_ref())
            .maybe("availability_zone", self.availability_zone.as_ref())
            .maybe("admin_state_up", self.is_admin_state_up)
            .list("tags", &self.tags)
            .extra(&self.extra)?;
        let made: LoadBalancer = once::create(cloud, body.done()).await?;
        if !self.wait {
            return Ok(made);
        }
        let made = settled(cloud, &made.id).await?.balancer;
        if plan.is_empty() { Ok(made) } else { parts::make(cloud, &made, wanted).await }
    }

    /// Of one that was stopped half-way, the parts that it lacks are made.
    async fn existing(&self, cloud: &Cloud) -> Result<Option<LoadBalancer>> {
        let plan = self.plan()?;
        let found = existing::named::<LoadBalancer>(cloud, &self.name, None, self.wait).await?;
        let Some(found) = found else { return Ok(None) };
        if plan.is_empty() {
            return Ok(Some(found));
        }
        let subnet = found.vip_subnet_id.clone();
        let wanted = in_words(cloud, &plan, subnet.as_deref()).await?;
        parts::complete(cloud, &found, wanted).await.map(Some)
    }
}

impl CreateLoadBalancer {
    /// What shall belong to it, from the file or the flags.
    fn plan(&self) -> Result<Plan> {
        let flags = Flags {
            name: &self.name,
            listeners: &self.listeners,
            members: &self.members,
            monitor: self.monitor.as_deref(),
            lb_algorithm: self.lb_algorithm.as_deref(),
            delay: self.monitor_delay,
            timeout: self.monitor_timeout,
            default_tls_container_ref: self.default_tls_container_ref.as_deref(),
            sni_container_refs: &self.sni_container_refs,
        };
        let invalid =
            |message: &str, hint: &str| Err(Error::new(Kind::Invalid, message).with_hint(hint));
        let plan = match (&self.file, flags.are_absent()) {
            (None, true) => Plan::default(),
            (None, false) => flags.plan()?,
            (Some(Text(text)), true) => Plan::read(text)?,
            (Some(_), false) => {
                return invalid(
                    "its parts are said twice: by a file and by flags",
                    "say everything in the file",
                );
            }
        };
        if !plan.is_empty() && !self.wait {
            return invalid(
                "its parts are made one after the other, which has to be waited for",
                "leave --no-wait away, or make the parts with commands of their own",
            );
        }
        Ok(plan)
    }
}

/// Listeners and pools in Octavia's words: servers have become addresses.
async fn in_words(cloud: &Cloud, plan: &Plan, subnet: Option<&str>) -> Result<Wanted> {
    let members = plan.members();
    let found = match subnet {
        Some(subnet) => addresses(cloud, &members, subnet).await?,
        None if members.iter().all(|member| is_address(member)) => {
            members.iter().map(ToString::to_string).collect()
        }
        None => {
            return Err(Error::new(Kind::Invalid, "servers have addresses in several subnets")
                .with_hint("name the load balancer's subnet, or the members' addresses"));
        }
    };
    let (listeners, pools) = plan.build(found);
    Ok(Wanted { listeners, pools })
}
