//! From HTTP to a [`Call`] and back.

use std::collections::HashMap;
use std::sync::Arc;

use axum::RequestExt;
use axum::body::{Body as HttpBody, to_bytes};
use axum::extract::{RawPathParams, Request};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use serde_json::Value;

use crate::answer::{Client, Reached, dress, faulty, refuse, reset, write_refusal, write_reply};
use crate::call::{Call, Refusal, Reply, Version, Who};
use crate::fault::{self, Fault};
use crate::kind;
use crate::service::{Handler, Route, Service};
use crate::spoil::spoil;
use crate::store::{Store, Transaction};
use crate::time::Moment;
use crate::{identity, image};

/// The largest JSON body that is read. Image data is not limited.
const LARGEST_BODY: usize = 4 << 20;

/// The route that a request took, or the refusal if there is none.
pub(crate) type Routed = Result<&'static Route, Refusal>;

/// Answers a request to a service.
pub(crate) async fn answer(
    store: &Arc<Store>,
    service: &'static Service,
    route: Routed,
    request: Request,
) -> Response {
    let client = Client::new(&request);
    let (fault, who) = {
        let (store, path) = (store.clone(), request.uri().path().to_string());
        let (method, token) = (request.method().clone(), token(request.headers()));
        aside(move || meet(&store, method.as_str(), &path, token.as_deref())).await
    };
    match &fault {
        Some(Fault::Delay(delay)) => tokio::time::sleep(*delay).await,
        Some(Fault::ResetBefore) => return reset(),
        Some(Fault::Status { status, headers, body }) => {
            let response = faulty(service, *status, headers, body.as_deref(), &client);
            return dress(service, Reached::Service, &client, response);
        }
        _ => {}
    }
    let mut reached = Reached::Service;
    let result = match who {
        Ok(who) => handle(store, service, who, route, request, &client, &mut reached).await,
        Err(refusal) => Err(refusal),
    };
    let response = result.unwrap_or_else(|refusal| refuse(service, &refusal, &client));
    let response = dress(service, reached, &client, response);
    match fault {
        Some(Fault::ResetAfter) => reset(),
        Some(fault) => spoil(response, &fault).await,
        None => response,
    }
}

/// Does what may have to wait, for the disk or for another process, where nobody else waits for it.
pub(crate) async fn aside<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> R {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The program ends, and this with it.
            Err(_) => std::future::pending().await,
        },
    }
}

/// What a request meets before anything is done: the fault that is due for it; who its token
/// belongs to.
fn meet(
    store: &Store,
    method: &str,
    path: &str,
    token: Option<&str>,
) -> (Option<Fault>, Result<Option<Who>, Refusal>) {
    let fault = fault::due(store, method, path).ok().flatten();
    let Some(token) = token else { return (fault, Ok(None)) };
    let now = Moment::now();
    if fault == Some(Fault::ExpiredToken) {
        // Where the store fails, the request itself is about to say so.
        let _ = store.write(now, |transaction| identity::expire(transaction, token));
    }
    let who = store.read(now, |transaction| identity::who(transaction, token, now));
    (fault, who)
}

fn token(headers: &HeaderMap) -> Option<String> {
    headers.get("x-auth-token")?.to_str().ok().map(str::to_string)
}

async fn handle(
    store: &Arc<Store>,
    service: &'static Service,
    who: Option<Who>,
    route: Routed,
    mut request: Request,
    client: &Client,
    reached: &mut Reached,
) -> Result<Response, Refusal> {
    let parameters = request.extract_parts::<RawPathParams>().await;
    let segments: HashMap<String, String> = parameters
        .map(|all| all.iter().map(|(name, value)| (name.into(), value.into())).collect())
        .unwrap_or_default();
    let (head, body) = request.into_parts();
    let open = match &route {
        Ok(route) => route.open,
        Err(_) => service.path_first,
    };
    if who.is_none() && !open {
        if service.ids_for_known {
            *reached = Reached::Door;
        }
        return Err(Refusal::unauthorized());
    }
    let route = match route {
        Ok(route) => route,
        Err(lost) => return Ok(write_refusal(&lost, (service.no_route)(&lost), client)),
    };
    let version = if route.door {
        *reached = Reached::Door;
        (0, 0)
    } else {
        version(service, &head.headers, reached)?
    };
    if version < route.since {
        return Err(Refusal::not_found("The resource could not be found."));
    }
    let mut asked = Asked {
        store: store.clone(),
        service,
        now: Moment::now(),
        who: who.unwrap_or_default(),
        version,
        origin: client.origin.clone(),
        path: head.uri.path().to_string(),
        segments,
        query: head.uri.query().map(pairs).unwrap_or_default(),
        headers: head.headers,
        request_id: client.request_id.clone(),
        body: Value::Null,
    };
    if let Handler::Stream(direction) = route.handler {
        return image::stream(direction, asked, body).await;
    }
    asked.body = read_body(service, &head.method, &asked.headers, body).await?;
    let handler = route.handler;
    aside(move || asked.run(handler).map(|reply| write_reply(service, reply))).await
}

