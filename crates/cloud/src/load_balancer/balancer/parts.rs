//! The parts of a new balancer, one after the other: pools with members and monitor, then the
//! listeners that lead there.
//!
//! Octavia takes all of it in one request, too. But Zed without a job board then makes the balancer
//! only: its parts stay in `PENDING_CREATE` for ever and cannot be changed or deleted
//! (`run_flow` of its `controller_worker.py` drops them). One after the other works everywhere, and
//! what was stopped half-way can be gone on with.

use std::collections::HashMap;

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::cloud::Cloud;
use crate::error::{Error, Processed, Result};
use crate::load_balancer::change::{Waits, changed, create};
use crate::load_balancer::{
    HealthMonitor, L7Policy, L7Rule, Listener, LoadBalancer, Member, Pool, l7_rule, nested,
    wait::settled,
};
use crate::resource::Resource;
use crate::session::Request;
use crate::session::service::LOAD_BALANCER;

/// Listeners and pools in Octavia's words for one request: pools are called by their names, and what
/// belongs to a part stands in it.
pub(super) struct Wanted {
    pub(super) listeners: Vec<Value>,
    pub(super) pools: Vec<Value>,
}

/// Makes the parts of a new balancer.
///
/// # Errors
/// What refused one of them. The balancer stays, with the parts before.
pub(super) async fn make(
    cloud: &Cloud,
    balancer: &LoadBalancer,
    wanted: Wanted,
) -> Result<LoadBalancer> {
    let there = Parts { balancer: &balancer.id, pools: Vec::new(), listeners: Vec::new() };
    add(cloud, balancer, there, wanted).await
}

/// Makes those of the parts that a balancer lacks.
///
/// # Errors
/// As those of [`make`].
pub(super) async fn complete(
    cloud: &Cloud,
    balancer: &LoadBalancer,
    wanted: Wanted,
) -> Result<LoadBalancer> {
    let there = Parts::of(cloud, &balancer.id).await?;
    add(cloud, balancer, there, wanted).await
}

async fn add(
    cloud: &Cloud,
    balancer: &LoadBalancer,
    there: Parts<'_>,
    wanted: Wanted,
) -> Result<LoadBalancer> {
    let added = there.add(cloud, wanted).await;
    added.map_err(|error| unfinished(error, balancer))?;
    settled(cloud, &balancer.id).await.map(|rested| rested.balancer)
}

fn unfinished(error: Error, balancer: &LoadBalancer) -> Error {
    error.with_processed(Processed::Yes).with_resource(&balancer.id).with_better_hint(format!(
        "load balancer `{0}` is there without some of its parts: the same command with --or-show goes \
         on, ik loadbalancer delete {0} --cascade removes it",
        balancer.name
    ))
}

/// What a balancer has already.
struct Parts<'a> {
    balancer: &'a str,
    pools: Vec<Pool>,
    listeners: Vec<Listener>,
}

/// An object's fields.
fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn list(value: Option<Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}

/// Puts a pool's id in the place of its name.
fn name_to_id(body: &mut Map<String, Value>, key: &str, pools: &HashMap<String, String>) {
    if let Some(pool) = body.remove(key) {
        let id = pool["name"].as_str().and_then(|name| pools.get(name));
        body.insert(format!("{key}_id"), json!(id));
    }
}

impl<'a> Parts<'a> {
    async fn of(cloud: &Cloud, balancer: &'a str) -> Result<Self> {
        let (pools, listeners) = tokio::try_join!(
            Pool::list(cloud).only("loadbalancer_id", Some(balancer)).all(),
            Listener::list(cloud).only("load_balancer_id", Some(balancer)).all(),
        )?;
        Ok(Parts { balancer, pools, listeners })
    }

    async fn add(&self, cloud: &Cloud, wanted: Wanted) -> Result<()> {
        let mut ids = HashMap::new();
        for pool in wanted.pools.into_iter().map(fields) {
            let name = pool["name"].as_str().unwrap_or_default().to_string();
            ids.insert(name, self.pool(cloud, pool).await?);
        }
        for listener in wanted.listeners {
            self.listener(cloud, fields(listener), &ids).await?;
        }
        Ok(())
    }

