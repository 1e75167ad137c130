//! Instances: the virtual machines.

mod change;
mod console;
mod create;
mod delete;
mod event;
mod follow;
mod interface;
mod list;
mod power;
mod rebuild;
mod resize;
mod start;
mod state;

use std::collections::BTreeMap;

use reqwest::Method;
use schemars::JsonSchema;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

pub use change::{SetInstance, UnsetInstance};
pub use console::{ConsoleKind, ConsoleLog, ConsoleUrl, GetConsoleLog, GetConsoleUrl};
pub use create::{
    BlockDevice, CreateInstance, CreateInstances, DiskPlace, DiskSource, Nic, NicCard, NicWord,
};
pub use delete::{DeleteInstance, TerminateInstance};
pub use event::{InstanceEvent, ListInstanceEvents};
pub use follow::ConsoleFollower;
pub use interface::{
    AddFixedIp, AddNetwork, AddPort, AddSecurityGroup, FixedIp, Interface, RemoveNetwork,
    RemovePort, RemoveSecurityGroup,
};
pub use list::ListInstances;
pub(super) use list::some;
pub use power::{
    LockInstance, PauseInstance, RescueInstance, ResumeInstance, ShelveInstance, SuspendInstance,
    UnlockInstance, UnpauseInstance, UnrescueInstance, UnshelveInstance,
};
pub use rebuild::{RebuildInstance, Snapshot, SnapshotInstance};
pub use resize::{ConfirmResize, ResizeInstance, RevertResize};
pub use start::{RebootInstance, RebootType, StartInstance, StopInstance};
use state::settled;

use super::{Compute, Flavor, Image};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::network::Network;
use crate::operation::{Effect, Operation, operation, operations};
use crate::resource::{Named, Record, Resource};
use crate::session::Request;
use crate::session::service::{COMPUTE, Service};

operations!(
    ListInstances,
    GetInstance,
    CreateInstance,
    CreateInstances,
    StartInstance,
    StopInstance,
    RebootInstance,
    DeleteInstance,
    TerminateInstance,
    SetInstance,
    UnsetInstance,
    PauseInstance,
    UnpauseInstance,
    SuspendInstance,
    ResumeInstance,
    ShelveInstance,
    UnshelveInstance,
    RescueInstance,
    UnrescueInstance,
    LockInstance,
    UnlockInstance,
    ResizeInstance,
    ConfirmResize,
    RevertResize,
    RebuildInstance,
    SnapshotInstance,
    AddNetwork,
    RemoveNetwork,
    AddPort,
    RemovePort,
    AddFixedIp,
    AddSecurityGroup,
    RemoveSecurityGroup,
    ListInstanceEvents,
    GetConsoleLog,
    GetConsoleUrl,
);

/// An instance, called server by Nova.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Instance {
    /// The id.
    pub id: String,
    /// The name; not necessarily unique.
    pub name: String,
    /// `ACTIVE`, `SHUTOFF`, `BUILD`, `ERROR` ...
    pub status: String,
    /// The flavor's name when the instance got it.
    #[serde(deserialize_with = "flavor_name")]
    pub flavor: Option<String>,
    /// The image's id; none for an instance that booted from a volume.
    #[serde(deserialize_with = "image_id")]
    pub image: Option<String>,
    /// Addresses by network name, as Nova gives them.
    #[serde(default)]
    pub addresses: BTreeMap<String, Vec<Address>>,
    /// Name of the key pair it was created with.
    pub key_name: Option<String>,
    /// When it was created, as the server writes it.
    #[serde(alias = "created")]
    pub created_at: Option<String>,
    /// When it was last changed, as the server writes it.
    #[serde(alias = "updated")]
    pub updated_at: Option<String>,
    /// The availability zone it runs in.
    #[serde(alias = "OS-EXT-AZ:availability_zone")]
    pub availability_zone: Option<String>,
    /// Names of its security groups.
    #[serde(default, deserialize_with = "names")]
    pub security_groups: Vec<String>,
    /// What is being done to it just now. Not part of the record.
    #[serde(alias = "OS-EXT-STS:task_state", default, skip_serializing)]
    #[schemars(skip)]
    pub task_state: Option<String>,
    /// Why it is in `ERROR`. Not part of the record.
    #[serde(default, skip_serializing)]
    #[schemars(skip)]
    pub fault: Option<Fault>,
}

