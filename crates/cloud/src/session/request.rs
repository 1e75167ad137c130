//! Requests to a service, built without any I/O, and the answers to them.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::Value;

use super::microversion::Microversion;
use super::redact;
use super::service::Service;
use super::transport::Answer;
use super::upload::Upload;
use crate::error::{Error, Kind, Processed, Result};

/// Everything but RFC 3986's unreserved characters: a name with a slash stays one segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A request to a service of the catalog: what is asked, not yet by whom and where.
#[derive(Clone)]
pub struct Request {
    pub(super) service: &'static Service,
    pub(super) method: Method,
    pub(super) path: Result<String, String>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Option<Value>,
    /// A body that is not JSON, with its type.
    pub(super) content: Option<(Bytes, String)>,
    /// A body that is read while it is sent.
    pub(super) upload: Option<Upload>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) microversion: Option<Microversion>,
    /// The path may begin with a version of its own.
    pub(super) as_typed: bool,
    pub(super) needed: Option<(Microversion, &'static str)>,
    pub(super) only_looks: bool,
}

impl Request {
    /// A request for the thing at `path`, whose segments are encoded one by one.
    ///
    /// A segment that is empty or consists of dots would address something else than was meant
    /// (`DELETE /servers/` + "" is the collection); such a request fails when it is sent.
    #[must_use]
    pub fn new(service: &'static Service, method: Method, path: &[&str]) -> Self {
        let wrong = path.iter().find(|segment| matches!(**segment, "" | "." | ".."));
        let path = match wrong {
            Some(segment) => Err((*segment).to_string()),
            None => Ok(path
                .iter()
                .flat_map(|segment| ["/".into(), Cow::from(utf8_percent_encode(segment, SEGMENT))])
                .collect()),
        };
        Request {
            service,
            method,
            path,
            query: Vec::new(),
            body: None,
            content: None,
            upload: None,
            headers: Vec::new(),
            microversion: None,
            as_typed: false,
            needed: None,
            only_looks: false,
        }
    }

    /// A request for a path as a person has typed it, encoded already, with or without a query:
    /// `/servers/detail?limit=1`. It stands
    /// below the service's version, unless it begins with a version itself: `/v3/users`.
    ///
    /// # Errors
    /// [`Kind::Invalid`] when `method` is none of HTTP's.
    pub fn typed(service: &'static Service, method: &str, path: &str) -> Result<Self> {
        let method = method
            .to_ascii_uppercase()
            .parse()
            .map_err(|_| Error::new(Kind::Invalid, format!("`{method}` is no method of HTTP")))?;
        let mut request = Request::new(service, method, &[]);
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        request.query.extend(url::form_urlencoded::parse(query.as_bytes()).into_owned());
        request.path = match path.split('/').find(|segment| matches!(*segment, "." | "..")) {
            Some(segment) => Err(segment.to_string()),
            None => Ok(format!("/{}", path.trim_start_matches('/'))),
        };
        request.as_typed = true;
        Ok(request)
    }

    /// `GET`
    #[must_use]
    pub fn get(service: &'static Service, path: &[&str]) -> Self {
        Request::new(service, Method::GET, path)
    }

    /// `POST` with a JSON body.
    #[must_use]
    pub fn post(service: &'static Service, path: &[&str], body: Value) -> Self {
        Request::new(service, Method::POST, path).json(body)
    }

    /// `DELETE`
    #[must_use]
    pub fn delete(service: &'static Service, path: &[&str]) -> Self {
        Request::new(service, Method::DELETE, path)
    }

    /// Sets the JSON body.
    #[must_use]
    pub fn json(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sets a body that is not JSON.
    #[must_use]
    pub fn content(mut self, body: impl Into<Bytes>, kind: &str) -> Self {
        self.content = Some((body.into(), kind.into()));
        self
    }

    /// Sets a body that is read while it is sent. Such a request is sent once, whatever happens.
    #[must_use]
    pub(crate) fn upload(mut self, upload: Upload) -> Self {
        self.upload = Some(upload);
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Asks for this microversion and no other: neither the one this library was written for, nor
    /// what the service offers instead.
    #[must_use]
    pub fn microversion(mut self, version: Microversion) -> Self {
        self.microversion = Some(version);
        self
    }

    pub(crate) fn with_query(mut self, query: Vec<(String, String)>) -> Self {
        self.query = query;
        self
    }

    pub(crate) fn query_pairs(&self) -> &[(String, String)] {
        &self.query
    }

    /// Says that the request makes no sense below a microversion, and what for.
    #[must_use]
    pub fn needs(mut self, version: Microversion, what: &'static str) -> Self {
        self.needed = Some((version, what));
        self
    }

    /// Says that the request changes nothing, whatever its method, and may be sent again.
    #[must_use]
    pub fn only_looks(mut self) -> Self {
        self.only_looks = true;
        self
    }

    pub(super) fn path(&self) -> Result<&str> {
        self.path.as_deref().map_err(|segment| {
            Error::new(Kind::Invalid, format!("`{segment}` is neither a name nor an id"))
        })
    }
}

/// Without the secrets in its body.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("service", &self.service.kind)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("body", &self.body.as_ref().map(redact::json))
            .field("content", &self.content.as_ref().map(|(bytes, kind)| (bytes.len(), kind)))
            .field("headers", &self.headers.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("microversion", &self.microversion)
            .field("as_typed", &self.as_typed)
            .field("needed", &self.needed)
            .field("only_looks", &self.only_looks)
            .finish_non_exhaustive()
    }
}

/// A successful answer.
#[derive(Debug)]
pub struct Response {
    pub(super) service: &'static Service,
    pub(super) answer: Answer,
    pub(super) repeatable: bool,
}

impl Response {
    /// The HTTP status, 200 to 299.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.answer.status.as_u16()
    }

