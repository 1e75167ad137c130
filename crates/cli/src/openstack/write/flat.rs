//! A line for each row, or for each field.

use serde_json::Value;

use super::super::python;
use super::super::view::Cell;
use crate::text;

/// Values with spaces between, a line for each row.
pub(super) fn values(rows: &[Vec<Cell>]) -> String {
    let line = |row: &Vec<Cell>| row.iter().map(plain).collect::<Vec<_>>().join(" ") + "\n";
    rows.iter().map(line).collect()
}

/// A line for each value.
pub(super) fn lines(cells: &[Cell]) -> String {
    cells.iter().map(|cell| plain(cell) + "\n").collect()
}

fn plain(cell: &Cell) -> String {
    text::lines(&python::text(&cell.value)).into_owned()
}

/// `name="value"`, for a shell to read.
pub(super) fn shell(names: &[&str], cells: &[Cell], prefix: &str) -> String {
    let variable = |name: &str| name.to_lowercase().replace([' ', ':', '-'], "_");
    let line = |(name, cell): (&&str, &Cell)| {
        let value = match &cell.value {
            Value::String(text) => text.replace('"', "\\\""),
            value if cell.look.is_plain() => python::text(value),
            value => python::text(value).replace('"', "\\\""),
        };
        format!("{prefix}{}=\"{}\"\n", variable(name), text::lines(&value))
    };
    names.iter().zip(cells).map(line).collect()
}

/// Comma-separated values, quoted as asked.
pub(super) fn csv(names: &[&str], rows: &[Vec<Cell>], quote: &str) -> String {
    let mut text = names.iter().map(|name| field(name, false, quote)).collect::<Vec<_>>().join(",");
    text.push('\n');
    for row in rows {
        let fields = row.iter().map(|cell| {
            let number =
                cell.look.is_plain() && matches!(cell.value, Value::Number(_) | Value::Bool(_));
            match &cell.value {
                Value::Null if cell.look.is_plain() => field("", false, quote),
                value => field(&text::lines(&python::text(value)), number, quote),
            }
        });
        text += &fields.collect::<Vec<_>>().join(",");
        text.push('\n');
    }
    text
}

fn field(text: &str, number: bool, quote: &str) -> String {
    let special = text.contains(['"', ',', '\n', '\r']);
    let quoted = match quote {
        "all" => true,
        "none" => {
            return text
                .replace('\\', "\\\\")
                .replace(',', "\\,")
                .replace('\n', "\\\n")
                .replace('"', "\\\"");
        }
        "minimal" => special,
        _ => !number,
    };
    if quoted { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_string() }
}
