//! What an image looks like: the schema that Glance hands out, and checks images by.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::body_of;
use crate::call::{Call, Refusal, Reply};
use crate::check::python;
use crate::service::{Handler, Route};

pub(super) const ROUTES: &[Route] = &[
    Route::get("/schemas/image", Handler::Read(|_| Ok(Reply::ok(image())))),
    Route::get("/schemas/images", Handler::Read(|_| Ok(Reply::ok(images())))),
    Route::get("/schemas/member", Handler::Read(|_| Ok(Reply::ok(member())))),
    Route::get("/schemas/members", Handler::Read(|_| Ok(Reply::ok(members())))),
];

/// The fields that an image has by itself. Any others are texts.
static PROPERTIES: LazyLock<Map<String, Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("schema.json")).unwrap_or_default());

/// `GET /schemas/image`
fn image() -> Value {
    json!({
        "name": "image",
        "properties": *PROPERTIES,
        "additionalProperties": { "type": "string" },
        "links": [
            { "rel": "self", "href": "{self}" },
            { "rel": "enclosure", "href": "{file}" },
            { "rel": "describedby", "href": "{schema}" },
        ],
    })
}

/// `GET /schemas/images`
fn images() -> Value {
    json!({
        "name": "images",
        "properties": {
            "images": { "type": "array", "items": image() },
            "first": { "type": "string" },
            "next": { "type": "string" },
            "schema": { "type": "string" },
        },
        "links": [
            { "rel": "first", "href": "{first}" },
            { "rel": "next", "href": "{next}" },
            { "rel": "describedby", "href": "{schema}" },
        ],
    })
}

/// `GET /schemas/member`
fn member() -> Value {
    let id = &PROPERTIES["id"];
    json!({
        "name": "member",
        "properties": {
            "member_id": { "type": "string", "description": "The project it is shared with." },
            "image_id": id,
            "created_at": { "type": "string", "description": "When it was shared." },
            "updated_at": { "type": "string", "description": "When that last changed." },
            "status": {
                "type": "string",
                "description": "What the project says to that.",
                "enum": super::member::STATUSES,
            },
            "schema": { "readOnly": true, "type": "string" },
        },
    })
}

/// `GET /schemas/members`
fn members() -> Value {
    json!({
        "name": "members",
        "properties": {
            "members": { "type": "array", "items": member() },
            "schema": { "type": "string" },
        },
        "links": [{ "rel": "describedby", "href": "{schema}" }],
    })
}

/// The image that the body describes.
pub(super) fn read_image(call: &mut Call<'_>) -> Result<Map<String, Value>, Refusal> {
    match body_of(call)? {
        Value::Object(image) => Ok(image),
        _ => Err(super::broken()),
    }
}

/// Checks all or some fields of an image.
pub(super) fn check(fields: &Map<String, Value>) -> Result<(), Refusal> {
    let own =
        PROPERTIES.iter().filter_map(|(name, schema)| Some((name, schema, fields.get(name)?)));
    let others = fields.iter().filter(|(name, _)| !PROPERTIES.contains_key(*name));
    let text = json!({ "type": "string" });
    let mut all = own.chain(others.map(|(name, value)| (name, &text, value)));
    let wrong = all.find_map(|(name, schema, value)| {
        let place = match PROPERTIES.get(name) {
            Some(_) => format!("['properties']['{name}']"),
            None => "['additionalProperties']".into(),
        };
        look(schema, value, &Place { schema: place, value: format!("['{name}']") })
    });
    wrong.map_or(Ok(()), Err)
}

/// Where in the schema, and where in what is checked, as Python would write it.
struct Place {
    schema: String,
    value: String,
}

impl Place {
    fn below(&self, schema: &str, value: &str) -> Self {
        Place { schema: self.schema.clone() + schema, value: self.value.clone() + value }
    }
}

/// Refuses a value that does not match.
fn look(schema: &Value, value: &Value, place: &Place) -> Option<Refusal> {
    if let Some((keyword, reason)) = reason(schema, value) {
        return Some(Refusal::bad_request(format!(
            "Provided object does not match schema 'image': {reason}\n\nFailed validating \
             '{keyword}' in schema{}:\n    {}\n\nOn instance{}:\n    {}",
            place.schema,
            python(schema),
            place.value,
            python(value)
        )));
    }
    match value {
        Value::Array(items) => items.iter().enumerate().find_map(|(index, item)| {
            look(&schema["items"], item, &place.below("['items']", &format!("[{index}]")))
        }),
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            let schema = &schema["properties"][name];
            let below = format!("['{name}']");
            look(schema, value, &place.below(&format!("['properties']{below}"), &below))
        }),
        _ => None,
    }
}

/// What is wrong with a value itself, if anything is: the schema's keyword, and in words.
fn reason(schema: &Value, value: &Value) -> Option<(&'static str, String)> {
    let types = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        Value::String(name) => vec![name.as_str()],
        _ => Vec::new(),
    };
    if !types.is_empty() && !types.iter().any(|name| is_of_type(value, name)) {
        let types: Vec<_> = types.iter().map(|name| format!("'{name}'")).collect();
        let types = types.join(", ");
        return Some(("type", format!("{} is not of type {types}", python(value))));
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        let words = python(&schema["enum"]);
        return Some(("enum", format!("{} is not one of {words}", python(value))));
    }
    match value {
        Value::String(text) => {
            let most = schema["maxLength"].as_u64().and_then(|most| usize::try_from(most).ok());
            if most.is_some_and(|most| text.chars().count() > most) {
                return Some(("maxLength", format!("{} is too long", python(value))));
            }
            // The only pattern there is says what an id looks like.
            let pattern = schema["pattern"].as_str().filter(|_| !is_id(text))?;
            Some(("pattern", format!("{} does not match '{pattern}'", python(value))))
        }
        Value::Object(members) => {
            let mut required = schema["required"].as_array().into_iter().flatten();
            let missing = required.find(|name| !members.contains_key(name.as_str().unwrap_or("")));
            missing.map(|name| ("required", format!("{} is a required property", python(name))))
        }
        _ => None,
    }
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

/// A UUID with its hyphens.
fn is_id(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_read_and_describes_itself() {
        assert_eq!(PROPERTIES.len(), 34);
        assert!(PROPERTIES.values().all(|schema| schema["description"].is_string()));
    }

    #[test]
    fn what_does_not_match_is_said_as_glance_says_it() {
        for (fields, expected) in [
            (json!({ "name": 7 }), "7 is not of type 'null', 'string'"),
            (json!({ "name": "x".repeat(256) }), "is too long"),
            (json!({ "min_ram": 1.5 }), "1.5 is not of type 'integer'"),
            (json!({ "protected": "yes" }), "'yes' is not of type 'boolean'"),
            (json!({ "disk_format": "zip" }), "'zip' is not one of [None, 'ami', 'ari'"),
            (json!({ "tags": ["a", 1] }), "1 is not of type 'string'"),
            (json!({ "id": "nope" }), "'nope' does not match '^([0-9a-fA-F]){8}-"),
            (json!({ "mine": null }), "None is not of type 'string'"),
            (json!({ "locations": [{ "url": "x" }] }), "'metadata' is a required property"),
        ] {
            let refusal = check(fields.as_object().unwrap()).unwrap_err();
            assert!(refusal.message.contains(expected), "{}", refusal.message);
        }
        let good = json!({ "name": null, "disk_format": null, "tags": [], "mine": "x" });
        assert!(check(good.as_object().unwrap()).is_ok());
    }
}
