//! `ik catalog` and `ik token`: what the cloud said at login. They are described as operations are,
//! but belong to no service: nothing is asked but the login itself and, for versions, the service.

use futures_util::FutureExt;
use infomaniak_cloud::operation::{Argument, Description, Effect, Shape, schema_of};
use infomaniak_cloud::session::catalog::CatalogService;
use infomaniak_cloud::session::login::ServiceVersion;
use infomaniak_cloud::{Cloud, Error, Kind};
use schemars::JsonSchema;
use secrecy::ExposeSecret;
use serde::Serialize;
use serde_json::{Map, Value};

pub(crate) const OPERATIONS: &[Description] = &[
    Description {
        service: "",
        method: "list_catalog",
        command: "catalog list",
        positionals: &[],
        effect: Effect::Reads,
        about: "Lists the services of the cloud with the addresses that are used.\n\nThey are those \
                of the region and the interface that are configured; all addresses are in `-f json`.\n\n\
                ```sh\n\
                ik catalog list\n\
                ik catalog list --query '[].[type, url]' -f value\n\
                ```",
        arguments: &[],
        shape: Shape::Many,
        record: "service",
        contracted: None,
        columns: &["name", "type", "region", "url"],
        schema: schema_of::<CatalogService>,
        drawings: &[],
        draw: |_, _| None,
        will_remove: |_, _| async { Ok(Vec::new()) }.boxed(),
        run: |cloud, _| async move { json(cloud.catalog().await?) }.boxed(),
        or_show: None,
    },
    Description {
        service: "",
        method: "get_catalog",
        command: "catalog show",
        positionals: &[],
        effect: Effect::Reads,
        about: "Shows a service of the cloud with its addresses and versions.\n\n\
                ```sh\n\
                ik catalog show compute\n\
                ik catalog show nova --query versions\n\
                ```",
        arguments: &[Argument {
            name: "service",
            flags: &[],
            about: "The service, by type or name: `compute`, `nova`",
            required: true,
            default: || Value::Null,
            schema: schema_of::<String>,
        }],
        shape: Shape::One,
        record: "service",
        contracted: None,
        columns: &[],
        schema: schema_of::<Shown>,
        drawings: &[],
        draw: |_, _| None,
        will_remove: |_, _| async { Ok(Vec::new()) }.boxed(),
        run: |cloud, given| show(cloud, given).boxed(),
        or_show: None,
    },
    Description {
        service: "",
        method: "issue_token",
        command: "token issue",
        positionals: &[],
        effect: Effect::Reads,
        about: "Shows the token of the present login, for other programs.\n\nIt is a secret: whoever \
                has it can do what you can, until it expires. `ik auth logout` ends it.\n\n\
                ```sh\n\
                ik token issue -f value -c id\n\
                ```",
        arguments: &[],
        shape: Shape::One,
        record: "token",
        contracted: None,
        columns: &[],
        schema: schema_of::<Token>,
        drawings: &[],
        draw: |_, _| None,
        will_remove: |_, _| async { Ok(Vec::new()) }.boxed(),
        run: |cloud, _| issue(cloud).boxed(),
        or_show: None,
    },
];

/// A service with what it says of itself.
#[derive(Serialize, JsonSchema)]
struct Shown {
    #[serde(flatten)]
    service: CatalogService,
    /// The versions that it offers at its address.
    versions: Vec<ServiceVersion>,
}

/// A token, by the names that the `openstack` client has for its parts.
#[derive(Serialize, JsonSchema)]
struct Token {
    /// When it ends.
    expires: Option<String>,
    /// The token itself.
    id: String,
    /// The project that it is for.
    project_id: Option<String>,
    /// The user that it is for.
    user_id: Option<String>,
}

async fn show(cloud: &Cloud, given: Map<String, Value>) -> Result<Value, Error> {
    let name = given.get("service").and_then(Value::as_str).unwrap_or_default();
    let service = cloud.catalog_service(name).await?;
    let versions = match &service.url {
        Some(url) => cloud.look_at(url).await?.versions,
        None => Vec::new(),
    };
    json(Shown { service, versions })
}

async fn issue(cloud: &Cloud) -> Result<Value, Error> {
    let login = cloud.login().await?;
    json(Token {
        expires: login.expires_at,
        id: cloud.token().await?.expose_secret().to_string(),
        project_id: login.project.map(|project| project.id),
        user_id: login.user.map(|user| user.id),
    })
}

fn json(record: impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(record).map_err(|error| {
        Error::new(Kind::Decode, format!("the result cannot be written as JSON: {error}"))
    })
}
