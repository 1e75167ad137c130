//! A cloud for a test, and a client that shows what was answered.

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{HeaderMap, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use infomaniak_local::{Local, Serving};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A fresh cloud, served until it is dropped.
pub(crate) struct Cloud {
    pub(crate) local: Local,
    pub(crate) serving: Serving,
    client: Client<HttpConnector, Full<Bytes>>,
    pub(crate) folder: TempDir,
}

/// A fresh cloud.
pub(crate) async fn cloud() -> Cloud {
    let folder = tempfile::tempdir().unwrap();
    let local = Local::open(folder.path()).unwrap();
    let serving = local.serve("127.0.0.1:0").await.unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http();
    Cloud { local, serving, client, folder }
}

impl Cloud {
    /// Its address, without `http://`.
    pub(crate) fn address(&self) -> String {
        self.serving.url().trim_start_matches("http://").into()
    }

    /// Logs a tenant in, by its name in `clouds.yaml`: `demo2`.
    pub(crate) async fn login(&self, tenant: &str) -> Login<'_> {
        let credentials = self.local.credentials().unwrap();
        let tenant = credentials.tenants.iter().find(|known| known.cloud == tenant).unwrap();
        let domain = json!({ "id": "default" });
        let body = json!({ "auth": {
            "identity": { "methods": ["password"], "password": { "user": {
                "name": tenant.user, "domain": domain, "password": tenant.password,
            } } },
            "scope": { "project": { "name": tenant.project, "domain": domain } },
        } });
        let nobody = Login { cloud: self, token: String::new(), project: String::new() };
        let answer = nobody.ask("POST", "/identity/v3/auth/tokens", body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        Login {
            cloud: self,
            token: answer.header("x-subject-token").into(),
            project: answer.json()["token"]["project"]["id"].as_str().unwrap().into(),
        }
    }
}

/// A tenant that is logged in.
pub(crate) struct Login<'c> {
    cloud: &'c Cloud,
    pub(crate) token: String,
    pub(crate) project: String,
}

impl Login<'_> {
    /// Sends a request with a JSON body; null sends none.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: Value) -> Answer {
        if body.is_null() {
            return self.send(method, path, &[], Bytes::new()).await;
        }
        let kind = [("content-type", "application/json")];
        self.send(method, path, &kind, body.to_string()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, Value::Null).await
    }

    /// Sends a request as it is, with the token.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let url = format!("{}{path}", self.cloud.serving.url());
        let mut request = Request::builder().method(method).uri(url);
        if !self.token.is_empty() {
            request = request.header("x-auth-token", &self.token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body.into())).unwrap();
        let (head, body) = self.cloud.client.request(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: head.status.as_u16(), headers: head.headers, body }
    }
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// A header; empty without one.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}
