//! `--query`: an expression of `JMESPath` that picks from a result what is wanted of it.
//!
//! It sees what `-f json` shows. Whatever comes of it is shown in the format that is asked for, with
//! an object's fields in the order in which the expression names them.

use std::fmt::Write;
use std::io;

use clap::{Arg, ArgMatches};
use jmespath::{Expression, JmespathError};
use serde_json::{Map, Value};

/// An expression that was read without fault.
pub(crate) struct Query {
    expression: Expression<'static>,
    /// Names that come first in an object that the expression makes or lets through.
    order: Vec<String>,
}

/// The flag.
pub(crate) fn argument() -> Arg {
    Arg::new("query")
        .long("query")
        .value_name("EXPRESSION")
        .help_heading("Output")
        .help("Show what this JMESPath expression finds in the JSON of the result")
}

impl Query {
    /// The expression on the command line, if there is one. `fields` are the usual ones of the
    /// result, in their order.
    ///
    /// # Errors
    /// A sentence about the place that cannot be read.
    pub(super) fn given(matches: &ArgMatches, fields: &[String]) -> Result<Option<Query>, String> {
        match matches.try_get_one::<String>("query") {
            Ok(Some(text)) => Query::read(text, fields).map(Some),
            _ => Ok(None),
        }
    }

    fn read(text: &str, fields: &[String]) -> Result<Query, String> {
        let expression = jmespath::compile(text).map_err(|error| sentence(&error))?;
        let order = named(text).chain(fields.iter().cloned()).collect();
        Ok(Query { expression, order })
    }

    /// What the expression finds.
    ///
    /// # Errors
    /// `InvalidInput`, if it does not fit: a function that is given what it does not take.
    pub(super) fn apply(&self, value: &Value) -> io::Result<Value> {
        let found = self.expression.search(value).map_err(|error| unfit(sentence(&error)))?;
        let mut found = serde_json::to_value(&*found)?;
        self.arrange(&mut found);
        Ok(found)
    }

    /// Objects come out of the expression with their names sorted.
    fn arrange(&self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.arrange(item)),
            Value::Object(map) => {
                map.values_mut().for_each(|item| self.arrange(item));
                let mut fields: Vec<_> = std::mem::take(map).into_iter().collect();
                let place = |name: &String| self.order.iter().position(|named| named == name);
                fields.sort_by_key(|(name, _)| place(name).unwrap_or(self.order.len()));
                *map = fields.into_iter().collect::<Map<_, _>>();
            }
            _ => {}
        }
    }
}

/// The words of an expression that a colon follows: `{who: name, "how much": ram}`.
fn named(text: &str) -> impl Iterator<Item = String> {
    text.split(':').map(|before| {
        let before = before.trim_end();
        let word = |c: char| !(c.is_alphanumeric() || c == '_');
        let name = match before.strip_suffix('"') {
            Some(quoted) => quoted.rsplit('"').next(),
            None => before.rsplit(word).next(),
        };
        name.unwrap_or_default().to_string()
    })
}

/// What is wrong, and where.
fn sentence(error: &JmespathError) -> String {
    let mut sentence = format!("--query: {}", error.reason.to_string().replace('\n', " "));
    let read: String = error.expression.chars().take(error.offset).collect();
    if read.is_empty() {
        let _ = write!(sentence, ", at the beginning of `{}`", error.expression);
    } else {
        let _ = write!(sentence, ", at character {} (after `{read}`)", error.offset + 1);
    }
    sentence
}

pub(super) fn unfit(sentence: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(expression: &str) -> Value {
        let servers = json!([{"name": "web", "id": "1", "ram": 2048}, {"name": "db", "id": "2"}]);
        let fields = ["name", "id", "ram"].map(str::to_string);
        Query::read(expression, &fields).unwrap().apply(&servers).unwrap()
    }

    #[test]
    fn it_picks_and_keeps_the_order_of_names() {
        assert_eq!(found("[].name"), json!(["web", "db"]));
        assert_eq!(found("[?name=='db'] | [0].id"), json!("2"));
        assert_eq!(found("length(@)"), json!(2));
        assert_eq!(found("[0]").to_string(), r#"{"name":"web","id":"1","ram":2048}"#);
        let renamed = found("[].{who: name, \"an id\": id}");
        assert_eq!(renamed[1].to_string(), r#"{"who":"db","an id":"2"}"#);
    }

    #[test]
    fn an_error_points_at_the_place() {
        let refusal = |text: &str| Query::read(text, &[]).err().unwrap();
        let said = refusal("[?name=='x'");
        assert!(said.starts_with("--query: Parse error: "), "{said}");
        assert!(said.contains("at character 12 (after `[?name=='x'`)"), "{said}");
        let query = Query::read("[].length(ram)", &[]).unwrap();
        let error = query.apply(&json!([{"ram": 1}])).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        assert!(error.to_string().contains("at character"), "{error}");
    }
}
