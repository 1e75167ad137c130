//! Changing an image: a list of operations, in Glance's two forms of JSON patch.

use serde_json::{Map, Value};

use super::kind::{self, IMAGE};
use super::{action, body_of, broken, check_owner, denied, schema};
use crate::call::{Call, Refusal, Reply};
use crate::store::Document;

/// The newer form: `{"op": "replace", "path": "/name", "value": "x"}`.
const NEWER: &str = "application/openstack-images-v2.1-json-patch";
/// The older form: `{"replace": "/name", "value": "x"}`.
const OLDER: &str = "application/openstack-images-v2.0-json-patch";

#[derive(Debug, Clone, Copy, PartialEq)]
enum Operation {
    Add,
    Remove,
    Replace,
}

const OPERATIONS: &[(&str, Operation)] =
    &[("add", Operation::Add), ("remove", Operation::Remove), ("replace", Operation::Replace)];

/// One change: to which field, and what it gets.
struct Change {
    operation: Operation,
    name: String,
    value: Value,
    /// In the older form, what is added must not be there yet.
    is_older: bool,
}

/// `PATCH /images/{id}`: all of the changes, or none.
pub(super) fn update(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let is_older = is_older(call)?;
    let Value::Array(body) = body_of(call)? else {
        let message = "Request body must be a JSON array of operation objects.";
        return Err(Refusal::bad_request(message));
    };
    let changes =
        body.iter().map(|change| read(change, is_older)).collect::<Result<Vec<_>, _>>()?;
    let mut image = IMAGE.find(call, call.segment("id"))?;
    if changes.is_empty() {
        return Ok(Reply::ok(IMAGE.view(call, &image)));
    }
    for change in changes {
        apply(call, &mut image, change)?;
    }
    kind::check_count(&image)?;
    action::save(call, &mut image)?;
    Ok(Reply::ok(IMAGE.view(call, &image)))
}

/// Which of the two forms the body's type names.
fn is_older(call: &Call<'_>) -> Result<bool, Refusal> {
    let kind = call.headers.get("content-type").and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or("text/plain").split(';').next().unwrap_or_default().trim();
    match kind {
        NEWER => Ok(false),
        OLDER => Ok(true),
        _ => Err(super::wrong_type(kind).header("accept-patch", format!("{OLDER}, {NEWER}"))),
    }
}

fn read(change: &Value, is_older: bool) -> Result<Change, Refusal> {
    let Value::Object(change) = change else {
        return Err(Refusal::bad_request("Operations must be JSON objects."));
    };
    let (operation, path) = if is_older { read_older(change)? } else { read_newer(change)? };
    let path = path.as_str().ok_or_else(broken)?;
    let names = decode(path)?;
    let name = names.first().cloned().unwrap_or_default();
    // Locations alone have something below them, if only to be refused.
    let depth = if name == "locations" && operation != Operation::Replace { 2 } else { 1 };
    if names.len() != depth {
        let message = format!("Invalid JSON pointer for this resource: '/{}'", names.join("/"));
        return Err(Refusal::bad_request(message));
    }
    let value = match change.get("value") {
        _ if operation == Operation::Remove => Value::Null,
        Some(value) => value.clone(),
        None => {
            let word = OPERATIONS.iter().find(|(_, known)| *known == operation);
            let word = word.map_or("", |(word, _)| word);
            return Err(Refusal::bad_request(format!(
                "Operation \"{word}\" requires a member named \"value\"."
            )));
        }
    };
    check_field(operation, &name, &value)?;
    Ok(Change { operation, name, value, is_older })
}

fn read_newer(change: &Map<String, Value>) -> Result<(Operation, &Value), Refusal> {
    const WORDS: &str = "It must be one of the following: add, remove, replace.";
    let Some(word) = change.get("op").filter(|word| !word.is_null()) else {
        let message = format!("Unable to find `op` in JSON Schema change. {WORDS}");
        return Err(Refusal::bad_request(message));
    };
    let Some((_, operation)) = OPERATIONS.iter().find(|(known, _)| word == known) else {
        let word = word.as_str().map_or_else(|| word.to_string(), str::to_string);
        return Err(Refusal::bad_request(format!("Invalid operation: `{word}`. {WORDS}")));
    };
    let path = change
        .get("path")
        .ok_or_else(|| Refusal::bad_request("Unable to find 'path' in JSON Schema change"))?;
    Ok((*operation, path))
}

fn read_older(change: &Map<String, Value>) -> Result<(Operation, &Value), Refusal> {
    let mut found =
        OPERATIONS.iter().filter_map(|(word, operation)| Some((*operation, change.get(*word)?)));
    let wrong = |number: &str| {
        Err(Refusal::bad_request(format!(
            "Operation objects must contain {number} one member named \"add\", \"remove\", or \
             \"replace\"."
        )))
    };
    match (found.next(), found.next()) {
        (Some(found), None) => Ok(found),
        (None, _) => wrong("exactly"),
        (Some(_), Some(_)) => wrong("only"),
    }
}

