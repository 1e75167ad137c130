//! What counts as the same.

use serde_json::Value;

use crate::page::Page;

/// Compares two outputs in the same format; the differences that the page does not have.
pub(crate) fn same(page: &Page, line: &str, client: &str, face: &str) -> Result<(), String> {
    if client == face {
        return Ok(());
    }
    if line.contains("-f json") {
        let (client, face) = (json(client)?, json(face)?);
        return documents(page, line, &client, &face, &|client, face| client == face);
    }
    if line.contains("-f yaml") {
        let read = |text: &str| {
            serde_saphyr::from_str::<Value>(text).map_err(|error| format!("{error} in:\n{text}"))
        };
        let (client, face) = (read(client)?, read(face)?);
        return documents(page, line, &client, &face, &|client, face| client == face);
    }
    Err(format!("the client prints\n{client}\nthe face\n{face}"))
}

/// Reads JSON, which the client may print after a line that tells of progress.
pub(crate) fn json(text: &str) -> Result<Value, String> {
    let start = text.find(['{', '[']).unwrap_or(0);
    serde_json::from_str(&text[start..]).map_err(|error| format!("{error} in:\n{text}"))
}

/// Compares one thing, or the things of a list, key by key in their order.
pub(crate) fn documents(
    page: &Page,
    line: &str,
    client: &Value,
    face: &Value,
    equal: &dyn Fn(&Value, &Value) -> bool,
) -> Result<(), String> {
    match (client, face) {
        (Value::Array(clients), Value::Array(faces)) if clients.len() == faces.len() => {
            let mut pairs = clients.iter().zip(faces);
            pairs.try_for_each(|(client, face)| documents(page, line, client, face, equal))
        }
        (Value::Object(clients), Value::Object(faces)) => {
            let keys: Vec<_> = clients.keys().filter(|key| !page.is_missing(line, key)).collect();
            if keys != faces.keys().collect::<Vec<_>>() {
                return Err(format!("the client has the keys\n{keys:?}\nthe face\n{faces:?}"));
            }
            for (key, value) in faces {
                let is_same = equal(&clients[key], value)
                    || page.is_other(line, key)
                    || page.has_marks(line, key)
                        && equal(&unmarked(&clients[key]), &unmarked(value));
                if !is_same {
                    return Err(format!(
                        "`{key}` is {} for the client, {value} here",
                        clients[key]
                    ));
                }
            }
            Ok(())
        }
        (client, face) if equal(client, face) => Ok(()),
        (client, face) => Err(format!("the client prints\n{client:#}\nthe face\n{face:#}")),
    }
}

/// Properties without those that the programs add for themselves.
fn unmarked(properties: &Value) -> Value {
    let mut properties = properties.clone();
    if let Some(properties) = properties.as_object_mut() {
        properties.retain(|key, _| key != "ik-create" && !key.starts_with("owner_specified."));
    }
    properties
}
