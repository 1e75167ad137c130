//! Delivers one HTTP request, whatever it takes: retries, redirects, timeouts, deadline.
//!
//! The transport knows nothing of tokens or services' answers. It gives back the final answer of
//! any status, or an error that says whether the request may have been processed.

mod failure;
mod proxy;
mod report;
mod wire;

use std::fmt;
use std::sync::OnceLock;
use std::time::{Duration, Instant as Stopwatch};

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderValue, LOCATION, USER_AGENT};
use reqwest::{Client, StatusCode, Url};
use tokio::time::Instant;
use url::Host;

use self::failure::{broken_off, unanswered, uncertain};
use self::report::report;
pub(super) use self::wire::Wire;
use super::config::{Config, Timeouts, Tls};
use super::{redact, retry, tls};
use crate::error::{Error, Kind, Processed, Refusal, Result, refusal};

/// A complete answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) attempts: u32,
    /// What must not be quoted out of it.
    sent: redact::Sent,
    /// What is still to be read of the body.
    rest: Option<reqwest::Response>,
}

/// Without headers and body, which may be secret.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

impl Answer {
    /// What the service said in refusing.
    pub(super) fn refusal(&self) -> Refusal {
        refusal(&self.body, |message| self.sent.hide_in(message))
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The next bytes of a body that was left to be read piece by piece. `changes`: the request may
    /// have changed something.
    pub(super) async fn chunk(&mut self, changes: bool) -> Result<Option<Bytes>> {
        let Some(rest) = &mut self.rest else { return Ok(None) };
        let processed = if changes { Processed::Yes } else { Processed::No };
        rest.chunk().await.map_err(|error| broken_off(error).with_processed(processed))
    }

    /// The id that the service logs the request under; Swift calls it a transaction.
    pub(super) fn request_id(&self) -> Option<String> {
        ["x-openstack-request-id", "x-compute-request-id", "x-trans-id", "x-request-id"]
            .iter()
            .find_map(|name| self.header(name))
            .map(str::to_string)
    }
}

/// Longest chain of redirects followed.
const MOST_REDIRECTS: u32 = 5;

/// Idle connections are dropped before the server does it (Apache: after 5 s): a request that dies
/// with a stale connection leaves in doubt whether it was processed.
const IDLE: Duration = Duration::from_secs(4);

/// The connections of a session.
#[derive(Debug)]
pub(super) struct Transport {
    tls: Tls,
    timeouts: Timeouts,
    /// The cloud is on this machine, where no proxy leads to.
    loopback: bool,
    budget: retry::Budget,
    plain: OnceLock<Client>,
    secure: OnceLock<Client>,
}

impl Transport {
    pub(super) fn new(config: &Config) -> Self {
        Transport {
            tls: config.tls.clone(),
            timeouts: config.timeouts,
            loopback: is_loopback(&config.auth_url),
            budget: retry::Budget::new(),
            plain: OnceLock::new(),
            secure: OnceLock::new(),
        }
    }

