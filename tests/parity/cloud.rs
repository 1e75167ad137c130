//! A cloud that is asked: who may log in, where its services are, and plain HTTP to them.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

use crate::answer::{Names, RawAnswer, find};
use crate::table::Step;

/// What went wrong with the test itself, as a sentence.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// The domain in which a cloud's ports have names.
const DOMAINS: &[(&str, &str)] = &[("testbed", "osbed.example"), ("local", "local.example")];

/// Who asks, by the words of the tables, and their names in `clouds.yaml`.
const CALLERS: &[(&str, &str)] =
    &[("member", "demo2"), ("demo", "demo"), ("full", "demo-full"), ("admin", "admin")];

/// The public half of a key whose other half was never kept.
const PUBLIC_KEY: &str = "ssh-ed25519 \
    AAAAC3NzaC1lZDI1NTE5AAAAIDBdryj/BJFrvky5bM4ybMdYS89MINSB6/BFGkJqhHW1 parity";

/// The services, by their types.
pub(crate) const SERVICES: &[&str] =
    &["identity", "image", "compute", "block_storage", "network", "load_balancer"];

/// A login.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    /// Its name in `clouds.yaml`.
    pub(crate) entry: String,
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) project: String,
}

/// One of the two clouds.
pub(crate) struct Cloud {
    /// `testbed` or `local`.
    pub(crate) name: &'static str,
    client: Client<HttpConnector, Full<Bytes>>,
    /// Where each service's versions are, by its type.
    homes: HashMap<String, String>,
    /// The token of each caller.
    tokens: HashMap<&'static str, String>,
    /// What stands for `{name}` in the tables.
    things: HashMap<String, String>,
    /// The same, to be found in answers.
    names: Names,
}

impl Cloud {
    /// Logs all callers in and looks up what the tables speak of.
    pub(crate) async fn open(
        name: &'static str,
        auth_url: &str,
        logins: &[Login],
    ) -> Outcome<Cloud> {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let mut cloud = Cloud {
            name,
            client,
            homes: HashMap::new(),
            tokens: HashMap::new(),
            things: HashMap::new(),
            names: Names::default(),
        };
        cloud.homes.insert("identity".into(), home(auth_url));
        for &(caller, entry) in CALLERS {
            let login = logins.iter().find(|login| login.entry == entry);
            let login = login.ok_or_else(|| format!("{name} has no login {entry}"))?;
            cloud.log_in(caller, login).await?;
        }
        for service in SERVICES {
            if let Some(home) = cloud.homes.get(*service) {
                cloud.names.add(service, home);
            }
        }
        if let Some((_, domain)) = DOMAINS.iter().find(|(cloud, _)| *cloud == name) {
            cloud.names.add("domain", domain);
        }
        cloud.look_up().await?;
        Ok(cloud)
    }

    async fn log_in(&mut self, caller: &'static str, login: &Login) -> Outcome {
        let domain = json!({ "name": "Default" });
        let body = json!({ "auth": {
            "identity": { "methods": ["password"], "password": { "user": {
                "name": login.user, "domain": domain, "password": login.password,
            } } },
            "scope": { "project": { "name": login.project, "domain": domain } },
        } });
        let headers = [("content-type".to_string(), "application/json".to_string())];
        let answer =
            self.send("identity", "POST", "/v3/auth/tokens", &headers, body.to_string()).await?;
        let cannot = || format!("{}: {caller} cannot log in: {}", self.name, answer.text);
        let token = answer.header("x-subject-token").ok_or_else(cannot)?.to_string();
        let body = answer.json.clone().unwrap_or_default();
        for service in body["token"]["catalog"].as_array().into_iter().flatten() {
            let public = service["endpoints"].as_array().into_iter().flatten();
            let public = public.filter(|endpoint| endpoint["interface"] == "public");
            for url in public.filter_map(|endpoint| endpoint["url"].as_str()) {
                let kind = match service["type"].as_str().unwrap_or_default() {
                    "volumev3" => "block_storage",
                    "load-balancer" => "load_balancer",
                    kind => kind,
                };
                self.homes.insert(kind.to_string(), home(url));
            }
        }
        let text = |place: &str| find(&body, place).and_then(Value::as_str).unwrap_or_default();
        // `{user}` is the member's, `{admin user}` another's.
        let of = if caller == "member" { String::new() } else { format!("{caller} ") };
        for (thing, value) in [
            ("token", token.as_str()),
            ("user", text("token.user.id")),
            ("user name", text("token.user.name")),
            ("project", text("token.project.id")),
            ("project name", text("token.project.name")),
            ("password", login.password.as_str()),
        ] {
            self.know(&format!("{of}{thing}"), value);
        }
        self.tokens.insert(caller, token);
        Ok(())
    }

