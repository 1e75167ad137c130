//! Lists of instances, as Nova filters them.

use serde::Deserialize;

use super::{Compute, Flavor, Image, Instance};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::operation::{Effect, Operation, operation};
use crate::page::Pages;
use crate::resource::{Named, Resource};
use crate::session::Request;
use crate::session::service::COMPUTE;

operation! {
    /// Lists the project's instances.
    ///
    /// The filters are Nova's: only what fits all of them is sent. A name is a regular expression that
    /// fits anywhere, as Nova's database has them.
    ///
    /// Nova: `GET /servers/detail`.
    ///
    /// ```sh
    /// ik server list
    /// ik server list -f json
    /// ik server list --sort name -c name -c status -c addresses
    /// ik server list --status ACTIVE --name '^web' --tag prod
    /// ```
    Compute::list_instances as ListInstances, "server list", Effect::Reads,
    () {
        /// Only those whose name fits this regular expression.
        name: Option<String> = None,
        /// Only those with this status: ACTIVE, SHUTOFF, ERROR ...
        status: Option<String> = None,
        /// Only those of this flavor, by name or id.
        flavor: Option<Named<Flavor>> = None,
        /// Only those made of this image, by name or id.
        image: Option<Named<Image>> = None,
        /// Only those with an IPv4 address that this is a part of.
        ip: Option<String> = None,
        /// Only those with an IPv6 address that this is a part of.
        ip6: Option<String> = None,
        /// Only those made with this key pair.
        key_name: Option<String> = None,
        /// Only those in this availability zone.
        availability_zone: Option<String> = None,
        /// Only those on this host; for administrators.
        host: Option<String> = None,
        /// Only those with all of these tags.
        tags: Vec<String> = Vec::new(),
        /// Only those with at least one of these tags.
        tags_any: Vec<String> = Vec::new(),
        /// Only those that lack one of these tags.
        not_tags: Vec<String> = Vec::new(),
        /// Only those with none of these tags.
        not_tags_any: Vec<String> = Vec::new(),
        /// Only those changed since this time, deleted ones too: 2026-11-21T08:00:00Z.
        changes_since: Option<String> = None,
        /// Only those changed before this time.
        changes_before: Option<String> = None,
        /// Those of all projects; for administrators.
        all_projects: bool = false,
        /// So many at most.
        limit: Option<u64> = None,
        /// Those that follow the instance with this id.
        marker: Option<String> = None,
    }
}

impl Operation for ListInstances {
    type Output = Vec<Instance>;

    async fn run(&self, cloud: &Cloud) -> Result<Vec<Instance>> {
        let request = self.request(cloud).await?;
        if self.host.is_some() {
            let hosted = some::<Hosted>(cloud, request, Instance::MANY, self.limit).await?;
            return hosted.into_iter().map(Hosted::told).collect();
        }
        some(cloud, request, Instance::MANY, self.limit).await
    }
}

/// The whole list, or no more than `limit` of it.
pub(in crate::compute) async fn some<T>(
    cloud: &Cloud,
    request: Request,
    key: &'static str,
    limit: Option<u64>,
) -> Result<Vec<T>>
where
    T: serde::de::DeserializeOwned + Send + 'static,
{
    let Some(limit) = limit else { return Pages::new(cloud, request, key).all().await };
    let request = request.query("limit", &limit.to_string());
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    Pages::new(cloud, request, key).first(most).await
}

impl ListInstances {
    async fn request(&self, cloud: &Cloud) -> Result<Request> {
        let flavor = async {
            match &self.flavor {
                Some(flavor) => flavor.find(cloud).await.map(|flavor| Some(flavor.id)),
                None => Ok(None),
            }
        };
        let image = async {
            match &self.image {
                Some(image) => image.find(cloud).await.map(|image| Some(image.id)),
                None => Ok(None),
            }
        };
        let (flavor, image) = tokio::join!(flavor, image);
        let (flavor, image) = (flavor?, image?);
        let mut request = Request::get(&COMPUTE, Instance::LIST);
        for (name, value) in [
            ("name", &self.name),
            ("status", &self.status),
            ("flavor", &flavor),
            ("image", &image),
            ("ip", &self.ip),
            ("ip6", &self.ip6),
            ("key_name", &self.key_name),
            ("availability_zone", &self.availability_zone),
            ("host", &self.host),
            ("changes-since", &self.changes_since),
            ("changes-before", &self.changes_before),
            ("marker", &self.marker),
        ] {
            if let Some(value) = value {
                request = request.query(name, value);
            }
        }
        for (name, tags) in [
            ("tags", &self.tags),
            ("tags-any", &self.tags_any),
            ("not-tags", &self.not_tags),
            ("not-tags-any", &self.not_tags_any),
        ] {
            if !tags.is_empty() {
                request = request.query(name, &tags.join(","));
            }
        }
        Ok(if self.all_projects { request.query("all_tenants", "True") } else { request })
    }
}

/// An instance with the host it is on, which only administrators are told.
#[derive(Deserialize)]
struct Hosted {
    #[serde(rename = "OS-EXT-SRV-ATTR:host", default)]
    host: Option<String>,
    #[serde(flatten)]
    instance: Instance,
}

impl Hosted {
    /// The instance; or an error where Nova has ignored the filter, as it does with those who may not
    /// ask for hosts.
    fn told(self) -> Result<Instance> {
        if self.host.is_some() {
            return Ok(self.instance);
        }
        Err(Error::new(Kind::Denied, "this login is not told on which host an instance is")
            .with_service(COMPUTE.kind)
            .with_hint("leave out --host: Nova would ignore it"))
    }
}
