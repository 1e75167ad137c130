//! Security groups: what may reach a port, and what a port may reach.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::body::Body;
use super::change::{Tags, all_of, change, remove_tags, tag_new};
use super::{Networking, SecurityGroupRule, existing, once};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource};
use crate::session::service::{NETWORK, Service};

operations!(
    ListSecurityGroups,
    GetSecurityGroup,
    CreateSecurityGroup,
    SetSecurityGroup,
    UnsetSecurityGroup,
    DeleteSecurityGroup,
);

/// A security group.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SecurityGroup {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique.
    pub name: String,
    /// What people say about it.
    pub description: String,
    /// How many rules it has.
    pub rules_count: usize,
    /// Its rules: what they do not let through is held back.
    pub rules: Vec<SecurityGroupRule>,
    /// Whether answers to what was let through are let through, too.
    pub is_stateful: Option<bool>,
    /// Its tags.
    pub tags: Vec<String>,
    /// The project it belongs to.
    pub project_id: Option<String>,
    /// When it was created, as the server writes it.
    pub created_at: Option<String>,
    /// When it was last changed, as the server writes it.
    pub updated_at: Option<String>,
}

/// A security group as Neutron tells it, or as it is written here.
#[derive(Deserialize)]
struct Told {
    id: String,
    name: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    rules_count: Option<usize>,
    #[serde(alias = "security_group_rules", default)]
    rules: Vec<SecurityGroupRule>,
    #[serde(alias = "stateful", default)]
    is_stateful: Option<bool>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    project_id: Option<String>,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    updated_at: Option<String>,
}

impl<'de> Deserialize<'de> for SecurityGroup {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let told = Told::deserialize(deserializer)?;
        Ok(SecurityGroup {
            id: told.id,
            name: told.name,
            description: told.description.unwrap_or_default(),
            rules_count: told.rules_count.unwrap_or(told.rules.len()),
            rules: told.rules,
            is_stateful: told.is_stateful,
            tags: told.tags,
            project_id: told.project_id,
            created_at: told.created_at,
            updated_at: told.updated_at,
        })
    }
}

impl Record for SecurityGroup {
    const NOUN: &'static str = "security group";
    const COLUMNS: &'static [&'static str] = &["id", "name", "description", "rules_count"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for SecurityGroup {
    const SERVICE: &'static Service = &NETWORK;
    const PATH: &'static str = "security-groups";
    const LIST: &'static [&'static str] = &["security-groups"];
    const ONE: &'static str = "security_group";
    const MANY: &'static str = "security_groups";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn status(&self) -> &str {
        &self.description
    }
}

operation! {
    /// Lists the project's security groups.
    ///
    /// Neutron: `GET /v2.0/security-groups`.
    ///
    /// ```sh
    /// ik security group list
    /// ```
    Networking::list_security_groups as ListSecurityGroups, "security group list", Effect::Reads,
    ()
    {
        /// Only those that have all of these tags.
        tags: Vec<String> = Vec::new(),
    }
}

impl Operation for ListSecurityGroups {
    type Output = Vec<SecurityGroup>;

    const OMITTED: &'static [&'static str] = &["rules"];
    const CONTRACTED: Option<&'static [&'static str]> =
        Some(&["id", "name", "description", "rules_count"]);

    async fn run(&self, cloud: &Cloud) -> Result<Vec<SecurityGroup>> {
        SecurityGroup::list(cloud).only("tags", all_of(&self.tags)).all().await
    }
}

operation! {
    /// Shows a security group with its rules.
    ///
    /// Neutron: `GET /v2.0/security-groups/{id}`.
    ///
    /// ```sh
    /// ik security group show default
    /// ```
    Networking::get_security_group as GetSecurityGroup, "security group show", Effect::Reads,
    (
        /// The group, by name or id.
        security_group_id: Named<SecurityGroup>,
    )
    {}
}

impl Operation for GetSecurityGroup {
    type Output = SecurityGroup;

    async fn run(&self, cloud: &Cloud) -> Result<SecurityGroup> {
        self.security_group_id.find(cloud).await
    }
}

