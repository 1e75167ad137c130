//! Tokens: obtained from Keystone, kept until shortly before they expire.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};

use super::catalog::Catalog;
use super::config::Config;
use super::credentials::{Credentials, Scope};
use super::login::Login;
use super::microversion::Offered;
use super::service::IDENTITY;
use super::transport::{Answer, Transport, Wire};
use crate::error::{Error, Kind, Result};

/// A token is renewed this long before it expires, so that it outlives the request it goes with.
const MARGIN: Duration = Duration::from_secs(120);

/// A token with what Keystone said about it, and what was learnt with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Authorization {
    #[serde(serialize_with = "expose")]
    pub(super) token: SecretString,
    /// By the local clock, in seconds since 1970.
    expires: u64,
    pub(super) catalog: Catalog,
    /// Who it is for, and for what.
    pub(super) login: Login,
    /// Ranges of microversions where a service had to be asked, by its address: the regions of a
    /// cloud may run different releases.
    #[serde(default)]
    pub(super) offered: BTreeMap<String, Offered>,
}

fn expose<S: Serializer>(token: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(token.expose_secret())
}

impl Authorization {
    /// Whether the token is good for a while.
    pub(super) fn is_fresh(&self) -> bool {
        self.expires > now() + MARGIN.as_secs()
    }

    pub(super) fn same_token(&self, other: &Authorization) -> bool {
        self.token.expose_secret() == other.token.expose_secret()
    }
}

/// Logs in: one `POST /v3/auth/tokens`, or for a token used as it is `GET /v3/auth/tokens`.
pub(super) async fn authenticate(
    transport: &Transport,
    config: &Config,
    deadline: Option<tokio::time::Instant>,
) -> Result<Authorization> {
    let mut url = config.auth_url.clone();
    url.set_path(&format!("{}/auth/tokens", config.auth_url.path()));
    let (wire, given) = match &config.credentials {
        Credentials::Token { token, scope: Scope::None } => {
            let mut wire = Wire::new(&IDENTITY, Method::GET, url);
            wire.secret_header("x-auth-token", token)?;
            wire.secret_header("x-subject-token", token)?;
            (wire, Some(token.clone()))
        }
        // A second token does no harm, so that the request may be repeated like a read.
        credentials => {
            let wire = Wire::new(&IDENTITY, Method::POST, url).repeatable();
            (wire.json(&credentials.request()), None)
        }
    };
    let answer = transport.deliver(&wire, deadline).await;
    let answer = answer.map_err(|error| cannot_reach(error, config))?;
    if !answer.status.is_success() {
        return Err(refused(&answer, config));
    }
    let token = match given {
        Some(token) => token,
        None => answer
            .header("x-subject-token")
            .map(SecretString::from)
            .ok_or_else(|| not_keystone(config).with_source("no X-Subject-Token in the answer"))?,
    };
    let envelope: Envelope = serde_json::from_slice(&answer.body)
        .map_err(|error| not_keystone(config).with_source(error))?;
    let Body { catalog, login } = envelope.token;
    Ok(Authorization {
        token,
        expires: now() + lifetime(&login).as_secs(),
        catalog: Catalog(catalog),
        login,
        offered: BTreeMap::new(),
    })
}

/// Names the address of Keystone, from which no answer came.
pub(super) fn cannot_reach(error: Error, config: &Config) -> Error {
    error.with_hint(format!("is {} right, and can this machine reach it?", config.auth_url))
}

fn refused(answer: &Answer, config: &Config) -> Error {
    let status = answer.status.as_u16();
    let refusal = answer.refusal();
    let words = if refusal.message.is_empty() {
        answer.status.to_string()
    } else {
        refusal.message.clone()
    };
    // Keystone says 404 for an application credential that does not exist.
    let kind = match refusal.kind(status) {
        Kind::NotFound if refusal.message.starts_with("Could not find") => Kind::Unauthenticated,
        kind => kind,
    };
    let error = match kind {
        Kind::Unauthenticated => {
            Error::new(kind, format!("{} did not accept the credentials: {words}", config.auth_url))
                .with_hint(format!(
                    "check id, secret or password and their expiry in {}",
                    config.source
                ))
        }
        // Another service, or a plain web server.
        Kind::NotFound | Kind::Unsupported => not_keystone(config),
        _ if answer.status.is_redirection() => not_keystone(config),
        Kind::Invalid => Error::new(kind, format!("cannot log in at {}: {words}", config.auth_url))
            .with_hint(format!("are the address and the credentials right in {}?", config.source)),
        _ => Error::new(kind, format!("cannot log in at {}: {words}", config.auth_url)),
    };
    error
        .with_service(IDENTITY.kind)
        .with_refusal(status, &refusal)
        .with_request_id(answer.request_id())
        .with_attempts(answer.attempts)
}

fn not_keystone(config: &Config) -> Error {
    Error::new(Kind::Config, format!("{} does not answer like Keystone", config.auth_url))
        .with_hint("auth_url has to end where Keystone's version 3 begins: .../identity/v3")
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[derive(Deserialize)]
struct Envelope {
    token: Body,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    catalog: Vec<super::catalog::Entry>,
    #[serde(flatten)]
    login: Login,
}

/// How long a token lives. Both times are the server's, so that a local clock that is wrong does not
/// matter.
fn lifetime(login: &Login) -> Duration {
    let time = |text: &Option<String>| text.as_deref()?.parse::<Timestamp>().ok();
    match (time(&login.issued_at), time(&login.expires_at)) {
        (Some(issued), Some(expires)) => {
            Duration::try_from(expires.duration_since(issued)).unwrap_or_default()
        }
        // Some proxies drop `issued_at`; keep such a token for this run only.
        _ => MARGIN * 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetime_is_the_difference_of_the_servers_own_times() {
        let body: Body = serde_json::from_value(serde_json::json!({
            "issued_at": "2001-01-01T00:00:00.000000Z", "expires_at": "2001-01-01T01:00:00.000000Z"}))
        .unwrap();
        assert_eq!(lifetime(&body.login), Duration::from_secs(3600));
    }

    #[test]
    fn a_token_about_to_expire_is_not_fresh() {
        let authorization = |expires| Authorization {
            token: "t".to_string().into(),
            expires,
            catalog: Catalog::default(),
            login: Login::default(),
            offered: BTreeMap::new(),
        };
        assert!(authorization(now() + 600).is_fresh());
        assert!(!authorization(now() + 60).is_fresh());
    }
}
