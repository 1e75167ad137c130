//! The ground: one authenticated, retried, logged request after another.
//!
//! A `Session` belongs to one login. It holds the token, the catalog and the connections, and
//! turns a [`Request`] (what is asked of which service) into a [`Response`] or an [`Error`]. Cold,
//! that costs two HTTP requests (log in, ask); warm, one: token and catalog are kept on disk.

mod cache;
pub mod catalog;
pub mod config;
pub mod credentials;
pub mod login;
mod microversion;
mod redact;
mod request;
mod retry;
pub mod service;
mod tls;
mod token;
mod transport;
pub(crate) mod upload;

use std::sync::{Arc, Mutex as SyncMutex, MutexGuard as SyncMutexGuard, PoisonError};

use reqwest::Method;
use reqwest::Url;
use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, timeout_at};

use crate::error::{Error, Kind, Processed, Result};
use cache::Cache;
pub use cache::write_private;
use catalog::is_version;
pub use config::Config;
pub use microversion::Microversion;
use microversion::{Offered, choose};
pub use request::{Request, Response};
use service::Service;
use token::{Authorization, authenticate};
use transport::{Answer, Transport, Wire};

/// A login and its connections, shared by everything that works with them.
#[derive(Debug)]
pub(crate) struct Session {
    config: Config,
    transport: Transport,
    cache: Cache,
    known: SyncMutex<Known>,
    /// Held while logging in or negotiating: of many requests that find no valid token, one
    /// fetches it.
    turn: Mutex<()>,
}

/// The tokens a session has seen.
#[derive(Debug, Default)]
struct Known {
    current: Option<Arc<Authorization>>,
    /// The last one that a service refused, to know it again when it comes out of the cache.
    refused: Option<Arc<Authorization>>,
}

