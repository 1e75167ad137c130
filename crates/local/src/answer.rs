//! Answers on their way out: in the service's shape and with its headers.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::call::{Refusal, Reply, Version};
use crate::identity;
use crate::service::{Body, Service};

/// Marks an answer that must not be sent: the connection is closed instead.
#[derive(Clone)]
pub(crate) struct Reset;

/// What an answer depends on, apart from what it says.
pub(crate) struct Client {
    /// `http://127.0.0.1:8700`: as the client calls this cloud.
    pub(crate) origin: String,
    /// The forms it takes an answer in.
    accept: String,
    /// Whether it wants the headers only.
    wants_head: bool,
    /// `req-...`: what the answer is called.
    pub(crate) request_id: String,
}

impl Client {
    pub(crate) fn new(request: &Request) -> Self {
        let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        Client {
            origin: format!("http://{}", text("host").unwrap_or("127.0.0.1")),
            accept: text("accept").unwrap_or_default().to_string(),
            wants_head: request.method() == Method::HEAD,
            request_id: format!("req-{}", uuid::Uuid::new_v4()),
        }
    }
}

/// How far into a service a request got; an answer's headers tell it.
#[derive(Clone, Copy)]
pub(crate) enum Reached {
    /// Only to the list of its versions, in front of all that the service does.
    Door,
    /// The service, but no microversion of it.
    Service,
    Version(Version),
}

/// A success.
pub(crate) fn write_reply(service: &Service, reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = if let Some(list) = reply.written {
        write_text(status, "application/json", list)
    } else if reply.body.is_null() {
        let mut response = status.into_response();
        if let Some(kind) = service.type_of_nothing {
            insert(response.headers_mut(), "content-type", kind);
        }
        response
    } else {
        write_text(status, "application/json", reply.body.to_string())
    };
    for (name, value) in reply.headers {
        insert(response.headers_mut(), name, &value);
    }
    response
}

fn write_body(status: StatusCode, body: Body, client: &Client) -> Response {
    let (kind, text) = match body {
        Body::Text { content_type, text } => (content_type, text),
        // Of a page that is not to be sent, the form is not looked for.
        Body::Page(_) if client.wants_head => ("text/html; charset=UTF-8", String::new()),
        Body::Page(page) => page.write(&client.accept),
    };
    write_text(status, kind, text)
}

fn write_text(status: StatusCode, kind: &'static str, text: impl IntoResponse) -> Response {
    (status, [("content-type", kind)], text).into_response()
}

/// A refusal, in the service's own shape.
pub(crate) fn refuse(service: &Service, refusal: &Refusal, client: &Client) -> Response {
    let mut response = write_refusal(refusal, (service.refusal)(refusal), client);
    if refusal.status == 401 {
        let keystone = format!("Keystone uri=\"{}{}\"", client.origin, identity::SERVICE.path);
        insert(response.headers_mut(), "www-authenticate", &keystone);
    }
    response
}

/// A refusal in this shape.
pub(crate) fn write_refusal(refusal: &Refusal, body: Body, client: &Client) -> Response {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = write_body(status, body, client);
    for (name, value) in &refusal.headers {
        insert(response.headers_mut(), name, value);
    }
    response
}

/// The type that webob gives an answer of which nothing else is said.
pub(crate) const NO_BODY: &str = "text/html; charset=UTF-8";

/// The headers that every answer of a service has.
pub(crate) fn dress(
    service: &Service,
    reached: Reached,
    client: &Client,
    mut response: Response,
) -> Response {
    let headers = response.headers_mut();
    if matches!(reached, Reached::Door) {
        return response;
    }
    for name in service.request_id {
        insert(headers, name, &client.request_id);
    }
    if let (Some(known), Reached::Version((major, minor))) = (&service.microversions, reached) {
        let version = format!("{major}.{minor}");
        insert(headers, "openstack-api-version", &format!("{} {version}", known.name));
        if let Some(older) = known.older_header {
            insert(headers, older, &version);
        }
        let is_own = headers.get("content-type").is_none_or(|kind| kind != NO_BODY);
        if let Some(name) = known.own_request_id.filter(|_| is_own) {
            insert(headers, name, &client.request_id);
        }
    }
    if service.microversions.is_none() || matches!(reached, Reached::Version(_)) {
        for name in service.vary {
            headers.append("vary", HeaderValue::from_static(name));
        }
    }
    response
}

fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// No answer: the connection is closed.
pub(crate) fn reset() -> Response {
    let mut response = StatusCode::OK.into_response();
    response.extensions_mut().insert(Reset);
    response
}

/// The answer that a fault asks for.
pub(crate) fn faulty(
    service: &Service,
    status: u16,
    headers: &[(String, String)],
    body: Option<&str>,
    client: &Client,
) -> Response {
    let mut response = match body {
        None => refuse(service, &Refusal::new(status, "A fault on demand."), client),
        Some(body) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
            (status, body.to_string()).into_response()
        }
    };
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
