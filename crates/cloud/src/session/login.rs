//! What is known about a login: who, for what, until when, with which services.
//!
//! All of it came with the token, so that asking costs nothing once something was asked of the
//! cloud. Only a service's versions are the service's own word.

use std::time::{Duration, Instant as Stopwatch};

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::Method;
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::catalog::CatalogService;
use super::service::{IDENTITY, canonical_type};
use super::token::cannot_reach;
use super::transport::{Answer, Wire};
use super::{Session, refused, version_root};
use crate::cloud::Cloud;
use crate::error::{Error, Kind, Result};
use crate::near::nearest;

/// A login, as Keystone describes it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Login {
    /// Who is logged in.
    pub user: Option<Party>,
    /// The project that the token is for.
    pub project: Option<Party>,
    /// What the user may do in the project.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// How it was proven: `password`, `application_credential`, `token`.
    #[serde(default)]
    pub methods: Vec<String>,
    /// When the token was made, by the clock of the cloud.
    pub issued_at: Option<String>,
    /// When the token ends, by the clock of the cloud.
    pub expires_at: Option<String>,
    /// When the user's password ends, if it does.
    #[serde(default)]
    pub password_expires_at: Option<String>,
    /// The application credential that was used.
    #[serde(default)]
    pub application_credential: Option<UsedCredential>,
}

/// A user or a project.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Party {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// The domain that the name is unique in.
    #[serde(default)]
    pub domain: Option<Domain>,
}

/// The domain of a user or a project.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Domain {
    /// Its id.
    #[serde(default)]
    pub id: Option<String>,
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
}

/// A role in a project.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Role {
    /// Its name: `member`.
    pub name: String,
}

/// The application credential behind a token.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct UsedCredential {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// When it ends, if it does.
    #[serde(default)]
    pub expires_at: Option<String>,
    /// Whether it cannot make or delete other application credentials.
    #[serde(default)]
    pub restricted: Option<bool>,
}

impl Login {
    pub(super) fn user_id(&self) -> Option<String> {
        self.user.as_ref().map(|user| user.id.clone())
    }

    pub(super) fn project_id(&self) -> Option<String> {
        self.project.as_ref().map(|project| project.id.clone())
    }
}

/// A version of a service's interface.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ServiceVersion {
    /// The version: `v2.1`.
    pub id: String,
    /// Whether it is the newest: `CURRENT`, `SUPPORTED`, `DEPRECATED`.
    pub status: Option<String>,
    /// The oldest microversion, where the service has any.
    pub min_microversion: Option<String>,
    /// The newest microversion, where the service has any.
    pub max_microversion: Option<String>,
}

/// What an address said when it was looked at once, without a second try.
#[derive(Debug)]
pub struct Look {
    /// The address.
    pub address: Url,
    /// The HTTP status.
    pub status: u16,
    /// How long the answer took, its connection included.
    pub took: Duration,
    /// The proxy that the request went through, if any: `10.0.0.1:3128`.
    pub proxy: Option<String>,
    /// How far the clock of the cloud is ahead of this machine's, in seconds, if it told the time;
    /// exact to about a second.
    pub clock_ahead: Option<i64>,
    /// The versions that it offers, if that is what it told.
    pub versions: Vec<ServiceVersion>,
}

impl Cloud {
    /// Who is logged in, and for what. Logs in if need be.
    pub async fn login(&self) -> Result<Login> {
        Ok(self.session().authorization(self.deadline()).await?.login.clone())
    }

    /// The services that the cloud has for this project, and where. Logs in if need be.
    pub async fn catalog(&self) -> Result<Vec<CatalogService>> {
        let session = self.session();
        session.authorization(self.deadline()).await?.catalog.services(session.config())
    }

