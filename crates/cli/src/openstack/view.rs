//! What is shown of a thing: columns by name, each with where its value comes from and how a person
//! reads it.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::python;

/// Names of other things, by their ids: of the images of servers, for instance.
pub(super) type Names = HashMap<String, String>;

/// One column of a list, or one line of a thing that is shown.
pub(super) struct Column {
    /// Its heading, or its key in JSON.
    pub(super) name: &'static str,
    from: From,
    look: Look,
    when: When,
    and: When,
}

/// Where a value comes from.
enum From {
    /// A field, by the path to it: `flavor/original_name`.
    Field(&'static str),
    /// A field that older clouds do not have, and what stands for it then.
    FieldOr(&'static str, &'static str),
    /// A number that the service writes as a text.
    Number(&'static str),
    /// What code makes of the thing.
    Code(fn(&Value, &Names) -> Value),
}

/// How a value is written for people. JSON has it as it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Look {
    /// As Python writes it.
    Plain,
    /// `a='1', b='2'`
    Dict,
    /// `a, b`
    List,
    /// A line as of `Dict` for each.
    ListOfDicts,
    /// `net=10.0.0.1, 10.0.0.2; other=10.1.0.1`
    DictOfLists,
    /// Nothing for null.
    OrNothing,
    /// `Running` for 1.
    Power,
    /// `Attached to web on /dev/vdb`
    Attachments,
    /// The name of what has this id.
    Name,
    /// The one word for true, the other for everything else: `UP`, `DOWN`.
    Either(&'static str, &'static str),
    /// `{"a": 1}`
    Json,
    /// As code writes it.
    By(fn(&Value) -> String),
    /// `None`, of what is an empty dict for programs.
    Missing,
}

impl Look {
    /// Whether the value has no look of its own.
    pub(super) fn is_plain(self) -> bool {
        matches!(self, Look::Plain)
    }
}

/// When a column is there.
#[derive(Clone, Copy)]
enum When {
    Always,
    /// With this flag.
    With(&'static str),
    /// Without it.
    Without(&'static str),
    /// When `--column` asks for it.
    Asked,
    /// When the thing has it, and it is not null.
    Present,
}

/// A column with the field at this path.
pub(super) const fn col(name: &'static str, path: &'static str) -> Column {
    let (when, and) = (When::Always, When::Always);
    Column { name, from: From::Field(path), look: Look::Plain, when, and }
}

/// A column with what `code` makes of a thing.
pub(super) const fn by(name: &'static str, code: fn(&Value, &Names) -> Value) -> Column {
    let (when, and) = (When::Always, When::Always);
    Column { name, from: From::Code(code), look: Look::Plain, when, and }
}

/// A column with a number that the service writes as a text, in the field of its name.
pub(super) const fn number(name: &'static str) -> Column {
    Column { from: From::Number(name), ..same(name) }
}

/// A column whose field has its name.
pub(super) const fn same(name: &'static str) -> Column {
    col(name, name)
}

impl Column {
    /// With a text where the service has no such field.
    pub(super) const fn or(self, text: &'static str) -> Column {
        let from = match self.from {
            From::Field(path) => From::FieldOr(path, text),
            other => other,
        };
        Column { from, ..self }
    }

    /// With another heading.
    pub(super) const fn called(self, name: &'static str) -> Column {
        Column { name, ..self }
    }

    /// Written like this for people.
    pub(super) const fn look(self, look: Look) -> Column {
        Column { look, ..self }
    }

    /// Only with this flag.
    pub(super) const fn with(self, flag: &'static str) -> Column {
        Column { and: self.when, when: When::With(flag), ..self }
    }

    /// Only without this flag.
    pub(super) const fn without(self, flag: &'static str) -> Column {
        Column { and: self.when, when: When::Without(flag), ..self }
    }

    /// Only when `--column` asks for it.
    pub(super) const fn asked(self) -> Column {
        Column { when: When::Asked, ..self }
    }

    /// Only where the thing has it.
    pub(super) const fn present(self) -> Column {
        Column { when: When::Present, ..self }
    }

    /// Whether only some things have it.
    pub(super) fn may_be_missing(&self) -> bool {
        [self.when, self.and].iter().any(|when| matches!(when, When::Present))
    }

    /// Whether it belongs to what is shown, by the flags and the columns asked for.
    pub(super) fn is_shown(&self, has: &dyn Fn(&str) -> bool, asked: &[String]) -> bool {
        let holds = |when: When| match when {
            When::Always | When::Present => true,
            When::With(flag) => has(flag),
            When::Without(flag) => !has(flag),
            When::Asked => asked.contains(&normal(self.name)),
        };
        holds(self.when) && holds(self.and)
    }

    /// The column's value of a thing; `None` where a column that may be missing is.
    pub(super) fn cell(&self, thing: &Value, names: &Names) -> Option<Cell> {
        let value = match self.from {
            From::Field(path) => {
                path.split('/').try_fold(thing, |thing, key| thing.get(key)).cloned()
            }
            From::FieldOr(field, text) => {
                Some(thing.get(field).cloned().unwrap_or_else(|| text.into()))
            }
            From::Number(field) => Some(match &thing[field] {
                Value::String(text) => {
                    text.parse::<i64>().map_or_else(|_| text.as_str().into(), Value::from)
                }
                value => value.clone(),
            }),
            From::Code(code) => Some(code(thing, names)),
        };
        let value = value.unwrap_or_default();
        if value.is_null() && self.may_be_missing() {
            return None;
        }
        Some(Cell::new(value, self.look).named(names))
    }
}

/// Column names as they are compared: `-c image_id` asks for `Image ID`.
pub(super) fn normal(name: &str) -> String {
    name.trim().to_lowercase().replace(' ', "_")
}

/// A value and how people read it.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) value: Value,
    pub(super) look: Look,
    /// The text for people, where it has names that the value does not have.
    named: Option<String>,
}

impl Default for Cell {
    fn default() -> Self {
        Cell::new(Value::Null, Look::Plain)
    }
}

impl Cell {
    fn new(value: Value, look: Look) -> Self {
        let (value, look) = match (value, look) {
            (Value::Null, Look::Dict) => (Map::new().into(), Look::Missing),
            (Value::Null, Look::DictOfLists) => (Map::new().into(), look),
            (Value::Null, Look::List | Look::ListOfDicts) => (Vec::<Value>::new().into(), look),
            pair => pair,
        };
        Cell { value, look, named: None }
    }

