//! `ik auth`: credentials are set up, examined, and ended.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use infomaniak_cloud::Kind;
use serde_json::Value;

use super::Done;
use crate::case::{Case, Failure, Outcome};
use crate::context::Context;
use crate::record;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("login tries credentials and writes them for ik and openstack alike", login)
            .proves(&["list_flavors"]),
        Case::new("login by questions shows no secret while it is typed", questions)
            .proves(&["list_flavors"]),
        Case::new("login that is refused writes nothing", refused),
        Case::new("doctor finds all well where all is well", healthy),
        Case::new("doctor says what is wrong, and with which exit code", unwell),
        Case::new("doctor helps where nothing is configured", nothing),
        Case::new("doctor tells a revoked application credential", revoked),
        Case::new("logout ends the token that was kept", logout).proves(&["list_flavors"]),
    ]
}

/// A home that only this case knows. Not among the folders that are searched for secrets in the end:
/// here one is kept on purpose.
fn at_home<'a>(command: &'a mut Command, home: &Path) -> &'a mut Command {
    command.env_remove("OS_CLIENT_CONFIG_FILE").env_remove("XDG_CONFIG_HOME");
    command.env("HOME", home).env("XDG_CACHE_HOME", home.join("cache")).current_dir(home)
}

impl Context {
    /// `ik` in a home, with this on standard input.
    fn ik_at_home(&self, home: &Path, arguments: &[&str], input: &str) -> Outcome<Done> {
        let mut command = self.ik_command(arguments)?;
        at_home(&mut command, home).stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        // It may have refused before it read anything.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        self.noted(arguments, child.wait_with_output()?)
    }
}

fn mode(path: &Path) -> Outcome<u32> {
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o777)
}

async fn login(context: &Context) -> Outcome {
    let home = tempfile::tempdir()?;
    let (id, secret, url) = crate::contract::credential(&context.target)?;
    let folder = home.path().join(".config/openstack");
    std::fs::create_dir_all(&folder)?;
    let before = "# mine\nclouds:\n  old: # kept\n    auth: {auth_url: http://127.0.0.1:1/v3}\n";
    std::fs::write(folder.join("clouds.yaml"), before)?;
    let login = ["auth", "login", "--cloud", "new", "--auth-url", &url];
    let login = [&login[..], &["--application-credential-id", &id, "--secret-file", "-"]].concat();
    let done = context.ik_at_home(home.path(), &login, &format!("{secret}\n"))?;
    assert!(done.stderr.contains(context.target.project), "{}", done.stderr);
    assert!(!done.stderr.contains(&secret));
    done.good()?;

    let clouds = std::fs::read_to_string(folder.join("clouds.yaml"))?;
    assert!(clouds.starts_with(before) && clouds.contains(&id) && !clouds.contains(&secret));
    assert!(std::fs::read_to_string(folder.join("secure.yaml"))?.contains(&secret));
    assert_eq!(mode(&folder.join("secure.yaml"))?, 0o600);
    let list = ["flavor", "list", "--cloud", "new", "--query", "length(@)"];
    let ours = context.ik_at_home(home.path(), &list, "")?.json()?;
    let mut openstack = Command::new("openstack");
    for (name, _) in std::env::vars_os().filter(|(n, _)| n.to_string_lossy().starts_with("OS_")) {
        openstack.env_remove(name);
    }
    at_home(&mut openstack, home.path()).args([
        "--os-cloud",
        "new",
        "flavor",
        "list",
        "-f",
        "json",
    ]);
    let theirs: Value = serde_json::from_slice(&openstack.output()?.stdout)?;
    assert_eq!(ours, theirs.as_array().unwrap().len());

    let again = context.ik_at_home(home.path(), &login, &secret)?.refused(Kind::Conflict)?;
    assert!(again.contains("`new`") && again.contains("--yes"), "{again}");
    let replaced = [&login[..], &["--yes"]].concat();
    context.ik_at_home(home.path(), &replaced, &secret)?.good()?;
    assert_eq!(std::fs::read_to_string(folder.join("clouds.yaml"))?, clouds);
    Ok(())
}

