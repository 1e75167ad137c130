//! The handle that everything starts from.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, Kind, Result};
use crate::session::service::Service;
use crate::session::{Config, Request, Response, Session};

/// A cloud one is, or will be, logged in to.
///
/// Creating one sends nothing: the first request logs in. Clones share the login and its
/// connections. Each service adds its accessor: `cloud.compute()`.
#[derive(Clone)]
pub struct Cloud {
    session: Arc<Session>,
    shared: Arc<Mutex<HashMap<TypeId, Shared>>>,
    deadline: Option<Instant>,
}

type Shared = Arc<dyn Any + Send + Sync>;

impl Cloud {
    /// A cloud by explicit configuration.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Cloud { session: Arc::new(Session::new(config)), shared: Arc::default(), deadline: None }
    }

    /// The cloud that the environment names; see [`Config::find`].
    pub fn from_env() -> Result<Self> {
        Config::from_env().map(Cloud::new)
    }

    /// The cloud called `name` in `clouds.yaml`.
    pub fn named(name: &str) -> Result<Self> {
        let environment = crate::session::config::Environment::process();
        Config::find(&environment, Some(name)).map(Cloud::new)
    }

    /// What this cloud was configured with.
    #[must_use]
    pub fn config(&self) -> &Config {
        self.session.config()
    }

    /// The same cloud, with everything done through it (requests, retries, waits) ending with
    /// [`Kind::TimedOut`] after `timeout` from now. A retry for which there
    /// would be no time is not waited for: the failure that called for it is reported instead.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        let deadline = Instant::now() + timeout;
        let deadline = self.deadline.map_or(deadline, |earlier| earlier.min(deadline));
        Cloud { deadline: Some(deadline), ..self.clone() }
    }

    /// When everything done through this handle has to end.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// State that everything working with this login shares: one value of each type, made at the
    /// first call. For what services need to remember; the session itself knows no service.
    pub(crate) fn shared<S: Default + Send + Sync + 'static>(&self) -> Arc<S> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let value = shared.entry(TypeId::of::<S>()).or_insert_with(|| Arc::new(S::default()));
        value.clone().downcast().unwrap_or_default()
    }

    /// Sends one request of your own making, with login, retries and microversion taken care of.
    pub async fn send(&self, request: Request) -> Result<Response> {
        self.session.send(&request, self.deadline).await
    }

    /// The same for an answer that may be large: its body is read with
    /// [`Response::chunk`] instead of being kept in memory.
    pub async fn open(&self, request: Request) -> Result<Response> {
        self.session.deliver(&request, self.deadline, true).await
    }

    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// Whether this cloud has a service. Logs in if need be; asks no service.
    pub(crate) async fn offers(&self, service: &Service) -> Result<bool> {
        self.session.offers(service, self.deadline).await
    }

    /// The id of the project that the credentials are for. Logs in if need be.
    pub async fn project_id(&self) -> Result<Option<String>> {
        self.session.project_id(self.deadline).await
    }

    /// The id of the project that the credentials are for: quotas are of projects.
    pub(crate) async fn own_project(&self) -> Result<String> {
        self.project_id().await?.ok_or_else(|| {
            Error::new(Kind::Config, "the credentials are for no project")
                .with_hint("quotas belong to a project: name it where the credentials are")
        })
    }

    /// The id of the user who is logged in. Logs in if need be.
    pub async fn user_id(&self) -> Result<Option<String>> {
        self.session.user_id(self.deadline).await
    }
}

impl fmt::Debug for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cloud").field("config", self.config()).finish_non_exhaustive()
    }
}
