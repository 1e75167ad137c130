//! What the operations of networks say on the wire: a table for each noun.

mod floating_ip;
#[allow(clippy::module_inception)] // one file per noun, and this is the noun
mod network;
mod port;
mod router;
mod security_group;
mod subnet;
mod subnet_pool;
mod whole;

use super::{load_balancer, says};

/// Operations with their arguments, and the requests that have to come of them after the login.
pub(super) type Said = &'static [(&'static str, &'static str, &'static str)];

/// All nouns.
const SAID: &[Said] = &[
    network::SAID,
    subnet::SAID,
    port::SAID,
    router::SAID,
    security_group::SAID,
    floating_ip::SAID,
    subnet_pool::SAID,
    whole::SAID,
    load_balancer::SAID,
    load_balancer::more::SAID,
    load_balancer::unset::SAID,
];

#[tokio::test]
async fn each_operation_sends_what_is_written_here_and_nothing_else() {
    for (method, arguments, said) in SAID.iter().copied().flatten() {
        says("network", method, arguments, said).await;
    }
}

#[test]
fn no_operation_of_networks_is_missing_here() {
    let operations = infomaniak_cloud::operations().filter(|o| o.service == "network");
    let missing: Vec<_> = operations
        .map(|operation| operation.method)
        .filter(|method| !SAID.iter().copied().flatten().any(|(said, ..)| said == method))
        .collect();
    assert_eq!(missing, [""; 0]);
}
