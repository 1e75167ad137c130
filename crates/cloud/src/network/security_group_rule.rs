//! Rules of security groups: each lets something through.

mod traffic;

use std::net::IpAddr;

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use traffic::Traffic;
pub use traffic::{Direction, Ethertype, PortRange};

use super::body::Body;
use super::{Networking, SecurityGroup, id_of, once};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation, operations};
use crate::page::Pages;
use crate::resource::{Named, Record, Resource};
use crate::session::Request;
use crate::session::service::{NETWORK, Service};

operations!(
    AddSecurityGroupRule,
    ListSecurityGroupRules,
    GetSecurityGroupRule,
    DeleteSecurityGroupRule,
);

/// A rule, as the API tells it: what it does not say is left open there, too.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SecurityGroupRule {
    /// The id.
    pub id: String,
    /// `ingress`: what may come in; `egress`: what may go out.
    pub direction: String,
    /// `tcp`, `udp`, `icmp` ..., or a number; none for all protocols.
    pub protocol: Option<String>,
    /// `IPv4` or `IPv6`.
    pub ethertype: Option<String>,
    /// The first port, or the type of ICMP; none for all.
    pub port_range_min: Option<u16>,
    /// The last port, or the code of ICMP; none for all.
    pub port_range_max: Option<u16>,
    /// The addresses at the other end; none for all.
    pub remote_ip_prefix: Option<String>,
    /// The security group that the other end has, by its id.
    pub remote_group_id: Option<String>,
    /// What people say about it.
    #[serde(default)]
    pub description: Option<String>,
    /// The group that it belongs to.
    pub security_group_id: String,
    /// The project it belongs to.
    #[serde(default)]
    pub project_id: Option<String>,
    /// When it was created, as the server writes it.
    #[serde(default)]
    pub created_at: Option<String>,
}

impl Record for SecurityGroupRule {
    const NOUN: &'static str = "security group rule";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "direction",
        "protocol",
        "ethertype",
        "port_range_min",
        "port_range_max",
        "remote_ip_prefix",
        "remote_group_id",
    ];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for SecurityGroupRule {
    const SERVICE: &'static Service = &NETWORK;
    const PATH: &'static str = "security-group-rules";
    const LIST: &'static [&'static str] = &["security-group-rules"];
    const ONE: &'static str = "security_group_rule";
    const MANY: &'static str = "security_group_rules";

    fn id(&self) -> &str {
        &self.id
    }

    /// Rules have no names.
    fn name(&self) -> &'static str {
        ""
    }

    fn status(&self) -> &str {
        &self.direction
    }

    fn called(_: &str) -> Request {
        Request::get(&NETWORK, Self::LIST)
    }
}

operation! {
    /// Adds a rule to a security group: what it lets through.
    ///
    /// A port is a number, a range as `8000:8080`, or the name of a service: `ssh`, `http`, `https`,
    /// `dns` ..., which says the protocol, too. What is not said is left open. Should Neutron's answer
    /// be lost, the rule is looked for and not created twice.
    ///
    /// Neutron: `POST /v2.0/security-group-rules`.
    ///
    /// ```sh
    /// ik security group rule create web --port ssh --remote-ip 192.0.2.0/24
    /// ik security group rule create web --protocol tcp --dst-port 8000:8080
    /// ik security group rule create db --port postgresql --remote-group web
    /// ik security group rule create web --protocol icmp
    /// ```
    Networking::add_security_group_rule as AddSecurityGroupRule, "security group rule create",
    Effect::Changes,
    (
        /// The group, by name or id.
        security_group_id: Named<SecurityGroup>,
    )
    {
        /// What it lets through: what comes in, or what goes out.
        direction: Direction = Direction::Ingress,
        /// The protocol: `tcp`, `udp`, `icmp` ..., a number, or `any`.
        protocol: Option<String> = None,
        /// The first port.
        port_range_min: Option<u16> = None,
        /// The last port.
        port_range_max: Option<u16> = None,
        /// The addresses at the other end, as `192.0.2.0/24`.
        #[flag("remote-ip")]
        remote_ip_prefix: Option<String> = None,
        /// The version of IP. It is IPv6 anyway where the addresses or the protocol are.
        ethertype: Ethertype = Ethertype::Ipv4,
        /// The port: a number, a range as `8000:8080`, or a service's name.
        #[flag("port", "dst-port")]
        port: Option<PortRange> = None,
        /// The type of ICMP.
        #[flag("icmp-type")]
        icmp_type: Option<u16> = None,
        /// The code of ICMP.
        #[flag("icmp-code")]
        icmp_code: Option<u16> = None,
        /// The security group that the other end has, by name or id.
        #[flag("remote-group")]
        remote_group_id: Option<Named<SecurityGroup>> = None,
        /// What people shall know about it.
        description: Option<String> = None,
        /// Further fields of Neutron's `security_group_rule` object, sent as they are.
        extra: Map<String, Value> = Map::new(),
    }
}

impl Operation for AddSecurityGroupRule {
    type Output = SecurityGroupRule;