/// An address of an instance. `x-shown-by` tells tables to show just the address.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(extend("x-shown-by" = "addr"))]
pub struct Address {
    /// 4 or 6.
    pub version: u8,
    /// The address.
    pub addr: String,
    /// What else Nova says: `OS-EXT-IPS:type` (`fixed` or `floating`), the MAC address.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// As derived, but that the number of fields is told: what does not know it takes half as much
/// memory again for the thousands of addresses in a list.
impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(Some(2 + self.other.len()))?;
        fields.serialize_entry("version", &self.version)?;
        fields.serialize_entry("addr", &self.addr)?;
        for (name, value) in &self.other {
            fields.serialize_entry(name, value)?;
        }
        fields.end()
    }
}

/// What Nova says about a failure.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fault {
    /// In one line.
    pub message: String,
}

/// Nova embeds the flavor as an object; the record has its name.
fn flavor_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(text_or_field(&Value::deserialize(deserializer)?, &["original_name", "id"]))
}

/// Nova sends an object with the id, or an empty string for an instance without image.
fn image_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(text_or_field(&Value::deserialize(deserializer)?, &["id"]))
}

/// Nova sends objects with a `name`, the same one once per port.
fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let mut names: Vec<String> = Vec::<Value>::deserialize(deserializer)?
        .iter()
        .filter_map(|group| text_or_field(group, &["name"]))
        .collect();
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    Ok(names)
}

fn text_or_field(value: &Value, fields: &[&str]) -> Option<String> {
    let text = match value {
        Value::Object(object) => fields.iter().find_map(|field| object.get(*field)?.as_str()),
        other => other.as_str(),
    };
    text.filter(|text| !text.is_empty()).map(str::to_string)
}

impl Record for Instance {
    const NOUN: &'static str = "instance";
    const COLUMNS: &'static [&'static str] =
        &["id", "name", "status", "addresses", "flavor", "availability_zone"];

    fn identifier(&self) -> &str {
        &self.id
    }
}

impl Resource for Instance {
    const SERVICE: &'static Service = &COMPUTE;
    const PATH: &'static str = "servers";
    const LIST: &'static [&'static str] = &["servers", "detail"];
    const ONE: &'static str = "server";
    const MANY: &'static str = "servers";

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn status(&self) -> &str {
        &self.status
    }

    /// Nova takes the name for a regular expression, in its database's dialect. What is special in
    /// any of them becomes "anything": the exact match is picked out of the answer.
    fn called(name: &str) -> Request {
        Request::get(&COMPUTE, Self::LIST).query("name", &format!("{}$", beginning(name)))
    }
}

impl Instance {
    /// A list of those whose names begin so, and maybe others.
    fn beginning(name: &str) -> Request {
        Request::get(&COMPUTE, Self::LIST).query("name", &beginning(name))
    }
}

/// A pattern for what begins with a name.
fn beginning(name: &str) -> String {
    let mut pattern = String::from("^");
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') {
            pattern.push(c);
        } else if !pattern.ends_with(".+") {
            pattern.push_str(".+");
        }
    }
    pattern
}

operation! {
    /// Shows an instance.
    ///
    /// Nova: `GET /servers/{id}`.
    ///
    /// ```sh
    /// ik server show web
    /// ik server show web -c addresses -f json
    /// ```
    Compute::get_instance as GetInstance, "server show", Effect::Reads,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {}
}

impl Operation for GetInstance {
    type Output = Instance;

    async fn run(&self, cloud: &Cloud) -> Result<Instance> {
        self.instance_id.find(cloud).await
    }
}

/// Sends an action and, if asked to, waits until the instance has the wanted status.
async fn act(
    cloud: &Cloud,
    instance: &Named<Instance>,
    body: Value,
    wait: bool,
    wanted: &[&str],
) -> Result<()> {
    let body = &body;
    let sent = instance.apply(cloud, |id| async move {
        action(cloud, &id, body).await?;
        Ok(id)
    });
    let id = sent.await?;
    if wait { settled(cloud, &id, instance.as_str(), wanted).await.map(drop) } else { Ok(()) }
}

async fn action(cloud: &Cloud, id: &str, body: &Value) -> Result<()> {
    let path = [Instance::PATH, id, "action"];
    let request = Request::new(&COMPUTE, Method::POST, &path).json(body.clone());
    cloud.send(request).await.map(drop)
}

#[cfg(test)]
mod tests;
