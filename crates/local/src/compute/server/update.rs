//! `PUT /servers/{id}`: what can be changed at any time.

use serde_json::{Map, Value, json};

use super::view::SHORT;
use super::{SERVER, network};
use crate::call::{Call, Refusal, Reply};
use crate::compute::name;
use crate::kind;
use crate::store::Document;

pub(super) fn update(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let mut reply = kind::update(call, &SERVER)?;
    if call.version < (2, 75) {
        shorten(&mut reply.body["server"]);
    }
    Ok(reply)
}

/// Changes the document as the body says.
pub(super) fn change(
    call: &mut Call<'_>,
    server: &mut Document,
    body: Map<String, Value>,
) -> Result<(), Refusal> {
    name::check(body.get("name"))?;
    server.fields.extend(body);
    server.set("updated", call.now.seconds());
    Ok(())
}

/// Leaves the fields that a changed instance was shown with before 2.75.
pub(super) fn shorten(server: &mut Value) {
    if let Some(fields) = server.as_object_mut() {
        fields.retain(|name, _| SHORT.contains(&name.as_str()));
        let addresses = fields.get("addresses").map_or_else(|| json!({}), network::plain);
        fields.insert("addresses".into(), addresses);
    }
}
