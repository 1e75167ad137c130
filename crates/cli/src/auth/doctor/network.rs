//! What is on the other side: the identity service, the login, the catalog, each service.

use std::time::Duration;

use futures_util::StreamExt;
use infomaniak_cloud::session::Request;
use infomaniak_cloud::session::catalog::CatalogService;
use infomaniak_cloud::session::login::{Login, Look, Party};
use infomaniak_cloud::session::service::IDENTITY;
use infomaniak_cloud::{Cloud, Config, Error, Kind};
use jiff::Timestamp;
use serde_json::Value;

use super::{Report, State};

/// A service that takes longer than this to say hello is as good as none.
const PATIENCE: Duration = Duration::from_secs(10);
/// Clocks that differ by more seconds than this are told.
const CLOCKS: i64 = 30;
/// Credentials that end sooner than this are told.
const SOON: Duration = Duration::from_secs(30 * 24 * 3600);
/// Services looked at, at the same time.
const AT_ONCE: usize = 32;

pub(super) async fn examine(cloud: Cloud, report: &mut Report) {
    // Whether a login works is not known from a token that is kept.
    let cloud = Cloud::new(Config { cache: None, ..cloud.config().clone() });
    if !identity(&cloud, report).await {
        return;
    }
    let login = match within(cloud.login()).await {
        Ok(login) => login,
        Err(error) => {
            report.fail("login", &error, "check the credentials");
            if error.kind() == Kind::Unauthenticated {
                let advice = "make a new application credential in the Infomaniak manager, then: \
                              ik auth login";
                let found =
                    "a secret that is wrong, expired or revoked is refused in the same words";
                report.note("login", found, Some(advice));
            }
            return;
        }
    };
    logged_in(&login, report);
    credential_end(&cloud, &login, report).await;
    match cloud.catalog().await {
        Ok(services) => {
            let region = services.iter().find_map(|service| service.region.as_deref());
            report.good("region", region.unwrap_or("none"));
            look_at_all(&cloud, services, report).await;
        }
        Err(error) => report.fail("region", &error, "set the region with --region"),
    }
}

async fn within<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::time::timeout(PATIENCE * 3, work).await.unwrap_or_else(|_| {
        Err(Error::new(Kind::TimedOut, "no answer came")
            .with_hint("the cloud or the way to it is overloaded: try again later"))
    })
}

/// Whether there is a Keystone at the address.
async fn identity(cloud: &Cloud, report: &mut Report) -> bool {
    let config = cloud.config();
    let address = config.auth_url.clone();
    let look = match within(cloud.look_at_identity()).await {
        Ok(look) => look,
        Err(error) => {
            report.fail("identity", &error, "is the address right?");
            return false;
        }
    };
    if !look.versions.iter().any(|version| version.id.starts_with("v3")) {
        let what = format!("{address} answers ({}), but not like Keystone", look.status);
        let error = Error::new(Kind::Config, what)
            .with_hint("auth_url has to end where Keystone's version 3 begins: .../identity/v3");
        report.fail("identity", &error, "");
        return false;
    }
    let through = look.proxy.as_ref();
    let through = through.map_or_else(String::new, |proxy| format!(", through the proxy {proxy}"));
    report.good("identity", format!("{address} answers after {}{through}", milliseconds(&look)));
    let on_this_machine =
        ["127.0.0.1", "localhost", "[::1]"].contains(&address.host_str().unwrap_or_default());
    match address.scheme() {
        "https" if config.tls.verify => report.good("encryption", "the certificate is valid"),
        "https" => report.warn(
            "encryption",
            "the certificate is not checked: anybody could be answering",
            "remove `verify: false` or `insecure`, and set cacert instead",
        ),
        _ if on_this_machine => report.good("encryption", "none, and none needed on this machine"),
        _ => report.warn(
            "encryption",
            "none: secrets and tokens can be read on their way",
            "use the https address of the cloud",
        ),
    }
    match look.clock_ahead {
        Some(ahead) if ahead.abs() > CLOCKS => {
            let side = if ahead > 0 { "behind" } else { "ahead of" };
            let found = format!("this machine's is {} s {side} the cloud's", ahead.abs());
            report.warn("clock", found, "set the clock, or let ntp do it");
        }
        Some(_) => report.good("clock", "as the cloud's"),
        None => report.note("clock", "the cloud does not tell the time", None),
    }
    true
}

