//! Every request, as a server receives it. A cold call costs two requests and a warm one a single
//! one; and for each operation of compute the requests it sends are written out here: line,
//! headers, body. Whoever changes what goes over the wire changes this file, knowingly.

mod beyond;
mod block_storage;
mod creation;
mod image;
mod interface;
mod load_balancer;
mod network;
mod or_show;

use infomaniak_cloud::operation::Run;
use serde_json::{Map, Value};

use crate::record;
use crate::sample::load_balancer::{BALANCER, L7_RULE, LISTENER, MEMBER, MONITOR, POLICY, POOL};
use crate::sample::{
    FLOATING_IP, FORWARDING, NET, OUTSIDE, PORT, ROUTER, RULE, SECURITY_GROUP, SUBNET, SUBNET_POOL,
    TRUNK, WEB, demo,
};
use crate::server::{ID, Received, SECRET, Server};

#[tokio::test]
async fn a_cold_call_costs_two_requests_and_a_warm_one_a_single_one() {
    let server = Server::start(demo).await;
    let folder = record::folder().unwrap();
    let list = "GET /compute/v2.1/servers/detail";

    let cold = server.cloud_with_cache(folder.path()).compute().list_instances().await.unwrap();
    assert_eq!(server.lines(), ["POST /v3/auth/tokens", list]);

    let warm = server.cloud_with_cache(folder.path()).compute().list_instances().await.unwrap();
    assert_eq!(server.lines(), ["POST /v3/auth/tokens", list, list]);
    assert_eq!((cold[0].name.as_str(), warm[0].name.as_str()), ("web", "web"));
}

#[tokio::test]
async fn making_a_cloud_sends_nothing() {
    let server = Server::start(demo).await;
    let cloud = server.cloud();
    drop(cloud.compute().list_instances());
    assert_eq!(server.lines(), [""; 0]);
}

#[tokio::test]
async fn the_login_is_an_application_credential_without_scope() {
    let server = Server::start(demo).await;
    server.cloud().compute().list_instances().await.unwrap();
    let login = server.only("POST /v3/auth/tokens");
    assert_eq!(login.header("x-auth-token"), None);
    assert_eq!(login.header("content-type"), Some("application/json"));
    assert_eq!(
        login.json(),
        serde_json::json!({ "auth": { "identity": {
            "methods": ["application_credential"],
            "application_credential": { "id": ID, "secret": SECRET },
        }}})
    );
}

/// Headers that every request to a service has.
const ALWAYS: &[(&str, &str)] = &[
    ("accept", "application/json"),
    ("x-auth-token", "gAAAAA-token-1"),
    ("user-agent", concat!("infomaniak-cloud/", env!("CARGO_PKG_VERSION"))),
    ("accept-encoding", "gzip"),
];

/// A request without the headers that every request must have, the host, and the length.
fn shown(request: &Received) -> String {
    for (name, value) in ALWAYS {
        assert_eq!(request.header(name), Some(*value), "{name} of {request:?}");
    }
    let particular = request.head.lines().filter(|line| {
        let name = line.split(": ").next().unwrap_or_default();
        !ALWAYS.iter().any(|(always, _)| *always == name)
            && !["host", "content-length"].contains(&name)
    });
    let mut text: Vec<_> = particular.map(|line| line.replace(" HTTP/1.1", "")).collect();
    text.extend((!request.body.is_empty()).then(|| request.body.clone()));
    text.join("\n")
}

