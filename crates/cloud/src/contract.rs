//! The contract clients: the same operations, with sentinels instead of errors.
//!
//! Each is a service's client in the mode [`Contract`]: a failing call logs one line with all its
//! context and gives `None`, `false` or an empty list; its `last_error()` tells what happened.
//! Nothing inside the library uses them; they are for programs written against that interface.

use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;

use crate::block_storage::BlockStorage;
use crate::cloud::Cloud;
use crate::compute::Compute;
use crate::error::{Error, Kind, Result};
use crate::network::Networking;
use crate::operation::{Absence, Effect, Mode, Operation, Output};
use crate::session::Request;
use crate::session::config::{Config, Environment};
use crate::session::service::IDENTITY;

/// Errors become log lines and sentinels: the mode of the contract clients.
#[derive(Debug, Clone, Default)]
pub struct Contract {
    last: Arc<Mutex<Option<Arc<Error>>>>,
}

impl Contract {
    fn last(&self) -> Option<Arc<Error>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_last(&self, error: Option<Arc<Error>>) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }
}

impl Mode for Contract {
    type Outcome<T: Output> = T::Sentinel;

    fn conclude<O: Operation>(
        &self,
        operation: &O,
        result: Result<O::Output>,
    ) -> <O::Output as Output>::Sentinel {
        match result {
            Ok(output) => {
                if O::EFFECT != Effect::Reads {
                    let id = output.identifier();
                    tracing::info!(
                        target: "infomaniak_cloud::contract",
                        service = O::SERVICE, operation = O::METHOD, id,
                        "{}({})", O::METHOD, one_line(&operation.subject()),
                    );
                }
                self.set_last(None);
                output.success()
            }
            Err(error) => {
                if O::ABSENCE == Absence::Error || error.kind() != Kind::NotFound {
                    log(O::SERVICE, O::METHOD, &operation.subject(), &error);
                }
                self.set_last(Some(Arc::new(error)));
                O::Output::failure()
            }
        }
    }
}

fn log(service: &str, method: &str, subject: &str, error: &Error) {
    tracing::error!(
        target: "infomaniak_cloud::contract",
        service,
        operation = method,
        kind = error.kind().name(),
        status = error.status(),
        request_id = error.request_id(),
        "{method}({}) failed: {}", one_line(subject), one_line(error.message()),
    );
}

/// A name may have line breaks and escape sequences in it, with which it could write lines of its
/// own into a log.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() { line.extend(c.escape_default()) } else { line.push(c) }
    }
    line
}

/// Tries the credentials; the projects a token may be used for are every login's to see.
async fn validate(service: &str, cloud: &Cloud, mode: &Contract) -> bool {
    match cloud.send(Request::get(&IDENTITY, &["auth", "projects"])).await {
        Ok(_) => {
            mode.set_last(None);
            true
        }
        Err(error) => {
            log(service, "validate_connection", "", &error);
            mode.set_last(Some(Arc::new(error)));
            false
        }
    }
}

/// The cloud of an application credential, at Infomaniak in `dc3-a` unless said otherwise.
fn cloud_of(
    application_credential_id: &str,
    application_credential_secret: SecretString,
    auth_url: Option<&str>,
    region: Option<&str>,
) -> Result<Cloud> {
    let mut config =
        Config::application_credential(application_credential_id, application_credential_secret);
    if let Some(auth_url) = auth_url {
        config = config.with_auth_url(auth_url)?;
    }
    if let Some(region) = region {
        config.region = Some(region.into());
    }
    Ok(Cloud::new(config))
}

macro_rules! contract_clients {
    ($( $(#[doc = $about:literal])* $contract:ident = $client:ident; )*) => {$(
        $(#[doc = $about])*
        pub type $contract = $client<Contract>;

        impl $client<Contract> {
            /// A client of `cloud`.
            #[must_use]
            pub fn new(cloud: Cloud) -> Self {
                $client { cloud, mode: Contract::default() }
            }

            /// A client for `INFOMANIAK_APP_CREDENTIAL_ID` and `INFOMANIAK_APP_CREDENTIAL_SECRET`,
            /// with `INFOMANIAK_AUTH_URL` and `INFOMANIAK_REGION` where Infomaniak's own do not
            /// fit. Sends nothing.
            ///
            /// # Errors
            /// [`Kind::Config`] naming both variables when one of the first two is missing.
            pub fn from_env() -> Result<Self> {
                let config = Config::from_infomaniak_env(&Environment::process())?;
                Ok(Self::new(Cloud::new(config)))
            }

            /// A client for an application credential, at Infomaniak in `dc3-a` unless said
            /// otherwise. Sends nothing.
            ///
            /// # Errors
            /// [`Kind::Config`] when `auth_url` is not an address.
            pub fn from_credentials(
                application_credential_id: &str,
                application_credential_secret: impl Into<SecretString>,
                auth_url: Option<&str>,
                region: Option<&str>,
            ) -> Result<Self> {
                let secret = application_credential_secret.into();
                cloud_of(application_credential_id, secret, auth_url, region).map(Self::new)
            }

            /// Why the latest call on this client or its clones failed; `None` after a success.
            #[must_use]
            pub fn last_error(&self) -> Option<Arc<Error>> {
                self.mode.last()
            }

            /// Whether the credentials work: one `GET /v3/auth/projects`.
            pub async fn validate_connection(&self) -> bool {
                validate(<$client>::NAME, &self.cloud, &self.mode).await
            }

            /// Nothing needs closing; here so that programs may call it.
            pub fn close(&self) {}
        }
    )*};
}

contract_clients! {
    /// Instances, images, flavors, key pairs, availability zones, as the contract has them.
    InfomaniakComputeClient = Compute;
    /// Volumes, snapshots, backups, as the contract has them. Sizes are in GiB.
    InfomaniakVolumeClient = BlockStorage;
    /// Networks, routers, security groups, floating IPs and load balancers, as the contract has
    /// them.
    InfomaniakNetworkClient = Networking;
}
