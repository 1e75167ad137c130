//! Reads `tests/contract/operations.csv`, the contract as a table: what each operation is called,
//! takes and gives, in the notation of Python's type hints.
//!
//! Anything in it that cannot be read fails the suite: a row that is not understood is not checked.

use serde_json::{Map, Value};

use crate::case::{Failure, Outcome};

/// One operation of the contract.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) service: String,
    pub(super) method: String,
    pub(super) parameters: Vec<Parameter>,
    /// Whether further parameters may be given.
    pub(super) open: bool,
    pub(super) returns: Returns,
    /// What it gives when it fails: `None`, `False` or `[]`.
    pub(super) sentinel: String,
    pub(super) risk: String,
}

/// One parameter.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) kind: Type,
    /// `None` if the parameter is required.
    pub(super) default: Option<Value>,
}

/// What an operation gives when it succeeds.
#[derive(Debug)]
pub(super) enum Returns {
    True,
    Record(Vec<Field>),
    Records(Vec<Field>),
}

/// One field of a record.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: Type,
    /// Not always there.
    pub(super) optional: bool,
}

/// A type, as far as JSON knows it.
#[derive(Debug, PartialEq)]
pub(super) enum Type {
    Nothing,
    Text,
    Integer,
    Number,
    Boolean,
    Object,
    Map(Box<Type>),
    List(Box<Type>),
    Either(Vec<Type>),
}

/// The rows of a service.
pub(super) fn rows(service: &str) -> Outcome<Vec<Row>> {
    let mut table = csv::Reader::from_reader(&include_bytes!("../../contract/operations.csv")[..]);
    let mut rows = Vec::new();
    for line in table.deserialize() {
        let line: std::collections::HashMap<String, String> = line?;
        if line["service"] == service {
            rows.push(row(&line)?);
        }
    }
    Ok(rows)
}

fn row(line: &std::collections::HashMap<String, String>) -> Outcome<Row> {
    let mut parameters = Vec::new();
    let mut open = false;
    for text in split(&line["params"], ',') {
        match text {
            "**kwargs" => open = true,
            text => parameters.push(parameter(text)?),
        }
    }
    Ok(Row {
        service: line["service"].clone(),
        method: line["method"].clone(),
        parameters,
        open,
        returns: returns(&line["returns"])?,
        sentinel: line["sentinel"].clone(),
        risk: line["risk"].clone(),
    })
}

/// `name: str|None=None`
fn parameter(text: &str) -> Outcome<Parameter> {
    let (name, rest) = text.split_once(':').ok_or_else(|| unreadable(text))?;
    let (kind, default) = match rest.split_once('=') {
        Some((kind, default)) => (kind, Some(literal(default)?)),
        None => (rest, None),
    };
    Ok(Parameter { name: name.trim().into(), kind: kind_of(kind)?, default })
}

/// A Python literal.
fn literal(text: &str) -> Outcome<Value> {
    Ok(match text.trim() {
        "None" => Value::Null,
        "True" => true.into(),
        "False" => false.into(),
        text => match text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
            Some(text) => text.into(),
            None => serde_json::from_str(text).map_err(|_| unreadable(text))?,
        },
    })
}

/// `True`, `dict{id:str; [key:str]}`, `list[dict{id:str}]`, each perhaps with a remark behind.
fn returns(text: &str) -> Outcome<Returns> {
    if text == "True" {
        return Ok(Returns::True);
    }
    let inside = |prefix: &str, end: char| {
        let rest = text.strip_prefix(prefix)?;
        rest.rfind(end).map(|end| &rest[..end])
    };
    if let Some(inner) = inside("list[dict{", '}') {
        return fields(inner).map(Returns::Records);
    }
    let inner = inside("dict{", '}').ok_or_else(|| unreadable(text))?;
    fields(inner).map(Returns::Record)
}

fn fields(text: &str) -> Outcome<Vec<Field>> {
    let field = |text: &str| {
        let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        let (name, kind) = inner.unwrap_or(text).split_once(':').ok_or_else(|| unreadable(text))?;
        Ok(Field { name: name.trim().into(), kind: kind_of(kind)?, optional: inner.is_some() })
    };
    split(text, ';').into_iter().map(field).collect()
}

