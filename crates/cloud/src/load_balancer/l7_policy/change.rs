//! Creating, changing and deleting L7 policies.

use serde_json::{Map, Value};

use super::L7Policy;
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::load_balancer::change::{Part, create, delete, set};
use crate::load_balancer::{Listener, Pool, existing};
use crate::network::body::Body;
use crate::network::change::Tags;
use crate::network::{Networking, id_of};
use crate::operation::{Effect, Operation, operation};
use crate::resource::Named;

operation! {
    /// Creates an L7 policy: what a listener does with requests that the policy's rules match.
    ///
    /// The action follows from where requests go; to turn them away, it is `REJECT`. Without rules a
    /// policy matches nothing. It waits until the load balancer is at rest, before and after. Should
    /// Octavia's answer be lost, the policy is looked for and not created twice.
    ///
    /// Octavia: `POST /v2.0/lbaas/l7policies`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer l7policy create web --name to-api --redirect-pool api-pool
    /// ik loadbalancer l7policy create web --name moved --redirect-prefix https://www.example.com --redirect-http-code 301
    /// ik loadbalancer l7policy create web --name closed --action REJECT --position 1
    /// ```
    Networking::create_l7_policy as CreateL7Policy, "loadbalancer l7policy create",
    Effect::Changes,
    (
        /// The listener, by name or id.
        listener_id: Named<Listener>,
    )
    {
        /// Name of the new policy.
        name: Option<String> = None,
        /// `REDIRECT_TO_POOL`, `REDIRECT_TO_URL`, `REDIRECT_PREFIX` or `REJECT`.
        action: Option<String> = None,
        /// The pool that requests go to, by name or id.
        redirect_pool: Option<Named<Pool>> = None,
        /// Where clients are sent.
        redirect_url: Option<String> = None,
        /// Where clients are sent, with their own path behind it.
        redirect_prefix: Option<String> = None,
        /// The HTTP status that sends them: 301, 302, 303, 307 or 308.
        redirect_http_code: Option<u16> = None,
        /// Its place among the listener's policies, the first being 1; the last, if it is not given.
        position: Option<u32> = None,
        /// What people shall know about it.
        description: Option<String> = None,
        /// Whether it counts.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// Tags to give it.
        tags: Vec<String> = Vec::new(),
        /// Return only when it is there.
        wait: bool = true,
        /// Further fields of Octavia's `l7policy` object, sent as they are.
        extra: Map<String, Value> = Map::new(),
    }
}

impl CreateL7Policy {
    /// What is said, or follows from where requests go.
    fn action(&self) -> Result<String> {
        let follows = [
            (self.redirect_pool.is_some(), "REDIRECT_TO_POOL"),
            (self.redirect_url.is_some(), "REDIRECT_TO_URL"),
            (self.redirect_prefix.is_some(), "REDIRECT_PREFIX"),
        ];
        let mut follows = follows.into_iter().filter(|(given, _)| *given).map(|(_, action)| action);
        match (&self.action, follows.next(), follows.next()) {
            (Some(action), _, None) => Ok(action.to_uppercase()),
            (None, Some(action), None) => Ok(action.into()),
            (_, _, Some(_)) => Err(Error::new(Kind::Invalid, "requests can go to one place only")
                .with_hint("give one of pool, URL and prefix")),
            (None, None, None) => Err(Error::new(
                Kind::Invalid,
                "it is not said what happens to the requests",
            )
            .with_hint(
                "name a pool, a URL or a prefix to send them to, or reject them: --action REJECT",
            )),
        }
    }
}

