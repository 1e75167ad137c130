//! Services: where each lives, how it speaks, and what it serves.

use axum::http::Method;
use serde_json::{Value, json};

use crate::call::{Call, Refusal, Reply, Version};
use crate::check::Shape;
use crate::kind::Kind;
use crate::page::Page;

/// A service of the cloud.
pub(crate) struct Service {
    /// Its type in the catalog: `compute`.
    pub(crate) kind: &'static str,
    /// Its name in the catalog: `nova`.
    pub(crate) name: &'static str,
    /// Where it tells its versions: `/compute`.
    pub(crate) home: &'static str,
    /// Where it lives: `/compute/v2.1`.
    pub(crate) path: &'static str,
    /// Where it can be found too, with the same routes.
    pub(crate) aliases: &'static [&'static str],
    /// The address in the catalog: one of the two, as Infomaniak has it.
    pub(crate) listed: &'static str,
    /// Its microversions, if it has any.
    pub(crate) microversions: Option<Microversions>,
    /// How it checks a body.
    pub(crate) check: fn(&Call<'_>, &Shape) -> Result<(), Refusal>,
    /// How it refuses a body of another type than JSON; `None` reads it all the same.
    pub(crate) not_json: Option<fn(&str) -> Refusal>,
    /// How it refuses a body that is not JSON, though it says so.
    pub(crate) malformed: fn() -> Refusal,
    /// How it writes a refusal.
    pub(crate) refusal: fn(&Refusal) -> Body,
    /// How it refuses one more than a quota allows: the quota's name, what is used, the limit.
    pub(crate) over_quota: fn(&str, i64, i64) -> Refusal,
    /// Whether it looks for the path before it asks who is calling.
    pub(crate) path_first: bool,
    /// Whether it answers `HEAD` where it answers `GET`.
    pub(crate) answers_head: bool,
    /// How it refuses a method that a path does not have, but these others.
    pub(crate) wrong_method: fn(&Method, &[&str]) -> Refusal,
    /// How it writes such a refusal, and that of a path it does not have.
    pub(crate) no_route: fn(&Refusal) -> Body,
    /// What it answers to paths below its home that are none of its version.
    pub(crate) elsewhere: Option<&'static Route>,
    /// The content type of an answer without a body, if it has one.
    pub(crate) type_of_nothing: Option<&'static str>,
    /// Whether a request has an id only once its token is found good.
    pub(crate) ids_for_known: bool,
    /// The headers that carry the request id.
    pub(crate) request_id: &'static [&'static str],
    /// The headers on which its answers depend, as it says.
    pub(crate) vary: &'static [&'static str],
    /// What it answers to at its home: its versions.
    pub(crate) versions: &'static [Route],
    /// What it answers to below its path.
    pub(crate) routes: &'static [&'static [Route]],
}

/// The range of a service's microversions, and the headers they are asked for with.
pub(crate) struct Microversions {
    /// What the service is called in `OpenStack-API-Version`.
    pub(crate) name: &'static str,
    pub(crate) lowest: Version,
    pub(crate) highest: Version,
    /// The service's own older header, if it has one: `x-openstack-nova-api-version`.
    pub(crate) older_header: Option<&'static str>,
    /// A header with the request id that only answers of the service's own making have: no refusals in
    /// front of it, and none whose type its framework has chosen.
    pub(crate) own_request_id: Option<&'static str>,
}

/// A body as it is sent.
pub(crate) enum Body {
    Text {
        content_type: &'static str,
        text: String,
    },
    /// In the form that the client accepts.
    Page(Page),
}

impl Body {
    pub(crate) fn json(value: &Value) -> Self {
        Body::text("application/json", value.to_string())
    }

    pub(crate) fn text(content_type: &'static str, text: impl Into<String>) -> Self {
        Body::Text { content_type, text: text.into() }
    }
}

/// What is done with requests to one path.
pub(crate) struct Route {
    pub(crate) method: Method,
    /// Below the service's path, variable segments in braces: `/servers/{id}`.
    pub(crate) path: &'static str,
    pub(crate) handler: Handler,
    /// Whether it may be asked for without a token.
    pub(crate) open: bool,
    /// Whether the answer comes from in front of the service: without its headers.
    pub(crate) door: bool,
    /// The first microversion that has it.
    pub(crate) since: Version,
}

