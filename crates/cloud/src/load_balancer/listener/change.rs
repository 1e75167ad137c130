//! Creating, changing and deleting listeners.

use serde_json::{Map, Value};

use super::Listener;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::load_balancer::change::{create, delete, set};
use crate::load_balancer::existing;
use crate::load_balancer::{LoadBalancer, Pool};
use crate::network::body::Body;
use crate::network::change::Tags;
use crate::network::{Networking, id_of};
use crate::operation::body::texts;
use crate::operation::{Effect, Operation, operation};
use crate::resource::Named;

operation! {
    /// Creates a listener: a port of a load balancer.
    ///
    /// It waits until the load balancer is at rest, before and after. Should Octavia's answer be lost,
    /// the listener is looked for and not created twice.
    ///
    /// Octavia: `POST /v2.0/lbaas/listeners`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer listener create web-lb --name web --protocol HTTP --port 80
    /// ik loadbalancer listener create web-lb --name safe --protocol TERMINATED_HTTPS --port 443 --default-tls-container-ref https://keys.example/v1/secrets/1
    /// ```
    Networking::create_listener as CreateListener, "loadbalancer listener create",
    Effect::Changes,
    (
        /// The load balancer, by name or id.
        loadbalancer_id: Named<LoadBalancer>,
        /// Name of the new listener.
        name: String,
        /// `HTTP`, `HTTPS`, `TCP`, `TERMINATED_HTTPS`, `UDP`, `SCTP` or `PROMETHEUS`.
        protocol: String,
        /// The port it listens at.
        #[flag("port", "protocol-port")]
        port: u16,
    )
    {
        /// The pool that gets what no policy sends elsewhere, by name or id.
        #[flag("default-pool")]
        default_pool: Option<Named<Pool>> = None,
        /// Further fields of Octavia's `listener` object, sent as they are.
        extra: Map<String, Value> = Map::new(),
        /// What people shall know about it.
        description: Option<String> = None,
        /// Whether it takes traffic.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// How many connections there may be at once; -1 for any number.
        connection_limit: Option<i64> = None,
        /// Where the key manager keeps its certificate, for `TERMINATED_HTTPS`.
        default_tls_container_ref: Option<String> = None,
        /// Where the key manager keeps certificates for further names.
        #[flag("sni-container-ref", "sni-container-refs")]
        sni_container_refs: Vec<String> = Vec::new(),
        /// Ranges it takes traffic from, as `192.0.2.0/24`; from everywhere, if none is given.
        #[flag("allowed-cidr")]
        allowed_cidrs: Vec<String> = Vec::new(),
        /// Headers to add to requests: `X-Forwarded-For=true`.
        insert_headers: Map<String, Value> = Map::new(),
        /// After how many milliseconds without data a client is given up.
        timeout_client_data: Option<u64> = None,
        /// How many milliseconds connecting to a member may take.
        timeout_member_connect: Option<u64> = None,
        /// After how many milliseconds without data a member is given up.
        timeout_member_data: Option<u64> = None,
        /// Versions of TLS it speaks: `TLSv1.2`, `TLSv1.3`.
        #[flag("tls-version")]
        tls_versions: Vec<String> = Vec::new(),
        /// Tags to give it.
        tags: Vec<String> = Vec::new(),
        /// Return only when it is there.
        wait: bool = true,
    }
}

impl Operation for CreateListener {
    type Output = Listener;

    const CONTRACTED: Option<&'static [&'static str]> = Some(&["id", "name", "protocol"]);

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<Listener> {
        let (balancer, pool) = tokio::try_join!(
            self.loadbalancer_id.id(cloud),
            id_of(cloud, self.default_pool.as_ref()),
        )?;
        let body = Body::new()
            .set("loadbalancer_id", balancer.as_str())
            .set("name", self.name.as_str())
            .set("protocol", self.protocol.to_uppercase())
            .set("protocol_port", self.port)
            .maybe("default_pool_id", pool)
            .maybe("description", self.description.as_ref())
            .maybe("admin_state_up", self.is_admin_state_up)
            .maybe("connection_limit", self.connection_limit)
            .maybe("default_tls_container_ref", self.default_tls_container_ref.as_ref())
            .list("sni_container_refs", &self.sni_container_refs)
            .list("allowed_cidrs", &self.allowed_cidrs)
            .maybe("insert_headers", some(&self.insert_headers))
            .maybe("timeout_client_data", self.timeout_client_data)
            .maybe("timeout_member_connect", self.timeout_member_connect)
            .maybe("timeout_member_data", self.timeout_member_data)
            .list("tls_versions", &self.tls_versions)
            .list("tags", &self.tags)
            .extra(&self.extra)?;
        create(cloud, &balancer, self.wait, body.done()).await
    }

    /// A listener cannot change its port.
    async fn existing(&self, cloud: &Cloud) -> Result<Option<Listener>> {
        let balancer = self.loadbalancer_id.id(cloud).await?;
        let within = Some(("load_balancer_id", balancer.as_str()));
        let found = existing::named::<Listener>(cloud, &self.name, within, self.wait).await?;
        match &found {
            Some(found) if found.protocol_port != self.port => {
                Err(existing::other(found, &format!("at port {}", found.protocol_port)))
            }
            _ => Ok(found),
        }
    }
}