impl Operation for CreateL7Policy {
    type Output = L7Policy;

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<L7Policy> {
        let action = self.action()?;
        let (listener, pool) = tokio::try_join!(
            self.listener_id.find(cloud),
            id_of(cloud, self.redirect_pool.as_ref()),
        )?;
        let balancer = listener.balancer(cloud).await?;
        let body = Body::new()
            .set("listener_id", listener.id)
            .set("action", action)
            .maybe("name", self.name.as_ref())
            .maybe("redirect_pool_id", pool)
            .maybe("redirect_url", self.redirect_url.as_ref())
            .maybe("redirect_prefix", self.redirect_prefix.as_ref())
            .maybe("redirect_http_code", self.redirect_http_code)
            .maybe("position", self.position)
            .maybe("description", self.description.as_ref())
            .maybe("admin_state_up", self.is_admin_state_up)
            .list("tags", &self.tags)
            .extra(&self.extra)?;
        create(cloud, &balancer, self.wait, body.done()).await
    }

    async fn existing(&self, cloud: &Cloud) -> Result<Option<L7Policy>> {
        let listener = self.listener_id.id(cloud).await?;
        let within = Some(("listener_id", listener.as_str()));
        existing::named(cloud, self.name.as_deref().unwrap_or_default(), within, self.wait).await
    }
}

operation! {
    /// Changes an L7 policy.
    ///
    /// Octavia: `PUT /v2.0/lbaas/l7policies/{id}`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer l7policy set to-api --position 1
    /// ik loadbalancer l7policy set closed --disable
    /// ```
    Networking::set_l7_policy as SetL7Policy, "loadbalancer l7policy set", Effect::Changes,
    (
        /// The policy, by name or id.
        l7_policy_id: Named<L7Policy>,
    )
    {
        /// The new name.
        name: Option<String> = None,
        /// `REDIRECT_TO_POOL`, `REDIRECT_TO_URL`, `REDIRECT_PREFIX` or `REJECT`.
        action: Option<String> = None,
        /// The pool that requests go to, by name or id.
        redirect_pool: Option<Named<Pool>> = None,
        /// Where clients are sent.
        redirect_url: Option<String> = None,
        /// Where clients are sent, with their own path behind it.
        redirect_prefix: Option<String> = None,
        /// The HTTP status that sends them: 301, 302, 303, 307 or 308.
        redirect_http_code: Option<u16> = None,
        /// Its place among the listener's policies, the first being 1.
        position: Option<u32> = None,
        /// What people shall know about it.
        description: Option<String> = None,
        /// Whether it counts.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// Tags to add.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags that are not given.
        #[flag("no-tag")]
        no_other_tags: bool = false,
        /// Return only when it is done.
        wait: bool = true,
    }
}

impl Operation for SetL7Policy {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = Body::new()
            .maybe("name", self.name.as_ref())
            .maybe("action", self.action.as_ref().map(|action| action.to_uppercase()))
            .maybe("redirect_pool_id", id_of(cloud, self.redirect_pool.as_ref()).await?)
            .maybe("redirect_url", self.redirect_url.as_ref())
            .maybe("redirect_prefix", self.redirect_prefix.as_ref())
            .maybe("redirect_http_code", self.redirect_http_code)
            .maybe("position", self.position)
            .maybe("description", self.description.as_ref())
            .maybe("admin_state_up", self.is_admin_state_up);
        let tags = Tags { these: &self.tags, no_others: self.no_other_tags };
        set(cloud, &self.l7_policy_id, body, tags, self.wait).await
    }
}

operation! {
    /// Deletes an L7 policy with its rules.
    ///
    /// One that is gone already counts as deleted.
    ///
    /// Octavia: `DELETE /v2.0/lbaas/l7policies/{id}`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer l7policy delete to-api --yes
    /// ```
    Networking::delete_l7_policy as DeleteL7Policy, "loadbalancer l7policy delete",
    Effect::Destroys,
    (
        /// The policy, by name or id.
        l7_policy_id: Named<L7Policy>,
    )
    {
        /// Return only when it is gone.
        wait: bool = true,
    }
}

impl Operation for DeleteL7Policy {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        delete(cloud, &self.l7_policy_id, self.wait).await
    }
}
