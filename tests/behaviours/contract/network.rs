//! The network service's operations, by name with JSON arguments, give the contract's records.

use serde_json::json;

use super::Checked;
use crate::case::{Case, Outcome};
use crate::context::Context;

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("networks have exactly the contract's fields and types", networks)
            .proves(&["list_networks"]),
    ]
}

async fn networks(context: &Context) -> Outcome {
    let mut network = Checked::new(context, "network")?;
    let listed = network.run("list_networks", json!({})).await?;
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert!(names.contains(&&json!(context.target.network)), "{names:?}");
    Ok(())
}
