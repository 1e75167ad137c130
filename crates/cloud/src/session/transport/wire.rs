//! A request as it goes over the wire.

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::super::redact;
use super::super::service::Service;
use super::super::upload::Upload;
use crate::error::{Error, Kind, Result};

/// A request as it goes over the wire.
#[derive(Clone)]
pub(in crate::session) struct Wire {
    pub(in crate::session) service: &'static Service,
    pub(in crate::session) method: Method,
    pub(in crate::session) url: Url,
    pub(in crate::session) headers: HeaderMap,
    pub(in crate::session) body: Bytes,
    /// A body that is read while it is sent, instead.
    pub(in crate::session) upload: Option<Upload>,
    /// Sending it twice has the effect of sending it once.
    pub(in crate::session) repeatable: bool,
    /// The body of a good answer is left to be read piece by piece.
    pub(in crate::session) opens: bool,
}

impl Wire {
    pub(in crate::session) fn new(service: &'static Service, method: Method, url: Url) -> Self {
        let repeatable = matches!(
            method,
            Method::GET | Method::HEAD | Method::OPTIONS | Method::PUT | Method::DELETE
        );
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let body = Bytes::new();
        Wire { service, method, url, headers, body, upload: None, repeatable, opens: false }
    }

    /// Leaves the body of a good answer to be read piece by piece.
    pub(in crate::session) fn opens(mut self, opens: bool) -> Self {
        self.opens = opens;
        self
    }

    /// Takes the body from a file while it is sent; that works once only.
    pub(in crate::session) fn upload(mut self, upload: Upload) -> Self {
        let kind = HeaderValue::from_static("application/octet-stream");
        self.headers.insert(CONTENT_TYPE, kind);
        self.upload = Some(upload);
        self.repeatable = false;
        self
    }

    pub(in crate::session) fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    pub(in crate::session) fn json(mut self, body: &Value) -> Self {
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.body = body.to_string().into();
        self
    }

    pub(in crate::session) fn header(&mut self, name: &'static str, value: &str) -> Result<()> {
        let value = HeaderValue::from_str(value).map_err(|_| {
            Error::new(Kind::Invalid, format!("the value of header {name} has a line break in it"))
        })?;
        self.headers.insert(HeaderName::from_static(name), value);
        Ok(())
    }

    /// A header of the caller's choice.
    pub(in crate::session) fn any_header(&mut self, name: &str, value: &str) -> Result<()> {
        let wrong = |what: &str| Error::new(Kind::Invalid, format!("header `{name}`: {what}"));
        let known = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| wrong("this is not the name of a header"))?;
        let mut content = HeaderValue::from_str(value)
            .map_err(|_| wrong("its value has characters that no header has"))?;
        content.set_sensitive(redact::is_secret_header(known.as_str()));
        self.headers.insert(known, content);
        Ok(())
    }

    /// A body that is not JSON.
    pub(in crate::session) fn content(mut self, body: &Bytes, kind: &str) -> Result<Self> {
        self.any_header(CONTENT_TYPE.as_str(), kind)?;
        self.body = body.clone();
        Ok(self)
    }

    /// A header that neither this library nor the ones below show in their logs.
    pub(in crate::session) fn secret_header(
        &mut self,
        name: &'static str,
        value: &SecretString,
    ) -> Result<()> {
        let mut value = HeaderValue::from_str(value.expose_secret())
            .map_err(|_| Error::new(Kind::Config, "the token has characters that no token has"))?;
        value.set_sensitive(true);
        self.headers.insert(HeaderName::from_static(name), value);
        Ok(())
    }
}