    /// The service of the catalog that is called so: by its type, another name of that, or the name
    /// that the catalog has for it: `block-storage`, `volumev3`, `cinder`.
    ///
    /// # Errors
    /// [`Kind::NotFound`] with the types that there are.
    pub async fn catalog_service(&self, name: &str) -> Result<CatalogService> {
        let services = self.catalog().await?;
        let wanted = canonical_type(name);
        let called = |service: &&CatalogService| {
            canonical_type(&service.r#type) == wanted || service.name.as_deref() == Some(name)
        };
        if let Some(found) = services.iter().find(called) {
            return Ok(found.clone());
        }
        let types: Vec<_> = services.iter().map(|service| service.r#type.as_str()).collect();
        let near = nearest(name, types.iter().copied());
        let near = near.map_or_else(String::new, |near| format!("is `{near}` meant? "));
        Err(Error::new(Kind::NotFound, format!("the catalog has no service `{name}`"))
            .with_hint(format!("{near}it has {}", types.join(", "))))
    }

    /// The token. Whoever has it can do what the user can, until it expires.
    pub async fn token(&self) -> Result<SecretString> {
        Ok(self.session().authorization(self.deadline()).await?.token.clone())
    }

    /// Ends the present login, if a token for it is kept: asks the cloud to refuse the token from
    /// now on, and forgets it. Gives whether there was one.
    ///
    /// Keystone: `DELETE /auth/tokens`.
    ///
    /// # Errors
    /// When the cloud could not be asked; the token is forgotten all the same.
    pub async fn log_out(&self) -> Result<bool> {
        self.session().log_out(self.deadline()).await
    }

    /// Looks at Keystone's address once. Needs no login.
    ///
    /// # Errors
    /// When there is no answer at all.
    pub async fn look_at_identity(&self) -> Result<Look> {
        let session = self.session();
        let mut url = session.config().auth_url.clone();
        url.set_path(&format!("{}/", url.path()));
        let looked = session.look(Wire::new(&IDENTITY, Method::GET, url)).await;
        looked.map_err(|error| cannot_reach(error, session.config()))
    }

    /// Looks once at where a service's address tells its versions.
    ///
    /// # Errors
    /// When there is no answer at all, or `address` is none.
    pub async fn look_at(&self, address: &str) -> Result<Look> {
        let address = Url::parse(address).ok().filter(Url::has_host);
        let address = address.ok_or_else(|| {
            Error::new(Kind::Config, "the catalog's address is none a client can use")
        })?;
        let session = self.session();
        let mut wire = Wire::new(&IDENTITY, Method::GET, version_root(&address));
        // Older Novas give even this document to users only.
        let login = session.authorization(self.deadline()).await?;
        wire.secret_header("x-auth-token", &login.token)?;
        session.look(wire).await
    }
}

impl Session {
    async fn look(&self, wire: Wire) -> Result<Look> {
        let begun = Stopwatch::now();
        let answer = self.transport.once(&wire).await?;
        Ok(Look {
            proxy: self.transport.proxy(&wire.url),
            address: wire.url,
            status: answer.status.as_u16(),
            took: begun.elapsed(),
            clock_ahead: clock_ahead(&answer),
            versions: versions(&answer),
        })
    }

    async fn log_out(&self, deadline: Option<tokio::time::Instant>) -> Result<bool> {
        let Some(login) = self.current().or_else(|| self.cache.load().map(Into::into)) else {
            self.cache.remove();
            return Ok(false);
        };
        self.cache.remove();
        self.known().current = None;
        let mut url = self.config.auth_url.clone();
        url.set_path(&format!("{}/auth/tokens", url.path()));
        let mut wire = Wire::new(&IDENTITY, Method::DELETE, url);
        wire.secret_header("x-auth-token", &login.token)?;
        wire.secret_header("x-subject-token", &login.token)?;
        let answer = self.transport.deliver(&wire, deadline).await?;
        match answer.status.as_u16() {
            // Refused: it was none any more.
            200..=299 | 401 | 404 => Ok(true),
            _ => Err(refused(&wire, &answer)),
        }
    }
}

/// By the header that every HTTP server sends.
fn clock_ahead(answer: &Answer) -> Option<i64> {
    let theirs = rfc2822::parse(answer.header("date")?).ok()?.timestamp();
    Some(theirs.as_second() - Timestamp::now().as_second())
}

/// `{"version": {...}}`, `{"versions": [...]}` or Keystone's `{"versions": {"values": [...]}}`.
fn versions(answer: &Answer) -> Vec<ServiceVersion> {
    let document: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let entries = match (&document["version"], &document["versions"]) {
        (one @ Value::Object(_), _) => std::slice::from_ref(one),
        (_, Value::Array(many)) => many,
        (_, older) => older["values"].as_array().map_or(&[][..], Vec::as_slice),
    };
    let version = |entry: &Value| {
        let text = |key: &str| entry[key].as_str().filter(|text| !text.is_empty());
        let max = text("version").or_else(|| text("max_version"));
        Some(ServiceVersion {
            id: text("id")?.to_string(),
            status: text("status").map(str::to_string),
            min_microversion: text("min_version").map(str::to_string),
            max_microversion: max.map(str::to_string),
        })
    };
    entries.iter().filter_map(version).collect()
}