/// The operations with their arguments, and the requests that have to come of them after the
/// login. Ids of the small cloud appear as `{web}` and `{net}`.
const SAID: &[(&str, &str, &str)] = &[
    (
        "list_instances",
        "{}",
        "GET /compute/v2.1/servers/detail
         openstack-api-version: compute 2.91",
    ),
    (
        "get_instance",
        r#"{"instance_id": "web"}"#,
        "GET /compute/v2.1/servers/detail?name=%5Eweb%24
         openstack-api-version: compute 2.91",
    ),
    (
        "get_instance",
        r#"{"instance_id": "{web}"}"#,
        "GET /compute/v2.1/servers/{web}
         openstack-api-version: compute 2.91",
    ),
    (
        "create_instance",
        r#"{"name": "web", "flavor": "a1-ram2-disk20-perf1", "image": "Debian 12 bookworm",
            "network": "demo-net"}"#,
        r#"GET /compute/v2.1/flavors/detail?is_public=None
         openstack-api-version: compute 2.91
         GET /image/v2/images?name=Debian+12+bookworm
         GET /network/v2.0/networks?name=demo-net
         POST /compute/v2.1/servers
         content-type: application/json
         openstack-api-version: compute 2.91
         {"server":{"name":"web","flavorRef":"f1","imageRef":"22222222-2222-4222-8222-222222222222","networks":[{"uuid":"{net}"}],"tags":["ik-create-*"]}}
         GET /compute/v2.1/servers/{web}
         openstack-api-version: compute 2.91"#,
    ),
    (
        "create_instance",
        r#"{"name": "web", "flavor": "f1", "image": "22222222-2222-4222-8222-222222222222",
            "network": "demo-net", "key_name": "ann", "security_groups": ["default", "ssh"],
            "user_data": "echo hello", "availability_zone": "dc3-a-04", "wait": false,
            "extra": {"metadata": {"role": "web"}, "tags": ["mine"]}}"#,
        r#"GET /compute/v2.1/flavors/detail?is_public=None
         openstack-api-version: compute 2.91
         GET /image/v2/images/22222222-2222-4222-8222-222222222222
         GET /network/v2.0/networks?name=demo-net
         POST /compute/v2.1/servers
         content-type: application/json
         openstack-api-version: compute 2.91
         {"server":{"name":"web","flavorRef":"f1","imageRef":"22222222-2222-4222-8222-222222222222","networks":[{"uuid":"{net}"}],"tags":["ik-create-*","mine"],"key_name":"ann","availability_zone":"dc3-a-04","security_groups":[{"name":"default"},{"name":"ssh"}],"user_data":"ZWNobyBoZWxsbw==","metadata":{"role":"web"}}}
         GET /compute/v2.1/servers/{web}
         openstack-api-version: compute 2.91"#,
    ),
    (
        "start_instance",
        r#"{"instance_id": "{web}"}"#,
        r#"POST /compute/v2.1/servers/{web}/action
         content-type: application/json
         openstack-api-version: compute 2.91
         {"os-start":null}"#,
    ),
    (
        "stop_instance",
        r#"{"instance_id": "web"}"#,
        r#"GET /compute/v2.1/servers/detail?name=%5Eweb%24
         openstack-api-version: compute 2.91
         POST /compute/v2.1/servers/{web}/action
         content-type: application/json
         openstack-api-version: compute 2.91
         {"os-stop":null}"#,
    ),
    (
        "reboot_instance",
        r#"{"instance_id": "{web}"}"#,
        r#"POST /compute/v2.1/servers/{web}/action
         content-type: application/json
         openstack-api-version: compute 2.91
         {"reboot":{"type":"SOFT"}}"#,
    ),
    (
        "reboot_instance",
        r#"{"instance_id": "{web}", "reboot_type": "hard", "wait": true}"#,
        r#"POST /compute/v2.1/servers/{web}/action
         content-type: application/json
         openstack-api-version: compute 2.91
         {"reboot":{"type":"HARD"}}
         GET /compute/v2.1/servers/{web}
         openstack-api-version: compute 2.91"#,
    ),
    (
        "delete_instance",
        r#"{"instance_id": "{web}"}"#,
        "DELETE /compute/v2.1/servers/{web}
         openstack-api-version: compute 2.91",
    ),
    (
        "delete_instance",
        r#"{"instance_id": "{web}", "force": true}"#,
        r#"POST /compute/v2.1/servers/{web}/action
         content-type: application/json
         openstack-api-version: compute 2.91
         {"forceDelete":null}"#,
    ),
    (
        "terminate_instance",
        r#"{"instance_id": "{web}"}"#,
        r#"POST /compute/v2.1/servers/{web}/action
         content-type: application/json
         openstack-api-version: compute 2.91
         {"forceDelete":null}"#,
    ),
    ("list_images", "{}", "GET /image/v2/images"),
    (
        "get_image",
        r#"{"image_id": "Debian 12 bookworm"}"#,
        "GET /image/v2/images?name=Debian+12+bookworm",
    ),
    (
        "list_flavors",
        "{}",
        "GET /compute/v2.1/flavors/detail?is_public=None
         openstack-api-version: compute 2.91",
    ),
    (
        "list_keypairs",
        "{}",
        "GET /compute/v2.1/os-keypairs
         openstack-api-version: compute 2.91",
    ),
    (
        "create_keypair",
        r#"{"name": "ann"}"#,
        r#"POST /compute/v2.1/os-keypairs
         content-type: application/json
         openstack-api-version: compute 2.91
         {"keypair":{"name":"ann"}}"#,
    ),
    (
        "create_keypair",
        r#"{"name": "ann", "public_key": "ssh-ed25519 AAAA ann\n"}"#,
        r#"POST /compute/v2.1/os-keypairs
         content-type: application/json
         openstack-api-version: compute 2.91
         {"keypair":{"name":"ann","public_key":"ssh-ed25519 AAAA ann"}}"#,
    ),
    (
        "delete_keypair",
        r#"{"name": "ann"}"#,
        "DELETE /compute/v2.1/os-keypairs/ann
         openstack-api-version: compute 2.91",
    ),
    (
        "list_availability_zones",
        "{}",
        "GET /compute/v2.1/os-availability-zone
         openstack-api-version: compute 2.91",
    ),
];