    /// Finds the things that the tables speak of and both clouds have.
    async fn look_up(&mut self) -> Outcome {
        self.things.insert("public key".into(), PUBLIC_KEY.into());
        let all = [
            ("flavor", "compute", "/v2.1/flavors", "flavors", "a1-ram2-disk20-perf1"),
            ("big flavor", "compute", "/v2.1/flavors", "flavors", "a8-ram16-disk20-perf1"),
            ("other flavor", "compute", "/v2.1/flavors", "flavors", "a1-ram4-disk20-perf1"),
            ("diskless flavor", "compute", "/v2.1/flavors", "flavors", "a1-ram2-disk0-perf1"),
            ("image", "image", "/v2/images", "images", "Debian 12 bookworm"),
            ("network", "network", "/v2.0/networks", "networks", "demo-net"),
            ("subnet", "network", "/v2.0/subnets", "subnets", "demo-subnet"),
            ("shared network", "network", "/v2.0/networks", "networks", "ext-net1"),
            ("external network", "network", "/v2.0/networks", "networks", "ext-floating1"),
            ("full network", "network", "/v2.0/networks", "networks", "full-net"),
            ("role", "identity", "/v3/roles", "roles", "member"),
        ];
        for (thing, service, path, key, name) in all {
            if !self.homes.contains_key(service) {
                continue;
            }
            let answer = self.get_as("admin", service, path).await?;
            let body = answer.json.unwrap_or_default();
            let items = body[key].as_array().into_iter().flatten();
            let mut ids = items.filter(|item| item["name"] == name);
            let id = ids.find_map(|item| item["id"].as_str());
            let id = id.ok_or_else(|| format!("{} has no {thing} '{name}'", self.name))?;
            self.know(thing, id);
        }
        Ok(())
    }

    fn know(&mut self, thing: &str, value: &str) {
        self.things.insert(thing.into(), value.into());
        if thing != "password" {
            self.names.add(thing, value);
        }
    }

    /// What a trial starts with.
    pub(crate) fn view(&self) -> View<'_> {
        View { cloud: self, things: self.things.clone(), names: self.names.clone() }
    }

    /// `GET`, for the test's own purposes.
    pub(crate) async fn get_as(
        &self,
        caller: &str,
        service: &str,
        path: &str,
    ) -> Outcome<RawAnswer> {
        self.ask_as(caller, service, "GET", path).await
    }

    /// A request without a body, for the test's own purposes.
    pub(crate) async fn ask_as(
        &self,
        caller: &str,
        service: &str,
        method: &str,
        path: &str,
    ) -> Outcome<RawAnswer> {
        let token = self.tokens.get(caller).cloned().unwrap_or_default();
        let headers = [("x-auth-token".to_string(), token)];
        self.send(service, method, path, &headers, String::new()).await
    }

    /// `PUT`, for the test's own purposes.
    pub(crate) async fn put_as(
        &self,
        caller: &str,
        service: &str,
        path: &str,
        body: &Value,
    ) -> Outcome<RawAnswer> {
        let token = self.tokens.get(caller).cloned().unwrap_or_default();
        let kind = ("content-type".to_string(), "application/json".to_string());
        let headers = [("x-auth-token".to_string(), token), kind];
        self.send(service, "PUT", path, &headers, body.to_string()).await
    }

    async fn send(
        &self,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: String,
    ) -> Outcome<RawAnswer> {
        let home = self.homes.get(service);
        let home = home.ok_or_else(|| format!("{} has no service {service}", self.name))?;
        let url = format!("{home}{path}");
        let cannot =
            |error: &dyn std::fmt::Display| format!("{}: {method} {url}: {error}", self.name);
        let method = Method::from_bytes(method.as_bytes()).map_err(|error| cannot(&error))?;
        let mut request = Request::builder().method(method).uri(&url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::from(body)).map_err(|error| cannot(&error))?;
        let answer = tokio::time::timeout(Duration::from_secs(60), self.client.request(request))
            .await
            .map_err(|_| cannot(&"no answer within a minute"))?
            .map_err(|error| cannot(&error))?;
        let status = answer.status().as_u16();
        let headers = answer.headers().iter().map(|(name, value)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        let headers: Vec<_> = headers.collect();
        let body = answer.into_body().collect().await.map_err(|error| cannot(&error))?.to_bytes();
        let is_json = headers
            .iter()
            .any(|(name, value)| name == "content-type" && value.starts_with("application/json"));
        Ok(RawAnswer {
            status,
            headers,
            text: String::from_utf8_lossy(&body).into_owned(),
            json: if is_json { serde_json::from_slice(&body).ok() } else { None },
        })
    }
}

