//! Creating an instance, once.

mod again;
mod disk;
mod lost;
mod nic;
mod several;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use uuid::Uuid;

pub use disk::{BlockDevice, DiskPlace, DiskSource};
pub use nic::{Nic, NicCard, NicWord};
pub use several::CreateInstances;

use super::super::ServerGroup;
use super::state::{self, settled};
use super::{Compute, Flavor, Image, Instance, Network};
use crate::block_storage::{Snapshot, Volume};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Processed, Result};
use crate::network::Port;
use crate::operation::body::{add_field, texts};
use crate::operation::{Effect, Operation, Text, operation};
use crate::resource::{Maybe, Named, Resource, Several};
use crate::session::service::COMPUTE;
use crate::session::{Microversion, Request};
use lost::Created;

operation! {
    /// Creates an instance and waits until it is ACTIVE.
    ///
    /// Whatever is named is looked up first, all at the same time. When any of it does not exist
    /// nothing is created. When the instance ends in ERROR, it stays behind; the error has its id and
    /// Nova's reason. The instance carries a tag `ik-create-...` by which it is found again should
    /// Nova's answer be lost: it is never created twice.
    ///
    /// It boots from an image, a volume, a volume's snapshot, or from a disk of `block_devices` with
    /// boot index 0. A flavor with a
    /// disk of 0 GiB needs a volume for it: `boot_from_volume`. Without network, port and card it is
    /// attached to the project's only network; Nova refuses where there are several.
    ///
    /// Nova: `POST /servers`, then `GET /servers/{id}`.
    ///
    /// ```sh
    /// ik server create app --flavor a1-ram2-disk20-perf1 --image "Debian 12 bookworm" --network demo-net
    /// ik server create big --flavor a1-ram2-disk0-perf1 --image "Debian 12 bookworm" --boot-from-volume 20 --network demo-net
    /// ik server create app --flavor a1-ram2-disk20-perf1 --image "Debian 12 bookworm" --nic net-id=demo-net,v4-fixed-ip=10.11.0.77
    /// ik server create node --count 3 --flavor a1-ram2-disk20-perf1 --image "Debian 12 bookworm" --network demo-net
    /// ```
    Compute::create_instance as CreateInstance, "server create", Effect::Changes,
    (
        /// Name of the new instance.
        name: String,
        /// Flavor, by name or id.
        flavor: Named<Flavor>,
        /// Image to start from, by name or id.
        image: Maybe<Image>,
        /// Network to attach it to, by name or id; of several, a network card in each.
        network: Several<Network>,
    )
    {
        /// Key pair whose public key it shall let in, by name.
        key_name: Option<String> = None,
        /// Security groups, by name or id. Without any, the project's `default`.
        security_groups: Option<Vec<String>> = None,
        /// Script or cloud-config for the guest's first boot; at most 64 KiB once encoded.
        user_data: Option<Text> = None,
        /// Availability zone to create it in.
        availability_zone: Option<String> = None,
        /// Return only when it is ACTIVE.
        wait: bool = true,
        /// Further fields of Nova's `server` object, sent as they are.
        extra: Map<String, Value> = Map::new(),
        /// Ports to attach it to, by name or id.
        ports: Vec<Named<Port>> = Vec::new(),
        /// Network cards, in this order after those of networks and ports; or `auto` (the
        /// project's only network), or `none`.
        nics: Vec<Nic> = Vec::new(),
        /// Size in GiB of a new volume that the image is copied to, and that it boots from.
        boot_from_volume: Option<u64> = None,
        /// Volume to boot from instead of an image, by name or id.
        volume: Option<Named<Volume>> = None,
        /// Snapshot of a volume to boot from instead, by name or id: from a new volume made of it.
        snapshot: Option<Named<Snapshot>> = None,
        /// Whether the volume it boots from goes with the instance. Other disks say it themselves.
        delete_on_termination: bool = false,
        /// Disks it has, beside what it boots from or, with a boot index of 0, to boot from.
        block_devices: Vec<BlockDevice> = Vec::new(),
        /// Group of instances it belongs to, by name or id.
        server_group: Option<Named<ServerGroup>> = None,
        /// What the scheduler shall mind.
        hint: Map<String, Value> = Map::new(),
        /// Metadata.
        property: Map<String, Value> = Map::new(),
        /// A description.
        description: Option<String> = None,
        /// Tags of your own.
        tags: Vec<String> = Vec::new(),
        /// The name the guest gives itself. Without one, it follows from the instance's.
        hostname: Option<String> = None,
        /// Hand the guest its metadata on a drive, beside the metadata service.
        config_drive: bool = false,
    }
}

impl Operation for CreateInstance {
    type Output = Instance;

    const OR_SHOW: bool = true;

    async fn run(&self, cloud: &Cloud) -> Result<Instance> {
        let order = self.order(cloud).await?;
        let Created { id } = order.send(cloud).await?;
        if self.wait {
            settled(cloud, &id, &self.name, &["ACTIVE"]).await
        } else {
            Instance::get(cloud, &id)
                .await
                .map_err(|error| error.with_resource(&id).with_processed(Processed::Yes))
        }
    }