/// `str`, `int(MB)`, `list[str]|None`, `dict[str,list[dict]]`
fn kind_of(text: &str) -> Outcome<Type> {
    let mut kinds = split(text, '|').into_iter().map(one_kind).collect::<Outcome<Vec<_>>>()?;
    if kinds.len() == 1 { Ok(kinds.swap_remove(0)) } else { Ok(Type::Either(kinds)) }
}

fn one_kind(text: &str) -> Outcome<Type> {
    let text = text.find('(').map_or(text, |remark| &text[..remark]).trim();
    let inner = |prefix: &str| text.strip_prefix(prefix)?.strip_suffix(']');
    Ok(match text {
        "None" => Type::Nothing,
        "str" => Type::Text,
        "int" => Type::Integer,
        "float" => Type::Number,
        "bool" => Type::Boolean,
        "dict" => Type::Object,
        text => match (inner("list["), inner("dict[str,")) {
            (Some(item), _) => Type::List(Box::new(kind_of(item)?)),
            (_, Some(value)) => Type::Map(Box::new(kind_of(value)?)),
            _ => return Err(unreadable(text)),
        },
    })
}

/// Splits where no bracket is open.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '[' | '{' | '(' => depth += 1,
            ']' | '}' | ')' => depth -= 1,
            c if c == separator && depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

fn unreadable(text: &str) -> Failure {
    Failure(format!("the contract's `{text}` is written in a way that is not understood here"))
}

impl Type {
    /// Whether a value is of this type.
    pub(super) fn fits(&self, value: &Value) -> bool {
        match self {
            Type::Nothing => value.is_null(),
            Type::Text => value.is_string(),
            Type::Integer => value.is_i64() || value.is_u64(),
            Type::Number => value.is_number(),
            Type::Boolean => value.is_boolean(),
            Type::Object => value.is_object(),
            Type::Map(of) => {
                value.as_object().is_some_and(|map| map.values().all(|value| of.fits(value)))
            }
            Type::List(of) => {
                value.as_array().is_some_and(|list| list.iter().all(|value| of.fits(value)))
            }
            Type::Either(kinds) => kinds.iter().any(|kind| kind.fits(value)),
        }
    }

    /// What JSON schemas call it.
    pub(super) fn words(&self) -> Vec<&'static str> {
        match self {
            Type::Nothing => vec!["null"],
            Type::Text => vec!["string"],
            Type::Integer => vec!["integer"],
            Type::Number => vec!["number"],
            Type::Boolean => vec!["boolean"],
            Type::Object | Type::Map(_) => vec!["object"],
            Type::List(_) => vec!["array"],
            Type::Either(kinds) => kinds.iter().flat_map(Type::words).collect(),
        }
    }
}

impl Returns {
    /// Whether a result is as the contract has it.
    ///
    /// # Errors
    /// A sentence about the first thing that is not.
    pub(super) fn check(&self, value: &Value) -> Result<(), String> {
        match (self, value) {
            (Returns::True, Value::Null) => Ok(()),
            (Returns::Record(fields), Value::Object(record)) => check(fields, record),
            (Returns::Records(fields), Value::Array(records)) => {
                let object = |value: &Value| value.as_object().cloned().unwrap_or_default();
                records.iter().try_for_each(|record| check(fields, &object(record)))
            }
            _ => Err(format!("{value} is not {self:?}")),
        }
    }
}

/// Exactly the fields, in their order, each of its type.
fn check(fields: &[Field], record: &Map<String, Value>) -> Result<(), String> {
    let there = |field: &&Field| !field.optional || record.contains_key(&field.name);
    let wanted: Vec<_> = fields.iter().filter(there).map(|field| field.name.as_str()).collect();
    let found: Vec<_> = record.keys().map(String::as_str).collect();
    if wanted != found {
        return Err(format!("fields {found:?} where the contract has {wanted:?}"));
    }
    for field in fields.iter().filter(there) {
        let value = &record[&field.name];
        if !field.kind.fits(value) {
            return Err(format!("`{}` is {value}, not {:?}", field.name, field.kind));
        }
    }
    Ok(())
}