    const CONTRACTED: Option<&'static [&'static str]> = Some(&["id", "direction", "protocol"]);

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<SecurityGroupRule> {
        let traffic = Traffic::of(self)?;
        let (group, remote) = self.groups(cloud).await?;
        let body = Body::new()
            .set("security_group_id", group)
            .maybe("direction", Some(self.direction))
            .maybe("ethertype", Some(traffic.ethertype))
            .maybe("protocol", traffic.protocol)
            .maybe("port_range_min", traffic.first)
            .maybe("port_range_max", traffic.last)
            .maybe("remote_ip_prefix", self.remote_ip_prefix.as_ref())
            .maybe("remote_group_id", remote)
            .maybe("description", self.description.as_ref())
            .extra(&self.extra)?;
        once::create(cloud, body.done()).await
    }

    /// The rule that lets the same through, whatever is said about it.
    async fn existing(&self, cloud: &Cloud) -> Result<Option<SecurityGroupRule>> {
        let traffic = Traffic::of(self)?;
        let (group, remote) = self.groups(cloud).await?;
        let of_group = Request::get(&NETWORK, SecurityGroupRule::LIST)
            .query("security_group_id", &group)
            .query("direction", self.direction.word());
        let rules = Pages::<SecurityGroupRule>::new(cloud, of_group, SecurityGroupRule::MANY);
        let addresses = range(self.remote_ip_prefix.as_deref());
        Ok(rules.all().await?.into_iter().find(|rule| {
            rule.direction == self.direction.word()
                && traffic.is_of(rule)
                && range(rule.remote_ip_prefix.as_deref()) == addresses
                && rule.remote_group_id == remote
        }))
    }
}

impl AddSecurityGroupRule {
    /// The ids of the group, and of the one that the other end has.
    async fn groups(&self, cloud: &Cloud) -> Result<(String, Option<String>)> {
        let remote = async {
            match &self.remote_group_id {
                Some(group) => group.id(cloud).await.map(Some),
                None => Ok(None),
            }
        };
        tokio::try_join!(self.security_group_id.id(cloud), remote)
    }
}

/// Addresses, however they are written; none for all.
fn range(text: Option<&str>) -> Option<String> {
    let text = text?;
    let host = |text: &str| text.parse::<IpAddr>().ok().map(IpNet::from);
    match text.parse::<IpNet>().ok().or_else(|| host(text)) {
        Some(all) if all.prefix_len() == 0 => None,
        Some(range) => Some(range.trunc().to_string()),
        None => Some(text.to_string()),
    }
}

operation! {
    /// Lists the rules of a security group, or of all of the project's.
    ///
    /// Neutron: `GET /v2.0/security-group-rules`.
    ///
    /// ```sh
    /// ik security group rule list web
    /// ik security group rule list --direction ingress --protocol tcp
    /// ```
    Networking::list_security_group_rules as ListSecurityGroupRules,
    "security group rule list" [security_group_id], Effect::Reads,
    ()
    {
        /// The group, by name or id.
        security_group_id: Option<Named<SecurityGroup>> = None,
        /// Only those about what comes in, or about what goes out.
        direction: Option<Direction> = None,
        /// Only those about this protocol.
        protocol: Option<String> = None,
        /// Only those about this version of IP.
        ethertype: Option<Ethertype> = None,
    }
}

impl Operation for ListSecurityGroupRules {
    type Output = Vec<SecurityGroupRule>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<SecurityGroupRule>> {
        SecurityGroupRule::list(cloud)
            .only("security_group_id", id_of(cloud, self.security_group_id.as_ref()).await?)
            .only("direction", self.direction.map(Direction::word))
            .only("protocol", self.protocol.as_ref())
            .only("ethertype", self.ethertype.map(Ethertype::word))
            .all()
            .await
    }
}

operation! {
    /// Shows a rule of a security group.
    ///
    /// Neutron: `GET /v2.0/security-group-rules/{id}`.
    ///
    /// ```sh
    /// ik security group rule show 1b9d1a9c-6a4c-4a0f-9d9e-6b9c3f1c8f10
    /// ```
    Networking::get_security_group_rule as GetSecurityGroupRule, "security group rule show",
    Effect::Reads,
    (
        /// The rule, by its id.
        rule_id: Named<SecurityGroupRule>,
    )
    {}
}

impl Operation for GetSecurityGroupRule {
    type Output = SecurityGroupRule;

    async fn run(&self, cloud: &Cloud) -> Result<SecurityGroupRule> {
        self.rule_id.find(cloud).await
    }
}

operation! {
    /// Removes a rule from its security group.
    ///
    /// One that is gone already counts as removed.
    ///
    /// Neutron: `DELETE /v2.0/security-group-rules/{id}`.
    ///
    /// ```sh
    /// ik security group rule delete 1b9d1a9c-6a4c-4a0f-9d9e-6b9c3f1c8f10 --yes
    /// ```
    Networking::delete_security_group_rule as DeleteSecurityGroupRule,
    "security group rule delete", Effect::Destroys,
    (
        /// The rule, by its id.
        rule_id: Named<SecurityGroupRule>,
    )
    {}
}

impl Operation for DeleteSecurityGroupRule {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        self.rule_id.delete(cloud).await
    }
}
