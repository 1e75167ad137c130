//! The contract clients. A failure of any operation is the specified sentinel, one line in the log
//! that names the reason, and `last_error()`; a success clears it; and an image that does not exist
//! is no failure.

mod block_storage;
mod load_balancer;
mod network;

use std::collections::BTreeSet;

use infomaniak_cloud::contract::InfomaniakComputeClient;
use infomaniak_cloud::{Config, Error, Kind};
use serde_json::json;

use crate::child::{outcomes, process};
use crate::logs::Logs;
use crate::sample::{NOBODY, WEB, demo};
use crate::server::{Received, Reply, SECRET, Server, json_answer, refusal};

const TARGET: &str = "infomaniak_cloud::contract";

/// Lets everybody log in and refuses everything else.
async fn refusing() -> Server {
    Server::start(|request: &Received| match request.what() {
        "POST /v3/auth/tokens" => Reply::Usual,
        _ => refusal(403, "forbidden", "Policy does not allow it.")
            .header("x-openstack-request-id", "req-7"),
    })
    .await
}

/// Takes the only line of the log and checks that it says what failed and why.
fn one_line(logs: &Logs, method: &str, error: &Error) {
    let lines = logs.take(TARGET);
    let [line] = &lines[..] else { panic!("{method} logged {lines:?}") };
    for part in ["ERROR", method, "Policy does not allow it", "kind=denied", "403", "req-7"] {
        assert!(line.contains(part), "no {part} in {line}");
    }
    assert_eq!(error.kind(), Kind::Denied, "{method}");
}

/// Calls each of a client's methods, every one of which is refused; gives back which were called.
macro_rules! fails {
    ($client:ident, $logs:ident;
     $($method:ident($($argument:expr),*)$(.$option:ident($value:expr))* gives $sentinel:expr;)*) => {{
        let mut tried = std::collections::BTreeSet::new();
        $(
            let call = $client.$method($($argument),*)$(.$option($value))*;
            let given = serde_json::to_value(call.await).unwrap();
            assert_eq!(given, $sentinel, stringify!($method));
            let error = $client.last_error().unwrap();
            $crate::contract::one_line(&$logs, stringify!($method), &error);
            tried.insert(stringify!($method));
        )*
        tried
    }};
}
use fails;

/// The methods of a service.
fn all(service: &str) -> BTreeSet<&'static str> {
    let operations = infomaniak_cloud::operations().filter(|o| o.service == service);
    operations.map(|operation| operation.method).collect()
}

#[tokio::test]
async fn every_operation_fails_with_its_sentinel_and_one_line() {
    let server = refusing().await;
    let client = InfomaniakComputeClient::new(server.cloud());
    let logs = Logs::collect();
    let (nothing, none) = (json!([]), json!(null));
    let tried = fails! { client, logs;
        list_instances() gives nothing;
        get_instance(WEB) gives none;
        create_instance("web", "f1", WEB, WEB) gives none;
        create_instances("web", "f1", WEB, WEB, 2) gives nothing;
        start_instance(WEB) gives false;
        stop_instance(WEB) gives false;
        reboot_instance(WEB) gives false;
        delete_instance(WEB) gives false;
        terminate_instance(WEB) gives false;
        list_images() gives nothing;
        get_image(WEB) gives none;
        create_image("mine") gives none;
        save_image(WEB, "saved.img") gives false;
        set_image(WEB).name("n") gives false;
        unset_image(WEB).tags(["t"]) gives false;
        delete_image(WEB) gives false;
        list_flavors() gives nothing;
        list_keypairs() gives nothing;
        create_keypair("ann") gives none;
        delete_keypair("ann") gives false;
        list_availability_zones() gives nothing;
        set_instance(WEB).name("www") gives false;
        unset_instance(WEB).description(true) gives false;
        pause_instance(WEB) gives false;
        unpause_instance(WEB) gives false;
        suspend_instance(WEB) gives false;
        resume_instance(WEB) gives false;
        shelve_instance(WEB) gives false;
        unshelve_instance(WEB) gives false;
        rescue_instance(WEB) gives false;
        unrescue_instance(WEB) gives false;
        lock_instance(WEB) gives false;
        unlock_instance(WEB) gives false;
        resize_instance(WEB, "f1") gives false;
        confirm_resize(WEB) gives false;
        revert_resize(WEB) gives false;
        rebuild_instance(WEB) gives false;
        snapshot_instance(WEB) gives none;
        list_instance_events(WEB) gives nothing;
        get_console_log(WEB) gives none;
        get_console_url(WEB) gives none;
        add_network(WEB, "n") gives none;
        add_fixed_ip(WEB, "n") gives none;
        add_port(WEB, "p") gives none;
        remove_network(WEB, "n") gives false;
        remove_port(WEB, "p") gives false;
        add_security_group(WEB, "g") gives false;
        remove_security_group(WEB, "g") gives false;
        get_flavor("f1") gives none;
        get_keypair("ann") gives none;
        list_server_groups() gives nothing;
        get_server_group("apart") gives none;
        create_server_group("apart") gives none;
        delete_server_group("apart") gives false;
    };
    assert_eq!(tried, all("compute"));
}