/// A request before its transaction.
pub(crate) struct Asked {
    pub(crate) store: Arc<Store>,
    pub(crate) service: &'static Service,
    pub(crate) now: Moment,
    pub(crate) who: Who,
    pub(crate) version: Version,
    pub(crate) origin: String,
    pub(crate) path: String,
    pub(crate) segments: HashMap<String, String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) request_id: String,
    pub(crate) body: Value,
}

impl Asked {
    fn run(self, handler: Handler) -> Result<Reply, Refusal> {
        if handler.only_reads() {
            return self.read(|call| dispatch(call, handler));
        }
        self.write(|call| dispatch(call, handler))
    }

    /// Looks, in one transaction.
    pub(crate) fn read<R>(
        self,
        work: impl FnOnce(&mut Call<'_>) -> Result<R, Refusal>,
    ) -> Result<R, Refusal> {
        let (store, now) = (self.store.clone(), self.now);
        store.read(now, |transaction| work(&mut self.call(transaction)))
    }

    /// Changes, in one transaction.
    pub(crate) fn write<R>(
        self,
        work: impl FnOnce(&mut Call<'_>) -> Result<R, Refusal>,
    ) -> Result<R, Refusal> {
        let (store, now) = (self.store.clone(), self.now);
        store.write(now, |transaction| work(&mut self.call(transaction)))
    }

    fn call<'t>(self, transaction: &'t Transaction<'t>) -> Call<'t> {
        Call {
            service: self.service,
            store: self.store,
            transaction,
            now: self.now,
            who: self.who,
            version: self.version,
            origin: self.origin,
            path: self.path,
            segments: self.segments,
            query: self.query,
            body: self.body,
            headers: self.headers,
            request_id: self.request_id,
        }
    }
}

fn dispatch(call: &mut Call<'_>, handler: Handler) -> Result<Reply, Refusal> {
    if call.segments.get("own_project").is_some_and(|project| *project != call.who.project) {
        return Err(Refusal::bad_request("Malformed request url"));
    }
    match handler {
        Handler::List(kind) => kind::list(call, kind),
        Handler::ListBriefly(kind) => kind::list_briefly(call, kind),
        Handler::Show(kind) => kind::show(call, kind),
        Handler::Create(kind) => kind::create(call, kind),
        Handler::Delete(kind) => kind::delete(call, kind),
        Handler::Read(function) | Handler::Write(function) => function(call),
        Handler::Stream(_) => Err(Refusal::new(500, "a stream has no transaction of its own")),
    }
}

/// The microversion that the headers ask for.
fn version(
    service: &Service,
    headers: &HeaderMap,
    reached: &mut Reached,
) -> Result<Version, Refusal> {
    let Some(known) = &service.microversions else { return Ok((0, 0)) };
    let texts = |name: &str| headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    // `volume 3.70, compute 2.91`: what is not of this form is no version.
    let own = texts("openstack-api-version")
        .flat_map(|list| list.split(','))
        .filter_map(|one| one.trim().split_once(' '))
        .rfind(|(name, _)| *name == known.name);
    let older = || known.older_header.and_then(|name| texts(name).next_back());
    let asked = own.map(|(_, version)| version).or_else(older).map(str::trim);
    let version = match asked {
        None => known.lowest,
        Some("latest") => known.highest,
        Some(asked) => parse_version(asked).ok_or_else(|| {
            Refusal::bad_request(format!(
                "API Version String {asked} is of invalid format. Must be of format \
                 MajorNum.MinorNum."
            ))
        })?,
    };
    *reached = Reached::Version(version);
    if version < known.lowest || version > known.highest {
        let (asked, low, high) = (version, known.lowest, known.highest);
        let message = format!(
            "Version {}.{} is not supported by the API. Minimum is {}.{} and maximum is {}.{}.",
            asked.0, asked.1, low.0, low.1, high.0, high.1
        );
        return Err(Refusal::new(406, message));
    }
    Ok(version)
}

fn parse_version(text: &str) -> Option<Version> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

async fn read_body(
    service: &Service,
    method: &Method,
    headers: &HeaderMap,
    body: HttpBody,
) -> Result<Value, Refusal> {
    let bytes = to_bytes(body, LARGEST_BODY)
        .await
        .map_err(|_| Refusal::new(413, "The body is too large, or broke off."))?;
    if bytes.is_empty() || method == Method::GET {
        return Ok(Value::Null);
    }
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if let Some(not_json) = service.not_json
        && !kind.contains("json")
    {
        return Err(not_json(kind));
    }
    serde_json::from_slice(&bytes).map_err(|_| (service.malformed)())
}