/// How a request is handled: as the kind's description says, or by a function of its own.
#[derive(Clone, Copy)]
pub(crate) enum Handler {
    List(&'static Kind),
    /// A list of fewer fields, as Nova has it beside the detailed one.
    ListBriefly(&'static Kind),
    Show(&'static Kind),
    Create(&'static Kind),
    Delete(&'static Kind),
    /// Looks only.
    Read(fn(&mut Call<'_>) -> Result<Reply, Refusal>),
    /// May change something.
    Write(fn(&mut Call<'_>) -> Result<Reply, Refusal>),
    /// Receives or sends a body of any length, beside the transaction: image data.
    Stream(Stream),
}

/// Which way a body of any length goes.
#[derive(Clone, Copy)]
pub(crate) enum Stream {
    Upload,
    Download,
    /// Neither, but there is a file to remove.
    Discard,
}

impl Handler {
    pub(crate) fn only_reads(self) -> bool {
        matches!(
            self,
            Handler::List(_) | Handler::ListBriefly(_) | Handler::Show(_) | Handler::Read(_)
        )
    }
}

impl Route {
    pub(crate) const fn get(path: &'static str, handler: Handler) -> Self {
        Route { method: Method::GET, path, handler, open: false, door: false, since: (0, 0) }
    }

    pub(crate) const fn post(path: &'static str, handler: Handler) -> Self {
        Route { method: Method::POST, path, handler, open: false, door: false, since: (0, 0) }
    }

    pub(crate) const fn put(path: &'static str, handler: Handler) -> Self {
        Route { method: Method::PUT, path, handler, open: false, door: false, since: (0, 0) }
    }

    pub(crate) const fn patch(path: &'static str, handler: Handler) -> Self {
        Route { method: Method::PATCH, path, handler, open: false, door: false, since: (0, 0) }
    }

    pub(crate) const fn delete(path: &'static str, handler: Handler) -> Self {
        Route { method: Method::DELETE, path, handler, open: false, door: false, since: (0, 0) }
    }

    /// Known from this microversion on.
    pub(crate) const fn since(mut self, major: u16, minor: u16) -> Self {
        self.since = (major, minor);
        self
    }

    /// Needs no token.
    pub(crate) const fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// Tells which versions of the service there are: needs no token, and is not yet the service.
    pub(crate) const fn door(mut self) -> Self {
        self.door = true;
        self.open()
    }
}

/// Checks a body as Nova, Cinder and Keystone do.
pub(crate) fn check_schema(call: &Call<'_>, shape: &Shape) -> Result<(), Refusal> {
    shape
        .check(&call.body, call.version)
        .map_err(|violation| Refusal::bad_request(violation.message()))
}

/// `{"itemNotFound": {"code": 404, "message": "..."}}`: Nova and Cinder.
pub(crate) fn as_nova(refusal: &Refusal) -> Body {
    if refusal.status == 401 {
        return as_keystone(refusal);
    }
    let name = refusal.name.unwrap_or_else(|| fault_name(refusal.status));
    let body = json!({ name: { "code": refusal.status, "message": refusal.message } });
    Body::text("application/json; charset=UTF-8", body.to_string())
}

/// What Nova and Cinder call a refusal of this status.
pub(crate) fn fault_name(status: u16) -> &'static str {
    match status {
        400 => "badRequest",
        403 => "forbidden",
        404 => "itemNotFound",
        405 => "badMethod",
        409 => "conflictingRequest",
        413 | 429 => "overLimit",
        415 => "badMediaType",
        501 => "notImplemented",
        503 => "serviceUnavailable",
        _ => "computeFault",
    }
}

/// `{"error": {"code": 404, "message": "...", "title": "Not Found"}}`: Keystone, and every other
/// service's 401.
pub(crate) fn as_keystone(refusal: &Refusal) -> Body {
    let title = title(refusal.status);
    let mut error = json!({ "code": refusal.status, "message": refusal.message, "title": title });
    if let Some((name, value)) = refusal.extra.as_deref() {
        error[*name] = value.clone();
    }
    Body::json(&json!({ "error": error }))
}

/// `{"NeutronError": {"type": "NetworkNotFound", "message": "...", "detail": ""}}`
pub(crate) fn as_neutron(refusal: &Refusal) -> Body {
    if !refusal.detail.is_empty() {
        // What Neutron leaves to its framework.
        return as_page(refusal);
    }
    let name = refusal.name.unwrap_or(match refusal.status {
        401 => return as_keystone(refusal),
        403 => "PolicyNotAuthorized",
        404 => "HTTPNotFound",
        409 => "Conflict",
        _ => "HTTPBadRequest",
    });
    Body::json(&json!({
        "NeutronError": { "type": name, "message": refusal.message, "detail": "" }
    }))
}

/// A page: Glance, and what others say of paths they do not have.
pub(crate) fn as_page(refusal: &Refusal) -> Body {
    Body::Page(Page::new(refusal))
}

/// The words that belong to a status.
pub(crate) fn title(status: u16) -> &'static str {
    axum::http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Unknown")
}