/// At a terminal of its own, which `script` makes.
async fn questions(context: &Context) -> Outcome {
    let home = tempfile::tempdir()?;
    let (id, secret, url) = crate::contract::credential(&context.target)?;
    let ik = crate::ik::binary().map_err(Failure)?;
    let mut command = crate::other_client::program("script", context);
    command.args(["-qec", &format!("{} auth login", ik.display()), "/dev/null"]);
    at_home(&mut command, home.path()).env("TERM", "dumb").stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let mut keys = child.stdin.take().unwrap();
    for answer in ["asked", &url, &id] {
        writeln!(keys, "{answer}")?;
    }
    let mut stdout = child.stdout.take().unwrap();
    let mut screen = Vec::new();
    while !screen.ends_with(b"Secret of the application credential: ") {
        let mut key = [0];
        stdout.read_exact(&mut key)?;
        screen.extend(key);
    }
    // A terminal shows what is typed until the program hides it, which it does after its question.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    writeln!(keys, "{secret}")?;
    stdout.read_to_end(&mut screen)?;
    let screen = String::from_utf8(screen)?;
    assert!(child.wait()?.success(), "{screen}");
    assert!(!screen.contains(&secret) && screen.contains("logged in as"), "{screen}");
    let list = ["flavor", "list", "--cloud", "asked"];
    context.ik_at_home(home.path(), &list, "")?.good()?;
    Ok(())
}

async fn refused(context: &Context) -> Outcome {
    let home = tempfile::tempdir()?;
    let (id, _, url) = crate::contract::credential(&context.target)?;
    let login = ["auth", "login", "--auth-url", &url, "--application-credential-id", &id];
    let try_with = |arguments: &[&str], input: &str| {
        context.ik_at_home(home.path(), &[&login[..], arguments].concat(), input)
    };
    let wrong = "a-wrong-secret-of-no-use";
    record::secret(wrong);
    try_with(&["--secret-file", "-"], wrong)?.refused(Kind::Unauthenticated)?;
    try_with(&["--secret-file", "-"], "")?.refused(Kind::Invalid)?;
    try_with(&["--secret-file", "/nowhere/x"], "")?.refused(Kind::Invalid)?;
    try_with(&[], "")?.refused(Kind::Invalid)?;
    let asked = context.ik_at_home(home.path(), &["auth", "login"], "")?.refused(Kind::Invalid)?;
    assert!(asked.contains("--application-credential-id"), "{asked}");
    assert_eq!(std::fs::read_dir(home.path())?.count(), 0);
    Ok(())
}

/// The findings of `ik auth doctor -f json`, and the exit code.
fn findings(done: &Done) -> Outcome<Vec<Value>> {
    Ok(serde_json::from_str(&done.stdout)?)
}

fn about<'a>(findings: &'a [Value], about: &str) -> &'a Value {
    let found = findings.iter().find(|finding| finding["about"] == about);
    found.unwrap_or_else(|| panic!("nothing about {about} in {findings:?}"))
}

const DOCTOR: [&str; 4] = ["auth", "doctor", "-f", "json"];

async fn healthy(context: &Context) -> Outcome {
    for entry in [context.target.member, context.target.credential] {
        let done = context.ik_by(&DOCTOR, |command| command.env("OS_CLOUD", entry))?;
        let findings = findings(&done)?;
        assert!(findings.iter().all(|finding| finding["state"] != "error"), "{findings:?}");
        assert!(about(&findings, "credentials")["found"].to_string().contains(entry));
        assert!(about(&findings, "project")["found"].to_string().contains(context.target.project));
        assert!(about(&findings, "service compute")["found"].to_string().contains(" ms"));
        assert_eq!(about(&findings, "region")["found"], context.target.region);
        assert_eq!(done.code, 0);
    }
    let lines = context.ik(&["auth", "doctor"])?.good()?;
    assert!(lines.lines().any(|line| line.starts_with("ok       clock")), "{lines}");
    Ok(())
}

async fn unwell(context: &Context) -> Outcome {
    let (id, _, url) = crate::contract::credential(&context.target)?;
    let with = |id: &str, secret: &str, url: &str| {
        context.ik_by(&DOCTOR, |command| {
            command.env("INFOMANIAK_APP_CREDENTIAL_ID", id).env("OS_USERNAME", "ann");
            command.env("INFOMANIAK_APP_CREDENTIAL_SECRET", secret).env("INFOMANIAK_AUTH_URL", url)
        })
    };
    let wrong = "another-wrong-secret-of-no-use";
    record::secret(wrong);
    let free = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?; // closed again at once
    for (id, url, code, broken) in [
        (id.as_str(), url.clone(), 7, "login"),
        ("0123456789abcdef", url.clone(), 7, "login"),
        (&id, format!("http://{free}/v3"), 14, "identity"),
        (&id, format!("{url}/users/v3"), 8, "identity"),
        ("", url, 8, "credentials"),
    ] {
        let done = with(id, wrong, &url)?;
        let findings = findings(&done)?;
        let finding = about(&findings, broken);
        assert_eq!((&finding["state"], done.code), (&"error".into(), code), "{findings:?}");
        assert!(finding["advice"].as_str().is_some_and(|advice| !advice.is_empty()));
        assert!(about(&findings, "ignored")["found"].to_string().contains("OS_USERNAME"));
    }
    let region = context.ik(&[&DOCTOR[..], &["--region", "atlantis-1"]].concat())?;
    assert_eq!(region.code, 8);
    let region = findings(&region)?;
    assert!(about(&region, "region")["advice"].to_string().contains(context.target.region));
    let cloud = context.ik(&[&DOCTOR[..], &["--cloud", "demmo"]].concat())?;
    assert!(about(&findings(&cloud)?, "credentials")["advice"].to_string().contains("`demo`"));
    Ok(())
}

