//! How other programs log in to the local cloud: as `clouds.yaml`, as openrc, as variables.

use std::fmt::Write;

use infomaniak_cloud::session::config::REGION;
use infomaniak_local::{Credentials, Tenant};

/// The names of all logins.
pub(crate) const NAMES: &[&str] = &["demo", "demo2", "demo-full", "admin", "demo-appcred"];

/// All ways to log in to the cloud at one address.
pub(crate) struct Logins {
    /// By name and password, or by application credential.
    pub(crate) all: Vec<Login>,
    /// The application credential, in the variables that the contract clients read.
    pub(crate) infomaniak: [(&'static str, String); 4],
}

/// One way to log in.
pub(crate) struct Login {
    /// Its name in `clouds.yaml`.
    pub(crate) name: &'static str,
    /// Settings by the names that `clouds.yaml` has for them, outside of `auth` and in it.
    settings: Vec<(&'static str, String)>,
    auth: Vec<(&'static str, String)>,
}

impl Logins {
    pub(crate) fn new(credentials: &Credentials, url: &str) -> Self {
        let auth_url = format!("{url}/identity/v3");
        let id = credentials.application_credential_id.clone();
        let secret = credentials.application_credential_secret.clone();
        let mut all: Vec<_> =
            credentials.tenants.iter().map(|tenant| Login::password(tenant, &auth_url)).collect();
        all.push(Login::application_credential(&id, &secret, &auth_url));
        let infomaniak = [
            ("INFOMANIAK_APP_CREDENTIAL_ID", id),
            ("INFOMANIAK_APP_CREDENTIAL_SECRET", secret),
            ("INFOMANIAK_AUTH_URL", auth_url),
            ("INFOMANIAK_REGION", REGION.to_string()),
        ];
        Logins { all, infomaniak }
    }

    /// A `clouds.yaml` with all of them. The same as openrc stands in it as texts, which whoever
    /// reads the file passes over, and a person can paste into a shell.
    pub(crate) fn clouds_yaml(&self) -> String {
        let mut page = String::from("# A clouds.yaml for the local cloud.\nclouds:\n");
        for login in &self.all {
            let _ = writeln!(page, "  {}:", login.name);
            for (name, value) in &login.settings {
                let _ = writeln!(page, "    {name}: \"{value}\"");
            }
            let _ = writeln!(page, "    auth:");
            for (name, value) in &login.auth {
                let _ = writeln!(page, "      {name}: \"{value}\"");
            }
        }
        page.push_str("\n# The same as openrc: lines for a shell, one of these for each login.\n");
        page.push_str("openrc:\n");
        for login in &self.all {
            exports(&mut page, login.name, login.variables());
        }
        let infomaniak = self.infomaniak.iter();
        exports(&mut page, "infomaniak", infomaniak.map(|(name, value)| (*name, value.as_str())));
        page
    }
}

fn exports<N: AsRef<str>>(
    page: &mut String,
    title: &str,
    variables: impl Iterator<Item = (N, impl AsRef<str>)>,
) {
    let _ = writeln!(page, "  {title}: |");
    for (name, value) in variables {
        let _ = writeln!(page, "    export {}='{}'", name.as_ref(), value.as_ref());
    }
}

impl Login {
    fn new(name: &'static str, auth_url: &str) -> Self {
        Login {
            name,
            settings: vec![
                ("region_name", REGION.to_string()),
                ("identity_api_version", "3".to_string()),
            ],
            auth: vec![("auth_url", auth_url.to_string())],
        }
    }

    fn password(tenant: &Tenant, auth_url: &str) -> Self {
        let mut login = Login::new(tenant.cloud, auth_url);
        login.auth.extend([
            ("username", tenant.user.to_string()),
            ("password", tenant.password.to_string()),
            ("project_name", tenant.project.to_string()),
            ("user_domain_name", "Default".to_string()),
            ("project_domain_name", "Default".to_string()),
        ]);
        login
    }

    fn application_credential(id: &str, secret: &str, auth_url: &str) -> Self {
        let mut login = Login::new("demo-appcred", auth_url);
        login.settings.push(("auth_type", "v3applicationcredential".to_string()));
        login.auth.extend([
            ("application_credential_id", id.to_string()),
            ("application_credential_secret", secret.to_string()),
        ]);
        login
    }

    /// The variables that an openrc file would set.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (String, &str)> {
        let settings = self.settings.iter().chain(&self.auth);
        settings.map(|(name, value)| (format!("OS_{}", name.to_uppercase()), value.as_str()))
    }
}