operation! {
    /// Creates a security group, which lets everything out and nothing in.
    ///
    /// Should Neutron's answer be lost, the group is looked for and not created twice.
    ///
    /// Neutron: `POST /v2.0/security-groups`; tags: `PUT /v2.0/security-groups/{id}/tags`.
    ///
    /// ```sh
    /// ik security group create web --description "What web servers need"
    /// ```
    Networking::create_security_group as CreateSecurityGroup, "security group create",
    Effect::Changes,
    (
        /// Name of the new group.
        name: String,
    )
    {
        /// What people shall know about it.
        description: Option<String> = None,
        /// Whether answers to what was let through are let through, too.
        #[flag("stateful", "stateless")]
        is_stateful: Option<bool> = None,
        /// Tags to give it.
        tags: Vec<String> = Vec::new(),
    }
}

impl Operation for CreateSecurityGroup {
    type Output = SecurityGroup;

    const CONTRACTED: Option<&'static [&'static str]> = Some(&["id", "name"]);

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<SecurityGroup> {
        let body = Body::new()
            .set("name", self.name.as_str())
            .set("description", self.description.as_deref().unwrap_or_default())
            .maybe("stateful", self.is_stateful);
        let mut made: SecurityGroup = once::create(cloud, body.done()).await?;
        tag_new::<SecurityGroup>(cloud, &made.id, &self.tags).await?;
        made.tags.clone_from(&self.tags);
        Ok(made)
    }

    async fn existing(&self, cloud: &Cloud) -> Result<Option<SecurityGroup>> {
        existing::named(cloud, &self.name, None, &self.tags).await
    }
}

operation! {
    /// Changes a security group's name, description or tags.
    ///
    /// What is not given stays as it is.
    ///
    /// Neutron: `PUT /v2.0/security-groups/{id}`, `PUT /v2.0/security-groups/{id}/tags/{tag}`.
    ///
    /// ```sh
    /// ik security group set web --name www
    /// ```
    Networking::set_security_group as SetSecurityGroup, "security group set", Effect::Changes,
    (
        /// The group, by name or id.
        security_group_id: Named<SecurityGroup>,
    )
    {
        /// The new name.
        name: Option<String> = None,
        /// The new description.
        description: Option<String> = None,
        /// Whether answers to what was let through are let through, too; only while no port has it.
        #[flag("stateful", "stateless")]
        is_stateful: Option<bool> = None,
        /// Tags to add.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags that are not given.
        #[flag("no-tag")]
        no_other_tags: bool = false,
    }
}

impl Operation for SetSecurityGroup {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let body = || {
            Body::new()
                .maybe("name", self.name.as_ref())
                .maybe("description", self.description.as_ref())
                .maybe("stateful", self.is_stateful)
        };
        let tags = Tags { these: &self.tags, no_others: self.no_other_tags };
        change(cloud, &self.security_group_id, body, tags).await
    }
}

operation! {
    /// Removes tags of a security group. What is not there counts as removed.
    ///
    /// Neutron: `DELETE /v2.0/security-groups/{id}/tags/{tag}`.
    ///
    /// ```sh
    /// ik security group unset web --tag old
    /// ```
    Networking::unset_security_group as UnsetSecurityGroup, "security group unset",
    Effect::Changes,
    (
        /// The group, by name or id.
        security_group_id: Named<SecurityGroup>,
    )
    {
        /// Tags that go.
        tags: Vec<String> = Vec::new(),
        /// Remove all tags.
        #[flag("all-tag")]
        all_tags: bool = false,
    }
}

impl Operation for UnsetSecurityGroup {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let tags = Tags { these: &self.tags, no_others: self.all_tags };
        remove_tags(cloud, &self.security_group_id, tags).await
    }
}

operation! {
    /// Deletes a security group with its rules. Ports that have it are in the way.
    ///
    /// One that is gone already counts as deleted.
    ///
    /// Neutron: `DELETE /v2.0/security-groups/{id}`.
    ///
    /// ```sh
    /// ik security group delete web --yes
    /// ```
    Networking::delete_security_group as DeleteSecurityGroup, "security group delete",
    Effect::Destroys,
    (
        /// The group, by name or id.
        security_group_id: Named<SecurityGroup>,
    )
    {}
}

impl Operation for DeleteSecurityGroup {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        self.security_group_id.delete(cloud).await
    }
}
