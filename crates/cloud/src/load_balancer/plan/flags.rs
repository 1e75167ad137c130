//! A plan as flags say it: listeners that all lead to one pool.

use std::num::NonZeroU16;

use serde_json::{Value, json};

use super::{Plan, PlannedListener, PlannedMember, PlannedMonitor, PlannedPool};
use crate::error::{Error, Kind, Result};

/// What flags say.
#[derive(Debug)]
pub(in crate::load_balancer) struct Flags<'f> {
    /// The balancer's name, after which its parts are called.
    pub(in crate::load_balancer) name: &'f str,
    /// `HTTP:80`
    pub(in crate::load_balancer) listeners: &'f [String],
    /// `web`, `db:8080`
    pub(in crate::load_balancer) members: &'f [String],
    /// `HTTP:/health`, `TCP`
    pub(in crate::load_balancer) monitor: Option<&'f str>,
    pub(in crate::load_balancer) lb_algorithm: Option<&'f str>,
    pub(in crate::load_balancer) delay: Option<u64>,
    pub(in crate::load_balancer) timeout: Option<u64>,
    pub(in crate::load_balancer) default_tls_container_ref: Option<&'f str>,
    pub(in crate::load_balancer) sni_container_refs: &'f [String],
}

fn wrong(flag: &str, why: &str) -> Error {
    Error::new(Kind::Invalid, format!("--{flag}: {why}")).with_hint("nothing was created")
}

/// One of the words that a plan takes there.
fn word<T: serde::de::DeserializeOwned>(flag: &str, value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|error| wrong(flag, &error.to_string()))
}

