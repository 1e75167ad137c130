//! The volume types of a fresh cloud.

use serde_json::json;

use super::volume_type::{TYPES, VOLUME_TYPE};
use crate::seed::{insert, new_id};
use crate::store::Transaction;

/// Makes the volume types.
pub(crate) fn seed(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    for (name, description, backend) in TYPES {
        let fields = json!({ "name": name, "description": description, "backend": backend });
        insert(transaction, VOLUME_TYPE.name, "", &new_id(), fields)?;
    }
    Ok(())
}