#[tokio::test]
async fn each_operation_sends_what_is_written_here_and_nothing_else() {
    let plain = |(method, action): &(&'static str, &str)| {
        let said = format!(
            "POST /compute/v2.1/servers/{{web}}/action\n\
             content-type: application/json\n\
             openstack-api-version: compute 2.91\n\
             {{\"{action}\":null}}"
        );
        (*method, r#"{"instance_id": "{web}"}"#, said)
    };
    let written = SAID
        .iter()
        .chain(beyond::SAID)
        .chain(creation::SAID)
        .chain(image::SAID)
        .chain(interface::SAID);
    let written = written.map(|(method, arguments, said)| (*method, *arguments, said.to_string()));
    for (method, arguments, said) in written.chain(beyond::ACTIONS.iter().map(plain)) {
        says("compute", method, arguments, &said).await;
    }
}

/// Runs an operation on the small cloud and fails unless it sends just what is expected.
async fn says(service: &str, method: &str, arguments: &str, expected: &str) {
    let description = infomaniak_cloud::operations()
        .find(|operation| operation.service == service && operation.method == method)
        .unwrap_or_else(|| panic!("no operation {method}"));
    says_by(description.run, method, arguments, expected).await;
}

/// The same for one way to run it.
async fn says_by(run: Run, method: &str, arguments: &str, expected: &str) {
    let arguments: Map<String, Value> = serde_json::from_str(&with_ids(arguments)).unwrap();
    let server = Server::start(demo).await;
    run(&server.cloud(), arguments).await.unwrap();

    let mut requests: Vec<_> = server.received().iter().skip(1).map(shown).collect();
    // What is looked up at the same time arrives in any order.
    let lookups = requests.iter().take_while(|request| request.starts_with("GET")).count();
    requests[..lookups].sort();
    let said = without_ids(&without_mark(&requests.join("\n")));
    let expected = expected.lines().map(str::trim_start).collect::<Vec<_>>().join("\n");
    assert!(said == expected, "{method} said\n{said}\n\nand should have said\n{expected}");
}

#[test]
fn no_operation_of_compute_is_missing_here() {
    let operations = infomaniak_cloud::operations().filter(|o| o.service == "compute");
    let missing: Vec<_> = operations
        .map(|operation| operation.method)
        .filter(|method| {
            let all = SAID
                .iter()
                .chain(beyond::SAID)
                .chain(creation::SAID)
                .chain(image::SAID)
                .chain(interface::SAID);
            !all.clone().any(|(said, ..)| said == method) && !image::ELSEWHERE.contains(method)
        })
        .filter(|method| !beyond::ACTIONS.iter().any(|(said, _)| said == method))
        .collect();
    assert_eq!(missing, [""; 0]);
}

/// Ids of the small cloud, and how they are written here.
const IDS: &[(&str, &str)] = &[
    ("{web}", WEB),
    ("{net}", NET),
    ("{subnet}", SUBNET),
    ("{port}", PORT),
    ("{group}", SECURITY_GROUP),
    ("{pool}", SUBNET_POOL),
    ("{outside}", OUTSIDE),
    ("{router}", ROUTER),
    ("{rule}", RULE),
    ("{fip}", FLOATING_IP),
    ("{forwarding}", FORWARDING),
    ("{balancer}", BALANCER),
    ("{listener}", LISTENER),
    ("{members}", POOL),
    ("{member}", MEMBER),
    ("{monitor}", MONITOR),
    ("{policy}", POLICY),
    ("{l7rule}", L7_RULE),
    ("{trunk}", TRUNK),
];

fn with_ids(text: &str) -> String {
    IDS.iter().fold(text.to_string(), |text, (name, id)| text.replace(name, id))
}

fn without_ids(text: &str) -> String {
    IDS.iter().fold(text.to_string(), |text, (name, id)| text.replace(id, name))
}

/// Every creation has a mark of its own: 32 hexadecimal digits.
fn without_mark(text: &str) -> String {
    ["ik-create-", "\"ik-create\":\""].iter().fold(text.to_string(), |text, start| {
        let mut parts = text.split(start);
        let mut shown = parts.next().unwrap_or_default().to_string();
        for part in parts {
            let (digits, after) = part.split_at(32);
            assert!(digits.chars().all(|c| c.is_ascii_hexdigit()), "{digits}");
            shown = format!("{shown}{start}*{after}");
        }
        shown
    })
}
