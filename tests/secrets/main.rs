//! No secret shows in anything that was said or kept in a whole test run. The last step of `./test`:
//! the others have recorded theirs ([`record`]).

#![allow(clippy::unwrap_used)] // a test, outside of test functions too

#[path = "../record.rs"]
mod record;
mod search;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use record::Record;
use search::{Search, Sort};
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;

const SECRET: &str = "correct/horse \"battery\" staple";

/// Programs that must have been heard, or the search is over nothing.
const HEARD: &[&str] = &["wire", "local", "faults"];
const HEARD_WITH_TESTBED: &[&str] = &["behaviours"];

/// Names the testbed's `clouds.yaml`; `./test` sets it.
const TESTBED: &str = "OS_CLIENT_CONFIG_FILE";

#[test]
fn nothing_that_was_recorded_in_this_run_shows_a_secret() {
    let Some(place) = std::env::var_os(record::VARIABLE).map(PathBuf::from) else {
        println!("this run is not recorded: ./test does it");
        return;
    };
    let testbed = std::env::var_os(TESTBED).map(PathBuf::from);
    let mut secrets = known(&place.join("known"));
    secrets.extend(testbed.as_deref().map(secrets_of_testbed).unwrap_or_default());
    let searched = Search::new(secrets.iter().map(String::as_str)).record(&place).unwrap();

    println!(
        "{} secrets, tokens and private keys looked for in {} files, {} bytes",
        secrets.len(),
        searched.files,
        searched.bytes
    );
    let findings: Vec<_> = searched.findings.iter().take(50).map(ToString::to_string).collect();
    assert!(findings.is_empty(), "secrets are in\n{}", findings.join("\n"));

    let with_testbed = testbed.map_or(&[][..], |_| HEARD_WITH_TESTBED);
    for program in HEARD.iter().chain(with_testbed) {
        assert!(searched.programs.contains(*program), "`{program}` was not recorded");
    }
    assert!(place.join("steps").exists(), "what the steps printed was not recorded");
    assert!(!secrets.is_empty() && searched.belonging > 0, "there was nothing to hide");
}

/// The secrets that tests have noted.
fn known(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let texts = files.map(|file| fs::read_to_string(file).unwrap());
    let lines = texts.flat_map(|text| text.lines().map(str::to_string).collect::<Vec<_>>());
    lines.map(|line| serde_json::from_str(&line).unwrap()).collect()
}

/// The testbed's secrets, as far as they cannot be taken for anything else (its passwords are a word).
fn secrets_of_testbed(clouds_yaml: &Path) -> Vec<String> {
    let clouds = fs::read_to_string(clouds_yaml).unwrap();
    let clouds: Value = serde_saphyr::from_str(&clouds).unwrap();
    let others = fs::read_to_string(clouds_yaml.with_file_name("appcred.json")).unwrap();
    let others: Value = serde_json::from_str(&others).unwrap();
    let mut secrets = Vec::new();
    below(&clouds, "application_credential_secret", &mut secrets);
    below(&others, "secret", &mut secrets);
    assert!(secrets.len() >= 2, "the testbed has two application credentials");
    secrets
}

/// The texts under `name`, however deep.
fn below(value: &Value, name: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| match value {
            Value::String(text) if key == name => found.push(text.clone()),
            value => below(value, name, found),
        }),
        Value::Array(items) => items.iter().for_each(|item| below(item, name, found)),
        _ => {}
    }
}

/// What a search for [`SECRET`] finds after `plant`.
fn found(plant: impl FnOnce(&Record, &Path)) -> Vec<Sort> {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join("kept")).unwrap();
    plant(&Record::at(place.path()), &place.path().join("kept"));
    let searched = Search::new([SECRET]).record(place.path()).unwrap();
    searched.findings.into_iter().map(|finding| finding.sort).collect()
}

/// A file of this mode.
fn write(path: &Path, mode: u32, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_secret_that_was_said_is_found_however_it_is_written() {
    let quoted = Value::from(SECRET).to_string();
    let base64 = |text: String| STANDARD.encode(text);
    for text in [
        SECRET.to_string(),
        format!("password: {SECRET}\nnext"),
        quoted.clone(),
        Value::from(quoted).to_string(),
        "https://c/?password=correct%2Fhorse+%22battery%22+staple&x=1".into(),
        base64(SECRET.into()),
        base64(format!("{SECRET}\n")),
        base64(format!("x{SECRET}, y")),
        base64(format!("pw{SECRET}y")),
    ] {
        assert_eq!(found(|record, _| record.said("log", &text)), [Sort::Known], "{text}");
    }
    let harmless = "***, correct horse, gAAAAA, token gAAAA..., a PRIVATE KEY, bgAAAAABp_x-T0";
    assert_eq!(found(|record, _| record.said("log", harmless)), []);
}

#[test]
fn tokens_and_private_keys_are_found_though_nobody_knows_them() {
    let key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn\n-----END OPENSSH PRIVATE KEY-----\n";
    let said = |title: &str, text: &str| found(|record, _| record.said(title, text));
    assert_eq!(said("log", "x-auth-token: gAAAAABp_x-T0"), [Sort::Token]);
    assert_eq!(said("log", r#""token:\ngAAAAABp_x-T0""#), [Sort::Token]);
    assert_eq!(said("stderr of ik keypair create", key), [Sort::PrivateKey; 2]);
    assert_eq!(said("stdout of ik server create", key), [Sort::PrivateKey; 2]);
    // Printing it is what this command is for; printing a token is not.
    assert_eq!(said("stdout of ik keypair create", key), []);
    assert_eq!(said("stdout of ik keypair create", "gAAAAABp_x-T0"), [Sort::Token]);
}

#[test]
fn what_is_kept_is_kept_where_it_belongs() {
    let kept = |mode, name: &str, text: &str| found(|_, kept| write(&kept.join(name), mode, text));
    let key = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
    assert_eq!(kept(0o644, "ann.pem", key), [Sort::PrivateKey]);
    assert_eq!(kept(0o600, "ann.pem", key), []);
    assert_eq!(kept(0o600, "history", &format!("a\n{key}")), [Sort::PrivateKey]);
    assert_eq!(kept(0o600, "clouds.yaml", SECRET), []);
    assert_eq!(kept(0o600, "state", SECRET), [Sort::Known]);
    assert_eq!(kept(0o600, "gAAAAABp_x-T0", "-"), [Sort::Token]);

    let cached = |folder_mode, mode, text: &str| {
        found(|_, kept| {
            write(&kept.join("token-0a1b.json"), mode, text);
            fs::set_permissions(kept, fs::Permissions::from_mode(folder_mode)).unwrap();
        })
    };
    let token = r#"{"token":"gAAAAABp_x-T0"}"#;
    assert_eq!(cached(0o700, 0o600, token), []);
    assert_eq!(cached(0o700, 0o640, token), [Sort::Token]);
    assert_eq!(cached(0o755, 0o600, token), [Sort::Token]);
    assert_eq!(cached(0o700, 0o600, &Value::from(SECRET).to_string()), [Sort::Known]);
}

#[test]
fn a_log_is_recorded_whole() {
    let logged = found(|record, _| {
        let listener = tracing_subscriber::registry().with(record.listener());
        tracing::subscriber::with_default(listener, || {
            tracing::trace!(target: "any::other", password = SECRET, "hm");
            let _span = tracing::trace_span!("login", password = SECRET);
            tracing::error!("cannot log in with {SECRET}");
        });
    });
    assert_eq!(logged, [Sort::Known; 3]);
}