/// Octavia wants texts in here: `true` is written as one.
fn some(headers: &Map<String, Value>) -> Option<Map<String, Value>> {
    (!headers.is_empty()).then(|| texts(headers))
}

operation! {
    /// Changes a listener.
    ///
    /// What is listed (ranges, certificates, versions of TLS) replaces what was there.
    ///
    /// Octavia: `PUT /v2.0/lbaas/listeners/{id}`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer listener set web --connection-limit 1000 --timeout-client-data 60000
    /// ```
    Networking::set_listener as SetListener, "loadbalancer listener set", Effect::Changes,
    (
        /// The listener, by name or id.
        listener_id: Named<Listener>,
    )
    {
        /// The new name.
        name: Option<String> = None,
        /// The new description.
        description: Option<String> = None,
        /// The pool that gets what no policy sends elsewhere, by name or id.
        #[flag("default-pool")]
        default_pool: Option<Named<Pool>> = None,
        /// Whether it takes traffic.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// How many connections there may be at once; -1 for any number.
        connection_limit: Option<i64> = None,
        /// Where the key manager keeps its certificate, for `TERMINATED_HTTPS`.
        default_tls_container_ref: Option<String> = None,
        /// Where the key manager keeps certificates for further names.
        #[flag("sni-container-ref", "sni-container-refs")]
        sni_container_refs: Vec<String> = Vec::new(),
        /// Ranges it takes traffic from.
        #[flag("allowed-cidr")]
        allowed_cidrs: Vec<String> = Vec::new(),
        /// Headers to add to requests: `X-Forwarded-For=true`.
        insert_headers: Map<String, Value> = Map::new(),
        /// After how many milliseconds without data a client is given up.
        timeout_client_data: Option<u64> = None,
        /// How many milliseconds connecting to a member may take.
        timeout_member_connect: Option<u64> = None,
        /// After how many milliseconds without data a member is given up.
        timeout_member_data: Option<u64> = None,
        /// Versions of TLS it speaks: `TLSv1.2`, `TLSv1.3`.
        #[flag("tls-version")]
        tls_versions: Vec<String> = Vec::new(),
        /// Tags to add.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags that are not given.
        #[flag("no-tag")]
        no_other_tags: bool = false,
        /// Return only when it is done.
        wait: bool = true,
    }
}

impl Operation for SetListener {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = Body::new()
            .maybe("name", self.name.as_ref())
            .maybe("description", self.description.as_ref())
            .maybe("default_pool_id", id_of(cloud, self.default_pool.as_ref()).await?)
            .maybe("admin_state_up", self.is_admin_state_up)
            .maybe("connection_limit", self.connection_limit)
            .maybe("default_tls_container_ref", self.default_tls_container_ref.as_ref())
            .list("sni_container_refs", &self.sni_container_refs)
            .list("allowed_cidrs", &self.allowed_cidrs)
            .maybe("insert_headers", some(&self.insert_headers))
            .maybe("timeout_client_data", self.timeout_client_data)
            .maybe("timeout_member_connect", self.timeout_member_connect)
            .maybe("timeout_member_data", self.timeout_member_data)
            .list("tls_versions", &self.tls_versions);
        let tags = Tags { these: &self.tags, no_others: self.no_other_tags };
        set(cloud, &self.listener_id, body, tags, self.wait).await
    }
}

operation! {
    /// Deletes a listener with its policies. Its pool stays.
    ///
    /// One that is gone already counts as deleted.
    ///
    /// Octavia: `DELETE /v2.0/lbaas/listeners/{id}`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer listener delete web --yes
    /// ```
    Networking::delete_listener as DeleteListener, "loadbalancer listener delete",
    Effect::Destroys,
    (
        /// The listener, by name or id.
        listener_id: Named<Listener>,
    )
    {
        /// Return only when it is gone.
        wait: bool = true,
    }
}

impl Operation for DeleteListener {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        delete(cloud, &self.listener_id, self.wait).await
    }
}
