//! What is said on the way through all of this: a session of the library and one of `ik`, past every
//! fault, with everything that either says at its most talkative; nothing of it is secret. What all the
//! other tests said is searched at the end of `./test`, by `tests/secrets`.

use std::fmt::Debug;
use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use infomaniak_cloud::contract::InfomaniakComputeClient;
use infomaniak_cloud::session::config::Environment;
use infomaniak_cloud::session::credentials::{Credentials, Domain, Scope, User};
use infomaniak_cloud::{Cloud, Config, Error};
use infomaniak_local::Fault;
use serde_json::json;
use tracing_subscriber::layer::SubscriberExt;

use crate::record::{self, Record};
use crate::search::Search;
use crate::stage::{Stage, status};

const WRONG: &str = "wrong-horse \"battery\" staple";
const USER_DATA: &str = "#!/bin/sh\nexport DATABASE_PASSWORD=correct-pony";
const IN_USER_DATA: &str = "correct-pony";

/// What is said, and by what it is searched.
struct Ears {
    stage: Stage,
    record: Record,
    folder: tempfile::TempDir,
    _listener: tracing::subscriber::DefaultGuard,
}

impl Ears {
    async fn open() -> Ears {
        let stage = Stage::open().await;
        let folder = tempfile::tempdir().unwrap();
        let record = Record::at(folder.path());
        let listener = tracing_subscriber::registry().with(record.listener());
        let listener = tracing::subscriber::set_default(listener.with(record::listener()));
        Ears { stage, record, folder, _listener: listener }
    }

    /// What a program may show of anything it has.
    fn hear<T: Debug>(&self, thing: T) -> T {
        self.record.said("debug", &format!("{thing:?}\n{thing:#?}"));
        thing
    }

    fn hear_outcome<T: Debug>(&self, outcome: Result<T, Error>) -> Option<T> {
        match outcome {
            Ok(thing) => Some(self.hear(thing)),
            Err(error) => {
                self.record.error(&error);
                None
            }
        }
    }

    async fn ik(&self, arguments: &[&str], variables: &[(&str, &str)]) -> String {
        let ran = self.stage.ik_with(arguments, variables).await;
        self.record.said(&format!("stdout of ik {} {}", arguments[0], arguments[1]), &ran.stdout);
        self.record.said("stderr of ik", &ran.stderr);
        ran.stderr
    }

    /// Everything that was said is harmless; all of `shown` was said, and so many secrets hidden.
    fn assert_harmless(&self, shown: &[&str], hidden: usize) {
        for secret in [WRONG, IN_USER_DATA] {
            record::secret(secret);
        }
        let secrets = [self.stage.secret(), WRONG, USER_DATA, IN_USER_DATA];
        let searched = Search::new(secrets).record(self.folder.path()).unwrap();
        let findings: Vec<_> = searched.findings.iter().map(ToString::to_string).collect();
        assert!(findings.is_empty(), "secrets are in {findings:#?}");
        let said = fs::read_dir(self.folder.path().join("said")).unwrap();
        let said = said.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
        let said = said.collect::<Vec<_>>().concat();
        for words in shown {
            assert!(said.contains(words), "nobody said {words}");
        }
        let count = said.matches("***").count();
        assert!(count >= hidden, "only {count} secrets were hidden");
    }
}

/// Every fault. Services and proxies like to quote what they refuse: some quote `sent`, a secret
/// that went with the request.
fn faults(sent: &str) -> [Fault; 14] {
    let quoting = json!({ "error": { "message": format!("what is {sent}?") } });
    let page = format!("<h1>Bad</h1><pre>{sent}</pre>");
    let html = [("content-type", "text/html")];
    [
        Fault::Status { status: 200, headers: Vec::new(), body: Some(String::new()) },
        status(400, &[], Some(&quoting.to_string())),
        status(502, &html, Some(&page)),
        status(200, &html, Some("<p>Soon.</p>")),
        status(300, &[("location", "/elsewhere")], Some("{}")),
        status(302, &[("location", "http://127.0.0.1:1/")], None),
        status(429, &[("retry-after", "0")], None),
        status(503, &[], None),
        Fault::ExpiredToken,
        Fault::Cut(9),
        Fault::Gzip(20),
        Fault::Rewrite { find: "\"id\"".into(), replace: "\"lost\"".into() },
        Fault::ResetBefore,
        Fault::ResetAfter,
    ]
}

