//! What an argument's value looks like on the command line, and how its text becomes JSON.

use serde_json::{Map, Value};

/// What an argument's value looks like on the command line.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Form {
    /// A text; `names` is what it names, if it names something that exists.
    Text { names: Option<String> },
    /// The content of a file.
    File,
    /// One of a few words; as `switches` each is a flag of its own as well.
    Choice { values: Vec<String>, switches: bool },
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// Several, by repeating the flag.
    List(Box<Form>),
    /// `KEY=VALUE`, by repeating the flag.
    Map,
    /// `key=value,key=value`, or one of a few `words` instead.
    Record { fields: Vec<Field>, words: Vec<String> },
}

/// What may stand in a record.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    name: String,
    required: bool,
    form: Form,
}

/// The form of what a JSON schema describes.
pub(super) fn form(schema: &Value) -> Form {
    // `Option<T>` is `T` or null; what is a record or a word has a schema for each.
    if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
        let choices = choices.iter().filter(|choice| choice["type"] != "null").map(form);
        return choices.reduce(either).unwrap_or(Form::Text { names: None });
    }
    let constants = |list: &Value| -> Vec<String> {
        let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
        let word = |item: &Value| item.get("const").unwrap_or(item).as_str().map(str::to_string);
        list.iter().filter_map(word).collect()
    };
    let mut values = constants(&schema["enum"]);
    values.extend(constants(&schema["oneOf"]));
    if !values.is_empty() {
        return Form::Choice { values, switches: schema["x-switches"] == true };
    }
    let is = |kind: &str| match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(|each| each == kind),
        each => each == kind,
    };
    let form = if is("boolean") {
        Form::Boolean
    } else if is("integer") {
        Form::Integer
    } else if is("array") {
        Form::List(Box::new(form(&schema["items"])))
    } else if is("object") {
        object(schema)
    } else if schema["x-file"] == true {
        Form::File
    } else {
        Form::Text { names: schema["x-noun"].as_str().map(str::to_string) }
    };
    if schema["x-several"] == true { Form::List(Box::new(form)) } else { form }
}

/// A record where the schema names properties, else a map.
fn object(schema: &Value) -> Form {
    let Some(properties) = schema["properties"].as_object() else { return Form::Map };
    let required = |name: &String| {
        schema["required"].as_array().is_some_and(|names| names.iter().any(|each| each == name))
    };
    let field = |(name, schema): (&String, &Value)| Field {
        name: name.clone(),
        required: required(name),
        form: form(schema),
    };
    Form::Record { fields: properties.iter().map(field).collect(), words: Vec::new() }
}

/// A record or a word; of anything else the first.
fn either(first: Form, second: Form) -> Form {
    match (first, second) {
        (Form::Record { fields, mut words }, Form::Choice { values, .. })
        | (Form::Choice { values, .. }, Form::Record { fields, mut words }) => {
            words.extend(values);
            Form::Record { fields, words }
        }
        (first, _) => first,
    }
}

impl Form {
    /// What may stand in a record of this form: `net-id=..., or: auto, none`.
    pub(super) fn keys(&self) -> String {
        let Form::Record { fields, words } = self else { return String::new() };
        let keys: Vec<_> = fields.iter().map(Field::key).collect();
        if words.is_empty() {
            return format!("keys: {}", keys.join(", "));
        }
        format!("keys: {}; or: {}", keys.join(", "), words.join(", "))
    }

    /// The JSON value that `text` stands for.
    ///
    /// # Errors
    /// A sentence about what is wrong with it.
    pub(super) fn value(&self, text: &str) -> Result<Value, String> {
        match self {
            Form::Text { .. } => Ok(text.into()),
            Form::File => read(text).map(Value::from),
            Form::Choice { values, .. } => values
                .iter()
                .find(|value| value.eq_ignore_ascii_case(text))
                .map(|value| value.as_str().into())
                .ok_or_else(|| format!("`{text}` is none of {}", values.join(", "))),
            Form::Integer => {
                text.parse::<i64>().map(Value::from).map_err(|_| format!("`{text}` is no number"))
            }
            Form::Boolean => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => Ok(true.into()),
                "false" | "no" | "0" => Ok(false.into()),
                _ => Err(format!("`{text}` is neither true nor false")),
            },
            Form::List(inner) => inner.value(text),
            Form::Map => pairs(std::iter::once(text)).map(Value::from),
            Form::Record { words, .. } if words.iter().any(|word| word == text) => Ok(text.into()),
            // For values that have commas in them.
            Form::Record { .. } if text.starts_with('{') => serde_json::from_str(text)
                .map_err(|error| format!("`{text}` is not valid JSON: {error}")),
            Form::Record { fields, .. } => self.record(fields, text),
        }
    }

    fn record(&self, fields: &[Field], text: &str) -> Result<Value, String> {
        let mut record = Map::new();
        for part in text.split(',') {
            let (key, value) = match part.split_once('=') {
                Some((key, value)) => (key, Some(value)),
                None => (part, None),
            };
            let field = fields.iter().find(|field| field.name == key.replace('-', "_"));
            let Some(field) = field else {
                return Err(format!("`{part}` in `{text}` is not known ({})", self.keys()));
            };
            let value = match (value, &field.form) {
                (Some(value), form) => {
                    form.value(value).map_err(|why| format!("{}: {why}", field.key()))?
                }
                (None, Form::Boolean) => true.into(),
                (None, _) => return Err(format!("`{key}` in `{text}` has no value")),
            };
            match (&field.form, record.get_mut(&field.name)) {
                (Form::List(_), Some(Value::Array(values))) => values.push(value),
                (Form::Map, Some(Value::Object(map))) => {
                    map.extend(value.as_object().cloned().unwrap_or_default());
                }
                (_, Some(_)) => return Err(format!("`{key}` is given twice in `{text}`")),
                (Form::List(_), None) => {
                    record.insert(field.name.clone(), Value::Array(vec![value]));
                }
                (_, None) => {
                    record.insert(field.name.clone(), value);
                }
            }
        }
        match fields.iter().find(|field| field.required && !record.contains_key(&field.name)) {
            Some(missing) => Err(format!("`{text}` lacks `{}=...`", missing.key())),
            None => Ok(record.into()),
        }
    }
}

