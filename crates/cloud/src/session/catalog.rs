//! The catalog: which services a cloud has and where, as Keystone sends it with a token.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use super::config::{Config, REGION};
use super::service::{self, Service};
use crate::error::{Error, Kind, Result};

/// The services of a cloud, as far as the token may use them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Catalog(pub(super) Vec<Entry>);

/// One service of the catalog.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    name: Option<String>,
    endpoints: Vec<Endpoint>,
}

/// Where a service can be reached.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Endpoint {
    /// For whom: `public`, `internal` or `admin`.
    pub interface: String,
    /// The region; none if the service is there for all of them.
    #[serde(default)]
    pub region: Option<String>,
    /// The address.
    pub url: String,
}

/// A service of the catalog, as this project may use it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CatalogService {
    /// What it is called: `nova`.
    pub name: Option<String>,
    /// What it does, as the catalog says it: `compute`.
    pub r#type: String,
    /// The region that is used.
    pub region: Option<String>,
    /// The address that is used; none if the region has none of the configured interface.
    pub url: Option<String>,
    /// All its addresses.
    pub endpoints: Vec<Endpoint>,
}

impl Catalog {
    /// The address below which a service's paths start, its version included, without final `/`.
    ///
    /// # Errors
    /// [`Kind::Config`] when the region does not exist; [`Kind::Unsupported`] when the service
    /// does not.
    pub(super) fn root(&self, service: &Service, config: &Config) -> Result<Url> {
        if let Some(address) = config.endpoint_overrides.get(service.kind) {
            return root(address, service);
        }
        let region = self.region(config)?;
        let entries: Vec<_> = service::names(service.kind)
            .flat_map(|name| self.0.iter().filter(move |entry| entry.kind == name))
            .collect();
        match entries.iter().find_map(|entry| entry.used(region, config)) {
            Some(endpoint) => root(&endpoint.url, service),
            None => Err(self.missing(service, config, region, !entries.is_empty())),
        }
    }

    /// All services, each with the address that is used.
    ///
    /// # Errors
    /// [`Kind::Config`] when the region does not exist.
    pub(super) fn services(&self, config: &Config) -> Result<Vec<CatalogService>> {
        let region = self.region(config)?;
        let used = |entry: &Entry| {
            let address = config.endpoint_overrides.get(service::canonical_type(&entry.kind));
            address.or_else(|| entry.used(region, config).map(|used| &used.url)).cloned()
        };
        let service = |entry: &Entry| CatalogService {
            name: entry.name.clone(),
            r#type: entry.kind.clone(),
            region: region.map(str::to_string),
            url: used(entry),
            endpoints: entry.endpoints.clone(),
        };
        Ok(self.0.iter().map(service).collect())
    }

    /// The region to use: the one asked for, or `dc3-a`, or the only one.
    fn region<'a>(&'a self, config: &'a Config) -> Result<Option<&'a str>> {
        let known = self.regions();
        let unknown = |message: String| {
            let list: Vec<_> = known.iter().map(|region| format!("`{region}`")).collect();
            Error::new(Kind::Config, message).with_hint(format!(
                "this cloud has {}; set the region to one of them",
                list.join(", ")
            ))
        };
        match &config.region {
            Some(region) if known.contains(region.as_str()) || known.is_empty() => Ok(Some(region)),
            Some(region) => Err(unknown(format!("there is no region `{region}`"))),
            None if known.contains(REGION) => Ok(Some(REGION)),
            None if known.len() <= 1 => Ok(known.first().copied()),
            None => {
                Err(unknown(format!("{} names no region and there are several", config.source)))
            }
        }
    }

    fn regions(&self) -> BTreeSet<&str> {
        self.0
            .iter()
            .flat_map(|entry| &entry.endpoints)
            .filter_map(|endpoint| endpoint.region.as_deref())
            .collect()
    }

    fn missing(
        &self,
        service: &Service,
        config: &Config,
        region: Option<&str>,
        elsewhere: bool,
    ) -> Error {
        if self.0.is_empty() {
            return Error::new(Kind::Config, "the token has no scope, hence no services")
                .with_hint("add project_name or project_id to the credentials");
        }
        let message = format!(
            "no {} endpoint of service `{}` in region `{}`",
            config.interface,
            service.kind,
            region.unwrap_or("(none)")
        );
        let hint = if elsewhere {
            "another region or interface has it: choose it in the configuration"
        } else {
            "this cloud does not offer the service to this project"
        };
        Error::new(Kind::Unsupported, message).with_service(service.kind).with_hint(hint)
    }
}