/// The token that was used last.
fn last_token(stage: &Stage) -> String {
    let requests = stage.tap.requests();
    let used = requests.iter().rev().find_map(|request| request.header("x-auth-token"));
    used.unwrap().to_string()
}

#[tokio::test]
async fn the_library_says_nothing_secret_whatever_happens() {
    let ears = Ears::open().await;
    let stage = &ears.stage;
    let cloud = ears.hear(stage.cloud());
    ears.hear(cloud.config());
    let compute = cloud.compute();
    for fault in faults(stage.secret()) {
        stage.plan(1, "POST", "/auth/tokens", &fault);
        ears.hear_outcome(stage.cloud().compute().list_keypairs().await);
        stage.clear_faults();
    }
    for nth in 0..faults("").len() {
        for method in ["GET", "POST"] {
            ears.hear_outcome(compute.list_keypairs().await).unwrap();
            stage.plan(1, method, "/os-keypairs", &faults(&last_token(stage))[nth]);
            ears.hear_outcome(compute.create_keypair(format!("{method}-{nth}")).await);
            ears.hear_outcome(compute.list_keypairs().await);
            stage.clear_faults();
        }
    }
    ears.assert_harmless(
        &[
            "x-auth-token: ***",
            "x-subject-token: ***",
            "\"secret\":\"***\"",
            "\"private_key\":\"***\"",
        ],
        100,
    );
}

#[tokio::test]
async fn user_data_shows_nowhere() {
    let ears = Ears::open().await;
    let cloud = ears.stage.cloud();
    let create = |name: &str| {
        let (flavor, image, network) = ("a1-ram2-disk20-perf1", "Debian 12 bookworm", "demo-net");
        cloud.compute().create_instance(name, flavor, image, network).user_data(USER_DATA)
    };
    let _ = ears.hear(create("web"));
    ears.hear_outcome(create("web").await).unwrap();
    // Nova quotes what its schema does not allow, and it gets user data in base64.
    let value = STANDARD.encode(USER_DATA);
    let quoting = format!("Invalid input for field/attribute user_data. Value: {value}.");
    let quoting = json!({ "badRequest": { "code": 400, "message": quoting } }).to_string();
    for fault in [status(400, &[], Some(&quoting)), Fault::ResetAfter, Fault::Cut(9)] {
        ears.stage.plan(1, "POST", "/servers", &fault);
        ears.hear_outcome(create("web").await);
    }
    ears.assert_harmless(&["Value: ***", "\"user_data\":\"***\""], 8);
}

#[tokio::test]
async fn wrong_logins_are_refused_without_a_word_of_them() {
    let ears = Ears::open().await;
    let config = ears.stage.cloud().config().clone();
    let user = User::Name { name: "PCU-LOCAL01".into(), domain: Domain::Id("default".into()) };
    let wrong = WRONG.to_string();
    for credentials in [
        Config::application_credential("nobody", wrong.clone()).credentials,
        Credentials::Password {
            user,
            password: wrong.clone().into(),
            scope: Scope::ProjectId("p".into()),
        },
        Credentials::Token { token: wrong.clone().into(), scope: Scope::None },
        Credentials::Token { token: wrong.clone().into(), scope: Scope::ProjectId("p".into()) },
    ] {
        let config = ears.hear(Config { credentials, ..config.clone() });
        assert!(ears.hear_outcome(Cloud::new(config).compute().list_keypairs().await).is_none());
    }
    let url = config.auth_url.as_str();
    let client =
        InfomaniakComputeClient::from_credentials("nobody", wrong, Some(url), None).unwrap();
    assert!(!client.validate_connection().await);
    assert!(client.create_keypair("ann").await.is_none());
    ears.record.error(&*client.last_error().unwrap());
    ears.assert_harmless(&["did not accept the credentials", "create_keypair(name=ann) failed"], 6);
}