/// The part of a service's address that is before its version.
fn home(url: &str) -> String {
    let url = url.trim_end_matches('/');
    let is_version =
        |(start, _): &(usize, &str)| url[start + 2..].starts_with(|c: char| c.is_ascii_digit());
    let version = url.match_indices("/v").find(is_version);
    version.map_or(url, |(start, _)| &url[..start]).into()
}

/// A cloud as one trial sees it: with the ids that it has kept.
pub(crate) struct View<'c> {
    pub(crate) cloud: &'c Cloud,
    things: HashMap<String, String>,
    pub(crate) names: Names,
}

impl View<'_> {
    /// `{thing}` stands for this from now on.
    pub(crate) fn keep(&mut self, thing: &str, value: &str) {
        self.things.insert(thing.into(), value.into());
        self.names.add(thing, value);
    }

    /// Sends a request as the table has it.
    pub(crate) async fn ask(&self, service: &str, step: &Step) -> Outcome<RawAnswer> {
        let service = step.service.as_deref().unwrap_or(service);
        let mut headers = Vec::new();
        let caller = step.caller.as_deref().unwrap_or("member");
        if caller != "nobody" {
            let token = self.cloud.tokens.get(caller);
            let token = token.ok_or_else(|| format!("'{caller}' is nobody that can log in"))?;
            headers.push(("x-auth-token".to_string(), token.clone()));
        }
        if let Some(version) = &step.version {
            let name = if service == "block_storage" { "volume" } else { service };
            headers.push(("openstack-api-version".into(), format!("{name} {version}")));
        }
        for (name, value) in &step.headers {
            headers.push((name.clone(), self.fill(value)?));
        }
        // What clients of the services say, unless the table says otherwise.
        let said = |header: &str| step.headers.iter().any(|(name, _)| name == header);
        if step.body.is_some() && !said("Content-Type") {
            headers.push(("content-type".into(), "application/json".into()));
        }
        if !said("Accept") {
            headers.push(("accept".into(), "application/json".into()));
        }
        let body = self.fill(step.body.as_deref().unwrap_or_default())?;
        self.cloud.send(service, &step.method, &self.fill(&step.path)?, &headers, body).await
    }

    /// Puts what this cloud calls them in the place of `{things}`.
    pub(crate) fn fill(&self, text: &str) -> Outcome<String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let inner = after.split_once('}').filter(|(inner, _)| is_placeholder(inner));
            let Some((thing, after)) = inner else {
                filled.push('{');
                rest = after;
                continue;
            };
            match (self.things.get(thing), thing.strip_suffix(" letters")) {
                (Some(value), _) => filled.push_str(value),
                (None, Some(count)) => {
                    let count = count.parse().map_err(|_| format!("how many is '{count}'?"))?;
                    filled.push_str(&"x".repeat(count));
                }
                _ => return Err(format!("{}: what is {{{thing}}}?", self.cloud.name)),
            }
            rest = after;
        }
        Ok(filled + rest)
    }
}

/// Whether what stands in braces is a word of the tables, and not a piece of JSON.
fn is_placeholder(inner: &str) -> bool {
    inner.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
        && inner.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ')
}

/// The logins of a `clouds.yaml`, and the address to log in at.
pub(crate) fn read_clouds_yaml(path: &Path) -> Outcome<(String, Vec<Login>)> {
    let cannot = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| cannot(&error))?;
    let all: Value = serde_saphyr::from_str(&text).map_err(|error| cannot(&error))?;
    let mut logins = Vec::new();
    let mut address = None;
    for (entry, cloud) in all["clouds"].as_object().into_iter().flatten() {
        let text = |name: &str| cloud["auth"][name].as_str().map(str::to_string);
        address = address.or_else(|| text("auth_url"));
        if let (Some(user), Some(password), Some(project)) =
            (text("username"), text("password"), text("project_name"))
        {
            logins.push(Login { entry: entry.clone(), user, password, project });
        }
    }
    Ok((address.ok_or_else(|| cannot(&"no auth_url in it"))?, logins))
}