    /// With the names of things that the value has ids of.
    fn named(mut self, names: &Names) -> Self {
        let name = |id: &Value| {
            let known = id.as_str().and_then(|id| names.get(id));
            known.cloned().unwrap_or_else(|| python::text(id))
        };
        self.named = match self.look {
            Look::Name => Some(name(&self.value)),
            Look::Attachments => {
                let attachments = self.value.as_array().into_iter().flatten();
                let line = |it: &Value| {
                    let (server, device) = (name(&it["server_id"]), python::text(&it["device"]));
                    format!("Attached to {server} on {device} ")
                };
                Some(attachments.map(line).collect())
            }
            _ => None,
        };
        self
    }

    /// As a table shows it.
    pub(super) fn for_people(&self) -> String {
        let text = self.named.clone().unwrap_or_else(|| self.read());
        text.replace("\r\n", "\n").replace('\r', " ")
    }

    /// The value as people read it.
    fn read(&self) -> String {
        let value = &self.value;
        match self.look {
            Look::OrNothing if value.is_null() => String::new(),
            Look::Plain | Look::OrNothing | Look::Attachments | Look::Name => python::text(value),
            Look::Dict => dict(value, ""),
            Look::List => list(value),
            Look::ListOfDicts => dicts(value),
            Look::DictOfLists => {
                let lists = sorted(value).into_iter().filter(|(_, list)| !list.is_null());
                let lists = lists.map(|(key, items)| format!("{key}={}", list(items)));
                lists.collect::<Vec<_>>().join("; ")
            }
            Look::Power => power(value).to_string(),
            Look::Json => python::json(value, None),
            Look::By(code) => code(value),
            Look::Missing => python::text(&Value::Null),
            Look::Either(yes, no) => if value == true { yes } else { no }.to_string(),
        }
    }
}

fn sorted(value: &Value) -> Vec<(&String, &Value)> {
    let mut pairs: Vec<_> = value.as_object().into_iter().flatten().collect();
    pairs.sort_by_key(|(key, _)| *key);
    pairs
}

/// A line for each.
pub(super) fn dicts(value: &Value) -> String {
    let items = value.as_array().into_iter().flatten();
    items.map(|item| dict(item, "")).collect::<Vec<_>>().join("\n")
}

fn dict(value: &Value, prefix: &str) -> String {
    let pairs = sorted(value).into_iter().map(|(key, item)| match item {
        Value::Object(_) => dict(item, &format!("{prefix}{key}.")),
        Value::Null => format!("{prefix}{key}="),
        item => format!("{prefix}{key}='{}'", python::text(item)),
    });
    pairs.collect::<Vec<_>>().join(", ")
}

fn list(value: &Value) -> String {
    let mut items: Vec<_> = value.as_array().into_iter().flatten().map(python::text).collect();
    items.sort();
    items.join(", ")
}

/// Nova's power states.
fn power(value: &Value) -> &'static str {
    match value.as_i64() {
        Some(0) => "NOSTATE",
        Some(1) => "Running",
        Some(2 | 5) => "",
        Some(3) => "Paused",
        Some(4) => "Shutdown",
        Some(6) => "Crashed",
        Some(7) => "Suspended",
        _ => "N/A",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn people(value: Value, look: Look) -> String {
        Cell::new(value, look).for_people()
    }

    #[test]
    fn people_read_dicts_and_lists_as_words() {
        assert_eq!(people(json!({"b": null, "a": {"x": 1}}), Look::Dict), "a.x='1', b=");
        assert_eq!(people(json!(["b", "a"]), Look::List), "a, b");
        assert_eq!(people(json!([{"a": true}, {"a": "x"}]), Look::ListOfDicts), "a='True'\na='x'");
        assert_eq!(people(json!({"n": ["2", "1"], "m": []}), Look::DictOfLists), "m=; n=1, 2");
        assert_eq!(people(Value::Null, Look::Dict), "None");
        assert_eq!(people(Value::Null, Look::Plain), "None");
        assert_eq!(people(json!(1), Look::Power), "Running");
    }

    #[test]
    fn a_column_follows_flags_and_wishes() {
        let long = |flag: &str| flag == "long";
        let none = |_: &str| false;
        let column = same("x").without("brief").with("long");
        assert!(column.is_shown(&long, &[]) && !column.is_shown(&none, &[]));
        let asked = col("Image ID", "image").asked();
        assert!(!asked.is_shown(&long, &[]) && asked.is_shown(&none, &["image_id".into()]));
        let older = same("x").or("");
        let cell = |thing: Value| older.cell(&thing, &Names::new()).unwrap().value;
        assert_eq!((cell(json!({})), cell(json!({"x": null}))), ("".into(), Value::Null));
        assert!(same("x").present().cell(&json!({"x": null}), &Names::new()).is_none());
    }
}