/// The names in a JSON pointer.
fn decode(pointer: &str) -> Result<Vec<String>, Refusal> {
    let wrong = |what: &str| Err(Refusal::bad_request(format!("Pointer `{pointer}` {what}")));
    let Some(rest) = pointer.strip_prefix('/') else {
        return wrong("does not start with \"/\".");
    };
    let parts: Vec<_> = rest.split('/').collect();
    if parts.len() > 2 && parts[1..parts.len() - 1].iter().any(|part| part.trim().is_empty())
        || rest.starts_with('/')
    {
        return wrong("contains adjacent \"/\".");
    }
    if pointer.len() > 1 && pointer.ends_with('/') {
        return wrong("end with \"/\".");
    }
    let is_escaped = |after: &str| after.starts_with(['0', '1']);
    if rest.split('~').skip(1).any(|after| !is_escaped(after)) {
        return wrong("contains \"~\" not part of a recognized escape sequence.");
    }
    let decode = |part: &&str| part.replace("~1", "/").replace("~0", "~").trim().to_string();
    Ok(parts.iter().map(decode).collect())
}

/// Checks that clients may change this field, and the value it is to get.
fn check_field(operation: Operation, name: &str, value: &Value) -> Result<(), Refusal> {
    if kind::is_read_only(name) {
        return Err(kind::read_only(name));
    }
    if kind::is_reserved(name) {
        return Err(Refusal::forbidden(format!("Attribute '{name}' is reserved.")));
    }
    let value = match (operation, name) {
        (Operation::Remove, _) => return Ok(()),
        (Operation::Add, "locations") => vec![value.clone()].into(),
        _ => value.clone(),
    };
    schema::check(&Map::from_iter([(name.to_string(), value)]))
}

fn apply(call: &Call<'_>, image: &mut Document, change: Change) -> Result<(), Refusal> {
    let Change { operation, name, value, is_older } = change;
    let is_set = value.as_array().is_none_or(|items| !items.is_empty());
    match (name.as_str(), operation) {
        ("locations", Operation::Replace) if !is_set => {
            return Err(denied("Cannot set locations to empty list."));
        }
        ("locations", _) => {
            check_owner(call, image)?;
            let verb = match operation {
                Operation::Add => "add",
                Operation::Remove => "remove",
                Operation::Replace => "update",
            };
            return Err(Refusal::forbidden(format!(
                "It's not allowed to {verb} locations if locations are invisible."
            )));
        }
        ("owner", Operation::Replace) if !call.who.is_admin() => {
            return Err(denied("Owner can't be updated by non admin."));
        }
        _ => check_owner(call, image)?,
    }
    let Value::Object(properties) = image.get("properties").clone() else { return Err(broken()) };
    let is_own = kind::is_own(&name);
    let is_there = is_own || properties.contains_key(&name);
    match operation {
        Operation::Add if is_older && is_there => {
            return Err(conflict(format!("Property {name} already present.")));
        }
        Operation::Remove if is_own => {
            return Err(denied(format!("Property {name} may not be removed.")));
        }
        Operation::Remove | Operation::Replace if !is_there => {
            return Err(conflict(format!("Property {name} does not exist.")));
        }
        // Glance gives it away first, and then refuses to look at it.
        Operation::Add if name == "owner" && !call.who.is_admin() && !is_mine(call, &value) => {
            let message = format!("Forbidding request, image {} not visible", image.id);
            return Err(Refusal::forbidden(message));
        }
        Operation::Add if name.chars().count() > 255 => return Err(broken()),
        _ => {}
    }
    if is_own {
        return kind::set(call, image, &name, value);
    }
    let mut properties = properties;
    match operation {
        Operation::Remove => drop(properties.shift_remove(&name)),
        _ => drop(properties.insert(name, value)),
    }
    image.set("properties", properties);
    Ok(())
}

fn is_mine(call: &Call<'_>, owner: &Value) -> bool {
    *owner == call.who.project.as_str()
}

/// A 409 of the longer form.
fn conflict(detail: String) -> Refusal {
    Refusal::conflict("There was a conflict when trying to complete your request.").detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_read_as_glance_reads_them() {
        assert_eq!(decode("/name").unwrap(), ["name"]);
        assert_eq!(decode("/").unwrap(), [""]);
        assert_eq!(decode("/a~1b~0c").unwrap(), ["a/b~c"]);
        assert_eq!(decode("/locations/-").unwrap(), ["locations", "-"]);
        for (pointer, expected) in [
            ("name", "does not start with"),
            ("/name/", "end with"),
            ("/a//b", "contains adjacent"),
            ("/a/ /b", "contains adjacent"),
            ("//", "contains adjacent"),
            ("/a~2", "recognized escape sequence"),
            ("/a~", "recognized escape sequence"),
        ] {
            let refusal = decode(pointer).unwrap_err();
            assert!(refusal.message.contains(expected), "{}", refusal.message);
        }
    }
}
