//! What goes wrong on the way to the cloud, or at the keyboard: one line that says what, one that says
//! what to do, and nothing done that was not meant.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

use infomaniak_cloud::Kind;
use serde_json::{Value, json};

use super::Done;
use super::auth::OwnCredential;
use crate::case::{Case, Failure, Outcome};
use crate::context::Context;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("a name that is empty makes and deletes nothing", empty)
            .refuses(Kind::Invalid, &["create_network", "delete_instance"]),
        Case::new("a number that is none is called so", numbers)
            .refuses(Kind::Invalid, &["create_volume"]),
        Case::new("what a service says of an argument is short, and help is named", words)
            .refuses(Kind::Invalid, &["list_instances", "create_image"]),
        Case::new("a name without end does not fill the screen", endless)
            .refuses(Kind::NotFound, &["get_instance"]),
        Case::new("the address of another service is not taken for Keystone's", elsewhere)
            .refuses(Kind::Config, &["list_flavors"]),
        Case::new("an address of one's own that leads nowhere is traced to its place", overridden)
            .refuses(Kind::Transport, &["list_flavors"]),
        Case::new("doctor knows when an application credential ends", ends_soon),
        Case::new("a login that cannot be written down says where else it could be", no_place),
        Case::new("--watch ends when nobody reads any more", nobody_reads),
    ]
}

async fn empty(context: &Context) -> Outcome {
    for arguments in [
        &["network", "create", ""][..],
        &["network", "create", " "],
        &["server", "delete", context.target.server, "", "--yes"],
    ] {
        let message = context.ik(&[arguments, &["--timing"]].concat())?.refused(Kind::Invalid)?;
        assert!(message.contains("is empty") && message.contains("hint: "), "{message}");
        assert!(!message.contains("http://"), "{arguments:?} was sent: {message}");
    }
    context.ik(&["server", "show", context.target.server])?.good()?;
    Ok(())
}

async fn numbers(context: &Context) -> Outcome {
    let size = |size| context.ik(&["volume", "create", "behaviour-never", "--size", size]);
    let message = size("ten")?.refused(Kind::Invalid)?;
    assert!(message.contains("it is not a whole number"), "{message}");
    let message = size("-1")?.refused(Kind::Invalid)?;
    assert!(!message.contains("unexpected argument"), "{message}");
    Ok(())
}

async fn words(context: &Context) -> Outcome {
    let message = context.ik(&["server", "list", "--status", "FINE"])?.refused(Kind::Invalid)?;
    assert!(message.contains("hint: see: ik server list --help"), "{message}");
    let floppy = ["image", "create", "behaviour-never", "--disk-format", "floppy"];
    let message = context.ik(&floppy)?.refused(Kind::Invalid)?;
    assert!(message.contains("'floppy' is not one of"), "{message}");
    assert!(!message.contains("Failed validating") && !message.contains("<br"), "{message}");
    assert!(message.contains("hint: see: ik image create --help"), "{message}");
    Ok(())
}

async fn endless(context: &Context) -> Outcome {
    let name = "x".repeat(3000);
    let message = context.ik(&["server", "show", &name])?.refused(Kind::NotFound)?;
    assert!(message.chars().count() < 1300 && message.contains("there is no instance `xxx"));
    assert!(message.contains("x` (compute)\nhint: "), "{message}");
    Ok(())
}

