//! `InfomaniakComputeClient`: values when all is well; sentinels and one line in the log when not.
//!
//! The client is made from the process environment, so each case has a process of its own.

use infomaniak_cloud::contract::InfomaniakComputeClient as Client;
use infomaniak_cloud::{Kind, operations};
use tracing::Level;

use super::credential;
use super::table::rows;
use crate::case::{Case, Outcome, refused};
use crate::context::Context;
use crate::evidence::Watch;
use crate::target::Target;
use crate::things::{INSTANCE, KEYPAIR};

pub(super) fn cases() -> Vec<Case> {
    let all = contracted();
    vec![
        Case::new("from_env takes INFOMANIAK_* and nothing else; all methods succeed", succeeds)
            .with_variables(variables)
            .proves(&all),
        Case::new("from_credentials makes the same client", from_credentials)
            .with_variables(variables)
            .proves(&["list_availability_zones"]),
        Case::new("without credentials no client is made", without_credentials)
            .with_variables(no_variables),
        Case::new("a wrong secret gives every method's sentinel, and one line each", wrong_secret)
            .with_variables(wrong_variables)
            .refuses(Kind::Unauthenticated, &all),
        Case::new("what is not there gives sentinels; a missing image no line", not_there)
            .with_variables(variables)
            .refuses(
                Kind::NotFound,
                &[
                    "get_instance",
                    "create_instance",
                    "start_instance",
                    "stop_instance",
                    "reboot_instance",
                    "delete_instance",
                    "terminate_instance",
                    "get_image",
                ],
            )
            .refuses(Kind::Conflict, &["create_keypair"]),
    ]
}

/// Compute's operations that are in the contract.
fn contracted() -> Vec<&'static str> {
    let Ok(rows) = rows("compute") else { panic!("the contract's table cannot be read") };
    let contracted = |method: &str| rows.iter().any(|row| row.method == method);
    let ours = operations().filter(|operation| operation.service == "compute");
    ours.map(|operation| operation.method).filter(|method| contracted(method)).collect()
}

fn variables(target: &Target) -> Outcome<Vec<(&'static str, String)>> {
    let (id, secret, auth_url) = credential(target)?;
    Ok(vec![
        ("INFOMANIAK_APP_CREDENTIAL_ID", id),
        ("INFOMANIAK_APP_CREDENTIAL_SECRET", secret),
        ("INFOMANIAK_AUTH_URL", auth_url),
        ("INFOMANIAK_REGION", target.region.into()),
        // Strays of another cloud, none of which may be mixed in.
        ("OS_AUTH_URL", "http://127.0.0.1:9/v3".into()),
        ("OS_USERNAME", "stray".into()),
        ("OS_REGION_NAME", "elsewhere".into()),
        ("OS_CLOUD", "nowhere".into()),
    ])
}

const WRONG: &str = "wrong-and-not-for-the-log";

/// Without an id there is no credential, whatever else is set.
fn no_variables(target: &Target) -> Outcome<Vec<(&'static str, String)>> {
    let mut variables = variables(target)?;
    variables[0].1 = String::new(); // which counts as missing
    Ok(variables)
}

fn wrong_variables(target: &Target) -> Outcome<Vec<(&'static str, String)>> {
    let mut variables = variables(target)?;
    variables[1].1 = WRONG.into();
    Ok(variables)
}

const LOG: &str = "infomaniak_cloud::contract";

/// Awaits a call that has to succeed: a read logs nothing, a change one line that says what.
macro_rules! good {
    ($context:expr, $client:ident . $method:ident ( $($argument:expr),* ) $($setting:tt)*) => {{
        let seen = $context.watch();
        let value = $client.$method($($argument),*) $($setting)* .await;
        let method = stringify!($method);
        assert!(!value.is_failure(), "{method} failed: {:?}", $client.last_error());
        assert!($client.last_error().is_none(), "{method}");
        let lines = seen.lines(LOG);
        let reads = method.starts_with("list_") || method.starts_with("get_");
        assert_eq!(lines.len(), usize::from(!reads), "{method}: {lines:?}");
        let arguments: &[String] = &[$($argument.to_string()),*];
        for line in lines {
            assert_eq!(line.level, Level::INFO);
            assert!(line.message.contains(method), "{line:?}");
            assert!(line.message.contains(&arguments[0]), "{line:?}");
        }
        value
    }};
}

/// Awaits a call that has to fail in this way: its sentinel, one line with the reason, and the
/// error for those who ask.
macro_rules! bad {
    ($context:expr, $kind:expr, $client:ident . $method:ident ( $($argument:expr),* )) => {{
        let seen = $context.watch();
        let value = $client.$method($($argument),*).await;
        assert!(value.is_failure(), "{} gave {value:?}", stringify!($method));
        told(&seen, &$client, stringify!($method), $kind);
    }};
}

fn told(seen: &Watch, client: &Client, method: &str, kind: Kind) {
    let error = client.last_error().unwrap();
    assert_eq!((error.kind(), error.operation()), (kind, Some(method)), "{error:?}");
    let lines = seen.lines(LOG);
    assert_eq!(lines.len(), 1, "{method}: {lines:?}");
    let line = &lines[0];
    assert_eq!((line.level, line.field("kind")), (Level::ERROR, Some(kind.name())));
    assert_eq!(line.field("operation"), Some(method));
    assert!(line.message.contains(method), "{line:?}");
    assert!(line.message.contains(error.message()), "{line:?} does not say {error:?}");
    assert!(!format!("{line:?}").contains(WRONG));
}

/// Whether a value is what the contract has for a failure.
trait Sentinel {
    fn is_failure(&self) -> bool;
}

impl Sentinel for bool {
    fn is_failure(&self) -> bool {
        !self
    }
}