impl Field {
    /// As it is typed; the openstack client's hands may type `_` as well.
    fn key(&self) -> String {
        self.name.replace('_', "-")
    }
}

/// The content of a file, `-` being standard input.
pub(crate) fn read(path: &str) -> Result<String, String> {
    let text = if path == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    text.map_err(|error| format!("cannot read `{path}`: {error}"))
}

/// What `KEY=VALUE` several times over says.
pub(super) fn pairs<'a>(
    texts: impl Iterator<Item = &'a str>,
) -> Result<Map<String, Value>, String> {
    texts.map(key_value).collect()
}

/// `KEY=VALUE`; a value that is JSON is taken as such, anything else as text.
fn key_value(pair: &str) -> Result<(String, Value), String> {
    match pair.split_once('=') {
        Some((key, value)) if !key.is_empty() => {
            let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
            Ok((key.to_string(), value))
        }
        _ => Err(format!("`{pair}` is not of the form KEY=VALUE")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(names: Option<&str>) -> Form {
        Form::Text { names: names.map(str::to_string) }
    }

    #[test]
    fn forms_follow_the_schema() {
        assert_eq!(form(&json!({"type": "string"})), text(None));
        assert_eq!(form(&json!({"type": "string", "x-noun": "image"})), text(Some("image")));
        assert_eq!(form(&json!({"type": ["string", "null"], "x-file": true})), Form::File);
        assert_eq!(form(&json!({"type": ["integer", "null"]})), Form::Integer);
        assert_eq!(form(&json!({"type": "object"})), Form::Map);
        assert_eq!(
            form(
                &json!({"anyOf": [{"oneOf": [{"const": "A"}, {"const": "B"}]}, {"type": "null"}]})
            ),
            Form::Choice { values: vec!["A".into(), "B".into()], switches: false }
        );
        assert_eq!(
            form(&json!({"type": ["array", "null"], "items": {"type": "string"}})),
            Form::List(Box::new(text(None)))
        );
        assert_eq!(
            form(&json!({"type": "string", "x-noun": "network", "x-several": true})),
            Form::List(Box::new(text(Some("network"))))
        );
    }

    #[test]
    fn a_value_that_is_json_keeps_its_type() {
        assert_eq!(key_value("a=1").unwrap(), ("a".into(), json!(1)));
        assert_eq!(key_value("a=b=c").unwrap(), ("a".into(), json!("b=c")));
        assert!(key_value("=x").is_err() && key_value("x").is_err());
    }

    /// A card, or no card.
    fn card() -> Form {
        form(&json!({"anyOf": [
            {"type": "object", "required": ["net_id"], "properties": {
                "net_id": {"type": "string", "x-noun": "network"},
                "size": {"type": ["integer", "null"]},
                "keep": {"type": "boolean"},
                "tags": {"type": "array", "items": {"type": "string"}},
            }},
            {"type": "string", "enum": ["auto", "none"]},
        ]}))
    }

    #[test]
    fn a_record_is_typed_as_keys_and_values() {
        let value = |text: &str| card().value(text);
        assert_eq!(
            value("net-id=a=b,size=3,keep,tags=x,tags=y").unwrap(),
            json!({"net_id": "a=b", "size": 3, "keep": true, "tags": ["x", "y"]})
        );
        assert_eq!(value("net_id=a,keep=no").unwrap(), json!({"net_id": "a", "keep": false}));
        assert_eq!(value("auto").unwrap(), json!("auto"));
        assert_eq!(value(r#"{"net_id": "a,b"}"#).unwrap(), json!({"net_id": "a,b"}));
    }

    #[test]
    fn what_is_wrong_with_a_record_is_said() {
        let why = |text: &str| card().value(text).unwrap_err();
        assert_eq!(
            why("net=a"),
            "`net=a` in `net=a` is not known (keys: net-id, size, keep, tags; or: auto, none)"
        );
        assert_eq!(why("size=1"), "`size=1` lacks `net-id=...`");
        assert_eq!(why("net-id"), "`net-id` in `net-id` has no value");
        assert_eq!(why("net-id=a,net-id=b"), "`net-id` is given twice in `net-id=a,net-id=b`");
        assert_eq!(why("net-id=a,size=big"), "size: `big` is no number");
        assert!(why("{no json").contains("not valid JSON"));
    }
}