    /// Gives its id.
    async fn pool(&self, cloud: &Cloud, mut body: Map<String, Value>) -> Result<String> {
        let (members, monitor) = (list(body.remove("members")), body.remove("healthmonitor"));
        let there = self.pools.iter().find(|pool| body["name"] == pool.name);
        let (pool, members) = if let Some(pool) = there {
            (pool.clone(), missing(cloud, &pool.id, members).await?)
        } else {
            body.insert("loadbalancer_id".into(), self.balancer.into());
            (create::<Pool>(cloud, self.balancer, true, body).await?, members)
        };
        if !members.is_empty() {
            self.members(cloud, &pool.id, members).await?;
        }
        if let (Some(monitor), None) = (monitor, &pool.healthmonitor_id) {
            let mut body = fields(monitor);
            body.insert("pool_id".into(), pool.id.as_str().into());
            create::<HealthMonitor>(cloud, self.balancer, true, body).await?;
        }
        Ok(pool.id)
    }

    /// New members in one request.
    async fn members(&self, cloud: &Cloud, pool: &str, members: Vec<Value>) -> Result<()> {
        let request = Request::new(&LOAD_BALANCER, Method::PUT, &[Pool::PATH, pool, "members"])
            .query("additive_only", "true")
            .json(json!({ "members": members }));
        let add = || async { cloud.send(request.clone()).await.map(drop) };
        changed(cloud, self.balancer, Waits::after(true), add).await
    }

    async fn listener(
        &self,
        cloud: &Cloud,
        mut body: Map<String, Value>,
        pools: &HashMap<String, String>,
    ) -> Result<()> {
        let policies = list(body.remove("l7policies"));
        let is_it = |listener: &&Listener| {
            let udp = |protocol: &str| protocol == "UDP";
            body["protocol_port"] == listener.protocol_port
                && body["protocol"].as_str().map(udp) == Some(udp(&listener.protocol))
        };
        let (listener, mut there) = if let Some(listener) = self.listeners.iter().find(is_it) {
            (listener.id.clone(), policies_of(cloud, &listener.id).await?)
        } else {
            body.insert("loadbalancer_id".into(), self.balancer.into());
            name_to_id(&mut body, "default_pool", pools);
            (create::<Listener>(cloud, self.balancer, true, body).await?.id, Vec::new())
        };
        for policy in policies {
            let mut body = fields(policy);
            body.insert("listener_id".into(), listener.as_str().into());
            name_to_id(&mut body, "redirect_pool", pools);
            // Each that is there stands for one that is wanted.
            let at = there.iter().position(|policy| is_as_asked(policy, &body));
            let policy = at.map(|at| there.remove(at));
            self.policy(cloud, body, policy.as_ref()).await?;
        }
        Ok(())
    }

    async fn policy(
        &self,
        cloud: &Cloud,
        mut body: Map<String, Value>,
        there: Option<&L7Policy>,
    ) -> Result<()> {
        let rules = list(body.remove("rules"));
        let policy = match there {
            Some(policy) => policy.id.clone(),
            None => create::<L7Policy>(cloud, self.balancer, true, body).await?.id,
        };
        let there = match there {
            Some(_) => nested::list::<L7Rule>(cloud, &policy).all().await?,
            None => Vec::new(),
        };
        for rule in rules.into_iter().map(fields) {
            if !there.iter().any(|other| l7_rule::is_as_asked(other, &rule)) {
                l7_rule::create(cloud, self.balancer, &policy, &rule, true).await?;
            }
        }
        Ok(())
    }
}

/// Those of the members that a pool lacks. One that is there stays as it is, with the weight that
/// somebody may have given it.
async fn missing(cloud: &Cloud, pool: &str, members: Vec<Value>) -> Result<Vec<Value>> {
    let there = nested::list::<Member>(cloud, pool).all().await?;
    let is_missing = |wanted: &Value| {
        let is_it = |one: &Member| {
            wanted["address"] == one.address && wanted["protocol_port"] == one.protocol_port
        };
        !there.iter().any(is_it)
    };
    Ok(members.into_iter().filter(is_missing).collect())
}

/// Whether a policy does what one of these fields would.
fn is_as_asked(policy: &L7Policy, body: &Map<String, Value>) -> bool {
    let text = |field: &str| body.get(field).and_then(Value::as_str);
    text("action") == Some(policy.action.as_str())
        && text("name").is_none_or(|name| name == policy.name)
        && text("redirect_pool_id") == policy.redirect_pool_id.as_deref()
        && text("redirect_url") == policy.redirect_url.as_deref()
        && text("redirect_prefix") == policy.redirect_prefix.as_deref()
}

/// The policies of a listener, by their places.
async fn policies_of(cloud: &Cloud, listener: &str) -> Result<Vec<L7Policy>> {
    let mut all = L7Policy::list(cloud).only("listener_id", Some(listener)).all().await?;
    all.sort_by_key(|policy| policy.position);
    Ok(all)
}