impl<T> Sentinel for Option<T> {
    fn is_failure(&self) -> bool {
        self.is_none()
    }
}

impl<T> Sentinel for Vec<T> {
    fn is_failure(&self) -> bool {
        self.is_empty()
    }
}

async fn succeeds(context: &Context) -> Outcome {
    let target = &context.target;
    let client = Client::from_env()?;
    assert!(client.validate_connection().await);

    let keypair = context.name(&KEYPAIR, "client");
    let made = good!(context, client.create_keypair(&keypair)).unwrap();
    assert_eq!(made.name, keypair);
    let listed = good!(context, client.list_keypairs());
    assert!(listed.iter().any(|k| k.name == keypair && k.fingerprint == made.fingerprint));

    let name = context.name(&INSTANCE, "client");
    let (flavor, image, network) = (target.flavor, target.image, target.network);
    let create = context.watch();
    let made = good!(
        context,
        client
            .create_instance(&name, flavor, image, network)
            .key_name(&keypair)
            .security_groups(["default"])
            .user_data("#!/bin/true")
            .availability_zone(target.zone)
    );
    let made = made.unwrap();
    assert_eq!((made.status.as_str(), made.key_name.as_ref()), ("ACTIVE", Some(&keypair)));
    assert_eq!(create.lines(LOG)[0].field("id"), Some(made.id.as_str()));
    let id = made.id.as_str();
    assert_eq!(good!(context, client.get_instance(id)).unwrap().name, name);
    assert!(good!(context, client.list_instances()).iter().any(|other| other.id == id));

    assert!(good!(context, client.stop_instance(id).wait(true)));
    assert!(good!(context, client.start_instance(id).wait(true)));
    assert!(good!(context, client.reboot_instance(id).wait(true)));
    assert!(good!(context, client.terminate_instance(id)));
    assert!(good!(context, client.delete_instance(id).wait(true)), "gone already is deleted");
    assert!(good!(context, client.delete_keypair(&keypair)));

    assert!(!good!(context, client.list_flavors()).is_empty());
    assert!(!good!(context, client.list_images()).is_empty());
    assert_eq!(good!(context, client.get_image(image)).unwrap().name, image);
    assert!(good!(context, client.list_availability_zones()).iter().any(|zone| zone.state));
    client.close();
    Ok(())
}

async fn from_credentials(context: &Context) -> Outcome {
    let target = &context.target;
    let (id, secret, auth_url) = credential(target)?;
    let seen = context.watch();
    let client = Client::from_credentials(&id, secret, Some(&auth_url), Some(target.region))?;
    assert_eq!(seen.requests(), [""; 0], "making a client sends nothing");
    assert!(client.validate_connection().await);
    assert_eq!(
        seen.requests(),
        ["POST identity /v3/auth/tokens", "GET identity /v3/auth/projects"]
    );
    assert!(!good!(context, client.list_availability_zones()).is_empty());
    let error = refused(Client::from_credentials(&id, WRONG.to_string(), Some("ftp://x"), None));
    assert_eq!(error.kind(), Kind::Config);
    Ok(())
}

async fn without_credentials(_: &Context) -> Outcome {
    let error = refused(Client::from_env().map(|_| "a client"));
    assert_eq!(error.kind(), Kind::Config);
    for name in ["INFOMANIAK_APP_CREDENTIAL_ID", "INFOMANIAK_APP_CREDENTIAL_SECRET"] {
        assert!(error.message().contains(name), "{error:?}");
    }
    Ok(())
}

async fn wrong_secret(context: &Context) -> Outcome {
    let client = Client::from_env()?;
    let kind = Kind::Unauthenticated;
    bad!(context, kind, client.list_instances());
    bad!(context, kind, client.get_instance("x"));
    bad!(context, kind, client.create_instance("x", "x", "x", "x"));
    bad!(context, kind, client.start_instance("x"));
    bad!(context, kind, client.stop_instance("x"));
    bad!(context, kind, client.reboot_instance("x"));
    bad!(context, kind, client.delete_instance("x"));
    bad!(context, kind, client.terminate_instance("x"));
    bad!(context, kind, client.list_images());
    bad!(context, kind, client.get_image("x"));
    bad!(context, kind, client.list_flavors());
    bad!(context, kind, client.list_keypairs());
    bad!(context, kind, client.create_keypair("x"));
    bad!(context, kind, client.delete_keypair("x"));
    bad!(context, kind, client.list_availability_zones());
    let seen = context.watch();
    assert!(!client.validate_connection().await);
    assert_eq!(seen.lines(LOG).len(), 1);
    Ok(())
}

async fn not_there(context: &Context) -> Outcome {
    let target = &context.target;
    let client = Client::from_env()?;
    let (kind, none) = (Kind::NotFound, "behaviour-none");
    let unknown = "00000000-0000-4000-8000-000000000000";
    bad!(context, kind, client.get_instance(none));
    bad!(context, kind, client.get_instance(unknown));
    bad!(context, kind, client.create_instance(none, none, target.image, target.network));
    bad!(context, kind, client.start_instance(unknown));
    bad!(context, kind, client.stop_instance(none));
    bad!(context, kind, client.reboot_instance(unknown));
    bad!(context, kind, client.delete_instance(none));
    bad!(context, kind, client.terminate_instance(unknown));
    bad!(context, Kind::Conflict, client.create_keypair(target.keypair));
    for name in [none, unknown] {
        let seen = context.watch();
        assert!(client.get_image(name).await.is_none());
        assert_eq!(seen.lines(LOG).len(), 0, "an image that is not there is an ordinary answer");
        assert_eq!(client.last_error().unwrap().kind(), kind);
    }
    assert!(client.delete_keypair(none).await, "gone already is deleted");
    assert!(client.last_error().is_none());
    Ok(())
}