impl Flags<'_> {
    /// Whether nothing is said.
    pub(in crate::load_balancer) fn are_absent(&self) -> bool {
        self.listeners.is_empty()
            && self.members.is_empty()
            && self.monitor.is_none()
            && self.lb_algorithm.is_none()
            && self.delay.is_none()
            && self.timeout.is_none()
            && self.default_tls_container_ref.is_none()
            && self.sni_container_refs.is_empty()
    }

    /// # Errors
    /// [`Kind::Invalid`] naming the flag that makes no sense.
    pub(in crate::load_balancer) fn plan(&self) -> Result<Plan> {
        let mut listeners =
            self.listeners.iter().map(|text| self.listener(text)).collect::<Result<Vec<_>>>()?;
        let has_pool =
            !self.members.is_empty() || self.monitor.is_some() || self.lb_algorithm.is_some();
        if listeners.is_empty() {
            return Err(wrong("listener", "there is none, and all else belongs to one"));
        }
        if !has_pool {
            return self.checked(Plan { listeners, pools: Vec::new() });
        }
        let pool = self.pool(&listeners)?;
        for listener in listeners.iter_mut().filter(|one| one.protocol != "PROMETHEUS") {
            listener.default_pool = Some(pool.name.clone());
        }
        self.checked(Plan { listeners, pools: vec![pool] })
    }

    fn checked(&self, plan: Plan) -> Result<Plan> {
        if self.monitor.is_none() && (self.delay.is_some() || self.timeout.is_some()) {
            return Err(wrong("monitor", "it is not said how to ask"));
        }
        plan.check()?;
        Ok(plan)
    }

    fn listener(&self, text: &str) -> Result<PlannedListener> {
        let why = format!("`{text}` is not of the form PROTOCOL:PORT");
        let (protocol, port) =
            text.split_once(':').ok_or_else(|| wrong("listener", &format!("{why}: HTTP:80")))?;
        let port: NonZeroU16 = port.parse().map_err(|_| wrong("listener", &why))?;
        let name = format!("{}-{}-{port}", self.name, protocol.to_lowercase());
        let mut listener: PlannedListener =
            word("listener", json!({ "name": name, "protocol": protocol, "port": port }))?;
        if listener.protocol == "TERMINATED_HTTPS" {
            listener.default_tls_container_ref = self.default_tls_container_ref.map(Into::into);
            listener.sni_container_refs = self.sni_container_refs.to_vec();
        }
        Ok(listener)
    }

    fn pool(&self, listeners: &[PlannedListener]) -> Result<PlannedPool> {
        let mut protocols: Vec<_> = listeners
            .iter()
            .filter(|one| one.protocol != "PROMETHEUS")
            .map(|one| {
                one.protocol.strip_prefix("TERMINATED_HTTPS").map_or(&*one.protocol, |_| "HTTP")
            })
            .collect();
        protocols.dedup();
        let [protocol] = protocols[..] else {
            return Err(wrong("listener", "these cannot lead to one pool").with_better_hint(
                "nothing was created; a file can say which pool each listener leads to: --file",
            ));
        };
        let members =
            self.members.iter().map(|text| PlannedMember::typed(text)).collect::<Result<_, _>>();
        let mut pool: PlannedPool = word(
            "lb-algorithm",
            json!({ "name": format!("{}-pool", self.name), "protocol": protocol,
                "lb_algorithm": self.lb_algorithm.unwrap_or("ROUND_ROBIN") }),
        )?;
        pool.members = members.map_err(|why| wrong("member", &why))?;
        pool.healthmonitor = self.monitor.map(|text| self.monitor(text)).transpose()?;
        Ok(pool)
    }

    fn monitor(&self, text: &str) -> Result<PlannedMonitor> {
        let (kind, path) = text.split_once(':').map_or((text, None), |(k, p)| (k, Some(p)));
        let mut monitor: PlannedMonitor = word("monitor", json!({ "type": kind }))?;
        monitor.name = Some(format!("{}-monitor", self.name));
        monitor.url_path = path.map(Into::into);
        monitor.delay = self.delay.unwrap_or(monitor.delay);
        monitor.timeout = self.timeout.unwrap_or(monitor.timeout.min(monitor.delay));
        Ok(monitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags<'f>(listeners: &'f [String], members: &'f [String]) -> Flags<'f> {
        Flags {
            name: "lb",
            listeners,
            members,
            monitor: None,
            lb_algorithm: None,
            delay: None,
            timeout: None,
            default_tls_container_ref: None,
            sni_container_refs: &[],
        }
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn all_listeners_lead_to_one_pool() {
        let (listeners, members) =
            (texts(&["http:80", "TERMINATED_HTTPS:443"]), texts(&["a", "b:81"]));
        let flags =
            Flags { monitor: Some("HTTP:/up"), delay: Some(2), ..flags(&listeners, &members) };
        let (listeners, pools) = flags.plan().unwrap().build(texts(&["10.0.0.1", "10.0.0.2"]));
        assert_eq!(listeners[1]["default_pool"], json!({ "name": "lb-pool" }));
        assert_eq!(
            pools[0],
            json!({ "name": "lb-pool", "protocol": "HTTP", "lb_algorithm": "ROUND_ROBIN",
                "members": [
                    { "address": "10.0.0.1", "protocol_port": 80, "name": "a" },
                    { "address": "10.0.0.2", "protocol_port": 81, "name": "b" },
                ],
                "healthmonitor": { "type": "HTTP", "delay": 2, "timeout": 2, "max_retries": 3,
                    "name": "lb-monitor", "url_path": "/up" } })
        );
    }

    #[test]
    fn what_makes_no_sense_is_named_by_its_flag() {
        let why = |listeners: &[&str], members: &[&str]| {
            let (listeners, members) = (texts(listeners), texts(members));
            flags(&listeners, &members).plan().unwrap_err().message().to_string()
        };
        assert!(why(&["HTTP"], &[]).contains("--listener: `HTTP` is not of the form"));
        assert!(why(&["HTTP:x"], &[]).contains("--listener: `HTTP:x` is not"));
        assert!(why(&["GOPHER:70"], &[]).contains("`GOPHER` is none of"));
        assert!(why(&[], &["web"]).contains("--listener: there is none"));
        assert!(why(&["HTTP:80"], &["web:x"]).contains("--member: `web:x` has no port"));
        assert!(why(&["HTTP:80", "TCP:25"], &["web"]).contains("cannot lead to one pool"));
    }
}
