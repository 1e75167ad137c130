//! Creating, changing and deleting L7 rules.

use serde_json::{Map, Value};

use super::L7Rule;
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::load_balancer::L7Policy;
use crate::load_balancer::change::Part;
use crate::load_balancer::existing::stays;
use crate::load_balancer::nested::{self, Nested, as_it_is, list, one};
use crate::load_balancer::wait::settled;
use crate::network::Networking;
use crate::network::body::Body;
use crate::network::change::{Tags, added};
use crate::operation::body::nothing;
use crate::operation::{Effect, Operation, operation};
use crate::resource::{Named, Resource, or_gone};

operation! {
    /// Adds a rule to an L7 policy, which matches the requests that all of its rules match.
    ///
    /// It waits until the load balancer is at rest, before and after. Should Octavia's answer be lost,
    /// the rule is looked for: two that say the same are as good as one.
    ///
    /// Octavia: `POST /v2.0/lbaas/l7policies/{id}/rules`, then `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer l7rule create to-api --type PATH --compare-type STARTS_WITH --value /api
    /// ik loadbalancer l7rule create to-api --type HEADER --key X-Test --compare-type EQUAL_TO --value yes --invert
    /// ```
    Networking::create_l7_rule as CreateL7Rule, "loadbalancer l7rule create", Effect::Changes,
    (
        /// The policy, by name or id.
        l7_policy_id: Named<L7Policy>,
        /// What is looked at: `HOST_NAME`, `PATH`, `FILE_TYPE`, `HEADER`, `COOKIE`,
        /// `SSL_CONN_HAS_CERT`, `SSL_VERIFY_RESULT` or `SSL_DN_FIELD`.
        #[flag("type")]
        rule_type: String,
        /// How: `EQUAL_TO`, `STARTS_WITH`, `ENDS_WITH`, `CONTAINS` or `REGEX`.
        #[flag("compare-type")]
        compare_type: String,
        /// What it is compared with.
        #[flag("value")]
        value: String,
    )
    {
        /// Which header, cookie or field of the certificate's name.
        key: Option<String> = None,
        /// It matches when this does not hold.
        invert: bool = false,
        /// Whether it counts.
        #[flag("enable", "disable")]
        is_admin_state_up: Option<bool> = None,
        /// Tags to give it.
        tags: Vec<String> = Vec::new(),
        /// Return only when it is there.
        wait: bool = true,
        /// Further fields of Octavia's `rule` object, sent as they are.
        extra: Map<String, Value> = Map::new(),
    }
}

impl Operation for CreateL7Rule {
    type Output = L7Rule;

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<L7Rule> {
        let policy = self.l7_policy_id.find(cloud).await?;
        let balancer = policy.balancer(cloud).await?;
        let body = self
            .matching()
            .maybe("admin_state_up", self.is_admin_state_up)
            .list("tags", &self.tags)
            .extra(&self.extra)?
            .done();
        create(cloud, &balancer, &policy.id, &body, self.wait).await
    }

    /// The rule that matches the same.
    async fn existing(&self, cloud: &Cloud) -> Result<Option<L7Rule>> {
        let policy = self.l7_policy_id.find(cloud).await?;
        let body = self.matching().done();
        let rules = list::<L7Rule>(cloud, &policy.id).all().await?;
        let found = rules.into_iter().find(|rule| is_as_asked(rule, &body) && stays(rule.status()));
        let Some(found) = found else { return Ok(None) };
        if self.wait {
            settled(cloud, &policy.balancer(cloud).await?).await?;
        }
        as_it_is(cloud, &policy.id, &found.id).await.map(Some)
    }
}

impl CreateL7Rule {
    /// What it matches, in Octavia's words.
    fn matching(&self) -> Body {
        Body::new()
            .set("type", self.rule_type.to_uppercase())
            .set("compare_type", self.compare_type.to_uppercase())
            .set("value", self.value.as_str())
            .set("invert", self.invert)
            .maybe("key", self.key.as_ref())
    }
}

/// Adds a rule of these fields. Two that say the same are as good as one.
pub(in crate::load_balancer) async fn create(
    cloud: &Cloud,
    balancer: &str,
    policy: &str,
    body: &Map<String, Value>,
    wait: bool,
) -> Result<L7Rule> {
    let is_it = |rule: &L7Rule| is_as_asked(rule, body);
    nested::create(cloud, balancer, policy, body, is_it, wait).await
}

