//! Any JSON in any format: what came of `--query`, and what no operation describes.
//!
//! A list of objects is a table with a column for each name; a list of lists is one without names; a
//! list of anything else is a line for each. A text that stands alone is shown as it is.

use std::io;

use serde_json::Value;

use super::cell::{Cells, plain};
use super::{Format, table};
use crate::text;

pub(super) fn write(value: &Value, format: Format, header: bool) -> io::Result<String> {
    match format {
        Format::Json | Format::Svg | Format::Mermaid | Format::Dot => {
            let json = serde_json::to_string_pretty(value)?;
            Ok(format!("{}\n", text::document(&json)))
        }
        Format::Yaml => {
            let yaml = serde_saphyr::to_string(value).map_err(io::Error::other)?;
            Ok(format!("{}\n", text::document(yaml.trim_end())))
        }
        Format::Table => Ok(tables(value, header)),
        Format::Csv => {
            let (names, rows) = rows(value, |cell| text::lines(&bare(cell)).into_owned());
            csv(names.as_ref().filter(|_| header), rows.into_iter())
        }
        Format::Value => {
            let (_, rows) = rows(value, |cell| text::line(&bare(cell)).into_owned());
            Ok(lines(&rows))
        }
    }
}

/// Rows with quotes where they are needed, under their names.
pub(super) fn csv(
    names: Option<&Vec<String>>,
    rows: impl Iterator<Item = Vec<String>>,
) -> io::Result<String> {
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::NonNumeric)
        .flexible(true)
        .from_writer(Vec::new());
    if let Some(names) = names {
        writer.write_record(names)?;
    }
    for row in rows {
        writer.write_record(row)?;
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn tables(value: &Value, header: bool) -> String {
    let cells = Cells::of_anything();
    match value {
        Value::Object(map) => {
            let names: Vec<_> = map.keys().cloned().collect();
            table::of_one(&names, value, &cells)
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            table::of_many(&names(items), items, &cells, header)
        }
        Value::Array(items) if items.iter().any(Value::is_array) => {
            let width = items.iter().filter_map(Value::as_array).map(Vec::len).max();
            let names: Vec<_> = (1..=width.unwrap_or_default()).map(|n| n.to_string()).collect();
            let rows: Vec<_> = items.iter().map(|item| numbered(item, &names)).collect();
            table::of_many(&names, &rows, &cells, false)
        }
        _ => {
            let (_, rows) = rows(value, |cell| text::lines(&bare(cell)).into_owned());
            lines(&rows)
        }
    }
}

/// The names that the objects of a list have, in the order in which they appear.
fn names(items: &[Value]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in items.iter().filter_map(Value::as_object).flat_map(|map| map.keys()) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// A list as an object, so that it makes a row.
fn numbered(item: &Value, names: &[String]) -> Value {
    let cells = item.as_array().map_or(std::slice::from_ref(item), Vec::as_slice);
    names.iter().cloned().zip(cells.iter().cloned()).collect::<serde_json::Map<_, _>>().into()
}

/// The value as lines of cells, with the names of the columns if it has names.
fn rows(value: &Value, cell: fn(&Value) -> String) -> (Option<Vec<String>>, Vec<Vec<String>>) {
    match value {
        Value::Null => (None, Vec::new()),
        Value::Array(items) if items.iter().any(Value::is_object) => {
            let names = names(items);
            let row = |item: &Value| names.iter().map(|name| cell(&item[name])).collect();
            let rows = items.iter().map(row).collect();
            (Some(names), rows)
        }
        Value::Array(items) => {
            let row = |item: &Value| match item {
                Value::Array(cells) => cells.iter().map(cell).collect(),
                other => vec![cell(other)],
            };
            (None, items.iter().map(row).collect())
        }
        Value::Object(map) => {
            let rows = vec![map.values().map(cell).collect()];
            (Some(map.keys().cloned().collect()), rows)
        }
        other => (None, vec![vec![cell(other)]]),
    }
}

fn lines(rows: &[Vec<String>]) -> String {
    let mut text = String::new();
    for row in rows {
        text.push_str(&row.join(" "));
        text.push('\n');
    }
    text
}

fn bare(value: &Value) -> String {
    plain(value, &Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_shape_has_its_lines() {
        let bare = |value: Value| write(&value, Format::Value, true).unwrap();
        assert_eq!(bare(json!("a\u{1b}")), "a\\u{1b}\n");
        assert_eq!(bare(json!(["a", 2, null])), "a\n2\n\n");
        assert_eq!(bare(json!([["a", 1], ["b", 2]])), "a 1\nb 2\n");
        assert_eq!(bare(json!([{"x": 1, "y": [1, 2]}])), "1 1, 2\n");
        assert_eq!(bare(json!(null)), "");
        assert_eq!(bare(json!([])), "");
    }

    #[test]
    fn a_table_has_the_names_and_csv_too() {
        let value = json!([{"who": "web"}, {"who": "db", "ram": 1}]);
        let table = write(&value, Format::Table, true).unwrap();
        assert!(table.contains("| who | ram |") && table.contains("| db  | 1   |"), "{table}");
        assert_eq!(
            write(&value, Format::Csv, true).unwrap(),
            "\"who\",\"ram\"\n\"web\",\"\"\n\"db\",1\n"
        );
        let rows = write(&json!([["a", 1]]), Format::Table, true).unwrap();
        assert_eq!(rows, "+---+---+\n| a | 1 |\n+---+---+\n");
    }
}
