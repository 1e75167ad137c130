//! Creating an instance, once.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::time::Instant;
use uuid::Uuid;

use super::state::settled;
use super::{Compute, Flavor, Image, Instance, Network};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Processed, Result};
use crate::operation::{Effect, Operation, Text, operation};
use crate::page::Pages;
use crate::resource::{Named, Resource};
use crate::session::service::COMPUTE;
use crate::session::{Microversion, Request};

operation! {
    /// Creates an instance and waits until it is ACTIVE.
    ///
    /// Flavor, image and network are looked up first, at the same time. When one of them does not
    /// exist nothing is created. When the instance ends in ERROR, it stays behind; the error has its
    /// id and Nova's reason. The instance carries a tag `ik-create-...` by which it is found again
    /// should Nova's answer be lost: it is never created twice.
    ///
    /// Nova: `POST /servers`, then `GET /servers/{id}`.
    ///
    /// ```sh
    /// ik server create app --flavor a1-ram2-disk20-perf1 --image "Debian 12 bookworm" --network demo-net
    /// ```
    Compute::create_instance as CreateInstance, "server create", Effect::Changes,
    (
        /// Name of the new instance.
        name: String,
        /// Flavor, by name or id.
        flavor: Named<Flavor>,
        /// Image to start from, by name or id.
        image: Named<Image>,
        /// Network to attach it to, by name or id.
        network: Named<Network>,
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
    }
}

impl Operation for CreateInstance {
    type Output = Instance;

    async fn run(&self, cloud: &Cloud) -> Result<Instance> {
        let (flavor, image, network) =
            tokio::join!(self.flavor.find(cloud), self.image.find(cloud), self.network.find(cloud));
        let (flavor, image, network) = (flavor?, image?, network?);
        let mark = format!("ik-create-{}", Uuid::new_v4().simple());
        let server = self.server(&flavor.id, &image.id, &network.id, &mark)?;
        let request = Request::post(&COMPUTE, &[Instance::PATH], json!({ "server": server }))
            .needs(Microversion(2, 52), "a tag on a new instance");
        let created = cloud.send(request).await.and_then(|response| response.field("server"));
        let Created { id } = match created {
            Ok(created) => created,
            Err(error) if error.processed() == Processed::No => return Err(error),
            Err(error) => find_again(cloud, &mark, error).await?,
        };
        if self.wait {
            settled(cloud, &id, &self.name, &["ACTIVE"]).await
        } else {
            Instance::get(cloud, &id)
                .await
                .map_err(|error| error.with_resource(&id).with_processed(Processed::Yes))
        }
    }
}

/// What Nova answers to a creation, as far as it matters.
#[derive(Deserialize)]
struct Created {
    id: String,
}

/// Fields that make more than one instance of a request, which would have one id in its result.
const SEVERAL: &[&str] = &["min_count", "max_count", "return_reservation_id"];

impl CreateInstance {
    /// Nova's `server` object: only what was asked for, since it refuses nulls.
    fn server(&self, flavor: &str, image: &str, network: &str, mark: &str) -> Result<Value> {
        let mut server = json!({
            "name": self.name,
            "flavorRef": flavor,
            "imageRef": image,
            "networks": [{ "uuid": network }],
            "tags": [mark],
        });
        if let Some(key_name) = &self.key_name {
            server["key_name"] = key_name.as_str().into();
        }
        if let Some(groups) = &self.security_groups {
            server["security_groups"] = groups.iter().map(|name| json!({ "name": name })).collect();
        }
        if let Some(Text(user_data)) = &self.user_data {
            server["user_data"] = STANDARD.encode(user_data).into();
        }
        if let Some(zone) = &self.availability_zone {
            server["availability_zone"] = zone.as_str().into();
        }
        for (field, value) in &self.extra {
            match (field.as_str(), value) {
                ("tags", Value::Array(tags)) => {
                    server["tags"] =
                        std::iter::once(mark.into()).chain(tags.iter().cloned()).collect();
                }
                (name, _) if SEVERAL.contains(&name) => {
                    return Err(Error::new(
                        Kind::Unsupported,
                        format!("`{name}` would create several instances in one call"),
                    )
                    .with_hint("create them one by one"));
                }
                (name, _) if server.get(name).is_some() => {
                    return Err(Error::new(Kind::Invalid, format!("`{name}` is given twice"))
                        .with_hint("extra fields cannot replace what the other arguments set"));
                }
                (name, value) => server[name] = value.clone(),
            }
        }
        Ok(server)
    }
}

/// How long after a lost answer the instance is looked for: Nova may still be at work on it.
const LOOKS: [Duration; 4] =
    [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// Looks for the instance whose creation was `lost`.
async fn find_again(cloud: &Cloud, mark: &str, lost: Error) -> Result<Created> {
    for pause in LOOKS {
        if cloud.deadline().is_some_and(|deadline| Instant::now() + pause >= deadline) {
            break;
        }
        tokio::time::sleep(pause).await;
        let request = Request::get(&COMPUTE, Instance::LIST).query("tags", mark);
        // A look that fails is like one that finds nothing.
        let found = Pages::<Created>::new(cloud, request, Instance::MANY).first(1).await;
        if let Some(created) = found.ok().and_then(|mut found| found.pop()) {
            return Ok(created);
        }
    }
    Err(lost.with_better_hint(format!(
        "it is not known whether the instance was created; if it was, it has the tag `{mark}`"
    )))
}
