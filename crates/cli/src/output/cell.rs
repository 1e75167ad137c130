//! Values as the texts of cells.

use std::cmp::Ordering;

use infomaniak_cloud::operation::Description;
use serde_json::Value;

use crate::text;

/// Writes the values of an operation's records, knowing from the schema what stands for what.
pub(super) struct Cells(Value);

impl Cells {
    pub(super) fn new(description: &Description) -> Self {
        Cells((description.schema)().to_value())
    }

    /// For values that no schema describes.
    pub(super) fn of_anything() -> Self {
        Cells(Value::Null)
    }

    /// As one line: whatever would break it is escaped.
    pub(super) fn line(&self, field: &str, value: &Value) -> String {
        text::line(&self.plain(field, value)).into_owned()
    }

    /// Line breaks of the value stay.
    pub(super) fn lines(&self, field: &str, value: &Value) -> String {
        text::lines(&self.plain(field, value)).into_owned()
    }

    fn plain(&self, field: &str, value: &Value) -> String {
        plain(value, &self.0["properties"][field])
    }
}

/// Lists with commas, maps as `key=value`, nothing for null.
pub(super) fn plain(value: &Value, schema: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| plain(item, &schema["items"])).collect();
            items.join(", ")
        }
        Value::Object(map) => {
            // Some records are known by one of their fields.
            if let Some(field) = schema["x-shown-by"].as_str() {
                return plain(&map[field], &Value::Null);
            }
            let pair = |(key, item): (&String, &Value)| {
                let schema = schema["properties"]
                    .get(key)
                    .unwrap_or_else(|| &schema["additionalProperties"]);
                format!("{key}={}", plain(item, schema))
            };
            map.iter().map(pair).collect::<Vec<_>>().join("; ")
        }
    }
}

/// Numbers by size, texts by their letters whatever their case, what is missing first.
pub(super) fn compare(a: &Value, b: &Value) -> Ordering {
    if let (Some(a), Some(b)) = (a.as_f64(), b.as_f64()) {
        return a.total_cmp(&b);
    }
    let (a, b) = (plain(a, &Value::Null), plain(b, &Value::Null));
    a.to_lowercase().cmp(&b.to_lowercase()).then_with(|| a.cmp(&b))
}
