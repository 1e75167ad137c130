//! The local cloud as a cloud under test: in this process, in a folder of its own, gone in the end.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use infomaniak_local::{Credentials, Local, Serving};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::case::Outcome;
use crate::context::Context;
use crate::record;
use crate::target::Target;

/// A local cloud being served.
pub(crate) struct LocalCloud {
    pub(crate) clouds_yaml: PathBuf,
    // In the order in which they end.
    _serving: Serving,
    _runtime: Runtime,
    _folder: TempDir,
}

impl LocalCloud {
    /// Starts a fresh one.
    ///
    /// # Errors
    /// A sentence when it cannot be started.
    pub(crate) fn start() -> Result<Self, String> {
        let cannot = |error: std::io::Error| format!("the local cloud cannot be started: {error}");
        let folder = tempfile::tempdir().map_err(cannot)?;
        let runtime = Runtime::new().map_err(cannot)?;
        let local = Local::open(&folder.path().join("cloud"))?;
        let serving = runtime.block_on(local.serve("127.0.0.1:0")).map_err(cannot)?;
        let clouds_yaml = folder.path().join("clouds.yaml");
        let credentials = local.credentials()?;
        record::secret(&credentials.application_credential_secret);
        let clouds = clouds(&serving.url(), &credentials);
        // JSON is YAML.
        std::fs::write(&clouds_yaml, clouds.to_string()).map_err(cannot)?;
        Ok(LocalCloud { clouds_yaml, _serving: serving, _runtime: runtime, _folder: folder })
    }
}

/// A `clouds.yaml` with all logins.
fn clouds(url: &str, credentials: &Credentials) -> Value {
    let auth_url = format!("{url}/identity/v3");
    let mut clouds = Map::new();
    for tenant in &credentials.tenants {
        let auth = json!({
            "auth_url": auth_url, "username": tenant.user, "password": tenant.password,
            "project_name": tenant.project,
            "user_domain_name": "Default", "project_domain_name": "Default",
        });
        clouds.insert(tenant.cloud.into(), json!({ "region_name": "dc3-a", "auth": auth }));
    }
    let auth = json!({
        "auth_url": auth_url,
        "application_credential_id": credentials.application_credential_id,
        "application_credential_secret": credentials.application_credential_secret,
    });
    let entry = json!({
        "region_name": "dc3-a", "auth_type": "v3applicationcredential", "auth": auth,
    });
    clouds.insert("demo-appcred".into(), entry);
    json!({ "clouds": clouds })
}

/// Makes what the cases count on being there all along, and the testbed has from the beginning.
pub(crate) async fn furnish(target: &Arc<Target>, tokens: &Path) -> Outcome {
    let context = Context::new(target.clone(), tokens)?;
    let compute = context.cloud()?.compute();
    compute.create_keypair(target.keypair).await?;
    compute
        .create_instance(target.server, target.flavor, target.image, target.network)
        .wait(true)
        .await?;
    let create =
        ["floating", "ip", "create", "ext-floating1", "-f", "value", "-c", "floating_ip_address"];
    let address = context.openstack(&create)?;
    context.openstack(&["server", "add", "floating", "ip", target.server, address.trim()])?;
    Ok(())
}
