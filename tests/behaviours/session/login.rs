//! Logging in: who may, who may not, and what a wrong configuration is told.

use std::time::{Duration, Instant};

use infomaniak_cloud::session::Config;
use infomaniak_cloud::session::Request;
use infomaniak_cloud::session::config::Environment;
use infomaniak_cloud::session::credentials::Credentials;
use infomaniak_cloud::session::service::IDENTITY;
use infomaniak_cloud::{Cloud, Kind, Processed};
use serde_json::json;

use crate::case::{Case, Failure, Outcome, refused};
use crate::context::Context;
use crate::record;
use crate::things::{INSTANCE, KEYPAIR};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("an application credential does what its member may", credential).proves(&[
            "list_instances",
            "create_instance",
            "create_keypair",
            "delete_instance",
        ]),
        Case::new("an application credential may not make others", credential_denied)
            .proves(&["list_availability_zones"]),
        Case::new("a wrong secret or password is told, with where it was found", wrong_secret)
            .refuses(Kind::Unauthenticated, &["list_instances"]),
        Case::new("a region that does not exist is answered with those that do", wrong_region)
            .refuses(Kind::Config, &["list_instances"]),
        Case::new("a host that is not there is told with its address, soon", unreachable)
            .refuses(Kind::Transport, &["list_instances"]),
        Case::new("an address that is not Keystone's is told as such", not_keystone)
            .refuses(Kind::Config, &["list_instances"]),
        Case::new("an address without its version is completed", without_version)
            .proves(&["list_availability_zones"]),
        Case::new("a cloud that is not in the file is answered with those that are", wrong_cloud),
        Case::new("a project that does not exist is not logged in to", wrong_project)
            .refuses(Kind::Unauthenticated, &["list_instances"]),
    ]
}

async fn credential(context: &Context) -> Outcome {
    let target = &context.target;
    let compute = context.cloud_of(target.credential)?.compute();
    let listed = compute.list_instances().await?;
    assert!(listed.iter().any(|instance| instance.name == target.server));
    let keypair = context.name(&KEYPAIR, "by credential");
    compute.create_keypair(&keypair).await?;
    let name = context.name(&INSTANCE, "by credential");
    let made = compute
        .create_instance(&name, target.flavor, target.image, target.network)
        .key_name(&keypair)
        .await?;
    assert_eq!((made.status.as_str(), made.key_name), ("ACTIVE", Some(keypair)));
    compute.delete_instance(&name).wait(true).await?;
    Ok(())
}

async fn credential_denied(context: &Context) -> Outcome {
    let cloud = context.cloud_of(context.target.credential)?;
    cloud.compute().list_availability_zones().await?;
    let user = cloud.user_id().await?.unwrap();
    let path = ["users", user.as_str(), "application_credentials"];
    let new = json!({ "application_credential": { "name": "behaviour-never" } });
    let error = refused(cloud.send(Request::post(&IDENTITY, &path, new)).await);
    assert_eq!((error.kind(), error.status()), (Kind::Denied, Some(403)), "{error:?}");
    assert!(error.hint().unwrap().contains("application credential"), "{error:?}");
    Ok(())
}

/// Nobody's secret.
const WRONG: &str = "quite-wrong-and-never-shown";

async fn wrong_secret(context: &Context) -> Outcome {
    record::secret(WRONG);
    for entry in [context.target.member, context.target.credential] {
        let mut config = context.fresh_config(entry)?;
        match &mut config.credentials {
            Credentials::Password { password, .. } => *password = WRONG.to_string().into(),
            Credentials::ApplicationCredential { secret, .. } => *secret = WRONG.to_string().into(),
            Credentials::Token { .. } => return Err(Failure("no secret to get wrong".into())),
        }
        let seen = context.watch();
        let error = refused(Cloud::new(config).compute().list_instances().await);
        assert_eq!((error.kind(), error.status()), (Kind::Unauthenticated, Some(401)), "{error:?}");
        assert_eq!(error.processed(), Processed::No);
        assert_eq!(seen.requests(), ["POST identity /v3/auth/tokens"], "it is not tried again");
        let hint = error.hint().unwrap();
        assert!(hint.contains(&format!("cloud `{entry}`")), "{hint}");
        assert!(!format!("{error:?} {error}").contains(WRONG));
        assert!(!context.path("tokens").exists(), "a failed login leaves nothing behind");
    }
    Ok(())
}

async fn wrong_region(context: &Context) -> Outcome {
    let mut config = context.fresh_config(context.target.member)?;
    config.region = Some("atlantis-1".into());
    let error = refused(Cloud::new(config).compute().list_instances().await);
    assert_eq!(error.kind(), Kind::Config, "{error:?}");
    assert!(error.message().contains("atlantis-1"), "{error:?}");
    let region = format!("`{}`", context.target.region);
    assert!(error.hint().unwrap().contains(&region), "{error:?}");
    Ok(())
}

async fn unreachable(context: &Context) -> Outcome {
    let free = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?; // closed again at once
    let config = context.fresh_config(context.target.member)?;
    let config = config.with_auth_url(&format!("http://{free}/v3"))?;
    let started = Instant::now();
    let error = refused(Cloud::new(config).compute().list_instances().await);
    assert_eq!((error.kind(), error.processed()), (Kind::Transport, Processed::No), "{error:?}");
    assert!(error.message().contains(&free.to_string()), "{error:?}");
    assert!(error.attempts() > 1, "{error:?}");
    assert!(error.hint().unwrap().contains("reach"), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    Ok(())
}

async fn not_keystone(context: &Context) -> Outcome {
    let config = context.fresh_config(context.target.member)?;
    let elsewhere = format!("{}/elsewhere", config.auth_url);
    let config = config.with_auth_url(&elsewhere)?;
    let error = refused(Cloud::new(config).compute().list_instances().await);
    assert_eq!(error.kind(), Kind::Config, "{error:?}");
    assert!(error.message().contains("elsewhere"), "{error:?}");
    assert!(error.hint().unwrap().contains("auth_url"), "{error:?}");
    Ok(())
}

async fn without_version(context: &Context) -> Outcome {
    let config = context.fresh_config(context.target.member)?;
    let url = config.auth_url.to_string();
    for url in [url.trim_end_matches("/v3").to_string(), format!("{url}/")] {
        let config = context.fresh_config(context.target.member)?.with_auth_url(&url)?;
        let seen = context.watch();
        Cloud::new(config).compute().list_availability_zones().await?;
        let zones = "GET compute /v2.1/os-availability-zone";
        assert_eq!(seen.requests().last().map(String::as_str), Some(zones), "{url}");
    }
    Ok(())
}

async fn wrong_cloud(context: &Context) -> Outcome {
    let path = context.target.clouds_yaml.to_string_lossy().into_owned();
    let environment: Environment = [("OS_CLIENT_CONFIG_FILE", path)].into_iter().collect();
    let error = refused(Config::find(&environment, Some("demmo")));
    assert_eq!(error.kind(), Kind::Config, "{error:?}");
    assert!(error.message().contains("demmo"), "{error:?}");
    assert!(error.hint().unwrap().contains(&format!("`{}`", context.target.member)), "{error:?}");
    Ok(())
}

async fn wrong_project(context: &Context) -> Outcome {
    let mut config = context.fresh_config(context.target.member)?;
    if let Credentials::Password { scope, .. } = &mut config.credentials {
        *scope = infomaniak_cloud::session::credentials::Scope::ProjectId("nowhere".into());
    }
    let error = refused(Cloud::new(config).compute().list_instances().await);
    assert_eq!(error.kind(), Kind::Unauthenticated, "{error:?}");
    Ok(())
}
