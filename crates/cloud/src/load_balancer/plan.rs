//! A whole balancer as it is described in a file: listeners, pools, members, monitors, policies.
//!
//! All of it is read and checked before anything is sent.

mod build;
mod flags;
mod member;

use std::num::NonZeroU16;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

pub(super) use flags::Flags;
pub(super) use member::PlannedMember;

use crate::error::{Error, Kind, Result};

/// What a new balancer shall have.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    #[serde(default)]
    pub(super) listeners: Vec<PlannedListener>,
    #[serde(default)]
    pub(super) pools: Vec<PlannedPool>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlannedListener {
    #[serde(deserialize_with = "listener_protocol")]
    pub(super) protocol: String,
    #[serde(alias = "protocol_port")]
    pub(super) port: NonZeroU16,
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    /// The name of a pool of this plan.
    pub(super) default_pool: Option<String>,
    pub(super) connection_limit: Option<i64>,
    pub(super) default_tls_container_ref: Option<String>,
    #[serde(default)]
    pub(super) sni_container_refs: Vec<String>,
    #[serde(default)]
    pub(super) allowed_cidrs: Vec<String>,
    #[serde(default)]
    pub(super) insert_headers: Map<String, Value>,
    pub(super) timeout_client_data: Option<u64>,
    pub(super) timeout_member_connect: Option<u64>,
    pub(super) timeout_member_data: Option<u64>,
    #[serde(default)]
    pub(super) tls_versions: Vec<String>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    #[serde(default)]
    pub(super) l7policies: Vec<PlannedPolicy>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlannedPolicy {
    #[serde(deserialize_with = "policy_action")]
    pub(super) action: String,
    pub(super) name: Option<String>,
    /// The name of a pool of this plan.
    pub(super) redirect_pool: Option<String>,
    pub(super) redirect_url: Option<String>,
    pub(super) redirect_prefix: Option<String>,
    pub(super) redirect_http_code: Option<u16>,
    pub(super) position: Option<u32>,
    #[serde(default)]
    pub(super) rules: Vec<PlannedRule>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlannedRule {
    #[serde(deserialize_with = "rule_type")]
    pub(super) r#type: String,
    #[serde(deserialize_with = "compare_type")]
    pub(super) compare_type: String,
    pub(super) value: String,
    pub(super) key: Option<String>,
    #[serde(default)]
    pub(super) invert: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlannedPool {
    pub(super) name: String,
    #[serde(deserialize_with = "pool_protocol")]
    pub(super) protocol: String,
    #[serde(default = "round_robin", deserialize_with = "algorithm")]
    pub(super) lb_algorithm: String,
    pub(super) session_persistence: Option<PlannedPersistence>,
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    #[serde(default)]
    pub(super) members: Vec<PlannedMember>,
    #[serde(alias = "monitor")]
    pub(super) healthmonitor: Option<PlannedMonitor>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlannedPersistence {
    #[serde(deserialize_with = "persistence_type")]
    pub(super) r#type: String,
    pub(super) cookie_name: Option<String>,
    pub(super) persistence_timeout: Option<u64>,
    pub(super) persistence_granularity: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlannedMonitor {
    #[serde(deserialize_with = "monitor_type")]
    pub(super) r#type: String,
    #[serde(default = "five")]
    pub(super) delay: u64,
    #[serde(default = "three")]
    pub(super) timeout: u64,
    #[serde(default = "three")]
    pub(super) max_retries: u64,
    pub(super) name: Option<String>,
    pub(super) max_retries_down: Option<u64>,
    pub(super) http_method: Option<String>,
    pub(super) url_path: Option<String>,
    pub(super) expected_codes: Option<String>,
    pub(super) domain_name: Option<String>,
}

/// Seconds between two questions of a monitor, where nothing is said.
pub(super) fn five() -> u64 {
    5
}

/// Seconds that a monitor waits, and good answers that it wants, where nothing is said.
pub(super) fn three() -> u64 {
    3
}

/// How members are chosen, where nothing is said.
pub(super) fn round_robin() -> String {
    "ROUND_ROBIN".into()
}

/// Functions that read one of a few words, in letters of any size.
macro_rules! words {
    ($($name:ident = $($word:literal)|+;)*) => {$(
        pub(super) fn $name<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
            const WORDS: &[&str] = &[$($word),+];
            let text = String::deserialize(from)?;
            let word = text.to_uppercase();
            if WORDS.contains(&word.as_str()) {
                return Ok(word);
            }
            let words = WORDS.join(", ");
            Err(serde::de::Error::custom(format!("`{text}` is none of {words}")))
        }
    )*};
}

words! {
    listener_protocol = "HTTP" | "HTTPS" | "TCP" | "TERMINATED_HTTPS" | "UDP" | "SCTP" | "PROMETHEUS";
    pool_protocol = "HTTP" | "HTTPS" | "TCP" | "PROXY" | "PROXYV2" | "UDP" | "SCTP";
    algorithm = "ROUND_ROBIN" | "LEAST_CONNECTIONS" | "SOURCE_IP" | "SOURCE_IP_PORT";
    persistence_type = "SOURCE_IP" | "HTTP_COOKIE" | "APP_COOKIE";
    monitor_type = "HTTP" | "HTTPS" | "TCP" | "PING" | "TLS-HELLO" | "UDP-CONNECT" | "SCTP";
    policy_action = "REDIRECT_TO_POOL" | "REDIRECT_TO_URL" | "REDIRECT_PREFIX" | "REJECT";
    compare_type = "EQUAL_TO" | "STARTS_WITH" | "ENDS_WITH" | "CONTAINS" | "REGEX";
    rule_type = "PATH" | "HOST_NAME" | "HEADER" | "COOKIE" | "FILE_TYPE" | "SSL_CONN_HAS_CERT"
        | "SSL_VERIFY_RESULT" | "SSL_DN_FIELD";
}

/// What is wrong at a place of the plan: `pools[0].members[1].port`.
fn wrong(place: &str, why: &str) -> Error {
    let place = if place == "." { "at its top" } else { place };
    Error::new(Kind::Invalid, format!("the load balancer's description, {place}: {why}"))
        .with_hint("nothing was created; what may stand there: ik loadbalancer create --help")
}

impl Plan {
    /// Reads a plan written in YAML.
    ///
    /// # Errors
    /// [`Kind::Invalid`] naming the key that is unknown, missing or of no use.
    pub(super) fn read(text: &str) -> Result<Self> {
        let value: Value = serde_saphyr::from_str(text).map_err(|error| {
            let at = error.location();
            let at = at.map_or_else(String::new, |at| {
                format!(" at line {}, column {}", at.line(), at.column())
            });
            Error::new(Kind::Invalid, format!("the load balancer's description is no YAML{at}"))
                .with_source(error)
        })?;
        let plan: Plan = serde_path_to_error::deserialize(value)
            .map_err(|error| wrong(&error.path().to_string(), &error.inner().to_string()))?;
        plan.check()?;
        Ok(plan)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.listeners.is_empty() && self.pools.is_empty()
    }

    /// Whether parts that name each other fit together.
    pub(super) fn check(&self) -> Result<()> {
        for (at, pool) in self.pools.iter().enumerate() {
            let earlier = &self.pools[..at];
            if pool.name.is_empty() || earlier.iter().any(|other| other.name == pool.name) {
                let why = "each pool needs a name of its own, by which listeners find it";
                return Err(wrong(&format!("pools[{at}].name"), why));
            }
            if let Some(monitor) = &pool.healthmonitor
                && monitor.timeout > monitor.delay
            {
                let why = format!("it cannot be longer than the delay, {} s", monitor.delay);
                return Err(wrong(&format!("pools[{at}].healthmonitor.timeout"), &why));
            }
            for (index, member) in pool.members.iter().enumerate() {
                if self.port_of(pool, member).is_none() {
                    let place = format!("pools[{at}].members[{index}].port");
                    return Err(wrong(&place, "it is missing, and no listener leads there"));
                }
            }
        }
        for (at, listener) in self.listeners.iter().enumerate() {
            let place = format!("listeners[{at}]");
            self.has_pool(&format!("{place}.default_pool"), listener.default_pool.as_ref())?;
            let port = (&listener.protocol == "UDP", listener.port);
            let earlier = &self.listeners[..at];
            if earlier.iter().any(|other| (&other.protocol == "UDP", other.port) == port) {
                return Err(wrong(&format!("{place}.port"), "another listener has it"));
            }
            for (index, policy) in listener.l7policies.iter().enumerate() {
                let place = format!("{place}.l7policies[{index}]");
                self.has_pool(&format!("{place}.redirect_pool"), policy.redirect_pool.as_ref())?;
                policy.check(&place)?;
            }
        }
        Ok(())
    }

    fn has_pool(&self, place: &str, name: Option<&String>) -> Result<()> {
        let Some(name) = name else { return Ok(()) };
        if self.pools.iter().any(|pool| pool.name == *name) {
            return Ok(());
        }
        Err(wrong(place, &format!("`pools` has none called `{name}`")))
    }

    /// The port of a member: its own, or that of the first listener that leads to its pool.
    fn port_of(&self, pool: &PlannedPool, member: &PlannedMember) -> Option<NonZeroU16> {
        let leads = |listener: &&PlannedListener| {
            let by_policy = listener.l7policies.iter().map(|policy| &policy.redirect_pool);
            by_policy.chain([&listener.default_pool]).any(|to| to.as_ref() == Some(&pool.name))
        };
        member.port.or_else(|| self.listeners.iter().find(leads).map(|listener| listener.port))
    }
}

impl PlannedPolicy {
    /// Whether it says where it leads, and nothing else.
    fn check(&self, place: &str) -> Result<()> {
        let (key, is_said) = match self.action.as_str() {
            "REDIRECT_TO_POOL" => ("redirect_pool", self.redirect_pool.is_some()),
            "REDIRECT_TO_URL" => ("redirect_url", self.redirect_url.is_some()),
            "REDIRECT_PREFIX" => ("redirect_prefix", self.redirect_prefix.is_some()),
            _ => return Ok(()),
        };
        if is_said {
            return Ok(());
        }
        Err(wrong(&format!("{place}.{key}"), &format!("{} needs it", self.action)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "
listeners:
  - {name: web, protocol: http, port: 80, default_pool: servers, l7policies: [
      {action: redirect_to_pool, redirect_pool: spare, rules: [
        {type: path, compare_type: starts_with, value: /old}]}]}
pools:
  - name: servers
    protocol: HTTP
    members: [web, 'db:8080', {address: 10.0.0.9, port: 81, weight: 2}, '[fd00::1]:82', 'fd00::2']
    healthmonitor: {type: HTTP, url_path: /health}
  - {name: spare, protocol: HTTP, lb_algorithm: source_ip}
";

    #[test]
    fn a_whole_description_is_read() {
        let plan = Plan::read(WHOLE).unwrap();
        assert_eq!(plan.listeners[0].protocol, "HTTP");
        assert_eq!(plan.pools[1].lb_algorithm, "SOURCE_IP");
        let members: Vec<_> = plan.pools[0]
            .members
            .iter()
            .map(|one| (one.address.as_str(), plan.port_of(&plan.pools[0], one).unwrap().get()))
            .collect();
        assert_eq!(
            members,
            [("web", 80), ("db", 8080), ("10.0.0.9", 81), ("fd00::1", 82), ("fd00::2", 80)]
        );
    }

    #[test]
    fn what_is_wrong_is_named_by_its_key() {
        let cases = [
            (
                "listeners: [{protocol: GOPHER, port: 70}]",
                "listeners[0].protocol: `GOPHER` is none",
            ),
            ("listeners: [{protocol: HTTP}]", "listeners[0]: missing field `port`"),
            ("listeners: [{protocol: HTTP, port: 0}]", "listeners[0].port: invalid value"),
            ("listeners: [{protocol: HTTP, prot: 1, port: 1}]", "unknown field `prot`"),
            ("listener: []", "unknown field `listener`"),
            (
                "listeners: [{protocol: HTTP, port: 80, default_pool: x}]",
                "listeners[0].default_pool: `pools` has none called `x`",
            ),
            (
                "listeners: [{protocol: HTTP, port: 80}, {protocol: TCP, port: 80}]",
                "listeners[1].port: another listener has it",
            ),
            (
                "listeners: [{protocol: HTTP, port: 80, l7policies: [{action: REDIRECT_TO_URL}]}]",
                "listeners[0].l7policies[0].redirect_url: REDIRECT_TO_URL needs it",
            ),
            (
                "pools: [{name: a, protocol: HTTP, members: [web]}]",
                "pools[0].members[0].port: it is",
            ),
            ("pools: [{name: a, protocol: HTTP, members: [{port: 1}]}]", "missing field `address`"),
            (
                "pools: [{name: a, protocol: HTTP, healthmonitor: {type: HTTP, delay: 1}}]",
                "pools[0].healthmonitor.timeout: it cannot be longer",
            ),
            (
                "pools: [{name: a, protocol: HTTP}, {name: a, protocol: HTTP}]",
                "pools[1].name: each pool needs a name",
            ),
            ("pools: {", "is no YAML"),
        ];
        for (text, why) in cases {
            let error = Plan::read(text).unwrap_err();
            assert_eq!(error.kind(), Kind::Invalid);
            assert!(error.message().contains(why), "no `{why}` in {error:?}");
        }
    }
}