fn logged_in(login: &Login, report: &mut Report) {
    report.good("login", format!("as {}", named(login.user.as_ref())));
    let roles: Vec<_> = login.roles.iter().map(|role| role.name.as_str()).collect();
    match &login.project {
        Some(project) => {
            let found = format!("{}, roles: {}", named(Some(project)), roles.join(", "));
            report.good("project", found);
        }
        None => report.warn(
            "project",
            "none: without one there are no services",
            "add project_name or project_id to the credentials",
        ),
    }
    let token = login.expires_at.as_deref().unwrap_or("(not told)");
    report.good("token", format!("a new one is valid until {token}"));
    if let Some(end) = &login.password_expires_at {
        ends("the password", end, report);
    }
}

/// When the application credential ends. Keystone does not tell it with the token.
async fn credential_end(cloud: &Cloud, login: &Login, report: &mut Report) {
    let (Some(credential), Some(user)) = (&login.application_credential, &login.user) else {
        return;
    };
    let name = format!("`{}`", credential.name.as_deref().unwrap_or(&credential.id));
    let path = ["users", &user.id, "application_credentials", &credential.id];
    let told = within(cloud.send(Request::get(&IDENTITY, &path))).await;
    match told.and_then(|told| told.field::<Value>("application_credential")) {
        Err(error) => {
            let found = format!("when {name} ends is not told: {}", error.message());
            report.note("credential", found, Some("the Infomaniak manager knows"));
        }
        Ok(told) => match told["expires_at"].as_str() {
            None => report.good("credential", format!("{name} does not expire")),
            Some(end) => ends(&name, end, report),
        },
    }
}

fn ends(what: &str, end: &str, report: &mut Report) {
    let zoned = if end.ends_with('Z') { end.to_string() } else { format!("{end}Z") };
    let soon = zoned.parse::<Timestamp>().is_ok_and(|end| {
        Duration::try_from(end.duration_since(Timestamp::now())).is_ok_and(|left| left < SOON)
    });
    let found = format!("{what} is valid until {end}");
    if soon {
        report.warn("credential", found, "make a new one in time, then: ik auth login");
    } else {
        report.good("credential", found);
    }
}

/// `ann (4f1e...)`
fn named(party: Option<&Party>) -> String {
    match party {
        None => "nobody".into(),
        Some(Party { id, name: None, .. }) => id.clone(),
        Some(Party { id, name: Some(name), .. }) => format!("{name} ({id})"),
    }
}

/// All services at the same time; told in the catalog's order.
async fn look_at_all(cloud: &Cloud, services: Vec<CatalogService>, report: &mut Report) {
    let looks = services.into_iter().map(|service| async move {
        let looked = match &service.url {
            None => None,
            Some(url) => Some(tokio::time::timeout(PATIENCE, cloud.look_at(url)).await),
        };
        (service, looked)
    });
    let looks: Vec<_> = futures_util::stream::iter(looks).buffered(AT_ONCE).collect().await;
    for (service, looked) in looks {
        let about = format!("service {}", service.r#type);
        let url = service.url.as_deref().unwrap_or_default();
        let broken = |found: String| (State::Error(Kind::Unavailable), found);
        let (state, found) = match looked {
            None => (State::Note, "has no address in this region".to_string()),
            Some(Err(_)) => {
                broken(format!("{url} does not answer within {} s", PATIENCE.as_secs()))
            }
            Some(Ok(Err(error))) => broken(format!("{url}: {}", error.message())),
            Some(Ok(Ok(look))) if look.status >= 500 => {
                broken(format!("{url} answers with {} after {}", look.status, milliseconds(&look)))
            }
            Some(Ok(Ok(look))) => {
                (State::Good, format!("{url} answers after {}", milliseconds(&look)))
            }
        };
        let mut overrides = cloud.config().endpoint_overrides.values();
        let advice = if overrides.any(|address| Some(address) == service.url.as_ref()) {
            "the address is set by an endpoint_override in the configuration: is it right?"
        } else {
            "the provider's status page may know; other services can be used meanwhile"
        };
        let advice = matches!(state, State::Error(_)).then_some(advice);
        report.add(state, &about, found, advice);
    }
}

fn milliseconds(look: &Look) -> String {
    format!("{} ms", look.took.as_millis())
}