#[tokio::test]
async fn a_success_clears_the_last_error_and_only_changes_are_logged() {
    let server = Server::start(|request: &Received| match (request.what(), request.nth) {
        ("GET /compute/v2.1/os-keypairs", 0) => refusal(403, "forbidden", "Not now."),
        _ => demo(request),
    })
    .await;
    let client = InfomaniakComputeClient::new(server.cloud());
    let logs = Logs::collect();
    assert!(client.last_error().is_none());
    assert!(client.list_keypairs().await.is_empty());
    let error = client.last_error().unwrap();
    assert_eq!((error.kind(), error.operation()), (Kind::Denied, Some("list_keypairs")));
    assert!(client.clone().last_error().is_some(), "clones share it");
    logs.take(TARGET);

    assert_eq!(client.list_keypairs().await.len(), 1);
    assert!(client.last_error().is_none());
    assert_eq!(logs.take(TARGET), [""; 0], "reading is not logged");

    assert!(client.start_instance(WEB).await);
    let lines = logs.take(TARGET);
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert!(line.contains("INFO") && line.contains("start_instance"), "{line}");
    assert!(line.contains(WEB), "{line}");
}

#[tokio::test]
async fn an_image_that_does_not_exist_is_a_silent_none() {
    let server = Server::start(|request: &Received| match request.what() {
        "GET /image/v2/images" => json_answer(200, json!({ "images": [] })),
        _ => demo(request),
    })
    .await;
    let client = InfomaniakComputeClient::new(server.cloud());
    let logs = Logs::collect();
    for absent in ["none", NOBODY] {
        assert!(client.get_image(absent).await.is_none());
        assert_eq!(logs.take(TARGET), [""; 0]);
    }
    // Other things that do not exist are errors.
    assert!(client.get_instance("none").await.is_none());
    assert_eq!(logs.take(TARGET).len(), 1);
    assert_eq!(client.last_error().unwrap().kind(), Kind::NotFound);
}

#[tokio::test]
async fn a_name_cannot_write_lines_of_its_own() {
    let server = Server::start(demo).await;
    let client = InfomaniakComputeClient::new(server.cloud());
    let logs = Logs::collect();
    let name = "web\nERROR all is lost\u{1b}[2J";
    assert!(client.get_instance(name).await.is_none());
    assert!(client.create_keypair(name).await.is_some());
    let lines = logs.take(TARGET);
    assert_eq!(lines.len(), 2);
    for line in lines {
        assert!(line.contains("web\\nERROR all is lost\\u{1b}[2J"), "{line}");
        assert!(!line.contains(char::is_control), "{line}");
    }
}

#[tokio::test]
async fn wrong_credentials_show_at_the_first_call_and_not_before() {
    let server = Server::start(|_: &Received| {
        let body = json!({ "error": { "code": 401, "message": "No." } });
        json_answer(401, body)
    })
    .await;
    let address = server.url();
    let client =
        InfomaniakComputeClient::from_credentials("id", SECRET.to_string(), Some(&address), None)
            .unwrap();
    assert_eq!(server.lines(), [""; 0]);
    let logs = Logs::collect();
    assert!(client.list_instances().await.is_empty());
    let lines = logs.take(TARGET);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("unauthenticated") && !lines[0].contains(SECRET), "{lines:?}");
}

#[tokio::test]
async fn validating_the_connection_asks_for_the_projects() {
    let server = Server::start(demo).await;
    let client = InfomaniakComputeClient::new(server.cloud());
    assert!(client.validate_connection().await);
    assert_eq!(server.lines(), ["POST /v3/auth/tokens", "GET /v3/auth/projects"]);
    client.close();

    let server = refusing().await;
    let client = InfomaniakComputeClient::new(server.cloud());
    let logs = Logs::collect();
    assert!(!client.validate_connection().await);
    let lines = logs.take(TARGET);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("service=compute"), "{lines:?}");
    assert_eq!(client.last_error().unwrap().kind(), Kind::Denied);
}

#[test]
fn credentials_alone_mean_infomaniak_in_its_first_region() {
    let of = |auth_url, region| {
        InfomaniakComputeClient::from_credentials("id", SECRET.to_string(), auth_url, region)
    };
    let shown = format!("{:?}", of(None, None).unwrap());
    assert!(shown.contains("https://api.pub1.infomaniak.cloud/identity/v3"), "{shown}");
    assert!(shown.contains("dc3-a") && !shown.contains(SECRET), "{shown}");
    let shown = format!("{:?}", of(Some("https://other.example/v3"), Some("dc4-a")).unwrap());
    assert!(shown.contains("other.example") && shown.contains("dc4-a"), "{shown}");
    assert_eq!(of(Some("not an address"), None).unwrap_err().kind(), Kind::Config);
    assert_eq!(Config::application_credential("id", "s").region.as_deref(), Some("dc3-a"));
}

#[tokio::test]
async fn without_its_variables_from_env_names_both() {
    let both = "INFOMANIAK_APP_CREDENTIAL_ID and INFOMANIAK_APP_CREDENTIAL_SECRET";
    let stray = [("OS_AUTH_URL", "http://127.0.0.1:9/v3"), ("OS_USERNAME", "ann")];
    let incomplete: [&[(&str, &str)]; 4] = [
        &[],
        &[("INFOMANIAK_APP_CREDENTIAL_ID", "id")],
        &[("INFOMANIAK_APP_CREDENTIAL_ID", "id"), ("INFOMANIAK_APP_CREDENTIAL_SECRET", "")],
        &stray,
    ];
    let processes = incomplete.iter().map(|variables| process("contract", variables)).collect();
    for outcome in outcomes(processes).await {
        assert!(outcome.starts_with("Config: ") && outcome.contains(both), "{outcome}");
    }
}
