//! What can be changed on an instance while it runs: name, description, metadata, tags.

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::{Compute, Instance};
use crate::cloud::Cloud;
use crate::error::Result;
use crate::operation::body::{nothing, texts};
use crate::operation::{Effect, Operation, operation};
use crate::resource::{Named, Resource, or_gone};
use crate::session::service::COMPUTE;
use crate::session::{Microversion, Request};

operation! {
    /// Changes an instance's name, description, metadata or tags.
    ///
    /// What is not given stays as it is. Each kind of change is a request of its own.
    ///
    /// Nova: `PUT /servers/{id}`, `POST /servers/{id}/metadata`, `PUT /servers/{id}/tags/{tag}`.
    ///
    /// ```sh
    /// ik server set web --name www --property role=front
    /// ik server set web --tag blue --description 'The shop'
    /// ```
    Compute::set_instance as SetInstance, "server set", Effect::Changes,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {
        /// The new name.
        name: Option<String> = None,
        /// The new description.
        description: Option<String> = None,
        /// Metadata to add, or to give another value.
        property: Map<String, Value> = Map::new(),
        /// Tags to add.
        tags: Vec<String> = Vec::new(),
    }
}

impl Operation for SetInstance {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        let mut server = Map::new();
        for (field, value) in [("name", &self.name), ("description", &self.description)] {
            if let Some(value) = value {
                server.insert(field.into(), value.as_str().into());
            }
        }
        if server.is_empty() && self.property.is_empty() && self.tags.is_empty() {
            return Err(nothing("change"));
        }
        let server = &server;
        let change = |id: String| async move {
            if !server.is_empty() {
                let request = Request::new(&COMPUTE, Method::PUT, &[Instance::PATH, &id]);
                let mut request = request.json(json!({ "server": server }));
                if self.description.is_some() {
                    request = request.needs(Microversion(2, 19), "a description");
                }
                cloud.send(request).await?;
            }
            if !self.property.is_empty() {
                let path = [Instance::PATH, &id, "metadata"];
                let body = json!({ "metadata": texts(&self.property) });
                cloud.send(Request::new(&COMPUTE, Method::POST, &path).json(body)).await?;
            }
            for tag in &self.tags {
                cloud.send(tag_request(Method::PUT, &id, tag)).await?;
            }
            Ok(())
        };
        self.instance_id.apply(cloud, change).await
    }
}

operation! {
    /// Removes metadata, tags or the description of an instance.
    ///
    /// What is not there counts as removed.
    ///
    /// Nova: `DELETE /servers/{id}/metadata/{key}`, `DELETE /servers/{id}/tags/{tag}`,
    /// `PUT /servers/{id}`.
    ///
    /// ```sh
    /// ik server unset web --property role --tag blue
    /// ```
    Compute::unset_instance as UnsetInstance, "server unset", Effect::Changes,
    (
        /// The instance, by name or id.
        instance_id: Named<Instance>,
    )
    {
        /// Whether the description goes.
        description: bool = false,
        /// Keys of the metadata that goes.
        properties: Vec<String> = Vec::new(),
        /// Tags that go.
        tags: Vec<String> = Vec::new(),
    }
}

impl Operation for UnsetInstance {
    type Output = ();

    async fn run(&self, cloud: &Cloud) -> Result<()> {
        if !self.description && self.properties.is_empty() && self.tags.is_empty() {
            return Err(nothing("remove"));
        }
        // Found first: "not found" below is about what goes, not about the instance.
        let id = self.instance_id.find(cloud).await?.id;
        if self.description {
            let request = Request::new(&COMPUTE, Method::PUT, &[Instance::PATH, &id])
                .json(json!({ "server": { "description": null } }))
                .needs(Microversion(2, 19), "a description");
            cloud.send(request).await?;
        }
        for key in &self.properties {
            let path = [Instance::PATH, &id, "metadata", key];
            let removed = cloud.send(Request::delete(&COMPUTE, &path)).await;
            or_gone(removed.map(drop), "property", key)?;
        }
        for tag in &self.tags {
            let removed = cloud.send(tag_request(Method::DELETE, &id, tag)).await;
            or_gone(removed.map(drop), "tag", tag)?;
        }
        Ok(())
    }
}

fn tag_request(method: Method, id: &str, tag: &str) -> Request {
    Request::new(&COMPUTE, method, &[Instance::PATH, id, "tags", tag])
        .needs(Microversion(2, 26), "tags of instances")
}
