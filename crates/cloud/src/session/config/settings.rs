//! Flat settings, as every source gives them, and how they become a [`Config`].

use std::collections::BTreeMap;

use secrecy::SecretString;
use url::Url;

use super::{Config, Environment, Timeouts, Tls};
use crate::error::{Error, Kind, Result};
use crate::session::credentials::{ApplicationCredential, Credentials, Domain, Scope, User};
use crate::session::service;

/// Settings by openstacksdk's names (`auth_url`, `application_credential_id`, `region_name` ...).
pub(crate) struct Settings {
    /// Where they were found, for messages.
    pub(crate) source: String,
    values: BTreeMap<String, String>,
}

/// Older names that people's files still use, and what they are called now.
const OLDER_NAMES: &[(&str, &str)] = &[
    ("auth_token", "token"),
    ("endpoint_type", "interface"),
    ("region", "region_name"),
    ("tenant_id", "project_id"),
    ("tenant_name", "project_name"),
    ("user", "username"),
    ("user_name", "username"),
];

impl Settings {
    pub(crate) fn new(source: impl Into<String>) -> Self {
        Settings { source: source.into(), values: BTreeMap::new() }
    }

    /// Sets `name`, unless the value is empty: an empty variable means "not set".
    pub(crate) fn set(&mut self, name: &str, value: String) {
        if value.is_empty() {
            return;
        }
        let name = name.to_ascii_lowercase().replace('-', "_");
        let name = OLDER_NAMES
            .iter()
            .find(|(older, _)| *older == name)
            .map_or(name.as_str(), |(_, now)| now);
        self.values.insert(name.to_string(), value);
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    fn get(&self, name: &str) -> Option<String> {
        self.values.get(name).cloned()
    }

    fn need(&self, name: &str) -> Result<String> {
        self.get(name).ok_or_else(|| {
            let name = match self.source.strip_suffix("* variables") {
                Some(prefix) => format!("{prefix}{}", name.to_ascii_uppercase()),
                None => name.to_string(),
            };
            Error::new(Kind::Config, format!("`{name}` is missing in {}", self.source))
                .with_hint(format!("add `{name}`, or choose another cloud with OS_CLOUD"))
        })
    }

    fn flag(&self, name: &str) -> Result<Option<bool>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match value.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Ok(Some(true)),
            "false" | "no" | "off" | "0" => Ok(Some(false)),
            _ => Err(Error::new(
                Kind::Config,
                format!("{}: `{name}` is neither true nor false", self.source),
            )),
        }
    }

    pub(crate) fn into_config(self, environment: &Environment) -> Result<Config> {
        let auth_url = auth_url(
            &self
                .need("auth_url")
                .map_err(|error| error.with_hint(format!("Infomaniak's is {}", super::AUTH_URL)))?,
            &self.source,
        )?;
        let insecure = self.flag("insecure")?.unwrap_or(false);
        let client = self.get("cert").map(|cert| {
            let key = self.get("key").unwrap_or_else(|| cert.clone());
            (environment.expand(&cert), environment.expand(&key))
        });
        Ok(Config {
            auth_url,
            credentials: self.credentials()?,
            region: self.get("region_name"),
            interface: self.get("interface").map_or_else(
                || "public".into(),
                |interface| interface.trim_end_matches("URL").to_ascii_lowercase(),
            ),
            endpoint_overrides: self.endpoint_overrides(),
            tls: Tls {
                verify: self.flag("verify")?.unwrap_or(true) && !insecure,
                cacert: self.get("cacert").map(|path| environment.expand(&path)),
                client,
            },
            cache: environment.cache_folder(),
            timeouts: Timeouts::default(),
            source: self.source,
        })
    }

    /// `compute_endpoint_override: http://...`
    fn endpoint_overrides(&self) -> BTreeMap<String, String> {
        let suffix = "_endpoint_override";
        self.values
            .iter()
            .filter_map(|(name, value)| {
                let service = name.strip_suffix(suffix)?.replace('_', "-");
                Some((service::canonical_type(&service).to_string(), value.clone()))
            })
            .collect()
    }

    fn credentials(&self) -> Result<Credentials> {
        let stated = self.get("auth_type").map(|kind| kind.replace(['_', '-'], ""));
        let method = match stated.as_deref() {
            Some(kind) => kind.strip_prefix("v3").unwrap_or(kind),
            None if self.has("application_credential_id")
                || self.has("application_credential_name") =>
            {
                "applicationcredential"
            }
            None if self.has("token") && !self.has("password") => "token",
            None => "password",
        };
        match method {
            "applicationcredential" => self.application_credential(),
            "password" => Ok(Credentials::Password {
                user: self.user()?,
                password: self.need("password")?.into(),
                scope: self.scope()?,
            }),
            "token" => {
                Ok(Credentials::Token { token: self.need("token")?.into(), scope: self.scope()? })
            }
            _ => Err(Error::new(
                Kind::Unsupported,
                format!(
                    "{}: auth_type `{}` is not known",
                    self.source,
                    self.get("auth_type").unwrap_or_default()
                ),
            )
            .with_hint("use v3applicationcredential, password or token")),
        }
    }

    fn application_credential(&self) -> Result<Credentials> {
        let credential = match self.get("application_credential_name") {
            Some(name) if !self.has("application_credential_id") => {
                ApplicationCredential::Name { name, user: self.user()? }
            }
            _ => ApplicationCredential::Id(self.need("application_credential_id")?),
        };
        let secret = SecretString::from(self.need("application_credential_secret")?);
        Ok(Credentials::ApplicationCredential { credential, secret })
    }

    fn user(&self) -> Result<User> {
        if let Some(id) = self.get("user_id") {
            return Ok(User::Id(id));
        }
        Ok(User::Name { name: self.need("username")?, domain: self.domain("user_domain") })
    }

    fn domain(&self, prefix: &str) -> Domain {
        let given = |prefix: &str| {
            self.get(&format!("{prefix}_id"))
                .map(Domain::Id)
                .or_else(|| self.get(&format!("{prefix}_name")).map(Domain::Name))
        };
        // Keystone's own first domain has the id `default`, whatever its name was made.
        given(prefix)
            .or_else(|| given("default_domain"))
            .or_else(|| self.get("default_domain").map(Domain::Id))
            .unwrap_or_else(|| Domain::Id("default".into()))
    }

    fn scope(&self) -> Result<Scope> {
        if let Some(id) = self.get("project_id") {
            return Ok(Scope::ProjectId(id));
        }
        if let Some(name) = self.get("project_name") {
            return Ok(Scope::Project { name, domain: self.domain("project_domain") });
        }
        if let Some(id) = self.get("domain_id") {
            return Ok(Scope::Domain(Domain::Id(id)));
        }
        if let Some(name) = self.get("domain_name") {
            return Ok(Scope::Domain(Domain::Name(name)));
        }
        match self.get("system_scope").as_deref() {
            Some("all") => Ok(Scope::System),
            Some(other) => Err(Error::new(
                Kind::Config,
                format!("{}: system_scope `{other}` is not `all`", self.source),
            )),
            None => Ok(Scope::None),
        }
    }
}

/// Reads Keystone's address: with or without a version, whose place v3 takes.
pub(super) fn auth_url(text: &str, source: &str) -> Result<Url> {
    // Before an @ there may be a password.
    let shown = if text.contains('@') { "***" } else { text };
    let wrong = |why: &str| {
        Error::new(Kind::Config, format!("{source}: auth_url `{shown}` {why}"))
            .with_hint(format!("it looks like {}", super::AUTH_URL))
    };
    let mut url = Url::parse(text.trim()).map_err(|_| wrong("is not an address"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(wrong("is not an http or https address"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::new(Kind::Config, format!("{source}: auth_url contains a password"))
            .with_hint("put user and password into fields of their own"));
    }
    url.set_query(None);
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/');
    let base = match path.rsplit_once('/') {
        Some((base, last)) if is_version(last) => base,
        _ => path,
    };
    let path = format!("{base}/v3");
    url.set_path(&path);
    Ok(url)
}

/// `v3`, `v2.0`
fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|rest| {
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit() || c == '.')
    })
}
