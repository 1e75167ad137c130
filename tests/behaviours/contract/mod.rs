//! The contract, field by field: what the library says of its operations, what they give on a real
//! cloud, and what the contract clients make of successes and failures.

mod block_storage;
mod compute;
mod compute_client;
mod description;
mod load_balancer;
mod network;
mod router;
mod table;

use infomaniak_cloud::operation::Description;
use infomaniak_cloud::session::credentials::{ApplicationCredential, Credentials};
use infomaniak_cloud::{Cloud, operations};
use libtest_mimic::{Failed, Trial};
use secrecy::ExposeSecret;
use serde_json::Value;

use crate::case::{Failure, Group, Outcome};
use crate::context::{self, Context};
use crate::target::Target;

pub(crate) fn groups() -> Vec<Group> {
    vec![
        Group { name: "contract", cases: compute::cases() },
        Group { name: "contract of block storage", cases: block_storage::cases() },
        Group { name: "contract of networks", cases: network::cases() },
        Group { name: "contract of routers", cases: router::cases() },
        Group { name: "contract of load balancers", cases: load_balancer::cases() },
        Group { name: "contract client", cases: compute_client::cases() },
    ]
}

/// What can be said without a cloud.
pub(crate) fn trial() -> Trial {
    Trial::test("contract: every operation is described as the contract has it", || {
        let outcome = description::every_operation_is_as_the_contract_has_it();
        outcome.map_err(|Failure(why)| Failed::from(why))
    })
}

/// Runs operations by their names, as the surfaces do, and holds each result against the contract.
struct Checked {
    cloud: Cloud,
    rows: Vec<table::Row>,
    ran: Vec<&'static str>,
}

impl Checked {
    fn new(context: &Context, service: &str) -> Outcome<Self> {
        Ok(Checked { cloud: context.cloud()?, rows: table::rows(service)?, ran: Vec::new() })
    }

    async fn run(&mut self, method: &str, arguments: Value) -> Outcome<Value> {
        let row = self.rows.iter().find(|row| row.method == method).unwrap();
        let operation = operations()
            .find(|operation| operation.service == row.service && operation.method == method)
            .unwrap();
        let arguments = arguments.as_object().cloned().unwrap_or_default();
        let mut value = (operation.run)(&self.cloud, arguments).await?;
        leave_what_is_contracted(operation, &mut value);
        row.returns.check(&value).map_err(|why| Failure(format!("{method}: {why}")))?;
        self.ran.push(operation.method);
        Ok(value)
    }

    /// Fails if the contract has operations of the service that were not run.
    fn all_ran(&self) {
        let mut left: Vec<_> = self.rows.iter().map(|row| row.method.as_str()).collect();
        left.retain(|method| !self.ran.contains(method));
        assert_eq!(left, [""; 0]);
    }
}

/// A result as other languages' contract clients give it.
fn leave_what_is_contracted(operation: &Description, value: &mut Value) {
    let Some(contracted) = operation.contracted else { return };
    let leave = |record: &mut Value| {
        if let Some(record) = record.as_object_mut() {
            record.retain(|field, _| contracted.contains(&field.as_str()));
        }
    };
    match value {
        Value::Array(records) => records.iter_mut().for_each(leave),
        record => leave(record),
    }
}

/// Id and secret of the target's application credential, and where to log in with it.
pub(crate) fn credential(target: &Target) -> Outcome<(String, String, String)> {
    let config = context::config(target, target.credential, std::path::Path::new(""))?;
    match &config.credentials {
        Credentials::ApplicationCredential {
            credential: ApplicationCredential::Id(id),
            secret,
        } => Ok((id.clone(), secret.expose_secret().into(), config.auth_url.to_string())),
        _ => Err(Failure(format!("{} is not an application credential", target.credential))),
    }
}