async fn elsewhere(context: &Context) -> Outcome {
    let services = context.cloud()?.catalog().await?;
    let compute = services.into_iter().find(|service| service.r#type == "compute");
    let nova = compute.and_then(|service| service.url).unwrap_or_default();
    let nova = nova.split("/v2").next().unwrap_or_default().to_string();
    let (id, secret, _) = crate::contract::credential(&context.target)?;
    let done = context.ik_by(&["flavor", "list"], |command| {
        command.env("INFOMANIAK_APP_CREDENTIAL_ID", id).env("INFOMANIAK_AUTH_URL", nova);
        command.env("INFOMANIAK_APP_CREDENTIAL_SECRET", secret)
    })?;
    let message = done.refused(Kind::Config)?;
    assert!(message.contains("does not answer like Keystone"), "{message}");
    assert!(message.contains("hint: auth_url "), "{message}");
    Ok(())
}

async fn overridden(context: &Context) -> Outcome {
    let free = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?; // closed again at once
    let home = tempfile::tempdir()?; // not searched for secrets: this file has them on purpose
    let file = home.path().join("clouds.yaml");
    let (id, secret, url) = crate::contract::credential(&context.target)?;
    let clouds = json!({ "clouds": { "own": {
        "auth_type": "v3applicationcredential",
        "auth": {
            "auth_url": url, "application_credential_id": id,
            "application_credential_secret": secret,
        },
        "compute_endpoint_override": format!("http://{free}/v2.1"),
    } } });
    std::fs::write(&file, clouds.to_string())?;
    let ik = |arguments: &[&str]| {
        context.ik_by(arguments, |command| {
            command.env("OS_CLIENT_CONFIG_FILE", &file).env("OS_CLOUD", "own")
        })
    };
    let message = ik(&["flavor", "list"])?.refused(Kind::Transport)?;
    assert!(message.contains("compute_endpoint_override"), "{message}");
    let doctor = ik(&["auth", "doctor", "-f", "json"])?;
    let compute = finding(&doctor, "service compute")?;
    assert!(compute["advice"].to_string().contains("endpoint_override"), "{compute}");
    Ok(())
}

/// What `ik auth doctor -f json` found about something.
fn finding(doctor: &Done, about: &str) -> Outcome<Value> {
    let findings: Vec<Value> = serde_json::from_str(&doctor.stdout)?;
    let found = findings.into_iter().find(|finding| finding["about"] == about);
    found.ok_or_else(|| Failure(format!("nothing about {about} in {doctor:?}")))
}

async fn ends_soon(context: &Context) -> Outcome {
    let end = jiff::Timestamp::now() + Duration::from_secs(3600);
    let end = end.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let credential = OwnCredential::make(context, Some(&end)).await?;
    let doctor = credential.doctor(context);
    credential.revoke(context)?;
    let found = finding(&doctor?, "credential")?;
    assert_eq!(found["state"], "warning", "{found}");
    assert!(found["found"].as_str().is_some_and(|text| text.contains(&end)), "{found}");
    Ok(())
}

async fn no_place(context: &Context) -> Outcome {
    let (id, secret, url) = crate::contract::credential(&context.target)?;
    let home = tempfile::tempdir()?;
    let file = home.path().join("secret");
    std::fs::write(&file, secret)?;
    let file = file.to_string_lossy();
    let login = ["auth", "login", "--cloud", "new", "--auth-url", &url, "--secret-file", &file];
    let login = [&login[..], &["--application-credential-id", &id]].concat();
    // Nobody, not even root, makes a folder there.
    let done = context.ik_by(&login, |command| {
        command.env("OS_CLIENT_CONFIG_FILE", "/proc/nowhere/clouds.yaml")
    })?;
    let message = done.refused(Kind::Config)?;
    assert!(message.contains("hint: ") && message.contains("OS_CLIENT_CONFIG_FILE="), "{message}");
    Ok(())
}

async fn nobody_reads(context: &Context) -> Outcome {
    let mut command = context.ik_command(&["flavor", "list", "--watch=0.2"])?;
    command.env("OS_CLOUD", context.target.member);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line)?;
    assert!(line.starts_with("# 20"), "{line}");
    for _ in 0..100 {
        if let Some(status) = child.try_wait()? {
            assert_eq!(status.code(), Some(0));
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    child.kill()?;
    child.wait()?;
    Err(Failure("it goes on asking the cloud, and nobody reads".into()))
}
