//! Creating, changing and deleting pools.

use serde_json::{Map, Value};

use super::{Pool, SessionPersistence};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::load_balancer::change::{Part, create, delete, set};
use crate::load_balancer::{Listener, LoadBalancer, existing};
use crate::network::Networking;
use crate::network::body::Body;
use crate::network::change::Tags;
use crate::operation::{Effect, Operation, operation};
use crate::resource::Named;

operation! {
    /// Creates a pool, for a listener or, to be used by several, for a load balancer.
    ///
    /// It waits until the load balancer is at rest, before and after. Should Octavia's answer be lost,
    /// the pool is looked for and not created twice.
    ///
    /// Octavia: `POST /v2.0/lbaas/pools`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer pool create web-pool --listener web --protocol HTTP --lb-algorithm ROUND_ROBIN
    /// ik loadbalancer pool create spare --loadbalancer web-lb --protocol HTTP --lb-algorithm LEAST_CONNECTIONS
    /// ```
    Networking::create_pool as CreatePool, "loadbalancer pool create" [name], Effect::Changes,
    (
        /// Name of the new pool.
        name: String,
        /// `HTTP`, `HTTPS`, `TCP`, `PROXY`, `PROXYV2`, `UDP` or `SCTP`.
        protocol: String,
        /// `ROUND_ROBIN`, `LEAST_CONNECTIONS`, `SOURCE_IP` or `SOURCE_IP_PORT`.
        lb_algorithm: String,
    )
    {
        /// The listener that it shall be the default of, by name or id.
        listener_id: Option<Named<Listener>> = None,
        /// The load balancer that it belongs to, by name or id.
        #[flag("loadbalancer")]
        loadbalancer_id: Option<Named<LoadBalancer>> = None,
        /// Further fields of Octavia's `pool` object, sent as they are.
        extra: Map<String, Value> = Map::new(),
        /// How requests of one client are kept together.
        session_persistence: Option<SessionPersistence> = None,
        /// What people shall know about it.
        description: Option<String> = None,
        /// Whether it takes traffic.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// Whether members are spoken to with TLS.
        #[flag("enable-tls", "disable-tls")]
        tls_enabled: Option<bool> = None,
        /// Where the key manager keeps the certificate that members are shown.
        tls_container_ref: Option<String> = None,
        /// Where the key manager keeps the certificate that signed the members'.
        ca_tls_container_ref: Option<String> = None,
        /// Tags to give it.
        tags: Vec<String> = Vec::new(),
        /// Return only when it is there.
        wait: bool = true,
    }
}

impl Operation for CreatePool {
    type Output = Pool;

    const CONTRACTED: Option<&'static [&'static str]> = Some(&["id", "name", "protocol"]);

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<Pool> {
        let body = Body::new()
            .set("name", self.name.as_str())
            .set("protocol", self.protocol.to_uppercase())
            .set("lb_algorithm", self.lb_algorithm.to_uppercase());
        let (owner, body) = self.owner(cloud, body).await?;
        let body = body
            .maybe("session_persistence", self.session_persistence.as_ref())
            .maybe("description", self.description.as_ref())
            .maybe("admin_state_up", self.is_admin_state_up)
            .maybe("tls_enabled", self.tls_enabled)
            .maybe("tls_container_ref", self.tls_container_ref.as_ref())
            .maybe("ca_tls_container_ref", self.ca_tls_container_ref.as_ref())
            .list("tags", &self.tags)
            .extra(&self.extra)?;
        create(cloud, &owner, self.wait, body.done()).await
    }

    /// A pool cannot change its protocol.
    async fn existing(&self, cloud: &Cloud) -> Result<Option<Pool>> {
        let (balancer, _) = self.owner(cloud, Body::new()).await?;
        let within = Some(("loadbalancer_id", balancer.as_str()));
        let found = existing::named::<Pool>(cloud, &self.name, within, self.wait).await?;
        match &found {
            Some(found) if found.protocol != self.protocol.to_uppercase() => {
                Err(existing::other(found, &format!("that speaks {}", found.protocol)))
            }
            _ => Ok(found),
        }
    }
}

impl CreatePool {
    /// The balancer that it is for, and a body that says so.
    async fn owner(&self, cloud: &Cloud, body: Body) -> Result<(String, Body)> {
        Ok(match (&self.listener_id, &self.loadbalancer_id) {
            (Some(listener), None) => {
                let listener = listener.find(cloud).await?;
                (listener.balancer(cloud).await?, body.set("listener_id", listener.id))
            }
            (None, Some(balancer)) => {
                let id = balancer.id(cloud).await?;
                (id.clone(), body.set("loadbalancer_id", id))
            }
            // Octavia takes both, if they belong together.
            (Some(listener), Some(balancer)) => {
                let (listener, id) = tokio::try_join!(listener.id(cloud), balancer.id(cloud))?;
                let body = body.set("listener_id", listener).set("loadbalancer_id", id.as_str());
                (id, body)
            }
            (None, None) => {
                return Err(Error::new(Kind::Invalid, "it is not said what the pool is for")
                    .with_hint("name its listener, or its load balancer"));
            }
        })
    }
}

operation! {
    /// Changes a pool.
    ///
    /// Octavia: `PUT /v2.0/lbaas/pools/{id}`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer pool set web-pool --lb-algorithm LEAST_CONNECTIONS
    /// ik loadbalancer pool set web-pool --session-persistence type=HTTP_COOKIE
    /// ```
    Networking::set_pool as SetPool, "loadbalancer pool set", Effect::Changes,
    (
        /// The pool, by name or id.
        pool_id: Named<Pool>,
    )
    {
        /// The new name.
        name: Option<String> = None,
        /// The new description.
        description: Option<String> = None,
        /// `ROUND_ROBIN`, `LEAST_CONNECTIONS`, `SOURCE_IP` or `SOURCE_IP_PORT`.
        lb_algorithm: Option<String> = None,
        /// How requests of one client are kept together.
        session_persistence: Option<SessionPersistence> = None,
        /// Whether it takes traffic.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// Whether members are spoken to with TLS.
        #[flag("enable-tls", "disable-tls")]
        tls_enabled: Option<bool> = None,
        /// Tags to add.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags that are not given.
        #[flag("no-tag")]
        no_other_tags: bool = false,
        /// Return only when it is done.
        wait: bool = true,
    }
}

impl Operation for SetPool {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = Body::new()
            .maybe("name", self.name.as_ref())
            .maybe("description", self.description.as_ref())
            .maybe("lb_algorithm", self.lb_algorithm.as_ref().map(|name| name.to_uppercase()))
            .maybe("session_persistence", self.session_persistence.as_ref())
            .maybe("admin_state_up", self.is_admin_state_up)
            .maybe("tls_enabled", self.tls_enabled);
        let tags = Tags { these: &self.tags, no_others: self.no_other_tags };
        set(cloud, &self.pool_id, body, tags, self.wait).await
    }
}

operation! {
    /// Deletes a pool with its members and its health monitor. Policies that lead to it are in the way.
    ///
    /// One that is gone already counts as deleted.
    ///
    /// Octavia: `DELETE /v2.0/lbaas/pools/{id}`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer pool delete web-pool --yes
    /// ```
    Networking::delete_pool as DeletePool, "loadbalancer pool delete", Effect::Destroys,
    (
        /// The pool, by name or id.
        pool_id: Named<Pool>,
    )
    {
        /// Return only when it is gone.
        wait: bool = true,
    }
}

impl Operation for DeletePool {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        delete(cloud, &self.pool_id, self.wait).await
    }
}