impl Entry {
    /// The endpoint that is used in a region.
    fn used(&self, region: Option<&str>, config: &Config) -> Option<&Endpoint> {
        self.endpoints
            .iter()
            .filter(|endpoint| endpoint.interface == config.interface)
            .find(|endpoint| endpoint.region.as_deref() == region || endpoint.region.is_none())
    }
}

/// Reads a service's address and appends its version where the catalog left it out.
fn root(address: &str, service: &Service) -> Result<Url> {
    let mut url = Url::parse(address)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| {
            Error::new(Kind::Config, format!("`{address}` is not an address of {}", service.kind))
        })?;
    let path = url.path().trim_end_matches('/');
    let (version, below) = service.version.split_once('/').unwrap_or((service.version, ""));
    let versioned = version.is_empty() || path.split('/').any(is_version);
    let mut path = if versioned { path.to_string() } else { format!("{path}/{version}") };
    if !below.is_empty() && !path.ends_with(&format!("/{below}")) {
        path = format!("{path}/{below}");
    }
    url.set_path(&path);
    url.set_query(None);
    Ok(url)
}

/// `v3`, `v2.1`: whether a segment of a path names a version.
pub(super) fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::super::service::{COMPUTE, IMAGE, LOAD_BALANCER, NETWORK};
    use super::*;

    fn catalog() -> Catalog {
        serde_json::from_value(serde_json::json!([
            {"type": "compute", "endpoints": [
                {"interface": "public", "region": "dc3-a", "url": "https://one/compute/v2.1"},
                {"interface": "internal", "region": "dc3-a", "url": "http://inside:8774/v2.1/"},
                {"interface": "public", "region": "dc4-a", "url": "https://two/compute/v2.1"}]},
            {"type": "image", "endpoints": [
                {"interface": "public", "region": "dc3-a", "url": "https://one/image"}]},
            {"type": "volumev3", "endpoints": [
                {"interface": "public", "region": "dc3-a", "url": "https://one/volume/v3/p1"}]}
        ]))
        .unwrap()
    }

    fn config(region: Option<&str>) -> Config {
        let mut config = Config::application_credential("id", "secret");
        config.region = region.map(str::to_string);
        config
    }

    #[test]
    fn region_and_interface_choose_the_endpoint() {
        let root = |service, config: &Config| catalog().root(service, config).unwrap().to_string();
        assert_eq!(root(&COMPUTE, &config(Some("dc4-a"))), "https://two/compute/v2.1");
        assert_eq!(root(&COMPUTE, &config(None)), "https://one/compute/v2.1");
        let inside = Config { interface: "internal".into(), ..config(None) };
        assert_eq!(root(&COMPUTE, &inside), "http://inside:8774/v2.1");
    }

    #[test]
    fn a_missing_version_is_added_and_an_alias_is_found() {
        static VOLUMES: Service =
            Service { kind: "block-storage", version: "v3", microversions: None };
        assert_eq!(catalog().root(&IMAGE, &config(None)).unwrap().as_str(), "https://one/image/v2");
        let root = catalog().root(&VOLUMES, &config(None)).unwrap();
        assert_eq!(root.as_str(), "https://one/volume/v3/p1");
    }

    #[test]
    fn octavias_paths_have_a_word_behind_the_version() {
        let root = |address| root(address, &LOAD_BALANCER).unwrap().to_string();
        for address in ["http://h/lb", "http://h/lb/v2.0/", "http://h/lb/v2.0/lbaas"] {
            assert_eq!(root(address), "http://h/lb/v2.0/lbaas", "{address}");
        }
    }

    #[test]
    fn an_override_replaces_the_catalog() {
        let mut config = config(None);
        config.endpoint_overrides.insert("compute".into(), "http://127.0.0.1:1/v2.1".into());
        assert_eq!(Catalog::default().root(&COMPUTE, &config).unwrap().port(), Some(1));
    }

    #[test]
    fn wrong_region_missing_service_and_missing_scope_are_told_apart() {
        let region = catalog().root(&COMPUTE, &config(Some("dc9-z"))).unwrap_err();
        assert_eq!(region.kind(), Kind::Config);
        assert!(region.hint().unwrap().contains("`dc3-a`, `dc4-a`"), "{region:?}");
        let service = catalog().root(&NETWORK, &config(None)).unwrap_err();
        assert_eq!(service.kind(), Kind::Unsupported);
        let scope = Catalog::default().root(&COMPUTE, &config(None)).unwrap_err();
        assert!(scope.hint().unwrap().contains("project_name"));
    }
}
