//! Taking away what was said of a listener.

use super::Listener;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::load_balancer::change::unset;
use crate::network::Networking;
use crate::network::body::Body;
use crate::network::change::Tags;
use crate::operation::{Effect, Operation, operation};
use crate::resource::Named;

operation! {
    /// Sets a listener back to what goes without saying, or removes tags of it.
    ///
    /// Without a limit there may be any number of connections; without a default pool goes nowhere what
    /// no policy sends elsewhere; timeouts are Octavia's again.
    ///
    /// Octavia: `PUT /v2.0/lbaas/listeners/{id}`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer listener unset web --connection-limit --timeout-client-data
    /// ik loadbalancer listener unset web --allowed-cidrs
    /// ```
    Networking::unset_listener as UnsetListener, "loadbalancer listener unset", Effect::Changes,
    (
        /// The listener, by name or id.
        listener_id: Named<Listener>,
    )
    {
        /// Whether the name goes.
        name: bool = false,
        /// Whether the description goes.
        description: bool = false,
        /// Whether the limit of connections goes.
        connection_limit: bool = false,
        /// Whether it leads to no pool any more.
        default_pool: bool = false,
        /// Whether its certificate goes.
        default_tls_container_ref: bool = false,
        /// Whether the certificates for further names go.
        sni_container_refs: bool = false,
        /// Whether no headers are added to requests any more.
        insert_headers: bool = false,
        /// Whether a client has Octavia's usual time without data again.
        timeout_client_data: bool = false,
        /// Whether connecting to a member may take the usual time again.
        timeout_member_connect: bool = false,
        /// Whether a member has the usual time without data again.
        timeout_member_data: bool = false,
        /// Whether the wait for more of a request, to look into it, is as usual again.
        timeout_tcp_inspect: bool = false,
        /// Whether the certificates that sign those of clients go.
        client_ca_tls_container_ref: bool = false,
        /// Whether clients need no certificate any more.
        client_authentication: bool = false,
        /// Whether the list of revoked certificates of clients goes.
        client_crl_container_ref: bool = false,
        /// Whether it takes traffic from everywhere again.
        allowed_cidrs: bool = false,
        /// Whether it speaks the cloud's usual versions of TLS again.
        tls_versions: bool = false,
        /// Whether it takes the cloud's usual ciphers again.
        tls_ciphers: bool = false,
        /// Whether it offers the cloud's usual protocols within TLS again.
        alpn_protocols: bool = false,
        /// Tags that go.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags.
        #[flag("all-tag")]
        all_tags: bool = false,
        /// Return only when it is done.
        wait: bool = true,
    }
}

impl Operation for UnsetListener {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = Body::new()
            .back("name", self.name)
            .back("description", self.description)
            .back("connection_limit", self.connection_limit)
            .back("default_pool_id", self.default_pool)
            .back("default_tls_container_ref", self.default_tls_container_ref)
            .back("sni_container_refs", self.sni_container_refs)
            .back("insert_headers", self.insert_headers)
            .back("timeout_client_data", self.timeout_client_data)
            .back("timeout_member_connect", self.timeout_member_connect)
            .back("timeout_member_data", self.timeout_member_data)
            .back("timeout_tcp_inspect", self.timeout_tcp_inspect)
            .back("client_ca_tls_container_ref", self.client_ca_tls_container_ref)
            .back("client_authentication", self.client_authentication)
            .back("client_crl_container_ref", self.client_crl_container_ref)
            .back("allowed_cidrs", self.allowed_cidrs)
            .back("tls_versions", self.tls_versions)
            .back("tls_ciphers", self.tls_ciphers)
            .back("alpn_protocols", self.alpn_protocols);
        let tags = Tags { these: &self.tags, no_others: self.all_tags };
        unset(cloud, &self.listener_id, body, tags, self.wait).await
    }
}