    async fn existing(&self, cloud: &Cloud) -> Result<Option<Instance>> {
        state::existing(cloud, &self.name, self.wait).await
    }
}

/// Fields that make more than one instance of a request, which would have one id in its result.
const SEVERAL: &[&str] = &["min_count", "max_count", "return_reservation_id"];

/// A creation, with all that it names found.
struct Order<'a> {
    create: &'a CreateInstance,
    flavor: Flavor,
    /// A tag that nothing else has.
    mark: String,
    /// Nova's `server` object.
    server: Value,
    /// Nova's `os:scheduler_hints`.
    hints: Map<String, Value>,
}

impl CreateInstance {
    /// Looks up all that is named, and puts down what to send.
    async fn order(&self, cloud: &Cloud) -> Result<Order<'_>> {
        self.check_boot()?;
        let group = async {
            match &self.server_group {
                Some(group) => group.find(cloud).await.map(Some),
                None => Ok(None),
            }
        };
        let (flavor, source, networks, group) = tokio::join!(
            self.flavor.find(cloud),
            self.find_source(cloud),
            nic::networks(self, cloud),
            group
        );
        let (flavor, source, networks, group) = (flavor?, source?, networks?, group?);
        let mut hints = self.hint.clone();
        if let Some(group) = group {
            hints.insert("group".into(), group.id.into());
        }
        let mark = format!("ik-create-{}", Uuid::new_v4().simple());
        let server = self.server(&flavor.id, &source, networks, &mark)?;
        Ok(Order { create: self, flavor, mark, server, hints })
    }

    /// Nova's `server` object: only what was asked for, since it refuses nulls.
    fn server(
        &self,
        flavor: &str,
        source: &disk::Source,
        networks: Value,
        mark: &str,
    ) -> Result<Value> {
        let mut server = Map::new();
        let mut set = |field: &str, value: Value| drop(server.insert(field.to_string(), value));
        let disks = self.disks(source);
        set("name", self.name.as_str().into());
        set("flavorRef", flavor.into());
        if let Some(image) = disks.image {
            set("imageRef", image.into());
        }
        // What is said nowhere else may be said in Nova's own words.
        if networks != "auto" || !self.nics.is_empty() || !self.extra.contains_key("networks") {
            set("networks", networks);
        }
        let tags = std::iter::once(mark).chain(self.tags.iter().map(String::as_str));
        set("tags", tags.map(Value::from).collect());
        if !disks.devices.is_empty() {
            set("block_device_mapping_v2", disks.devices.into());
        }
        for (field, text) in [
            ("key_name", &self.key_name),
            ("availability_zone", &self.availability_zone),
            ("description", &self.description),
            ("hostname", &self.hostname),
        ] {
            if let Some(text) = text {
                set(field, text.as_str().into());
            }
        }
        if let Some(groups) = &self.security_groups {
            set("security_groups", groups.iter().map(|name| json!({ "name": name })).collect());
        }
        if let Some(Text(user_data)) = &self.user_data {
            set("user_data", STANDARD.encode(user_data).into());
        }
        if !self.property.is_empty() {
            set("metadata", texts(&self.property).into());
        }
        if self.config_drive {
            set("config_drive", true.into());
        }
        self.add_extra(&mut server)?;
        Ok(server.into())
    }

    /// Adds the further fields, none of which may say again what is said already.
    fn add_extra(&self, server: &mut Map<String, Value>) -> Result<()> {
        for (field, value) in &self.extra {
            match (field.as_str(), value) {
                ("tags", Value::Array(more)) => {
                    if let Some(Value::Array(tags)) = server.get_mut("tags") {
                        tags.extend(more.iter().cloned());
                    }
                }
                (name, _) if SEVERAL.contains(&name) => {
                    return Err(Error::new(
                        Kind::Unsupported,
                        format!("`{name}` would create several instances in one call"),
                    )
                    .with_hint("say how many: --count, or `create_instances`"));
                }
                (name, value) => add_field(server, name, value)?,
            }
        }
        Ok(())
    }
}

impl Order<'_> {
    /// Sends it, once. Gives the instance made; of several, one of them.
    async fn send(&self, cloud: &Cloud) -> Result<Created> {
        let mut body = json!({ "server": self.server });
        if !self.hints.is_empty() {
            body["os:scheduler_hints"] = self.hints.clone().into();
        }
        let mut request = Request::post(&COMPUTE, &[Instance::PATH], body)
            .needs(Microversion(2, 52), "a tag on a new instance");
        if self.create.block_devices.iter().any(|device| device.volume_type.is_some()) {
            request = request.needs(Microversion(2, 67), "the type of a new disk's volume");
        }
        if self.create.hostname.is_some() {
            request = request.needs(Microversion(2, 90), "a host name of one's own");
        }
        let created = cloud.send(request).await.and_then(|response| response.field("server"));
        match created {
            Ok(created) => Ok(created),
            Err(error) if error.processed() == Processed::No => {
                let error = nic::explain(error, &self.server);
                Err(self.create.explain_disk(error, &self.flavor))
            }
            Err(error) => lost::find_again(cloud, &self.mark, error).await,
        }
    }
}