    /// A header's value, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.answer.header(name)
    }

    /// The id of the request in the provider's logs.
    #[must_use]
    pub fn request_id(&self) -> Option<String> {
        self.answer.request_id()
    }

    /// All headers that are text, by their names in small letters.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let headers = self.answer.headers.iter();
        headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }

    /// The next bytes of the body of an answer to [`Cloud::open`](crate::Cloud::open); `None` at its
    /// end.
    ///
    /// # Errors
    /// [`Kind::Transport`] or [`Kind::TimedOut`] when the answer breaks off.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let chunk = self.answer.chunk(!self.repeatable).await;
        chunk.map_err(|error| error.with_service(self.service.kind))
    }

    /// The body as it came. Empty if the answer was only opened: then [`chunk`](Self::chunk) has it.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.answer.body
    }

    /// Reads the JSON body.
    ///
    /// # Errors
    /// [`Kind::Decode`] with the path to what was not as expected.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        self.decode(std::marker::PhantomData)
    }

    /// Reads the JSON body's field `key`.
    ///
    /// # Errors
    /// [`Kind::Decode`] with the path to what was not as expected.
    pub fn field<T: DeserializeOwned>(&self, key: &'static str) -> Result<T> {
        self.decode(Field(key, std::marker::PhantomData))
    }

    pub(crate) fn decode<'de, S: DeserializeSeed<'de>>(&'de self, seed: S) -> Result<S::Value> {
        let mut track = serde_path_to_error::Track::new();
        let mut json = serde_json::Deserializer::from_slice(&self.answer.body);
        let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
        let decoded = seed.deserialize(tracked).and_then(|value| json.end().map(|()| value));
        decoded.map_err(|error| self.misread(&track.path().to_string(), error))
    }

    fn misread(&self, path: &str, error: serde_json::Error) -> Error {
        let html = self.answer.body.trim_ascii_start().starts_with(b"<");
        let what = if self.answer.body.is_empty() {
            "the answer is empty".to_string()
        } else if html {
            "an HTML page came instead of JSON".to_string()
        } else if path == "." {
            format!("the answer is not as expected: {error}")
        } else {
            format!("the answer is not as expected at `{path}`: {error}")
        };
        Error::new(Kind::Decode, what)
            .with_service(self.service.kind)
            .with_status(self.status())
            .with_request_id(self.request_id())
            .with_attempts(self.answer.attempts)
            .with_processed(if self.repeatable { Processed::No } else { Processed::Yes })
            .with_hint("a proxy may answer in the cloud's place; `--debug` shows what was said")
            .with_source(error)
    }
}

/// Picks one field out of an object and skips the rest.
struct Field<T>(&'static str, std::marker::PhantomData<T>);

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Field<T> {
    type Value = T;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: DeserializeOwned> serde::de::Visitor<'de> for Field<T> {
    type Value = T;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "an object with the field `{}`", self.0)
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut found = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == self.0 {
                found = Some(map.next_value()?);
            } else {
                map.next_value::<serde::de::IgnoredAny>()?;
            }
        }
        found.ok_or_else(|| serde::de::Error::missing_field(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::super::service::COMPUTE;
    use super::*;

    #[test]
    fn a_name_stays_one_segment_whatever_is_in_it() {
        let request = Request::get(&COMPUTE, &["os-keypairs", "a/../b c?é#%"]);
        assert_eq!(request.path().unwrap(), "/os-keypairs/a%2F..%2Fb%20c%3F%C3%A9%23%25");
    }

    #[test]
    fn segments_that_would_address_something_else_are_refused() {
        for segment in ["", ".", ".."] {
            let request = Request::delete(&COMPUTE, &["servers", segment]);
            assert_eq!(request.path().unwrap_err().kind(), Kind::Invalid, "{segment:?}");
        }
    }
}