/// Files that people write: with the secret, and wrong around it.
fn broken_files() -> Vec<String> {
    let entry =
        |auth: &str| format!("clouds:\n  mine:\n    auth_type: v3password\n    auth: {auth}\n");
    let quoted = "'wrong-horse \"battery\" staple'";
    vec![
        entry(&format!("{{username: ann, password: {quoted}")),
        entry(&format!("{{username: ann, password: {WRONG}: }}")),
        entry(&format!("[{quoted}]")),
        entry(&format!("{{username: ann, password: [{quoted}]}}")),
        entry(&format!("{{auth_url: 'http://[', username: ann, password: {quoted}}}")),
        entry(&format!("{{auth_url: 'http://c', password: {quoted}}}")),
        entry(quoted),
        entry(&format!("{{auth_url: 'http://c', username: ann, passwort: {quoted}}}")),
        format!("{quoted}: {quoted}\n"),
        format!("clouds: {quoted}\n"),
        format!("\tpassword: {quoted}\n"),
        entry(&format!("{{username: ann, password: {quoted}}}")).replace("v3password", "v9"),
    ]
}

#[tokio::test]
async fn a_configuration_that_is_wrong_is_told_without_the_line_at_fault() {
    let ears = Ears::open().await;
    let file = ears.folder.path().join("clouds.yaml");
    let path = file.to_str().unwrap();
    for text in broken_files() {
        fs::write(&file, &text).unwrap();
        let environment: Environment = [("OS_CLIENT_CONFIG_FILE", path)]
            .map(|(k, v)| (k, v.to_string()))
            .into_iter()
            .collect();
        let found = ears.hear_outcome(Config::find(&environment, Some("mine")));
        assert!(found.is_none(), "{text}");
        let variables = [("OS_CLIENT_CONFIG_FILE", path), ("OS_CLOUD", "mine")];
        let said = ears.ik(&["server", "list", "--debug"], &variables).await;
        assert!(said.starts_with("error: "), "{text}: {said}");
    }
    ears.assert_harmless(&["clouds.yaml"], 0);
}

#[tokio::test]
async fn ik_says_nothing_secret_whatever_happens() {
    let ears = Ears::open().await;
    let stage = &ears.stage;
    let (key, script) = (stage.home().join("ann.pem"), ears.folder.path().join("init.sh"));
    fs::write(&script, USER_DATA).unwrap();
    let (key, script) = (key.to_str().unwrap(), script.to_str().unwrap());
    let create = ["server", "create", "web", "--flavor", "a1-ram2-disk20-perf1", "--image"];
    let create = [&create[..], &["Debian 12 bookworm", "--network", "demo-net"]].concat();
    let create = [&create[..], &["--user-data", script, "--debug", "--timing"]].concat();
    ears.ik(&["keypair", "create", "ann", "--private-key", key, "--debug"], &[]).await;
    ears.ik(&["keypair", "create", "bob", "--debug"], &[]).await;
    ears.ik(&create, &[]).await;
    let list = ["keypair", "list", "--debug", "--timing"];
    ears.ik(&list, &[("INFOMANIAK_APP_CREDENTIAL_SECRET", WRONG)]).await;
    for fault in faults(stage.secret()) {
        stage.plan(1, "POST", "/auth/tokens", &fault);
        ears.ik(&list, &[("IK_NO_CACHE", "1")]).await;
        stage.clear_faults();
    }
    for nth in 0..faults("").len() {
        ears.ik(&list, &[]).await;
        stage.plan(1, "POST", "/os-keypairs", &faults(&last_token(stage))[nth]);
        ears.ik(&["keypair", "create", &nth.to_string(), "--debug"], &[]).await;
        stage.clear_faults();
        ears.ik(&list, &[]).await;
        stage.plan(1, "GET", "/os-keypairs", &faults(&last_token(stage))[nth]);
        ears.ik(&list, &[]).await;
        stage.clear_faults();
    }
    let built_in =
        [("IK_LOCAL", stage.place().to_str().unwrap()), ("OS_CLOUD", "local-demo-appcred")];
    ears.ik(&["keypair", "list", "--debug", "--timing"], &built_in).await;
    ears.assert_harmless(
        &["x-auth-token: ***", "\"secret\":\"***\"", "\"user_data\":\"***\"", "in all, "],
        60,
    );
}