impl Session {
    pub(crate) fn new(config: Config) -> Self {
        Session {
            transport: Transport::new(&config),
            cache: Cache::new(&config),
            config,
            known: SyncMutex::default(),
            turn: Mutex::new(()),
        }
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Sends a request and reads the answer.
    ///
    /// A refused token is renewed once, a refused microversion negotiated once; neither kind of
    /// refusal means that anything was done.
    pub(crate) async fn send(
        &self,
        request: &Request,
        deadline: Option<Instant>,
    ) -> Result<Response> {
        self.deliver(request, deadline, false).await
    }

    /// The same, but `open`ed: the body of a good answer is left to be read piece by piece.
    pub(crate) async fn deliver(
        &self,
        request: &Request,
        deadline: Option<Instant>,
        open: bool,
    ) -> Result<Response> {
        let mut renewed = false;
        let mut negotiated = false;
        loop {
            let login = self.authorization(deadline).await?;
            let wire = self.wire(request, &login)?.opens(open);
            let answer = self.transport.deliver(&wire, deadline).await;
            let answer = answer.map_err(|error| self.about_address(error, request.service))?;
            match answer.status.as_u16() {
                // 300 is how a service tells its versions, to whoever asks for them.
                300 if !request.as_typed => return Err(refused(&wire, &answer)),
                200..=300 => {
                    let repeatable = wire.repeatable;
                    return Ok(Response { service: request.service, answer, repeatable });
                }
                401 if !renewed => {
                    renewed = true;
                    self.forget(&login);
                }
                406 if !negotiated
                    && request.microversion.is_none()
                    && request.service.microversions.is_some() =>
                {
                    negotiated = true;
                    self.negotiate(request.service, &login, deadline).await?;
                }
                _ => return Err(refused(&wire, &answer)),
            }
        }
    }

    /// Tells where an address comes from that cannot be reached, if not from the catalog.
    fn about_address(&self, error: Error, service: &Service) -> Error {
        let is_set = self.config.endpoint_overrides.contains_key(service.kind);
        if error.kind() != Kind::Transport || error.processed() != Processed::No || !is_set {
            return error;
        }
        let name = service.kind.replace('-', "_");
        error.with_hint(format!(
            "the address is set in {} ({name}_endpoint_override): is it right, and can this machine \
             reach it?",
            self.config.source
        ))
    }

    /// The id of the project the token is for.
    pub(crate) async fn project_id(&self, deadline: Option<Instant>) -> Result<Option<String>> {
        Ok(self.authorization(deadline).await?.login.project_id())
    }

    /// The id of the user who is logged in.
    pub(crate) async fn user_id(&self, deadline: Option<Instant>) -> Result<Option<String>> {
        Ok(self.authorization(deadline).await?.login.user_id())
    }

    /// Whether the catalog has a service, in the region that is used.
    pub(crate) async fn offers(
        &self,
        service: &Service,
        deadline: Option<Instant>,
    ) -> Result<bool> {
        match self.authorization(deadline).await?.catalog.root(service, &self.config) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == Kind::Unsupported => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn wire(&self, request: &Request, login: &Authorization) -> Result<Wire> {
        let service = request.service;
        let mut url = if service.kind == service::IDENTITY.kind {
            self.config.auth_url.clone()
        } else {
            login.catalog.root(service, &self.config)?
        };
        let offered = login.offered.get(url.as_str()).copied();
        let path = request.path()?;
        let base = match path.split('/').nth(1) {
            Some(first) if request.as_typed && is_version(first) => before_version(url.path()),
            _ => url.path(),
        };
        url.set_path(&format!("{base}{path}"));
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        let mut wire = Wire::new(service, request.method.clone(), url);
        if request.only_looks {
            wire = wire.repeatable();
        }
        if let Some(body) = &request.body {
            wire = wire.json(body);
        }
        if let Some((body, kind)) = &request.content {
            wire = wire.content(body, kind)?;
        }
        if let Some(upload) = &request.upload {
            wire = wire.upload(upload.clone());
        }
        wire.secret_header("x-auth-token", &login.token)?;
        if let Some(version) = request.microversion {
            let name = service.microversions.as_ref().map_or(service.kind, |known| known.name);
            wire.header("openstack-api-version", &format!("{name} {version}"))?;
        } else if let Some(known) = &service.microversions {
            let version = choose(service, known, request.needed, offered)?;
            wire.header("openstack-api-version", &format!("{} {version}", known.name))?;
        }
        for (name, value) in &request.headers {
            wire.any_header(name, value)?;
        }
        Ok(wire)
    }

    /// The present token, or a new one.
    async fn authorization(&self, deadline: Option<Instant>) -> Result<Arc<Authorization>> {
        if let Some(login) = self.current() {
            return Ok(login);
        }
        let _turn = self.turn(deadline).await?;
        self.log_in(deadline).await
    }

    /// Waits until no other request is logging in or negotiating.
    async fn turn(&self, deadline: Option<Instant>) -> Result<MutexGuard<'_, ()>> {
        let Some(deadline) = deadline else { return Ok(self.turn.lock().await) };
        timeout_at(deadline, self.turn.lock()).await.map_err(|_| {
            Error::new(Kind::TimedOut, "the deadline passed while another request was logging in")
        })
    }

    /// The present token, or one from the cache, or a new one; for the request whose turn it is.
    async fn log_in(&self, deadline: Option<Instant>) -> Result<Arc<Authorization>> {
        if let Some(login) = self.current() {
            return Ok(login);
        }
        if let Some(login) = self.cache.load()
            && !self.was_refused(&login)
        {
            return Ok(self.keep(login));
        }
        let login = authenticate(&self.transport, &self.config, deadline).await?;
        self.cache.store(&login);
        Ok(self.keep(login))
    }

    fn known(&self) -> SyncMutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn current(&self) -> Option<Arc<Authorization>> {
        self.known().current.as_ref().filter(|login| login.is_fresh()).cloned()
    }

    fn was_refused(&self, login: &Authorization) -> bool {
        self.known().refused.as_ref().is_some_and(|refused| refused.same_token(login))
    }

    fn keep(&self, login: Authorization) -> Arc<Authorization> {
        let login = Arc::new(login);
        self.known().current = Some(login.clone());
        login
    }

    /// Drops a token that was refused, unless another request has replaced it meanwhile. In the
    /// cache it is replaced by the next login, here or in another process.
    fn forget(&self, refused: &Arc<Authorization>) {
        let mut known = self.known();
        if known.current.as_ref().is_some_and(|login| login.same_token(refused)) {
            known.current = None;
        }
        known.refused = Some(refused.clone());
    }

    /// Asks a service for the microversions it has, and remembers them. `used` is the login whose
    /// knowledge of them was refused.
    async fn negotiate(
        &self,
        service: &'static Service,
        used: &Authorization,
        deadline: Option<Instant>,
    ) -> Result<()> {
        let _turn = self.turn(deadline).await?;
        let login = self.log_in(deadline).await?;
        let root = login.catalog.root(service, &self.config)?;
        if login.offered.get(root.as_str()) != used.offered.get(root.as_str()) {
            return Ok(()); // another request has asked meanwhile
        }
        let mut wire = Wire::new(service, Method::GET, version_root(&root));
        // Older Novas give even this document to users only.
        wire.secret_header("x-auth-token", &login.token)?;
        let answer = self.transport.deliver(&wire, deadline).await?;
        let document: Option<Value> = serde_json::from_slice(&answer.body).ok();
        let Some(offered) = document.as_ref().and_then(Offered::from_document) else {
            return Err(Error::new(
                Kind::Unsupported,
                "the service does not say which versions it has",
            )
            .with_service(service.kind)
            .with_hint("is its address right? `ik catalog list` tells the addresses"));
        };
        let mut login = Authorization::clone(&login);
        login.offered.insert(root.into(), offered);
        self.cache.store(&login);
        self.keep(login);
        Ok(())
    }
}

/// The part of a path before its version: `/compute` of `/compute/v2.1`.
fn before_version(path: &str) -> &str {
    let mut end = 0;
    for segment in path.split('/').skip(1) {
        if is_version(segment) {
            return &path[..end];
        }
        end += 1 + segment.len();
    }
    path
}

/// A service's version document stands where its paths' version segment ends.
fn version_root(root: &Url) -> Url {
    let mut url = root.clone();
    let mut path = String::new();
    for segment in root.path().split('/').skip(1) {
        path = format!("{path}/{segment}");
        if is_version(segment) {
            break;
        }
    }
    url.set_path(&format!("{path}/"));
    url
}

/// The error for an answer that is not a success.
fn refused(wire: &Wire, answer: &Answer) -> Error {
    let status = answer.status.as_u16();
    let refusal = answer.refusal();
    let kind = refusal.kind(status);
    let message = if refusal.message.is_empty() {
        let reason = answer.status.canonical_reason().unwrap_or("unknown status");
        format!("{} {} was answered with {status} {reason}", wire.method, redact::url(&wire.url))
    } else {
        refusal.message.clone()
    };
    // Below 500 a service refuses as a whole; above, it may have begun.
    let uncertain = answer.status.is_server_error() && !wire.repeatable;
    Error::new(kind, message)
        .with_service(wire.service.kind)
        .with_refusal(status, &refusal)
        .with_request_id(answer.request_id())
        .with_attempts(answer.attempts)
        .with_processed(if uncertain { Processed::Maybe } else { Processed::No })
}
