//! Secrets stay where they belong. Of logins that succeed and fail, of a creation with user data,
//! and of answers that repeat what was sent, nothing secret reaches the log (at its finest level),
//! an error, or what `Debug` shows.

use std::fmt::Write;

use infomaniak_cloud::session::Request;
use infomaniak_cloud::session::credentials::{Credentials, Domain, Scope, User};
use infomaniak_cloud::session::service::COMPUTE;
use infomaniak_cloud::{Cloud, Config, Error};
use serde_json::json;

use crate::logs::Logs;
use crate::record;
use crate::sample::demo;
use crate::server::{Received, Reply, SECRET, Server, TOKEN, answer, json_answer};

const PASSWORD: &str = "pass\"word with / and ü";
const USER_DATA: &str = "#!/bin/sh\nexport DATABASE_PASSWORD=hunter2";
const PRIVATE_KEY: &str = "PRIVATE-HALF";

/// All secrets that appear in these tests, also as they are written in JSON and in base64.
fn secrets() -> Vec<String> {
    let in_json = |text: &str| serde_json::to_string(text).unwrap().trim_matches('"').to_string();
    let mut all = vec![in_json(PASSWORD), in_json(USER_DATA)];
    all.extend([SECRET, TOKEN, PASSWORD, USER_DATA, PRIVATE_KEY, "hunter2"].map(str::to_string));
    all.push("IyEvYmluL3NoCmV4cG9ydCBEQVRBQkFTRV9QQVNTV09SRD1odW50ZXIy".into());
    all
}

/// Also for the search through all that is recorded of the run.
fn note_secrets() {
    for secret in secrets() {
        record::secret(&secret);
    }
}

fn assert_harmless(what: &str, text: &str) {
    for secret in secrets() {
        assert!(!text.contains(&secret), "{what} shows {secret}:\n{text}");
    }
}

fn assert_error_harmless(error: &Error) {
    record::error(error);
    let mut text = format!("{error} {error:?} {error:#?} {:?}", error.hint());
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        write!(text, " {source} {source:?}").unwrap();
        cause = source.source();
    }
    assert_harmless("the error", &text);
}

fn password_config(server: &Server) -> Config {
    let user = User::Name { name: "ann".into(), domain: Domain::Id("default".into()) };
    let credentials = Credentials::Password {
        user,
        password: PASSWORD.to_string().into(),
        scope: Scope::ProjectId("p".into()),
    };
    Config { credentials, ..server.config() }
}

#[tokio::test]
async fn nothing_secret_is_logged() {
    note_secrets();
    let server = Server::start(|request: &Received| match request.what() {
        // The third login is refused, in words that repeat what was sent.
        "POST /v3/auth/tokens" if request.nth == 2 => {
            let message = format!("Could not find {}", request.body);
            json_answer(401, json!({ "error": { "code": 401, "message": message } }))
        }
        _ => demo(request),
    })
    .await;
    let logs = Logs::collect();
    let cloud = server.cloud();
    let compute = cloud.compute();
    let create = compute.create_instance("web", "f1", "Debian 12 bookworm", "demo-net");
    create.user_data(USER_DATA).await.unwrap();
    let keypair = compute.create_keypair("ann").await.unwrap();
    assert_eq!(keypair.private_key.as_ref().unwrap().expose(), PRIVATE_KEY);
    Cloud::new(password_config(&server)).compute().list_instances().await.unwrap();
    let refused = Cloud::new(password_config(&server)).compute().list_instances().await;
    assert_error_harmless(&refused.unwrap_err());

    let lines = logs.take("");
    let text = lines.join("\n");
    assert_harmless("the log", &text);
    // What is hidden was there to be hidden: the contents of all exchanges were logged.
    assert!(lines.iter().filter(|l| l.starts_with("TRACE infomaniak_cloud::wire")).count() >= 9);
    for shown in [
        "\"user_data\":\"***\"",
        "\"private_key\":\"***\"",
        "\"secret\":\"***\"",
        "x-auth-token: ***",
        "x-subject-token: ***",
        "\"password\":\"***\"",
        "ann",
    ] {
        assert!(text.contains(shown), "no {shown} in\n{text}");
    }
    assert_harmless("Debug", &format!("{keypair:?} {:?} {:#?}", cloud, cloud.config()));
    assert_harmless("Debug", &format!("{:?}", password_config(&server)));
}

#[tokio::test]
async fn a_refusal_that_repeats_what_was_sent_is_shown_without_the_secrets() {
    // Nova's schema check quotes the value it does not like; a proxy may show the whole request.
    let echoes: [fn(&Received) -> Reply; 3] = [
        |request| {
            let value = request.json()["server"]["user_data"].clone();
            let message = format!("Invalid input for field/attribute user_data. Value: {value}.");
            json_answer(400, json!({ "badRequest": { "code": 400, "message": message } }))
        },
        |request| {
            let page = format!("<html><h1>Bad</h1><pre>{}\n{}</pre>", request.head, request.body);
            answer(400, "text/html", page)
        },
        |request| answer(500, "text/plain", format!("{}\n{}", request.head, request.body)),
    ];
    for echo in echoes {
        let server = Server::start(move |request: &Received| match request.what() {
            "POST /compute/v2.1/servers" => echo(request),
            "GET /compute/v2.1/servers/detail" => json_answer(200, json!({ "servers": [] })),
            _ => demo(request),
        })
        .await;
        let logs = Logs::collect();
        let cloud = server.cloud().with_timeout(std::time::Duration::from_secs(1));
        let create = cloud.compute().create_instance("web", "f1", "Debian 12 bookworm", "demo-net");
        let create = create.user_data(USER_DATA);
        assert_harmless("Debug", &format!("{create:?}"));
        let error = create.await.unwrap_err();
        assert!(error.message().contains("***"), "{error}");
        assert_error_harmless(&error);
        assert_harmless("the log", &logs.take("").join("\n"));
    }
}

#[tokio::test]
async fn requests_and_answers_show_no_contents() {
    let server = Server::start(demo).await;
    let body = json!({ "server": { "user_data": USER_DATA, "adminPass": PASSWORD } });
    let request = Request::post(&COMPUTE, &["os-keypairs"], body);
    assert_harmless("Debug", &format!("{request:?}"));
    assert!(format!("{request:?}").contains("user_data"), "the rest is shown");
    let response = server.cloud().send(request).await.unwrap();
    assert!(response.body().windows(12).any(|part| part == PRIVATE_KEY.as_bytes()));
    assert_harmless("Debug", &format!("{response:?}"));
}

#[tokio::test]
async fn a_token_that_is_used_as_it_is_shows_nowhere() {
    let server = Server::start(|request: &Received| match request.what() {
        "GET /v3/auth/tokens" => json_answer(401, json!({ "error": { "message": "No." } })),
        _ => demo(request),
    })
    .await;
    let logs = Logs::collect();
    let token = format!("{TOKEN}given");
    let credentials = Credentials::Token { token: token.into(), scope: Scope::None };
    let cloud = Cloud::new(Config { credentials, ..server.config() });
    let error = cloud.compute().list_instances().await.unwrap_err();
    assert_error_harmless(&error);
    assert_harmless("the log", &logs.take("").join("\n"));
    assert_harmless("Debug", &format!("{cloud:?}"));
    assert_eq!(server.received()[0].header("x-subject-token"), Some("gAAAAA-token-given"));
}
