//! A plan in Octavia's words.

use serde_json::{Value, json};

use super::{
    Plan, PlannedListener, PlannedMember, PlannedMonitor, PlannedPersistence, PlannedPolicy,
    PlannedPool,
};
use crate::load_balancer::server::is_address;
use crate::network::body::Body;
use crate::operation::body::texts;

impl Plan {
    /// What its members are, pool by pool: addresses, and servers.
    pub(in crate::load_balancer) fn members(&self) -> Vec<&str> {
        let members = self.pools.iter().flat_map(|pool| &pool.members);
        members.map(|member| member.address.as_str()).collect()
    }

    /// Listeners and pools, with these addresses for the members.
    pub(in crate::load_balancer) fn build(
        &self,
        addresses: Vec<String>,
    ) -> (Vec<Value>, Vec<Value>) {
        let mut addresses = addresses.into_iter();
        let mut pools = Vec::new();
        for pool in &self.pools {
            let members: Vec<_> = pool
                .members
                .iter()
                .zip(&mut addresses)
                .map(|(member, address)| self.member(pool, member, &address))
                .collect();
            pools.push(pool.build(&members));
        }
        (self.listeners.iter().map(PlannedListener::build).collect(), pools)
    }

    fn member(&self, pool: &PlannedPool, member: &PlannedMember, address: &str) -> Value {
        // A server gives the member its name.
        let server = (!is_address(&member.address)).then_some(&member.address);
        let body = Body::new()
            .set("address", address)
            .maybe("protocol_port", self.port_of(pool, member))
            .maybe("name", member.name.as_ref().or(server))
            .maybe("weight", member.weight)
            .maybe("backup", member.backup)
            .maybe("monitor_address", member.monitor_address.as_ref())
            .maybe("monitor_port", member.monitor_port);
        body.done().into()
    }
}

/// Another part of the plan, by its name.
fn called(name: Option<&String>) -> Option<Value> {
    name.map(|name| json!({ "name": name }))
}

impl PlannedListener {
    fn build(&self) -> Value {
        let headers = (!self.insert_headers.is_empty()).then(|| texts(&self.insert_headers));
        let policies: Vec<_> = self.l7policies.iter().map(PlannedPolicy::build).collect();
        let body = Body::new()
            .maybe("name", self.name.as_ref())
            .set("protocol", self.protocol.as_str())
            .set("protocol_port", self.port.get())
            .maybe("description", self.description.as_ref())
            .maybe("default_pool", called(self.default_pool.as_ref()))
            .maybe("connection_limit", self.connection_limit)
            .maybe("default_tls_container_ref", self.default_tls_container_ref.as_ref())
            .list("sni_container_refs", &self.sni_container_refs)
            .list("allowed_cidrs", &self.allowed_cidrs)
            .maybe("insert_headers", headers)
            .maybe("timeout_client_data", self.timeout_client_data)
            .maybe("timeout_member_connect", self.timeout_member_connect)
            .maybe("timeout_member_data", self.timeout_member_data)
            .list("tls_versions", &self.tls_versions)
            .list("tags", &self.tags)
            .list("l7policies", &policies);
        body.done().into()
    }
}

impl PlannedPolicy {
    fn build(&self) -> Value {
        let rules: Vec<Value> = self
            .rules
            .iter()
            .map(|rule| {
                let body = Body::new()
                    .set("type", rule.r#type.as_str())
                    .set("compare_type", rule.compare_type.as_str())
                    .set("value", rule.value.as_str())
                    .maybe("key", rule.key.as_ref())
                    .maybe("invert", rule.invert.then_some(true));
                body.done().into()
            })
            .collect();
        let body = Body::new()
            .maybe("name", self.name.as_ref())
            .set("action", self.action.as_str())
            .maybe("redirect_pool", called(self.redirect_pool.as_ref()))
            .maybe("redirect_url", self.redirect_url.as_ref())
            .maybe("redirect_prefix", self.redirect_prefix.as_ref())
            .maybe("redirect_http_code", self.redirect_http_code)
            .maybe("position", self.position)
            .list("rules", &rules);
        body.done().into()
    }
}

impl PlannedPool {
    fn build(&self, members: &[Value]) -> Value {
        let body = Body::new()
            .set("name", self.name.as_str())
            .set("protocol", self.protocol.as_str())
            .set("lb_algorithm", self.lb_algorithm.as_str())
            .maybe(
                "session_persistence",
                self.session_persistence.as_ref().map(PlannedPersistence::build),
            )
            .maybe("description", self.description.as_ref())
            .list("tags", &self.tags)
            .list("members", members)
            .maybe("healthmonitor", self.healthmonitor.as_ref().map(PlannedMonitor::build));
        body.done().into()
    }
}

impl PlannedPersistence {
    fn build(&self) -> Value {
        let body = Body::new()
            .set("type", self.r#type.as_str())
            .maybe("cookie_name", self.cookie_name.as_ref())
            .maybe("persistence_timeout", self.persistence_timeout)
            .maybe("persistence_granularity", self.persistence_granularity.as_ref());
        body.done().into()
    }
}

impl PlannedMonitor {
    fn build(&self) -> Value {
        let body = Body::new()
            .set("type", self.r#type.as_str())
            .set("delay", self.delay)
            .set("timeout", self.timeout)
            .set("max_retries", self.max_retries)
            .maybe("name", self.name.as_ref())
            .maybe("max_retries_down", self.max_retries_down)
            .maybe("http_method", self.http_method.as_ref().map(|word| word.to_uppercase()))
            .maybe("url_path", self.url_path.as_ref())
            .maybe("expected_codes", self.expected_codes.as_ref())
            .maybe("domain_name", self.domain_name.as_ref());
        body.done().into()
    }
}