async fn nothing(context: &Context) -> Outcome {
    let home = tempfile::tempdir()?;
    let done = context.ik_at_home(home.path(), &["auth", "doctor"], "")?;
    assert_eq!(done.code, 8);
    assert!(done.stdout.contains("ik auth login sets one up"), "{done:?}");
    Ok(())
}

/// An application credential of the member that a case makes for itself.
pub(super) struct OwnCredential {
    id: String,
    secret: String,
    auth_url: String,
    path: String,
}

impl OwnCredential {
    /// Makes one; `expires_at` as Keystone wants it.
    pub(super) async fn make(context: &Context, expires_at: Option<&str>) -> Outcome<Self> {
        let config = context.fresh_config(context.target.member)?;
        let auth_url = config.auth_url.to_string();
        let user = infomaniak_cloud::Cloud::new(config).user_id().await?.unwrap();
        let path = format!("/users/{user}/application_credentials");
        let name = format!("behaviour-doctor-{}", uuid::Uuid::new_v4().simple());
        let wanted = serde_json::json!({ "name": name, "expires_at": expires_at });
        let body = serde_json::json!({ "application_credential": wanted }).to_string();
        // Not noted: there is a secret in the answer.
        let mut command =
            context.ik_command(&["api", "POST", "identity", &path, "--data", &body])?;
        let made = command.env("OS_CLOUD", context.target.member).output()?;
        let made: Value = serde_json::from_slice(&made.stdout)?;
        let made =
            |field: &str| made["application_credential"][field].as_str().unwrap().to_string();
        let (id, secret) = (made("id"), made("secret"));
        record::secret(&secret);
        Ok(OwnCredential { path: format!("{path}/{id}"), id, secret, auth_url })
    }

    /// What doctor says to who logs in with it.
    pub(super) fn doctor(&self, context: &Context) -> Outcome<Done> {
        context.ik_by(&DOCTOR, |command| {
            command.env("INFOMANIAK_APP_CREDENTIAL_ID", &self.id);
            command.env("INFOMANIAK_APP_CREDENTIAL_SECRET", &self.secret);
            command.env("INFOMANIAK_AUTH_URL", &self.auth_url)
        })
    }

    /// Takes it back.
    pub(super) fn revoke(&self, context: &Context) -> Outcome {
        context.ik(&["api", "DELETE", "identity", &self.path, "--yes"])?.good()?;
        Ok(())
    }
}

async fn revoked(context: &Context) -> Outcome {
    let credential = OwnCredential::make(context, None).await?;
    credential.revoke(context)?;
    let done = credential.doctor(context)?;
    assert_eq!(done.code, 7);
    let findings = findings(&done)?;
    let advice = findings.iter().filter(|finding| finding["about"] == "login");
    assert!(
        advice.map(|finding| finding["found"].to_string()).any(|found| found.contains("revoked"))
    );
    Ok(())
}

async fn logout(context: &Context) -> Outcome {
    let tokens = context.path("tokens");
    let ik = |arguments: &[&str]| {
        context.ik_by(arguments, |command| {
            command.env("OS_CLOUD", context.target.member).env("XDG_CACHE_HOME", &tokens)
        })
    };
    assert!(ik(&["auth", "logout"])?.stderr.contains("no token was kept"));
    ik(&["flavor", "list"])?.good()?;
    let folder = tokens.join("infomaniak-cloud");
    assert_eq!(std::fs::read_dir(&folder)?.count(), 1);
    let done = ik(&["auth", "logout", "--timing"])?;
    assert!(done.stderr.contains("revoked") && done.stderr.contains("DELETE"), "{}", done.stderr);
    assert_eq!(std::fs::read_dir(&folder)?.count(), 0);
    ik(&["flavor", "list"])?.good()?;
    Ok(())
}