    /// Sends until there is a final answer, of whatever status.
    pub(super) async fn deliver(&self, wire: &Wire, deadline: Option<Instant>) -> Result<Answer> {
        let mut wire = wire.clone();
        let mut attempt = 1;
        let mut redirects = 0;
        loop {
            let outcome = self.attempt(&wire, attempt, deadline).await;
            let (again, headers) = match &outcome {
                Ok(answer) if answer.status.is_redirection() => {
                    if let Some(url) = redirect(&wire, answer)? {
                        redirects += 1;
                        if redirects > MOST_REDIRECTS {
                            return Err(Error::new(Kind::Failed, "redirected in circles")
                                .with_service(wire.service.kind));
                        }
                        wire.url = url;
                        continue;
                    }
                    (false, None)
                }
                Ok(answer) => (
                    retry::worth_repeating(answer.status, &answer.headers, wire.repeatable),
                    Some(&answer.headers),
                ),
                Err(error) => (
                    error.kind() == Kind::Transport
                        && (wire.repeatable || error.processed() == Processed::No),
                    None,
                ),
            };
            if !again {
                self.budget.earn();
                return outcome;
            }
            let pause = retry::pause(attempt, headers);
            let in_time = deadline.is_none_or(|deadline| Instant::now() + pause < deadline);
            if attempt == retry::MOST_ATTEMPTS
                || pause > retry::LONGEST_PAUSE
                || !in_time
                || !self.budget.spend()
            {
                return outcome;
            }
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    /// Sends once, whatever comes of it.
    pub(super) async fn once(&self, wire: &Wire) -> Result<Answer> {
        self.attempt(wire, 1, None).await
    }

    /// Sends once, reads the whole answer, and reports both to the log.
    async fn attempt(
        &self,
        wire: &Wire,
        attempt: u32,
        deadline: Option<Instant>,
    ) -> Result<Answer> {
        // A step that comes too late is not begun: nobody waits for what it would do.
        if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return Err(Error::new(Kind::TimedOut, "the deadline passed before this was asked")
                .with_service(wire.service.kind)
                .with_attempts(attempt - 1));
        }
        let started = Stopwatch::now();
        let exchange = self.exchange(wire, attempt);
        let outcome = match deadline {
            None => exchange.await,
            Some(deadline) => match tokio::time::timeout_at(deadline, exchange).await {
                Ok(outcome) => outcome,
                Err(_) => Err(Error::new(Kind::TimedOut, "the deadline passed without an answer")
                    .with_processed(uncertain(wire))),
            },
        };
        report(wire, attempt, started.elapsed(), &outcome);
        outcome.map_err(|error| error.with_service(wire.service.kind).with_attempts(attempt))
    }

    async fn exchange(&self, wire: &Wire, attempt: u32) -> Result<Answer> {
        let body = match &wire.upload {
            Some(upload) => upload.body()?,
            None => wire.body.clone().into(),
        };
        let sent = self
            .client(&wire.url)?
            .request(wire.method.clone(), wire.url.clone())
            .headers(wire.headers.clone())
            .body(body)
            .send();
        let proxy = || self.proxy(&wire.url);
        let response = sent.await.map_err(|error| unanswered(wire, error, proxy()))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let (body, rest) = if wire.opens && status.is_success() {
            (Bytes::new(), Some(response))
        } else {
            let body = response.bytes().await;
            (body.map_err(|error| broken_off(error).with_processed(uncertain(wire)))?, None)
        };
        let sent = if status.is_success() {
            redact::Sent::default()
        } else {
            redact::Sent::with(&wire.headers, &wire.body)
        };
        Ok(Answer { status, headers, body, attempts: attempt, sent, rest })
    }

    /// The proxy that leads to an address, if any does.
    pub(super) fn proxy(&self, url: &Url) -> Option<String> {
        if self.loopback { None } else { proxy::of(url) }
    }

    fn client(&self, url: &Url) -> Result<&Client> {
        let slot = if url.scheme() == "https" { &self.secure } else { &self.plain };
        if let Some(client) = slot.get() {
            return Ok(client);
        }
        let tls = if url.scheme() == "https" { tls::client(&self.tls)? } else { tls::none()? };
        let mut headers = HeaderMap::new();
        headers.insert(
            USER_AGENT,
            HeaderValue::from_static(concat!("infomaniak-cloud/", env!("CARGO_PKG_VERSION"))),
        );
        let builder = if self.loopback { Client::builder().no_proxy() } else { Client::builder() };
        let client = builder
            .tls_backend_preconfigured(tls)
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(self.timeouts.connect)
            .read_timeout(self.timeouts.read)
            .pool_idle_timeout(IDLE)
            .build()
            .map_err(|error| {
                Error::new(Kind::Config, "the HTTP client cannot be set up").with_source(error)
            })?;
        Ok(slot.get_or_init(|| client))
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Where a redirect leads, if it may be followed: to the same origin, with the same method.
fn redirect(wire: &Wire, answer: &Answer) -> Result<Option<Url>> {
    // 300 offers versions to choose from, 304 is an answer; neither leads anywhere.
    if !matches!(answer.status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(target) = answer.header(LOCATION.as_str()).and_then(|to| wire.url.join(to).ok())
    else {
        return Ok(None);
    };
    if target.origin() == wire.url.origin() {
        return Ok(Some(target));
    }
    Err(Error::new(
        Kind::Failed,
        format!(
            "{} redirects to {}, another origin, where the token must not go",
            wire.url.origin().ascii_serialization(),
            target.origin().ascii_serialization()
        ),
    )
    .with_service(wire.service.kind)
    .with_hint(
        "if the new address is right, set it as auth_url or as the service's endpoint override",
    ))
}