/// Whether a rule says the same as one of these fields would.
pub(in crate::load_balancer) fn is_as_asked(rule: &L7Rule, body: &Map<String, Value>) -> bool {
    let text = |field: &str| body.get(field).and_then(Value::as_str);
    text("type") == Some(rule.r#type.as_str())
        && text("compare_type") == Some(rule.compare_type.as_str())
        && text("value") == Some(rule.value.as_str())
        && text("key") == rule.key.as_deref()
        && body.get("invert").and_then(Value::as_bool).unwrap_or_default() == rule.invert
}

operation! {
    /// Changes a rule of an L7 policy.
    ///
    /// Octavia: `PUT /v2.0/lbaas/l7policies/{id}/rules/{id}`, then
    /// `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer l7rule set to-api 1b9c3a0e-7d7c-4a53-9d0c-6a3b8c1f2e4d --value /v2
    /// ```
    Networking::set_l7_rule as SetL7Rule,
    "loadbalancer l7rule set" [l7_policy_id, l7_rule_id], Effect::Changes,
    (
        /// The policy, by name or id.
        l7_policy_id: Named<L7Policy>,
        /// The rule, by its id.
        l7_rule_id: String,
    )
    {
        /// What is looked at.
        #[flag("type")]
        rule_type: Option<String> = None,
        /// How it is compared.
        compare_type: Option<String> = None,
        /// What it is compared with.
        value: Option<String> = None,
        /// Which header, cookie or field of the certificate's name.
        key: Option<String> = None,
        /// Whether it matches when this does not hold.
        #[flag("invert", "no-invert")]
        invert: Option<bool> = None,
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

impl Operation for SetL7Rule {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let upper = |text: &Option<String>| text.as_ref().map(|text| text.to_uppercase());
        let body = Body::new()
            .maybe("type", upper(&self.rule_type))
            .maybe("compare_type", upper(&self.compare_type))
            .maybe("value", self.value.as_ref())
            .maybe("key", self.key.as_ref())
            .maybe("invert", self.invert)
            .maybe("admin_state_up", self.is_admin_state_up);
        let tags = Tags { these: &self.tags, no_others: self.no_other_tags };
        if body.is_empty() && tags.is_nothing() {
            return Err(nothing("change"));
        }
        let tags = |before: &[String]| added(before, tags.these, tags.no_others);
        let policy = self.l7_policy_id.find(cloud).await?;
        let rule = one::<L7Rule>(cloud, &policy.id, &self.l7_rule_id);
        nested::change(cloud, &policy, rule, body, tags, self.wait).await
    }
}

operation! {
    /// Deletes a rule of an L7 policy.
    ///
    /// One that is gone already counts as deleted.
    ///
    /// Octavia: `DELETE /v2.0/lbaas/l7policies/{id}/rules/{id}`, then
    /// `GET /v2.0/lbaas/loadbalancers/{id}`.
    ///
    /// ```sh
    /// ik loadbalancer l7rule delete to-api 1b9c3a0e-7d7c-4a53-9d0c-6a3b8c1f2e4d --yes
    /// ```
    Networking::delete_l7_rule as DeleteL7Rule,
    "loadbalancer l7rule delete" [l7_policy_id, l7_rule_id], Effect::Destroys,
    (
        /// The policy, by name or id.
        l7_policy_id: Named<L7Policy>,
        /// The rule, by its id.
        l7_rule_id: String,
    )
    {
        /// Return only when it is gone.
        wait: bool = true,
    }
}

impl Operation for DeleteL7Rule {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let id = self.l7_rule_id.as_str();
        let is_gone = |error: &Error| error.kind() == Kind::NotFound;
        let policy = match self.l7_policy_id.find(cloud).await {
            // With its policy, the rule is gone, too.
            Err(error) if is_gone(&error) && L7Policy::is_id(self.l7_policy_id.as_str()) => {
                return or_gone(Err(error), "L7 rule", id);
            }
            found => found?,
        };
        nested::delete::<L7Rule>(cloud, &policy, id, self.wait).await
    }
}
