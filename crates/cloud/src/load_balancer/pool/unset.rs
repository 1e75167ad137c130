//! Taking away what was said of a pool.

use super::Pool;
use crate::cloud::Cloud;
use crate::error::Result;
use crate::load_balancer::change::unset;
use crate::network::Networking;
use crate::network::body::Body;
use crate::network::change::Tags;
use crate::operation::{Effect, Operation, operation};
use crate::resource::Named;

operation! {
    /// Sets a pool back to what goes without saying, or removes tags of it.
    ///
    /// Octavia: `PUT /v2.0/lbaas/pools/{id}`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer pool unset web-pool --session-persistence
    /// ```
    Networking::unset_pool as UnsetPool, "loadbalancer pool unset", Effect::Changes,
    (
        /// The pool, by name or id.
        pool_id: Named<Pool>,
    )
    {
        /// Whether the name goes.
        name: bool = false,
        /// Whether the description goes.
        description: bool = false,
        /// Whether requests of one client are not kept together any more.
        session_persistence: bool = false,
        /// Whether the certificate that it shows to members goes.
        tls_container_ref: bool = false,
        /// Whether the certificates that sign those of members go.
        ca_tls_container_ref: bool = false,
        /// Whether the list of revoked certificates of members goes.
        crl_container_ref: bool = false,
        /// Whether it speaks the cloud's usual versions of TLS again.
        tls_versions: bool = false,
        /// Whether it takes the cloud's usual ciphers again.
        tls_ciphers: bool = false,
        /// Whether it offers members no protocols within TLS any more.
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

impl Operation for UnsetPool {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = Body::new()
            .back("name", self.name)
            .back("description", self.description)
            .back("session_persistence", self.session_persistence)
            .back("tls_container_ref", self.tls_container_ref)
            .back("ca_tls_container_ref", self.ca_tls_container_ref)
            .back("crl_container_ref", self.crl_container_ref)
            .back("tls_versions", self.tls_versions)
            .back("tls_ciphers", self.tls_ciphers)
            .back("alpn_protocols", self.alpn_protocols);
        let tags = Tags { these: &self.tags, no_others: self.all_tags };
        unset(cloud, &self.pool_id, body, tags, self.wait).await
    }
}
